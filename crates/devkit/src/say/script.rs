//! The lines of a conversation: what is said as it stands, what is typed as a
//! slash command, and, after `!`, what is done with the interface.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Context as _;
use jiff::Timestamp;

use crate::cli::duration;

/// What there is after `!`.
const WORDS: &str = "!as, !in, !late, !edit, !reply, !click, !submit, !launch, !share, !slow, !unreachable, \
    !reachable, !tick and !wait";
/// How a line break is written in what is filled in.
const LINE: &str = "\\n";
/// A customer who forgets about the external id.
const CARELESS: &str = "careless";
/// A channel that another company is invited to.
const PENDING: &str = "pending";

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

    pub(super) fn steps(self) -> Vec<Step> {
        self.0
    }
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Say(String),
    Command(String, String),
    As(String),
    In(String),
    /// Slack delivers the next message so long after it was typed.
    Late(Duration),
    /// The person's last message becomes this.
    Edit(String),
    /// Said in the thread of the app's last message.
    Reply(String),
    Click(String),
    /// What goes into the inputs of the open modal, by label.
    Submit(BTreeMap<String, String>),
    /// A customer lets Bellhop into this account.
    Launch {
        account: String,
        /// Without asking for the external id.
        careless: bool,
    },
    /// A channel is shared with another company, or that is invited.
    Share {
        channel: String,
        pending: bool,
    },
    /// A schedule fires, as if this time had come, or else its next one.
    Tick(String, Option<Timestamp>),
    Wait(Duration),
    /// The next change of this instance takes so long.
    Slow(String, Duration),
    /// A region or account cannot be reached any more, or not once this EC2 action has
    /// succeeded there.
    Unreachable {
        place: String,
        after: Option<String>,
    },
    /// It can be reached again.
    Reachable(String),
}

