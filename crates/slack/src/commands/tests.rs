//! Bodies of every kind, as Slack posts them, and variations on them.

use proptest::prelude::*;

use super::*;
use crate::blocks::Block;

macro_rules! payload {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/payloads/", $name, ".form")).trim_end()
    };
}

const TRIGGER: &str = "398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";

fn plain() -> SlashCommand {
    SlashCommand {
        installation_candidates: vec![TeamId::new("T0ACME")],
        channel: ChannelId::new("C0OPS"),
        user: UserId::new("U0ANN"),
        command: "/ec2".to_owned(),
        text: "stop web-1".to_owned(),
        response_url: ResponseUrl::new(
            "https://hooks.slack.com/commands/T0ACME/397700885554/96rGlfmibIGlgcZRskXaIFfN",
        ),
        trigger: TriggerId::new(TRIGGER),
    }
}

fn parse(body: &str) -> Result<Posted, FormError> {
    Posted::parse(body.as_bytes())
}

fn command(command: SlashCommand) -> Posted {
    Posted::Command(Box::new(command))
}

/// The plain body with one field changed, added or (by `None`) left out.
fn with(name: &str, value: Option<&str>) -> String {
    let fields = form_urlencoded::parse(payload!("command_plain").as_bytes());
    let others = fields.filter(|(other, _)| other != name);
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(others)
        .extend_pairs(value.map(|value| (name, value)))
        .finish()
}

#[test]
fn commands_are_read_whole() {
    let reverse =
        |text: &str| SlashCommand { command: "/reverse".to_owned(), text: text.to_owned(), ..plain() };
    let teams = |ids: &[&str]| SlashCommand {
        installation_candidates: ids.iter().map(|id| TeamId::new(*id)).collect(),
        ..plain()
    };
    let channel = |id: &str| SlashCommand { channel: ChannelId::new(id), ..plain() };
    for (body, expected) in [
        (payload!("command_plain"), plain()),
        (
            payload!("command_escaped"),
            reverse(
                "<@U0BOB|bob> in <#C0OPS|ops> said a &lt; b &amp;&amp; c, see <https://example.com/?a=1&amp;b=2>",
            ),
        ),
        (payload!("command_unicode"), reverse(":wave: 👋🏽 e\u{301} שלום مرحبا")),
        (payload!("command_no_text"), SlashCommand { text: String::new(), ..plain() }),
        (payload!("command_grid"), teams(&["T0GRID1", "E0GRID"])),
        (payload!("command_org_install"), teams(&["E0GRID", "T0GRID1"])),
        (payload!("command_private_channel"), channel("G0SECRET")),
        (payload!("command_direct_message"), channel("D0ANN")),
    ] {
        assert_eq!(parse(body), Ok(command(expected)));
    }
}

#[test]
fn slacks_published_example_is_a_command() {
    let body = crate::signature::tests::BODY;
    let expected = SlashCommand {
        installation_candidates: vec![TeamId::new("T1DC2JH3J")],
        channel: ChannelId::new("G8PSS9T3V"),
        user: UserId::new("U2CERLKJA"),
        command: "/webhook-collect".to_owned(),
        text: String::new(),
        response_url: ResponseUrl::new(
            "https://hooks.slack.com/commands/T1DC2JH3J/397700885554/96rGlfmibIGlgcZRskXaIFfN",
        ),
        trigger: TriggerId::new(TRIGGER),
    };
    assert_eq!(parse(body), Ok(command(expected)));
}

#[test]
fn only_the_very_mark_is_a_check_of_the_certificate() {
    assert_eq!(parse(payload!("command_ssl_check")), Ok(Posted::SslCheck));
    assert_eq!(parse("ssl_check=%31"), Ok(Posted::SslCheck));
    for value in ["", "0", "true", "01", " 1", "1 ", "+1", "11", "１"] {
        assert_eq!(parse(&with("ssl_check", Some(value))), Ok(command(plain())), "{value:?}");
        let alone = form_urlencoded::Serializer::new(String::new()).append_pair("ssl_check", value).finish();
        assert_eq!(parse(&alone), Err(FormError::Field("channel_id")), "{value:?}");
    }
    assert_eq!(parse("ssl_check=1&ssl_check=1"), Err(FormError::Repeated));
}

