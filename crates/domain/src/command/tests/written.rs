//! Commands in words again: with another target, or for several instances.

use super::*;
use crate::ids::InstanceId;

fn command(text: &str) -> Command {
    match read(text) {
        Parsed::Command(command) => command,
        other => panic!("{text}: {other:?}"),
    }
}

fn name(name: &str) -> Target {
    Target::Name(name.to_owned())
}

#[test]
fn another_target_changes_nothing_else() {
    for (text, rewritten) in [
        ("stop web-9", "stop web-1"),
        ("please HALT \"web-9\" --dry-run", "stop web-1 --dry-run"),
        ("shut down web-9 —force --no-wait", "stop web-1 --force --no-wait"),
        ("stop web-9 --hibernate", "stop web-1 --hibernate"),
        ("restart web-9 --new-host", "restart web-1 --new-host"),
        ("stop web-9 in us-east-1 and eu-west-1", "stop web-1 in us-east-1,eu-west-1"),
        ("stop web-9 in all regions for all accounts", "stop web-1 in all for all"),
        ("stop web-9 for account 123456789012", "stop web-1 for 123456789012"),
        (
            "stop web-9 for Acme because it's \"old\", bob's &amp; mine",
            "stop web-1 for acme because \"it's \"old\", bob's & mine\"",
        ),
        ("stop web-9 because \"\"quoted\"\"", "stop web-1 because \"\"quoted\"\""),
        ("check running web-9", "check web-1 running"),
        ("stop web-9 tag:\"A b\"=c age&gt;7d", "stop web-1 tag:\"A b\"=c age>7d"),
        ("find web9-*", "find web-1"),
        ("kill web-9 --dry-run", "kill web-1 --dry-run"),
    ] {
        assert_eq!(command(text).with_target(name("web-1")).as_deref(), Some(rewritten), "{text}");
    }
}

#[test]
fn what_cannot_be_said_again_is_not_said() {
    for text in [
        "stop web-8 web-9",
        "stop tag:Env=dev",
        "find",
        "stop web-9 for 2h",
        "stop web-9 at 18:00",
        "stop web-9 until fri 18:00 UTC",
        "stop web-9 tag:X=\"a*\"",
    ] {
        assert_eq!(command(text).with_target(name("web-1")), None, "{text}");
    }
}

#[test]
fn any_name_is_said_exactly_or_not_at_all() {
    for (asked, rewritten) in [
        ("web 1", Some("stop \"web 1\" --dry-run")),
        (" web  1 ", Some("stop \" web  1 \" --dry-run")),
        ("it's", Some("stop \"it's\" --dry-run")),
        ("5\" disk", Some("stop '5\" disk' --dry-run")),
        ("5\" bob's", None),
        ("web-*", Some("stop \"web-*\" --dry-run")),
        ("a\\b", Some("stop \"a\\b\" --dry-run")),
        ("a,b", Some("stop \"a,b\" --dry-run")),
        ("tag:Env=dev", Some("stop \"tag:Env=dev\" --dry-run")),
        ("--dry-run", Some("stop \"--dry-run\" --dry-run")),
        ("--force", Some("stop \"--force\" --dry-run")),
        ("#2", Some("stop \"#2\" --dry-run")),
        ("this", Some("stop \"this\" --dry-run")),
        ("all", Some("stop \"all\" --dry-run")),
        ("because", Some("stop \"because\" --dry-run")),
        ("in", Some("stop \"in\" --dry-run")),
        ("help", Some("stop \"help\" --dry-run")),
        ("down", Some("stop \"down\" --dry-run")),
        ("running", Some("stop \"running\" --dry-run")),
        ("eu-west-1", Some("stop eu-west-1 --dry-run")),
        ("web.", Some("stop web. --dry-run")),
        ("<!channel>", Some("stop \"<!channel>\" --dry-run")),
        ("<@UBOT>", Some("stop \"<@UBOT>\" --dry-run")),
        ("&lt;", Some("stop \"&lt;\" --dry-run")),
        ("🦀", Some("stop \"🦀\" --dry-run")),
        ("i-12345678", None),
        ("10.0.0.1", None),
        ("a`b", None),
        ("“a”", None),
        ("a–b", None),
        ("a\nb", None),
        ("a\tb", None),
        ("web\u{200b}-1", None),
        ("👍\u{fe0f}", None),
        (" ", None),
        ("", None),
    ] {
        assert_eq!(
            command("stop web-9 --dry-run").with_target(name(asked)).as_deref(),
            rewritten,
            "{asked:?}"
        );
    }
    let long = "w".repeat(255);
    assert_eq!(command("stop x").with_target(name(&long)), Some(format!("stop {long}")));
    assert_eq!(command("stop x").with_target(name(&"w".repeat(996))), None);
}

#[test]
fn several_instances_are_said_in_one_command() {
    let id = |digit: usize| Target::Id(InstanceId::parse(&format!("i-{digit:017x}")).unwrap());
    let targets = |count| Command { targets: (0..count).map(id).collect(), ..Command::new(Verb::Start) };
    assert_eq!(targets(2).written().as_deref(), Some("start i-00000000000000000 i-00000000000000001"));
    assert!(targets(25).written().is_some());
    assert_eq!(targets(26).written(), None);
    assert_eq!(targets(0).written(), None);
}
