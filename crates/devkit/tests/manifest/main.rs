//! `manifest.yaml`, by which people make the Slack app, says what the app does: the
//! scopes that it calls with, its events, its commands and its URLs.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic here is a failed test")]

mod calls;
mod events;
mod limits;
mod scopes;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use devkit::template::{self, Deployment, Route};
use serde_yaml_ng::Value;

/// What an operator replaces.
const HOST: &str = "https://API_HOST";

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
