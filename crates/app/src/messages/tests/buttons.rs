//! What can be clicked below each message, and that a click means exactly what
//! the message is about, whatever the instances are called.

use domain::command::{Command, Flags, Parsed, Refusal, Target, Verb, parse};
use domain::ids::InstanceId;
use domain::instance::{Action, Instance, InstanceState};
use domain::job::{Plan, PlanTarget, Progress};
use domain::preflight::Outcome;
use domain::resolve::{References, Selection, select};
use domain::time::Millis;
use serde_json::Value;
use slack::blocks::{Message, validate};

use super::super::*;
use super::{STOP, id, instance, place, plan, region};

const RUNNING: InstanceState = InstanceState::Running;
const STOPPED: InstanceState = InstanceState::Stopped;

/// Names that might be taken for something else, or that Slack or the language
/// cannot carry.
const ODD: [&str; 28] = [
    "web 1",
    "\"web\"",
    "it's",
    "5\" bob's",
    "<!channel>",
    "<@U0BELLHOP>",
    "`rm`",
    "a&b",
    "&lt;",
    "🦀🦀",
    "👍\u{fe0f}",
    "--dry-run",
    "--force",
    "#2",
    "this",
    "all",
    "running",
    "in us-east-1",
    "eu-west-1",
    "i-00000002",
    "10.0.0.1",
    "because",
    "web-*",
    "tag:Env=dev",
    "a\nb",
    "“web”",
    " ",
    "help",
];

/// Everything in `message` to click: its id, what it says, and what it sends.
/// Slack takes the message as it is.
pub(super) fn buttons(message: &Message) -> Vec<(String, String, String)> {
    let value = serde_json::to_value(message).unwrap();
    let blocks = value.get("blocks").cloned().unwrap_or(Value::Array(Vec::new()));
    assert_eq!(validate(&blocks), Ok(()), "{blocks:#}");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let elements = blocks.as_array().unwrap().iter().filter(|block| block["type"] == "actions");
    let elements = elements.flat_map(|block| block["elements"].as_array().unwrap());
    let each = elements.flat_map(|element| match element["options"].as_array() {
        Some(options) => options.iter().map(|option| (element, option)).collect(),
        None => vec![(element, element)],
    });
    each.map(|(element, shown)| {
        (text(&element["action_id"]), text(&shown["text"]["text"]), text(&shown["value"]))
    })
    .collect()
}

/// The same without ids.
fn clicks(message: &Message) -> Vec<(String, String)> {
    buttons(message).into_iter().map(|(_, label, value)| (label, value)).collect()
}

fn check(message: &Message, expected: &[(&str, &str)]) {
    let expected: Vec<(String, String)> =
        expected.iter().map(|(label, value)| ((*label).to_owned(), (*value).to_owned())).collect();
    assert_eq!(clicks(message), expected, "{}", message.fallback());
    if !expected.is_empty() {
        let sections: Vec<Value> =
            message.blocks().iter().map(|block| serde_json::to_value(block).unwrap()).collect();
        let shown: Vec<&str> = sections.iter().filter_map(|block| block["text"]["text"].as_str()).collect();
        assert_eq!(shown.join("\n"), message.fallback(), "the blocks say what the text says");
    }
}

fn read(value: &str) -> Command {
    match parse(value, None) {
        Parsed::Command(command) => command,
        other => panic!("{value}: {other:?}"),
    }
}

fn unclear(suggestion: Option<&str>) -> Refusal {
    Refusal::Unclear { word: "stpo".to_owned(), suggestion: suggestion.map(str::to_owned) }
}

#[test]
fn what_was_not_understood_offers_what_may_have_been_meant() {
    let help = ("Help", "help");
    check(&refusal(&unclear(Some("stop web-1"))), &[("stop web-1", "stop web-1"), help]);
    check(&refusal(&unclear(Some("find age>7d"))), &[("find age>7d", "find age&gt;7d"), help]);
    check(&refusal(&unclear(Some(&format!("stop {}", "🦀".repeat(70))))), &[help]);
    check(&refusal(&unclear(None)), &[help]);
    check(&refusal(&Refusal::OtherService { name: "s3".to_owned() }), &[help]);
    check(&refusal(&Refusal::TooLong { limit: 1_000 }), &[help]);
    check(&refusal(&Refusal::LeftOver { text: "=42".to_owned() }), &[]);
    check(&refusal(&Refusal::NoTarget { verb: Verb::Stop }), &[]);
}

