//! Clicks, modals and shortcuts, as Slack posts them.
//!
//! <https://docs.slack.dev/interactivity/handling-user-interaction>

use std::collections::BTreeMap;

use domain::ids::{ChannelId, MessageTs, ResponseUrl, TeamId, TriggerId, UserId, ViewId};
use serde_json::{Value, json};

use crate::blocks::{ACTIONS_ELEMENTS, CALLBACK, INPUT_TEXT, METADATA, OPTIONS, VIEW_BLOCKS};
use crate::commands::{candidates, response_url};
use crate::form::{Form, FormError};
use crate::lenient::{self, MAX_ID_BYTES, Object};
use crate::text::length;

/// Where a menu or picker that has no options of its own says what was chosen.
///
/// <https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload>
const CHOSEN: [&str; 4] = ["selected_conversation", "selected_channel", "selected_time", "selected_date"];

/// What somebody did with something of the app's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Interaction {
    /// Clicked a button, or chose from a menu (`block_actions`).
    Actions(Box<Actions>),
    /// Submitted a modal (`view_submission`).
    Submission(Box<Submission>),
    /// Closed a modal (`view_closed`).
    Closed,
    /// Chose the app's shortcut (`shortcut`) or its entry in a message's menu
    /// (`message_action`).
    Shortcut,
    /// Asks for a menu's options (`block_suggestion`).
    Suggestion,
    /// Anything else: the attachments and dialogs of old, and whatever is new.
    Other {
        /// Slack's name for it.
        kind: String,
    },
}

/// Clicks on one message or view, nearly always one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actions {
    /// As [`crate::commands::SlashCommand::installation_candidates`].
    pub installation_candidates: Vec<TeamId>,
    /// Who clicked.
    pub user: UserId,
    /// May open a modal.
    pub trigger: Option<TriggerId>,
    /// The message, if it is one.
    pub message: Option<ClickedMessage>,
    /// Where answers are taken; for messages only.
    pub response_url: Option<ResponseUrl>,
    /// The clicks.
    pub actions: Vec<Action>,
}

/// The message that was clicked on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClickedMessage {
    /// Where it stands.
    pub channel: ChannelId,
    /// Its name there.
    pub ts: MessageTs,
    /// The thread that it stands in.
    pub thread: Option<MessageTs>,
    /// Whether only the person who clicked sees it.
    pub is_ephemeral: bool,
}

/// One click.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// The button's or menu's id.
    pub id: String,
    /// The id of the block in which it stands.
    pub block: Option<String>,
    /// The button's value, or that of the option that was chosen.
    pub value: Option<String>,
    /// When, by Slack's clock (`1712345678.000100`): tells two clicks apart.
    /// Empty if Slack did not say; then they are one click to us.
    pub moment: String,
}

/// A modal that somebody submitted.
///
/// Whoever submits it can have changed all of it but who they are: what it says
/// is theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// As [`crate::commands::SlashCommand::installation_candidates`].
    pub installation_candidates: Vec<TeamId>,
    /// Who submitted it.
    pub user: UserId,
    /// The modal: once it is taken, it can be submitted no more.
    pub view: ViewId,
    /// The id that it was opened with; empty if Slack did not say.
    pub callback_id: String,
    /// What was given to it when it was opened; empty if nothing was.
    pub private_metadata: String,
    /// What was filled in.
    pub values: Values,
}

/// What was filled in, by the input's block and then its action. Inputs that
/// were left empty are not in here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values(BTreeMap<String, BTreeMap<String, Vec<String>>>);

impl Interaction {
    /// Reads a body whose signature holds: a form, with JSON under `payload`.
    ///
    /// # Errors
    /// If it is no such form, or if somebody clicked or submitted something and
    /// Slack does not say who, or what was submitted.
    pub fn parse(body: &[u8]) -> Result<Self, FormError> {
        let form = Form::parse(body)?;
        let payload = form.get("payload").ok_or(FormError::Field("payload"))?;
        let Ok(Value::Object(outer)) = lenient::unambiguous(payload) else {
            return Err(FormError::Malformed);
        };
        let kind = lenient::text(&outer, "type").unwrap_or_default();
        Ok(match kind.as_str() {
            "block_actions" => Self::Actions(Box::new(Actions::read(&outer)?)),
            "view_submission" => Self::Submission(Box::new(Submission::read(&outer)?)),
            "view_closed" => Self::Closed,
            "shortcut" | "message_action" => Self::Shortcut,
            "block_suggestion" => Self::Suggestion,
            _ => Self::Other { kind },
        })
    }
}

impl Actions {
    fn read(outer: &Object) -> Result<Self, FormError> {
        Ok(Self {
            installation_candidates: candidates_in(outer),
            user: user_in(outer)?,
            trigger: lenient::id(outer, "trigger_id").map(TriggerId::new),
            message: ClickedMessage::read(outer),
            response_url: lenient::text(outer, "response_url").and_then(|url| response_url(&url)),
            actions: lenient::objects(outer, "actions").filter_map(Action::read).collect(),
        })
    }
}

