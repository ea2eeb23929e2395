//! When the fault is AWS's or ours.

use domain::ids::{JobId, Region};
use domain::job::{Job, Status};
use slack::blocks::Message;
use slack::text::{bold, escape};

use super::selection::names;
use crate::ports::{Caller, InstancesError};

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
    let Some(plan) = &job.plan else { return fault(&job.id) };
    let reference = reference(&job.id);
    tracing::info!(job.id = %job.id, reference, "Apologized");
    let who = names(plan.targets.iter().map(|target| target.label.as_str()));
    let verb = bold(&plan.verb);
    Message::text(match job.machine.status {
        Status::Executing => format!(
            "Something went wrong on my side (reference {reference}). I don't know whether {verb} reached {who}; I did not try again. *check* tells."
        ),
        _ => format!(
            "Something went wrong on my side (reference {reference}). AWS has accepted {verb} for {who}, but I lost sight of it. *check* tells."
        ),
    })
}

/// The bot cannot speak where it was asked; this goes to the person.
pub(crate) fn no_place_to_answer() -> Message {
    Message::text(
        "I can't post in the channel where you asked me, so I did nothing. Invite me and ask again.",
    )
}

/// AWS said no, or nothing.
pub(crate) fn aws_refused(region: &Region, error: &InstancesError, caller: Option<&Caller>) -> String {
    let region = escape(region.as_str());
    match error {
        InstancesError::NotAllowed { operation, request_id } => {
            let role = caller.map(|caller| {
                format!(" for role {} in {}", escape(&caller.role), escape(caller.account.as_str()))
            });
            format!(
                "AWS refused: ec2:{} is not allowed{} in {region} (request {}).",
                escape(operation),
                role.unwrap_or_default(),
                escape(request_id)
            )
        }
        InstancesError::Refused { code, message, .. } => {
            format!("failed: {} in {region} ({})", escape(code), escape(message))
        }
        InstancesError::Busy(_) => {
            format!("AWS could not be reached or asked to slow down in {region}; nothing was done there.")
        }
        InstancesError::Unclear(_) => format!("AWS's answer from {region} was lost."),
    }
}

/// Some region could not be looked at, so nothing was done.
pub(crate) fn blind(lines: &[String]) -> Message {
    let mut all = vec!["I could not look everywhere, so I did nothing.".to_owned()];
    all.extend(lines.iter().cloned());
    Message::text(all.join("\n"))
}
