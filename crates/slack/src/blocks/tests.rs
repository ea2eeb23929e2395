use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::text::length;

mod modals;
mod pickers;

fn button(id: &str) -> Element {
    Button::new(id, "Stop").unwrap().into()
}

fn everything() -> Message {
    let stop = Button::new("stop", "Stop").unwrap().value("i-1").unwrap().danger().confirm(Confirm::new(
        "Sure?",
        "Stop *web-1*?",
        "Stop",
        "Keep",
    ));
    let choices =
        [Choice::new("web-1", "i-1").unwrap().description("eu-west-1"), Choice::new("web-2", "i-2").unwrap()];
    let menu = Select::new("which", "Which one?", choices).unwrap().chosen("i-2");
    let open = Button::new("open", "Console").unwrap().url("https://example.com/").unwrap().primary();
    let picture = Picture::new("https://example.com/a.png", "a cat").unwrap();
    Message::new(
        "Which instance?",
        [
            Block::header("Fleet"),
            Section::new("*web-1*")
                .fields([Text::mrkdwn("a"), Text::plain("b")])
                .unwrap()
                .accessory(menu)
                .into(),
            Context::new([Text::mrkdwn("small").into(), ContextItem::Picture(picture)]).unwrap().into(),
            Block::divider(),
            Block::image("https://example.com/b.png", "a dog", Some("Dog")).unwrap(),
            Block::actions([stop.into(), open.into()]).unwrap().with_id("row").unwrap(),
        ],
    )
    .unwrap()
}

