//! The whole app as a test holds it: real Lambda binaries on the embedded AWS,
//! before a simulated Slack. A test types, waits until all is quiet, and reads.
#![allow(dead_code, reason = "each test file uses its own part of this")]

pub(crate) mod admin;
pub(crate) mod agree;
pub(crate) mod clicked;
pub(crate) mod garbage;
pub(crate) mod jobs;
pub(crate) mod kills;
pub(crate) mod plans;
pub(crate) mod races;
pub(crate) mod records;
pub(crate) mod role;
pub(crate) mod signed;
pub(crate) mod smmry;
pub(crate) mod standup_kills;
pub(crate) mod standup_table;
pub(crate) mod standups;
pub(crate) mod story;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use devkit::cloud::Outcome;
use devkit::sandbox::{Problems, Sandbox, SandboxConfig};
use devkit::slack::{Said, Say, Seen};

/// How long anything may take before a test gives up waiting. A deadline, not a pause:
/// it only ends a test that hangs, so it is long enough for a machine that is busy.
pub(crate) const PATIENCE: Duration = Duration::from_mins(5);
/// What those are told who are no members of the workspace.
pub(crate) const MEMBERS_ONLY: &str = "Only members of this workspace can use me for that.";
/// The pause between two looks at something that is awaited.
const LOOK: Duration = Duration::from_millis(10);
/// Sweeps after which a job that is still open will stay so.
const MOST_SWEEPS: usize = 12;
/// Lines shown of what each function printed last.
const LAST_LINES: usize = 15;

/// The app, installed by ann.
pub(crate) struct App {
    sandbox: Option<Sandbox>,
}

/// Starts everything and installs the app.
pub(crate) async fn app() -> App {
    app_with(|_| {}).await
}

/// The same, started with something else than usual.
pub(crate) async fn app_with(change: impl FnOnce(&mut SandboxConfig)) -> App {
    let app = bare_with(change).await;
    app.install("ann").await.expect("the app can be installed");
    app
}

/// Starts everything, but installs nothing.
pub(crate) async fn bare_with(change: impl FnOnce(&mut SandboxConfig)) -> App {
    let mut config = SandboxConfig::quick(root(), bin_dir());
    config.change_time = Duration::ZERO;
    // Slack's three seconds would measure the machine. That the gateways keep them is
    // shown by their own tests, whose clock stands still.
    config.slack_pace.deadline = PATIENCE;
    change(&mut config);
    App { sandbox: Some(Sandbox::start(config).await.expect("the sandbox starts")) }
}

fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    root.expect("the crate is two folders below the workspace's root").to_path_buf()
}

/// Cargo puts the functions' binaries into the folder above ours, when it builds
/// the tests of their packages.
fn bin_dir() -> PathBuf {
    let own = std::env::current_exe().expect("a test knows where it is");
    let dir = own.ancestors().nth(2).expect("target/<profile>/deps/<test>").to_path_buf();
    let entries = root().join("crates/lambdas").read_dir().expect("there are Lambdas").flatten();
    for entry in entries.filter(|entry| entry.path().join("Cargo.toml").is_file()) {
        let binary = dir.join(entry.file_name());
        assert!(
            binary.is_file(),
            "{} is missing: run `cargo build --workspace`, or test with `cargo test --workspace`, \
             which builds it",
            binary.display()
        );
    }
    dir
}

impl std::ops::Deref for App {
    type Target = Sandbox;

    fn deref(&self) -> &Sandbox {
        self.sandbox.as_ref().expect("the sandbox is there until the test ends")
    }
}

impl App {
    /// Types `text`, waits until all is quiet, and reads what came of it.
    pub(crate) async fn ask(&self, user: &str, channel: &str, text: &str) -> Vec<Seen> {
        self.type_in(Say { user: user.into(), channel: channel.into(), text: text.into(), ..Say::default() })
            .await
            .1
    }

    /// The same in #ops as ann; the one answer, as it is read.
    pub(crate) async fn ann(&self, text: &str) -> String {
        let answers = self.ask("ann", "#ops", &format!("@bellhop {text}")).await;
        only(text, &answers)
    }

    /// Types a reply into the thread of `ts`; the one answer to it.
    pub(crate) async fn reply(&self, ts: &str, text: &str) -> String {
        let say = Say { thread_ts: Some(ts.to_owned()), ..say(text) };
        only(text, &self.type_in(say).await.1)
    }

    /// Types it, waits until all is quiet, and gives back the bot's words to it.
    pub(crate) async fn type_in(&self, say: Say) -> (Said, Vec<Seen>) {
        let said = self.slack().say(&say).unwrap_or_else(|error| panic!("“{}”: {error}", say.text));
        self.quieten().await;
        let answers = self.answers(&say.user, &say.channel, &said);
        (said, answers)
    }

    /// What the bot said to a message: in its thread, or later to its author alone.
    pub(crate) fn answers(&self, user: &str, channel: &str, said: &Said) -> Vec<Seen> {
        let seen = self.conversation(user, channel).expect("they can see the channel");
        let thread = seen.all().into_iter().find(|message| message.ts == said.ts.as_str());
        let thread = thread.and_then(|own| own.thread_ts.clone()).unwrap_or_else(|| said.ts.to_string());
        let to_it = |message: &&Seen| {
            message.from_bot
                && message.ts.as_str() > said.ts.as_str()
                && (message.ephemeral || message.thread_ts.as_deref() == Some(thread.as_str()))
        };
        seen.all().into_iter().filter(to_it).cloned().collect()
    }

