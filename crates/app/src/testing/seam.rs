//! Where the fakes meet the code under test. Every call of every port passes
//! through one [`Seam`], which counts it and can make it go wrong.

use std::future::{Future, pending};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};

use tokio::sync::Notify;

/// How a call goes wrong.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Trouble {
    /// The process dies before the call has any effect.
    CrashBefore,
    /// The process dies when the call has had its effect.
    CrashAfter,
    /// It fails without effect; nobody can tell.
    FailBefore,
    /// It has its effect, and then fails.
    FailAfter,
    /// Nothing happens and nothing comes back.
    Hang,
    /// It has its effect, and nothing comes back.
    HangAfter,
    /// The process is stopped here until [`Seam::thaw`].
    Freeze,
    /// Slack answers this instead.
    Slack { status: u16, retry_after: Option<&'static str>, body: String },
    /// IAM refuses.
    NotAllowed,
    /// The account cannot use the region: nothing happens.
    RegionClosed,
    /// EC2 refuses with this code.
    Refused(&'static str),
    /// EC2 asks to slow down.
    Busy,
}

impl Trouble {
    /// Slack says `ok: false`.
    pub(crate) fn code(code: &str) -> Self {
        let body = serde_json::json!({"ok": false, "error": code}).to_string();
        Self::Slack { status: 200, retry_after: None, body }
    }

    /// Slack says that the token lacks this scope, as it does for an installation that
    /// was made before the app asked for it.
    pub(crate) fn missing_scope(needed: &str) -> Self {
        let provided = "chat:write,commands";
        let body = serde_json::json!({"ok": false, "error": "missing_scope", "needed": needed, "provided": provided});
        Self::Slack { status: 200, retry_after: None, body: body.to_string() }
    }

    /// Slack asks to wait.
    pub(crate) fn too_many(retry_after: &'static str) -> Self {
        let body = r#"{"ok":false,"error":"ratelimited"}"#.to_owned();
        Self::Slack { status: 429, retry_after: Some(retry_after), body }
    }

    /// Something before Slack answers with a page.
    pub(crate) fn page(status: u16) -> Self {
        let body = "<html>Bad Gateway</html>".to_owned();
        Self::Slack { status, retry_after: None, body }
    }

    /// A `response_url` answers this word.
    pub(crate) fn word(status: u16, word: &str) -> Self {
        Self::Slack { status, retry_after: None, body: word.to_owned() }
    }

    const fn has_effect(&self) -> bool {
        matches!(self, Self::CrashAfter | Self::FailAfter | Self::HangAfter)
    }
}

#[derive(Default)]
struct State {
    calls: Vec<String>,
    rules: Vec<Rule>,
}

/// The next `times` calls from number `from` on whose names begin so.
struct Rule {
    from: usize,
    prefix: String,
    trouble: Trouble,
    times: usize,
}

/// The one place that every call passes.
#[derive(Default)]
pub(crate) struct Seam {
    state: Mutex<State>,
    died: Notify,
    froze: Notify,
    thawed: Notify,
    /// What decides how often each call lets others go first; never, if it is 0.
    mixing: AtomicU64,
}

impl Seam {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// From call number `from` (the first is 1) on, `times` calls whose names
    /// begin with `prefix` go wrong.
    pub(crate) fn trouble(&self, from: usize, prefix: &str, trouble: Trouble, times: usize) {
        self.state().rules.push(Rule { from, prefix: prefix.to_owned(), trouble, times });
    }

    /// The next call whose name begins with `prefix` goes wrong.
    pub(crate) fn next(&self, prefix: &str, trouble: Trouble) {
        self.trouble(0, prefix, trouble, 1);
    }

    /// Every call whose name begins with `prefix` goes wrong, until [`Seam::calm`].
    pub(crate) fn always(&self, prefix: &str, trouble: Trouble) {
        self.trouble(0, prefix, trouble, usize::MAX);
    }

    /// From now on calls take their time, so that processes that run at once get
    /// into each other's way; how, depends on `seed`.
    pub(crate) fn mix(&self, seed: u64) {
        self.mixing.store(seed * 2 + 1, Ordering::Relaxed);
    }

    async fn let_others_go_first(&self) {
        let drawn = self.mixing.load(Ordering::Relaxed);
        if drawn == 0 {
            return;
        }
        // Knuth's generator, of which the upper bits are good enough here.
        let next = drawn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.mixing.store(next | 1, Ordering::Relaxed);
        for _ in 0..next >> 61 {
            tokio::task::yield_now().await;
        }
    }

    /// Nothing goes wrong any more.
    pub(crate) fn calm(&self) {
        self.state().rules.clear();
    }

    /// The names of all calls so far.
    pub(crate) fn calls(&self) -> Vec<String> {
        self.state().calls.clone()
    }

    /// How many calls had names that begin with `prefix`.
    pub(crate) fn count(&self, prefix: &str) -> usize {
        self.state().calls.iter().filter(|name| name.starts_with(prefix)).count()
    }

    fn enter(&self, name: &str) -> Option<Trouble> {
        let mut state = self.state();
        state.calls.push(name.to_owned());
        let number = state.calls.len();
        let fits = |rule: &&mut Rule| {
            rule.times > 0 && number >= rule.from && name.starts_with(rule.prefix.as_str())
        };
        let rule = state.rules.iter_mut().find(fits)?;
        rule.times -= 1;
        Some(rule.trouble.clone())
    }

    /// Makes one call, whose `effect` takes place unless something goes wrong.
    pub(crate) async fn cross<T>(
        &self,
        name: impl Into<String>,
        effect: impl FnOnce() -> T + Send,
    ) -> Result<T, Trouble> {
        self.let_others_go_first().await;
        let trouble = self.enter(&name.into());
        let Some(trouble) = trouble else { return Ok(effect()) };
        if trouble == Trouble::Freeze {
            self.froze.notify_one();
            self.thawed.notified().await;
            return Ok(effect());
        }
        if trouble.has_effect() {
            effect();
        }
        match trouble {
            Trouble::CrashBefore | Trouble::CrashAfter => {
                self.died.notify_one();
                pending().await
            }
            Trouble::Hang | Trouble::HangAfter => pending().await,
            trouble => Err(trouble),
        }
    }

    /// Runs `process` until it ends or dies; nothing if it died.
    pub(crate) async fn survive<P: Future>(&self, process: P) -> Option<P::Output> {
        tokio::select! {
            biased;
            () = self.died.notified() => None,
            output = process => Some(output),
        }
    }

    /// Returns once something is frozen.
    pub(crate) async fn frozen(&self) {
        self.froze.notified().await;
    }

    /// Lets what is frozen go on.
    pub(crate) fn thaw(&self) {
        self.thawed.notify_one();
    }
}
