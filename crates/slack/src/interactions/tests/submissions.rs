//! Modals that were submitted, and the answer that keeps them open.

use super::*;

/// The submission in `payload`.
pub(super) fn submission(payload: &Value) -> Submission {
    match parse(&payload.to_string()) {
        Ok(Interaction::Submission(submission)) => *submission,
        other => panic!("no submission: {other:?}"),
    }
}

/// A submission with `value` at `pointer`.
pub(super) fn submitted(pointer: &str, value: Value) -> Value {
    let mut payload: Value = serde_json::from_str(payload!("view_submission_filled")).unwrap();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    payload.pointer_mut(parent).unwrap()[key] = value;
    payload
}

fn values(filled: &[(&str, &str, &str)]) -> Values {
    let mut values = Values::default();
    for (block, action, text) in filled {
        let actions = values.0.entry((*block).to_owned()).or_default();
        actions.insert((*action).to_owned(), vec![(*text).to_owned()]);
    }
    values
}

fn whole() -> Submission {
    Submission {
        installation_candidates: vec![TeamId::new("T0ACME")],
        user: UserId::new("U0ANN"),
        view: ViewId::new("V0TERMINATE"),
        callback_id: "terminate".to_owned(),
        private_metadata: r#"{"job":"job-1"}"#.to_owned(),
        values: values(&[("name", "typed", "db-old"), ("host", "chosen", "same")]),
    }
}

#[test]
fn what_was_filled_in_is_read() {
    for (body, expected) in [
        (payload!("view_submission_filled"), whole()),
        (
            payload!("view_submission"),
            Submission {
                view: ViewId::new("V0EXAMPLE"),
                callback_id: "standup".to_owned(),
                private_metadata: String::new(),
                values: Values::default(),
                ..whole()
            },
        ),
    ] {
        assert_eq!(parse(body), Ok(Interaction::Submission(Box::new(expected))), "{body}");
    }
    let values = whole().values;
    for (block, action, text) in [
        ("name", "typed", Some("db-old")),
        ("host", "chosen", Some("same")),
        ("why", "typed", None),
        ("name", "chosen", None),
        ("other", "typed", None),
    ] {
        assert_eq!(values.get(block, action), text, "{block} {action}");
    }
}

#[test]
fn what_was_chosen_and_ticked_is_read() {
    let values = submission(&serde_json::from_str(payload!("view_submission_choices")).unwrap()).values;
    for (block, action, expected) in [
        ("channel", "chosen", &["C0TEAM"][..]),
        ("other_channel", "chosen", &[]),
        ("questions", "text", &["What did you do?\nWhat next?"]),
        ("days", "ticked", &["mon", "fri"]),
        ("zones", "ticked", &[]),
        ("ask", "time", &["09:30"]),
        ("report", "time", &[]),
        ("from", "date", &["2026-11-23"]),
        ("from", "time", &[]),
    ] {
        assert_eq!(values.all(block, action), expected, "{block}");
        assert_eq!(values.get(block, action), expected.first().copied(), "{block}");
    }
}

#[test]
fn strange_choices_are_not_read() {
    let option = |value: Value| json!({"text": {"type": "plain_text", "text": "x"}, "value": value});
    for (state, expected) in [
        (json!({"selected_conversation": "x".repeat(256)}), vec![]),
        (json!({"selected_conversation": ["C1"]}), vec![]),
        (json!({"selected_time": 930}), vec![]),
        (json!({"selected_time": ""}), vec![]),
        (json!({"selected_options": "mon"}), vec![]),
        (json!({"selected_options": ["mon", null, {}, option(json!(7)), option(json!("tue"))]}), vec!["tue"]),
        (json!({"selected_options": [option(json!("x".repeat(3_001)))]}), vec![]),
        (json!({"selected_options": vec![option(json!("v")); 150]}), vec!["v"; 100]),
        (json!({"value": "typed", "selected_time": "09:30"}), vec!["typed"]),
    ] {
        let payload = submitted("/view/state/values", json!({"b": {"a": state}}));
        assert_eq!(submission(&payload).values.all("b", "a"), expected, "{state}");
    }
}

