//! The inputs of a modal, as people see them; filled in by block id or by the
//! label that people read, and written as Slack sends them in `state.values`.
//!
//! <https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload>

use std::collections::BTreeMap;

use domain::ids::{ChannelId, UserId};
use serde_json::{Map, Value, json};

use super::blocks::{options, string};
use super::events::set;
use super::world::{Team, User};

mod choice;
mod shown;

pub(crate) use shown::shown;

/// Before whom a modal stands: what menus offer depends on it.
#[derive(Clone, Copy)]
pub(crate) struct Before<'a> {
    pub(crate) team: &'a Team,
    pub(crate) user: &'a UserId,
    /// Where they were when it was opened.
    pub(crate) here: Option<&'a ChannelId>,
}

/// One input block.
struct Input<'a> {
    block_id: String,
    action_id: String,
    /// The element's type.
    kind: String,
    label: String,
    element: &'a Value,
    optional: bool,
}

/// The labels of a view's inputs, in order.
pub(crate) fn labels(view: &Value) -> Vec<String> {
    inputs(view).into_iter().map(|input| input.label).collect()
}

/// The label of the input in the block `id`, if there is one.
pub(crate) fn label(view: &Value, id: &str) -> Option<String> {
    inputs(view).into_iter().find(|input| input.block_id == id).map(|input| input.label)
}

/// The state of a view's inputs: what was typed by block id and then action id,
/// or by label, over what stood there before. `Err` names what the view has no
/// input for, or needs.
pub(crate) fn filled(
    view: &Value,
    typed: &Map<String, Value>,
    by_label: &BTreeMap<String, String>,
    before: Before<'_>,
) -> Result<Value, String> {
    let inputs = inputs(view);
    let all =
        |name: for<'i> fn(&'i Input<'_>) -> &'i str| inputs.iter().map(name).collect::<Vec<_>>().join(", ");
    if let Some(unknown) = typed.keys().find(|id| !inputs.iter().any(|input| input.block_id == **id)) {
        let known = all(|input| &input.block_id);
        return Err(format!("the view has no input in a block “{unknown}”; there are: {known}"));
    }
    if let Some(unknown) = by_label.keys().find(|label| !inputs.iter().any(|input| input.is(label))) {
        let known = all(|input| &input.label);
        return Err(format!("the modal has no input “{unknown}”; there are: {known}"));
    }
    let mut values = json!({});
    for input in &inputs {
        let labelled = by_label.iter().find(|(label, _)| input.is(label)).map(|(_, text)| json!(text));
        let given = typed
            .get(&input.block_id)
            .and_then(|actions| actions.get(&input.action_id))
            .cloned()
            .or(labelled);
        let (member, _) = input.members();
        let value = match given {
            Some(given) => input.value(&given, before)?,
            None => input.initial(before),
        };
        if !input.optional && (value.is_null() || value == json!([])) {
            return Err(format!("the input “{}” must be filled in", input.label));
        }
        let value = if value.is_null() && member == "selected_options" { json!([]) } else { value };
        let state = json!({&input.action_id: {"type": input.kind, member: value}});
        set(&mut values, &input.block_id, state);
    }
    Ok(values)
}

fn inputs(view: &Value) -> Vec<Input<'_>> {
    let blocks = view.get("blocks").and_then(Value::as_array).into_iter().flatten();
    let inputs = blocks.filter(|block| block.get("type") == Some(&json!("input")));
    inputs
        .filter_map(|block| {
            let element = block.get("element")?;
            Some(Input {
                block_id: string(block, "block_id"),
                action_id: string(element, "action_id"),
                kind: string(element, "type"),
                label: string(block.get("label")?, "text"),
                element,
                optional: block.get("optional") == Some(&json!(true)),
            })
        })
        .collect()
}

