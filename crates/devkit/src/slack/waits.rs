//! Who waits for what: every slash command, click and submitted modal, how
//! fast the app acknowledged it, and what the person was shown for it.
//!
//! Slack cannot know what an app still has in mind, so the rules are these:
//!
//! * A **command** is answered by a use of its own `response_url`, by a message
//!   to its author alone or to their direct messages, by a modal, or by the
//!   immediate answer. An immediate answer that ends with `…` only acknowledges:
//!   something else must follow it.
//! * A **click** is answered by whatever changes where it was made, by a message
//!   to that person alone or to their direct messages, or by a modal. A button
//!   that is a link has done its work by being clicked.
//! * A **submitted modal** is answered by its errors or by its next view; one
//!   that closes is answered by whatever that person sees changing, be it through
//!   the `response_url` of something that they did before.
//!
//! Where the app failed, Slack itself told the person: that is a failed
//! delivery, and nobody is left waiting.

use std::time::Duration;

use domain::ids::{ChannelId, UserId};
use serde_json::{Value, json};

use super::mint;
use super::state::{Hook, State};
use super::world::Kind;

/// What people do that wants an answer at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// A slash command was typed.
    Command,
    /// A button was clicked, or an option chosen.
    Click,
    /// A modal was submitted.
    Submission,
}

/// By what a person was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// The body of the HTTP answer.
    Immediate,
    /// The `response_url`.
    ResponseUrl,
    /// A message to their direct messages.
    Direct,
    /// Something new, changed or removed in the channel.
    Channel,
    /// A modal, new or changed.
    Modal,
    /// Errors in the modal, as the app put them.
    Errors(String),
    /// The clicked button is a link.
    Link,
}

/// One thing a person did, and what they waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// What it was.
    pub deed: Deed,
    /// The typed line, `[the button]` or `the modal's title`.
    pub what: String,
    /// Who did it.
    pub user: String,
    /// Where, if it was in a channel.
    pub channel: Option<String>,
    /// How long the HTTP answer took; none if there was none.
    pub acknowledged: Option<Duration>,
    /// What Slack showed because the app failed.
    pub error: Option<String>,
    /// How long the person waited for an answer, and what it was.
    pub answered: Option<(Duration, Way)>,
}

/// Something that became different before people's eyes.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    at_ms: u64,
    /// None if it is a modal.
    channel: Option<ChannelId>,
    /// The one person who sees it, if not everybody there does.
    only_for: Option<UserId>,
    /// The number of the `response_url` it came through.
    hook: Option<u64>,
}

/// What the immediate answer was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// Nothing that a person sees.
    Nothing,
    /// An acknowledgement.
    Acknowledgement(String),
    /// An answer.
    Answer,
    /// Errors in the modal.
    Errors(String),
    /// The next view.
    View,
    /// The app failed, and this is what Slack showed.
    Failure(String),
}

/// A deed, as it is remembered.
#[derive(Clone, Debug)]
pub(crate) struct Waiting {
    deed: Deed,
    what: String,
    user: UserId,
    channel: Option<ChannelId>,
    hook: Option<u64>,
    link: bool,
    sent_ms: u64,
    /// How many changes came before it.
    since: usize,
    /// How long the HTTP answer took, and what it said.
    acknowledged: Option<(Option<Duration>, Word)>,
}

impl Waiting {
    pub(crate) fn new(deed: Deed, what: String, user: UserId) -> Self {
        let (channel, hook, acknowledged) = (None, None, None);
        Self { deed, what, user, channel, hook, link: false, sent_ms: mint::now_ms(), since: 0, acknowledged }
    }

    /// Done in this channel, with this `response_url`.
    pub(crate) fn with(self, hook: &Hook) -> Self {
        Self { channel: Some(hook.channel.clone()), hook: Some(hook.number), ..self }
    }

    /// Whether what was clicked is a link, too.
    pub(crate) fn linking(self, link: bool) -> Self {
        Self { link, ..self }
    }
}

impl State {
    /// Notes that a person waits from now on; where it is remembered.
    pub(crate) fn begin(&mut self, waiting: Waiting) -> usize {
        self.waits.push(Waiting { since: self.changes.len(), ..waiting });
        self.waits.len() - 1
    }

    /// Notes the HTTP answer.
    pub(crate) fn acknowledge(&mut self, waiting: usize, time: Option<Duration>, word: Word) {
        if let Some(waiting) = self.waits.get_mut(waiting) {
            waiting.acknowledged = Some((time, word));
        }
    }

    /// Notes that something in a channel is new, different or gone.
    pub(crate) fn changed(&mut self, channel: &ChannelId, only_for: Option<UserId>, hook: Option<u64>) {
        let (at_ms, channel) = (mint::now_ms(), Some(channel.clone()));
        self.changes.push(Change { at_ms, channel, only_for, hook });
    }

