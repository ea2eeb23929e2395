//! What can be clicked below each message, and that a click means exactly what
//! the message is about, whatever the instances are called.

mod done;
mod meant;
mod names;

use domain::command::{Command, Parsed, Refusal, Target, Verb, parse};
use domain::instance::{Action, Instance, InstanceState};
use domain::job::Progress;
use serde_json::Value;
use slack::blocks::{Message, validate};

use super::super::*;
use super::{STOP, instance, place, plan};

const RUNNING: InstanceState = InstanceState::Running;
const STOPPED: InstanceState = InstanceState::Stopped;

/// Everything in `message` to click: its id, what it says, and what it sends.
/// Slack takes the message as it is.
pub(super) fn buttons(message: &Message) -> Vec<(String, String, String)> {
    let value = serde_json::to_value(message).unwrap();
    let blocks = value.get("blocks").cloned().unwrap_or(Value::Array(Vec::new()));
    assert_eq!(validate(&blocks), Ok(()), "{blocks:#}");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let elements = blocks.as_array().unwrap().iter().filter(|block| block["type"] == "actions");
    let elements = elements.flat_map(|block| block["elements"].as_array().unwrap());
    let each = elements.flat_map(|element| match element["options"].as_array() {
        Some(options) => options.iter().map(|option| (element, option)).collect(),
        None => vec![(element, element)],
    });
    each.map(|(element, shown)| {
        (text(&element["action_id"]), text(&shown["text"]["text"]), text(&shown["value"]))
    })
    .collect()
}

/// The same without ids.
fn clicks(message: &Message) -> Vec<(String, String)> {
    buttons(message).into_iter().map(|(_, label, value)| (label, value)).collect()
}

fn check(message: &Message, expected: &[(&str, &str)]) {
    let expected: Vec<(String, String)> =
        expected.iter().map(|(label, value)| ((*label).to_owned(), (*value).to_owned())).collect();
    assert_eq!(clicks(message), expected, "{}", message.fallback());
    if !expected.is_empty() {
        let sections: Vec<Value> =
            message.blocks().iter().map(|block| serde_json::to_value(block).unwrap()).collect();
        let shown: Vec<&str> = sections.iter().filter_map(|block| block["text"]["text"].as_str()).collect();
        assert_eq!(shown.join("\n"), message.fallback(), "the blocks say what the text says");
    }
}

fn read(value: &str) -> Command {
    match parse(value, None) {
        Parsed::Command(command) => command,
        other => panic!("{value}: {other:?}"),
    }
}

fn unclear(suggestion: Option<&str>) -> Refusal {
    Refusal::Unclear { word: "stpo".to_owned(), suggestion: suggestion.map(str::to_owned) }
}

fn reached(state: InstanceState) -> Progress {
    Progress::Reached { state, took_ms: 41_000 }
}

fn refused(tried: bool) -> Progress {
    Progress::Refused { why: "It failed.".to_owned(), tried }
}

#[test]
fn what_nothing_brings_back_is_asked_about_first() {
    let confirms = |message: &Message| {
        let value = serde_json::to_value(message).unwrap();
        let row =
            value["blocks"].as_array().unwrap().iter().find(|block| block["type"] == "actions").cloned();
        row.unwrap()["elements"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|element| element.get("confirm").is_some())
            .count()
    };
    let twins = [&instance("twin", RUNNING)];
    for (text, asked) in [
        ("terminate web-9", 1),
        ("kill web-9", 1),
        ("terminate web-9 --dry-run", 0),
        ("stop web-9", 0),
        ("check web-9", 0),
    ] {
        let command = read(text);
        let closest = ["web-1".to_owned()];
        assert_eq!(
            confirms(&not_found(&command, "web-9", &[&place("eu-west-1")], &closest, &[])),
            asked,
            "{text}"
        );
        assert_eq!(confirms(&several(&command, "web-9", &twins)), asked, "{text}");
    }
    assert_eq!(confirms(&refusal(&unclear(Some("terminate web-1")))), 1);
    assert_eq!(confirms(&result(&plan(Action::Terminate, &[("a", refused(true)), ("b", refused(true))]))), 2);
}

#[test]
fn a_long_message_keeps_its_buttons() {
    let name = "&".repeat(255);
    let many: Vec<Instance> = (0..30).map(|_| instance(&name, RUNNING)).collect();
    let many: Vec<&Instance> = many.iter().collect();
    let said = list(&super::page(&many, 2));
    assert_eq!(clicks(&said), [("Next".to_owned(), "find".to_owned())]);
    assert!(said.fallback().len() > 4_000, "longer than an edited message's text");
    let targets: Vec<(&str, Progress)> =
        (0..10).map(|_| (name.as_str(), Progress::Lost { state: Some(RUNNING) })).collect();
    assert_eq!(clicks(&result(&plan(STOP, &targets))).len(), 1);
    // A command that no button can carry.
    let said = list(&Page { command: &"&amp;".repeat(401), ..super::page(&many, 2) });
    assert!(said.blocks().is_empty());
}

#[test]
fn words_before_the_buttons_are_never_cut() {
    let unknown = Target::Name("web".to_owned());
    let command = Command { targets: vec![unknown], ..Command::new(Verb::Check) };
    let blind = vec!["x".repeat(2_000); 3];
    let said = not_found(&command, "web", &[&place("eu-west-1")], &["web-1".to_owned()], &blind);
    check(&said, &[("web-1", "check web-1")]);
    assert_eq!(said.blocks().len(), 4);
}
