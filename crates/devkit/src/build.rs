//! Builds the Lambdas' binaries with the very `cargo` that runs us.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::Context as _;
use serde_json::Value;
use tokio::process::Command;

/// Where the Lambdas live, seen from the workspace's root.
const LAMBDAS: &str = "crates/lambdas";
/// The package of the function that only says hello.
const HELLO: &str = "hello";
/// The example that says so with the least effort.
const LEAST: &str = "least";

/// The workspace's root: the nearest folder above us that holds the Lambdas.
///
/// # Errors
/// If we are not inside the workspace.
pub fn workspace_root() -> anyhow::Result<PathBuf> {
    let here = variable("CARGO_MANIFEST_DIR").map_or_else(std::env::current_dir, |dir| Ok(dir.into()));
    let here = here.context("asking for the current folder")?;
    let root = here.ancestors().find(|folder| folder.join(LAMBDAS).is_dir());
    root.map(Path::to_path_buf)
        .with_context(|| format!("there is no {LAMBDAS} in or above {}", here.display()))
}

/// Builds every package of `crates/lambdas`, and says in which folder the
/// binaries are. Cargo's progress goes to standard error.
///
/// # Errors
/// If cargo cannot be run, or a Lambda does not compile.
pub async fn lambdas(root: &Path) -> anyhow::Result<PathBuf> {
    folder(&built(root, &[]).await?)
}

/// The same with all optimizations, as they are deployed.
///
/// # Errors
/// The same.
pub async fn lambdas_for_release(root: &Path) -> anyhow::Result<PathBuf> {
    folder(&built(root, &["--release", "--bins"]).await?)
}

/// Two functions that only say hello, with the same optimizations, to compare the
/// Lambdas with: `hello` as everybody's first one, and the least that answers.
///
/// # Errors
/// The same.
pub async fn floors_for_release(root: &Path) -> anyhow::Result<[PathBuf; 2]> {
    // By itself: built with the others, it would share its features with them.
    let hello = cargo_build(root, &[HELLO.to_owned()], &["--release"]).await?;
    let least = built(root, &["--release", "--examples"]).await?;
    let named = |paths: Vec<PathBuf>, wanted: &str| {
        let found = paths.into_iter().find(|path| path.file_name().is_some_and(|name| name == wanted));
        found.with_context(|| format!("cargo built no {wanted}"))
    };
    Ok([named(hello, HELLO)?, named(least, LEAST)?])
}

fn folder(binaries: &[PathBuf]) -> anyhow::Result<PathBuf> {
    let binary = binaries.first().context("cargo built no binary")?;
    binary.parent().map(Path::to_path_buf).context("a binary without a folder")
}

/// Builds the Lambdas' packages; the binaries that came of it.
async fn built(root: &Path, options: &[&str]) -> anyhow::Result<Vec<PathBuf>> {
    cargo_build(root, &packages(root)?, options).await
}

async fn cargo_build(root: &Path, packages: &[String], options: &[&str]) -> anyhow::Result<Vec<PathBuf>> {
    let cargo = variable("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--message-format=json-render-diagnostics"]).args(options).current_dir(root);
    for package in packages {
        command.args(["--package", package]);
    }
    without_ours(&mut command);
    // Not `output()`, which would keep cargo's progress and errors to itself.
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit()).kill_on_drop(true);
    let building = command.spawn().context("starting cargo build")?;
    let built = building.wait_with_output().await.context("running cargo build")?;
    anyhow::ensure!(built.status.success(), "the Lambdas do not build (cargo build: {})", built.status);
    Ok(String::from_utf8_lossy(&built.stdout).lines().filter_map(executable).collect())
}

/// Takes out what `cargo run` has said about this package. A build script that
/// reads such a variable, as ring's does, would see it change, and everything
/// above it would be built anew each time.
fn without_ours(command: &mut Command) {
    const OURS: [&str; 3] = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"];
    for (name, _) in variables() {
        if OURS.iter().any(|ours| name.to_string_lossy().starts_with(ours)) {
            command.env_remove(name);
        }
    }
}

/// The names of the Lambdas' packages: `lambda-<folder>`.
fn packages(root: &Path) -> anyhow::Result<Vec<String>> {
    let folder = root.join(LAMBDAS);
    let entries = std::fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))?;
    let mut names: Vec<_> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.path().join("Cargo.toml").is_file())
        .map(|entry| format!("lambda-{}", entry.file_name().to_string_lossy()))
        .collect();
    names.sort();
    anyhow::ensure!(!names.is_empty(), "there is no Lambda in {}", folder.display());
    Ok(names)
}

/// The binary that a line of cargo's output tells of.
fn executable(line: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(line).ok()?;
    message.get("executable")?.as_str().map(PathBuf::from)
}

#[expect(clippy::disallowed_methods, reason = "cargo tells us only this way who and where it is")]
fn variable(name: &str) -> Option<std::ffi::OsString> {
    std::env::var_os(name)
}

#[expect(clippy::disallowed_methods, reason = "they are only taken away from cargo")]
fn variables() -> std::env::VarsOs {
    std::env::vars_os()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lambdas_are_found_by_their_folders() {
        let root = workspace_root().unwrap();
        assert!(packages(&root).unwrap().contains(&"lambda-events".to_owned()));
    }

    #[test]
    fn only_lines_about_binaries_name_one() {
        let line = r#"{"reason":"compiler-artifact","executable":"/t/debug/events"}"#;
        assert_eq!(executable(line), Some(PathBuf::from("/t/debug/events")));
        assert_eq!(executable(r#"{"reason":"compiler-artifact","executable":null}"#), None);
        assert_eq!(executable("not json"), None);
    }
}
