//! Block Kit as people meet it: what blocks say as text, and what in them can
//! be clicked.

use serde_json::{Value, json};

use super::events::set;
use super::mint;
use super::text;
use super::world::Team;

/// Something in a message that can be clicked or chosen.
#[derive(Clone, Debug)]
pub(crate) struct Control {
    pub(crate) block_id: String,
    /// The element: a button, or a menu.
    pub(crate) element: Value,
    /// The chosen option of a menu.
    pub(crate) option: Option<Value>,
    /// What people read on it.
    pub(crate) label: String,
}

impl Control {
    /// Whether a person who says `name` means this.
    fn is(&self, name: &str) -> bool {
        let bare = name.trim().trim_start_matches('[').trim_end_matches(']');
        let word = |value: &Value, member: &str| value.get(member).and_then(Value::as_str).map(str::to_owned);
        let same = |text: Option<String>| text.as_deref() == Some(bare);
        self.label.eq_ignore_ascii_case(bare)
            || self.option.as_ref().map_or_else(
                || same(word(&self.element, "action_id")) || same(word(&self.element, "value")),
                |option| same(word(option, "value")),
            )
    }

    /// The member of `actions` that Slack sends for a click on this.
    pub(crate) fn action(&self, ts: &str) -> Value {
        let mut action = self.element.clone();
        if let Some(members) = action.as_object_mut() {
            members.remove("options");
            members.remove("option_groups");
            members.remove("confirm");
            members.remove("placeholder");
        }
        set(&mut action, "block_id", json!(self.block_id));
        set(&mut action, "action_ts", json!(ts));
        if let Some(option) = &self.option {
            set(&mut action, "selected_option", option.clone());
        }
        action
    }
}

impl Control {
    /// What Slack says is chosen in the message: menus have a state, buttons have none.
    pub(crate) fn state(&self) -> Value {
        let Some(option) = &self.option else { return json!({}) };
        let action_id = string(&self.element, "action_id");
        let kind = string(&self.element, "type");
        json!({&self.block_id: {action_id: {"type": kind, "selected_option": option}}})
    }
}

/// Gives each block and each element the id that Slack would give it.
pub(crate) fn settle(mut blocks: Value) -> Value {
    for block in blocks.as_array_mut().into_iter().flatten() {
        name(block, "block_id");
        for list in ["elements", "accessory", "element"] {
            match block.get_mut(list) {
                Some(Value::Array(elements)) => {
                    elements
                        .iter_mut()
                        .filter(|element| acts(element))
                        .for_each(|one| name(one, "action_id"));
                }
                Some(element) if acts(element) => name(element, "action_id"),
                _ => {}
            }
        }
    }
    blocks
}

/// A view whose blocks and elements have their ids.
pub(crate) fn settled(mut view: Value) -> Value {
    if let Some(blocks) = view.get("blocks").cloned() {
        set(&mut view, "blocks", settle(blocks));
    }
    view
}

fn acts(element: &Value) -> bool {
    let kind = element.get("type").and_then(Value::as_str).unwrap_or_default();
    kind == "button" || kind.contains("select") || kind.contains("input") || kind == "overflow"
}

fn name(value: &mut Value, member: &str) {
    if value.get(member).is_none() {
        let id: String = mint::secret().chars().take(5).collect();
        set(value, member, json!(id));
    }
}

/// The control that people call `name`.
pub(crate) fn control(blocks: &Value, name: &str, team: &Team) -> Option<Control> {
    controls(blocks, team).into_iter().find(|control| control.is(name))
}

