//! Reads what somebody has filled in to set a standup up.

use super::{Blueprint, Days, TimeOfDay, Timing, Weekday, zone};
use crate::command::clean::is_invisible;
use crate::ids::ChannelId;

/// The longest name, in characters.
const MAX_NAME: usize = 40;

/// The most questions.
const MAX_QUESTIONS: usize = 5;

/// The longest question, in characters.
const MAX_QUESTION: usize = 200;

/// What was filled in, as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// What people are to call it.
    pub name: String,
    /// The channel's id.
    pub channel: String,
    /// The questions, one per line.
    pub questions: String,
    /// The time zone.
    pub zone: String,
    /// When to ask: `09:30`.
    pub ask: String,
    /// When to post the report.
    pub report: String,
    /// On which days: `mon`, `tue`, …
    pub days: Vec<String>,
    /// Whether members are asked at that time where they are.
    pub own_zones: bool,
}

/// A part of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// Its name.
    Name,
    /// The channel.
    Channel,
    /// The questions.
    Questions,
    /// The days.
    Days,
    /// When to ask.
    Ask,
    /// When to report.
    Report,
    /// The zone.
    Zone,
}

/// What is wrong with a part of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Complaint {
    /// There is nothing, or nothing that could be shown.
    Missing,
    /// It, or one line of it, is too long.
    TooLong {
        /// So many characters are the most.
        max: usize,
    },
    /// There are too many.
    TooMany {
        /// So many are the most.
        max: usize,
    },
    /// It is no time of the day.
    NotATime,
    /// It is no day of the week.
    NotADay,
    /// No time zone is called so.
    NotAZone {
        /// What was perhaps meant.
        nearest: Option<String>,
    },
}

/// What is wanted, or everything that is wrong: at most one complaint about each
/// field, in the order of the form.
///
/// Without a day, the standup happens only when somebody says so, and its times
/// are not looked at.
pub fn blueprint(form: &Form) -> Result<Blueprint, Vec<(Field, Complaint)>> {
    let mut complaints = Vec::new();
    let name = kept(name(&form.name), Field::Name, &mut complaints);
    let channel = kept(channel(&form.channel), Field::Channel, &mut complaints);
    let questions = kept(questions(&form.questions), Field::Questions, &mut complaints);
    let days = kept(days(&form.days), Field::Days, &mut complaints);
    let times = (!form.days.is_empty()).then(|| {
        let ask = kept(time(&form.ask), Field::Ask, &mut complaints);
        let report = kept(time(&form.report), Field::Report, &mut complaints);
        ask.zip(report)
    });
    let zone = kept(time_zone(&form.zone), Field::Zone, &mut complaints);
    let timing = match (days.flatten(), times.flatten()) {
        (Some(days), Some((ask, report))) => Some(Timing { days, ask, report, own_zones: form.own_zones }),
        _ => None,
    };
    match (name, channel, questions, zone) {
        (Some(name), Some(channel), Some(questions), Some(zone)) if complaints.is_empty() => {
            Ok(Blueprint { name, channel, questions, zone, timing })
        }
        _ => Err(complaints),
    }
}

impl Blueprint {
    /// Whether people who say `name` mean this standup.
    pub fn is_called(&self, name: &str) -> bool {
        name_key(name) == self.name_key()
    }

    /// The name as it is compared: two standups of a team never have the same.
    pub fn name_key(&self) -> String {
        name_key(&self.name)
    }
}

/// Characters that cannot be seen do not count: names that look the same are the same.
fn name_key(name: &str) -> String {
    let seen = tidied(&name.chars().filter(|ch| !is_invisible(*ch)).collect::<String>());
    let seen = if seen.is_empty() { tidied(name) } else { seen };
    seen.to_lowercase()
}

/// What was read, unless there is something to complain about.
fn kept<T>(read: Result<T, Complaint>, field: Field, complaints: &mut Vec<(Field, Complaint)>) -> Option<T> {
    read.map_err(|complaint| complaints.push((field, complaint))).ok()
}

fn name(text: &str) -> Result<String, Complaint> {
    short(tidied(text), MAX_NAME)
}

fn channel(text: &str) -> Result<ChannelId, Complaint> {
    let id = text.trim();
    let is_channel = id.starts_with(['C', 'G']) && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_channel.then(|| ChannelId::new(id)).ok_or(Complaint::Missing)
}

fn questions(text: &str) -> Result<Vec<String>, Complaint> {
    let lines = text.split(['\n', '\r', '\u{2028}', '\u{2029}']).map(plain);
    let questions: Vec<String> = lines.filter(|line| is_visible(line)).collect();
    match questions.len() {
        0 => Err(Complaint::Missing),
        count if count > MAX_QUESTIONS => Err(Complaint::TooMany { max: MAX_QUESTIONS }),
        _ => questions.into_iter().map(|question| short(question, MAX_QUESTION)).collect(),
    }
}

fn days(texts: &[String]) -> Result<Option<Days>, Complaint> {
    let days: Option<Vec<Weekday>> = texts.iter().map(|text| Weekday::parse(text.trim())).collect();
    days.map(Days::new).ok_or(Complaint::NotADay)
}

fn time(text: &str) -> Result<TimeOfDay, Complaint> {
    match text.trim() {
        "" => Err(Complaint::Missing),
        text => TimeOfDay::parse(text).ok_or(Complaint::NotATime),
    }
}

fn time_zone(text: &str) -> Result<String, Complaint> {
    match text.trim() {
        "" => Err(Complaint::Missing),
        text => zone::canonical(text).ok_or_else(|| Complaint::NotAZone { nearest: zone::nearest(text) }),
    }
}

/// `text` on one line, in single blanks.
fn plain(text: &str) -> String {
    let words: Vec<&str> = text
        .split(|ch: char| ch.is_whitespace() || ch.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

/// A name without the quotation marks that people put around names.
pub(super) fn tidied(name: &str) -> String {
    let is_around = |ch: char| {
        ch.is_whitespace() || ch.is_control() || matches!(ch, '"' | '\'' | '“' | '”' | '„' | '‘' | '’' | '`')
    };
    plain(name.trim_matches(is_around))
}

fn short(text: String, max: usize) -> Result<String, Complaint> {
    match text.chars().count() {
        count if count > max => Err(Complaint::TooLong { max }),
        _ if is_visible(&text) => Ok(text),
        _ => Err(Complaint::Missing),
    }
}

/// Whether `text` shows anything.
fn is_visible(text: &str) -> bool {
    text.chars().any(|ch| {
        !ch.is_whitespace()
            && !matches!(ch, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    })
}

#[cfg(test)]
mod tests;
