//! Modals, as far as the app opens them: a trigger is good once, for three
//! seconds; whoever sees a modal fills it in and submits it, until the app takes
//! it.

use domain::time::Millis;
use serde_json::{Value, json};
use slack::blocks::validate_modal;

use super::slack::{FakeSlack, State, TEAM, refusal};
use super::typed::Click;
use super::world::World;
use crate::http::Response;
use crate::ports::Clock as _;

/// How long a trigger can be used.
const TRIGGER_LIFE_MS: u64 = 3_000;

/// What may open a modal.
pub(super) struct Trigger {
    user: String,
    made: Millis,
    is_used: bool,
}

/// A modal that somebody has before them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OpenModal {
    pub(crate) id: String,
    pub(crate) user: String,
    /// As the app described it.
    pub(crate) view: Value,
    /// What stands at its inputs, by block.
    pub(crate) errors: Value,
}

/// A modal as it is submitted, filled in.
#[derive(Clone, Debug)]
pub(crate) struct Filled {
    /// As Slack posts it.
    pub(crate) payload: Value,
}

impl State {
    /// `views.open`
    pub(super) fn open(&mut self, body: &Value, now: Millis) -> Value {
        let Some(trigger) = self.triggers.get_mut(body["trigger_id"].as_str().unwrap()) else {
            return refusal("invalid_trigger_id");
        };
        if now.since(trigger.made) > TRIGGER_LIFE_MS {
            return refusal("expired_trigger_id");
        }
        if std::mem::replace(&mut trigger.is_used, true) {
            return refusal("exchanged_trigger_id");
        }
        assert_eq!(validate_modal(&body["view"]), Ok(()), "{body}");
        self.opened += 1;
        let id = format!("V{}", self.opened);
        let (user, view) = (trigger.user.clone(), body["view"].clone());
        self.modals.push(OpenModal { id: id.clone(), user, view, errors: json!({}) });
        json!({"ok": true, "view": {"id": id}})
    }
}

impl State {
    /// `views.update`
    pub(super) fn update(&mut self, body: &Value) -> Value {
        let id = body["view_id"].as_str().unwrap();
        let Some(modal) = self.modals.iter_mut().find(|modal| modal.id == id) else {
            return refusal("not_found");
        };
        assert_eq!(validate_modal(&body["view"]), Ok(()), "{body}");
        modal.view = body["view"].clone();
        modal.errors = json!({});
        json!({"ok": true, "view": {"id": id}})
    }
}

impl FakeSlack {
    /// `trigger` is good from now on, unless it is known already.
    pub(super) fn pull_trigger(&self, click: &Click) {
        self.new_trigger(click.text("/trigger_id"), click.text("/user/id"));
    }

    /// The same with a trigger of any kind.
    pub(super) fn new_trigger(&self, trigger: String, user: String) {
        let made = self.clock.now();
        self.state.lock().unwrap().triggers.entry(trigger).or_insert(Trigger { user, made, is_used: false });
    }

    /// The modal that `user` has opened last and not got rid of.
    pub(crate) fn modal(&self, user: &str) -> Option<OpenModal> {
        self.state.lock().unwrap().modals.iter().rev().find(|modal| modal.user == user).cloned()
    }

    /// What Slack makes of the app's answer: nothing at all takes the modal away.
    fn turn(&self, id: &str, answer: &Response) {
        let mut state = self.state.lock().unwrap();
        if (answer.status, answer.body.as_str()) == (200, "") {
            return state.modals.retain(|modal| modal.id != id);
        }
        let Some(modal) = state.modals.iter_mut().find(|modal| modal.id == id) else { return };
        let Ok(body) = serde_json::from_str::<Value>(&answer.body) else { return };
        assert_eq!(answer.headers, [("content-type".to_owned(), "application/json".to_owned())]);
        assert_eq!(body["response_action"], "errors", "{body}");
        let blocks: Vec<&Value> = modal.view["blocks"].as_array().unwrap().iter().collect();
        for block in body["errors"].as_object().unwrap().keys() {
            let is_input = |one: &&&Value| one["block_id"] == json!(block) && one["type"] == "input";
            assert!(blocks.iter().any(|one| is_input(&one)), "there is no input {block}");
        }
        modal.errors = body["errors"].clone();
    }
}

