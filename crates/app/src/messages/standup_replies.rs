//! What `/standup` and its modals and buttons answer.

use domain::ids::ChannelId;
use domain::standup::{Blueprint, Definition, MAX_DAYS_AHEAD, Misread, OutOfReach, RunDate, Timing, Weekday};
use domain::time::Millis;
use slack::blocks::{Block, Button, Confirm, LimitError, Message, Section};
use slack::text::channel;

use super::standup::{DELETE, EDIT};
use super::{bold, listed, plain, quoted};

/// How many standups are listed: two blocks each fit into one message.
const LISTED: usize = 24;

/// How `/standup` is used.
pub(crate) fn help() -> Message {
    Message::text(
        [
            "I ask everybody in a channel the same questions, and post one report there:",
            "• `/standup setup` – set one up: whom to ask what, and when",
            "• `/standup list` – the standups of this workspace; change or delete them there",
            "• `/standup now` – ask everybody in this channel right away; `/standup now daily` for one by its name",
            "• `/standup report` – post the report, or bring it up to date",
            "• `/standup skip` – I don't ask you today; `/standup skip until monday` or `until 24 dec` for longer",
        ]
        .join("\n"),
    )
}

/// The form is opened by the command itself.
pub(crate) fn set_up_by_command() -> Message {
    Message::text("Type */standup setup*, and a form opens.")
}

/// No such word.
pub(crate) fn unknown(word: &str, nearest: Option<&str>) -> Message {
    let near = nearest.map(|nearest| format!(" Did you mean */standup {nearest}*?")).unwrap_or_default();
    Message::text(format!("I don't know {}.{near} */standup help* shows what I can do.", quoted(word)))
}

/// The day of a `skip` cannot be understood.
pub(crate) fn misread(misread: &Misread) -> Message {
    let example = "Try */standup skip until monday* or */standup skip until 24 dec*.";
    Message::text(match misread {
        Misread::UntilWhen => format!("Skip until when? {example}"),
        Misread::NotADay { text } => format!("I don't know the day {}. {example}", quoted(text)),
        Misread::NoSuchDay { text } => format!("No calendar has the day {}. {example}", quoted(text)),
        Misread::TwoWays { text } => format!("{} may be two days. {example}", quoted(text)),
        Misread::WithoutUntil { text } => {
            format!("Until {} or only on that day? I can skip *until* a day: {example}", quoted(text))
        }
    })
}

/// The day of a `skip` makes no sense.
pub(crate) fn out_of_reach(why: &OutOfReach) -> Message {
    Message::text(match why {
        OutOfReach::Past { date } => {
            format!("{} is not in the future, so there is nothing to skip until then.", date.in_words())
        }
        OutOfReach::TooFar { date } => {
            format!("{} is too far ahead: I can skip up to {MAX_DAYS_AHEAD} days.", date.in_words())
        }
    })
}

/// They are not asked before `until`.
pub(crate) fn away(until: &RunDate, today: &RunDate) -> Message {
    Message::text(if *until == today.next() {
        "I don't ask you any more today.".to_owned()
    } else {
        format!("I don't ask you before {}.", until.in_words())
    })
}

/// There is no standup by that name.
pub(crate) fn no_such(name: &str, all: &[Definition]) -> Message {
    let known = if all.is_empty() {
        "There is none yet; */standup setup* makes one.".to_owned()
    } else {
        format!("There is {}.", names(all))
    };
    Message::text(format!("No standup is called {}. {known}", quoted(name)))
}

/// Nobody can say which one is meant.
pub(crate) fn which(command: &str, several: &[Definition]) -> Message {
    Message::text(format!("Which one? Type */standup {command}* and its name: {}.", names(several)))
}

/// There is none at all.
pub(crate) fn none_yet() -> Message {
    Message::text("There is no standup yet. */standup setup* makes one.")
}

fn names(standups: &[Definition]) -> String {
    let mut names: Vec<String> = standups.iter().take(LISTED).map(|one| bold(&one.blueprint.name)).collect();
    names.sort();
    listed(&names)
}

/// A standup needs a channel.
pub(crate) fn no_channel() -> Message {
    Message::text("A standup needs a channel whose members I ask. Type that in a channel.")
}

/// Whoever starts a standup has to be among those in the channel.
pub(crate) fn not_in_channel(id: &ChannelId) -> Message {
    Message::text(format!("Only members of {} can do that. Join it, then ask again.", channel(id)))
}

/// The bot does not see the channel.
pub(crate) fn unseen(id: &ChannelId) -> Message {
    Message::text(format!("I can't see who is in {}. Invite me there, then ask again.", channel(id)))
}

/// Another company reads the channel.
pub(crate) fn shared_channel(id: &ChannelId) -> Message {
    Message::text(format!(
        "{} is shared with another company, which would read the report. Choose another channel, or ask an admin to say *share {} on* to me.",
        channel(id),
        channel(id)
    ))
}

/// Everybody is asked.
pub(crate) fn asking_now(blueprint: &Blueprint) -> Message {
    Message::text(format!(
        "I ask everybody in {} for {} now.",
        channel(&blueprint.channel),
        bold(&blueprint.name)
    ))
}

