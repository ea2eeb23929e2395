use proptest::prelude::*;

use super::*;
use crate::standup::samples::{days as on, time as clock};

fn form() -> Form {
    Form {
        name: "daily".to_owned(),
        channel: "C0123".to_owned(),
        questions: "What?\nWhy?".to_owned(),
        zone: "Europe/Berlin".to_owned(),
        ask: "09:30".to_owned(),
        report: "10:00".to_owned(),
        days: vec!["mon".to_owned(), "fri".to_owned()],
        own_zones: false,
    }
}

#[test]
fn what_is_filled_in_becomes_a_blueprint() {
    let filled = Form {
        name: "  “Team\tA” ".to_owned(),
        channel: " C0123 ".to_owned(),
        questions: "\n What?  \r\n\n\u{200b}\nWhy   not?\u{2028}Who?\n".to_owned(),
        zone: "europe/berlin".to_owned(),
        ask: " 09:30".to_owned(),
        days: ["fri", "Mon", "MON"].map(str::to_owned).into(),
        own_zones: true,
        ..form()
    };
    let made = blueprint(&filled).unwrap();
    assert_eq!(made.name, "Team A");
    assert_eq!(made.channel, ChannelId::new("C0123"));
    assert_eq!(made.questions, ["What?", "Why not?", "Who?"]);
    assert_eq!(made.zone, "Europe/Berlin");
    let timing = Timing { days: on("mon fri"), ask: clock("09:30"), report: clock("10:00"), own_zones: true };
    assert_eq!(made.timing, Some(timing));
}

#[test]
fn without_a_day_there_is_no_timing_and_times_do_not_matter() {
    let none =
        Form { days: vec![], ask: "soon".to_owned(), report: String::new(), own_zones: true, ..form() };
    assert_eq!(blueprint(&none).unwrap().timing, None);
}

#[test]
fn each_field_says_what_is_wrong_with_it() {
    let form = form();
    let text = |length: usize| "ä".repeat(length);
    for (wrong, complaint) in [
        (Form { name: " \t".to_owned(), ..form.clone() }, Some((Field::Name, Complaint::Missing))),
        (
            Form { name: "\u{200b}\u{feff}".to_owned(), ..form.clone() },
            Some((Field::Name, Complaint::Missing)),
        ),
        (Form { name: text(40), ..form.clone() }, None),
        (Form { name: text(41), ..form.clone() }, Some((Field::Name, Complaint::TooLong { max: 40 }))),
        (Form { channel: String::new(), ..form.clone() }, Some((Field::Channel, Complaint::Missing))),
        (Form { channel: "D0123".to_owned(), ..form.clone() }, Some((Field::Channel, Complaint::Missing))),
        (Form { channel: "C1#x".to_owned(), ..form.clone() }, Some((Field::Channel, Complaint::Missing))),
        (Form { channel: "G0123".to_owned(), ..form.clone() }, None),
        (
            Form { questions: " \n\n".to_owned(), ..form.clone() },
            Some((Field::Questions, Complaint::Missing)),
        ),
        (Form { questions: "a\n".repeat(5), ..form.clone() }, None),
        (
            Form { questions: "a\n".repeat(6), ..form.clone() },
            Some((Field::Questions, Complaint::TooMany { max: 5 })),
        ),
        (Form { questions: text(200), ..form.clone() }, None),
        (
            Form { questions: format!("a\n{}", text(201)), ..form.clone() },
            Some((Field::Questions, Complaint::TooLong { max: 200 })),
        ),
        (Form { days: vec!["someday".to_owned()], ..form.clone() }, Some((Field::Days, Complaint::NotADay))),
        (Form { ask: String::new(), ..form.clone() }, Some((Field::Ask, Complaint::Missing))),
        (Form { ask: "9:30".to_owned(), ..form.clone() }, Some((Field::Ask, Complaint::NotATime))),
        (Form { ask: "24:00".to_owned(), ..form.clone() }, Some((Field::Ask, Complaint::NotATime))),
        (Form { report: "noon".to_owned(), ..form.clone() }, Some((Field::Report, Complaint::NotATime))),
        (Form { report: "09:30".to_owned(), ..form.clone() }, None),
        (Form { zone: " ".to_owned(), ..form.clone() }, Some((Field::Zone, Complaint::Missing))),
        (
            Form { zone: "berlin".to_owned(), ..form.clone() },
            Some((Field::Zone, Complaint::NotAZone { nearest: Some("Europe/Berlin".to_owned()) })),
        ),
        (
            Form { zone: "EST".to_owned(), ..form.clone() },
            Some((Field::Zone, Complaint::NotAZone { nearest: None })),
        ),
    ] {
        assert_eq!(blueprint(&wrong).err(), complaint.map(|complaint| vec![complaint]), "{wrong:?}");
    }
}

#[test]
fn everything_wrong_is_said_at_once_in_the_order_of_the_form() {
    let wrong = Form { days: vec!["mon".to_owned()], ..Form::default() };
    let fields: Vec<Field> = blueprint(&wrong).unwrap_err().into_iter().map(|(field, _)| field).collect();
    assert_eq!(
        fields,
        [Field::Name, Field::Channel, Field::Questions, Field::Ask, Field::Report, Field::Zone]
    );
}

#[test]
fn a_standup_is_called_by_its_name_in_any_case() {
    let made = blueprint(&Form { name: "Team Ä".to_owned(), ..form() }).unwrap();
    for (name, is_it) in [
        ("Team Ä", true),
        ("team  ä", true),
        ("\"TEAM Ä\"", true),
        ("te\u{200b}am \u{202e}ä", true),
        ("team", false),
        ("", false),
    ] {
        assert_eq!(made.is_called(name), is_it, "{name}");
    }
}

proptest! {
    #[test]
    fn whatever_is_taken_is_within_the_limits_and_means_the_same_again(
        name in "[ \"“a-zÄ\u{200b}]{0,50}", questions in "[a-z \n\r\u{2028}]{0,60}",
        ask in "[0-2]?[0-9]:[0-9]{2}", days in proptest::collection::vec("mon|tue|Sat|sun|x", 0..4),
    ) {
        let form = Form { name, questions, ask, days, ..form() };
        if let Ok(made) = blueprint(&form) {
            prop_assert!((1..=40).contains(&made.name.chars().count()));
            prop_assert!((1..=5).contains(&made.questions.len()));
            prop_assert!(made.questions.iter().all(|question| !question.is_empty() && question.trim() == question));
            prop_assert_eq!(made.timing.is_some(), !form.days.is_empty());
            prop_assert!(made.is_called(&form.name));
            let again = Form { name: made.name.clone(), questions: made.questions.join("\n"), ..form };
            prop_assert_eq!(blueprint(&again), Ok(made));
        }
    }

    #[test]
    fn any_text_can_be_read(text in any::<String>()) {
        let form = Form {
            name: text.clone(), channel: text.clone(), questions: text.clone(), zone: text.clone(),
            ask: text.clone(), report: text.clone(), days: vec![text], own_zones: true,
        };
        prop_assert!(blueprint(&form).is_err());
    }
}
