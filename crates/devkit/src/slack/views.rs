//! Modals: what is open before whom, and what Slack sends when one is submitted.

use domain::ids::{TeamId, UserId};
use serde_json::{Map, Value, json};

use super::events::set;
use super::mint;
use super::state::State;

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

    /// The state of its inputs, filled with what the person typed: by block id,
    /// then by action id. `Err` names what the view has no input for, or needs.
    pub(crate) fn filled(&self, typed: &Map<String, Value>) -> Result<Value, String> {
        let mut values = json!({});
        let blocks = self.body.get("blocks").and_then(Value::as_array).cloned().unwrap_or_default();
        let mut known = Vec::new();
        for block in blocks.iter().filter(|block| block.get("type") == Some(&json!("input"))) {
            let word = |pointer: &str| block.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
            let (block_id, action_id, kind) =
                (word("/block_id"), word("/element/action_id"), word("/element/type"));
            let value = typed.get(block_id).and_then(|actions| actions.get(action_id)).cloned();
            let initial = block.pointer("/element/initial_value").cloned();
            let value = value.or(initial).unwrap_or(Value::Null);
            let optional = block.get("optional") == Some(&json!(true));
            if value.is_null() && !optional {
                return Err(format!("the input “{block_id}” must be filled in"));
            }
            set(&mut values, block_id, json!({action_id: {"type": kind, "value": value}}));
            known.push(block_id.to_owned());
        }
        match typed.keys().find(|block_id| !known.contains(block_id)) {
            Some(unknown) => {
                Err(format!("the view has no input in a block “{unknown}”; there are: {}", known.join(", ")))
            }
            None => Ok(values),
        }
    }
}
