//! The scopes: no more and no fewer than the code needs, and the same everywhere.

use std::collections::BTreeSet;

use crate::calls::{called, named};
use crate::events::heard;
use crate::{at, manifest, read, texts};

/// The bot scopes that methods need.
/// <https://docs.slack.dev/reference/methods>
const NEEDS: [(&str, &[&str]); 15] = [
    ("auth.revoke", &[]),
    ("auth.test", &[]),
    ("chat.getPermalink", &[]),
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
    ("users.list", &["users:read"]),
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

/// All texts between quotation marks in `source`, from `from` to the next `;`.
fn literals<'a>(source: &'a str, from: &str) -> BTreeSet<&'a str> {
    let (_, after) = source.split_once(from).unwrap_or_else(|| panic!("no {from}"));
    let statement = after.split(';').nth(1).unwrap();
    statement.split('"').skip(1).step_by(2).collect()
}

/// The scopes of all that is in `table` and among `names`; every name has to be there.
fn scopes(table: &[(&str, &[&'static str])], names: &BTreeSet<String>) -> BTreeSet<&'static str> {
    let needs = |name: &String| {
        let entry = table.iter().find(|(known, _)| known == name);
        entry.unwrap_or_else(|| panic!("which scope does {name} need?")).1
    };
    names.iter().flat_map(|name| needs(name).iter().copied()).collect()
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
fn the_manifest_asks_for_the_scopes_that_the_installation_asks_for() {
    let source = read("crates/app/src/install/mod.rs");
    // `[&str; 5] = [ … ]`: the list stands behind the first semicolon.
    let asked = literals(&source, "pub const SCOPES: [&str");
    assert!(asked.contains("chat:write"), "the scopes were not found: {asked:?}");
    assert_eq!(texts(&manifest(), "oauth_config.scopes.bot"), asked);
}
