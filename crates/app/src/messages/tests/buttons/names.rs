//! No name changes what a click means, and one that would is not offered.

use domain::command::{Flags, Verb};
use domain::ids::InstanceId;
use domain::instance::Instance;
use domain::job::{Plan, Progress};
use domain::resolve::{References, Selection, select};
use domain::time::Millis;

use super::super::{STOP, id, instance, place, plan};
use super::{RUNNING, STOPPED, check, clicks, reached, read, refused};
use crate::messages::{not_found, result, several};

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
