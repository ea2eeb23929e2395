//! What a command selects: the same with and without the filters of EC2, and never too much.

use domain::command::{Parsed, pattern};
use domain::instance::Instance;
use domain::resolve::{References, Selection, select, server_filters};
use proptest::prelude::*;

use crate::fleet::{NOW, fleet};
use crate::{config, read};

fn question() -> impl Strategy<Value = String> {
    let clauses = [
        "i-00000001",
        "web-1",
        "WEB-1",
        "web-*",
        "10.0.0.1",
        "env=dev",
        "tag:Env=dev",
        "tag:Env=d*",
        "name=web-1",
        "state=running",
        "id=i-0000000?",
        "type=t3.*",
        "account!=acme",
        "for acme",
    ];
    (
        prop::sample::select(vec!["find", "check", "stop", "terminate"]),
        prop::sample::subsequence(clauses.to_vec(), 1..4),
    )
        .prop_map(|(verb, clauses)| format!("{verb} {}", clauses.join(" ")))
}

/// Whether EC2 would let `instance` through: filters all hold, values are alternatives.
fn server_lets_through(filters: &[(String, Vec<String>)], instance: &Instance) -> bool {
    filters.iter().all(|(name, patterns)| {
        let value = match name.as_str() {
            "instance-id" => Some(instance.id.as_str()),
            "instance-state-name" => Some(instance.state.as_str()),
            "private-ip-address" => instance.private_ip.as_deref(),
            "instance-type" => Some(instance.instance_type.as_str()),
            tag => instance.tags.get(tag.trim_start_matches("tag:")).map(String::as_str),
        };
        value.is_some_and(|value| patterns.iter().any(|wanted| pattern::matches(wanted, value)))
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_server_s_filters_change_no_answer(text in question(), fleet in fleet()) {
        let Parsed::Command(command) = read(&text) else { return Ok(()) };
        let filters = server_filters(&command);
        let listed: Vec<Instance> =
            fleet.iter().filter(|instance| server_lets_through(&filters, instance)).cloned().collect();
        let rows = References::default();
        prop_assert_eq!(select(&command, &listed, &rows, NOW), select(&command, &fleet, &rows, NOW));
    }

    #[test]
    fn a_selection_never_exceeds_the_limit(text in question(), fleet in fleet()) {
        let Parsed::Command(command) = read(&text) else { return Ok(()) };
        if let Selection::Found(found) = select(&command, &fleet, &References::default(), NOW) {
            prop_assert!(command.verb.max_targets().is_none_or(|limit| found.len() <= limit));
            prop_assert!(!command.verb.is_change() || !found.is_empty());
        }
    }

    #[test]
    fn an_escaped_text_fits_itself_alone(text in "[a-c*?\\\\]{0,8}", other in "[a-c*?\\\\]{0,8}") {
        prop_assert_eq!(pattern::matches(&pattern::escape(&text), &other), text == other);
    }
}
