//! The command line: `cargo dev` brings everything up and waits, `cargo dev say`
//! holds one conversation, `cargo dev permissions` looks at what tests have used.
//!
//! Standard output carries only what was asked for (the JSON line, the
//! conversation); everything else goes to standard error.

use std::ffi::OsString;
use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};

use crate::cloud::{self, Log};
use crate::sandbox::{Sandbox, SandboxConfig};
use crate::say::{self, Outcome, Script};
use crate::site::{HOST, Site};
use crate::{build, permissions, slack};

/// What a shell expects of a program that was stopped by Ctrl-C.
const INTERRUPTED: u8 = 130;

/// The whole app on this machine: no Slack account, no AWS account, no Docker.
#[derive(Debug, Parser)]
#[command(name = "cargo dev", disable_help_subcommand = true, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    up: Up,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Says each text in turn and prints the conversation, and how long each command
    /// and click waited; fails if something went unanswered, or Slack waited too long.
    Say(SayArgs),
    /// Lists the permissions in the templates that no test has used, after
    /// `DEVKIT_PERMISSIONS=FOLDER cargo test --workspace`; fails if there are any.
    Permissions {
        /// Where the tests have noted what they used, by an absolute path. If not given, what
        /// `DEVKIT_PERMISSIONS` says.
        folder: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
struct Up {
    /// Print one line of JSON when everything is up: app, slack, aws, site, `signing_secret`.
    #[arg(long)]
    json: bool,
    /// The app's port; Slack, AWS and the site of articles get the next three. 0 for any four.
    #[arg(long, default_value_t = 7300)]
    port: u16,
    /// How long an instance takes to start, stop or end.
    #[arg(long, default_value = "3s", value_parser = duration)]
    change_time: Duration,
    /// Keep tables in this folder instead of in memory. Slack itself begins anew each time: install again.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Show what the functions print, too.
    #[arg(long, short)]
    verbose: bool,
}

#[derive(Debug, Args)]
struct SayArgs {
    /// What to say. `/…` is a slash command; the interface is worked by `!as bob`,
    /// `!in #general`, `!click Stop` (a button, or an option of a menu), `!wait 5s`,
    /// `!submit Name=web-1; Days=Mon, Tue; Ask at=09:30; Why=one\ntwo` (the open modal,
    /// by its labels, with `\n` between lines), `!launch 444455556666` (a customer
    /// lets Bellhop into that account), `!slow web-1 20m` (its next
    /// change takes that long), `!unreachable us-east-1 after stop` and `!reachable us-east-1`
    /// (of a region or an account), and `!tick daily ask` (a schedule fires). A button is looked for in the channel first,
    /// then in that person's direct messages.
    #[arg(required = true)]
    texts: Vec<String>,
    /// Who says it.
    #[arg(long = "as", default_value = "ann")]
    user: String,
    /// Where: a channel, or `@bellhop` for direct messages.
    #[arg(long = "in", default_value = "#ops")]
    channel: String,
    /// How long an instance takes to start, stop or end.
    #[arg(long, default_value = "1s", value_parser = duration)]
    change_time: Duration,
    /// Show deliveries, invocations and what the functions print.
    #[arg(long, short)]
    verbose: bool,
}

/// A time as people write it: `500ms`, `3s`, `2m`, `3h`.
///
/// # Errors
/// If it is none.
pub fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let unit = text.strip_prefix(digits).unwrap_or_default();
    let wrong = || format!("“{text}” is not a time; write 500ms, 3s, 2m or 3h");
    let number: u64 = digits.parse().map_err(|_| wrong())?;
    match unit {
        "ms" => Ok(Duration::from_millis(number)),
        "s" | "" => Ok(Duration::from_secs(number)),
        "m" => number.checked_mul(60).map(Duration::from_secs).ok_or_else(wrong),
        "h" => number.checked_mul(3_600).map(Duration::from_secs).ok_or_else(wrong),
        _ => Err(wrong()),
    }
}

/// Runs the command line and says how it went.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = Cli::parse_from(without_separator(arguments));
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("starting the runtime")
        .and_then(|runtime| runtime.block_on(act(cli)));
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// `cargo dev -- say` hands the `--` on to us, because the alias already ends in one.
fn without_separator(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<_> = arguments.into_iter().collect();
    if arguments.get(1).is_some_and(|first| first == "--") {
        arguments.remove(1);
    }
    arguments
}

async fn act(cli: Cli) -> anyhow::Result<ExitCode> {
    let stop = stop_signal()?;
    tokio::pin!(stop);
    match cli.action {
        None => {
            let sandbox = tokio::select! {
                sandbox = up(cli.up) => sandbox?,
                () = &mut stop => return Ok(ExitCode::from(INTERRUPTED)),
            };
            stop.await;
            sandbox.stop().await;
            Ok(ExitCode::SUCCESS)
        }
        Some(Action::Permissions { folder }) => unused_permissions(folder),
        Some(Action::Say(said)) => tokio::select! {
            outcome = converse(said) => outcome,
            // Dropping the work ends every process it started.
            () = stop => Ok(ExitCode::from(INTERRUPTED)),
        },
    }
}

