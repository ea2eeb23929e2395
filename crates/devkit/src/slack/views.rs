//! Modals: what is open before whom, and what Slack sends when one is submitted.

use domain::ids::{TeamId, UserId};
use serde_json::{Value, json};

use super::events::set;
use super::state::State;
use super::waits::Word;
use super::{blocks, inputs, mint};

/// What stands in a modal if Slack cannot read the answer to it.
const TROUBLE: &str = "We had some trouble connecting. Try again?";

/// A modal, as the app described it.
#[derive(Clone, Debug)]
pub(crate) struct View {
    pub(crate) id: String,
    pub(crate) team: TeamId,
    pub(crate) user: UserId,
    pub(crate) body: Value,
    pub(crate) hash: String,
    pub(crate) open: bool,
    pub(crate) made_ms: u64,
}

impl View {
    pub(crate) fn new(team: TeamId, user: UserId, body: Value) -> Self {
        let (id, hash) = (mint::id("V"), mint::secret());
        Self { id, team, user, body, hash, open: true, made_ms: mint::now_ms() }
    }

    /// The view as Slack gives it back, with this state.
    pub(crate) fn to_json(&self, state: &State, values: &Value) -> Value {
        let mut json = self.body.clone();
        let bot = state.team(&self.team).and_then(|team| team.bot.as_ref()).map(|bot| bot.id.clone());
        for (name, value) in [
            ("id", json!(self.id)),
            ("team_id", json!(self.team)),
            ("hash", json!(self.hash)),
            ("state", json!({"values": values})),
            ("root_view_id", json!(self.id)),
            ("previous_view_id", Value::Null),
            ("app_id", json!(state.app.id)),
            ("app_installed_team_id", json!(self.team)),
            ("bot_id", json!(bot)),
        ] {
            set(&mut json, name, value);
        }
        for (name, value) in [("callback_id", json!("")), ("private_metadata", json!(""))] {
            if json.get(name).is_none() {
                set(&mut json, name, value);
            }
        }
        json
    }
}

/// A modal as a person sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Modal {
    /// What stands at its top.
    pub title: String,
    /// What can be filled in.
    pub labels: Vec<String>,
}

/// The latest modal that is open before this person.
pub(crate) fn modal(state: &State, user: &str) -> Option<Modal> {
    let user = &state.teams.iter().find_map(|team| team.named(user))?.id;
    let open = state.views.values().filter(|view| view.open && view.user == *user);
    let body = &open.max_by_key(|view| view.made_ms)?.body;
    Some(Modal { title: title(body), labels: inputs::labels(body) })
}

/// What stands at the top of a view.
pub(crate) fn title(view: &Value) -> String {
    view.get("title").map(|title| blocks::string(title, "text")).unwrap_or_default()
}

/// What becomes of a modal.
pub(crate) enum Next {
    Closed,
    Errors(String),
    View(Value),
}

/// Reads the answer to a submitted modal. An empty one closes it.
pub(crate) fn next(body: &str) -> Result<Next, &'static str> {
    if body.trim().is_empty() {
        return Ok(Next::Closed);
    }
    let answer: Value = serde_json::from_str(body).map_err(|_| TROUBLE)?;
    let errors = answer.get("errors").and_then(Value::as_object);
    match (answer.get("response_action").and_then(Value::as_str), errors, answer.get("view")) {
        (Some("clear"), ..) => Ok(Next::Closed),
        (Some("errors"), Some(errors), _) => {
            let texts: Vec<_> = errors.values().filter_map(Value::as_str).collect();
            Ok(Next::Errors(texts.join("; ")))
        }
        (Some("update" | "push"), _, Some(view)) if view.is_object() => Ok(Next::View(view.clone())),
        _ => Err(TROUBLE),
    }
}

/// Does it to the modal; what the person sees of it.
pub(crate) fn turn(state: &mut State, id: &str, next: Next) -> Word {
    let Some(view) = state.views.get_mut(id) else { return Word::Nothing };
    match next {
        Next::Closed => {
            view.open = false;
            Word::Nothing
        }
        Next::Errors(errors) => Word::Errors(errors),
        Next::View(body) => {
            view.body = blocks::settled(body);
            view.hash = mint::secret();
            Word::View
        }
    }
}
