//! `cargo dev say`: one conversation without a browser. Everything is started on
//! free ports, the app is installed, each line is said in turn, and the
//! conversation is printed as people saw it.

mod script;
mod transcript;

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Context as _;

use crate::fleet::{Fault, FaultKind};
use crate::sandbox::Sandbox;
use crate::slack::{Click, Command, Modal, Said, Say, Submit, Wait, render};

pub use script::Script;
use script::Step;
use transcript::Transcript;

/// Everybody's direct messages with the app.
const DIRECT: &str = "@bellhop";
/// Who installs the app.
const INSTALLER: &str = "ann";
/// A function may run for five minutes.
const PATIENCE: Duration = Duration::from_secs(330);
/// How long Slack waits for an acknowledgement.
const DEADLINE: Duration = Duration::from_secs(3);
/// What Slack shows to whoever waited longer.
const TIMEOUT: &str = "operation_timeout";

/// What came of a script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The conversation in each place, and the modals still open.
    pub conversation: String,
    /// How each command, click and submitted modal was taken; empty if there was none.
    pub waits: String,
    /// What was not as it should be, one line each.
    pub undone: Vec<String>,
}

/// Does all of it, and gives back what was seen and how long it took.
///
/// # Errors
/// If a line cannot be said, or the app cannot be installed.
pub async fn say(sandbox: &Sandbox, script: Script, user: &str, channel: &str) -> anyhow::Result<Outcome> {
    sandbox.install(INSTALLER).await.context("installing the app")?;
    let mut undone = Vec::new();
    let mut transcript = Transcript::default();
    let (mut user, mut channel) = (user.to_owned(), channel.to_owned());
    let mut typing = Typing::default();
    for step in script.steps() {
        match &step {
            Step::As(name) => user.clone_from(name),
            Step::In(name) => channel.clone_from(name),
            Step::Late(time) => typing.late = *time,
            _ => {}
        }
        let place = place(sandbox, &step, &user, &channel);
        if !matches!(step, Step::As(_) | Step::In(_) | Step::Late(_)) {
            transcript.note(sandbox, &step, &user, place);
        }
        perform(sandbox, &step, &user, place, &mut typing)
            .await
            .with_context(|| format!("{user} in {channel}"))?;
        if let Err(late) = sandbox.quiet(PATIENCE).await {
            undone.push(late.to_string());
        }
    }
    let waits = sandbox.slack().waits();
    undone.extend(waits.iter().filter_map(too_late));
    let conversation = transcript.shown(sandbox)? + &modals(sandbox, &transcript);
    Ok(Outcome { conversation, waits: render::waits(&waits), undone })
}

/// Where this is done: what is not to be clicked in the channel is looked for in
/// what the app has sent to that person.
fn place<'a>(sandbox: &Sandbox, step: &Step, user: &str, channel: &'a str) -> &'a str {
    let offers = |place: &str, button: &str| sandbox.slack().offers(user, place, button);
    match step {
        Step::Click(button) if !offers(channel, button) && offers(DIRECT, button) => DIRECT,
        _ => channel,
    }
}

/// What there is to know of the messages that are typed.
#[derive(Debug, Default)]
struct Typing {
    /// How long after it was typed the next one is delivered.
    late: Duration,
    /// Where each person's last one is.
    last: BTreeMap<String, Said>,
}

impl Typing {
    fn say(&mut self, sandbox: &Sandbox, say: Say) -> anyhow::Result<()> {
        let user = say.user.clone();
        let late_s = std::mem::take(&mut self.late).as_secs();
        let said = sandbox.slack().say(&Say { late_s, ..say })?;
        if !said.delivered {
            sandbox.log().event("the app was not told: it is not mentioned, or not in the channel");
        }
        self.last.insert(user, said);
        Ok(())
    }
}

