//! `views.open` and `views.update`.

use domain::ids::TeamId;
use serde_json::{Value, json};

use super::content::check_view_blocks;
use super::{Args, Refusal};
use crate::slack::blocks::settle;
use crate::slack::events::set;
use crate::slack::mint;
use crate::slack::state::State;
use crate::slack::views::View;

/// How long a `trigger_id` lives.
const TRIGGER_LIFE_MS: u64 = 3_000;
/// Most characters in the title, and on either button.
const LABEL_LIMIT: usize = 24;
/// Most characters of `private_metadata`.
const METADATA_LIMIT: usize = 3_000;

/// `views.open`
pub(super) fn open(state: &mut State, id: &TeamId, args: &Args) -> Result<Value, Refusal> {
    let body = body(args)?;
    let trigger = args.required("trigger_id")?;
    let trigger = state.triggers.get_mut(&trigger).filter(|trigger| trigger.team == *id);
    let trigger = trigger.ok_or_else(|| Refusal::new("invalid_trigger_id"))?;
    if mint::now_ms().saturating_sub(trigger.made_ms) > TRIGGER_LIFE_MS {
        return Err(Refusal::new("expired_trigger_id"));
    }
    if std::mem::replace(&mut trigger.used, true) {
        return Err(Refusal::new("exchanged_trigger_id"));
    }
    let view = View::new(id.clone(), trigger.user.clone(), body);
    state.views.insert(view.id.clone(), view.clone());
    state.changed_modal(view.user.clone());
    Ok(json!({"view": view.to_json(state, &json!({}))}))
}

/// `views.update`
pub(super) fn update(state: &mut State, id: &TeamId, args: &Args) -> Result<Value, Refusal> {
    let body = body(args)?;
    let name = args.required("view_id")?;
    let view = state.views.get_mut(&name).filter(|view| view.team == *id);
    let view = view.ok_or_else(|| Refusal::new("not_found"))?;
    if args.text("hash").is_some_and(|hash| hash != view.hash) {
        return Err(Refusal::new("hash_conflict"));
    }
    view.body = body;
    view.hash = mint::secret();
    let view = view.clone();
    state.changed_modal(view.user.clone());
    Ok(json!({"view": view.to_json(state, &json!({}))}))
}

/// The view in the arguments, held to what Slack takes.
fn body(args: &Args) -> Result<Value, Refusal> {
    let wrong = |message: &str| Refusal::new("invalid_arguments").saying(vec![format!("[ERROR] {message}")]);
    let Some(Ok(mut view)) = args.structure("view") else {
        return Err(wrong("missing required field: view"));
    };
    let count =
        |pointer: &str| view.pointer(pointer).and_then(Value::as_str).map(|text| text.chars().count());
    if view.get("type") != Some(&json!("modal")) {
        return Err(wrong("unsupported type [json-pointer:/view/type]"));
    }
    if count("/title/text").is_none() {
        return Err(wrong("missing required field: title [json-pointer:/view]"));
    }
    if let Some(name) = ["title", "submit", "close"]
        .iter()
        .find(|name| count(&format!("/{name}/text")).is_some_and(|count| count > LABEL_LIMIT))
    {
        return Err(wrong(&format!("must be less than 25 characters [json-pointer:/view/{name}/text]")));
    }
    if count("/private_metadata").is_some_and(|count| count > METADATA_LIMIT) {
        return Err(wrong("must be less than 3001 characters [json-pointer:/view/private_metadata]"));
    }
    let Some(blocks) = view.get("blocks").filter(|blocks| blocks.is_array()).cloned() else {
        return Err(wrong("missing required field: blocks [json-pointer:/view]"));
    };
    check_view_blocks(&blocks)?;
    let inputs =
        blocks.as_array().is_some_and(|all| all.iter().any(|one| one.get("type") == Some(&json!("input"))));
    if inputs && view.get("submit").is_none() {
        return Err(wrong("missing required field: submit [json-pointer:/view]"));
    }
    set(&mut view, "blocks", settle(blocks));
    Ok(view)
}
