//! The days that people name: `friday`, `tomorrow`, `1 dec`, `24.12.`,
//! `2026-12-01`. Which day is meant depends on today.

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::command::Misread;
use super::{RunDate, Until, Weekday};

/// Nobody is away for longer at once.
pub const MAX_DAYS_AHEAD: i32 = 366;

/// Dates without a year are tried in so many years: 29 February may be rare.
const YEARS_TRIED: i16 = 9;

/// A year in which every day is one.
const LEAP_YEAR: i16 = 2000;

/// The first three letters tell months and days of the week apart.
const SHORTEST_NAME: usize = 3;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// A day, as somebody named it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// `today`
    Today,
    /// `tomorrow`
    Tomorrow,
    /// `friday`: the next one after today.
    Weekday(Weekday),
    /// `1 dec`, `24.12.2026`: a day that at least some year has.
    Date {
        /// The year; without one, the next such day is meant.
        year: Option<i16>,
        /// The month, from 1.
        month: i8,
        /// The day of the month, from 1.
        day: i8,
    },
}

/// A day that cannot be waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutOfReach {
    /// It is not after today.
    Past {
        /// The day.
        date: RunDate,
    },
    /// It is more than [`MAX_DAYS_AHEAD`] days ahead.
    TooFar {
        /// The day.
        date: RunDate,
    },
}

impl Until {
    /// The first day on which they are asked again, if it is `today` now.
    pub fn date(&self, today: &RunDate) -> Result<RunDate, OutOfReach> {
        match self {
            Self::Tomorrow => Ok(today.next()),
            Self::Day(said) => within_reach(said.meant(today.date()), today.date()),
        }
    }
}

fn within_reach(meant: Date, today: Date) -> Result<RunDate, OutOfReach> {
    let date = RunDate::of(meant);
    if meant <= today {
        Err(OutOfReach::Past { date })
    } else if meant > today.saturating_add(MAX_DAYS_AHEAD.days()) {
        Err(OutOfReach::TooFar { date })
    } else {
        Ok(date)
    }
}

impl Said {
    /// Reads a day. Nobody is to guess which of two days was meant, or that a
    /// day that does not exist is another one.
    pub(super) fn read(text: &str) -> Result<Self, Misread> {
        let tokens = tokens(text);
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.as_slice() {
            [word] if word.eq_ignore_ascii_case("today") => return Ok(Self::Today),
            [word] if word.eq_ignore_ascii_case("tomorrow") => return Ok(Self::Tomorrow),
            [word] if let Some(number) = named(word, &WEEKDAYS) => {
                let day = Weekday::ALL.into_iter().nth(number);
                return day.map(Self::Weekday).ok_or_else(|| Misread::not_a_day(text));
            }
            _ => {}
        }
        let date = in_numbers(&tokens, text)?.or_else(|| with_month(&tokens));
        date.ok_or_else(|| Misread::not_a_day(text))?.checked(text)
    }

    /// The day of the calendar that is meant on `today`.
    fn meant(&self, today: Date) -> Date {
        match *self {
            Self::Today => today,
            Self::Tomorrow => today.saturating_add(1.day()),
            Self::Weekday(weekday) => (1..=7)
                .map(|days: i32| today.saturating_add(days.days()))
                .find(|date| RunDate::of(*date).weekday() == weekday)
                .unwrap_or(today),
            Self::Date { year: Some(year), month, day } => Date::new(year, month, day).unwrap_or(today),
            Self::Date { year: None, month, day } => (0..YEARS_TRIED)
                .filter_map(|years| Date::new(today.year().saturating_add(years), month, day).ok())
                .find(|date| *date >= today)
                .unwrap_or(today),
        }
    }
}

/// What a text consists of, blanks and commas left out.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Number { value: i16, digits: usize },
    Word(String),
    Mark(char),
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_same = |ch: char| {
            (first.is_ascii_digit() && ch.is_ascii_digit()) || (first.is_alphabetic() && ch.is_alphabetic())
        };
        let end = rest
            .find(|ch| !is_same(ch))
            .filter(|end| *end > 0)
            .unwrap_or_else(|| if is_same(first) { rest.len() } else { first.len_utf8() });
        let (token, behind) = rest.split_at(end);
        rest = behind;
        if first.is_ascii_digit() {
            // What does not fit is no number of a date.
            tokens.push(Token::Number { value: token.parse().unwrap_or(i16::MAX), digits: token.len() });
        } else if first.is_alphabetic() {
            tokens.push(Token::Word(token.to_lowercase()));
        } else if !first.is_whitespace() && first != ',' {
            tokens.push(Token::Mark(first));
        }
    }
    tokens
}