#[test]
fn blocks_are_slacks_json() {
    let plain = |text: &str| json!({"type": "plain_text", "text": text, "emoji": true});
    let mrkdwn = |text: &str| json!({"type": "mrkdwn", "text": text, "verbatim": true});
    let web_2 = json!({"text": plain("web-2"), "value": "i-2"});
    assert_eq!(
        serde_json::to_value(everything()).unwrap(),
        json!({
            "text": "Which instance?",
            "blocks": [
                {"type": "header", "text": plain("Fleet")},
                {"type": "section", "text": mrkdwn("*web-1*"), "fields": [mrkdwn("a"), plain("b")],
                 "accessory": {"type": "static_select", "action_id": "which", "placeholder": plain("Which one?"),
                    "options": [
                        {"text": plain("web-1"), "value": "i-1", "description": plain("eu-west-1")}, web_2],
                    "initial_option": web_2}},
                {"type": "context", "elements": [mrkdwn("small"),
                    {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a cat"}]},
                {"type": "divider"},
                {"type": "image", "image_url": "https://example.com/b.png", "alt_text": "a dog",
                 "title": plain("Dog")},
                {"type": "actions", "block_id": "row", "elements": [
                    {"type": "button", "action_id": "stop", "text": plain("Stop"), "value": "i-1",
                     "style": "danger", "confirm": {"title": plain("Sure?"), "text": mrkdwn("Stop *web-1*?"),
                        "confirm": plain("Stop"), "deny": plain("Keep")}},
                    {"type": "button", "action_id": "open", "text": plain("Console"),
                     "url": "https://example.com/", "style": "primary"}]},
            ],
        })
    );
    assert_eq!(serde_json::to_value(Message::text("hello")).unwrap(), json!({"text": "hello"}));
}

#[test]
fn a_message_comes_back_as_it_was() {
    for message in [everything(), Message::text("hello")] {
        let json = serde_json::to_string(&message).unwrap();
        assert_eq!(serde_json::from_str::<Message>(&json).unwrap(), message);
    }
}

#[test]
fn readable_text_is_cut_and_never_empty() {
    let long = "x".repeat(50_000);
    let text = |block: Block| {
        let json = serde_json::to_value(block).unwrap();
        let text = json.pointer("/text/text").or(json.pointer("/elements/0/text")).and_then(Value::as_str);
        text.unwrap().to_owned()
    };
    let choice = serde_json::to_value(Choice::new(&long, "v").unwrap().description(&long)).unwrap();
    for (cut, limit) in [
        (text(Block::section(&long)), 3_000),
        (text(Block::header(&long)), 150),
        (text(Block::context(&long)), 3_000),
        (Message::text(&long).fallback().to_owned(), 40_000),
        (Message::text(&long).for_update().fallback().to_owned(), 4_000),
        (choice["text"]["text"].as_str().unwrap().to_owned(), 75),
        (choice["description"]["text"].as_str().unwrap().to_owned(), 75),
    ] {
        assert_eq!(length(&cut), limit);
        assert!(cut.ends_with("x…"));
    }
    assert_eq!(text(Block::section(" \n")), "–");
    assert_eq!(text(Block::header("")), "–");
    assert_eq!(Message::text("").fallback(), "–");
}

#[test]
fn ids_and_values_are_exact_or_an_error() {
    let ok = |result: Result<(), LimitError>| assert_eq!(result, Ok(()));
    ok(Button::new("a".repeat(255), "x").map(drop));
    ok(Button::new("a", "x").unwrap().value("v".repeat(2_000)).map(drop));
    ok(Button::new("a", "x").unwrap().url("u".repeat(3_000)).map(drop));
    ok(Choice::new("x", "v".repeat(150)).map(drop));
    ok(Block::divider().with_id("b".repeat(255)).map(drop));
    let too_long = |what, limit| Err(LimitError::TooLong { what, limit, found: limit + 1 });
    for (result, error) in [
        (Button::new("a".repeat(256), "x").map(drop), too_long("an action_id", 255)),
        (Button::new("", "x").map(drop), Err(LimitError::Empty("an action_id"))),
        (
            Button::new("a", "x").unwrap().value("v".repeat(2_001)).map(drop),
            too_long("a button's value", 2_000),
        ),
        (Button::new("a", "x").unwrap().url("u".repeat(3_001)).map(drop), too_long("a button's url", 3_000)),
        (Choice::new("x", "v".repeat(151)).map(drop), too_long("an option's value", 150)),
        (Block::divider().with_id("b".repeat(256)).map(drop), too_long("a block_id", 255)),
        (Block::image("u".repeat(3_001), "x", None).map(drop), too_long("an image's url", 3_000)),
    ] {
        assert_eq!(result, error);
    }
}

#[test]
fn there_are_never_too_many_parts() {
    let choices = |count: usize| (0..count).map(|n| Choice::new("x", n.to_string()).unwrap());
    let buttons = |count: usize| (0..count).map(|n| button(&n.to_string()));
    let texts = |count| std::iter::repeat_n(Text::plain("x"), count);
    let items = |count| texts(count).map(ContextItem::Text);
    let blocks = |count| std::iter::repeat_n(Block::divider(), count);
    let too_many = |what, limit| Err(LimitError::TooMany { what, limit, found: limit + 1 });
    assert!(Select::new("a", "x", choices(100)).is_ok());
    assert!(Block::actions(buttons(25)).is_ok());
    assert!(Section::new("x").fields(texts(10)).is_ok());
    assert!(Context::new(items(10)).is_ok());
    assert!(Message::new("x", blocks(50)).is_ok());
    for (result, error) in [
        (Select::new("a", "x", choices(101)).map(drop), too_many("options of a menu", 100)),
        (Select::new("a", "x", choices(0)).map(drop), Err(LimitError::Empty("options of a menu"))),
        (Block::actions(buttons(26)).map(drop), too_many("elements of an actions block", 25)),
        (Block::actions([]).map(drop), Err(LimitError::Empty("elements of an actions block"))),
        (Block::actions([button("a"), button("a")]).map(drop), Err(LimitError::Doubled("an action_id"))),
        (Section::new("x").fields(texts(11)).map(drop), too_many("fields of a section", 10)),
        (Context::new(items(11)).map(drop), too_many("elements of a context block", 10)),
        (Message::new("x", blocks(51)).map(drop), too_many("blocks of a message", 50)),
        (
            Message::new("x", ["b", "b"].map(|id| Block::divider().with_id(id).unwrap())).map(drop),
            Err(LimitError::Doubled("a block_id")),
        ),
    ] {
        assert_eq!(result, error);
    }
}

#[test]
fn a_whole_message_is_valid() {
    let json = serde_json::to_value(everything()).unwrap();
    assert_eq!(validate(&json["blocks"]), Ok(()));
}

proptest! {
    #[test]
    fn whatever_is_built_is_valid(text in ".{0,200}", times in 0_usize..40) {
        let text = text.repeat(times);
        let blocks = [
            Block::header(&text),
            Block::context(&text),
            Section::new(&text).fields([Text::plain(&text), Text::mrkdwn(&text)]).unwrap()
                .accessory(Button::new("a", &text).unwrap()
                    .confirm(Confirm::new(&text, &text, &text, &text))).into(),
            Block::image("https://example.com/", &text, Some(&text)).unwrap(),
            Block::actions([Select::new("s", &text, [Choice::new(&text, "v").unwrap()]).unwrap().into()]).unwrap(),
        ];
        let message = Message::new(&text, blocks).unwrap();
        let json = serde_json::to_value(&message).unwrap();
        prop_assert_eq!(validate(&json["blocks"]), Ok(()));
        prop_assert_eq!(serde_json::from_value::<Message>(json).unwrap(), message);
    }
}

#[test]
fn nothing_that_cannot_be_seen_is_shown() {
    let name = "\u{202e}pots\u{202c} we\u{200b}b\u{feff}";
    let message = Message::new(
        name,
        [
            Block::header(name),
            Section::new(name)
                .fields([Text::mrkdwn(name), Text::plain(name)])
                .unwrap()
                .accessory(
                    Select::new("which", name, [Choice::new(name, name).unwrap().description(name)]).unwrap(),
                )
                .into(),
            Block::image("https://example.com/b.png", name, Some(name)).unwrap(),
            Block::actions([Button::new("stop", name)
                .unwrap()
                .value(name)
                .unwrap()
                .confirm(Confirm::new(name, name, name, name))
                .into()])
            .unwrap(),
        ],
    );
    let json = json!(message.unwrap()).to_string();
    let values = json.matches(&format!("\"value\":\"{name}\"")).count();
    assert_eq!(values, 2, "what comes back with a click stays as it is: {json}");
    let shown = json.replace(&format!("\"value\":\"{name}\""), "");
    assert!(
        shown.chars().all(|ch| !matches!(ch, '\u{202e}' | '\u{202c}' | '\u{200b}' | '\u{feff}')),
        "{shown}"
    );
    assert!(shown.contains("pots web"), "{shown}");
    assert_eq!(Message::text("\u{200b}\u{202e}").fallback(), "–");
}
