//! Payloads of every kind, as Slack documents them, and variations on them.

use serde_json::json;

use super::*;

macro_rules! payload {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/payloads/", $name, ".json"))
    };
}

mod strange;
mod submissions;

const URL: &str = "https://hooks.slack.com/actions/T0ACME/397700885554/96rGlfmibIGlgcZRskXaIFfN";

/// Reads `payload` as it is posted: as the only field of a form.
fn parse(payload: &str) -> Result<Interaction, FormError> {
    let body = form_urlencoded::Serializer::new(String::new()).append_pair("payload", payload).finish();
    Interaction::parse(body.as_bytes())
}

fn button() -> Action {
    Action {
        id: "confirm".to_owned(),
        block: Some("b1".to_owned()),
        value: Some("job-1".to_owned()),
        moment: "1764576010.123456".to_owned(),
    }
}

fn message() -> ClickedMessage {
    ClickedMessage {
        channel: ChannelId::new("C0OPS"),
        ts: MessageTs::new("1764576000.000200"),
        thread: None,
        is_ephemeral: false,
    }
}

fn click() -> Actions {
    Actions {
        installation_candidates: vec![TeamId::new("T0ACME")],
        user: UserId::new("U0ANN"),
        trigger: Some(TriggerId::new("398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c")),
        message: Some(message()),
        response_url: Some(ResponseUrl::new(URL)),
        actions: vec![button()],
    }
}

fn actions(payload: &Value) -> Actions {
    match parse(&payload.to_string()) {
        Ok(Interaction::Actions(actions)) => *actions,
        other => panic!("no clicks: {other:?}"),
    }
}

/// The click on a button with the fields of `changes` in place of its own.
fn changed(changes: &Value) -> Value {
    let mut payload: Value = serde_json::from_str(payload!("block_actions_button")).unwrap();
    payload.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    payload
}

#[test]
fn clicks_are_read_whole() {
    let in_thread =
        || Some(ClickedMessage { thread: Some(MessageTs::new("1764576000.000100")), ..message() });
    let only = |action| Actions { actions: vec![action], ..click() };
    for (body, expected) in [
        (payload!("block_actions_button"), click()),
        (payload!("block_actions_thread"), Actions { message: in_thread(), ..click() }),
        (payload!("block_actions_thread_in_message"), Actions { message: in_thread(), ..click() }),
        (
            payload!("block_actions_ephemeral"),
            Actions { message: Some(ClickedMessage { is_ephemeral: true, ..message() }), ..click() },
        ),
        (
            payload!("block_actions_select"),
            only(Action {
                id: "choose".to_owned(),
                block: Some("b2".to_owned()),
                value: Some("i-0123456789abcdef0".to_owned()),
                ..button()
            }),
        ),
        (payload!("block_actions_view"), Actions { message: None, response_url: None, ..click() }),
        (
            payload!("block_actions_org_install"),
            Actions {
                installation_candidates: vec![TeamId::new("E0GRID")],
                user: UserId::new("W0ANN"),
                ..click()
            },
        ),
        (
            payload!("block_actions_grid"),
            Actions {
                installation_candidates: vec![TeamId::new("T0GRID1"), TeamId::new("E0GRID")],
                user: UserId::new("W0ANN"),
                ..click()
            },
        ),
        (
            payload!("block_actions_url_button"),
            only(Action { id: "open".to_owned(), value: None, ..button() }),
        ),
    ] {
        assert_eq!(parse(body), Ok(Interaction::Actions(Box::new(expected))), "{body}");
    }
}

#[test]
fn several_clicks_keep_their_order() {
    let payload = serde_json::from_str(payload!("block_actions_several")).unwrap();
    let clicks = actions(&payload).actions;
    let shown: Vec<_> = clicks
        .iter()
        .map(|click| (click.id.as_str(), click.value.as_deref(), click.moment.as_str()))
        .collect();
    assert_eq!(
        shown,
        [
            ("confirm", Some("job-1"), "1764576010.123456"),
            ("keep", Some("job-2"), "1764576010.123457"),
            ("many", None, "1764576010.123458"),
        ]
    );
}