#[test]
fn what_is_not_found_offers_the_same_with_the_closest_names() {
    let closest = ["web-0".to_owned(), "web-1".to_owned()];
    for (text, expected) in [
        ("stop web-9", &[("web-0", "stop web-0"), ("web-1", "stop web-1")][..]),
        (
            "stop web-9 --dry-run in us-east-1 because late",
            &[
                ("web-0", "stop web-0 in us-east-1 --dry-run because \"late\""),
                ("web-1", "stop web-1 in us-east-1 --dry-run because \"late\""),
            ],
        ),
        ("check running web9-*", &[("web-0", "check web-0 running"), ("web-1", "check web-1 running")]),
        ("stop web-8 web-9", &[]),
        ("stop tag:Env=prod", &[]),
    ] {
        check(&not_found(&read(text), "web-9", &[&place("eu-west-1")], &closest, &[]), expected);
    }
    let long = ["w".repeat(75), "w".repeat(76)];
    let whole = format!("stop {}", long[0]);
    check(&not_found(&read("stop x"), "x", &[&place("eu-west-1")], &long, &[]), &[(&long[0], &whole)]);
}

#[test]
fn several_of_one_name_are_a_menu() {
    let twins: Vec<Instance> =
        (0..2).map(|digit| Instance { id: id(digit), ..instance("twin", RUNNING) }).collect();
    let twins: Vec<&Instance> = twins.iter().collect();
    let said = several(&read("stop twin --force in eu-west-1"), "twin", &twins);
    check(
        &said,
        &[
            ("i-00000000 · running · eu-west-1a · twin", "stop i-00000000 in eu-west-1 --force"),
            ("i-00000001 · running · eu-west-1a · twin", "stop i-00000001 in eu-west-1 --force"),
        ],
    );
    assert_eq!(
        said.fallback(),
        "“twin” is 2 instances. Which one?\n\
         • `stop i-00000000 in eu-west-1 --force` – twin, *running*, eu-west-1a\n\
         • `stop i-00000001 in eu-west-1 --force` – twin, *running*, eu-west-1a"
    );
    check(&several(&read("stop twin web-1"), "twin", &twins), &[]);
    check(
        &several(&read("stop twin because R&amp;D"), "twin", &twins[..1]),
        &[("i-00000000 · running · eu-west-1a · twin", "stop i-00000000 because \"R&amp;D\"")],
    );
    // What a choice cannot carry is left to the list.
    check(&several(&read(&format!("stop twin because {}", "x".repeat(150))), "twin", &twins), &[]);
}

#[test]
fn a_menu_has_ten_choices_and_says_so() {
    let many: Vec<Instance> =
        (0..13).map(|digit| Instance { id: id(digit), ..instance("twin", RUNNING) }).collect();
    let many: Vec<&Instance> = many.iter().collect();
    let said = several(&read("stop twin"), "twin", &many);
    assert_eq!(clicks(&said).len(), 10);
    assert!(said.fallback().ends_with("\n… and 3 more; *find* lists them all."), "{}", said.fallback());
}

fn reached(state: InstanceState) -> Progress {
    Progress::Reached { state, took_ms: 41_000 }
}

fn refused(tried: bool) -> Progress {
    Progress::Refused { why: "It failed.".to_owned(), tried }
}

#[test]
fn what_is_done_can_be_undone_if_there_is_a_way_back() {
    let lost = Progress::Lost { state: Some(RUNNING) };
    let dry = Plan { dry_run: true, ..plan(STOP, &[("web-1", reached(STOPPED))]) };
    let away = |plan: Plan| Plan {
        targets: plan
            .targets
            .into_iter()
            .map(|target| PlanTarget { region: region("us-east-1"), ..target })
            .collect(),
        ..plan
    };
    let eleven = vec![("web", reached(RUNNING)); 11];
    for (plan, expected) in [
        (plan(STOP, &[("web-1", reached(STOPPED))]), &[("Undo", "start i-00000000 in eu-west-1")][..]),
        (
            plan(
                Action::Stop { force: true, hibernate: false },
                &[("a", reached(STOPPED)), ("b", reached(STOPPED))],
            ),
            &[("Undo", "start i-00000000 i-00000001 in eu-west-1")],
        ),
        (
            away(plan(Action::Start, &[("web-1", reached(RUNNING))])),
            &[("Undo", "stop i-00000000 in us-east-1")],
        ),
        (plan(Action::Start, &eleven[..10]), &[("Undo", TEN)]),
        // More than one stop may name.
        (plan(Action::Start, &eleven), &[]),
        (plan(Action::Reboot, &[("web-1", reached(RUNNING))]), &[]),
        (plan(Action::Terminate, &[("web-1", reached(InstanceState::Terminated))]), &[]),
        (dry, &[]),
        (plan(STOP, &[("web-1", Progress::Accepted { state: InstanceState::Stopping })]), &[]),
        (plan(STOP, &[("web-1", Progress::WouldRun)]), &[]),
        (plan(STOP, &[("web-1", refused(false))]), &[]),
        (
            plan(STOP, &[("a", reached(STOPPED)), ("b", refused(true)), ("c", refused(false)), ("d", lost)]),
            &[
                ("Undo", "start i-00000000 in eu-west-1"),
                ("Retry b", "stop i-00000001 in eu-west-1"),
                ("Stop d", "stop i-00000003 in eu-west-1"),
            ],
        ),
    ] {
        check(&result(&plan), expected);
    }
}

