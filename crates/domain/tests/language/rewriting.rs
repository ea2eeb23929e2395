//! A command with another target means the same of that target.

use domain::command::{Command, Parsed, Target, Verb};
use proptest::prelude::*;

use crate::{config, escape, read};

/// Clauses of a command with one target, and names that might be taken for some of them.
const CLAUSES: [&str; 13] = [
    "in eu-west-1",
    "in us-east-1, eu-west-1",
    "in all",
    "for acme",
    "for 123456789012",
    "--dry-run",
    "--no-wait",
    "--force",
    "--hibernate",
    "--new-host",
    "env=dev",
    "age&gt;7d",
    "because it's \"old\" &amp; slow",
];

fn name() -> impl Strategy<Value = String> {
    let odd = [
        "--dry-run",
        "#2",
        "this",
        "running",
        "in",
        "eu-west-1",
        "i-00000001",
        "10.0.0.1",
        "<!channel>",
        "`",
    ];
    prop_oneof![
        "\\PC{1,12}",
        "[a-z\"'`&;<>,.=*?\\\\ -]{1,8}",
        prop::sample::select(odd.to_vec()).prop_map(str::to_owned)
    ]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn another_target_changes_nothing_else(
        verb in prop::sample::select(Verb::ALL.to_vec()),
        clauses in prop::sample::subsequence(CLAUSES.to_vec(), 0..6).prop_shuffle(),
        name in name(),
    ) {
        // A reason takes all that follows it.
        let (reasons, others): (Vec<&str>, Vec<&str>) = clauses.iter().partition(|clause| clause.starts_with("because"));
        let text = format!("{verb} web-9 {} {}", others.join(" "), reasons.join(" "));
        let Parsed::Command(command) = read(&text) else { return Ok(()) };
        let target = Target::Name(name.clone());
        let expected = Command { targets: vec![target.clone()], ..command.clone() };
        match command.with_target(target) {
            Some(rewritten) => prop_assert_eq!(read(&escape(&rewritten)), Parsed::Command(expected)),
            None => prop_assert!(name.contains(|ch: char| !ch.is_ascii_lowercase()), "{} of {}", name, text),
        }
    }
}
