//! Bodies that Slack would never send.

use domain::ids::{UserId, ViewId};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::submissions::{submission, submitted};
use super::{FormError, Interaction, actions, changed, parse};

#[test]
fn what_is_no_object_in_a_form_is_an_error() {
    let deep = format!("payload={{\"type\":{}1{}}}", "[".repeat(5_000), "]".repeat(5_000));
    for (body, expected) in [
        (b"".as_slice(), FormError::Field("payload")),
        (b"payload", FormError::Field("payload")),
        (b"payload=", FormError::Field("payload")),
        (b"Payload={}", FormError::Field("payload")),
        (b"{\"type\":\"shortcut\"}", FormError::Field("payload")),
        (b"payload={}&payload={}", FormError::Repeated),
        (b"payload={}&x=1&x=2", FormError::Repeated),
        (b"payload=[]", FormError::Malformed),
        (b"payload=null", FormError::Malformed),
        (b"payload=\"shortcut\"", FormError::Malformed),
        (b"payload={\"type\":\"shortcut\"", FormError::Malformed),
        (b"payload={}{}", FormError::Malformed),
        (b"payload={\"type\":\"%FF\"}", FormError::Malformed),
        (b"payload={\"type\":\"\xff\"}", FormError::Malformed),
        (b"payload={\"type\":\"%00\"}", FormError::Malformed),
        (deep.as_bytes(), FormError::Malformed),
    ] {
        assert_eq!(Interaction::parse(body), Err(expected), "{}", body.escape_ascii());
    }
    assert_eq!(Interaction::parse(b"payload={\"type\":\"shortcut\"}&x=1"), Ok(Interaction::Shortcut));
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop_oneof!["block_actions", "view_submission", "view", "message", "button", ".*"]
            .prop_map(Value::from),
    ];
    let key = prop_oneof![
        "type",
        "id",
        "value",
        "selected_option",
        "action_id",
        "block_id",
        "action_ts",
        "message_ts",
        "thread_ts",
        "channel_id",
        "is_ephemeral",
        "enterprise_id",
        "view",
        "state",
        "values",
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
    fn no_bytes_are_too_strange(mut body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Interaction::parse(&body);
        body.splice(0..0, *b"payload=");
        let _ = Interaction::parse(&body);
    }

    #[test]
    fn no_json_is_too_strange(payload in any_json()) {
        let needs_more = ["block_actions", "view_submission"].iter().any(|kind| payload["type"] == *kind);
        prop_assert_eq!(parse(&payload.to_string()).is_ok() || needs_more, payload.is_object());
    }

    #[test]
    fn no_field_spoils_the_others(
        key in "(container|channel|message|team|enterprise|is_enterprise_install|response_url|trigger_id|actions|view|state)",
        value in any_json(),
    ) {
        let mut changes = json!({});
        changes[key] = value;
        prop_assert_eq!(actions(&changed(&changes)).user, UserId::new("U0ANN"));
    }

    #[test]
    fn no_field_spoils_the_rest_of_a_submission(
        key in "(callback_id|private_metadata|state|hash|blocks|title)",
        value in any_json(),
    ) {
        let submission = submission(&submitted(&format!("/view/{key}"), value));
        prop_assert_eq!(submission.user, UserId::new("U0ANN"));
        prop_assert_eq!(submission.view, ViewId::new("V0TERMINATE"));
    }
}