impl OpenModal {
    /// Filled in: by the labels of its inputs.
    pub(crate) fn filled(&self, labels: &[(&str, &str)]) -> Filled {
        let mut values = json!({});
        for block in self.view["blocks"].as_array().unwrap().iter().filter(|block| block["type"] == "input") {
            let label = block["label"]["text"].as_str().unwrap();
            let typed = labels.iter().find(|(known, _)| *known == label).map(|(_, text)| *text);
            let (block, field) = (block["block_id"].as_str().unwrap(), &block["element"]);
            values[block] = json!({field["action_id"].as_str().unwrap(): filled_in(field, typed)});
        }
        let mut view = self.view.clone();
        view["id"] = json!(self.id);
        view["team_id"] = json!(TEAM);
        view["state"] = json!({"values": values});
        let payload = json!({
            "type": "view_submission",
            "team": {"id": TEAM, "domain": "acme"},
            "user": {"id": self.user, "username": "ann", "team_id": TEAM},
            "api_app_id": "A0BELLHOP",
            "token": "deprecated",
            "trigger_id": "1.1.submission",
            "view": view,
            "response_urls": [],
            "is_enterprise_install": false,
            "enterprise": null,
        });
        Filled { payload }
    }

    /// The errors that stand in it, one line each.
    pub(crate) fn shown(&self) -> Vec<String> {
        let errors = self.errors.as_object().unwrap().iter();
        errors.map(|(block, text)| format!("{block}: {}", text.as_str().unwrap())).collect()
    }
}

/// A field with what was typed into it, or, if nobody has touched it, with what it
/// was shown with.
fn filled_in(field: &Value, typed: Option<&str>) -> Value {
    let kind = field["type"].as_str().unwrap();
    let given = typed.filter(|text| !text.is_empty());
    let or_shown = |key: &str| if typed.is_some() { json!(given) } else { field[key].clone() };
    match kind {
        "conversations_select" => {
            json!({"type": kind, "selected_conversation": or_shown("initial_conversation")})
        }
        "timepicker" => json!({"type": kind, "selected_time": or_shown("initial_time")}),
        "checkboxes" => {
            let is_chosen = |option: &&Value| {
                given.is_some_and(|given| given.split(',').any(|label| option["text"]["text"] == label))
            };
            let options = field["options"].as_array().into_iter().flatten();
            let chosen: Vec<&Value> = match (typed, field["initial_options"].as_array()) {
                (None, shown) => shown.into_iter().flatten().collect(),
                (Some(_), _) => options.filter(is_chosen).collect(),
            };
            json!({"type": kind, "selected_options": chosen})
        }
        _ => json!({"type": kind, "value": or_shown("initial_value")}),
    }
}

impl Filled {
    /// By somebody else, which Slack would never allow.
    pub(crate) fn by(mut self, user: &str) -> Self {
        self.payload["user"]["id"] = json!(user);
        self
    }

    /// With `value` at `pointer`.
    pub(crate) fn with(mut self, pointer: &str, value: Value) -> Self {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        self.payload.pointer_mut(parent).unwrap()[key] = value;
        self
    }
}

impl World {
    /// Somebody submits a modal, once. Nothing if the gateway died.
    pub(crate) async fn submits(&self, filled: &Filled) -> Option<Response> {
        let body = super::typed::payload_form(&filled.payload);
        let answer = self.seam.survive(self.post_interaction(&body)).await;
        if let Some(answer) = &answer {
            self.slack.turn(filled.payload["view"]["id"].as_str().unwrap_or_default(), answer);
        }
        answer
    }

    /// `user` fills in the modal before them and submits it, to the end of its job.
    pub(crate) async fn fill(&self, user: &str, labels: &[(&str, &str)]) -> Option<Response> {
        let modal = self.slack.modal(user).unwrap_or_else(|| panic!("{user} sees no modal"));
        let answer = self.submits(&modal.filled(labels)).await;
        Box::pin(self.settle()).await;
        answer
    }
}
