//! Notes which statements were used, if somebody wants to know: each process appends
//! to a file of its own in the folder that [`FOLDER`] names, a line when something is
//! used for the first time. A process that is killed has told what it saw.
//!
//! What a test asks in a function's name is no use: only what functions ask counts.

use std::collections::{BTreeSet, HashSet};
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Ground, texts};
use crate::cloud::{lock, random};

/// The variable with the absolute path of the folder.
pub(crate) const FOLDER: &str = "DEVKIT_PERMISSIONS";

/// What the files' names end in.
const EXTENSION: &str = "jsonl";

/// One action on one resource of one statement that granted or refused something.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct Use {
    /// The function's logical id, or the name of the role.
    pub(crate) role: String,
    /// The statement's `Sid`, or `#` and its number.
    pub(crate) statement: String,
    /// The action as it is written there.
    pub(crate) action: String,
    /// Which of its resources, from 1.
    pub(crate) resource: usize,
}

impl Use {
    /// What the statement at this position is called, and the action and the resource in it.
    pub(crate) fn of(role: &str, statements: &[Value], ground: Ground) -> Self {
        let statement = statements.get(ground.statement);
        let sid = statement.and_then(|statement| statement.get("Sid")?.as_str()).map(str::to_owned);
        let actions = statement.and_then(|statement| statement.get("Action"));
        let action = actions.and_then(|actions| texts(actions).nth(ground.action));
        Self {
            role: role.to_owned(),
            statement: sid.unwrap_or_else(|| format!("#{}", ground.statement + 1)),
            action: action.unwrap_or("NotAction").to_owned(),
            resource: ground.resource + 1,
        }
    }
}

/// What this process has noted.
struct Notes {
    seen: HashSet<Use>,
    file: File,
}

impl Notes {
    fn in_folder(folder: &Path) -> anyhow::Result<Self> {
        anyhow::ensure!(folder.is_absolute(), "{FOLDER} must be an absolute path");
        std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        let path = folder.join(format!("{}-{}.{EXTENSION}", std::process::id(), random::hex(4)));
        let file = OpenOptions::new().append(true).create_new(true).open(&path);
        let file = file.with_context(|| format!("making {}", path.display()))?;
        Ok(Self { seen: HashSet::new(), file })
    }

    /// One line in one write, so that a kill leaves whole lines.
    fn note(&mut self, used: Use) -> std::io::Result<()> {
        if self.seen.contains(&used) {
            return Ok(());
        }
        let line = serde_json::to_string(&used)?;
        self.file.write_all(format!("{line}\n").as_bytes())?;
        self.seen.insert(used);
        Ok(())
    }
}

/// What stands in all files of a folder.
pub(crate) fn read(folder: &Path) -> anyhow::Result<BTreeSet<Use>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    let mut all = BTreeSet::new();
    for entry in entries {
        let path = entry.with_context(|| format!("reading {}", folder.display()))?.path();
        if path.extension().is_none_or(|extension| extension != EXTENSION) {
            continue;
        }
        let text = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        // What comes after the last end of a line was cut off.
        let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        for line in whole.lines() {
            let used = serde_json::from_str(line);
            all.insert(used.with_context(|| format!("{line} in {}", path.display()))?);
        }
    }
    Ok(all)
}

/// The folder that this process was told to note in.
#[expect(clippy::disallowed_methods, reason = "tests and their processes are told only this way")]
pub(crate) fn folder() -> Option<PathBuf> {
    std::env::var_os(FOLDER).filter(|folder| !folder.is_empty()).map(PathBuf::from)
}

/// This process's notes, if anybody wants them.
static NOTES: LazyLock<Option<Mutex<Notes>>> = LazyLock::new(|| {
    let notes = Notes::in_folder(&folder()?);
    notes.map(Mutex::new).inspect_err(|error| eprintln!("permissions are not noted: {error:#}")).ok()
});

/// Notes what decided for a role.
pub(crate) fn note(role: &str, statements: &[Value], grounds: &[Ground]) {
    let Some(notes) = NOTES.as_ref() else { return };
    let mut notes = lock(notes);
    for ground in grounds {
        if let Err(error) = notes.note(Use::of(role, statements, *ground)) {
            eprintln!("permissions are not noted: {error}");
        }
    }
}

tokio::task_local! {
    /// Whether it is a function that asks, where that is not plain from the arguments.
    static FOR_A_FUNCTION: bool;
}

/// Does some work for which [`is_for_a_function`] says whether a function asked for it.
pub(crate) async fn for_a_function<T>(asked: bool, work: impl Future<Output = T>) -> T {
    FOR_A_FUNCTION.scope(asked, work).await
}

/// Whether what is being done now was asked for by a function.
pub(crate) fn is_for_a_function() -> bool {
    FOR_A_FUNCTION.try_with(|asked| *asked).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn statements() -> [Value; 2] {
        [
            json!({ "Sid": "Look", "Effect": "Allow", "Action": ["s:Get", "s:List"], "Resource": ["a", "b"] }),
            json!({ "Effect": "Deny", "NotAction": "s:Get", "Resource": "*" }),
        ]
    }

    fn used(statement: usize, action: usize, resource: usize) -> Use {
        Use::of("Web", &statements(), Ground { statement, action, resource })
    }

    #[test]
    fn each_use_is_noted_once_by_each_process() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("deep/er");
        let (mut one, mut other) = (Notes::in_folder(&inner).unwrap(), Notes::in_folder(&inner).unwrap());
        for ground in [(0, 1, 1), (0, 1, 1), (1, 0, 0)] {
            one.note(used(ground.0, ground.1, ground.2)).unwrap();
        }
        other.note(used(0, 1, 1)).unwrap();
        let files: Vec<_> = std::fs::read_dir(&inner).unwrap().map(|entry| entry.unwrap().path()).collect();
        let lines = |path: &PathBuf| std::fs::read_to_string(path).unwrap().lines().count();
        assert_eq!((files.len(), files.iter().map(lines).sum::<usize>()), (2, 3));
        let all: Vec<_> = read(&inner).unwrap().into_iter().collect();
        let used = |statement: &str, action: &str, resource| Use {
            role: "Web".to_owned(),
            statement: statement.to_owned(),
            action: action.to_owned(),
            resource,
        };
        assert_eq!(all, [used("#2", "NotAction", 1), used("Look", "s:List", 2)]);
    }

    #[test]
    fn a_line_that_was_cut_off_is_left_out_and_a_wrong_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let whole = serde_json::to_string(&used(0, 0, 0)).unwrap();
        let file = folder.path().join("1-a.jsonl");
        std::fs::write(&file, format!("{whole}\n{}", whole.trim_end_matches('}'))).unwrap();
        std::fs::write(folder.path().join("notes.txt"), "no use").unwrap();
        assert_eq!(read(folder.path()).unwrap(), BTreeSet::from([used(0, 0, 0)]));
        std::fs::write(&file, "no use\n").unwrap();
        assert!(read(folder.path()).unwrap_err().to_string().starts_with("no use in "));
        assert!(read(&folder.path().join("none")).is_err());
    }

    #[test]
    fn a_relative_folder_is_refused() {
        assert!(Notes::in_folder(Path::new("somewhere")).is_err());
    }

    #[tokio::test]
    async fn only_work_for_a_function_is_for_a_function() {
        let is = async || is_for_a_function();
        assert!(!is().await);
        assert!(for_a_function(true, is()).await && !for_a_function(false, is()).await);
    }
}
