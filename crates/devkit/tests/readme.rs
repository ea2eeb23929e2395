//! What the pages show exists: commands, their parameters, files, links.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic here is a failed test")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use devkit::template;
use serde_json::Value;

/// Programs that are not ours, of which nothing more is known here.
const PROGRAMS: [&str; 11] =
    ["aws", "curl", "for", "jq", "npm", "pip", "printf", "read", "rustup", "tr", "unset"];
/// What `cargo` has by itself.
const CARGO: [&str; 8] = ["add", "bench", "build", "clippy", "doc", "fmt", "install", "test"];
/// Flags that lead to a package, a binary, a bench or a test.
const NAMES: [&str; 5] = ["--bench", "--bin", "--package", "--test", "-p"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn read(file: &str) -> String {
    std::fs::read_to_string(root().join(file)).unwrap()
}

fn document(file: &str) -> Value {
    template::parse(&read(file)).unwrap()
}

/// The keys of the map at a JSON pointer.
fn keys(document: &Value, pointer: &str) -> BTreeSet<String> {
    document.pointer(pointer).and_then(Value::as_object).unwrap().keys().cloned().collect()
}

/// All pages, each with its folder.
fn pages() -> Vec<(PathBuf, String)> {
    let mut files: Vec<PathBuf> = ["", "docs", "docs/decisions", "events"]
        .iter()
        .flat_map(|folder| std::fs::read_dir(root().join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    files.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

/// The commands in the page's shell blocks and between single backquotes in its text, one
/// a line, without comments.
fn commands(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (index, part) in page.split("```").enumerate() {
        if index % 2 == 1 {
            let Some(shell) = part.strip_prefix("sh\n") else { continue };
            found.extend(shell.replace("\\\n", " ").lines().map(str::to_owned));
        } else {
            let quoted = part.split('`').skip(1).step_by(2).map(|text| text.replace('\n', " "));
            let ours = ["cargo admin ", "cargo dev ", "cargo lambda ", "osls "];
            found.extend(quoted.filter(|text| ours.iter().any(|start| text.starts_with(start))));
        }
    }
    let code = found.iter().map(|line| line.split(" #").next().unwrap().trim().to_owned());
    code.filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
}

fn aliases() -> BTreeSet<String> {
    let config = read(".cargo/config.toml");
    config.lines().filter_map(|line| line.split_once(" = \"run")).map(|(name, _)| name.to_owned()).collect()
}

/// What can stand behind `--package`, `--bin` and the like.
fn names() -> BTreeSet<String> {
    let metadata = cargo_metadata::MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .other_options(["--offline".to_owned()])
        .exec()
        .unwrap();
    let targets = metadata.packages.iter().flat_map(|package| &package.targets);
    let targets: Vec<String> = targets.map(|target| target.name.clone()).collect();
    targets.into_iter().chain(metadata.packages.iter().map(|package| package.name.to_string())).collect()
}

/// Why a command of `cargo` cannot be run.
fn cargo(words: &[&str]) -> Result<(), String> {
    let sub = *words.get(1).ok_or("cargo alone")?;
    let names = names();
    for pair in words.windows(2).take_while(|pair| pair.first() != Some(&"--")) {
        if let [flag, name] = pair
            && NAMES.contains(flag)
            && !names.contains(*name)
        {
            return Err(format!("there is no {name}"));
        }
    }
    match (sub, words.get(2)) {
        ("lambda", Some(&("build" | "watch"))) => Ok(()),
        ("lambda", Some(&"invoke")) => {
            let sample = words.windows(2).find(|pair| pair.first() == Some(&"--data-file"));
            exists(sample.and_then(|pair| pair.get(1)).unwrap_or(&""))
        }
        ("lambda", Some(&"deploy")) => match words.get(3) {
            None => Ok(()),
            Some(function) => deployed(function, words),
        },
        ("admin", Some(&sub)) => {
            let mut variant = sub.to_owned();
            variant.get_mut(..1).unwrap().make_ascii_uppercase();
            let cli = read("crates/admin/src/cli.rs");
            let known = [format!("    {variant},"), format!("    {variant}("), format!("    {variant} {{")];
            let exists = sub.starts_with('-') || known.iter().any(|line| cli.contains(line.as_str()));
            exists.then_some(()).ok_or(format!("cargo admin knows no {sub}"))
        }
        ("dev", _) if aliases().contains(sub) => Ok(()),
        (sub, _) if CARGO.contains(&sub) || aliases().contains(sub) => Ok(()),
        (sub, _) => Err(format!("cargo knows no {sub}")),
    }
}

/// A function of the stack `bellhop` is known to cargo lambda; in another stack its binary
/// has to be named.
fn deployed(function: &str, words: &[&str]) -> Result<(), String> {
    if function.starts_with(['<', '-']) || words.contains(&"--binary-name") {
        return Ok(());
    }
    let line = format!("\n{function}.deploy.binary_name = ");
    read("Cargo.toml").contains(&line).then_some(()).ok_or(format!("cargo lambda knows no {function}"))
}

/// The parameters that a command names, against those of a template.
fn parameters(words: &[&str], flag: &str, known: &BTreeSet<String>) -> Result<(), String> {
    let named = words.windows(2).filter(|pair| pair.first() == Some(&flag)).filter_map(|pair| pair.get(1));
    let mut named = named.filter_map(|pair| pair.split_once('=')).map(|(name, _)| name);
    named
        .find(|name| !known.contains(*name))
        .map_or(Ok(()), |name| Err(format!("there is no parameter {name}")))
}

fn exists(path: &str) -> Result<(), String> {
    root().join(path).exists().then_some(()).ok_or(format!("there is no {path}"))
}

fn possible(command: &str) -> Result<(), String> {
    let words: Vec<&str> = command.split_whitespace().map(|word| word.trim_end_matches([';', ')'])).collect();
    match *words.first().ok_or("nothing")? {
        "cargo" => cargo(&words),
        "osls" | "serverless" => {
            let serverless = document("serverless.yml");
            parameters(&words, "--param", &keys(&serverless, "/params/default"))
        }
        "sam" => {
            let template = document("template.yaml");
            parameters(&words, "--parameter-overrides", &keys(&template, "/Parameters"))
        }
        "cd" => exists(words.get(1).unwrap_or(&"")),
        program if program.starts_with('.') => exists(program),
        assignment if assignment.contains('=') => Ok(()),
        program if PROGRAMS.contains(&program) || !program.chars().all(|ch| ch.is_ascii_lowercase()) => {
            Ok(())
        }
        program => Err(format!("nobody here knows {program}")),
    }
}

#[test]
fn every_command_that_is_shown_can_be_run() {
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for (path, page) in pages() {
        for command in commands(&page) {
            seen.extend(
                command.split_whitespace().take(2).collect::<Vec<_>>().get(..2).map(|two| two.join(" ")),
            );
            if let Err(why) = possible(&command) {
                wrong.push(format!("{}: {command}: {why}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    for shown in
        ["cargo dev", "cargo test", "cargo lambda", "cargo admin", "sam build", "sam deploy", "osls deploy"]
    {
        assert!(seen.contains(shown), "no page shows {shown}");
    }
}

#[test]
fn a_command_that_cannot_be_run_is_noticed() {
    for wrong in [
        "cargo devil",
        "cargo admin doktor",
        "cargo bench -p nobody",
        "cargo lambda deploy events",
        "cargo lambda invoke install --data-file events/nothing.json",
        "osls deploy --param region=eu-west-1",
        "sam deploy --parameter-overrides Region=eu-west-1",
        ".ci/walk",
        "make",
    ] {
        assert!(possible(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn every_link_to_a_file_leads_somewhere() {
    let mut wrong = Vec::new();
    let mut checked = 0;
    for (path, page) in pages() {
        for link in page.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = link.split('#').next().unwrap();
            if file.is_empty() || file.contains("://") || file.starts_with("mailto:") {
                continue;
            }
            checked += 1;
            if !path.parent().unwrap().join(file).exists() {
                wrong.push(format!("{}: {link}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(checked > 20, "only {checked} links were found");
}