    /// Notes that a modal is new or different.
    pub(crate) fn changed_modal(&mut self, user: UserId) {
        let (at_ms, only_for) = (mint::now_ms(), Some(user));
        self.changes.push(Change { at_ms, channel: None, only_for, hook: None });
    }
}

/// Everything people did, in order.
pub(crate) fn all(state: &State) -> Vec<Wait> {
    state.waits.iter().map(|waiting| wait(state, waiting)).collect()
}

/// What got no answer, one line each.
pub(crate) fn unanswered(state: &State) -> Vec<String> {
    let left = |waiting: &&Waiting| {
        let wait = wait(state, waiting);
        wait.answered.is_none() && wait.error.is_none()
    };
    state.waits.iter().filter(left).map(|waiting| line(&wait(state, waiting), waiting)).collect()
}

fn line(wait: &Wait, waiting: &Waiting) -> String {
    let place = wait.channel.as_ref().map(|channel| format!(" in {channel}")).unwrap_or_default();
    let what = match wait.deed {
        Deed::Command => format!("“{}”", wait.what),
        Deed::Click => format!("the click on {}", wait.what),
        Deed::Submission => format!("the modal {}", wait.what),
    };
    let hint = match &waiting.acknowledged {
        Some((_, Word::Acknowledgement(text))) => format!("; all that came is “{text}”"),
        _ => String::new(),
    };
    format!("{}{place} got no answer to {what}{hint}", wait.user)
}

fn wait(state: &State, waiting: &Waiting) -> Wait {
    let team = state.teams.iter().find(|team| team.user(waiting.user.as_str()).is_some());
    let user = team.and_then(|team| team.user(waiting.user.as_str()));
    let channel = waiting.channel.as_ref().and_then(|id| team?.channel(id.as_str()));
    let (acknowledged, word) = waiting.acknowledged.clone().unzip();
    let immediate = match &word {
        Some(Word::Answer) => Some(Way::Immediate),
        Some(Word::Errors(text)) => Some(Way::Errors(text.clone())),
        Some(Word::View) => Some(Way::Modal),
        _ if waiting.link => Some(Way::Link),
        _ => None,
    };
    let later = state.changes.iter().skip(waiting.since).find_map(|change| {
        let way = way(state, waiting, change)?;
        Some((Duration::from_millis(change.at_ms.saturating_sub(waiting.sent_ms)), way))
    });
    let at_once = acknowledged.flatten().zip(immediate);
    Wait {
        deed: waiting.deed,
        what: waiting.what.clone(),
        user: user.map_or_else(|| waiting.user.to_string(), |user| user.name.clone()),
        channel: channel.map(|channel| channel.name.clone()),
        acknowledged: acknowledged.flatten(),
        error: word.and_then(|word| if let Word::Failure(error) = word { Some(error) } else { None }),
        answered: at_once.into_iter().chain(later).min_by_key(|(time, _)| *time),
    }
}

/// How a change answers what this person did, if it does.
fn way(state: &State, waiting: &Waiting, change: &Change) -> Option<Way> {
    let theirs = change.only_for.as_ref() == Some(&waiting.user);
    let foreign = change.only_for.is_some() && !theirs;
    if foreign {
        return None;
    }
    if change.hook.is_some() && change.hook == waiting.hook {
        return Some(Way::ResponseUrl);
    }
    let Some(id) = &change.channel else { return theirs.then_some(Way::Modal) };
    if theirs && change.hook.is_some() {
        // The answer to something else that they did. A modal has no URL of its own, and
        // is answered through that of whatever opened it.
        return (waiting.deed == Deed::Submission).then_some(Way::ResponseUrl);
    }
    let channel = state.teams.iter().find_map(|team| team.channel(id.as_str()))?;
    if channel.kind == Kind::Direct(waiting.user.clone()) {
        return Some(Way::Direct);
    }
    let here = waiting.channel.as_ref() == Some(id);
    let sees = match waiting.deed {
        Deed::Command => here && theirs,
        Deed::Click => here,
        Deed::Submission => channel.has(&waiting.user),
    };
    sees.then_some(Way::Channel)
}

impl Wait {
    pub(crate) fn to_json(&self) -> Value {
        let ms = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let deed = match self.deed {
            Deed::Command => "command",
            Deed::Click => "click",
            Deed::Submission => "submission",
        };
        let (answered, way) = self.answered.clone().unzip();
        json!({
            "deed": deed, "what": self.what, "user": self.user, "channel": self.channel,
            "acknowledged_ms": self.acknowledged.map(ms), "error": self.error,
            "answered_ms": answered.map(ms), "way": way.map(|way| way.to_string()),
        })
    }
}

impl std::fmt::Display for Way {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Immediate => f.write_str("at once"),
            Self::ResponseUrl => f.write_str("through the response_url"),
            Self::Direct => f.write_str("by direct message"),
            Self::Channel => f.write_str("in the channel"),
            Self::Modal => f.write_str("by a modal"),
            Self::Errors(text) => write!(f, "by errors in the modal ({text})"),
            Self::Link => f.write_str("by a link"),
        }
    }
}
