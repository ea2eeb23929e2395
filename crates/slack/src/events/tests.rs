//! Payloads of every kind, as Slack documents them, and variations on them.

use domain::ids::{BotId, ChannelId, MessageTs, TeamId, UserId};
use domain::time::Millis;
use serde_json::{Value, json};

use super::*;

mod strange;

macro_rules! payload {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/payloads/", $name, ".json"))
    };
}

fn callback(body: &str) -> EventCallback {
    match Envelope::parse(body.as_bytes()).unwrap() {
        Envelope::EventCallback(callback) => *callback,
        other => panic!("no callback: {other:?}"),
    }
}

fn message(body: &str) -> Message {
    match callback(body).event {
        Event::AppMention(message) | Event::Message(message) => message,
        other => panic!("no message: {other:?}"),
    }
}

fn candidates(body: &str) -> Vec<String> {
    callback(body).installation_candidates().iter().map(ToString::to_string).collect()
}

#[test]
fn a_mention_is_read_whole() {
    let body = payload!("app_mention");
    let callback = callback(body);
    assert_eq!(callback.event_id.as_deref(), Some("Ev0EXAMPLE"));
    assert_eq!(callback.event_time, Some(Millis::from_secs(1_764_576_000)));
    assert_eq!(callback.team, Some(TeamId::new("T0ACME")));
    assert_eq!(callback.context_enterprise, None);
    assert!(!callback.is_ext_shared_channel);
    assert_eq!(callback.raw, body);
    assert_eq!(
        callback.authorizations,
        [Authorization {
            enterprise: None,
            team: Some(TeamId::new("T0ACME")),
            user: Some(UserId::new("U0BELLHOP")),
            is_bot: true,
            is_enterprise_install: false,
        }]
    );
    let Event::AppMention(message) = callback.event else { panic!("no mention: {:?}", callback.event) };
    let expected = Message {
        user: Some(UserId::new("U0ANN")),
        text: Some("<@U0BELLHOP> stop web-1".to_owned()),
        unstyled: Some("<@U0BELLHOP> stop web-1".to_owned()),
        ts: Some(MessageTs::new("1764576000.000100")),
        channel: Some(ChannelId::new("C0OPS")),
        client_msg_id: Some("6b9cbb4e-0d20-4a3f-9b56-2f1d9a3c1111".to_owned()),
        team: Some(TeamId::new("T0ACME")),
        event_ts: Some(MessageTs::new("1764576000.000100")),
        ..Message::default()
    };
    assert_eq!(message, expected);
    assert_eq!(message.thread(), Some(&MessageTs::new("1764576000.000100")));
}

#[test]
fn a_reply_names_its_thread() {
    let message = message(payload!("thread_reply"));
    assert_eq!(message.thread_ts, Some(MessageTs::new("1764576000.000100")));
    assert_eq!(message.thread(), Some(&MessageTs::new("1764576000.000100")));
    assert_eq!(message.text.as_deref(), Some("<@U0BELLHOP> status &amp; list &lt;all&gt;"));
}

#[test]
fn only_people_are_obeyed() {
    for (body, person) in [
        (payload!("app_mention"), true),
        (payload!("thread_reply"), true),
        (payload!("message_im"), true),
        (payload!("file_share"), true),
        (payload!("ext_shared"), true),
        (payload!("bot_message"), false),
        (payload!("bot_message_response_url"), false),
        (payload!("message_changed"), false),
        (payload!("message_deleted"), false),
    ] {
        assert_eq!(message(body).is_from_person(&UserId::new("U0BELLHOP")), person, "{body}");
    }
}

#[test]
fn one_strange_mark_is_enough_to_be_no_person() {
    let from_person = |changes: Value| {
        let mut event = json!({"type": "message", "user": "U1", "text": "list", "ts": "1.2"});
        event.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        let body = json!({"type": "event_callback", "event": event}).to_string();
        message(&body).is_from_person(&UserId::new("U0BELLHOP"))
    };
    for (changes, person) in [
        (json!({}), true),
        (json!({"subtype": null, "bot_id": null, "hidden": false}), true),
        (json!({"subtype": "", "bot_id": ""}), true),
        (json!({"subtype": "thread_broadcast"}), true),
        (json!({"subtype": "me_message"}), false),
        (json!({"subtype": "file_shared"}), false),
        (json!({"subtype": 7}), false),
        (json!({"subtype": ["file_share"]}), false),
        (json!({"bot_id": "B1"}), false),
        (json!({"bot_id": {"id": "B1"}}), false),
        (json!({"hidden": true}), false),
        (json!({"hidden": "true"}), false),
        (json!({"user": null}), false),
        (json!({"user": ""}), false),
        (json!({"user": {"id": "U1"}}), false),
        (json!({"user": "U0BELLHOP"}), false),
        (json!({"user": "USLACKBOT"}), false),
    ] {
        assert_eq!(from_person(changes.clone()), person, "{changes}");
    }
}

#[test]
fn a_direct_message_says_so() {
    let message = message(payload!("message_im"));
    assert_eq!(message.channel_type.as_deref(), Some("im"));
    assert_eq!(message.channel, Some(ChannelId::new("D0ANN")));
}

