//! The times of a command: for how long, and at or until when. Only their
//! form is read here; which moment is meant depends on the reader's clock.

use serde::{Deserialize, Serialize};

/// The longest duration that is understood: ten years.
const MAX_MINUTES: u32 = 10 * 366 * 24 * 60;

/// IANA time zones begin with one of these; only the form of a zone is checked.
const ZONE_AREAS: [&str; 11] = [
    "africa",
    "america",
    "antarctica",
    "arctic",
    "asia",
    "atlantic",
    "australia",
    "europe",
    "indian",
    "pacific",
    "etc",
];

/// A duration in whole minutes, at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Minutes(pub u32);

impl Minutes {
    /// Whether `text` has the form of a duration, so that it can name nothing else.
    pub fn looks_like(text: &str) -> bool {
        let digits = text.trim_end_matches(['m', 'h', 'd', 'M', 'H', 'D']);
        !digits.is_empty()
            && digits.len() + 1 == text.len()
            && digits.bytes().all(|byte| byte.is_ascii_digit())
    }

    /// Reads `30m`, `2h` or `7d`.
    pub fn parse(text: &str) -> Option<Self> {
        if !Self::looks_like(text) {
            return None;
        }
        let unit = match text.chars().last()?.to_ascii_lowercase() {
            'm' => 1,
            'h' => 60,
            _ => 24 * 60,
        };
        let count: u32 = text.trim_end_matches(|ch: char| ch.is_ascii_alphabetic()).parse().ok()?;
        let minutes = count.checked_mul(unit)?;
        (1..=MAX_MINUTES).contains(&minutes).then_some(Self(minutes))
    }

    /// The same in milliseconds.
    pub const fn millis(self) -> u64 {
        // Widening: `u64::from` is not const.
        self.0 as u64 * 60_000
    }
}

/// Whether the time is a beginning or an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// `at`: do it then.
    At,
    /// `until`: do it now, and the opposite then.
    Until,
}

/// The day in front of a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Day {
    /// Today.
    Today,
    /// Tomorrow.
    Tomorrow,
    /// The next Monday.
    Monday,
    /// The next Tuesday.
    Tuesday,
    /// The next Wednesday.
    Wednesday,
    /// The next Thursday.
    Thursday,
    /// The next Friday.
    Friday,
    /// The next Saturday.
    Saturday,
    /// The next Sunday.
    Sunday,
}

impl Day {
    /// Reads a day: `today`, `tomorrow`, `monday` or `mon`.
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "today" => Self::Today,
            "tomorrow" => Self::Tomorrow,
            "monday" | "mon" => Self::Monday,
            "tuesday" | "tue" => Self::Tuesday,
            "wednesday" | "wed" => Self::Wednesday,
            "thursday" | "thu" => Self::Thursday,
            "friday" | "fri" => Self::Friday,
            "saturday" | "sat" => Self::Saturday,
            "sunday" | "sun" => Self::Sunday,
            _ => return None,
        })
    }
}

/// A wall-clock time, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct When {
    /// Whether it is a beginning or an end.
    pub moment: Moment,
    /// The day; without one, the next time the clock shows it.
    pub day: Option<Day>,
    /// Hour, 0 to 23.
    pub hour: u8,
    /// Minute, 0 to 59.
    pub minute: u8,
    /// `UTC`, `GMT` or an IANA name such as `Europe/Berlin`, unchecked beyond
    /// its form; without one, the person's own zone.
    pub zone: Option<String>,
}

/// Reads `18:00` or `8:30`.
pub(super) fn clock(word: &str) -> Option<(u8, u8)> {
    let (hour, minute) = word.split_once(':')?;
    let right = matches!(hour.len(), 1 | 2) && minute.len() == 2;
    let digits = hour.bytes().chain(minute.bytes()).all(|byte| byte.is_ascii_digit());
    let (hour, minute) = (hour.parse().ok()?, minute.parse().ok()?);
    (right && digits && hour < 24 && minute < 60).then_some((hour, minute))
}

/// Whether `word` has the form of a time zone.
pub(super) fn is_zone(word: &str) -> bool {
    if word.eq_ignore_ascii_case("utc") || word.eq_ignore_ascii_case("gmt") {
        return true;
    }
    let folded = word.to_ascii_lowercase();
    folded.split_once('/').is_some_and(|(area, place)| {
        ZONE_AREAS.contains(&area)
            && !place.is_empty()
            && place.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-+/".contains(&byte))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_a_number_and_one_unit() {
        for (text, minutes) in [
            ("30m", Some(30)),
            ("2h", Some(120)),
            ("7D", Some(10_080)),
            ("0m", None),
            ("h", None),
            ("2hm", None),
            ("2", None),
            ("-2h", None),
            ("２h", None),
            ("99999999999h", None),
            ("9999999h", None),
        ] {
            assert_eq!(Minutes::parse(text), minutes.map(Minutes), "{text}");
        }
        assert!(Minutes::looks_like("99999999999h"));
        assert!(!Minutes::looks_like("h"));
    }

    #[test]
    fn clocks_and_zones_are_read_by_form() {
        for (word, time) in [
            ("18:00", Some((18, 0))),
            ("8:30", Some((8, 30))),
            ("24:00", None),
            ("8:3", None),
            ("008:30", None),
            ("+8:30", None),
            ("18", None),
        ] {
            assert_eq!(clock(word), time, "{word}");
        }
        for (word, zone) in
            [("utc", true), ("Europe/Berlin", true), ("web/1", false), ("europe/", false), ("CEST", false)]
        {
            assert_eq!(is_zone(word), zone, "{word}");
        }
    }
}
