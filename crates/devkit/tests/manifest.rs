//! `manifest.yaml`, by which people make the Slack app, says what the app does: the
//! scopes that it calls with, its events, its commands and its URLs.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic here is a failed test")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use devkit::template::{self, Deployment, Route};
use serde_yaml_ng::Value;

/// What an operator replaces.
const HOST: &str = "https://API_HOST";

/// The bot scopes that methods need.
/// <https://docs.slack.dev/reference/methods>
const NEEDS: [(&str, &[&str]); 13] = [
    ("auth.test", &[]),
    ("chat.postEphemeral", &["chat:write"]),
    ("chat.postMessage", &["chat:write"]),
    ("chat.update", &["chat:write"]),
    // Of the history only direct messages are read, where lost answers are looked for.
    ("conversations.history", &["im:history"]),
    // Of channels, public and private.
    ("conversations.info", &["channels:read", "groups:read"]),
    ("conversations.members", &["channels:read", "groups:read"]),
    ("conversations.open", &["im:write"]),
    ("oauth.v2.access", &[]),
    ("usergroups.users.list", &["usergroups:read"]),
    ("users.info", &["users:read"]),
    ("views.open", &[]),
    ("views.update", &[]),
];

/// The bot scopes that events need, by the names that a manifest has for them.
/// <https://docs.slack.dev/reference/events>
const HEARS: [(&str, &[&str]); 4] = [
    ("app_mention", &["app_mentions:read"]),
    ("app_uninstalled", &[]),
    ("message.im", &["im:history"]),
    ("tokens_revoked", &[]),
];

/// Slack's limits for texts.
/// <https://docs.slack.dev/reference/app-manifest>
const LIMITS: [(&str, usize); 5] = [
    ("/display_information/name", 35),
    ("/display_information/description", 140),
    ("/features/bot_user/display_name", 80),
    ("/features/slash_commands/*/command", 32),
    ("/features/slash_commands/*/usage_hint", 1_000),
];

/// Slack's limits for lists.
const MOST: [(&str, usize); 4] = [
    ("/features/slash_commands", 50),
    ("/oauth_config/redirect_urls", 1_000),
    ("/oauth_config/scopes/bot", 255),
    ("/settings/event_subscriptions/bot_events", 100),
];

/// What may stand in a manifest, of what is of use here; `*` is each entry of a list.
/// Slack refuses a manifest with anything that it does not know.
const KNOWN: [&str; 42] = [
    "/_metadata",
    "/_metadata/major_version",
    "/_metadata/minor_version",
    "/display_information",
    "/display_information/background_color",
    "/display_information/description",
    "/display_information/long_description",
    "/display_information/name",
    "/features",
    "/features/app_home",
    "/features/app_home/home_tab_enabled",
    "/features/app_home/messages_tab_enabled",
    "/features/app_home/messages_tab_read_only_enabled",
    "/features/bot_user",
    "/features/bot_user/always_online",
    "/features/bot_user/display_name",
    "/features/slash_commands",
    "/features/slash_commands/*",
    "/features/slash_commands/*/command",
    "/features/slash_commands/*/description",
    "/features/slash_commands/*/should_escape",
    "/features/slash_commands/*/url",
    "/features/slash_commands/*/usage_hint",
    "/oauth_config",
    "/oauth_config/redirect_urls",
    "/oauth_config/redirect_urls/*",
    "/oauth_config/scopes",
    "/oauth_config/scopes/bot",
    "/oauth_config/scopes/bot/*",
    "/settings",
    "/settings/event_subscriptions",
    "/settings/event_subscriptions/bot_events",
    "/settings/event_subscriptions/bot_events/*",
    "/settings/event_subscriptions/request_url",
    "/settings/interactivity",
    "/settings/interactivity/is_enabled",
    "/settings/interactivity/message_menu_options_url",
    "/settings/interactivity/request_url",
    "/settings/org_deploy_enabled",
    "/settings/is_hosted",
    "/settings/socket_mode_enabled",
    "/settings/token_rotation_enabled",
];

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

/// Everything in the manifest: where it stands, with `*` for an entry of a list.
fn everything<'a>(value: &'a Value, at: &str, found: &mut Vec<(String, &'a Value)>) {
    match value {
        Value::Mapping(mapping) => {
            for (key, value) in mapping {
                let at = format!("{at}/{}", key.as_str().unwrap());
                found.push((at.clone(), value));
                everything(value, &at, found);
            }
        }
        Value::Sequence(items) => {
            for item in items {
                let at = format!("{at}/*");
                found.push((at.clone(), item));
                everything(item, &at, found);
            }
        }
        _ => {}
    }
}

/// The Rust files of a folder, without its tests.
fn sources(folder: &str) -> Vec<String> {
    let mut folders = vec![root().join(folder)];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            if path.is_dir() && name != "tests" && name != "testing" {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") && name != "tests" {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push(text.split("#[cfg(test)]").next().unwrap().to_owned());
            }
        }
    }
    found
}

/// All texts in quotation marks that are names of methods: `chat.postMessage`.
fn methods(source: &str) -> BTreeSet<&str> {
    let families = ["apps", "auth", "bots", "chat", "conversations", "files", "oauth", "reactions", "team"];
    let families: Vec<&str> = families.into_iter().chain(["usergroups", "users", "views"]).collect();
    let is_method = |text: &&str| {
        let (family, rest) = text.split_once('.').unwrap_or_default();
        families.contains(&family) && rest.chars().all(|ch| ch.is_ascii_alphanumeric() || ch == '.')
    };
    let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.split('"').skip(1).step_by(2)).filter(is_method).collect()
}