impl Input<'_> {
    /// Whether a person who says `label` means this.
    fn is(&self, label: &str) -> bool {
        let bare = |text: &str| text.trim().trim_end_matches([':', '?', '*']).trim().to_lowercase();
        bare(&self.label) == bare(label)
    }

    /// Where Slack puts the value, and where the app puts what stands there at first.
    fn members(&self) -> (&'static str, &'static str) {
        match self.kind.as_str() {
            "static_select" | "external_select" | "radio_buttons" => ("selected_option", "initial_option"),
            "multi_static_select" | "checkboxes" => ("selected_options", "initial_options"),
            "users_select" => ("selected_user", "initial_user"),
            "multi_users_select" => ("selected_users", "initial_users"),
            "channels_select" => ("selected_channel", "initial_channel"),
            "conversations_select" => ("selected_conversation", "initial_conversation"),
            "datepicker" => ("selected_date", "initial_date"),
            "timepicker" => ("selected_time", "initial_time"),
            _ => ("value", "initial_value"),
        }
    }

    /// What stands there until somebody changes it.
    fn initial(&self, before: Before<'_>) -> Value {
        let (_, initial) = self.members();
        let current = || self.current(before).map(|channel| json!(channel));
        self.element.get(initial).cloned().or_else(current).unwrap_or(Value::Null)
    }

    /// What a person typed or chose, as Slack sends it.
    fn value(&self, given: &Value, before: Before<'_>) -> Result<Value, String> {
        let Some(text) = given.as_str() else { return Ok(given.clone()) };
        if text.is_empty() {
            return Ok(Value::Null);
        }
        let each = |one: &dyn Fn(&str) -> Result<Value, String>| {
            let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
            parts.map(one).collect::<Result<Vec<_>, _>>().map(Value::from)
        };
        match self.members().0 {
            "selected_option" => self.option(text),
            "selected_options" => each(&|part| self.option(part)),
            "selected_user" => user(text, before.team).map(|user| json!(user.id)),
            "selected_users" => each(&|part| user(part, before.team).map(|user| json!(user.id))),
            "selected_channel" | "selected_conversation" => self.channel(text, before),
            "selected_time" => self.time(text),
            _ => self.within(text),
        }
    }

    /// A text, if the field lets people type one like it.
    fn within(&self, text: &str) -> Result<Value, String> {
        let is_text = self.kind == "plain_text_input";
        if is_text && text.contains('\n') && self.element.get("multiline") != Some(&json!(true)) {
            return Err(format!("the input “{}” takes one line", self.label));
        }
        let limit = self.element.get("max_length").and_then(Value::as_u64);
        match limit.and_then(|limit| usize::try_from(limit).ok()) {
            Some(limit) if text.chars().count() > limit => {
                Err(format!("the input “{}” takes no more than {limit} characters", self.label))
            }
            _ => Ok(json!(text)),
        }
    }

    fn option(&self, text: &str) -> Result<Value, String> {
        let shown =
            |option: &Value| option.get("text").map(|shown| string(shown, "text")).unwrap_or_default();
        let all: Vec<_> = options(self.element).collect();
        let meant = |option: &&&Value| {
            shown(option).eq_ignore_ascii_case(text) || option.get("value") == Some(&json!(text))
        };
        all.iter().find(meant).map(|option| (**option).clone()).ok_or_else(|| {
            let known: Vec<_> = all.iter().map(|option| shown(option)).collect();
            format!("“{}” has no option “{text}”; there are: {}", self.label, known.join(", "))
        })
    }
}

