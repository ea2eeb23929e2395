//! The card of a change, from its beginning to its end.

use domain::account::HOME;
use domain::command::{Command, Verb};
use domain::ids::Alias;
use domain::instance::{Action, Instance, InstanceState};
use domain::job::{Plan, PlanTarget, Progress};
use domain::preflight::Outcome;
use slack::blocks::Message;
use slack::text::code;

use super::again;
use super::offers::offering;
use super::places::somewhere;
use super::time::{age, since};
use super::{bold, listed, name, plain, waiting, warnings};

/// The parameter of the stacks that make our roles which names the KMS keys of volumes.
pub(super) const EBS_KEYS: &str = "`EbsKeyArns` of the stack that made the role";

/// How a card begins, with what should be known about some of its instances.
pub(crate) fn ack(plan: &Plan) -> Message {
    let planned = || plan.targets.iter().filter(|target| target.progress == Progress::Planned);
    let mut regions: Vec<String> =
        planned().map(|target| somewhere(&target.account, &target.region)).collect();
    regions.sort();
    regions.dedup();
    let targets: Vec<String> = planned().map(with_id).collect();
    let dry = if plan.dry_run { " (dry run)" } else { "" };
    let mut lines =
        vec![format!("On it: {}{dry} {} in {}.", bold(&plan.verb), listed(&targets), listed(&regions))];
    lines.extend(warnings::before(plan));
    lines.extend(left_out(plan));
    Message::text(lines.join("\n"))
}

/// `web-1 (i-0123456789abcdef0)`
pub(super) fn with_id(target: &PlanTarget) -> String {
    let is_named = target.label != target.id.as_str();
    let id = if is_named { format!(" ({})", target.id) } else { String::new() };
    format!("{}{id}", name(&target.label))
}

/// What people call an instance, as it stands in a sentence.
pub(super) fn named(target: &PlanTarget) -> String {
    named_in(&target.label, &target.account)
}

/// The same for an instance that is called `label` in `account`. Only the name is code, for
/// the account is no part of what can be copied into a command.
fn named_in(label: &str, account: &Alias) -> String {
    let name = name(label);
    if account.as_str() == HOME { name } else { format!("{name} ({})", plain(account.as_str())) }
}

/// The same as plain text, which is not escaped, for a button: `web-1`, or `web-1 (acme)`.
pub(super) fn called(target: &PlanTarget) -> String {
    in_account(&target.label, &target.account)
}

/// The same for an instance that is called `label` in `account`.
pub(super) fn in_account(label: &str, account: &Alias) -> String {
    if account.as_str() == HOME { label.to_owned() } else { format!("{label} ({account})") }
}

/// Why an instance is left as it is.
pub(crate) fn left_alone(verb: Verb, instance: &Instance, outcome: Outcome) -> String {
    let name = named_in(instance.label(), &instance.account);
    match outcome {
        Outcome::Go(_) => String::new(),
        Outcome::NothingToDo { state } => {
            let since = since(&instance.transition_reason).filter(|_| state == InstanceState::Stopped);
            let since = since.map(|moment| format!(" (since {moment})")).unwrap_or_default();
            format!("{name} is already {state}{since}. Nothing to do.")
        }
        Outcome::WrongState { state, needs: Some(needs) } => {
            format!("{name} is *{state}*; try again when it is {needs}.")
        }
        Outcome::WrongState { state, needs: None } => {
            format!("{name} is *{state}*; I can't *{verb}* it any more.")
        }
        Outcome::OfferStart => {
            format!(
                "{name} is *stopped*. Say {} to bring it up.",
                code(&format!("start {}", instance.label()))
            )
        }
        Outcome::Protected => format!("{name} is protected (bellhop:protected). I left it alone."),
        Outcome::Unstoppable => {
            format!("{name} can't be stopped, since its root volume is an instance store. I left it alone.")
        }
        Outcome::Gone => format!("{name} is *terminated*; it will not come back."),
    }
}

/// Why `command` changes nothing at all.
pub(crate) fn nothing_changed(command: &Command, found: &[(&Instance, Outcome)]) -> Message {
    let why = found.iter().map(|(instance, outcome)| left_alone(command.verb, instance, *outcome));
    let stopped = found.iter().filter(|(_, outcome)| *outcome == Outcome::OfferStart);
    let stopped: Vec<&Instance> = stopped.map(|(instance, _)| *instance).collect();
    offering(&why.collect::<Vec<String>>().join("\n"), &again::start(command, &stopped))
}

/// How a plan ended.
pub(crate) fn result(plan: &Plan) -> Message {
    let count = plan.targets.len();
    let good = plan.targets.iter().filter(|target| is_good(plan, &target.progress)).count();
    let mut lines = Vec::new();
    if good > 0 && good < count && !plan.dry_run {
        lines.push(format!("{good} of {count} done."));
    }
    lines.extend(reached(plan));
    lines.extend(going_on(plan));
    lines.extend(accepted(plan));
    lines.extend(waiting::unfinished(plan));
    lines.extend(would_run(plan));
    lines.extend(warnings::after(plan));
    lines.extend(left_out(plan));
    lines.extend(plan.targets.iter().filter_map(|target| lost(plan, target)));
    offering(&lines.join("\n"), &again::after(plan))
}

const fn is_good(plan: &Plan, progress: &Progress) -> bool {
    match progress {
        Progress::Reached { .. } | Progress::WouldRun => true,
        Progress::Accepted { .. } => !plan.wait,
        Progress::Planned | Progress::Refused { .. } | Progress::Lost { .. } => false,
    }
}