#[test]
fn what_is_needed_must_be_there() {
    for name in ["channel_id", "user_id", "command", "response_url", "trigger_id"] {
        for value in [None, Some("")] {
            assert_eq!(parse(&with(name, value)), Err(FormError::Field(name)));
        }
    }
    for name in ["token", "team_domain", "channel_name", "user_name", "api_app_id", "is_enterprise_install"] {
        assert_eq!(parse(&with(name, None)), Ok(command(plain())), "{name}");
    }
    for name in ["enterprise_name", "thread_ts", "", "payload"] {
        assert_eq!(parse(&with(name, Some("x"))), Ok(command(plain())), "{name}");
    }
    assert_eq!(parse(payload!("command_no_trigger")), Err(FormError::Field("trigger_id")));
    assert_eq!(parse(payload!("command_repeated")), Err(FormError::Repeated));
    assert_eq!(parse(""), Err(FormError::Field("channel_id")));
    assert_eq!(parse(&with("text", Some("x")).replace("text=x", "text=%C3")), Err(FormError::Malformed));
}

#[test]
fn ids_and_addresses_have_bounds_and_text_has_none() {
    for (name, limit) in [
        ("team_id", MAX_ID_BYTES),
        ("enterprise_id", MAX_ID_BYTES),
        ("channel_id", MAX_ID_BYTES),
        ("user_id", MAX_ID_BYTES),
        ("command", MAX_ID_BYTES),
        ("trigger_id", MAX_ID_BYTES),
        ("response_url", MAX_URL_BYTES),
    ] {
        assert!(parse(&with(name, Some(&"x".repeat(limit)))).is_ok(), "{name}");
        assert_eq!(parse(&with(name, Some(&"x".repeat(limit + 1)))), Err(FormError::Field(name)));
    }
    let text = "👋 x".repeat(100_000);
    assert_eq!(parse(&with("text", Some(&text))), Ok(command(SlashCommand { text, ..plain() })));
}

#[test]
fn installations_are_sought_where_slack_points() {
    for (team, enterprise, whole, expected) in [
        (None, None, true, vec![]),
        (Some("T1"), None, true, vec!["T1"]),
        (None, Some("E1"), false, vec!["E1"]),
        (Some("T1"), Some("E1"), false, vec!["T1", "E1"]),
        (Some("T1"), Some("E1"), true, vec!["E1", "T1"]),
        (Some("E1"), Some("E1"), false, vec!["E1"]),
        (Some("E1"), Some("E1"), true, vec!["E1"]),
    ] {
        let expected: Vec<TeamId> = expected.into_iter().map(TeamId::new).collect();
        assert_eq!(candidates(team, enterprise, whole), expected, "{team:?} {enterprise:?} {whole}");
    }
    for value in ["TRUE", "1", "yes", " true"] {
        let body = with("is_enterprise_install", Some(value)) + "&enterprise_id=E1";
        let Ok(Posted::Command(command)) = parse(&body) else { panic!("no command: {body}") };
        assert_eq!(command.installation_candidates, [TeamId::new("T0ACME"), TeamId::new("E1")]);
    }
}

#[test]
fn an_immediate_answer_is_for_the_person_alone() {
    for (message, expected) in [
        (Message::text("hi"), json!({"response_type": "ephemeral", "text": "hi"})),
        (
            Message::new("hi", [Block::divider()]).unwrap(),
            json!({"response_type": "ephemeral", "text": "hi", "blocks": [{"type": "divider"}]}),
        ),
    ] {
        assert_eq!(serde_json::from_str::<serde_json::Value>(&immediate(&message)).unwrap(), expected);
    }
}

#[test]
fn nothing_shows_where_answers_are_taken() {
    let shown = format!("{:?}", parse(payload!("command_plain")));
    assert!(!shown.contains("96rGlfmibIGlgcZRskXaIFfN"), "{shown}");
}

proptest! {
    #[test]
    fn no_bytes_are_too_strange(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Posted::parse(&body);
    }

    #[test]
    fn a_text_comes_through_as_it_is(text in ".{0,50}") {
        prop_assert_eq!(parse(&with("text", Some(&text))), Ok(command(SlashCommand { text, ..plain() })));
    }
}
