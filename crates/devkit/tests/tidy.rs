//! The rules of the repository that no compiler holds: which crate may depend
//! on which, what files are called, how long they are and how they begin.

#![allow(clippy::unwrap_used, clippy::string_slice, clippy::panic, reason = "a panic here is a failed test")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::{CargoOpt, Metadata, MetadataCommand, TargetKind};

/// The longest that a file may be.
const MAX_LINES: usize = 500;

/// What each crate may depend on, of ours. A Lambda may only have the crates
/// for AWS and for its own work.
fn allowed(package: &str) -> &'static [&'static str] {
    match package {
        "domain" | "hello" => &[],
        "slack" => &["domain"],
        "app" | "devkit" => &["domain", "slack"],
        // SSM's secrets become a verifier, which is the protocol's.
        "aws" => &["app", "domain", "slack"],
        "ec2" | "text" => &["app", "domain"],
        "admin" => &["app", "aws", "slack"],
        "lambda-ec2" => &["app", "aws", "ec2", "slack"],
        "lambda-text" => &["app", "aws", "slack", "text"],
        lambda if lambda.starts_with("lambda-") => &["app", "aws", "slack"],
        other => panic!("{other} has no place in the picture: see docs/architecture.md"),
    }
}

/// What `domain` must never reach, by any way: whatever waits, or talks.
const NOT_IN_DOMAIN: [&str; 6] = ["tokio", "http", "hyper", "reqwest", "aws-config", "aws-smithy-runtime"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// What cargo knows of the workspace. For this machine's platform only: the
/// crates of others need not be here.
fn metadata() -> Metadata {
    let told = Command::new(option_env!("RUSTC").unwrap_or("rustc")).arg("-vV").output().unwrap();
    let told = String::from_utf8(told.stdout).unwrap();
    let host = told.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .features(CargoOpt::AllFeatures)
        .other_options(["--locked", "--offline", "--filter-platform", host].map(str::to_owned))
        .exec()
        .unwrap()
}

/// Tracked and new files, as far as git would take them up: none in `target`.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = name_of(&path);
        if path.is_dir() {
            if !["target", ".git", "node_modules", ".aws-sam", ".serverless"].contains(&name.as_str()) {
                files(&path, found);
            }
        } else {
            found.push(path);
        }
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

fn rust_files() -> Vec<PathBuf> {
    let mut found = Vec::new();
    files(&root().join("crates"), &mut found);
    found.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
    assert!(found.len() > 50, "the sources were not found");
    found
}

#[test]
fn crates_depend_only_along_the_arrows() {
    let metadata = metadata();
    let ours: BTreeSet<&str> =
        metadata.workspace_packages().iter().map(|package| package.name.as_str()).collect();
    let mut wrong = Vec::new();
    for package in metadata.workspace_packages() {
        for dependency in &package.dependencies {
            let name = dependency.name.as_str();
            if ours.contains(name) && !allowed(&package.name).contains(&name) {
                wrong.push(format!("{} -> {name}", package.name));
            }
        }
    }
    assert!(wrong.is_empty(), "not in the picture: {wrong:?}");
}

#[test]
fn domain_reaches_nothing_that_waits_or_talks() {
    let metadata = metadata();
    let resolve = metadata.resolve.as_ref().unwrap();
    let names: BTreeMap<_, _> =
        metadata.packages.iter().map(|package| (&package.id, package.name.as_str())).collect();
    let start = metadata.packages.iter().find(|package| package.name == "domain").unwrap();
    let mut queue = vec![&start.id];
    let mut seen = BTreeSet::new();
    while let Some(id) = queue.pop() {
        if !seen.insert(id) {
            continue;
        }
        let node = resolve.nodes.iter().find(|node| node.id == *id).unwrap();
        for dependency in &node.deps {
            if dependency.dep_kinds.iter().any(|kind| kind.kind == cargo_metadata::DependencyKind::Normal) {
                queue.push(&dependency.pkg);
            }
        }
    }
    let reached: Vec<&str> = seen.iter().filter_map(|id| names.get(id).copied()).collect();
    assert!(reached.len() > 3, "the graph was not read: {reached:?}");
    for name in NOT_IN_DOMAIN {
        assert!(!reached.contains(&name), "domain reaches {name}");
    }
}

#[test]
fn the_clock_and_the_environment_stay_out_of_the_domain() {
    for path in rust_files().iter().filter(|path| path.starts_with(root().join("crates/domain/src"))) {
        let text = std::fs::read_to_string(path).unwrap();
        for word in ["std::env", "SystemTime", "Instant::now", "std::fs", "std::net::Tcp", "async fn"] {
            assert!(!text.contains(word), "{} has {word}", path.display());
        }
    }
}

#[test]
fn a_lambda_is_called_the_same_everywhere() {
    let metadata = metadata();
    let template = std::fs::read_to_string(root().join("template.yaml")).unwrap();
    let folders = std::fs::read_dir(root().join("crates/lambdas")).unwrap();
    let folders: BTreeSet<String> = folders
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .map(|path| name_of(&path))
        .collect();
    let mut binaries = BTreeSet::new();
    for package in metadata.workspace_packages() {
        let Some(name) = package.name.strip_prefix("lambda-") else { continue };
        let bins: Vec<&str> = package
            .targets
            .iter()
            .filter(|target| target.kind.contains(&TargetKind::Bin))
            .map(|target| target.name.as_str())
            .collect();
        assert_eq!(bins, [name], "{} has another binary than its name says", package.name);
        binaries.insert(name.to_owned());
    }
    assert_eq!(folders, binaries);
    for name in &binaries {
        let mut logical_id = name.clone();
        logical_id[..1].make_ascii_uppercase();
        let resource = format!("\n  {logical_id}:\n    Type: AWS::Serverless::Function\n");
        assert!(template.contains(&resource), "template.yaml has no function {logical_id}");
        assert!(template.contains(&format!("Binary: {name}\n")), "template.yaml does not build {name}");
    }
    let functions = template.matches("Type: AWS::Serverless::Function").count();
    assert_eq!(functions, binaries.len(), "template.yaml has functions without a folder");
}

#[test]
fn a_lambda_only_wires() {
    for path in rust_files() {
        if path.ends_with("src/main.rs") && path.to_string_lossy().contains("/lambdas/") {
            let lines = std::fs::read_to_string(&path).unwrap().lines().count();
            assert!(lines <= 40, "{} has {lines} lines: it should only wire", path.display());
        }
    }
}

#[test]
fn files_are_short_and_say_what_they_are_for() {
    let mut wrong = Vec::new();
    for path in rust_files() {
        let text = std::fs::read_to_string(&path).unwrap();
        let is_test = path.ends_with("tests.rs") || path.iter().any(|part| part == "tests");
        let lines = text.lines().count();
        if lines > MAX_LINES {
            wrong.push(format!("{}: {lines} lines", path.display()));
        }
        if !text.starts_with("//!") && !is_test {
            wrong.push(format!("{}: does not begin with what it is for", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn nothing_is_left_over() {
    // Put together here, so that this file does not find itself.
    let words: Vec<String> =
        [["to", "do!("], ["unimple", "mented!("], ["#[ig", "nore"], ["#[should_", "panic"]]
            .iter()
            .map(|parts| parts.concat())
            .collect();
    let mut wrong = Vec::new();
    for path in rust_files() {
        let text = std::fs::read_to_string(&path).unwrap();
        wrong.extend(
            words
                .iter()
                .filter(|word| text.contains(word.as_str()))
                .map(|word| format!("{}: {word}", path.display())),
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn names_say_what_things_are() {
    let vague = ["Manager", "Helper", "Utils", "Impl", "Util"];
    let mut wrong = Vec::new();
    for path in rust_files() {
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            let at = words.iter().position(|word| ["struct", "enum", "trait"].contains(word));
            let Some(name) = at.and_then(|at| words.get(at + 1)) else { continue };
            let name = name.trim_end_matches(|ch: char| !ch.is_alphanumeric());
            if !line.trim_start().starts_with("//") && vague.iter().any(|word| name.ends_with(word)) {
                wrong.push(format!("{}: {name}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn versions_stand_in_the_workspace_only() {
    let mut found = Vec::new();
    files(&root().join("crates"), &mut found);
    for path in found.iter().filter(|path| path.file_name().is_some_and(|name| name == "Cargo.toml")) {
        for line in std::fs::read_to_string(path).unwrap().lines() {
            let own = line.starts_with("version") || !line.contains("version = \"");
            assert!(own && !line.contains("git = "), "{}: {line}", path.display());
        }
    }
}
