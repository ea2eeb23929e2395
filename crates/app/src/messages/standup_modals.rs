//! The modals of standups: one to set a standup up, one to answer it.

use domain::ids::{ChannelId, ResponseUrl};
use domain::standup::{
    Answer, Blueprint, Complaint, Entry, Field, Form, QUESTIONS, Run, RunKey, StandupId, TimeOfDay, Weekday,
    is_about_yesterday,
};
use serde::{Deserialize, Serialize};
use slack::blocks::{
    Block, Checkboxes, Choice, ConversationsSelect, Input, LimitError, Modal, TextInput, TimePicker,
};
use slack::interactions::Values;
use slack::text::length;

use super::plain;
use super::standup::Pointed;

/// The id under which answers come back.
pub(crate) const ANSWERS: &str = "standup.answers";
/// The id under which a definition comes back.
pub(crate) const SET_UP: &str = "standup.setup";
/// The only field of each block.
const FILLED: &str = "filled";

/// The longest answer to one question.
pub(crate) const ANSWER_LENGTH: usize = 2_000;

/// What stands above a modal of a standup while it is looked up.
pub(crate) const STANDUP_TITLE: &str = "Standup";

/// When most teams hold theirs, and when they read it.
const ASK_AT: &str = "09:00";
const REPORT_AT: &str = "10:00";

const NAME: &str = "name";
const CHANNEL: &str = "channel";
const ASKED: &str = "questions";
const DAYS: &str = "days";
const ASK: &str = "ask";
const REPORT: &str = "report";
const ZONE: &str = "zone";
const OWN: &str = "own";

/// What a setup modal says of itself. It is not believed: all of it is looked up
/// when it comes back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetUpOf {
    /// The one that is changed; none for a new one.
    pub(crate) standup: Option<StandupId>,
    /// Where the answer goes.
    pub(crate) response_url: Option<ResponseUrl>,
}

/// What a modal shows until its content is there.
pub(crate) fn one_moment(title: &str) -> Modal {
    Modal::waiting(title, "One moment…")
}

/// A modal whose content could not be had.
pub(crate) fn nothing_to_show(title: &str) -> Modal {
    Modal::waiting(title, "Something went wrong on my side. Please close this window and try again.")
}

/// There is no such standup, or run, or it is not theirs.
pub(crate) const NOT_THEIRS: &str = "This standup is not there any more, or you are not asked in it.";

/// It is too late.
pub(crate) const OVER: &str =
    "This standup is over: the next one has begun. Your newest message from me has the questions.";

/// A modal that says why there is nothing to fill in.
pub(crate) fn not_open(sentence: &str) -> Modal {
    Modal::waiting("Standup", sentence)
}

/// Only its owner or an admin may change it.
pub(crate) const NOT_YOUR_STANDUP: &str =
    "Only the person who has set this standup up, or a workspace admin, may change it.";

/// What was typed is not kept any longer.
pub(crate) const NOT_KEPT: &str =
    "I don't have that message any more. Copy it, and use Open report below the questions.";

/// What stands below the questions where a typed text is longer than the fields are.
const TOO_LONG: &str = "Your message is longer than this form. Its end is not in here.";

/// Asks the questions of `run`, with what was answered before. What was `typed` instead, in
/// plain text, is filled in as the first answer that is missing.
///
/// # Errors
/// If there are more questions than a modal takes.
pub(crate) fn questions(
    key: &RunKey,
    run: &Run,
    entry: &Entry,
    typed: Option<&str>,
) -> Result<Modal, LimitError> {
    let blueprint = &run.blueprint;
    let before = match &entry.answer {
        Answer::Given { texts, .. } => texts.as_slice(),
        Answer::None | Answer::Skipped { .. } => &[],
    };
    let drafts: Vec<String> = blueprint.questions.iter().map(|question| draft(question, entry)).collect();
    let (texts, is_whole) = match typed {
        Some(typed) => filled(before, drafts, blueprint.questions.len(), typed),
        None if before.is_empty() => (drafts, true),
        None => (before.to_vec(), true),
    };
    let inputs = blueprint.questions.iter().enumerate().map(|(number, question)| {
        let text = texts.get(number).map_or("", String::as_str);
        let field = TextInput::new(FILLED)?.multiline().max_length(ANSWER_LENGTH).initial_value(text);
        Ok(Block::from(Input::new(block_of(number), question, field)?.optional()))
    });
    let day = Block::context(format!("{} · {}", plain(&blueprint.name), key.date.in_words()));
    let note = (!is_whole).then(|| Ok(Block::context(TOO_LONG)));
    let blocks: Result<Vec<Block>, LimitError> = std::iter::once(Ok(day)).chain(inputs).chain(note).collect();
    let of = Pointed { standup: key.standup.clone(), date: key.date.clone() };
    Modal::new(ANSWERS, "Standup", "Submit", "Cancel", blocks?)?.private_metadata(json(&of))
}