const TEN: &str = "stop i-00000000 i-00000001 i-00000002 i-00000003 i-00000004 i-00000005 i-00000006 i-00000007 i-00000008 i-00000009 in eu-west-1";

#[test]
fn what_failed_or_was_lost_is_tried_again_just_as_it_was_asked() {
    let hard = Action::Stop { force: true, hibernate: false };
    let sleep = Action::Stop { force: false, hibernate: true };
    let lost = |state| Progress::Lost { state };
    for (plan, expected) in [
        (plan(hard, &[("a", refused(true))]), &[("Retry a", "stop i-00000000 in eu-west-1 --force")][..]),
        (
            plan(sleep, &[("a", lost(Some(RUNNING)))]),
            &[("Stop a", "stop i-00000000 in eu-west-1 --hibernate")],
        ),
        (
            plan(Action::Reboot, &[("a", lost(Some(RUNNING)))]),
            &[("Reboot a", "reboot i-00000000 in eu-west-1")],
        ),
        (
            Plan { verb: "restart".to_owned(), ..plan(Action::Reboot, &[("a", refused(true))]) },
            &[("Retry a", "restart i-00000000 in eu-west-1")],
        ),
        (
            Plan { wait: false, dry_run: true, ..plan(Action::Start, &[("a", refused(true))]) },
            &[("Retry a", "start i-00000000 in eu-west-1 --dry-run --no-wait")],
        ),
        (plan(STOP, &[("a", lost(None))]), &[]),
        (
            plan(STOP, &[("a", refused(true)), ("b", refused(true)), ("c", refused(true))]),
            &[
                ("Retry a", "stop i-00000000 in eu-west-1"),
                ("Retry b", "stop i-00000001 in eu-west-1"),
                ("Retry c", "stop i-00000002 in eu-west-1"),
            ],
        ),
        (
            plan(STOP, &vec![("a", refused(true)); 4]),
            &[("Retry all 4", "stop i-00000000 i-00000001 i-00000002 i-00000003 in eu-west-1")],
        ),
        // Two of one name, and one of a name that no button holds, are told apart by their ids.
        (
            plan(STOP, &[("twin", refused(true)), ("twin", refused(true)), (&"w".repeat(70), refused(true))]),
            &[
                ("Retry i-00000000", "stop i-00000000 in eu-west-1"),
                ("Retry i-00000001", "stop i-00000001 in eu-west-1"),
                ("Retry i-00000002", "stop i-00000002 in eu-west-1"),
            ],
        ),
    ] {
        check(&result(&plan), expected);
    }
}

#[test]
fn what_is_stopped_and_was_to_be_restarted_can_be_started() {
    let web = instance("web-3", STOPPED);
    for (text, outcome, expected) in [
        ("restart web-3", Outcome::OfferStart, &[("start web-3", "start i-00000001 in eu-west-1")][..]),
        (
            "restart web-3 tag:Env=dev in all --dry-run --no-wait because slow",
            Outcome::OfferStart,
            &[(
                "start (dry run) web-3",
                "start i-00000001 in eu-west-1 --dry-run --no-wait because \"slow\"",
            )],
        ),
        ("restart web-3", Outcome::Protected, &[]),
        ("stop web-3", Outcome::NothingToDo { state: STOPPED }, &[]),
    ] {
        check(&nothing_changed(&read(text), &[(&web, outcome)]), expected);
    }
}

/// The instance that a click on `value` acts on, among all.
fn meant(value: &str, fleet: &[Instance]) -> Vec<InstanceId> {
    let command = read(value);
    match select(&command, fleet, &References::default(), Millis(0)) {
        Selection::Found(found) => found.into_iter().map(|instance| instance.id.clone()).collect(),
        other => panic!("{value}: {other:?}"),
    }
}

