//! What each Lambda's `tests/starts.rs` checks: without its configuration it
//! must not come up, and it must say which variable is missing.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a panic here is a failed test")]

use std::process::{Command, Output};

fn start(binary: &str, variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(binary);
    command.env_clear().envs(variables.iter().copied());
    command.output().expect("the binary can be started")
}

fn assert_names(missing: &str, output: &Output) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "it came up without {missing}: {said}");
    assert!(said.contains(missing), "it does not name {missing}: {said}");
}

/// Leaves out each of the variables that `binary` requires, and makes each blank.
pub(crate) fn names_what_is_missing(binary: &str, required: &[(&str, &str)]) {
    assert_names(required[0].0, &start(binary, &[]));
    for (missing, _) in required {
        let others: Vec<_> = required.iter().copied().filter(|(name, _)| name != missing).collect();
        assert_names(missing, &start(binary, &others));
        assert_names(missing, &start(binary, &[others, vec![(*missing, " ")]].concat()));
    }
}
