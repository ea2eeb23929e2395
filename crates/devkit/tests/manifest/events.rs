//! Which events the gateway does something about.

use std::collections::BTreeSet;

use crate::{manifest, read, texts};

/// The names of the types of events that the gateway does something about. A variant
/// of `Event` is called as the type is; of messages it takes those of one kind of
/// channel.
pub(crate) fn heard() -> BTreeSet<String> {
    let source = read("crates/app/src/events.rs");
    let arms =
        source.lines().map(str::trim).filter(|line| line.starts_with("Event::") && line.contains("=>"));
    let acted_upon = arms.filter(|line| !line.ends_with("=> Ok(()),"));
    let name = |arm: &str| {
        let variant = arm.trim_start_matches("Event::").split(|ch: char| !ch.is_alphanumeric()).next();
        let channel = arm.split_once("channel_type.as_deref() == Some(\"").map(|(_, rest)| rest);
        match channel.and_then(|rest| rest.split('"').next()) {
            Some(channel) => format!("{}.{channel}", snake(variant.unwrap())),
            None => snake(variant.unwrap()),
        }
    };
    acted_upon.map(name).collect()
}

/// `AppMention` is `app_mention`.
fn snake(name: &str) -> String {
    let mut result = String::new();
    for ch in name.chars() {
        if ch.is_uppercase() && !result.is_empty() {
            result.push('_');
        }
        result.push(ch.to_ascii_lowercase());
    }
    result
}

#[test]
fn the_events_are_those_that_the_gateway_does_something_about() {
    let heard = heard();
    assert!(heard.contains("app_mention") && heard.contains("message.im"), "{heard:?}");
    let asked: BTreeSet<String> = texts(&manifest(), "settings.event_subscriptions.bot_events")
        .into_iter()
        .map(str::to_owned)
        .collect();
    assert_eq!(asked, heard);
}