/// `Done: web-1 and web-2 are *stopped* (41 s).`
pub(super) fn reached(plan: &Plan) -> Option<String> {
    let reached: Vec<(&PlanTarget, InstanceState, u64)> = plan
        .targets
        .iter()
        .filter_map(|target| match target.progress {
            Progress::Reached { state, took_ms } => Some((target, state, took_ms)),
            _ => None,
        })
        .collect();
    let (_, state, _) = reached.first()?;
    let longest = reached.iter().map(|(_, _, took_ms)| *took_ms).max().unwrap_or_default();
    let who: Vec<String> = reached.iter().map(|(target, ..)| named(target)).collect();
    let who = listed(&who);
    let are = if reached.len() == 1 { "is" } else { "are" };
    Some(match plan.action {
        // By now it may be running again.
        _ if plan.starts_again() => {
            let have = if reached.len() == 1 { "has" } else { "have" };
            format!("Done: {who} {have} *{state}* ({}).", age(longest))
        }
        // EC2 does not tell when a reboot is over.
        Action::Reboot => format!("Done: {who} {are} *rebooting* (same host)."),
        _ => format!("Done: {who} {are} *{state}* ({}).", age(longest)),
    })
}

/// Other messages tell how that goes.
pub(super) fn going_on(plan: &Plan) -> Option<String> {
    let stopped = plan.targets.iter().filter(|target| matches!(target.progress, Progress::Reached { .. }));
    match stopped.count() {
        count if count == 0 || !plan.starts_again() => None,
        1 => Some("Now I start it again.".to_owned()),
        _ => Some("I start each again as soon as it has stopped.".to_owned()),
    }
}

/// What was asked for without waiting.
fn accepted(plan: &Plan) -> Option<String> {
    let accepted: Vec<String> = plan
        .targets
        .iter()
        .filter_map(|target| match target.progress {
            Progress::Accepted { state } => Some(format!("{} is *{state}*", named(target))),
            _ => None,
        })
        .collect();
    if accepted.is_empty() || plan.wait {
        return None;
    }
    Some(format!(
        "AWS has accepted the {}: {}. I don't look any further.",
        plain(&plan.verb),
        listed(&accepted)
    ))
}

fn would_run(plan: &Plan) -> Option<String> {
    let would = plan.targets.iter().filter(|target| target.progress == Progress::WouldRun);
    let targets: Vec<String> = would.map(named).collect();
    let who = listed(&targets);
    // What comes after the stop cannot be asked before it.
    let verb = if plan.starts_again() { Verb::Stop.as_str() } else { &plan.verb };
    (!targets.is_empty()).then(|| format!("Dry run: AWS would {} {who}. Nothing was changed.", plain(verb)))
}

/// Why some instances are as they were. Each reason names them, and is said
/// once even if it holds for several.
pub(super) fn left_out(plan: &Plan) -> Vec<String> {
    let mut reasons: Vec<String> = Vec::new();
    for target in &plan.targets {
        if let Progress::Refused { why, .. } = &target.progress
            && !reasons.contains(why)
        {
            reasons.push(why.clone());
        }
    }
    reasons
}

fn lost(plan: &Plan, target: &PlanTarget) -> Option<String> {
    let Progress::Lost { state } = target.progress else { return None };
    if plan.wait && target.unseen.is_some() {
        return None;
    }
    let state = state.map_or("nowhere to be seen".to_owned(), |state| format!("*{state}*"));
    let name = named(target);
    Some(format!(
        "I lost contact while {} {name}. It is {state} now; I did not try again.",
        doing(plan.action)
    ))
}

pub(super) const fn doing(action: Action) -> &'static str {
    match action {
        Action::Start => "starting",
        Action::Stop { .. } => "stopping",
        Action::Reboot => "rebooting",
        Action::Terminate => "terminating",
    }
}

/// It is not there any more.
pub(crate) fn vanished(target: &PlanTarget) -> String {
    format!("{} is nowhere to be seen any more.", named(target))
}

/// It went somewhere else than it was sent.
pub(crate) fn elsewhere(target: &PlanTarget, instance: &Instance, goal: Option<InstanceState>) -> String {
    let goal = goal.map(|goal| format!(", not {goal}")).unwrap_or_default();
    let cause = match failure(instance) {
        Some(reason) => format!(". AWS says: {reason}."),
        None => ": something else has changed it.".to_owned(),
    };
    format!("{} is *{}* now{goal}{cause}", named(target), instance.state)
}

/// AWS accepted the start, and stopped the instance again.
pub(crate) fn did_not_start(target: &PlanTarget, instance: &Instance) -> String {
    let reason = failure(instance).map(|reason| format!(" AWS says: {reason}.")).unwrap_or_default();
    // <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshooting-launch.html>
    let is_key = instance.state_reason.as_ref().is_some_and(|reason| reason.code == "Client.InternalError");
    let cause = if is_key {
        format!(
            " The usual cause is an encrypted volume whose KMS key my role may not use: add the key to {EBS_KEYS}, and start it again."
        )
    } else {
        String::new()
    };
    format!("{} did not start and is *{}* again.{reason}{cause}", named(target), instance.state)
}

/// Why it is in its state, if something failed.
fn failure(instance: &Instance) -> Option<String> {
    let reason = instance.state_reason.as_ref().filter(|reason| reason.is_failure())?;
    let said = if reason.message.is_empty() { &reason.code } else { &reason.message };
    Some(plain(said.trim_end_matches('.')))
}
