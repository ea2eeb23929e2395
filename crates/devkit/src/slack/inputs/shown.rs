//! What people see of inputs before they change anything.

use serde_json::{Value, json};

use super::{Before, Input, inputs};
use crate::slack::blocks::{options, string};

/// Each input of a view with what stands in it: `[Name]`, `[Days ☑ Mon ☐ Tue]`.
pub(crate) fn shown(view: &Value, before: Before<'_>) -> Vec<String> {
    inputs(view).iter().map(|input| format!("[{}]", input.shown(before))).collect()
}

impl Input<'_> {
    fn shown(&self, before: Before<'_>) -> String {
        let initial = self.initial(before);
        let label = &self.label;
        let named = |name: Option<String>| match name {
            Some(name) => format!("{label} ▾ {name}"),
            None => format!("{label} ▾"),
        };
        let text = initial.as_str().unwrap_or_default();
        match self.members().0 {
            "selected_options" => format!("{label} {}", self.boxes(&initial)),
            "selected_option" => named(Some(match option_text(&initial) {
                chosen if chosen.is_empty() => {
                    options(self.element).map(option_text).collect::<Vec<_>>().join(" | ")
                }
                chosen => chosen,
            })),
            "selected_channel" | "selected_conversation" => {
                named(before.team.channel(text).map(|channel| format!("#{}", channel.name)))
            }
            "selected_user" => named(before.team.user(text).map(|user| format!("@{}", user.name))),
            _ if text.is_empty() => label.clone(),
            _ => format!("{label}: {}", text.lines().collect::<Vec<_>>().join(" / ")),
        }
    }

    /// Every option, ticked or not.
    fn boxes(&self, ticked: &Value) -> String {
        let ticked = ticked.as_array().map(Vec::as_slice).unwrap_or_default();
        let is_ticked = |option: &Value| {
            ticked.iter().any(|one| {
                one.get("value").unwrap_or(&json!(null)) == option.get("value").unwrap_or(&Value::Null)
            })
        };
        let each = options(self.element).map(|option| {
            let mark = if is_ticked(option) { '☑' } else { '☐' };
            format!("{mark} {}", option_text(option))
        });
        each.collect::<Vec<_>>().join(" ")
    }
}

fn option_text(option: &Value) -> String {
    option.get("text").map(|text| string(text, "text")).unwrap_or_default()
}
