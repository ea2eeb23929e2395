//! Modals, as `views.open` takes them.

use super::*;

fn field(id: &str) -> TextInput {
    TextInput::new(id).unwrap()
}

fn terminate() -> Modal {
    let name = Input::new("name", "Name", field("typed").placeholder("db-old").max_length(256)).unwrap();
    let why = Input::new("why", "Reason", field("typed").multiline().max_length(500)).unwrap().optional();
    let blocks = [Block::section("*db-old*"), name.hint("Type db-old").into(), why.into()];
    Modal::new("terminate", "Terminate", "Terminate", "Cancel", blocks).unwrap()
}

#[test]
fn a_modal_is_slacks_json() {
    let plain = |text: &str| json!({"type": "plain_text", "text": text, "emoji": true});
    let json = serde_json::to_value(terminate().private_metadata("{}").unwrap()).unwrap();
    assert_eq!(
        json,
        json!({
            "type": "modal", "title": plain("Terminate"), "submit": plain("Terminate"), "close": plain("Cancel"),
            "callback_id": "terminate", "private_metadata": "{}",
            "blocks": [
                {"type": "section", "text": {"type": "mrkdwn", "text": "*db-old*", "verbatim": true}},
                {"type": "input", "block_id": "name", "label": plain("Name"), "hint": plain("Type db-old"),
                 "optional": false, "element": {"type": "plain_text_input", "action_id": "typed",
                    "placeholder": plain("db-old"), "max_length": 256}},
                {"type": "input", "block_id": "why", "label": plain("Reason"), "optional": true,
                 "element": {"type": "plain_text_input", "action_id": "typed", "multiline": true,
                    "max_length": 500}},
            ],
        })
    );
    assert_eq!(validate_modal(&json), Ok(()));
    assert_eq!(validate_view(&json["blocks"]), Ok(()));
    assert_eq!(serde_json::from_value::<Modal>(json).unwrap().blocks(), terminate().blocks());
}

#[test]
fn what_people_read_in_a_modal_is_cut() {
    let long = "x".repeat(5_000);
    let input = Input::new("b", &long, field("a").placeholder(&long).max_length(9_999)).unwrap().hint(&long);
    let modal = Modal::new("c", &long, &long, "", [input.into()]).unwrap();
    let json = serde_json::to_value(modal).unwrap();
    for (pointer, limit) in [
        ("/title/text", 24),
        ("/submit/text", 24),
        ("/blocks/0/label/text", 2_000),
        ("/blocks/0/hint/text", 2_000),
        ("/blocks/0/element/placeholder/text", 150),
    ] {
        let text = json.pointer(pointer).and_then(Value::as_str).unwrap();
        assert_eq!(length(text), limit, "{pointer}");
        assert!(text.ends_with("x…"), "{pointer}");
    }
    assert_eq!(json["close"]["text"], json!("–"));
    assert_eq!(json["blocks"][0]["element"]["max_length"], json!(3_000));
    assert_eq!(serde_json::to_value(field("a").max_length(0)).unwrap()["max_length"], json!(1));
    assert_eq!(validate_modal(&json), Ok(()));
}

#[test]
fn what_comes_back_with_a_modal_is_exact_or_an_error() {
    let modal = |id: &str, count: usize| {
        Modal::new(id, "t", "s", "c", std::iter::repeat_n(Block::divider(), count)).map(drop)
    };
    let input = |id: &str| Input::new(id, "x", field("a")).map(drop);
    let metadata = |length: usize| terminate().private_metadata("x".repeat(length)).map(drop);
    let doubled = ["b", "b"].map(|id| Input::new(id, "x", field("a")).unwrap().into());
    let too_long = |what, limit| Err(LimitError::TooLong { what, limit, found: limit + 1 });
    for (result, expected) in [
        (modal(&"c".repeat(255), 100), Ok(())),
        (metadata(3_000), Ok(())),
        (input(&"b".repeat(255)), Ok(())),
        (modal(&"c".repeat(256), 1), too_long("a callback_id", 255)),
        (modal("", 1), Err(LimitError::Empty("a callback_id"))),
        (modal("c", 0), Err(LimitError::Empty("blocks of a modal"))),
        (modal("c", 101), Err(LimitError::TooMany { what: "blocks of a modal", limit: 100, found: 101 })),
        (metadata(3_001), too_long("a modal's private_metadata", 3_000)),
        (metadata(0), Err(LimitError::Empty("a modal's private_metadata"))),
        (input(&"b".repeat(256)), too_long("a block_id", 255)),
        (input(""), Err(LimitError::Empty("a block_id"))),
        (TextInput::new("a".repeat(256)).map(drop), too_long("an action_id", 255)),
        (Modal::new("c", "t", "s", "c", doubled).map(drop), Err(LimitError::Doubled("a block_id"))),
    ] {
        assert_eq!(result, expected);
    }
}

#[test]
fn a_modal_is_no_larger_than_slack_takes() {
    let paragraphs = |count| std::iter::repeat_n(Block::section("x".repeat(3_000)), count);
    assert!(Modal::new("c", "t", "s", "c", paragraphs(80)).is_ok());
    let refused = Modal::new("c", "t", "s", "c", paragraphs(90)).unwrap_err();
    assert!(matches!(refused, LimitError::TooLong { what: "a modal", limit: 250_000, .. }), "{refused}");
}

proptest! {
    #[test]
    fn whatever_modal_is_built_is_valid(text in ".{0,200}", times in 0_usize..40, number in 0_usize..4_000) {
        let text = text.repeat(times);
        let input = Input::new("i", &text, field("a").placeholder(&text).max_length(number)).unwrap();
        let modal = Modal::new("c", &text, &text, &text, [Block::section(&text), input.hint(&text).into()]);
        prop_assert_eq!(validate_modal(&serde_json::to_value(modal.unwrap()).unwrap()), Ok(()));
    }
}
