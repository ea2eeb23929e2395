//! The modal in which somebody justifies what cannot be undone, and why it is
//! not opened or not taken.

use domain::job::{Plan, PlanTarget};
use slack::blocks::{Block, Input, LimitError, Message, Modal, TextInput};

use super::decisions::{self, Shut};
use super::offers::{Pointed, anchored};
use super::places::somewhere;
use super::plan::with_id;
use super::{bold, warnings};

/// The id under which the modal comes back.
pub(crate) const JUSTIFICATION: &str = "justify";
/// The block of the name that is typed.
pub(crate) const NAME: &str = "name";
/// The block of the reason that is given.
pub(crate) const REASON: &str = "reason";
/// The only field of each block.
pub(crate) const TYPED: &str = "typed";

/// The longest reason. It goes into a sentence of the card.
pub(crate) const REASON_LENGTH: usize = 500;

/// The longest name that is typed: AWS's longest `Name`, and some blanks.
const NAME_LENGTH: usize = 300;

/// Why a plan is [`Shut`], to whoever has clicked. What is offered is done where
/// the plan was asked for.
pub(crate) fn shut_at_click(why: Shut<'_>) -> Message {
    let message = decisions::shut(why);
    match why {
        Shut::Expired(job, ..) => serde_json::from_value(anchored(&message, &job.request)).unwrap_or(message),
        _ => message,
    }
}

/// The same in a modal, where Slack shows no markup and no names of people.
pub(crate) fn shut_here(why: Shut<'_>) -> String {
    match why {
        Shut::NotTheirs(_) => "Only the person who asked for this can say that.".to_owned(),
        Shut::Decided(..) => "That was decided already; the card says how.".to_owned(),
        Shut::NotReady(asked) => {
            format!("Plan {} is not ready yet. Please submit again in a moment.", asked.plan.short())
        }
        Shut::Expired(_, _, asked) => format!("Plan {} has expired. Nothing was run.", asked.plan.short()),
        Shut::Unknown | Shut::Closed(_) => decisions::shut(why).fallback().to_owned(),
    }
}

/// The window in which the end of `target` is justified, with the `reason` that was
/// given with the command.
///
/// # Errors
/// If the job's id is longer than anything that Slack sends back.
pub(crate) fn justification(
    plan: &Plan,
    target: &PlanTarget,
    reason: Option<&str>,
    pointed: &Pointed,
) -> Result<Modal, LimitError> {
    let is_named = target.label != target.id.as_str();
    let place = somewhere(&target.account, &target.region);
    let mut lines = vec![
        format!("{} {} in {place}?", bold("Terminate"), with_id(target)),
        "A terminated instance does not come back. Somebody else has to approve this.".to_owned(),
    ];
    lines.extend(warnings::before(plan));
    let or_id = if is_named { ", or its instance ID" } else { "" };
    let name = Input::new(NAME, "Name", TextInput::new(TYPED)?.max_length(NAME_LENGTH))?
        .hint(format!("Type {} to confirm{or_id}.", target.label.trim()));
    let given = TextInput::new(TYPED)?.max_length(REASON_LENGTH).initial_value(reason.unwrap_or_default());
    let reason = Input::new(REASON, "Reason", given)?.hint("Whoever approves it sees this.");
    // Ids and hashes are strings, which always serialise.
    let pointed = serde_json::to_string(pointed).unwrap_or_default();
    let blocks = [Block::section(lines.join("\n")), name.into(), reason.into()];
    Modal::new(JUSTIFICATION, "Terminate", "Terminate", "Cancel", blocks)?.private_metadata(pointed)
}

/// Another name was typed.
pub(crate) fn not_its_name(target: &PlanTarget) -> String {
    format!("That is not its name. Type {} to confirm.", target.label.trim())
}

/// No reason was given, or a novel.
pub(crate) fn no_reason() -> String {
    format!("Give a reason in up to {REASON_LENGTH} characters.")
}

/// It took too long, or failed: it may or may not be on record. Whoever submits
/// again submits the same.
pub(crate) fn not_submitted() -> String {
    "I am slow or in trouble right now. Please submit again.".to_owned()
}

/// The app is not in this workspace any more.
pub(crate) fn nobody_here() -> String {
    "I am not installed in this workspace any more.".to_owned()
}

/// Slack opens no window for this click any more.
pub(crate) fn clicked_too_long_ago() -> Message {
    Message::text("That took too long; click again.")
}

/// Slack opens no window for this command any more.
pub(crate) fn typed_too_long_ago() -> Message {
    Message::text("That took too long; type it again.")
}

/// The window was not opened, as far as anybody knows.
pub(crate) fn no_window() -> Message {
    Message::text("I am slow or in trouble right now. If no window has opened, click again.")
}