fn user<'a>(name: &str, team: &'a Team) -> Result<&'a User, String> {
    team.named(name).ok_or_else(|| format!("there is no user “{name}”"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slack::sample;

    fn view() -> Value {
        let plain = |text: &str| json!({"type": "plain_text", "text": text});
        let option = |text: &str, value: &str| json!({"text": plain(text), "value": value});
        let input = |block: &str, label: &str, optional: bool, element: Value| json!({"type": "input", "block_id": block, "label": plain(label), "optional": optional, "element": element});
        json!({"blocks": [
            {"type": "section", "text": plain("Fill this in")},
            input("b1", "Name?", false, json!({"type": "plain_text_input", "action_id": "a"})),
            input("b2", "Host", true, json!({"type": "static_select", "action_id": "a",
                "options": [option("Same host", "same"), option("New host", "new")]})),
            input("b3", "Days", true, json!({"type": "checkboxes", "action_id": "a",
                "options": [option("Mon", "1"), option("Tue", "2")], "initial_options": [option("Tue", "2")]})),
            input("b4", "Where", true, json!({"type": "conversations_select", "action_id": "a"})),
            input("b5", "Who", true, json!({"type": "users_select", "action_id": "a"})),
        ]})
    }

    fn fill(labels: &[(&str, &str)]) -> Result<Value, String> {
        let labels = labels.iter().map(|(label, text)| ((*label).to_owned(), (*text).to_owned())).collect();
        let (team, user) = (sample::team(), UserId::new("U0ANN00001"));
        filled(&view(), &Map::new(), &labels, Before { team: &team, user: &user, here: None })
    }

    #[test]
    fn inputs_are_filled_by_their_labels() {
        let state = fill(&[
            ("name", "web-1"),
            ("HOST", "new host"),
            ("Days", "mon, 2"),
            ("where", "#ops"),
            ("who", "@bob"),
        ])
        .unwrap();
        for (pointer, value) in [
            ("/b1/a/value", json!("web-1")),
            ("/b2/a/selected_option/value", json!("new")),
            ("/b3/a/selected_options/0/value", json!("1")),
            ("/b3/a/selected_options/1/value", json!("2")),
            ("/b4/a/selected_conversation", json!("C0OPS00001")),
            ("/b5/a/selected_user", json!("U0BOB00001")),
        ] {
            assert_eq!(state.pointer(pointer), Some(&value), "{pointer}");
        }
    }

    #[test]
    fn inputs_are_shown_with_what_stands_in_them() {
        let (team, user, here) = (sample::team(), UserId::new("U0ANN00001"), ChannelId::new("C0OPS00001"));
        let plain = |text: &str| json!({"type": "plain_text", "text": text});
        let input =
            |label: &str, element: Value| json!({"type": "input", "label": plain(label), "element": element});
        let mut view = view();
        view["blocks"].as_array_mut().unwrap().extend([
            input("Why", json!({"type": "plain_text_input", "initial_value": "one\ntwo"})),
            input("At", json!({"type": "timepicker", "initial_time": "09:30"})),
            input("Until", json!({"type": "timepicker"})),
            input("Here", json!({"type": "conversations_select", "default_to_current_conversation": true})),
            input("There", json!({"type": "conversations_select", "initial_conversation": "C0GENERAL1"})),
            input("By", json!({"type": "users_select", "initial_user": "U0BOB00001"})),
        ]);
        let shown = shown(&view, Before { team: &team, user: &user, here: Some(&here) });
        let expected = [
            "[Name?]",
            "[Host ▾ Same host | New host]",
            "[Days ☐ Mon ☑ Tue]",
            "[Where ▾]",
            "[Who ▾]",
            "[Why: one / two]",
            "[At: 09:30]",
            "[Until]",
            "[Here ▾ #ops]",
            "[There ▾ #general]",
            "[By ▾ @bob]",
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn what_is_not_touched_stays() {
        let state = fill(&[("Name", "x")]).unwrap();
        assert_eq!(state["b3"]["a"]["selected_options"][0]["value"], json!("2"));
        assert_eq!(state["b2"]["a"]["selected_option"], Value::Null);
    }

    #[test]
    fn what_cannot_be_filled_in_is_explained() {
        for (labels, sentence) in [
            (vec![], "the input “Name?” must be filled in"),
            (vec![("Nam", "x")], "the modal has no input “Nam”; there are: Name?, Host, Days, Where, Who"),
            (
                vec![("Name", "x"), ("Host", "moon")],
                "“Host” has no option “moon”; there are: Same host, New host",
            ),
            (vec![("Name", "x"), ("Where", "#moon")], "there is no channel “#moon”"),
            (vec![("Name", "x"), ("Where", "secret")], "“Where” does not offer #secret"),
            (vec![("Name", "x"), ("Where", "#attic")], "“Where” does not offer #attic"),
            (vec![("Name", "x\ny")], "the input “Name?” takes one line"),
        ] {
            assert_eq!(fill(&labels), Err(sentence.to_owned()));
        }
    }
}