/// The methods of the Web API in a folder of sources.
fn named(folder: &str) -> BTreeSet<String> {
    let sources = sources(folder);
    sources.iter().flat_map(|source| methods(source)).map(str::to_owned).collect()
}

/// The methods for which the client has a function that somebody calls.
fn called() -> BTreeSet<String> {
    let users: Vec<String> =
        ["crates/app/src", "crates/aws/src", "crates/lambdas"].into_iter().flat_map(sources).collect();
    let client = sources("crates/slack/src");
    let mut found = BTreeSet::new();
    for source in &client {
        for method in methods(source) {
            let (before, _) = source.split_once(&format!("\"{method}\"")).unwrap();
            let (_, function) = before.rsplit_once("pub async fn ").unwrap();
            let call = format!(".{}(", function.split('(').next().unwrap());
            if users.iter().any(|user| user.contains(&call)) {
                found.insert(method.to_owned());
            }
        }
    }
    found
}

/// The scopes of all that is in `table` and among `names`; every name has to be there.
fn scopes(table: &[(&str, &[&'static str])], names: &BTreeSet<String>) -> BTreeSet<&'static str> {
    let needs = |name: &String| {
        let entry = table.iter().find(|(known, _)| known == name);
        entry.unwrap_or_else(|| panic!("which scope does {name} need?")).1
    };
    names.iter().flat_map(|name| needs(name).iter().copied()).collect()
}

/// The names of the types of events that the gateway does something about. A variant
/// of `Event` is called as the type is; of messages it takes those of one kind of
/// channel.
fn heard() -> BTreeSet<String> {
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
fn the_scopes_are_those_that_the_code_calls_with() {
    let called = called();
    assert!(called.contains("chat.postMessage") && called.contains("oauth.v2.access"), "{called:?}");
    let known: BTreeSet<String> = NEEDS.iter().map(|(method, _)| (*method).to_owned()).collect();
    assert_eq!(called, known, "a method has no place in the table, or is not called any more");
    // No function of the client is left over, and nobody calls Slack without it.
    assert_eq!(named("crates/slack/src"), called);
    for folder in ["crates/app/src", "crates/aws/src", "crates/lambdas"] {
        assert!(named(folder).is_subset(&called), "{folder} names other methods: {:?}", named(folder));
    }
    let mut needed = scopes(&NEEDS, &called);
    needed.extend(scopes(&HEARS, &heard()));
    // Slash commands need one that no method does.
    needed.insert("commands");
    assert_eq!(texts(&manifest(), "oauth_config.scopes.bot"), needed);
}

#[test]
fn the_simulated_slack_grants_what_the_manifest_asks_for() {
    let source = read("crates/devkit/src/slack/sample.rs");
    let granted = literals(&source, "const SCOPES: [&str");
    assert_eq!(texts(&manifest(), "oauth_config.scopes.bot"), granted);
    let (_, commands) = source.split_once("const COMMANDS: ").unwrap();
    let commands = commands.split(';').nth(1).unwrap();
    let escaped: BTreeSet<(String, bool)> = commands
        .split('(')
        .skip(1)
        .map(|pair| {
            let name = pair.split('"').nth(1).unwrap().to_owned();
            (name, pair.contains("true"))
        })
        .collect();
    let manifest = manifest();
    let named = at(&manifest, "features.slash_commands").as_sequence().unwrap();
    let named: BTreeSet<(String, bool)> = named
        .iter()
        .map(|command| {
            let name = at(command, "command").as_str().unwrap().to_owned();
            (name, at(command, "should_escape").as_bool().unwrap())
        })
        .collect();
    assert_eq!(named, escaped);
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
    let mut all = Vec::new();
    everything(&manifest, "", &mut all);
    for (place, _) in &all {
        assert!(KNOWN.contains(&place.as_str()), "Slack knows no {place}");
    }
    for (place, limit) in LIMITS {
        let texts: Vec<&str> =
            all.iter().filter(|(at, _)| at == place).map(|(_, text)| text.as_str().unwrap()).collect();
        assert!(!texts.is_empty(), "there is no {place}");
        for text in texts {
            assert!((1..=limit).contains(&text.chars().count()), "{place} is too long: {text}");
        }
    }
    for (place, most) in MOST {
        let list = all.iter().find(|(at, _)| at == place).and_then(|(_, list)| list.as_sequence()).unwrap();
        assert!((1..=most).contains(&list.len()), "{place} has {} entries", list.len());
        let different: BTreeSet<String> = list.iter().map(|entry| format!("{entry:?}")).collect();
        assert_eq!(different.len(), list.len(), "{place} has something twice");
    }
    assert!([1, 2].contains(&at(&manifest, "_metadata.major_version").as_u64().unwrap()));
    let colour = at(&manifest, "display_information.background_color").as_str().unwrap();
    let digits = colour.strip_prefix('#').unwrap();
    assert!([3, 6].contains(&digits.len()) && digits.chars().all(|ch| ch.is_ascii_hexdigit()), "{colour}");
    for command in at(&manifest, "features.slash_commands").as_sequence().unwrap() {
        let description = at(command, "description").as_str().unwrap();
        assert!((1..=2_000).contains(&description.chars().count()), "{description}");
        assert!(at(command, "command").as_str().unwrap().starts_with('/'));
    }
    for (place, flag) in all.iter().filter(|(place, _)| place.ends_with("_enabled") || place.contains("/is_"))
    {
        assert!(flag.is_bool(), "{place} is no flag");
    }
    // Without these nobody could write to the bot directly.
    assert_eq!(at(&manifest, "features.app_home.messages_tab_enabled"), &Value::Bool(true));
    assert_eq!(at(&manifest, "features.app_home.messages_tab_read_only_enabled"), &Value::Bool(false));
}
