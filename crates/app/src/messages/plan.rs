//! The card of a change, from its beginning to its end.

use domain::command::{Command, Verb};
use domain::instance::{Action, Instance, InstanceState};
use domain::job::{Plan, PlanTarget, Progress};
use domain::preflight::{Outcome, Warning};
use slack::blocks::Message;

use super::again;
use super::offers::offering;
use super::selection::names;
use super::time::{age, since};
use super::{bold, listed, plain};

/// How a card begins, with what should be known about some of its instances.
pub(crate) fn ack(plan: &Plan) -> Message {
    let planned = || plan.targets.iter().filter(|target| target.progress == Progress::Planned);
    let mut regions: Vec<String> = planned().map(|target| plain(target.region.as_str())).collect();
    regions.sort();
    regions.dedup();
    let targets: Vec<String> = planned()
        .map(|target| {
            let is_named = target.label != target.id.as_str();
            let id = if is_named { format!(" ({})", target.id) } else { String::new() };
            format!("{}{id}", plain(&target.label))
        })
        .collect();
    let dry = if plan.dry_run { " (dry run)" } else { "" };
    let mut lines =
        vec![format!("On it: {}{dry} {} in {}.", bold(&plan.verb), listed(&targets), listed(&regions))];
    lines.extend(warned(plan, &format!(". If you {} it, AWS will replace it.", plain(&plan.verb))));
    lines.extend(left_out(plan));
    Message::text(lines.join("\n"))
}

/// Why an instance is left as it is.
pub(crate) fn left_alone(verb: Verb, instance: &Instance, outcome: Outcome) -> String {
    let name = plain(instance.label());
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
        Outcome::OfferStart => format!("{name} is *stopped*. Say *start {name}* to bring it up."),
        Outcome::Protected => format!("{name} is protected (bellhop:protected). I left it alone."),
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
    let good = plan.targets.iter().filter(|target| is_good(&target.progress)).count();
    let mut lines = Vec::new();
    if good > 0 && good < count && !plan.dry_run {
        lines.push(format!("{good} of {count} done."));
    }
    lines.extend(reached(plan));
    lines.extend(accepted(plan));
    lines.extend(would_run(plan));
    lines.extend(warned(plan, ", so AWS will replace it."));
    lines.extend(left_out(plan));
    lines.extend(plan.targets.iter().filter_map(|target| lost(plan, target)));
    offering(&lines.join("\n"), &again::after(plan))
}

/// Which instances are in an Auto Scaling group, and what follows from it.
fn warned(plan: &Plan, consequence: &str) -> Vec<String> {
    let changing = plan.targets.iter().filter(|target| !is_left_out(&target.progress));
    changing
        .flat_map(|target| target.warnings.iter().map(move |warning| (target, warning)))
        .map(|(target, Warning::AutoScaling { group })| {
            let (label, group) = (plain(&target.label), plain(group));
            format!("{label} belongs to the Auto Scaling group {group}{consequence}")
        })
        .collect()
}

const fn is_left_out(progress: &Progress) -> bool {
    matches!(progress, Progress::Refused { .. } | Progress::Lost { .. })
}

const fn is_good(progress: &Progress) -> bool {
    matches!(progress, Progress::Reached { .. } | Progress::Accepted { .. } | Progress::WouldRun)
}

/// `Done: web-1 and web-2 are *stopped* (41 s).`
fn reached(plan: &Plan) -> Option<String> {
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
    let who = names(reached.iter().map(|(target, _, _)| target.label.as_str()));
    let are = if reached.len() == 1 { "is" } else { "are" };
    Some(match plan.action {
        // EC2 does not tell when a reboot is over.
        Action::Reboot => format!("Done: {who} {are} *rebooting* (same host)."),
        _ => format!("Done: {who} {are} *{state}* ({}).", age(longest)),
    })
}

/// What was asked for without waiting, or has not come to an end.
fn accepted(plan: &Plan) -> Option<String> {
    let accepted: Vec<String> = plan
        .targets
        .iter()
        .filter_map(|target| match target.progress {
            Progress::Accepted { state } => Some(format!("{} is *{state}*", plain(&target.label))),
            _ => None,
        })
        .collect();
    if accepted.is_empty() {
        return None;
    }
    Some(format!(
        "AWS has accepted the {}: {}. I don't look any further.",
        plain(&plan.verb),
        listed(&accepted)
    ))
}

fn would_run(plan: &Plan) -> Option<String> {
    let targets: Vec<&str> = plan
        .targets
        .iter()
        .filter(|target| target.progress == Progress::WouldRun)
        .map(|target| target.label.as_str())
        .collect();
    let who = names(targets.iter().copied());
    (!targets.is_empty())
        .then(|| format!("Dry run: AWS would {} {who}. Nothing was changed.", plain(&plan.verb)))
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
    let state = state.map_or("nowhere to be seen".to_owned(), |state| format!("*{state}*"));
    let name = plain(&target.label);
    Some(format!(
        "I lost contact while {} {name}. It is {state} now; I did not try again.",
        doing(plan.action)
    ))
}

const fn doing(action: Action) -> &'static str {
    match action {
        Action::Start => "starting",
        Action::Stop { .. } => "stopping",
        Action::Reboot => "rebooting",
        Action::Terminate => "terminating",
    }
}

/// It takes long: the card says so, and looks become rare.
pub(crate) fn still_waiting(plan: &Plan, elapsed_ms: u64, next_ms: u64) -> Message {
    let waiting: Vec<String> = plan
        .targets
        .iter()
        .filter_map(|target| match target.progress {
            Progress::Accepted { state } => Some(format!("{} is still *{state}*", plain(&target.label))),
            _ => None,
        })
        .collect();
    let mut lines: Vec<String> = reached(plan).into_iter().collect();
    lines.push(format!(
        "{} after {}. I'll look again in {}.",
        listed(&waiting),
        age(elapsed_ms),
        age(next_ms)
    ));
    lines.extend(left_out(plan));
    Message::text(lines.join("\n"))
}

/// It is not there any more.
pub(crate) fn vanished(label: &str) -> String {
    format!("{} is nowhere to be seen any more.", plain(label))
}

/// It went somewhere else than it was sent.
pub(crate) fn elsewhere(label: &str, state: InstanceState, goal: Option<InstanceState>) -> String {
    let goal = goal.map(|goal| format!(", not {goal}")).unwrap_or_default();
    format!("{} is *{state}* now{goal}: something else has changed it.", plain(label))
}

/// A plan that nobody agreed to in time.
pub(crate) fn expired() -> Message {
    Message::text("This plan has expired. Nothing was run.")
}