    /// Waits until nothing is delivered, runs or is retried.
    pub(crate) async fn quieten(&self) {
        self.quiet(PATIENCE).await.expect("all becomes quiet");
    }

    /// Waits until `it` holds.
    pub(crate) async fn until(&self, what: &str, it: impl Fn() -> bool) {
        let began = Instant::now();
        while !it() {
            assert!(began.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Lets time pass until every open job is due, runs the sweeper, and waits for
    /// what it sets in motion.
    pub(crate) async fn sweep(&self) {
        jobs::let_time_pass(self.cloud());
        self.cloud().tick("Sweeper").expect("the sweeper has a schedule");
        self.cloud().idle().await;
        self.quieten().await;
    }

    /// Sweeps until no job is open that does not wait for people, as the minutes would.
    pub(crate) async fn recover(&self) {
        for _ in 0..MOST_SWEEPS {
            if jobs::left(self.cloud()).is_empty() {
                return;
            }
            self.sweep().await;
        }
        panic!("still open after {MOST_SWEEPS} sweeps: {:?}", jobs::left(self.cloud()));
    }

    /// Ends a test in which nothing was to fail.
    pub(crate) async fn finish(mut self) {
        assert_eq!(self.refused_by_iam(), Vec::<String>::new(), "IAM refused something");
        let sandbox = self.sandbox.take().expect("the sandbox is there until the test ends");
        sandbox.finish(PATIENCE).await.expect("nothing is left undone and nothing failed");
    }

    /// Ends a test in which IAM was made to refuse something.
    pub(crate) async fn finish_after_refusals(mut self) {
        self.quieten().await;
        let problems = self.problems().expect("the job table can be read");
        assert!(problems.is_empty(), "{problems}");
        self.sandbox.take().expect("the sandbox is there until the test ends").stop().await;
    }

    /// Ends a test in which things were made to fail: they have, and nothing is left undone.
    pub(crate) async fn finish_after_faults(mut self) {
        self.quieten().await;
        assert_eq!(self.cloud().faults().pending(), 0, "a fault did not happen");
        let denied = self.refused_by_iam().into_iter().filter(|call| call.contains("AccessDenied"));
        assert_eq!(denied.collect::<Vec<_>>(), Vec::<String>::new(), "IAM refused something");
        let Problems { undone, .. } = self.problems().expect("the job table can be read");
        assert!(undone.is_empty(), "left undone:\n{}", undone.join("\n"));
        self.sandbox.take().expect("the sandbox is there until the test ends").stop().await;
    }
}

impl Drop for App {
    /// Shows what the functions said last if the test has failed.
    fn drop(&mut self) {
        let Some(sandbox) = self.sandbox.as_ref().filter(|_| std::thread::panicking()) else { return };
        for function in &sandbox.cloud().stack().functions {
            let lines = sandbox.log().output(&function.logical_id);
            let last = lines.get(lines.len().saturating_sub(LAST_LINES)..).unwrap_or_default();
            if !last.is_empty() {
                eprintln!("the last lines of {}:\n  {}", function.logical_id, last.join("\n  "));
            }
        }
        let failed = sandbox.cloud().invocations().into_iter().filter(|one| one.outcome != Outcome::Ok);
        for one in failed.collect::<Vec<_>>().iter().rev().take(LAST_LINES).rev() {
            eprintln!("{} attempt {}: {}", one.function, one.attempt, one.outcome.word());
        }
    }
}

/// What ann types in #ops.
pub(crate) fn say(text: &str) -> Say {
    Say { user: "ann".into(), channel: "#ops".into(), text: text.into(), ..Say::default() }
}

/// The one answer, as it is read.
#[track_caller]
pub(crate) fn only(asked: &str, answers: &[Seen]) -> String {
    match answers {
        [one] => words(one),
        several => {
            let several: Vec<_> = several.iter().map(|one| &one.plain).collect();
            panic!("“{asked}” should get one answer and got {several:#?}")
        }
    }
}

/// The small print of a change that its requester alone sees.
pub(crate) const ONLY_YOU: &str = "Only you see this change, ";
/// How the line begins that says who asked for a change, and who approved it.
const ORIGIN: &str = "Asked for by ";

/// What a message says, without the line of what can be clicked in it and without the
/// small print: who sees a change, and who asked for it.
pub(crate) fn words(message: &Seen) -> String {
    let lines: Vec<_> = message.plain.lines().collect();
    let of_words = if message.buttons.is_empty() { lines.len() } else { lines.len().saturating_sub(1) };
    let is_small_print = |line: &&str| [ONLY_YOU, ORIGIN].iter().any(|begins| line.starts_with(begins));
    lines[..of_words].iter().copied().filter(|line| !is_small_print(line)).collect::<Vec<_>>().join("\n")
}

/// Whether a message says how something ended: a card that asks, or that only says
/// that it has begun, does not.
pub(crate) fn is_final(message: &Seen) -> bool {
    !message.plain.starts_with("On it:") && !agree::is_question(message)
}

/// A text without its durations: `(1 s)` is `(…)`.
pub(crate) fn timeless(text: &str) -> String {
    let mut out = String::new();
    for part in text.split_inclusive('(') {
        match part.split_once(" s)") {
            Some((digits, rest)) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                out.push_str("…)");
                out.push_str(rest);
            }
            _ => out.push_str(part),
        }
    }
    out
}
