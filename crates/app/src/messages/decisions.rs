//! What is said of a click on a plan's card.

use domain::approvers::Approvers;
use domain::command::Verb;
use domain::ids::UserId;
use domain::job::{Asked, Given, Job, Plan, PlanTarget, Progress};
use slack::blocks::Message;
use slack::text::mention;

use super::offers::offering;
use super::plan::named;
use super::time::clock;
use super::{again, bold, listed, people};

/// Why somebody's word on a plan is not asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shut<'a> {
    /// The team has no such plan.
    Unknown,
    /// Somebody else has asked for it.
    NotTheirs(&'a Job),
    /// It was decided; with whether a second person has been asked since.
    Decided(&'a Job, bool),
    /// It is too late.
    Expired(&'a Job, &'a Plan, &'a Asked),
    /// It is about to be asked.
    NotReady(&'a Asked),
    /// It came to nothing.
    Closed(&'a Asked),
}

/// Why, as a sentence.
pub(crate) fn shut(why: Shut<'_>) -> Message {
    match why {
        Shut::Unknown => no_such_plan(),
        Shut::NotTheirs(job) => not_yours(&job.request.user),
        Shut::Decided(job, is_second) => already(job, is_second),
        Shut::Expired(_, plan, asked) => expired(plan, asked),
        Shut::NotReady(asked) => not_ready(asked),
        Shut::Closed(asked) => no_longer_open(asked),
    }
}

/// What `job`'s card says when its plan was refused.
pub(crate) fn refused(given: &Given, requester: &UserId) -> Message {
    let how = if given.by == *requester { "Cancelled" } else { "Denied" };
    Message::text(format!("{how} by {}. Nothing was run.", mention(&given.by)))
}

/// Somebody has decided it before; `is_second` if it was for a second person to.
pub(crate) fn already(job: &Job, is_second: bool) -> Message {
    let consent = &job.consent;
    let decided = match (&consent.refused, consent.approved.last().filter(|_| is_second)) {
        (Some(given), _) if given.by == job.request.user => Some(("cancelled", given)),
        (Some(given), _) => Some(("denied", given)),
        (None, Some(given)) => Some(("approved", given)),
        (None, None) => consent.confirmed.as_ref().map(|given| ("confirmed", given)),
    };
    Message::text(match decided {
        Some((what, given)) => format!("Already {what} by {} at {}.", mention(&given.by), clock(given.at)),
        None => "That was decided already.".to_owned(),
    })
}

/// Nobody has agreed to it in time.
pub(crate) fn expired(plan: &Plan, asked: &Asked) -> Message {
    let (name, at) = (asked.plan.short(), clock(asked.expires));
    let text = format!("Plan {name} has expired ({at}). Nothing was run.");
    let offer = again::once_more("Ask again", plan, |target| target.progress == Progress::Planned);
    offering(&text, &offer.into_iter().collect::<Vec<_>>())
}

/// The click names nothing that the team knows.
pub(crate) fn no_such_plan() -> Message {
    Message::text("I know no such plan.")
}

/// It is on its card, but not yet asked about.
pub(crate) fn not_ready(asked: &Asked) -> Message {
    Message::text(format!("Plan {} is not ready yet. Please click again in a moment.", asked.plan.short()))
}

/// It came to nothing before anybody decided it.
pub(crate) fn no_longer_open(asked: &Asked) -> Message {
    Message::text(format!("Plan {} is not open any more. Nothing was run.", asked.plan.short()))
}

/// It is for the requester to say.
pub(crate) fn not_yours(requester: &UserId) -> Message {
    Message::text(format!("Only {} can say that: it is their request.", mention(requester)))
}

/// It is for a second person to say.
pub(crate) fn not_your_button(approvers: &Approvers) -> Message {
    let who = people::approvers(approvers);
    Message::text(format!("Only {who} can approve, and not your own request."))
}

/// Notifies the requester of `job` that it was denied: Slack notifies no one of a mention
/// in a card that is edited.
pub(crate) fn denied(job: &Job, plan: &Plan, by: &UserId) -> Message {
    let (requester, verb) = (mention(&job.request.user), bold(&plan.verb));
    let targets: Vec<String> = plan.targets.iter().map(named).collect();
    let targets = listed(&targets);
    Message::text(format!("{requester}: {} denied {verb} {targets}. Nothing was run.", mention(by)))
}

/// Another name was typed than the one that is to go.
pub(crate) fn other_name(target: &PlanTarget) -> Message {
    let name = named(target);
    Message::text(format!("That is not the name of {name}, so I did nothing. Click again, and type it."))
}

/// Nobody is asked to approve without a reason.
pub(crate) fn reasonless() -> Message {
    Message::text("You gave no reason, so I did nothing. Click again, and give one.")
}

/// A second person would not see the card where this was asked.
pub(crate) fn in_a_channel_only(verb: Verb) -> Message {
    Message::text(format!(
        "To *{verb}* needs a second person who agrees, so ask me in a channel, by mentioning me. I did nothing."
    ))
}
