//! A change that takes long, that does not come to its end, or whose instances cannot be
//! looked at.

use domain::command::{Command, Verb};
use domain::job::{Plan, PlanTarget, Progress};
use slack::blocks::Message;

use super::again;
use super::listed;
use super::offers::{Offer, offering};
use super::plan::{doing, going_on, left_out, named, reached};
use super::time::age;

/// How many hours after it began a change is no longer looked at.
pub(crate) const GIVE_UP_HOURS: u64 = 6;

/// It takes long: the card says so, and looks become rare.
pub(crate) fn still_waiting(plan: &Plan, elapsed_ms: u64, next_ms: u64) -> Message {
    let mut lines: Vec<String> = reached(plan).into_iter().chain(going_on(plan)).collect();
    let waiting: Vec<String> = moving(plan).map(|(who, state)| format!("{who} is still {state}")).collect();
    if !waiting.is_empty() {
        lines.push(format!("{} after {}.", listed(&waiting), age(elapsed_ms)));
    }
    lines.extend(unseen(plan, |who| format!("I can't see {who} at the moment.")));
    let first = lines.pop().unwrap_or_default();
    lines.push(format!("{first} I'll look again in {}.", age(next_ms)));
    lines.extend(left_out(plan));
    Message::text(lines.join("\n"))
}

/// Some instances cannot be looked at: the card says so, and the others go on.
pub(crate) fn out_of_sight(plan: &Plan) -> Message {
    let mut lines: Vec<String> = reached(plan).into_iter().chain(going_on(plan)).collect();
    lines.extend(moving(plan).map(|(who, state)| format!("{who} is {state}.")));
    lines.extend(unseen(plan, |who| format!("I can't see {who} at the moment, and keep looking.")));
    lines.extend(left_out(plan));
    Message::text(lines.join("\n"))
}

/// What has not come to its end when nobody looks at it any more.
pub(super) fn unfinished(plan: &Plan) -> Vec<String> {
    if !plan.wait {
        return Vec::new();
    }
    let not_started = if plan.starts_again() { " It was not started again." } else { "" };
    let mut lines: Vec<String> = moving(plan)
        .map(|(who, state)| {
            format!("{who} is still {state} after {GIVE_UP_HOURS} h; I don't look any further.{not_started}")
        })
        .collect();
    lines.extend(unseen(plan, |who| {
        format!("I lost sight of {who} while {} it.{not_started}", doing(plan.action))
    }));
    lines
}

/// What can be done about it.
pub(super) fn offers(plan: &Plan) -> Vec<Offer> {
    let is_left = |target: &PlanTarget| {
        target.unseen.is_some() || (plan.wait && matches!(target.progress, Progress::Accepted { .. }))
    };
    let mut offers = again::for_each("check", &Command::new(Verb::Check), plan, is_left);
    if plan.starts_again() {
        offers.extend(again::for_each("start", &Command::new(Verb::Start), plan, is_left));
    }
    offers
}

/// The second half of a restart has to wait.
pub(crate) fn cannot_start_yet(plan: &Plan, obstacle: &str) -> Message {
    Message::text(format!("I can't start {} again yet, and keep trying. {obstacle}", all(plan)))
}

/// The second half of a restart was not possible for too long.
pub(crate) fn left_stopped(plan: &Plan, obstacle: &str) -> Message {
    let text = format!(
        "I could not start {} again within {GIVE_UP_HOURS} h, and it was left *stopped*. {obstacle}",
        all(plan)
    );
    offering(&text, &again::for_each("start", &Command::new(Verb::Start), plan, |_| true))
}

fn all(plan: &Plan) -> String {
    listed(&plan.targets.iter().map(named).collect::<Vec<_>>())
}

/// The instances that are seen to be on their way, each with its state in bold.
fn moving(plan: &Plan) -> impl Iterator<Item = (String, String)> {
    plan.targets.iter().filter_map(|target| match target.progress {
        Progress::Accepted { state } if target.unseen.is_none() => {
            Some((named(target), format!("*{state}*")))
        }
        _ => None,
    })
}

/// A line for each reason why instances cannot be looked at: what `said` makes of those for
/// which it holds, and the reason.
fn unseen(plan: &Plan, said: impl Fn(&str) -> String) -> Vec<String> {
    let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
    for target in &plan.targets {
        let Some(unseen) = &target.unseen else { continue };
        let last = match target.progress {
            Progress::Accepted { state } => format!(" (last seen *{state}*)"),
            _ => " (AWS's answer was lost)".to_owned(),
        };
        let who = format!("{}{last}", named(target));
        match reasons.iter_mut().find(|(why, _)| *why == unseen.why) {
            Some((_, all)) => all.push(who),
            None => reasons.push((&unseen.why, vec![who])),
        }
    }
    reasons.into_iter().map(|(why, who)| format!("{} {why}", said(&listed(&who)))).collect()
}