impl Step {
    fn read(line: &str) -> anyhow::Result<Self> {
        if let Some(rest) = line.strip_prefix('!') {
            let (word, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            let rest = rest.trim();
            if word == "submit" {
                return inputs(rest).map(Self::Submit);
            }
            anyhow::ensure!(!rest.is_empty(), "“{line}”: say as whom, where, what or how long");
            return match word {
                "as" => Ok(Self::As(rest.into())),
                "in" => Ok(Self::In(rest.into())),
                "late" => duration(rest).map(Self::Late).map_err(anyhow::Error::msg),
                "edit" => Ok(Self::Edit(rest.into())),
                "reply" => Ok(Self::Reply(rest.into())),
                "click" => Ok(Self::Click(rest.into())),
                "launch" => launch(rest),
                "share" => share(rest),
                "tick" => Ok(tick(rest)),
                "slow" => slow(rest),
                "unreachable" => unreachable(rest),
                "reachable" => Ok(Self::Reachable(rest.into())),
                "wait" => duration(rest).map(Self::Wait).map_err(anyhow::Error::msg),
                _ => anyhow::bail!("“!{word}” is not known; there are {WORDS}"),
            };
        }
        if line.starts_with('/') {
            let (command, text) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
            return Ok(Self::Command(command.into(), text.trim().into()));
        }
        Ok(Self::Say(line.into()))
    }
}

/// `<12 digits>`, or `<12 digits> careless`.
fn launch(text: &str) -> anyhow::Result<Step> {
    let (account, careless) = match text.split_once(char::is_whitespace) {
        None => (text, false),
        Some((account, rest)) if rest.trim() == CARELESS => (account, true),
        Some(_) => {
            anyhow::bail!("“!launch {text}”: write !launch <12 digits>, or !launch <12 digits> {CARELESS}")
        }
    };
    Ok(Step::Launch { account: account.to_owned(), careless })
}

/// `#<channel>`, or `#<channel> pending`.
fn share(text: &str) -> anyhow::Result<Step> {
    let (channel, pending) = match text.split_once(char::is_whitespace) {
        None => (text, false),
        Some((channel, rest)) if rest.trim() == PENDING => (channel, true),
        Some(_) => anyhow::bail!("“!share {text}”: write !share #<channel>, or !share #<channel> {PENDING}"),
    };
    Ok(Step::Share { channel: channel.to_owned(), pending })
}

/// `<name> <time>`.
fn slow(text: &str) -> anyhow::Result<Step> {
    let parts = text.rsplit_once(char::is_whitespace);
    let (name, time) = parts.with_context(|| format!("“!slow {text}”: write !slow <name> <time>"))?;
    Ok(Step::Slow(name.trim().to_owned(), duration(time).map_err(anyhow::Error::msg)?))
}

/// `<region or account>`, or `<region or account> after <verb>`.
fn unreachable(text: &str) -> anyhow::Result<Step> {
    let Some((place, verb)) = text.split_once(" after ") else {
        return Ok(Step::Unreachable { place: text.to_owned(), after: None });
    };
    let action = match verb.trim() {
        "start" => "StartInstances",
        "stop" => "StopInstances",
        "reboot" => "RebootInstances",
        "terminate" => "TerminateInstances",
        _ => anyhow::bail!("“!unreachable {text}”: after start, stop, reboot or terminate"),
    };
    Ok(Step::Unreachable { place: place.trim().to_owned(), after: Some(action.to_owned()) })
}

/// `<schedule>`, or `<schedule> at 2026-11-20T09:30:00Z`.
fn tick(text: &str) -> Step {
    let timed = text.rsplit_once(" at ").and_then(|(name, at)| Some((name.trim(), at.trim().parse().ok()?)));
    match timed {
        Some((name, at)) => Step::Tick(name.to_owned(), Some(at)),
        None => Step::Tick(text.to_owned(), None),
    }
}

/// `label=value; label=value`. A part without `=` belongs to the value before
/// it, so that a value may have a semicolon; `\n` begins a line.
fn inputs(text: &str) -> anyhow::Result<BTreeMap<String, String>> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for part in text.split(';').filter(|part| !part.trim().is_empty()) {
        match (part.split_once('='), pairs.last_mut()) {
            (Some((label, value)), _) => pairs.push((label.trim().into(), value.trim().into())),
            (None, Some((_, value))) => {
                value.push(';');
                value.push_str(part.trim_end());
            }
            (None, None) => anyhow::bail!("“!submit {text}”: write !submit <label>=<value>; <label>=<value>"),
        }
    }
    Ok(pairs.into_iter().map(|(label, value)| (label, value.replace(LINE, "\n"))).collect())
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
            ("!late 3h", Step::Late(Duration::from_hours(3))),
            ("!edit @bellhop stop web-1", Step::Edit("@bellhop stop web-1".into())),
            ("!reply fixed the build", Step::Reply("fixed the build".into())),
            ("!click Stop 2", Step::Click("Stop 2".into())),
            ("!wait 500ms", Step::Wait(Duration::from_millis(500))),
            ("!tick daily ask", Step::Tick("daily ask".into(), None)),
            (
                "!tick  Look at logs report at 1970-01-01T00:00:01Z",
                Step::Tick("Look at logs report".into(), Some(Timestamp::from_second(1).unwrap())),
            ),
            ("!share #ops", Step::Share { channel: "#ops".into(), pending: false }),
            ("!share #ops pending", Step::Share { channel: "#ops".into(), pending: true }),
            ("!submit", Step::Submit(BTreeMap::new())),
            ("!slow web-1 20m", Step::Slow("web-1".into(), Duration::from_mins(20))),
            ("!unreachable us-east-1", Step::Unreachable { place: "us-east-1".into(), after: None }),
            (
                "!unreachable 444455556666 after stop",
                Step::Unreachable { place: "444455556666".into(), after: Some("StopInstances".into()) },
            ),
            ("!reachable us-east-1", Step::Reachable("us-east-1".into())),
            ("!launch 444455556666", Step::Launch { account: "444455556666".into(), careless: false }),
            (
                "!launch 444455556666  careless",
                Step::Launch { account: "444455556666".into(), careless: true },
            ),
        ] {
            assert_eq!(Step::read(line).unwrap(), step, "{line}");
        }
    }

    #[test]
    fn a_line_that_means_nothing_is_refused() {
        for line in [
            "!dance now",
            "!as",
            "!tick",
            "!wait soon",
            "!late",
            "!late night",
            "!edit",
            "!submit web-1",
            "!launch",
            "!launch 444455556666 twice",
            "!slow web-1",
            "!slow web-1 soon",
            "!unreachable us-east-1 after lunch",
            "!reachable",
            "!share",
            "!share #ops twice",
        ] {
            assert!(Step::read(line).is_err(), "{line}");
        }
    }

    #[test]
    fn a_modal_is_filled_in_by_its_labels() {
        for (line, pairs) in [
            ("!submit Name=web-1", vec![("Name", "web-1")]),
            ("!submit  Name = web-1 ;Why= a=b ;", vec![("Name", "web-1"), ("Why", "a=b")]),
            ("!submit Yesterday=tests; docs; Today=", vec![("Yesterday", "tests; docs"), ("Today", "")]),
            (
                r"!submit What did you do?=- tests\n- docs; Days=Mon, Tue; Ask at=09:30; Channel=#ops",
                vec![
                    ("What did you do?", "- tests\n- docs"),
                    ("Days", "Mon, Tue"),
                    ("Ask at", "09:30"),
                    ("Channel", "#ops"),
                ],
            ),
        ] {
            let pairs = pairs.into_iter().map(|(label, value)| (label.into(), value.into())).collect();
            assert_eq!(Step::read(line).unwrap(), Step::Submit(pairs), "{line}");
        }
    }
}
