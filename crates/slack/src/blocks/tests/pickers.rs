//! Inputs in which something is chosen, and modals that wait.

use domain::ids::ChannelId;
use domain::standup::TimeOfDay;

use super::*;

fn days(count: usize) -> Vec<Choice> {
    (0..count).map(|day| Choice::new(format!("Day {day}"), format!("d{day}")).unwrap()).collect()
}

fn time(text: &str) -> TimeOfDay {
    TimeOfDay::parse(text).unwrap()
}

fn setup() -> Modal {
    let channel = ConversationsSelect::new("chosen").unwrap().placeholder("Which one?");
    let channel = channel.current().initial(&ChannelId::new("C1"));
    let questions = TextInput::new("text").unwrap().multiline().initial_value("Why?\nHow?");
    let days = Checkboxes::new("ticked", days(2)).unwrap().ticked(&["d1", "d7"]);
    let ask = TimePicker::new("time").unwrap().placeholder("When?").initial(time("09:30"));
    let blocks = [
        Input::new("channel", "Channel", channel).unwrap().into(),
        Input::new("questions", "Questions", questions).unwrap().into(),
        Input::new("days", "Days", days).unwrap().optional().into(),
        Input::new("ask", "Ask at", ask).unwrap().into(),
    ];
    Modal::new("setup", "Standup", "Save", "Cancel", blocks).unwrap()
}

#[test]
fn pickers_are_slacks_json() {
    let plain = |text: &str| json!({"type": "plain_text", "text": text, "emoji": true});
    let input = |id: &str, label: &str, optional: bool, element: Value| json!({"type": "input", "block_id": id, "label": plain(label), "optional": optional, "element": element});
    let day = |n: u8| json!({"text": plain(&format!("Day {n}")), "value": format!("d{n}")});
    let json = serde_json::to_value(setup()).unwrap();
    assert_eq!(
        json["blocks"],
        json!([
            input(
                "channel",
                "Channel",
                false,
                json!({"type": "conversations_select", "action_id": "chosen",
                "placeholder": plain("Which one?"), "initial_conversation": "C1",
                "default_to_current_conversation": true,
                "filter": {"include": ["public", "private"], "exclude_external_shared_channels": true}})
            ),
            input(
                "questions",
                "Questions",
                false,
                json!({"type": "plain_text_input", "action_id": "text",
                "multiline": true, "initial_value": "Why?\nHow?"})
            ),
            input(
                "days",
                "Days",
                true,
                json!({"type": "checkboxes", "action_id": "ticked",
                "options": [day(0), day(1)], "initial_options": [day(1)]})
            ),
            input(
                "ask",
                "Ask at",
                false,
                json!({"type": "timepicker", "action_id": "time",
                "placeholder": plain("When?"), "initial_time": "09:30"})
            ),
        ])
    );
    assert_eq!(validate_modal(&json), Ok(()));
    assert_eq!(serde_json::from_value::<Modal>(json).unwrap(), setup());
}

#[test]
fn nothing_is_chosen_unless_it_is_said() {
    for (field, json) in [
        (
            Field::from(ConversationsSelect::new("a").unwrap()),
            json!({"type": "conversations_select", "action_id": "a",
                "filter": {"include": ["public", "private"], "exclude_external_shared_channels": true}}),
        ),
        (TimePicker::new("a").unwrap().into(), json!({"type": "timepicker", "action_id": "a"})),
        (
            TextInput::new("a").unwrap().initial_value(" ").into(),
            json!({"type": "plain_text_input", "action_id": "a"}),
        ),
        (
            // Slack takes no empty list here.
            Checkboxes::new("a", days(1)).unwrap().ticked(&["d7"]).into(),
            json!({"type": "checkboxes", "action_id": "a", "options":
                [{"text": {"type": "plain_text", "text": "Day 0", "emoji": true}, "value": "d0"}]}),
        ),
    ] {
        assert_eq!(serde_json::to_value(field).unwrap(), json);
    }
}

#[test]
fn pickers_have_their_limits() {
    let long = "a".repeat(256);
    let id = Err(LimitError::TooLong { what: "an action_id", limit: 255, found: 256 });
    let same = ["v", "v"].map(|value| Choice::new("x", value).unwrap());
    for (result, expected) in [
        (ConversationsSelect::new(&long).map(drop), id),
        (TimePicker::new(&long).map(drop), id),
        (TimePicker::new("").map(drop), Err(LimitError::Empty("an action_id"))),
        (Checkboxes::new(&long, days(1)).map(drop), id),
        (Checkboxes::new("a", days(10)).map(drop), Ok(())),
        (Checkboxes::new("a", days(0)).map(drop), Err(LimitError::Empty("checkboxes"))),
        (
            Checkboxes::new("a", days(11)).map(drop),
            Err(LimitError::TooMany { what: "checkboxes", limit: 10, found: 11 }),
        ),
        (Checkboxes::new("a", same).map(drop), Err(LimitError::Doubled("an option's value"))),
    ] {
        assert_eq!(result, expected);
    }
}

#[test]
fn a_text_stands_in_its_field_as_far_as_it_fits() {
    let long = "x".repeat(5_000);
    let field = |text: &str| TextInput::new("a").unwrap().initial_value(text);
    for (field, length_of_it) in [
        (field(&long), 3_000),
        (field(&long).max_length(500), 500),
        (TextInput::new("a").unwrap().max_length(500).initial_value(&long), 500),
        (field("short").max_length(500), 5),
    ] {
        let json = serde_json::to_value(field).unwrap();
        assert_eq!(length(json["initial_value"].as_str().unwrap()), length_of_it, "{json}");
    }
}

#[test]
fn a_modal_that_waits_has_nothing_to_submit() {
    let json = serde_json::to_value(Modal::waiting("Report", "One moment…")).unwrap();
    assert_eq!(
        json,
        json!({"type": "modal", "title": {"type": "plain_text", "text": "Report", "emoji": true},
            "blocks": [{"type": "section",
                "text": {"type": "mrkdwn", "text": "One moment…", "verbatim": true}}]})
    );
    assert_eq!(validate_modal(&json), Ok(()));
    let endless = Modal::waiting("x".repeat(25), "x".repeat(9_000));
    assert_eq!(validate_modal(&serde_json::to_value(endless).unwrap()), Ok(()));
}