/// What is offered as an answer to `question` before anybody has typed one.
fn draft(question: &str, entry: &Entry) -> String {
    if is_about_yesterday(question) { entry.done.join("\n") } else { String::new() }
}

/// The fields with `typed` in the first that has no answer, else behind the first answer.
/// What one field does not take goes on in the next ones that are empty; false if there is
/// more than all of them take.
fn filled(before: &[String], drafts: Vec<String>, count: usize, typed: &str) -> (Vec<String>, bool) {
    let mut texts: Vec<String> =
        (0..count).map(|number| before.get(number).cloned().unwrap_or_default()).collect();
    let missing = texts.iter().position(|text| text.trim().is_empty());
    let first = missing.unwrap_or_default();
    let beside = if before.is_empty() { drafts.get(first).cloned() } else { None }.unwrap_or_default();
    let answered = texts.get(first).cloned().unwrap_or_default();
    // The button was clicked before.
    let lines = |text: &str| format!("\n{}\n", text.trim());
    if texts.iter().any(|text| lines(text).contains(&lines(typed))) {
        return (texts, true);
    }
    let parts = [answered.as_str(), typed, beside.as_str()].into_iter().filter(|part| !part.is_empty());
    let mut rest = parts.collect::<Vec<_>>().join("\n");
    for (number, text) in texts.iter_mut().enumerate().skip(first) {
        if number == first || text.trim().is_empty() {
            let (field, behind) = split(&rest);
            *text = field;
            rest = behind;
        }
    }
    if before.is_empty() {
        for (text, draft) in texts.iter_mut().zip(drafts) {
            if text.is_empty() {
                *text = draft;
            }
        }
    }
    (texts, rest.is_empty())
}

/// As much of `text` as one field takes, up to the end of a word where there is one, and
/// the rest.
fn split(text: &str) -> (String, String) {
    if length(text) <= ANSWER_LENGTH {
        return (text.to_owned(), String::new());
    }
    let mut end = 0;
    let mut taken = 0;
    for character in text.chars() {
        taken += character.len_utf16();
        if taken > ANSWER_LENGTH {
            break;
        }
        end += character.len_utf8();
    }
    let (field, behind) = text.split_at_checked(end).unwrap_or((text, ""));
    let blank = field.rfind(char::is_whitespace).filter(|at| *at > end / 2);
    let (field, behind) = blank.and_then(|at| text.split_at_checked(at)).unwrap_or((field, behind));
    (field.to_owned(), behind.trim_start().to_owned())
}

/// The block of the answer to question `number`, counted from 0.
pub(crate) fn block_of(number: usize) -> String {
    format!("q{number}")
}

/// The answers to `count` questions, in their order.
pub(crate) fn answers(values: &Values, count: usize) -> Vec<String> {
    let text = |number| values.get(&block_of(number), FILLED).unwrap_or_default().trim().to_owned();
    (0..count).map(text).collect()
}

/// Nothing was written.
pub(crate) fn empty_answers() -> String {
    "Write at least one answer, or close this window and choose Skip today.".to_owned()
}

