//! `cargo dev say`: one conversation without a browser. Everything is started on
//! free ports, the app is installed, each line is said in turn, and the
//! conversation is printed as a person sees it.

use std::time::Duration;

use anyhow::Context as _;

use crate::cli::duration;
use crate::sandbox::Sandbox;
use crate::slack::{Click, Command, Say, render};

/// Who installs the app.
const INSTALLER: &str = "ann";
/// A function may run for two minutes.
const PATIENCE: Duration = Duration::from_secs(150);

/// What is to be said and done, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script(Vec<Step>);

impl Script {
    /// Reads the lines as they were given.
    ///
    /// # Errors
    /// If a line that begins with `!` means nothing.
    pub fn read(lines: &[String]) -> anyhow::Result<Self> {
        lines.iter().map(|line| Step::read(line)).collect::<Result<_, _>>().map(Self)
    }
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Say(String),
    Command(String, String),
    As(String),
    In(String),
    Click(String),
    Wait(Duration),
}

impl Step {
    fn read(line: &str) -> anyhow::Result<Self> {
        if let Some(rest) = line.strip_prefix('!') {
            let (word, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            let rest = rest.trim();
            anyhow::ensure!(!rest.is_empty(), "“{line}”: say as whom, where, what or how long");
            return match word {
                "as" => Ok(Self::As(rest.into())),
                "in" => Ok(Self::In(rest.into())),
                "click" => Ok(Self::Click(rest.into())),
                "wait" => duration(rest).map(Self::Wait).map_err(anyhow::Error::msg),
                _ => anyhow::bail!("“!{word}” is not known; there are !as, !in, !click and !wait"),
            };
        }
        if line.starts_with('/') {
            let (command, text) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
            return Ok(Self::Command(command.into(), text.trim().into()));
        }
        Ok(Self::Say(line.into()))
    }
}

/// Does all of it, and gives back what was seen: a conversation for each place
/// and person, and what was left undone.
///
/// # Errors
/// If a line cannot be said, or the app cannot be installed.
pub async fn say(
    sandbox: &Sandbox,
    script: Script,
    user: &str,
    channel: &str,
) -> anyhow::Result<(String, Vec<String>)> {
    sandbox.install(INSTALLER).await.context("installing the app")?;
    let mut undone = Vec::new();
    let mut views: Vec<(String, String)> = Vec::new();
    let (mut user, mut channel) = (user.to_owned(), channel.to_owned());
    for step in script.0 {
        match &step {
            Step::As(name) => user.clone_from(name),
            Step::In(name) => channel.clone_from(name),
            _ => {
                let view = (channel.clone(), user.clone());
                if !views.contains(&view) {
                    views.push(view);
                }
            }
        }
        perform(sandbox, &step, &user, &channel).await.with_context(|| format!("{user} in {channel}"))?;
        if let Err(late) = sandbox.quiet(PATIENCE).await {
            undone.push(late.to_string());
        }
    }
    // Whoever looks at one channel stands together, in the order of the channels' first use.
    let channels: Vec<_> = views.iter().map(|(channel, _)| channel.clone()).collect();
    views.sort_by_key(|(channel, _)| channels.iter().position(|first| first == channel));
    Ok((shown(sandbox, &views)?, undone))
}

async fn perform(sandbox: &Sandbox, step: &Step, user: &str, channel: &str) -> anyhow::Result<()> {
    let (user, channel) = (user.to_owned(), channel.to_owned());
    match step.clone() {
        Step::Say(text) => {
            let said = sandbox.slack().say(&Say { user, channel, text, ..Say::default() })?;
            if !said.delivered {
                sandbox.log().event("the app was not told: it is not mentioned, or not in the channel");
            }
        }
        Step::Command(command, text) => {
            sandbox.slack().command(&Command { user, channel, command, text }).await?;
        }
        Step::Click(button) => {
            sandbox.slack().click(&Click { user, channel, ts: None, button }).await?;
        }
        Step::Wait(time) => tokio::time::sleep(time).await,
        Step::As(_) | Step::In(_) => {}
    }
    Ok(())
}

/// Each channel once, and again for whoever sees something else in it.
fn shown(sandbox: &Sandbox, views: &[(String, String)]) -> anyhow::Result<String> {
    let mut texts: Vec<String> = Vec::new();
    for (channel, user) in views {
        let mut conversation = sandbox.conversation(user, channel)?;
        let plain = render::conversation(&conversation);
        let several = views.iter().filter(|(other, _)| other == channel).count() > 1;
        if several && texts.iter().any(|text| text.lines().skip(1).eq(plain.lines().skip(1))) {
            continue;
        }
        if several {
            conversation.name = format!("{} (as {user})", conversation.name);
        }
        texts.push(render::conversation(&conversation));
    }
    Ok(texts.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_words_commands_or_work_on_the_interface() {
        for (line, step) in [
            ("@bellhop stop web-1", Step::Say("@bellhop stop web-1".into())),
            ("/ec2 find  web-*", Step::Command("/ec2".into(), "find  web-*".into())),
            ("/ec2", Step::Command("/ec2".into(), String::new())),
            ("!as bob", Step::As("bob".into())),
            ("!in #general", Step::In("#general".into())),
            ("!click Stop 2", Step::Click("Stop 2".into())),
            ("!wait 500ms", Step::Wait(Duration::from_millis(500))),
        ] {
            assert_eq!(Step::read(line).unwrap(), step, "{line}");
        }
    }

    #[test]
    fn a_line_that_means_nothing_is_refused() {
        for line in ["!dance now", "!as", "!wait soon"] {
            assert!(Step::read(line).is_err(), "{line}");
        }
    }
}
