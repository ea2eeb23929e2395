//! The program itself: what it prints, and what it refuses.

#![allow(clippy::unwrap_used, reason = "a panic here is a failed test")]

use std::process::{Command, Output};

fn admin(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_admin")).args(arguments).output().unwrap()
}

#[test]
fn the_manifest_is_printed_for_a_public_address() {
    let output = admin(&["manifest", "--url", "https://bot.example.org/"]);
    let manifest = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success());
    let manifest: serde_json::Value = serde_yaml_ng::from_str(&manifest).unwrap();
    let at = |path: &str| manifest.pointer(path).and_then(serde_json::Value::as_str);
    assert_eq!(at("/settings/event_subscriptions/request_url"), Some("https://bot.example.org/slack/events"));
    assert_eq!(at("/oauth_config/redirect_urls/0"), Some("https://bot.example.org/slack/oauth_redirect"));
    assert_eq!(at("/features/slash_commands/0/url"), Some("https://bot.example.org/slack/commands"));
}

#[test]
fn another_address_is_refused() {
    let output = admin(&["manifest", "--url", "http://bot.example.org"]);
    assert_eq!((output.status.code(), output.stdout.is_empty()), (Some(1), true));
    assert!(String::from_utf8(output.stderr).unwrap().contains("is not an address like https://"));
}

#[test]
fn the_help_of_the_doctor_lists_the_rights_it_needs() {
    let help = String::from_utf8(admin(&["doctor", "--help"]).stdout).unwrap();
    for right in
        ["lambda:InvokeFunction", "ssm:GetParameters", "dynamodb:Scan", "dynamodb:DescribeContinuousBackups"]
    {
        assert!(help.contains(right), "{right} is not in the help");
    }
}
