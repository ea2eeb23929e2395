//! What may have been meant: the same command with what is there.

use domain::command::{Refusal, Verb};
use domain::instance::Instance;

use super::super::{id, instance, place};
use super::{RUNNING, check, clicks, read, unclear};
use crate::messages::{not_found, refusal, several};

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
         • `stop i-00000000 in eu-west-1 --force` – `twin`, *running*, eu-west-1a\n\
         • `stop i-00000001 in eu-west-1 --force` – `twin`, *running*, eu-west-1a"
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
