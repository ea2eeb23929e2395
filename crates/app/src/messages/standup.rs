//! What a standup says to those who are asked, and the names of what can be
//! clicked there.

use domain::ids::{JobId, UserId};
use domain::standup::{Answer, Blueprint, RunDate, RunKey, StandupId};
use serde::{Deserialize, Serialize};
use slack::blocks::{Block, Button, LimitError, Message, Section};
use slack::text::{channel, cut, mention};

use super::offers::LABEL;
use super::{bold, listed, plain};

/// Opens the modal with the questions; its value is a [`Pointed`].
pub(crate) const OPEN: &str = "standup.open";
/// Opens the modal with the questions and what was typed; it goes on with a number, and its
/// value is a [`TypedFor`].
pub(crate) const SAVE: &str = "standup.save";
/// Lets somebody off for the day; its value is a [`Pointed`].
pub(crate) const SKIP: &str = "standup.skip";
/// Opens the modal in which a standup is changed; its value is the standup's id.
pub(crate) const EDIT: &str = "standup.edit";
/// Removes a standup; its value is the standup's id.
pub(crate) const DELETE: &str = "standup.delete";
/// Posts a report although it may be there already; its value is a [`Pointed`].
pub(crate) const AGAIN: &str = "standup.again";

/// How many of those who could not be asked are named.
const NAMED: usize = 20;

/// For how many standups a typed text is offered to be saved.
const OFFERED: usize = 5;

/// The longest part of a name that is shown.
const SHOWN: usize = 80;

/// What a button points at: a day of a standup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pointed {
    /// The standup.
    pub(crate) standup: StandupId,
    /// The day.
    pub(crate) date: RunDate,
}

impl Pointed {
    /// At this day.
    pub(crate) fn at(key: &RunKey) -> Self {
        Self { standup: key.standup.clone(), date: key.date.clone() }
    }

    /// What the value of a button points at.
    pub(crate) fn read(value: &str) -> Option<Self> {
        let (standup, date) = value.split_once(' ')?;
        Some(Self { standup: StandupId::parse(standup)?, date: RunDate::parse(date)? })
    }

    /// As the value of a button.
    pub(crate) fn value(&self) -> String {
        format!("{} {}", self.standup, self.date)
    }
}

/// What the button below a typed text points at: the day, and the job that has the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TypedFor {
    /// The day.
    pub(crate) of: Pointed,
    /// The job.
    pub(crate) job: JobId,
}

impl TypedFor {
    /// What the value of a button points at.
    pub(crate) fn read(value: &str) -> Option<Self> {
        let (of, job) = value.rsplit_once(' ')?;
        Some(Self { of: Pointed::read(of)?, job: JobId::new(job) })
    }

    fn value(&self) -> String {
        format!("{} {}", self.of.value(), self.job)
    }
}

/// What somebody has typed where they are asked.
pub(crate) struct Typed<'a> {
    /// The job that has the text.
    pub(crate) job: &'a JobId,
    /// Whether it stands under the question.
    pub(crate) in_thread: bool,
    /// Whether it could be read as a command.
    pub(crate) is_command: bool,
}

/// Somebody who could not be asked, and why, in Slack's words.
pub(crate) struct Unasked {
    /// Who.
    pub(crate) user: UserId,
    /// Why.
    pub(crate) why: String,
}

/// The direct message to somebody who has said `answer`.
pub(crate) fn direct(key: &RunKey, blueprint: &Blueprint, answer: &Answer) -> Message {
    let made = match answer {
        Answer::None => asking(key, blueprint),
        Answer::Given { .. } => settled(key, blueprint, "Thank you for your submission.", "Edit"),
        Answer::Skipped { .. } => settled(key, blueprint, "Skipped for today.", "Open report"),
    };
    made.unwrap_or_else(|error| {
        tracing::error!(standup.id = %key.standup, "The questions do not fit: {error}");
        Message::text("It is time for the standup.")
    })
}

fn asking(key: &RunKey, blueprint: &Blueprint) -> Result<Message, LimitError> {
    let mut lines =
        vec![format!("It is time for {} in {}:", bold(&blueprint.name), channel(&blueprint.channel))];
    lines.extend(blueprint.questions.iter().map(|question| format!("• {}", plain(question))));
    let text = lines.join("\n");
    let skip = Button::new(SKIP, "Skip today")?.value(Pointed::at(key).value())?;
    let buttons = [opening(key, "Open report")?.primary().into(), skip.into()];
    let blocks = [Section::new(&text).expanded().into(), Block::actions(buttons)?];
    Message::new(&text, blocks)
}