#[test]
fn no_name_changes_what_a_click_means() {
    let long = "w".repeat(255);
    let names = ODD.into_iter().chain([long.as_str()]);
    let mut offered = 0;
    for name in names {
        let odd = Instance { private_ip: Some("10.0.0.7".to_owned()), ..instance(name, RUNNING) };
        // Whatever the name may be taken for is there as well.
        let decoy = |digit, name: &str| Instance {
            id: id(digit),
            private_ip: Some("10.0.0.1".to_owned()),
            ..instance(name, RUNNING)
        };
        let fleet = [odd.clone(), decoy(2, "decoy"), decoy(3, &name.replace('`', ""))];
        let fleet = if name.contains('`') { &fleet[..] } else { &fleet[..2] };
        let asked = read("stop web-9 --dry-run in eu-west-1");
        let mut messages = vec![
            not_found(&asked, "web-9", &[&place("eu-west-1")], &[name.to_owned()], &[]),
            several(&asked, name, &[&odd]),
        ];
        for progress in [reached(STOPPED), refused(true), Progress::Lost { state: Some(RUNNING) }] {
            let mut plan = Plan { dry_run: true, ..plan(STOP, &[(name, progress.clone())]) };
            plan.targets[0].id = odd.id.clone();
            messages.push(result(&plan));
        }
        for message in &messages {
            for (label, value) in clicks(message) {
                offered += 1;
                assert_eq!(meant(&value, fleet), std::slice::from_ref(&odd.id), "{name:?}: {label}: {value}");
                let flags = Flags { dry_run: true, ..Flags::default() };
                assert_eq!((read(&value).verb, read(&value).flags), (Verb::Stop, flags), "{name:?}: {value}");
                assert!(read(&value).regions.is_some(), "{name:?}: {value}");
            }
        }
    }
    assert!(offered > 3 * ODD.len(), "hardly anything is offered: {offered}");
}

#[test]
fn a_name_that_reads_otherwise_is_not_offered() {
    for name in ["i-00000002", "10.0.0.1", "`rm`", "“web”", "5\" bob's", "a\nb", " "] {
        let said = not_found(&read("stop x"), "x", &[&place("eu-west-1")], &[name.to_owned()], &[]);
        check(&said, &[]);
        assert!(said.blocks().is_empty(), "{name}");
    }
}

#[test]
fn what_nothing_brings_back_is_asked_about_first() {
    let confirms = |message: &Message| {
        let value = serde_json::to_value(message).unwrap();
        let row =
            value["blocks"].as_array().unwrap().iter().find(|block| block["type"] == "actions").cloned();
        row.unwrap()["elements"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|element| element.get("confirm").is_some())
            .count()
    };
    let twins = [&instance("twin", RUNNING)];
    for (text, asked) in [
        ("terminate web-9", 1),
        ("kill web-9", 1),
        ("terminate web-9 --dry-run", 0),
        ("stop web-9", 0),
        ("check web-9", 0),
    ] {
        let command = read(text);
        let closest = ["web-1".to_owned()];
        assert_eq!(
            confirms(&not_found(&command, "web-9", &[&place("eu-west-1")], &closest, &[])),
            asked,
            "{text}"
        );
        assert_eq!(confirms(&several(&command, "web-9", &twins)), asked, "{text}");
    }
    assert_eq!(confirms(&refusal(&unclear(Some("terminate web-1")))), 1);
    assert_eq!(confirms(&result(&plan(Action::Terminate, &[("a", refused(true)), ("b", refused(true))]))), 2);
}

#[test]
fn a_long_message_keeps_its_buttons() {
    let name = "&".repeat(255);
    let many: Vec<Instance> = (0..30).map(|_| instance(&name, RUNNING)).collect();
    let many: Vec<&Instance> = many.iter().collect();
    let said = list(&super::page(&many, 2));
    assert_eq!(clicks(&said), [("Next".to_owned(), "find".to_owned())]);
    assert!(said.fallback().len() > 4_000, "longer than an edited message's text");
    let targets: Vec<(&str, Progress)> =
        (0..10).map(|_| (name.as_str(), Progress::Lost { state: Some(RUNNING) })).collect();
    assert_eq!(clicks(&result(&plan(STOP, &targets))).len(), 1);
    // A command that no button can carry.
    let said = list(&Page { command: &"&amp;".repeat(401), ..super::page(&many, 2) });
    assert!(said.blocks().is_empty());
}

#[test]
fn words_before_the_buttons_are_never_cut() {
    let unknown = Target::Name("web".to_owned());
    let command = Command { targets: vec![unknown], ..Command::new(Verb::Check) };
    let blind = vec!["x".repeat(2_000); 3];
    let said = not_found(&command, "web", &[&place("eu-west-1")], &["web-1".to_owned()], &blind);
    check(&said, &[("web-1", "check web-1")]);
    assert_eq!(said.blocks().len(), 4);
}
