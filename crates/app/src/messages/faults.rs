//! When the fault is AWS's or ours.

use domain::ids::JobId;
use domain::job::{Job, Progress, Status};
use slack::blocks::Message;

use super::blindness::closed;
use super::offers::offering;
use super::plan::left_out;
use super::selection::names;
use super::{bold, places, plain, waiting};
use crate::ports::{Caller, InstancesError, Place};

/// What a person may give us to find the log by.
fn reference(job: &JobId) -> String {
    use sha2::{Digest as _, Sha256};
    let digits = hex::encode_upper(Sha256::digest(job.as_str().as_bytes()));
    let mut groups = digits.as_bytes().chunks(4).map(String::from_utf8_lossy);
    format!("{}-{}", groups.next().unwrap_or_default(), groups.next().unwrap_or_default())
}

/// We failed.
pub(crate) fn fault(job: &JobId) -> Message {
    let reference = reference(job);
    tracing::info!(job.id = %job, reference, "Apologized");
    Message::text(format!("Something went wrong on my side (reference {reference}). Nothing else was done."))
}

/// We failed so often that we stopped trying. What may have been done is said.
pub(crate) fn parked(job: &Job) -> Message {
    // A plan that was never begun has done nothing.
    let begun = matches!(job.machine.status, Status::Executing | Status::Waiting);
    let Some(plan) = job.plan.as_ref().filter(|_| begun) else { return fault(&job.id) };
    let reference = reference(&job.id);
    tracing::info!(job.id = %job.id, reference, "Apologized");
    let who = |fits: fn(&Progress) -> bool| {
        let targets = plan.targets.iter().filter(|target| fits(&target.progress));
        names(targets.map(|target| target.label.as_str()))
    };
    let verb = bold(&plan.verb);
    let unknown = |who: &str| format!("I don't know whether {verb} reached {who}; I did not try again.");
    let wrong = format!("Something went wrong on my side (reference {reference}).");
    let mut lines = Vec::new();
    if job.machine.status == Status::Executing {
        let who = who(|progress| !matches!(progress, Progress::Refused { .. }));
        lines.push(if plan.dry_run {
            format!("{wrong} It was a dry run, so nothing was changed.")
        } else {
            format!("{wrong} {} *check* tells.", unknown(&who))
        });
    } else {
        let accepted = who(|progress| !matches!(progress, Progress::Refused { .. } | Progress::Lost { .. }));
        let lost = who(|progress| matches!(progress, Progress::Lost { .. }));
        lines.push(if accepted.is_empty() {
            format!("{wrong} *check* tells.")
        } else {
            format!("{wrong} AWS has accepted {verb} for {accepted}, but I lost sight of it. *check* tells.")
        });
        if !lost.is_empty() {
            lines.push(unknown(&lost));
        }
        if plan.starts_again() {
            lines.push("What has stopped may not have been started again.".to_owned());
        }
    }
    lines.extend(left_out(plan));
    offering(&lines.join("\n"), &waiting::offers(plan))
}

/// The bot cannot speak where it was asked; this goes to the person.
pub(crate) fn no_place_to_answer() -> Message {
    Message::text(
        "I can't answer where you asked me, so I did nothing. If I am not in that channel, invite me; then ask again.",
    )
}

/// Slack takes no answer through the request itself any more; this goes to the
/// person's messages with the bot.
pub(crate) fn too_late_to_answer() -> Message {
    Message::text("I can't answer where you asked me any more, so I did nothing. Please ask again.")
}

/// AWS surely did not change these instances in `place`.
pub(crate) fn not_changed(
    labels: &[&str],
    place: &Place,
    error: &InstancesError,
    caller: Option<&Caller>,
) -> String {
    let place = places::place(place);
    let who = names(labels.iter().copied());
    let reason = match error {
        InstancesError::NotAllowed { operation, request_id } => {
            not_allowed(operation, request_id, &place, caller)
        }
        InstancesError::RegionClosed { closure, .. } => {
            format!("AWS refused in {place}: {}.", closed(*closure))
        }
        InstancesError::Refused { code, message, .. } => {
            return format!("{who} failed: {} in {place} ({}).", plain(code), plain(message));
        }
        InstancesError::Busy(_) | InstancesError::Unclear(_) => out_of_reach(&place),
    };
    format!("{reason} I left {who} alone.")
}

fn not_allowed(operation: &str, request_id: &str, place: &str, caller: Option<&Caller>) -> String {
    let role = caller
        .map(|caller| format!(" for role {} in {}", plain(&caller.role), plain(caller.account.as_str())))
        .unwrap_or_default();
    format!(
        "AWS refused: {} is not allowed{role} in {place} (request {}).",
        plain(operation),
        plain(request_id)
    )
}

fn out_of_reach(place: &str) -> String {
    format!("AWS could not be reached or asked to slow down in {place}.")
}