impl ClickedMessage {
    /// The container is asked first: a message that only one person sees is not
    /// in the payload itself.
    fn read(outer: &Object) -> Option<Self> {
        let container = lenient::object(outer, "container");
        if container.and_then(|container| lenient::text(container, "type")).as_deref() == Some("view") {
            return None;
        }
        let id = |part, key| id_in(outer, part, key);
        let channel = id("container", "channel_id").or_else(|| id("channel", "id"))?;
        let ts = id("container", "message_ts").or_else(|| id("message", "ts"))?;
        let thread = id("container", "thread_ts").or_else(|| id("message", "thread_ts"));
        Some(Self {
            channel: ChannelId::new(channel),
            ts: MessageTs::new(ts),
            thread: thread.map(MessageTs::new),
            is_ephemeral: container.is_some_and(|container| lenient::flag(container, "is_ephemeral")),
        })
    }
}

impl Action {
    /// A click without an `action_id` cannot mean anything to the app.
    fn read(action: &Object) -> Option<Self> {
        let chosen = || lenient::text(lenient::object(action, "selected_option")?, "value");
        let moment = lenient::text_or_number(action, "action_ts").filter(|ts| ts.len() <= MAX_ID_BYTES);
        Some(Self {
            id: lenient::id(action, "action_id")?,
            block: lenient::id(action, "block_id"),
            value: lenient::text(action, "value").or_else(chosen),
            moment: moment.unwrap_or_default(),
        })
    }
}

impl Submission {
    fn read(outer: &Object) -> Result<Self, FormError> {
        let view = lenient::object(outer, "view").ok_or(FormError::Field("payload"))?;
        let within = |key, limit| lenient::text(view, key).filter(|text| length(text) <= limit);
        Ok(Self {
            installation_candidates: candidates_in(outer),
            user: user_in(outer)?,
            view: lenient::id(view, "id").map(ViewId::new).ok_or(FormError::Field("payload"))?,
            callback_id: within("callback_id", CALLBACK).unwrap_or_default(),
            private_metadata: within("private_metadata", METADATA).unwrap_or_default(),
            values: Values::read(view),
        })
    }
}

impl Values {
    /// What was filled into the input `block`, or chosen in it, under `action`:
    /// of several ticks, the first.
    pub fn get(&self, block: &str, action: &str) -> Option<&str> {
        self.all(block, action).first().map(String::as_str)
    }

    /// Everything that was ticked in the input `block` under `action`; of any
    /// other input, what was filled in.
    pub fn all(&self, block: &str, action: &str) -> &[String] {
        self.0.get(block).and_then(|actions| actions.get(action)).map_or(&[], Vec::as_slice)
    }

    fn read(view: &Object) -> Self {
        let values = lenient::object(view, "state").and_then(|state| lenient::object(state, "values"));
        let blocks = values.into_iter().flatten().take(VIEW_BLOCKS);
        let read = blocks.filter_map(|(block, actions)| {
            let actions = actions.as_object()?.iter().take(ACTIONS_ELEMENTS);
            let actions = actions.filter_map(|(action, value)| Some((action.clone(), filled(value)?)));
            Some((block.clone(), actions.collect::<BTreeMap<_, _>>()))
        });
        Self(read.filter(|(_, actions)| !actions.is_empty()).collect())
    }
}

/// What was typed, or the values of what was chosen. What is longer than an
/// input takes was not typed into one.
fn filled(value: &Value) -> Option<Vec<String>> {
    let value = value.as_object()?;
    let option = |option: &Object| lenient::text(option, "value");
    let typed = || lenient::text(value, "value");
    let chosen = || lenient::object(value, "selected_option").and_then(option);
    let picked = || CHOSEN.iter().find_map(|key| lenient::id(value, key));
    let fits = |text: &String| length(text) <= INPUT_TEXT;
    if let Some(one) = typed().or_else(chosen).or_else(picked) {
        return Some(one).filter(fits).map(|one| vec![one]);
    }
    let ticked = lenient::objects(value, "selected_options").filter_map(option).filter(fits);
    Some(ticked.take(OPTIONS).collect()).filter(|ticked: &Vec<_>| !ticked.is_empty())
}

/// The body that answers a submission and keeps the modal open, with a sentence
/// at each input (by its block) that it must be changed in. An empty body takes
/// the submission and closes the modal.
///
/// <https://docs.slack.dev/surfaces/modals#displaying_errors>
pub fn errors<'a>(sentences: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let errors: BTreeMap<&str, &str> = sentences.into_iter().collect();
    json!({"response_action": "errors", "errors": errors}).to_string()
}

/// Who did it.
fn user_in(outer: &Object) -> Result<UserId, FormError> {
    id_in(outer, "user", "id").map(UserId::new).ok_or(FormError::Field("payload"))
}

/// Under what the installation may be kept. `user.team_id` is no candidate: in a
/// shared channel it is a stranger's.
fn candidates_in(outer: &Object) -> Vec<TeamId> {
    let team = id_in(outer, "team", "id");
    let enterprise = id_in(outer, "enterprise", "id").or_else(|| id_in(outer, "team", "enterprise_id"));
    let for_organisation = lenient::flag(outer, "is_enterprise_install");
    candidates(team.as_deref(), enterprise.as_deref(), for_organisation)
}

/// The id under `key` of the object under `part`.
fn id_in(outer: &Object, part: &str, key: &str) -> Option<String> {
    lenient::id(lenient::object(outer, part)?, key)
}

#[cfg(test)]
mod tests;