/// Resolves at Ctrl-C or SIGTERM.
fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt()).context("listening for Ctrl-C")?;
    let mut terminate = signal(SignalKind::terminate()).context("listening for SIGTERM")?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

async fn up(up: Up) -> anyhow::Result<Sandbox> {
    let root = build::workspace_root()?;
    let bin_dir = build::lambdas(&root).await?;
    let sandbox = Sandbox::start(SandboxConfig {
        port: up.port,
        change_time: up.change_time,
        slack_pace: slack::Pace::real(),
        cloud_pace: cloud::Pace::real(),
        data_dir: up.data,
        log: Log::stderr(up.verbose),
        ..SandboxConfig::quick(root, bin_dir)
    })
    .await?;
    let (app, slack, aws) = (&sandbox.cloud().app_url, sandbox.slack().url(), &sandbox.cloud().aws_url);
    let secret = sandbox.slack().app().signing_secret;
    if up.json {
        let articles: Vec<_> = Site::articles().map(|article| sandbox.site().link(article.path)).collect();
        let site = json!({"host": HOST, "address": sandbox.site().address(), "articles": articles});
        let line = json!({"app": app, "slack": slack, "aws": aws, "site": site, "signing_secret": secret});
        print(&format!("{line}\n"))?;
    } else {
        print(&format!(
            "\n  app             {app}\n  slack           {slack}\n  aws             {aws}\n  \
             signing secret  {secret}\n\n{}\n  Add to Slack:   {app}/slack/install\n  Ctrl-C stops everything.\n\n",
            articles(sandbox.site())
        ))?;
    }
    Ok(sandbox)
}

/// What there is to be summarized, and where a browser finds it.
fn articles(site: &Site) -> String {
    let lines =
        Site::articles().map(|article| format!("    {}  {}\n", site.link(article.path), article.title));
    format!("  articles        http://{}, for the app as\n{}", site.address(), lines.collect::<String>())
}

async fn converse(said: SayArgs) -> anyhow::Result<ExitCode> {
    let script = Script::read(&said.texts)?;
    let root = build::workspace_root()?;
    let bin_dir = build::lambdas(&root).await?;
    let log = if said.verbose { Log::stderr(true) } else { Log::collect() };
    let config = SandboxConfig { change_time: said.change_time, log, ..SandboxConfig::quick(root, bin_dir) };
    let sandbox = Sandbox::start(config).await?;
    let outcome = say::say(&sandbox, script, &said.user, &said.channel).await;
    let problems = sandbox.problems();
    sandbox.stop().await;
    let Outcome { conversation, waits, undone } = outcome?;
    print(&conversation)?;
    print(&dim(&waits))?;
    let problems = problems?;
    let well = undone.is_empty() && problems.is_empty();
    for line in undone {
        eprintln!("{line}");
    }
    if !problems.is_empty() {
        eprintln!("{problems}");
    }
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn unused_permissions(folder: Option<PathBuf>) -> anyhow::Result<ExitCode> {
    let folder = folder.map_or_else(permissions::folder, Ok)?;
    let report = permissions::report(&build::workspace_root()?, &folder)?;
    print(&report.text)?;
    Ok(if report.well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Stands back behind the conversation, where a terminal can show that.
fn dim(text: &str) -> String {
    if text.is_empty() || !std::io::stdout().is_terminal() {
        return text.to_owned();
    }
    format!("\x1b[2m{text}\x1b[0m")
}

fn print(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).context("writing to standard output")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(without_separator(line.split(' ').map(OsString::from)))
    }

    #[test]
    fn a_separator_before_the_command_changes_nothing() {
        for line in ["dev say hello --as bob", "dev -- say hello --as bob"] {
            let Some(Action::Say(said)) = parse(line).unwrap().action else { panic!("{line}") };
            assert_eq!(
                (said.texts, said.user, said.channel),
                (vec!["hello".into()], "bob".into(), "#ops".into())
            );
        }
        assert!(parse("dev -- --json --port 0").unwrap().up.json);
        assert!(parse("dev say").is_err());
        for (line, expected) in
            [("dev permissions", None), ("dev -- permissions /notes", Some("/notes".into()))]
        {
            let Some(Action::Permissions { folder }) = parse(line).unwrap().action else { panic!("{line}") };
            assert_eq!(folder, expected);
        }
    }

    #[test]
    fn times_have_units() {
        for (text, millis) in [
            ("500ms", Some(500)),
            ("3s", Some(3_000)),
            ("2m", Some(120_000)),
            ("3h", Some(10_800_000)),
            ("5", Some(5_000)),
        ] {
            assert_eq!(duration(text).ok().map(|time| time.as_millis()), millis, "{text}");
        }
        for wrong in ["", "s", "3d", "-1s", "1.5s"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
