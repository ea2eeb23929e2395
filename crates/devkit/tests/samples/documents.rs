//! Each path that the documents mention exists.

use std::path::PathBuf;

use crate::root;

/// Where the paths that the documents mention begin.
const OUR_FOLDERS: [&str; 5] = ["crates/", "docs/", "events/", "templates/", ".ci/"];

/// Files on the top level that the documents may mention.
const OUR_FILES: [&str; 6] =
    ["template.yaml", "manifest.yaml", "Cargo.toml", "README.md", "clippy.toml", "deny.toml"];

/// Every document: the README, and all Markdown below `docs` and `events`.
fn documents() -> Vec<PathBuf> {
    let mut found = vec![root().join("README.md")];
    let mut folders = vec![root().join("docs"), root().join("events")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    found
}

/// The paths of ours between back-ticks; `crates/*/src` and the like name no one file.
fn mentioned(text: &str) -> impl Iterator<Item = &str> {
    let spans = text.split('\n').flat_map(|line| line.split('`').skip(1).step_by(2));
    let words = spans.flat_map(str::split_whitespace).map(|word| word.trim_matches(['"', '\'', ',']));
    words.filter(|word| {
        let ours = OUR_FOLDERS.iter().any(|folder| word.starts_with(folder)) || OUR_FILES.contains(word);
        ours && !word.contains(['*', '<', '>', '{', '}', '…', '$'])
    })
}

/// The targets of links that stay in the repository.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let files = targets.map(|target| target.split('#').next().unwrap_or_default());
    files.filter(|target| !target.is_empty() && !target.contains("://"))
}

#[test]
fn paths_in_the_documents_exist() {
    let (mut paths, mut missing) = (0, Vec::new());
    for document in documents() {
        let text = std::fs::read_to_string(&document).unwrap();
        let folder = document.parent().unwrap();
        let named = mentioned(&text).map(|path| root().join(path.split(':').next().unwrap_or_default()));
        let linked = links(&text).map(|target| folder.join(target));
        for path in named.chain(linked) {
            paths += 1;
            if !path.exists() {
                missing.push(format!("{} mentions {}", document.display(), path.display()));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    assert!(paths > 100, "only {paths} paths were found: the scan is broken");
}