/// A date before it is known whether there is such a day.
struct Written {
    year: Option<(i16, usize)>,
    month: i16,
    day: i16,
}

impl Written {
    fn checked(&self, text: &str) -> Result<Said, Misread> {
        let year = match self.year {
            None => None,
            Some((year, 4)) => Some(year),
            Some((year, 2)) => Some(2000 + year),
            Some(_) => return Err(Misread::not_a_day(text)),
        };
        let no_such_day = || Misread::NoSuchDay { text: text.to_owned() };
        let part = |number: i16| i8::try_from(number).map_err(|_| no_such_day());
        let (month, day) = (part(self.month)?, part(self.day)?);
        Date::new(year.unwrap_or(LEAP_YEAR), month, day).map_err(|_| no_such_day())?;
        Ok(Said::Date { year, month, day })
    }
}

/// `2026-12-01`, `24.12.`, `24.12.2026`; but not `12/11`, which is one day to
/// some and another one to others.
fn in_numbers(tokens: &[Token], text: &str) -> Result<Option<Written>, Misread> {
    use Token::{Mark, Number};
    let two_ways = || Misread::TwoWays { text: text.to_owned() };
    Ok(match *tokens {
        [
            Number { value: year, digits: 4 },
            Mark(one),
            Number { value: month, .. },
            Mark(two),
            Number { value: day, .. },
        ] if one == two && matches!(one, '-' | '/' | '.') => {
            Some(Written { year: Some((year, 4)), month, day })
        }
        [Number { value: day, .. }, Mark('.'), Number { value: month, .. }]
        | [Number { value: day, .. }, Mark('.'), Number { value: month, .. }, Mark('.')] => {
            Some(Written { year: None, month, day })
        }
        [
            Number { value: day, .. },
            Mark('.'),
            Number { value: month, .. },
            Mark('.'),
            Number { value: year, digits },
        ] => Some(Written { year: Some((year, digits)), month, day }),
        [Number { digits: 1 | 2, .. }, Mark('/' | '-'), Number { digits: 1 | 2, .. }] => {
            return Err(two_ways());
        }
        [
            Number { digits: 1 | 2, .. },
            Mark(one @ ('/' | '-')),
            Number { digits: 1 | 2, .. },
            Mark(two),
            Number { .. },
        ] if one == two => {
            return Err(two_ways());
        }
        _ => None,
    })
}

/// `1 dec`, `1st of December 2026`, `dec 1, 2026`.
fn with_month(tokens: &[Token]) -> Option<Written> {
    let is_telling = |token: &&Token| match token {
        Token::Number { .. } => true,
        Token::Word(word) => !matches!(word.as_str(), "st" | "nd" | "rd" | "th" | "of" | "the"),
        Token::Mark(mark) => !matches!(mark, '.' | '-'),
    };
    let telling: Vec<&Token> = tokens.iter().filter(is_telling).collect();
    let (day, month, year) = match *telling.as_slice() {
        [Token::Number { value, .. }, Token::Word(month)]
        | [Token::Word(month), Token::Number { value, .. }] => (*value, month, None),
        [Token::Number { value, .. }, Token::Word(month), Token::Number { value: year, digits }]
        | [Token::Word(month), Token::Number { value, .. }, Token::Number { value: year, digits }] => {
            (*value, month, Some((*year, *digits)))
        }
        _ => return None,
    };
    let month = i16::try_from(named(month, &MONTHS)?).ok()?.saturating_add(1);
    Some(Written { year, month, day })
}

/// Which of `names` begins with `word`.
fn named(word: &str, names: &[&str]) -> Option<usize> {
    let word = word.to_lowercase();
    let word = word.trim_end_matches('.');
    (word.len() >= SHORTEST_NAME).then(|| names.iter().position(|name| name.starts_with(word))).flatten()
}

#[cfg(test)]
mod tests;
