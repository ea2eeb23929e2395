//! `manifest.yaml`, by which people make the Slack app, says what the app does:
//! its scopes, its commands and its URLs.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic here is a failed test")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use devkit::template::{self, Deployment, Route};
use serde_yaml_ng::Value;

/// What an operator replaces.
const HOST: &str = "https://API_HOST";

/// Slack's limits: the name, a description, a command and its hint.
/// <https://docs.slack.dev/reference/app-manifest>
const LIMITS: [(&str, usize); 4] =
    [("name", 35), ("description", 140), ("command", 32), ("usage_hint", 1_000)];

/// The sections that a manifest may have.
const SECTIONS: [&str; 5] = ["_metadata", "display_information", "features", "oauth_config", "settings"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn read(file: &str) -> String {
    std::fs::read_to_string(root().join(file)).unwrap()
}

fn manifest() -> Value {
    serde_yaml_ng::from_str(&read("manifest.yaml")).unwrap()
}

fn at<'a>(value: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(value, |value, key| value.get(key).unwrap_or_else(|| panic!("no {key} in {path}")))
}

fn texts<'a>(value: &'a Value, path: &str) -> BTreeSet<&'a str> {
    at(value, path).as_sequence().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

/// All texts between quotation marks in `source`, from `from` to the next `;`.
fn literals<'a>(source: &'a str, from: &str) -> BTreeSet<&'a str> {
    let (_, after) = source.split_once(from).unwrap_or_else(|| panic!("no {from}"));
    let statement = after.split(';').nth(1).unwrap();
    statement.split('"').skip(1).step_by(2).collect()
}

/// Every mapping in `value`, itself included.
fn mappings<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    match value {
        Value::Mapping(mapping) => {
            found.push(value);
            mapping.values().for_each(|value| mappings(value, found));
        }
        Value::Sequence(items) => items.iter().for_each(|value| mappings(value, found)),
        _ => {}
    }
}

#[test]
fn the_manifest_asks_for_the_scopes_that_the_installation_asks_for() {
    let source = read("crates/app/src/install/mod.rs");
    // `[&str; 5] = [ … ]`: the list stands behind the first semicolon.
    let asked = literals(&source, "pub const SCOPES: [&str");
    assert!(asked.contains("chat:write"), "the scopes were not found: {asked:?}");
    assert_eq!(texts(&manifest(), "oauth_config.scopes.bot"), asked);
}

#[test]
fn the_manifest_has_the_commands_that_the_gateway_knows() {
    let source = read("crates/app/src/commands.rs");
    let (_, known) = source.split_once("match command.command.as_str() {").unwrap();
    let known: BTreeSet<&str> =
        known.split('"').skip(1).step_by(2).take_while(|name| name.starts_with('/')).collect();
    let manifest = manifest();
    let commands = at(&manifest, "features.slash_commands").as_sequence().unwrap();
    let named: BTreeSet<&str> =
        commands.iter().map(|command| at(command, "command").as_str().unwrap()).collect();
    assert_eq!(named, known);
}

#[test]
fn every_url_is_a_route_of_the_template() {
    let stack = template::read(&read("template.yaml"), &Deployment::default()).unwrap();
    let routes: BTreeSet<String> =
        stack.functions.iter().flat_map(|function| function.routes.iter().map(Route::key)).collect();
    let manifest = manifest();
    let mut urls: Vec<(&str, &str)> = vec![
        ("POST", at(&manifest, "settings.event_subscriptions.request_url").as_str().unwrap()),
        ("POST", at(&manifest, "settings.interactivity.request_url").as_str().unwrap()),
    ];
    urls.extend(texts(&manifest, "oauth_config.redirect_urls").into_iter().map(|url| ("GET", url)));
    let commands = at(&manifest, "features.slash_commands").as_sequence().unwrap();
    urls.extend(commands.iter().map(|command| ("POST", at(command, "url").as_str().unwrap())));
    for (method, url) in urls {
        let path = url.strip_prefix(HOST).unwrap_or_else(|| panic!("{url} is somewhere else"));
        assert!(routes.contains(&format!("{method} {path}")), "{method} {path} is no route");
    }
}

#[test]
fn what_slack_would_refuse_is_not_in_it() {
    let manifest = manifest();
    let sections: Vec<&str> =
        manifest.as_mapping().unwrap().keys().map(|section| section.as_str().unwrap()).collect();
    assert_eq!(sections, SECTIONS);
    let mut all = Vec::new();
    mappings(&manifest, &mut all);
    let mut checked = 0;
    for mapping in all {
        for (field, limit) in LIMITS {
            let Some(text) = mapping.get(field).and_then(Value::as_str) else { continue };
            assert!((1..=limit).contains(&text.chars().count()), "{field} is too long: {text}");
            checked += 1;
        }
    }
    assert!(checked >= 10, "only {checked} texts were checked");
    let events = texts(&manifest, "settings.event_subscriptions.bot_events");
    let (scopes, needs) = (
        texts(&manifest, "oauth_config.scopes.bot"),
        [("app_mention", "app_mentions:read"), ("message.im", "im:history")],
    );
    for (event, scope) in needs {
        assert!(events.contains(event) && scopes.contains(scope), "{event} needs {scope}");
    }
    assert_eq!(at(&manifest, "features.app_home.messages_tab_enabled"), &Value::Bool(true));
    assert_eq!(at(&manifest, "features.app_home.messages_tab_read_only_enabled"), &Value::Bool(false));
}
