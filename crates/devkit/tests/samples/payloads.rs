//! What Slack sends: each sample is signed, and what its name says.

use std::collections::BTreeMap;

use domain::time::Millis;
use slack::commands::Posted;
use slack::events::{Envelope, Event};
use slack::interactions::Interaction;
use slack::oauth::{Callback, parse_callback_query};
use slack::signature::SignatureError;

use crate::sample::{sample, samples_of};

/// The one sample that Slack did not send.
const UNSIGNED: &str = "unsigned";

/// Every sample of Slack's, and what it is.
const SLACK_EVENTS: [(&str, &str); 6] = [
    ("app_mention", "mention"),
    ("app_uninstalled", "uninstalled"),
    ("message_im", "direct"),
    ("tokens_revoked", "revoked"),
    (UNSIGNED, "mention"),
    ("url_verification", "challenge"),
];

/// Every sample of a slash command, and what it is.
const COMMANDS: [(&str, &str); 6] = [
    ("ec2", "/ec2"),
    ("reverse", "/reverse"),
    ("ssl_check", "ssl_check"),
    ("standup", "/standup"),
    ("summarize", "/summarize"),
    (UNSIGNED, "/ec2"),
];

/// Every sample of a click, a modal or a shortcut, and what it is.
const INTERACTIONS: [(&str, &str); 11] = [
    ("approve", "decide.approve.0"),
    ("button", "run.0"),
    ("menu", "run.0"),
    ("share", "share"),
    ("shortcut", "shortcut"),
    ("standup_answers", "standup.answers"),
    ("standup_open", "standup.open"),
    ("standup_setup", "standup.setup"),
    ("standup_skip", "standup.skip"),
    (UNSIGNED, "run.0"),
    ("view_submission", "justify"),
];

#[test]
fn slacks_samples_are_what_their_names_say() {
    let cases: BTreeMap<&str, &str> = SLACK_EVENTS.into();
    let samples = samples_of("events");
    assert_eq!(samples.len(), cases.len(), "a sample is missing here, or there");
    for sample in &samples {
        let what = match Envelope::parse(&sample.body()).unwrap() {
            Envelope::UrlVerification { challenge } if !challenge.is_empty() => "challenge",
            Envelope::EventCallback(callback) => {
                assert!(!callback.installation_candidates().is_empty(), "{}: nobody's", sample.file);
                match callback.event {
                    Event::AppMention(_) => "mention",
                    Event::Message(message) if message.channel_type.as_deref() == Some("im") => "direct",
                    Event::AppUninstalled => "uninstalled",
                    Event::TokensRevoked { bot, .. } if !bot.is_empty() => "revoked",
                    other => panic!("{}: {other:?}", sample.file),
                }
            }
            other => panic!("{}: {other:?}", sample.file),
        };
        assert_eq!(cases.get(sample.case.as_str()), Some(&what), "{}", sample.file);
    }
}

#[test]
fn samples_of_commands_are_what_their_names_say() {
    let cases: BTreeMap<&str, &str> = COMMANDS.into();
    let samples = samples_of("commands");
    assert_eq!(samples.len(), cases.len(), "a sample is missing here, or there");
    assert!(samples.iter().any(|sample| sample.event["isBase64Encoded"] == false), "none is as it was sent");
    for sample in &samples {
        let what = match Posted::parse(&sample.body()).unwrap() {
            Posted::SslCheck => "ssl_check".to_owned(),
            Posted::Command(command) => command.command,
        };
        assert_eq!(cases.get(sample.case.as_str()), Some(&what.as_str()), "{}", sample.file);
    }
}

#[test]
fn samples_of_interactions_are_what_their_names_say() {
    let cases: BTreeMap<&str, &str> = INTERACTIONS.into();
    let samples = samples_of("interactions");
    assert_eq!(samples.len(), cases.len(), "a sample is missing here, or there");
    for sample in &samples {
        let what = match Interaction::parse(&sample.body()).unwrap() {
            Interaction::Actions(clicks) => clicks.actions.first().unwrap().id.clone(),
            Interaction::Submission(modal) => modal.callback_id,
            Interaction::Shortcut => "shortcut".to_owned(),
            other => panic!("{}: {other:?}", sample.file),
        };
        assert_eq!(cases.get(sample.case.as_str()), Some(&what.as_str()), "{}", sample.file);
    }
}

#[test]
fn slacks_samples_are_signed_for_a_moment_that_has_passed() {
    for sample in ["events", "commands", "interactions"].into_iter().flat_map(samples_of) {
        let file = &sample.file;
        if sample.case == UNSIGNED {
            assert!(matches!(sample.signed(None), Err(SignatureError::Missing(_))), "{file}");
            continue;
        }
        assert_eq!(sample.signed(None), Ok(()), "{file}");
        let later = Millis(sample.event.pointer("/requestContext/timeEpoch").unwrap().as_u64().unwrap())
            .plus(301_000);
        assert_eq!(sample.signed(Some(later)), Err(SignatureError::Stale), "{file}");
    }
}

#[test]
fn the_installation_ends_in_both_ways() {
    let query = |case| parse_callback_query(sample("install", case).text("/rawQueryString")).unwrap();
    assert!(matches!(query("redirect"), Callback::Allowed { .. }));
    assert!(matches!(query("denied"), Callback::Denied { .. }));
}