/// The report is posted.
pub(crate) fn reporting(blueprint: &Blueprint, is_there: bool) -> Message {
    let (name, place) = (bold(&blueprint.name), channel(&blueprint.channel));
    Message::text(if is_there {
        format!("The report of {name} is in {place} already; I bring it up to date.")
    } else {
        format!("I post the report of {name} in {place}.")
    })
}

/// The standups of a team.
pub(crate) fn list(all: &[Definition], now: Millis) -> Message {
    if all.is_empty() {
        return none_yet();
    }
    let mut all: Vec<&Definition> = all.iter().collect();
    all.sort_by_key(|one| one.blueprint.name.to_lowercase());
    let shown = all.get(..LISTED).unwrap_or(&all);
    let mut lines: Vec<String> = shown.iter().map(|one| listing(one, now)).collect();
    let more = all.len() - shown.len();
    lines.extend((more > 0).then(|| format!("… and {more} more.")));
    let mut blocks = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        blocks.push(Section::new(line).expanded().into());
        blocks.extend(shown.get(number).and_then(|one| buttons(one).ok()));
    }
    let text = lines.join("\n");
    Message::new(&text, blocks).unwrap_or_else(|_| Message::text(&text))
}

fn buttons(one: &Definition) -> Result<Block, LimitError> {
    let edit = Button::new(EDIT, "Edit")?.value(one.id.as_str())?;
    let question = format!("{} is not asked any more. Its reports stay.", bold(&one.blueprint.name));
    let sure = Confirm::new("Delete this standup?", question, "Delete", "Cancel");
    let delete = Button::new(DELETE, "Delete")?.value(one.id.as_str())?.danger().confirm(sure);
    Block::actions([edit.into(), delete.into()])
}

/// A standup in the list.
fn listing(one: &Definition, now: Millis) -> String {
    if !one.paused {
        return line(&one.blueprint, now);
    }
    format!(
        "{} in {}: *paused*, since I was removed from this workspace. To start it again, press *Edit* and save it.",
        bold(&one.blueprint.name),
        channel(&one.blueprint.channel)
    )
}

fn line(blueprint: &Blueprint, now: Millis) -> String {
    format!("{} in {}: {}", bold(&blueprint.name), channel(&blueprint.channel), when(blueprint, now))
}

/// When it happens.
fn when(blueprint: &Blueprint, now: Millis) -> String {
    let Some(timing) = &blueprint.timing else {
        return "only when somebody types */standup now*.".to_owned();
    };
    let next = blueprint.next_ask(now).map(|at| blueprint.today(at).in_words());
    let next = next.map(|day| format!(" Next: {day}.")).unwrap_or_default();
    let whose = if timing.own_zones { " where each member is" } else { "" };
    format!(
        "{} at {}{whose}, report at {}{} ({}).{next}",
        days(timing),
        timing.ask,
        timing.report,
        if timing.crosses_midnight() { " on the day after" } else { "" },
        plain(&blueprint.zone)
    )
}

/// `Mon–Fri`, or `Mon, Wed`.
fn days(timing: &Timing) -> String {
    let days = timing.days.as_slice();
    let numbers: Vec<usize> =
        days.iter().filter_map(|day| Weekday::ALL.iter().position(|known| known == day)).collect();
    let is_row = numbers.windows(2).all(|pair| matches!(pair, [one, two] if one + 1 == *two));
    match (days, is_row) {
        ([first, _, .., last], true) if days.len() > 2 => format!("{}–{}", first.name(), last.name()),
        _ => days.iter().map(|day| day.name()).collect::<Vec<_>>().join(", "),
    }
}

/// It is on record.
pub(crate) fn saved(blueprint: &Blueprint, now: Millis, is_in_channel: bool) -> Message {
    let mut lines = vec![format!("Saved. {}", line(blueprint, now))];
    lines.extend((!is_in_channel).then(|| {
        format!(
            "I am not in {} yet: invite me there, or I can't post the report.",
            channel(&blueprint.channel)
        )
    }));
    Message::text(lines.join("\n"))
}

/// Another standup has the name.
pub(crate) fn name_taken(name: &str) -> Message {
    Message::text(format!(
        "Another standup is called {}. Nothing was saved; choose another name.",
        bold(name)
    ))
}

/// It was changed or deleted by somebody else.
pub(crate) fn changed_under() -> Message {
    Message::text(
        "Somebody else has just changed this standup. Nothing was saved; */standup list* shows how it is now.",
    )
}

/// Only its owner or an admin may change it.
pub(crate) fn not_yours() -> Message {
    Message::text(super::NOT_YOUR_STANDUP)
}

/// A standup needs a channel that is open.
pub(crate) fn closed_channel(id: &ChannelId) -> Message {
    Message::text(format!("{} is closed or no channel, so nothing was saved.", channel(id)))
}

/// It is gone.
pub(crate) fn removed(name: &str) -> Message {
    Message::text(format!("Deleted {}. Nobody is asked any more.", bold(name)))
}

/// It was gone before.
pub(crate) fn gone() -> Message {
    Message::text("This standup is deleted.")
}
