//! What a gateway says by itself, before any worker has looked.

use domain::job::Ask;
use domain::standup::Errand;
use slack::blocks::Message;

use super::quoted;

/// It was taken, and takes a moment. None where an empty text or *help* is
/// answered at once.
pub(crate) fn acknowledged(ask: &Ask) -> Option<Message> {
    let (text, doing) = match ask {
        Ask::Command { text, .. } | Ask::Standup { errand: Errand::Command { text } } => {
            (text, "Working on it…")
        }
        Ask::Reverse { text } => (text, "Reversing…"),
        Ask::Summarize { text } => (text, "Reading…"),
        Ask::Share { .. } | Ask::Decide { .. } | Ask::Standup { .. } => return None,
    };
    let text = text.trim();
    let is_quick = text.is_empty() || text.eq_ignore_ascii_case("help");
    (!is_quick).then(|| Message::text(doing))
}

/// It took too long, or failed: it may or may not be on record.
pub(crate) fn not_taken() -> Message {
    Message::text(
        "I am slow or in trouble right now, and may have missed that. If nothing follows within two minutes, please try again.",
    )
}

/// Slack did not say who asks, so nothing was done.
pub(crate) fn unknown_person() -> Message {
    Message::text("Slack did not tell me who you are, so I have done nothing. Please try again.")
}

/// A command from where the app is not, or no longer.
pub(crate) fn not_installed() -> Message {
    Message::text("I am not installed in this workspace any more. Ask an admin to add me again.")
}

/// A command of the Slack app that this version does not know.
pub(crate) fn unknown_command(command: &str) -> Message {
    Message::text(format!(
        "I don't know the command {}. I know */ec2*, */reverse*, */standup* and */summarize*; each of them answers *help*.",
        quoted(command)
    ))
}
