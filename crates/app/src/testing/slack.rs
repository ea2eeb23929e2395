//! Slack's Web API and its `response_url`s, as far as the app calls them: it
//! keeps what was said, and shows what a person would see.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use domain::time::Millis;
use http::{Request, Response};
use serde_json::{Value, json};
use slack::blocks::validate;
use slack::web::{Transport, TransportError};

use super::clock::VirtualClock;
use super::hooks::Hook;
use super::little::{CLIENT_ID, CLIENT_SECRET};
use super::modals::{OpenModal, Trigger};
use super::seam::{Seam, Trouble};
use crate::ports::Clock as _;

pub(crate) const TEAM: &str = "T0ACME";
pub(crate) const BOT_USER: &str = "U0BELLHOP";
pub(crate) const BOT: &str = "B0BELLHOP";
pub(crate) const TOKEN: &str = "xoxb-good-token";
pub(crate) const ANN: &str = "U0ANN";
/// A workspace admin.
pub(crate) const BOSS: &str = "U0BOSS";

/// How the line begins that says where a change comes from.
const ORIGIN: &str = "Asked for by ";

/// Where `response_url`s lead.
const HOOKS: &str = "hooks.slack.com";

/// A message that somebody can see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    /// The channel, or `D-` and the person.
    pub(crate) channel: String,
    pub(crate) ts: String,
    pub(crate) thread: Option<String>,
    /// The only person who sees it.
    pub(crate) only: Option<String>,
    /// What it says now, as people read it where Slack knows no time zone, and without
    /// its [`Said::origin`].
    pub(crate) text: String,
    /// Its blocks now.
    pub(crate) blocks: Vec<Value>,
    /// What it said before, the oldest first.
    pub(crate) before: Vec<String>,
}

impl Said {
    /// The line that says where a change comes from, if there is one.
    pub(crate) fn origin(&self) -> Option<String> {
        let elements = self.blocks.iter().filter_map(|block| block["elements"].as_array()).flatten();
        let texts = elements.filter_map(|element| element["text"].as_str());
        texts.map(as_read).find(|text| text.starts_with(ORIGIN))
    }

    /// Whether it asks one person, in their direct messages, to approve a plan.
    pub(crate) fn is_review_request(&self) -> bool {
        self.channel.starts_with('D') && self.text.contains(" wants to *")
    }

    /// Whether everybody in the channel sees it.
    pub(crate) fn is_public(&self) -> bool {
        self.only.is_none() && !self.channel.starts_with('D')
    }
}

#[derive(Default)]
pub(super) struct State {
    pub(super) users: BTreeMap<String, Value>,
    /// The members of channels.
    pub(super) channels: BTreeMap<String, Vec<String>>,
    /// How channels are shared: flags of `conversations.info`.
    pub(super) shared: BTreeMap<String, String>,
    pub(super) said: Vec<Said>,
    /// Every text that was ever shown to a whole channel, by a `response_url`.
    pub(super) aired: Vec<String>,
    pub(super) hooks: BTreeMap<String, Hook>,
    pub(super) triggers: BTreeMap<String, Trigger>,
    pub(super) modals: Vec<OpenModal>,
    /// How many modals were ever opened.
    pub(super) opened: usize,
    groups: BTreeMap<String, Vec<String>>,
    closed: BTreeSet<String>,
    /// The code with which the token is refused.
    dead: Option<String>,
    pub(super) posts: usize,
    /// The moment it is.
    pub(super) now: Millis,
    codes: BTreeMap<String, Value>,
    identity: Option<Value>,
}

/// One workspace, over the wire.
pub(crate) struct FakeSlack {
    seam: Arc<Seam>,
    pub(super) clock: Arc<VirtualClock>,
    pub(super) state: Mutex<State>,
}

impl FakeSlack {
    pub(crate) fn new(seam: Arc<Seam>, clock: Arc<VirtualClock>) -> Self {
        Self { seam, clock, state: Mutex::default() }
    }

    /// Somebody whom `users.info` knows; `marks` are laid over a plain member.
    pub(crate) fn person(&self, id: &str, marks: &Value) {
        let mut user = json!({"id": id, "team_id": TEAM, "is_restricted": false,
            "is_ultra_restricted": false, "is_bot": false, "deleted": false});
        user.as_object_mut().unwrap().extend(marks.as_object().unwrap().clone());
        self.state.lock().unwrap().users.insert(id.to_owned(), user);
    }