#[test]
fn changes_and_bots_carry_their_marks() {
    let changed = message(payload!("message_changed"));
    assert_eq!(changed.subtype.as_deref(), Some("message_changed"));
    assert!(changed.hidden);
    assert_eq!(message(payload!("bot_message")).bot, Some(BotId::new("B0BELLHOP")));

    let body =
        json!({"type": "event_callback", "event": {"type": "message", "edited": {"user": "U1", "ts": 5}}});
    let edited = message(&body.to_string()).edited;
    assert_eq!(edited, Some(Edited { user: Some(UserId::new("U1")), ts: Some(MessageTs::new("5")) }));
}

#[test]
fn installations_are_sought_where_slack_authorized_first() {
    assert_eq!(candidates(payload!("app_mention")), ["T0ACME"]);
    assert_eq!(candidates(payload!("ext_shared")), ["T0ACME", "T0PARTNER"]);
    assert_eq!(candidates(payload!("org_install")), ["E0GRID", "T0GRID1"]);
    assert!(callback(payload!("ext_shared")).is_ext_shared_channel);
    assert!(!callback(payload!("org_install")).is_ext_shared_channel);

    for (fields, expected) in [
        (json!({}), vec![]),
        (json!({"authorizations": []}), vec![]),
        (json!({"authorizations": [{}], "team_id": "T3"}), vec!["T3"]),
        (json!({"team_id": "T3", "enterprise_id": "E3"}), vec!["T3", "E3"]),
        (
            json!({"authorizations": [{"team_id": "T1", "enterprise_id": "E1"}],
                   "context_team_id": "T2", "context_enterprise_id": "E2",
                   "team_id": "T3", "enterprise_id": "E3"}),
            vec!["T1", "E1", "T2", "E2", "T3", "E3"],
        ),
        (
            json!({"authorizations": [{"team_id": "T1", "enterprise_id": "E1", "is_enterprise_install": true}],
                   "context_team_id": "T1", "team_id": "T3", "enterprise_id": "E1"}),
            vec!["E1", "T1", "T3"],
        ),
        (json!({"authorizations": "T9", "context_team_id": 5, "team_id": ["T3"]}), vec![]),
        (json!({"authorizations": [7, {"team_id": "T1"}, {"team_id": "T2"}]}), vec!["T1"]),
    ] {
        let mut body = fields.clone();
        body["type"] = json!("event_callback");
        body["event"] = json!({});
        assert_eq!(candidates(&body.to_string()), expected, "{fields}");
    }
}

#[test]
fn the_end_of_an_installation_is_read() {
    assert_eq!(callback(payload!("app_uninstalled")).event, Event::AppUninstalled);
    assert_eq!(
        callback(payload!("tokens_revoked")).event,
        Event::TokensRevoked { oauth: vec![UserId::new("U0ANN")], bot: vec![UserId::new("U0BELLHOP")] }
    );
    for tokens in [json!(null), json!([]), json!({"bot": "U1"}), json!({"bot": {"U1": 1}, "oauth": [1, ""]})]
    {
        let event = json!({"type": "tokens_revoked", "tokens": tokens});
        let body = json!({"type": "event_callback", "event": event}).to_string();
        assert_eq!(callback(&body).event, Event::TokensRevoked { oauth: vec![], bot: vec![] }, "{body}");
    }
}

#[test]
fn the_other_envelopes_are_told_apart() {
    for (body, expected) in [
        (
            payload!("url_verification"),
            Envelope::UrlVerification {
                challenge: "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P".to_owned(),
            },
        ),
        (
            payload!("app_rate_limited"),
            Envelope::AppRateLimited {
                team: Some(TeamId::new("T0ACME")),
                app: Some(domain::ids::AppId::new("A0BELLHOP")),
                since: Some(Millis::from_secs(1_764_576_000)),
            },
        ),
        (payload!("unknown_envelope"), Envelope::Unknown { kind: "app_moved".to_owned() }),
        ("{}", Envelope::Unknown { kind: String::new() }),
        (r#"{"type": 5}"#, Envelope::Unknown { kind: String::new() }),
    ] {
        assert_eq!(Envelope::parse(body.as_bytes()), Ok(expected));
    }
    let unknown = callback(payload!("unknown_event"));
    assert_eq!(unknown.event, Event::Other { kind: "agent_session_stopped".to_owned() });
    let bare = callback(r#"{"type": "event_callback", "event": {}}"#);
    assert_eq!(bare.event, Event::Other { kind: String::new() });
}

#[test]
fn moments_come_as_numbers_and_as_text() {
    for (time, expected) in [
        (json!(1_764_576_000), Some(1_764_576_000_000)),
        (json!("1764576000"), Some(1_764_576_000_000)),
        (json!(1_764_576_000.5), Some(1_764_576_000_500)),
        (json!(1_515_449_522_000_016_u64), Some(1_515_449_522_000)),
        (json!(null), None),
        (json!({}), None),
    ] {
        let body =
            json!({"type": "event_callback", "event": {}, "event_time": time, "team_id": "T1"}).to_string();
        let callback = callback(&body);
        assert_eq!(callback.event_time, expected.map(Millis), "{time}");
        assert_eq!(callback.team, Some(TeamId::new("T1")));
    }
    let body = json!({"type": "event_callback", "event": {"type": "message", "event_ts": 1_515_449_522_000_016_u64}});
    assert_eq!(message(&body.to_string()).event_ts, Some(MessageTs::new("1515449522000016")));
}
