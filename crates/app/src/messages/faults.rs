//! When the fault is AWS's or ours.

use domain::ids::JobId;
use domain::job::{Job, PlanTarget, Progress, Status};
use slack::blocks::Message;
use slack::text::code;
use slack::web::ApiError;

use super::blindness::closed;
use super::plan::left_out;
use super::selection::names;
use super::{bold, places, plain};
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
    let is_open = |target: &&PlanTarget| !matches!(target.progress, Progress::Refused { .. });
    let who = names(plan.targets.iter().filter(is_open).map(|target| target.label.as_str()));
    let verb = bold(&plan.verb);
    let mut lines = vec![match job.machine.status {
        Status::Executing if plan.dry_run => format!(
            "Something went wrong on my side (reference {reference}). It was a dry run, so nothing was changed."
        ),
        Status::Executing => format!(
            "Something went wrong on my side (reference {reference}). I don't know whether {verb} reached {who}; I did not try again. *check* tells."
        ),
        _ => format!(
            "Something went wrong on my side (reference {reference}). AWS has accepted {verb} for {who}, but I lost sight of it. *check* tells."
        ),
    }];
    lines.extend(left_out(plan));
    Message::text(lines.join("\n"))
}

/// Slack refuses, for good, a call that the request needs: what an admin does about it.
pub(crate) fn refused_by_slack(error: &ApiError) -> Message {
    const AGAIN: &str = "A workspace admin has to install me again.";
    Message::text(match error {
        ApiError::MissingScope { needed, provided } => {
            let scopes = lacking(needed.as_deref(), provided.as_deref());
            let scopes: Vec<String> = scopes.into_iter().map(code).collect();
            let lacks = match scopes.len() {
                0 => "a scope".to_owned(),
                1 => format!("the scope {}", scopes.concat()),
                _ => format!("one of the scopes {}", scopes.join(", ")),
            };
            format!(
                "I can't do that: my Slack app lacks {lacks}. A workspace admin can add it to the app's manifest (*OAuth & Permissions*), and then has to install me again."
            )
        }
        ApiError::Auth(word) if error.is_token_dead() => {
            format!("I can't do that: Slack does not accept my token any more ({}). {AGAIN}", code(word))
        }
        ApiError::Auth(word) => {
            format!(
                "I can't do that: Slack does not let me into this workspace now ({}). A workspace admin can find out why.",
                code(word)
            )
        }
        ApiError::NoAccess(word) => format!(
            "I can't do that: Slack refuses what I need for it ({}). A workspace admin can find out why.",
            code(word)
        ),
        ApiError::Refused { code: word, .. } => format!(
            "I can't do that: Slack refuses what I need for it ({}). Please tell the people who run me.",
            code(word)
        ),
        ApiError::RateLimited { .. } | ApiError::Retryable(_) | ApiError::Unclear(_) => {
            "I can't do that now: Slack does not answer me. Please try again in a while.".to_owned()
        }
    })
}

/// The scopes of `needed`, any of which would do, that are not among `provided`.
fn lacking<'a>(needed: Option<&'a str>, provided: Option<&str>) -> Vec<&'a str> {
    let provided: Vec<&str> = provided.unwrap_or_default().split(',').map(str::trim).collect();
    let needed = needed.unwrap_or_default().split(',').map(str::trim);
    needed.filter(|scope| !scope.is_empty() && !provided.contains(scope)).collect()
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
