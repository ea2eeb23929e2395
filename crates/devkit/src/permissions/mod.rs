//! Which permissions of the templates a run of the tests has never used: each is one
//! too many, or lacks a test.
//!
//! The local stack notes what it has used of them in the folder that the variable
//! `DEVKIT_PERMISSIONS` names. Here that is held against what there is: every action on
//! every resource of every statement, of the functions and roles in `template.yaml` and
//! of the roles in `templates/customer-role.yaml`. Trust policies let in and permit
//! nothing; they are left out.

mod explained;
mod named;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::cloud::policy::{self, Use};
use explained::Explained;
use named::Named;

/// The templates, seen from the workspace's root.
const TEMPLATES: [&str; 2] = ["template.yaml", "templates/customer-role.yaml"];

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub struct Report {
    /// For people.
    pub text: String,
    /// Whether everything was used or is explained, and every explanation is needed.
    pub well: bool,
}

/// The folder that the variable names, for who names none.
///
/// # Errors
/// If it names none.
pub fn folder() -> anyhow::Result<PathBuf> {
    let variable = policy::USES_FOLDER;
    policy::uses_folder().with_context(|| format!("name a folder, or set {variable}"))
}

/// Holds what was noted in `folder` against the templates under `root`.
///
/// # Errors
/// If one of them cannot be read, or nothing was noted.
pub fn report(root: &Path, folder: &Path) -> anyhow::Result<Report> {
    let used = policy::uses(folder)?;
    anyhow::ensure!(
        !used.is_empty(),
        "nothing was noted in {}; run: {}={} cargo test --workspace",
        folder.display(),
        policy::USES_FOLDER,
        folder.display()
    );
    let mut all = Vec::new();
    for file in TEMPLATES {
        let path = root.join(file);
        let yaml = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        all.extend(named::all(file, &yaml).with_context(|| format!("in {file}"))?);
    }
    Ok(held_against(&all, &used, &explained::ALL))
}

fn held_against(all: &[Named], used: &BTreeSet<Use>, explained: &[Explained]) -> Report {
    let unused: Vec<&Named> = all.iter().filter(|one| !used.contains(&one.used)).collect();
    let is_explained = |one: &Named| explained.iter().any(|known| known.is_about(&one.used));
    let open: Vec<&Named> = unused.iter().copied().filter(|one| !is_explained(one)).collect();
    let mut text = listed(&open, all);
    for known in explained {
        if let Some(complaint) = known.complaint(all, used) {
            let _ = writeln!(text, "{}: {complaint}", explained::FILE);
        }
    }
    let well = text.is_empty();
    let (count, known) = (all.len(), unused.len() - open.len());
    let _ =
        writeln!(text, "{} of {count} permissions were never used; {known} more are explained.", open.len());
    Report { text, well }
}

/// What was never used, by the template and the function or role.
fn listed(open: &[&Named], all: &[Named]) -> String {
    let mut text = String::new();
    let mut told = None;
    for (at, one) in open.iter().enumerate() {
        let siblings = |list: &[&Named]| list.iter().filter(|other| one.is_same_action(other)).count();
        let of_all = all.iter().filter(|other| one.is_same_action(other)).count();
        let whole = siblings(open) == of_all;
        if whole && open.iter().take(at).any(|other| one.is_same_action(other)) {
            continue;
        }
        let owner = (one.file, &one.used.role);
        if told.replace(owner) != Some(owner) {
            let _ = writeln!(text, "{}: {}", one.file, one.used.role);
        }
        let on = if whole { String::new() } else { format!(" on {}", one.resource) };
        let never = if one.denies { "has never refused" } else { "was never used:" };
        let _ =
            writeln!(text, "  {} (line {}) {never} {}{on}", one.used.statement, one.line, one.used.action);
    }
    text
}

#[cfg(test)]
mod tests;