/// Everything that can be clicked.
pub(crate) fn controls(blocks: &Value, team: &Team) -> Vec<Control> {
    let mut found = Vec::new();
    for block in blocks.as_array().into_iter().flatten() {
        let block_id = string(block, "block_id");
        let elements = block.get("elements").and_then(Value::as_array).into_iter().flatten();
        for element in elements.chain(block.get("accessory")) {
            let control = |label: &Value, option: Option<Value>| Control {
                block_id: block_id.clone(),
                element: element.clone(),
                option,
                label: text_object(Some(label), team),
            };
            match string(element, "type").as_str() {
                "button" => found.push(control(element.get("text").unwrap_or(&Value::Null), None)),
                "static_select" | "overflow" | "radio_buttons" => {
                    found.extend(options(element).map(|option| {
                        control(option.get("text").unwrap_or(&Value::Null), Some(option.clone()))
                    }));
                }
                _ => {}
            }
        }
    }
    found
}

/// What in a block can be clicked, chosen or filled in.
pub(crate) fn elements(block: &Value) -> Vec<&Value> {
    let list = block.get("elements").and_then(Value::as_array).into_iter().flatten();
    list.chain(block.get("accessory")).chain(block.get("element")).collect()
}

/// The options of a menu, those in groups included.
pub(crate) fn options(element: &Value) -> impl Iterator<Item = &Value> {
    let groups = element.get("option_groups").and_then(Value::as_array).into_iter().flatten();
    std::iter::once(element)
        .chain(groups)
        .filter_map(|holder| holder.get("options").and_then(Value::as_array))
        .flatten()
}

/// What a person reads in these blocks, line by line.
pub(crate) fn as_text(blocks: &Value, team: &Team) -> String {
    let lines: Vec<String> = blocks
        .as_array()
        .into_iter()
        .flatten()
        .map(|block| block_text(block, team))
        .filter(|line| !line.is_empty())
        .collect();
    lines.join("\n")
}

fn block_text(block: &Value, team: &Team) -> String {
    let all = |member: &str, between: &str| {
        let items = block.get(member).and_then(Value::as_array).into_iter().flatten();
        items
            .map(|item| element_text(item, team))
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join(between)
    };
    match string(block, "type").as_str() {
        "section" => {
            let accessory = block.get("accessory").map(|one| element_text(one, team));
            let parts =
                [text_object(block.get("text"), team), all("fields", "\n"), accessory.unwrap_or_default()];
            parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
        }
        "header" => text_object(block.get("text"), team),
        "context" => all("elements", "  "),
        "actions" => all("elements", " "),
        "divider" => "───".into(),
        "image" => format!("[image: {}]", string(block, "alt_text")),
        "markdown" => string(block, "text"),
        "rich_text" => all("elements", "\n"),
        // See `inputs::shown`.
        "input" => String::new(),
        other => format!("[{other}]"),
    }
}

fn element_text(element: &Value, team: &Team) -> String {
    match string(element, "type").as_str() {
        "button" => format!("[{}]", text_object(element.get("text"), team)),
        "static_select" | "overflow" | "radio_buttons" => {
            let options: Vec<_> =
                options(element).map(|option| text_object(option.get("text"), team)).collect();
            let holder = text_object(element.get("placeholder"), team);
            let holder = if holder.is_empty() { "choose".to_owned() } else { holder };
            format!("[{holder} ▾ {}]", options.join(" | "))
        }
        "image" => format!("[image: {}]", string(element, "alt_text")),
        "rich_text_section" => {
            let items = element.get("elements").and_then(Value::as_array).into_iter().flatten();
            items.map(|item| string(item, "text")).collect()
        }
        "mrkdwn" | "plain_text" => text_object(Some(element), team),
        _ => String::new(),
    }
}

fn text_object(object: Option<&Value>, team: &Team) -> String {
    let Some(object) = object else { return String::new() };
    let said = string(object, "text");
    // Plain text has entities but no tokens.
    if string(object, "type") == "mrkdwn" { text::display(&said, team) } else { text::unescape(&said) }
}

pub(crate) fn string(value: &Value, member: &str) -> String {
    value.get(member).and_then(Value::as_str).unwrap_or_default().to_owned()
}
