//! Modals: what is open before whom, and what Slack sends when one is submitted.

use domain::ids::{ChannelId, TeamId, UserId};
use serde_json::{Value, json};

use super::events::set;
use super::inputs::Before;
use super::state::{State, Trigger};
use super::waits::Word;
use super::world::Team;
use super::{blocks, inputs, mint};

/// What stands in a modal if Slack cannot read the answer to it.
const TROUBLE: &str = "We had some trouble connecting. Try again?";

/// A modal, as the app described it.
#[derive(Clone, Debug)]
pub(crate) struct View {
    pub(crate) id: String,
    pub(crate) team: TeamId,
    pub(crate) user: UserId,
    /// Where they were when it was opened.
    here: Option<ChannelId>,
    pub(crate) body: Value,
    pub(crate) hash: String,
    pub(crate) open: bool,
    pub(crate) made_ms: u64,
    /// What the app said of the last submission, by input.
    pub(crate) errors: Vec<(String, String)>,
}

impl View {
    pub(crate) fn new(trigger: &Trigger, body: Value) -> Self {
        let Trigger { team, user, channel: here, .. } = trigger.clone();
        let (id, hash) = (mint::id("V"), mint::secret());
        Self { id, team, user, here, body, hash, open: true, made_ms: mint::now_ms(), errors: Vec::new() }
    }

    /// Before whom it stands.
    pub(crate) fn before<'a>(&'a self, team: &'a Team) -> Before<'a> {
        Before { team, user: &self.user, here: self.here.as_ref() }
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
    /// What is read in it, beside its inputs.
    pub text: String,
    /// What can be filled in.
    pub labels: Vec<String>,
    /// The same with what stands there at first: `[Days ☑ Mon ☐ Tue]`.
    pub inputs: Vec<String>,
    /// What stands in red at some of that: the label, and the sentence.
    pub errors: Vec<(String, String)>,
}

/// The latest modal that is open before this person.
pub(crate) fn modal(state: &State, user: &str) -> Option<Modal> {
    let (team, user) = state.teams.iter().find_map(|team| Some((team, &team.named(user)?.id)))?;
    let open = state.views.values().filter(|view| view.open && view.user == *user);
    let view = open.max_by_key(|view| view.made_ms)?;
    Some(Modal {
        title: title(&view.body),
        text: view.body.get("blocks").map(|blocks| blocks::as_text(blocks, team)).unwrap_or_default(),
        labels: inputs::labels(&view.body),
        inputs: inputs::shown(&view.body, view.before(team)),
        errors: view.errors.clone(),
    })
}

impl Modal {
    pub(crate) fn to_json(&self) -> Value {
        let errors = self.errors.iter().map(|(label, text)| json!({"label": label, "text": text}));
        json!({
            "title": self.title, "text": self.text, "labels": self.labels, "inputs": self.inputs,
            "errors": errors.collect::<Vec<_>>(),
        })
    }
}

/// What stands at the top of a view.
pub(crate) fn title(view: &Value) -> String {
    view.get("title").map(|title| blocks::string(title, "text")).unwrap_or_default()
}

/// What becomes of a modal.
pub(crate) enum Next {
    Closed,
    /// By the labels of the inputs.
    Errors(Vec<(String, String)>),
    View(Value),
}

/// Reads the answer to a submitted modal. An empty one closes it; errors must
/// stand at inputs that it has.
pub(crate) fn next(view: &Value, body: &str) -> Result<Next, &'static str> {
    if body.is_empty() {
        return Ok(Next::Closed);
    }
    let answer: Value = serde_json::from_str(body).map_err(|_| TROUBLE)?;
    let errors = answer.get("errors").and_then(Value::as_object);
    match (answer.get("response_action").and_then(Value::as_str), errors, answer.get("view")) {
        (Some("clear"), ..) => Ok(Next::Closed),
        (Some("errors"), Some(errors), _) => {
            let found = errors.iter().map(|(block, text)| {
                Some((inputs::label(view, block)?, text.as_str().filter(|text| !text.is_empty())?.to_owned()))
            });
            found
                .collect::<Option<Vec<_>>>()
                .filter(|found| !found.is_empty())
                .map(Next::Errors)
                .ok_or(TROUBLE)
        }
        (Some("update" | "push"), _, Some(view)) if view.is_object() => Ok(Next::View(view.clone())),
        _ => Err(TROUBLE),
    }
}

/// Does it to the modal; what the person sees of it.
pub(crate) fn turn(state: &mut State, id: &str, next: Next) -> Word {
    let Some(view) = state.views.get_mut(id) else { return Word::Nothing };
    view.errors.clear();
    match next {
        Next::Closed => {
            view.open = false;
            Word::Nothing
        }
        Next::Errors(errors) => {
            let texts: Vec<_> = errors.iter().map(|(_, text)| text.as_str()).collect();
            let word = Word::Errors(texts.join("; "));
            view.errors = errors;
            word
        }
        Next::View(body) => {
            view.body = blocks::settled(body);
            view.hash = mint::secret();
            Word::View
        }
    }
}
