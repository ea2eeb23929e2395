//! Bodies that Slack would never send.

use domain::ids::TeamId;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::callback;
use crate::events::{Envelope, ParseError};

#[test]
fn what_is_no_object_is_an_error() {
    let deep = format!("{{\"type\":{}1{}}}", "[".repeat(5_000), "]".repeat(5_000));
    let within_limit = format!("{{\"type\":{}1{}}}", "[".repeat(100), "]".repeat(100));
    for (body, expected) in [
        (b"".as_slice(), Some(ParseError::NotJson { line: 1, column: 0 })),
        (b"payload=%7B%7D", Some(ParseError::NotJson { line: 1, column: 1 })),
        (b"{\"type\":\"event_callback\"", Some(ParseError::NotJson { line: 1, column: 24 })),
        (b"{} {}", Some(ParseError::NotJson { line: 1, column: 4 })),
        (b"[]", Some(ParseError::NotAnObject)),
        (b"null", Some(ParseError::NotAnObject)),
        (b"\"event_callback\"", Some(ParseError::NotAnObject)),
        (b"{\"type\":\"\xff\"}", Some(ParseError::NotUtf8)),
        (b"{\"type\":\"a\",\"type\":\"b\"}", Some(ParseError::DoubledKey { line: 1, column: 23 })),
        (
            b"{\"type\":\"event_callback\",\"event\":{\"user\":\"U1\",\"user\":\"U2\"}}",
            Some(ParseError::DoubledKey { line: 1, column: 58 }),
        ),
        (b"{\"type\":\"event_callback\"}", Some(ParseError::Missing("event"))),
        (b"{\"type\":\"event_callback\",\"event\":\"\"}", Some(ParseError::Missing("event"))),
        (b"{\"type\":\"url_verification\"}", Some(ParseError::Missing("challenge"))),
        (b"{\"type\":\"url_verification\",\"challenge\":\"\"}", Some(ParseError::Missing("challenge"))),
        (deep.as_bytes(), Some(ParseError::TooDeep)),
        (within_limit.as_bytes(), None),
    ] {
        assert_eq!(Envelope::parse(body).err(), expected);
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop_oneof!["event_callback", "message", "app_mention", "tokens_revoked", ".*"].prop_map(Value::from),
    ];
    let key = prop_oneof![
        "type",
        "event",
        "tokens",
        "bot",
        "authorizations",
        "team_id",
        "event_time",
        "edited",
        "subtype",
        "user",
        "text",
        "ts",
        "hidden",
        "bot_id",
        ".{0,4}",
    ];
    leaf.prop_recursive(4, 40, 8, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((key.clone(), inner), 0..8)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_bytes_are_too_strange(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Envelope::parse(&body);
    }

    #[test]
    fn no_json_is_too_strange(mut body in any_json(), event in any_json()) {
        if let Some(object) = body.as_object_mut() {
            object.insert("type".to_owned(), json!("event_callback"));
            object.insert("event".to_owned(), event);
        }
        let parsed = Envelope::parse(body.to_string().as_bytes());
        prop_assert_eq!(parsed.is_ok(), body["event"].is_object());
        if let Ok(Envelope::EventCallback(callback)) = parsed {
            callback.installation_candidates();
        }
    }

    #[test]
    fn no_field_spoils_the_others(key in "(api_app_id|event_id|event_time|authorizations|context_team_id)", value in any_json()) {
        let mut body = json!({"type": "event_callback", "team_id": "T1", "event": {}});
        body[key] = value;
        prop_assert_eq!(callback(&body.to_string()).team, Some(TeamId::new("T1")));
    }
}