/// Offers to save what was typed as the answer for one of `open`, which is not empty.
pub(crate) fn offer(open: &[(RunKey, Blueprint)], typed: &Typed<'_>) -> Message {
    let names: Vec<String> = open.iter().take(OFFERED).map(|(_, known)| bold(&known.name)).collect();
    let hint = match (typed.in_thread, typed.is_command) {
        (true, true) => " I run no commands in this thread: type them outside of it.",
        (true, false) => "",
        (false, _) => " I read no command in it; say *help* for what I understand.",
    };
    let text = format!(
        "Is that your answer for {}? Save it here; you can still change it before you submit.{hint}",
        names.join(" or ")
    );
    let row = || {
        let mut row = Vec::new();
        for (number, (key, known)) in open.iter().take(OFFERED).enumerate() {
            let label = match open {
                [_] => "Save as my answer".to_owned(),
                _ => cut(&format!("Save for {}", known.name), LABEL).into_owned(),
            };
            let points_at = TypedFor { of: Pointed::at(key), job: typed.job.clone() };
            let button = Button::new(format!("{SAVE}.{number}"), label)?.value(points_at.value())?;
            row.push(button.primary().into());
        }
        if let [(key, _)] = open {
            row.push(Button::new(SKIP, "Skip today")?.value(Pointed::at(key).value())?.into());
        }
        Message::new(&text, [Block::section(&text), Block::actions(row)?])
    };
    row().unwrap_or_else(|error: LimitError| {
        tracing::error!("The offer to save an answer does not fit: {error}");
        Message::text(&text)
    })
}

/// What was typed was typed under a question that is not open any more.
pub(crate) fn typed_too_late() -> Message {
    Message::text(format!(
        "{} I saved nothing, and I run no commands in this thread: type them outside of it.",
        super::OVER
    ))
}

fn settled(key: &RunKey, blueprint: &Blueprint, said: &str, label: &str) -> Result<Message, LimitError> {
    let day = format!("{} · {}", plain(&blueprint.name), key.date.in_words());
    let button = Block::actions([opening(key, label)?.into()])?;
    Message::new(said, [Block::section(said), Block::context(day), button])
}

fn opening(key: &RunKey, label: &str) -> Result<Button, LimitError> {
    Button::new(OPEN, label)?.value(Pointed::at(key).value())
}

/// The next standup has begun.
pub(crate) fn over() -> Message {
    Message::text(super::OVER)
}

/// It is gone, or they were not asked.
pub(crate) fn not_theirs() -> Message {
    Message::text(super::NOT_THEIRS)
}

/// Some of those who were to be asked were not.
pub(crate) fn unasked(blueprint: &Blueprint, unasked: &[Unasked]) -> Message {
    let mut names: Vec<String> = unasked
        .iter()
        .take(NAMED)
        .map(|one| format!("{} ({})", mention(&one.user), plain(&cut(&one.why, SHOWN))))
        .collect();
    let more = unasked.len().saturating_sub(NAMED);
    names.extend((more > 0).then(|| format!("{more} more")));
    Message::text(format!(
        "I could not ask everybody for {}: {}. Everybody else has the questions.",
        bold(&blueprint.name),
        listed(&names)
    ))
}

/// Who is to be asked could not be found out.
pub(crate) fn no_members(blueprint: &Blueprint, code: &str) -> Message {
    Message::text(format!(
        "I can't see who is in {}, so I asked nobody for {} (Slack says {}). Invite me there, or change the standup.",
        channel(&blueprint.channel),
        bold(&blueprint.name),
        plain(code)
    ))
}

/// Slack did not let it be finished for hours.
pub(crate) fn gave_up(name: &str) -> Message {
    Message::text(format!(
        "For hours Slack did not let me finish what I had to do for {}, so I stopped trying.",
        bold(name)
    ))
}

/// Nobody was asked, so there is nothing to report.
pub(crate) fn nothing_asked(name: &str) -> Message {
    Message::text(format!(
        "Nobody was asked for {} yet, so there is nothing to report. */standup now* asks everybody.",
        bold(name)
    ))
}

/// Whether the report is there is not known.
pub(crate) fn lost_report(key: &RunKey, blueprint: &Blueprint) -> Message {
    let text = format!(
        "I lost contact while posting the report of {} ({}) in {}. If it is not there, let me post it again.",
        bold(&blueprint.name),
        key.date.in_words(),
        channel(&blueprint.channel)
    );
    let again = || {
        let button = Button::new(AGAIN, "Post it again")?.value(Pointed::at(key).value())?;
        Message::new(&text, [Block::section(&text), Block::actions([button.into()])?])
    };
    again().unwrap_or_else(|_: LimitError| Message::text(&text))
}

/// The report was posted again, as somebody has wished.
pub(crate) fn there(blueprint: &Blueprint) -> Message {
    Message::text(format!(
        "The report of {} is in {} now.",
        bold(&blueprint.name),
        channel(&blueprint.channel)
    ))
}

/// Another company would read the report.
pub(crate) fn report_withheld(blueprint: &Blueprint) -> Message {
    let place = channel(&blueprint.channel);
    Message::text(format!(
        "I did not post the report of {}: {place} is shared with another company, which would read it. Choose another channel in */standup list*, or ask an admin to say *share {place} on* to me; then type */standup report*.",
        bold(&blueprint.name)
    ))
}

/// Slack takes no report there.
pub(crate) fn report_refused(blueprint: &Blueprint, code: &str) -> Message {
    Message::text(format!(
        "I can't post the report of {} in {} (Slack says {}). If I am not in that channel, invite me; then type */standup report*.",
        bold(&blueprint.name),
        channel(&blueprint.channel),
        plain(code)
    ))
}
