//! What was found, as it is printed.

use std::io::Write as _;

use crate::trouble::{Trouble, shown};

/// Prints each check as it is done, and counts.
#[derive(Default)]
pub(crate) struct Report {
    right: usize,
    wrong: usize,
    skipped: usize,
}

impl Report {
    /// It is as it should be.
    pub(crate) fn ok(&mut self, check: &str, found: &str) {
        self.right += 1;
        print(&format!("ok    {check}: {}", shown(found)));
    }

    /// It is not.
    pub(crate) fn wrong(&mut self, check: &str, trouble: &Trouble) {
        self.wrong += 1;
        print(&format!("WRONG {check}: {} -- to mend it: {}", shown(&trouble.what), trouble.cure));
    }

    /// It depends on what is wrong above.
    pub(crate) fn skipped(&mut self, check: &str, why: &str) {
        self.skipped += 1;
        print(&format!("-     {check}: not checked: {why}"));
    }

    /// One or the other.
    pub(crate) fn either(&mut self, check: &str, found: Result<String, Trouble>) {
        match found {
            Ok(found) => self.ok(check, &found),
            Err(trouble) => self.wrong(check, &trouble),
        }
    }

    /// The sum of it. Whether nothing is wrong.
    pub(crate) fn end(&self) -> bool {
        let Self { right, wrong, skipped } = self;
        print(&format!("{right} right, {wrong} wrong, {skipped} not checked"));
        *wrong == 0
    }
}

/// A closed pipe is no fault of the deployment's.
fn print(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
