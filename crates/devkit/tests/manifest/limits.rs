//! What Slack would refuse: unknown fields, and too much of anything.

use std::collections::BTreeSet;

use serde_yaml_ng::Value;

use crate::{at, manifest};

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