/// Asks what a standup should be: `blueprint` for one that is changed, else as
/// people mostly want it.
///
/// # Errors
/// If the texts of `blueprint` are longer than Slack takes.
pub(crate) fn set_up(
    of: &SetUpOf,
    blueprint: Option<&Blueprint>,
    channel: Option<&ChannelId>,
    zone: &str,
) -> Result<Modal, LimitError> {
    let timing = blueprint.and_then(|blueprint| blueprint.timing.as_ref());
    let ask = picker(timing.map(|timing| timing.ask), ASK_AT)?;
    let report = picker(timing.map(|timing| timing.report), REPORT_AT)?;
    let questions =
        blueprint.map_or_else(|| QUESTIONS.join("\n"), |blueprint| blueprint.questions.join("\n"));
    let name = blueprint.map_or("daily", |blueprint| &blueprint.name);
    let zone = blueprint.map_or(zone, |blueprint| &blueprint.zone);
    let channel = blueprint.map(|blueprint| &blueprint.channel).or(channel);
    let select = ConversationsSelect::new(FILLED)?;
    let select = match channel {
        Some(channel) => select.initial(channel),
        None => select,
    };
    let own = Checkboxes::new(FILLED, [Choice::new("Ask everybody at this time where they are", OWN)?])?;
    let own = if timing.is_some_and(|timing| timing.own_zones) { own.ticked(&[OWN]) } else { own };
    let text = |length: usize, text: &str| -> Result<TextInput, LimitError> {
        Ok(TextInput::new(FILLED)?.max_length(length).initial_value(text))
    };
    let blocks = [
        Input::new(NAME, "Name", text(100, name)?)?,
        Input::new(CHANNEL, "Channel", select)?
            .hint("Its members are asked, and the report goes there. I have to be a member, too."),
        Input::new(ASKED, "Questions", text(3_000, &questions)?.multiline())?.hint("One on each line."),
        Input::new(DAYS, "Days", days(blueprint)?)?
            .optional()
            .hint("Without any, it happens only when somebody types /standup now."),
        Input::new(ASK, "Ask at", ask)?,
        Input::new(REPORT, "Report at", report)?
            .hint("If that is earlier than the questions, the report comes on the day after."),
        Input::new(ZONE, "Time zone", text(64, zone)?)?.hint("As in Europe/Berlin or America/New_York."),
        Input::new(OWN, "Time zones of members", own)?.optional(),
    ];
    let title = if of.standup.is_some() { "Change a standup" } else { "Set up a standup" };
    Modal::new(SET_UP, title, "Save", "Cancel", blocks.map(Block::from))?.private_metadata(json(of))
}

fn days(blueprint: Option<&Blueprint>) -> Result<Checkboxes, LimitError> {
    let choices: Result<Vec<Choice>, LimitError> =
        Weekday::ALL.into_iter().map(|day| Choice::new(day.name(), day.name())).collect();
    let is_chosen = |day: &Weekday| match blueprint {
        Some(blueprint) => blueprint.timing.as_ref().is_some_and(|timing| timing.days.contains(*day)),
        None => !matches!(day, Weekday::Sat | Weekday::Sun),
    };
    let chosen: Vec<&str> = Weekday::ALL.into_iter().filter(is_chosen).map(Weekday::name).collect();
    Ok(Checkboxes::new(FILLED, choices?)?.ticked(&chosen))
}

fn picker(given: Option<TimeOfDay>, usual: &str) -> Result<TimePicker, LimitError> {
    let picker = TimePicker::new(FILLED)?;
    let time = given.or_else(|| TimeOfDay::parse(usual));
    Ok(match time {
        Some(time) => picker.initial(time),
        None => picker,
    })
}

/// What was filled into the setup modal.
pub(crate) fn form(values: &Values) -> Form {
    let text = |block| values.get(block, FILLED).unwrap_or_default().to_owned();
    Form {
        name: text(NAME),
        channel: text(CHANNEL),
        questions: text(ASKED),
        zone: text(ZONE),
        ask: text(ASK),
        report: text(REPORT),
        days: values.all(DAYS, FILLED).to_vec(),
        own_zones: values.get(OWN, FILLED).is_some(),
    }
}

/// The input of a field.
pub(crate) const fn input_of(field: Field) -> &'static str {
    match field {
        Field::Name => NAME,
        Field::Channel => CHANNEL,
        Field::Questions => ASKED,
        Field::Days => DAYS,
        Field::Ask => ASK,
        Field::Report => REPORT,
        Field::Zone => ZONE,
    }
}

/// What is wrong with a field.
pub(crate) fn complaint(complaint: &Complaint) -> String {
    match complaint {
        Complaint::Missing => "Please fill this in.".to_owned(),
        Complaint::TooLong { max } => format!("Up to {max} characters, please."),
        Complaint::TooMany { max } => format!("No more than {max}, please."),
        Complaint::NotATime => "This is no time of the day. Write it as in 09:30.".to_owned(),
        Complaint::NotADay => "This is no day of the week.".to_owned(),
        Complaint::NotAZone { nearest: Some(nearest) } => {
            format!("I don't know this time zone. Did you mean {nearest}?")
        }
        Complaint::NotAZone { nearest: None } => {
            "I don't know this time zone. Write it as in Europe/Berlin.".to_owned()
        }
    }
}

/// What a modal carries: ids and an address, which always serialise.
fn json(of: &impl Serialize) -> String {
    serde_json::to_string(of).unwrap_or_default()
}