    /// A user group and its members, in place of those it had.
    pub(crate) fn group(&self, id: &str, members: &[&str]) {
        let members = members.iter().map(|&member| member.to_owned()).collect();
        self.state.lock().unwrap().groups.insert(id.to_owned(), members);
    }

    /// The bot cannot speak in `channel`.
    pub(crate) fn close(&self, channel: &str) {
        self.state.lock().unwrap().closed.insert(channel.to_owned());
    }

    /// The bot's token is refused with `code` from now on.
    pub(crate) fn kill_token(&self, code: &str) {
        self.state.lock().unwrap().dead = Some(code.to_owned());
    }

    /// `oauth.v2.access` answers `grant` for this code.
    pub(crate) fn grants(&self, code: &str, grant: Value) {
        self.state.lock().unwrap().codes.insert(code.to_owned(), grant);
    }

    /// `auth.test` answers this.
    pub(crate) fn identity(&self, identity: Value) {
        self.state.lock().unwrap().identity = Some(identity);
    }

    /// Everything that can be seen, in the order in which it was first said.
    pub(crate) fn said(&self) -> Vec<Said> {
        self.state.lock().unwrap().said.clone()
    }

    /// Puts a message where it can be seen.
    pub(crate) fn show(&self, said: Said) {
        self.state.lock().unwrap().said.push(said);
    }

    /// Every text that was ever shown to a whole channel through a
    /// `response_url`, whatever has become of it.
    pub(crate) fn aired(&self) -> Vec<String> {
        self.state.lock().unwrap().aired.clone()
    }

    /// Answers at `url` are taken from now on: for `user`, in `channel`; at a
    /// click, on the message `clicked`.
    pub(crate) fn open_hook(&self, url: &str, user: &str, channel: &str, clicked: Option<&str>) {
        let hook = Hook::new(user, channel, clicked, self.clock.now());
        self.state.lock().unwrap().hooks.entry(url.to_owned()).or_insert(hook);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap();
        state.now = self.clock.now();
        state
    }

    /// What the `response_url` answers, and with which status.
    fn respond(&self, request: &Request<Bytes>) -> (u16, String) {
        assert!(request.headers().get("authorization").is_none(), "a response_url takes no token");
        let body = serde_json::from_slice(request.body()).unwrap();
        let mut state = self.state();
        match state.respond(&request.uri().to_string(), &body, self.clock.now()) {
            Ok(()) => (200, "ok".to_owned()),
            Err(refused) => (404, refused.to_owned()),
        }
    }

    fn answer(&self, method: &str, request: &Request<Bytes>) -> Value {
        let mut state = self.state();
        let authorization = request.headers()["authorization"].to_str().unwrap();
        if method == "oauth.v2.access" {
            let basic = STANDARD.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}"));
            assert_eq!(authorization, format!("Basic {basic}"));
            let code = field(request.body(), "code").unwrap_or_default();
            return state.codes.remove(&code).unwrap_or_else(|| refusal("invalid_code"));
        }
        if authorization != format!("Bearer {TOKEN}") {
            return refusal("invalid_auth");
        }
        if let Some(code) = &state.dead {
            return refusal(code);
        }
        match method {
            "auth.test" => state.identity.clone().unwrap_or_else(
                || json!({"ok": true, "team_id": TEAM, "user_id": BOT_USER, "bot_id": BOT, "team": "Acme"}),
            ),
            "users.info" => {
                let user = field(request.body(), "user").and_then(|user| state.users.get(&user).cloned());
                user.map_or_else(|| refusal("user_not_found"), |user| json!({"ok": true, "user": user}))
            }
            "auth.revoke" => json!({"ok": true, "revoked": true}),
            "users.list" => state.people(&field(request.body(), "cursor").unwrap_or_default()),
            "usergroups.users.list" => {
                let group = field(request.body(), "usergroup").and_then(|group| state.groups.get(&group));
                group.map_or_else(|| refusal("no_such_subteam"), |users| json!({"ok": true, "users": users}))
            }
            "chat.getPermalink" => {
                let (channel, ts) = (field(request.body(), "channel"), field(request.body(), "message_ts"));
                let found = state
                    .said
                    .iter()
                    .find(|said| Some(&said.channel) == channel.as_ref() && Some(&said.ts) == ts.as_ref());
                found.map_or_else(
                    || refusal("message_not_found"),
                    |said| json!({"ok": true, "permalink": format!("https://acme.slack.com/archives/{}/p{}", said.channel, said.ts)}),
                )
            }
            "views.open" => state.open(&serde_json::from_slice(request.body()).unwrap(), self.clock.now()),
            "views.update" => state.update(&serde_json::from_slice(request.body()).unwrap()),
            method => state
                .conversations(method, request.body())
                .unwrap_or_else(|| state.chat(method, &serde_json::from_slice(request.body()).unwrap())),
        }
    }
}

