//! Texts that are near to the language.

use proptest::prelude::*;

/// Words that are near to the language, so that random texts get deep into it.
const WORDS: [&str; 56] = [
    "accounts",
    "account",
    "acount",
    "add",
    "verify",
    "remove",
    "approvers",
    "123456789012",
    "stop",
    "start",
    "find",
    "check",
    "terminate",
    "reboot",
    "stpo",
    "stat",
    "ec2",
    "s3",
    "please",
    "all",
    "*",
    "web-1",
    "web-*",
    "\"web 1\"",
    "i-00000001",
    "10.0.0.1",
    "#1",
    "this",
    "and",
    "or",
    ",",
    "in",
    "eu-west-1",
    "for",
    "acme",
    "2h",
    "at",
    "18:00",
    "until",
    "because",
    "--dry-run",
    "—force",
    "env=dev",
    "tag:\"A b\"=c",
    "=42",
    "tag:x",
    "\"",
    "'",
    "running",
    "instances",
    "<@UBOT>",
    "<@U5>",
    "&lt;",
    "&amp;gt;",
    "the",
    "not",
];

pub(crate) fn sentence() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(WORDS.to_vec()), 0..10).prop_map(|words| words.join(" "))
}

/// A change that is understood.
pub(crate) fn change() -> impl Strategy<Value = String> {
    let clauses = [
        "web-1",
        "web-2, web-1",
        "env=dev",
        "tag:\"A b\"=c",
        "in eu-west-1",
        "for acme",
        "--dry-run",
        "--no-wait",
        "instance",
        "i-00000001",
    ];
    (
        prop::sample::select(vec!["stop", "start", "reboot", "terminate"]),
        prop::sample::subsequence(clauses.to_vec(), 0..5),
    )
        .prop_map(|(verb, clauses)| format!("{verb} web-1 {}", clauses.join(" ")))
}
