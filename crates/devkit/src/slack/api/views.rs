//! `views.open` and `views.update`.

use ::slack::blocks::validate_modal;
use domain::ids::TeamId;
use serde_json::{Value, json};

use super::chat::team;
use super::{Args, Refusal};
use crate::slack::blocks::{elements, settle};
use crate::slack::events::set;
use crate::slack::mint;
use crate::slack::state::State;
use crate::slack::views::View;
use crate::slack::world::Team;

/// How long a `trigger_id` lives.
const TRIGGER_LIFE_MS: u64 = 3_000;
/// Most bytes of a view.
const SIZE_LIMIT: usize = 250_000;

/// Where a menu says which channel is chosen at first.
const INITIAL: [&str; 2] = ["initial_conversation", "initial_channel"];

/// `views.open`
pub(super) fn open(state: &mut State, id: &TeamId, args: &Args) -> Result<Value, Refusal> {
    let body = body(team(state, id)?, args)?;
    let trigger = args.required("trigger_id")?;
    let trigger = state.triggers.get_mut(&trigger).filter(|trigger| trigger.team == *id);
    let trigger = trigger.ok_or_else(|| Refusal::new("invalid_trigger_id"))?;
    if mint::now_ms().saturating_sub(trigger.made_ms) > TRIGGER_LIFE_MS {
        return Err(Refusal::new("expired_trigger_id"));
    }
    if std::mem::replace(&mut trigger.used, true) {
        return Err(Refusal::new("exchanged_trigger_id"));
    }
    let view = View::new(trigger, body);
    state.views.insert(view.id.clone(), view.clone());
    state.changed_modal(view.user.clone());
    Ok(json!({"view": view.to_json(state, &json!({}))}))
}

/// `views.update`
pub(super) fn update(state: &mut State, id: &TeamId, args: &Args) -> Result<Value, Refusal> {
    let body = body(team(state, id)?, args)?;
    let name = args.required("view_id")?;
    let view = state.views.get_mut(&name).filter(|view| view.open && view.team == *id);
    let view = view.ok_or_else(|| Refusal::new("not_found"))?;
    if args.text("hash").is_some_and(|hash| hash != view.hash) {
        return Err(Refusal::new("hash_conflict"));
    }
    view.body = body;
    view.hash = mint::secret();
    view.errors.clear();
    let view = view.clone();
    state.changed_modal(view.user.clone());
    Ok(json!({"view": view.to_json(state, &json!({}))}))
}

/// The view in the arguments, held to what Slack takes.
fn body(team: &Team, args: &Args) -> Result<Value, Refusal> {
    let wrong = |messages| Refusal::new("invalid_arguments").saying(messages);
    let Some(Ok(mut view)) = args.structure("view") else {
        return Err(wrong(vec!["[ERROR] missing required field: view".to_owned()]));
    };
    if view.to_string().len() > SIZE_LIMIT {
        return Err(Refusal::new("view_too_large"));
    }
    validate_modal(&view).map_err(wrong)?;
    check_channels(team, &view).map_err(wrong)?;
    let blocks = view.get("blocks").cloned().unwrap_or_default();
    set(&mut view, "blocks", settle(blocks));
    Ok(view)
}

/// What stands in a menu of channels at first must be one.
fn check_channels(team: &Team, view: &Value) -> Result<(), Vec<String>> {
    let blocks = view.get("blocks").and_then(Value::as_array).into_iter().flatten();
    let named = blocks.enumerate().flat_map(|(number, block)| {
        let elements = elements(block).into_iter();
        elements
            .flat_map(|element| INITIAL.map(|key| (key, element.get(key))))
            .map(move |found| (number, found))
    });
    let unknown = named
        .filter(|(_, (_, id))| id.is_some_and(|id| id.as_str().is_none_or(|id| team.channel(id).is_none())));
    let reasons: Vec<String> = unknown
        .map(|(number, (key, _))| {
            format!("[ERROR] invalid value [json-pointer:/view/blocks/{number}/element/{key}]")
        })
        .collect();
    if reasons.is_empty() { Ok(()) } else { Err(reasons) }
}
