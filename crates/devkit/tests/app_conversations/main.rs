//! People talk to the whole app: the real Lambda binaries on the embedded AWS.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a panic here is a failed test"
)]

mod late;
mod listening;
mod refusals;
#[path = "../support/mod.rs"]
mod support;
mod talks;

/// How one line of a whole answer begins.
#[track_caller]
fn assert_lines(answer: &str, beginnings: &[&str]) {
    let lines: Vec<_> = answer.lines().collect();
    let fits = lines.len() == beginnings.len()
        && lines.iter().zip(beginnings).all(|(line, beginning)| line.starts_with(beginning));
    assert!(fits, "these lines:\n{answer}\nshould begin like these:\n{}", beginnings.join("\n"));
}