async fn perform(
    sandbox: &Sandbox,
    step: &Step,
    user: &str,
    channel: &str,
    typing: &mut Typing,
) -> anyhow::Result<()> {
    let slack = sandbox.slack();
    let (user, channel) = (user.to_owned(), channel.to_owned());
    match step.clone() {
        Step::Say(text) => {
            typing.say(sandbox, Say { user, channel, text, ..Say::default() })?;
        }
        Step::Edit(text) => {
            let last = typing.last.get(&user).context("there is no message of theirs to edit")?;
            slack.edit(&user, last.channel.as_str(), last.ts.as_str(), &text)?;
        }
        Step::Reply(text) => {
            let conversation = slack.conversation(&user, &channel)?;
            let message =
                conversation.messages.iter().rfind(|message| message.from_bot && !message.ephemeral);
            let thread_ts = Some(message.context("there is no message of the app to reply to")?.ts.clone());
            typing.say(sandbox, Say { user, channel, text, thread_ts, ..Say::default() })?;
        }
        Step::Command(command, text) => {
            slack.command(&Command { user, channel, command, text, ..Command::default() }).await?;
        }
        Step::Click(button) => {
            slack.click(&Click { user, channel, button, ..Click::default() }).await?;
        }
        Step::Submit(labels) => {
            slack.submit(&Submit { user, labels, ..Submit::default() }).await?;
        }
        Step::Launch { account, careless } => {
            let (role_arn, external_id) = sandbox.told_to_launch(&user, &channel, &account)?;
            if careless {
                sandbox.launch_careless_role(&account, &role_arn, &external_id)?;
            } else {
                sandbox.launch_customer_role(&account, &role_arn, &external_id)?;
            }
        }
        Step::Share { channel, pending } => slack.share(&channel, pending)?,
        Step::Tick(schedule, at) => {
            let (name, at) = sandbox.fire(&schedule, at)?;
            sandbox.log().event(format!("{name} was fired for {at}"));
        }
        Step::Slow(name, time) => {
            let fleet = sandbox.fleet();
            let ids = fleet.ids_of(&name);
            anyhow::ensure!(!ids.is_empty(), "no instance is called “{name}”");
            for id in ids {
                fleet.inject(Fault::new(FaultKind::Takes(time)).on(id).times(1));
            }
        }
        Step::Unreachable { place, after } => {
            let fault = Fault::unreachable(&place);
            sandbox.fleet().inject(after.iter().fold(fault, |fault, action| fault.after(action)));
        }
        Step::Reachable(place) => sandbox.fleet().reconnect(&place),
        Step::Wait(time) => tokio::time::sleep(time).await,
        Step::As(_) | Step::In(_) | Step::Late(_) => {}
    }
    Ok(())
}

/// Why this was too late for Slack, if it was.
fn too_late(wait: &Wait) -> Option<String> {
    let late = wait.acknowledged.is_some_and(|time| time >= DEADLINE);
    let late = late || wait.error.as_deref() == Some(TIMEOUT);
    late.then(|| format!("{} was not acknowledged in time: Slack shows “{TIMEOUT}”", wait.what))
}

/// The modals that are still open, one line each.
fn modals(sandbox: &Sandbox, transcript: &Transcript) -> String {
    let open = transcript.people().into_iter().filter_map(|user| Some((user, sandbox.slack().modal(user)?)));
    let line = |(user, modal): (&str, Modal)| {
        let inputs: Vec<_> = modal.inputs.iter().map(|input| format!(" {input}")).collect();
        let text: Vec<_> = modal.text.lines().map(|line| format!("  {line}\n")).collect();
        let errors: Vec<_> =
            modal.errors.iter().map(|(label, text)| format!("  {label}: {text}\n")).collect();
        format!(
            "\n{user} has the modal “{}” open:{}\n{}{}",
            modal.title,
            inputs.concat(),
            text.concat(),
            errors.concat()
        )
    };
    open.map(line).collect::<Vec<_>>().concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slack::Deed;

    #[test]
    fn an_acknowledgement_after_three_seconds_is_too_late() {
        let milli = |millis| Some(Duration::from_millis(millis));
        for (acknowledged, error, late) in [
            (milli(2_999), None, false),
            (milli(3_000), None, true),
            (None, Some(TIMEOUT), true),
            (milli(5), Some("dispatch_failed"), false),
        ] {
            let wait = Wait {
                deed: Deed::Command,
                what: "/ec2 help".into(),
                user: "ann".into(),
                channel: None,
                acknowledged,
                error: error.map(str::to_owned),
                answered: None,
            };
            let said = "/ec2 help was not acknowledged in time: Slack shows “operation_timeout”";
            assert_eq!(too_late(&wait), late.then(|| said.to_owned()), "{wait:?}");
        }
    }
}
