//! Which methods of the Web API the code calls.

use std::collections::BTreeSet;

use crate::root;

/// The Rust files of a folder, without its tests.
fn sources(folder: &str) -> Vec<String> {
    let mut folders = vec![root().join(folder)];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            if path.is_dir() && name != "tests" && name != "testing" {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") && name != "tests" {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push(text.split("#[cfg(test)]").next().unwrap().to_owned());
            }
        }
    }
    found
}

/// All texts in quotation marks that are names of methods: `chat.postMessage`.
fn methods(source: &str) -> BTreeSet<&str> {
    let families = ["apps", "auth", "bots", "chat", "conversations", "files", "oauth", "reactions", "team"];
    let families: Vec<&str> = families.into_iter().chain(["usergroups", "users", "views"]).collect();
    let is_method = |text: &&str| {
        let (family, rest) = text.split_once('.').unwrap_or_default();
        families.contains(&family) && rest.chars().all(|ch| ch.is_ascii_alphanumeric() || ch == '.')
    };
    let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.split('"').skip(1).step_by(2)).filter(is_method).collect()
}

/// The methods of the Web API in a folder of sources.
pub(crate) fn named(folder: &str) -> BTreeSet<String> {
    let sources = sources(folder);
    sources.iter().flat_map(|source| methods(source)).map(str::to_owned).collect()
}

/// The methods for which the client has a function that somebody calls.
pub(crate) fn called() -> BTreeSet<String> {
    let users: Vec<String> =
        ["crates/app/src", "crates/aws/src", "crates/lambdas"].into_iter().flat_map(sources).collect();
    let client = sources("crates/slack/src");
    let mut found = BTreeSet::new();
    for source in &client {
        for method in methods(source) {
            let (before, _) = source.split_once(&format!("\"{method}\"")).unwrap();
            let (_, function) = before.rsplit_once("pub async fn ").unwrap();
            let call = format!(".{}(", function.split('(').next().unwrap());
            if users.iter().any(|user| user.contains(&call)) {
                found.insert(method.to_owned());
            }
        }
    }
    found
}