#[test]
fn a_submission_needs_a_person_and_a_modal() {
    for pointer in ["/user", "/view", "/user/id", "/view/id"] {
        for value in [json!(null), json!(""), json!(5), json!([]), json!("x".repeat(256))] {
            let payload = submitted(pointer, value.clone()).to_string();
            assert_eq!(parse(&payload), Err(FormError::Field("payload")), "{pointer} {value}");
        }
    }
}

#[test]
fn a_submission_is_read_as_far_as_it_goes() {
    let text = |value: Value| json!({"name": {"typed": {"type": "plain_text_input", "value": value}}});
    let typed = |text: &str| values(&[("name", "typed", text)]);
    let long = |length: usize| "x".repeat(length);
    for (pointer, value, expected) in [
        ("/view/callback_id", json!(null), Submission { callback_id: String::new(), ..whole() }),
        ("/view/callback_id", json!(long(255)), Submission { callback_id: long(255), ..whole() }),
        ("/view/callback_id", json!(long(256)), Submission { callback_id: String::new(), ..whole() }),
        ("/view/private_metadata", json!(7), Submission { private_metadata: String::new(), ..whole() }),
        (
            "/view/private_metadata",
            json!(long(3_000)),
            Submission { private_metadata: long(3_000), ..whole() },
        ),
        (
            "/view/private_metadata",
            json!(long(3_001)),
            Submission { private_metadata: String::new(), ..whole() },
        ),
        ("/view/state", json!(null), Submission { values: Values::default(), ..whole() }),
        ("/view/state/values", json!([]), Submission { values: Values::default(), ..whole() }),
        (
            "/view/state/values",
            json!({"name": "db-old"}),
            Submission { values: Values::default(), ..whole() },
        ),
        ("/view/state/values", text(json!("a\nb")), Submission { values: typed("a\nb"), ..whole() }),
        ("/view/state/values", text(json!(5)), Submission { values: Values::default(), ..whole() }),
        ("/view/state/values", text(json!("")), Submission { values: Values::default(), ..whole() }),
        (
            "/view/state/values",
            text(json!(long(3_000))),
            Submission { values: typed(&long(3_000)), ..whole() },
        ),
        ("/view/state/values", text(json!(long(3_001))), Submission { values: Values::default(), ..whole() }),
        ("/team", json!(null), Submission { installation_candidates: Vec::new(), ..whole() }),
        (
            "/enterprise",
            json!({"id": "E1"}),
            Submission { installation_candidates: vec![TeamId::new("T0ACME"), TeamId::new("E1")], ..whole() },
        ),
        // Whose app it is says nothing of whose modal it is.
        ("/view/app_installed_team_id", json!("T9"), whole()),
        ("/view/team_id", json!("T9"), whole()),
        ("/user/team_id", json!("T9"), whole()),
    ] {
        assert_eq!(submission(&submitted(pointer, value.clone())), expected, "{pointer} {value}");
    }
}

#[test]
fn only_so_many_inputs_are_read() {
    let input = json!({"a": {"type": "plain_text_input", "value": "x"}});
    let many: serde_json::Map<_, _> = (0..150).map(|n| (format!("b{n:03}"), input.clone())).collect();
    let read = submission(&submitted("/view/state/values", json!(many))).values;
    assert_eq!((read.0.len(), read.get("b099", "a"), read.get("b100", "a")), (100, Some("x"), None));
}

#[test]
fn the_answer_names_what_must_be_changed() {
    let answer: Value =
        serde_json::from_str(&errors([("name", "That is not “db-old”."), ("why", "Too short.")])).unwrap();
    assert_eq!(
        answer,
        json!({"response_action": "errors", "errors": {"name": "That is not “db-old”.", "why": "Too short."}})
    );
}