impl State {
    fn chat(&mut self, method: &str, body: &Value) -> Value {
        let text = |key: &str| body[key].as_str().map(str::to_owned);
        let asked = text("channel").unwrap();
        if self.closed.contains(&asked) {
            return refusal("not_in_channel");
        }
        let channel = if asked.starts_with('U') { format!("D-{asked}") } else { asked };
        let words = text("text").unwrap();
        if words.is_empty() {
            return refusal("no_text");
        }
        let words = without_origin(&words);
        let Some(blocks) = valid_blocks(body) else { return refusal("invalid_blocks") };
        if method == "chat.update" {
            let ts = text("ts");
            let found = self
                .said
                .iter_mut()
                .find(|said| said.channel == channel && Some(&said.ts) == ts.as_ref() && said.only.is_none());
            let Some(said) = found else { return refusal("message_not_found") };
            said.before.push(std::mem::replace(&mut said.text, words));
            said.blocks = blocks;
            return json!({"ok": true, "channel": channel, "ts": ts});
        }
        let ts = self.next_ts();
        let only = if method == "chat.postEphemeral" { text("user") } else { None };
        assert!(method == "chat.postEphemeral" || method == "chat.postMessage", "{method} is not known here");
        assert!(only.is_some() || body["unfurl_links"] == json!(false), "links are not to be unfurled");
        assert_eq!(body["parse"], json!("none"), "names in the words are not to become links");
        let thread = text("thread_ts");
        let answer = json!({"ok": true, "channel": channel, "ts": ts, "message_ts": ts});
        self.said.push(Said { channel, ts, thread, only, text: words, blocks, before: Vec::new() });
        answer
    }

    pub(super) fn next_ts(&mut self) -> String {
        self.posts += 1;
        format!("{}.{:06}", self.now.secs(), self.posts)
    }
}

/// `text` with each `<!date^…|fallback>` as its fallback.
pub(crate) fn as_read(text: &str) -> String {
    let mut parts = text.split("<!date^");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |read, part| {
        let (date, behind) = part.split_once('>').unwrap();
        read + date.split_once('|').unwrap().1 + behind
    })
}

/// What `text` says besides its [`Said::origin`].
pub(super) fn without_origin(text: &str) -> String {
    let text = as_read(text);
    text.split_once(&format!("\n{ORIGIN}")).map_or(text.clone(), |(said, _)| said.to_owned())
}

/// The blocks of a message; nothing if Slack would refuse them.
pub(super) fn valid_blocks(body: &Value) -> Option<Vec<Value>> {
    let blocks = body["blocks"].as_array().cloned().unwrap_or_default();
    validate(&json!(blocks)).ok().map(|()| blocks)
}

pub(super) fn refusal(code: &str) -> Value {
    json!({"ok": false, "error": code})
}

/// A field of a form.
pub(super) fn field(body: &[u8], key: &str) -> Option<String> {
    form_urlencoded::parse(body).find(|(name, _)| name == key).map(|(_, value)| value.into_owned())
}

#[async_trait]
impl Transport for FakeSlack {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let is_hook = request.uri().host() == Some(HOOKS);
        let path = request.uri().path().to_owned();
        let method = if is_hook { "response_url" } else { path.strip_prefix("/api/").unwrap() };
        let answer = || {
            if is_hook { self.respond(&request) } else { (200, self.answer(method, &request).to_string()) }
        };
        let answered = self.seam.cross(format!("slack.{method}"), answer).await;
        let broken = || TransportError::Other("reset".into());
        match answered {
            Ok((status, body)) => {
                Response::builder().status(status).body(Bytes::from(body)).map_err(|_| broken())
            }
            Err(Trouble::Slack { status, retry_after, body }) => {
                let mut response = Response::builder().status(status);
                if let Some(seconds) = retry_after {
                    response = response.header("retry-after", seconds);
                }
                response.body(Bytes::from(body)).map_err(|_| broken())
            }
            Err(Trouble::Busy) => Err(TransportError::Connect("no route".into())),
            Err(_) => Err(broken()),
        }
    }
}