#[test]
fn the_other_kinds_are_told_apart() {
    let other = |kind: &str| Interaction::Other { kind: kind.to_owned() };
    for (body, expected) in [
        (payload!("view_closed"), Interaction::Closed),
        (payload!("shortcut"), Interaction::Shortcut),
        (payload!("message_action"), Interaction::Shortcut),
        (payload!("block_suggestion"), Interaction::Suggestion),
        (payload!("interactive_message"), other("interactive_message")),
        (payload!("dialog_submission"), other("dialog_submission")),
        (payload!("unknown_interaction"), other("card_swiped")),
        ("{}", other("")),
        (r#"{"type": 5}"#, other("")),
        (r#"{"type": "BLOCK_ACTIONS"}"#, other("BLOCK_ACTIONS")),
    ] {
        assert_eq!(parse(body), Ok(expected));
    }
}

#[test]
fn a_click_without_a_person_is_no_click() {
    for user in [json!(null), json!("U1"), json!({}), json!({"id": 5}), json!({"id": ""}), json!([])] {
        let payload = changed(&json!({"user": user})).to_string();
        assert_eq!(parse(&payload), Err(FormError::Field("payload")), "{user}");
    }
}

#[test]
fn a_strangers_workspace_is_no_candidate() {
    let ids = |changes: Value| -> Vec<String> {
        actions(&changed(&changes)).installation_candidates.iter().map(ToString::to_string).collect()
    };
    let user = json!({"id": "U1", "team_id": "T0STRANGER"});
    let (team, enterprise) = (json!({"id": "T1", "enterprise_id": "E2"}), json!({"id": "E1"}));
    for (changes, expected) in [
        (json!({"user": user, "team": null}), vec![]),
        (json!({"user": user, "team": {}}), vec![]),
        (json!({"user": user}), vec!["T0ACME"]),
        (json!({"team": null, "enterprise": enterprise}), vec!["E1"]),
        (json!({"team": team}), vec!["T1", "E2"]),
        (json!({"team": team, "enterprise": enterprise}), vec!["T1", "E1"]),
        (json!({"team": team, "enterprise": enterprise, "is_enterprise_install": true}), vec!["E1", "T1"]),
        (json!({"team": team, "enterprise": enterprise, "is_enterprise_install": "true"}), vec!["E1", "T1"]),
        (json!({"team": team, "enterprise": enterprise, "is_enterprise_install": 1}), vec!["T1", "E1"]),
        (json!({"team": null, "view": {"app_installed_team_id": "T9"}}), vec![]),
    ] {
        assert_eq!(ids(changes.clone()), expected, "{changes}");
    }
}

#[test]
fn a_message_is_found_in_its_container_first() {
    let container = |changes: Value| changed(&changes);
    let found = |channel: &str, ts: &str, thread: Option<&str>| {
        Some(ClickedMessage {
            channel: ChannelId::new(channel),
            ts: MessageTs::new(ts),
            thread: thread.map(MessageTs::new),
            is_ephemeral: false,
        })
    };
    for (changes, expected) in [
        (
            json!({"container": {"type": "message_attachment", "channel_id": "C1", "message_ts": "1.2"}}),
            found("C1", "1.2", None),
        ),
        (
            json!({"container": {"channel_id": "C1", "message_ts": "1.2", "thread_ts": "1.0"},
                   "message": {"thread_ts": "9.9"}}),
            found("C1", "1.2", Some("1.0")),
        ),
        (json!({"container": null}), found("C0OPS", "1764576000.000200", None)),
        (json!({"container": {"message_ts": "1.2"}}), found("C0OPS", "1.2", None)),
        (json!({"container": {"message_ts": 1.2}}), found("C0OPS", "1764576000.000200", None)),
        (json!({"container": {"channel_id": "C1"}, "message": null}), None),
        (json!({"container": {"message_ts": "1.2"}, "channel": null}), None),
        (json!({"container": {"type": "view", "channel_id": "C1", "message_ts": "1.2"}}), None),
    ] {
        assert_eq!(actions(&container(changes.clone())).message, expected, "{changes}");
    }
}

#[test]
fn a_click_is_read_as_far_as_it_goes() {
    let read = |action: Value| actions(&changed(&json!({"actions": [action]}))).actions.pop();
    let bare = || Action { id: "a".to_owned(), block: None, value: None, moment: String::new() };
    for (action, expected) in [
        (json!({"action_id": "a"}), Some(bare())),
        (json!({"action_id": "a", "action_ts": 5}), Some(Action { moment: "5".to_owned(), ..bare() })),
        (json!({"action_id": "a", "action_ts": "x".repeat(256)}), Some(bare())),
        (json!({"action_id": "a", "value": 5, "block_id": []}), Some(bare())),
        (
            json!({"action_id": "a", "value": "x", "selected_option": {"value": "y"}}),
            Some(Action { value: Some("x".to_owned()), ..bare() }),
        ),
        (json!({"action_id": "a", "selected_option": null}), Some(bare())),
        (json!({"action_id": "a", "selected_option": {"value": null}}), Some(bare())),
        (json!({"action_id": "x".repeat(256)}), None),
        (json!({"action_id": ""}), None),
        (json!({"value": "x"}), None),
        (json!("a"), None),
    ] {
        assert_eq!(read(action.clone()), expected, "{action}");
    }
    for clicks in [json!(null), json!([]), json!({}), json!("a")] {
        assert_eq!(actions(&changed(&json!({"actions": clicks}))).actions, [], "{clicks}");
    }
}

#[test]
fn what_is_too_long_is_absent() {
    let long = |length: usize| "x".repeat(length);
    let actions = actions(&changed(&json!({"trigger_id": long(256), "response_url": long(2_049)})));
    assert_eq!(actions, Actions { trigger: None, response_url: None, ..click() });
}

#[test]
fn nothing_shows_where_answers_are_taken() {
    let shown = format!("{:?}", parse(payload!("block_actions_button")));
    assert!(!shown.contains("96rGlfmibIGlgcZRskXaIFfN"), "{shown}");
}
