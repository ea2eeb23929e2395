//! Durations and moments as people say them.

use domain::time::Millis;
use jiff::Timestamp;
use jiff::civil::DateTime;

/// `41 s`, `12 min`, `5 h`, `3 days`.
pub(super) fn age(millis: u64) -> String {
    let seconds = millis / 1_000;
    match seconds {
        0..=119 => format!("{seconds} s"),
        120..=7_199 => format!("{} min", seconds / 60),
        7_200..=172_799 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// The moment in EC2's words for the last change, `User initiated (2026-11-20
/// 18:02:11 GMT)`, as `Fri 18:02 UTC`. Nothing if there is none.
pub(super) fn since(transition_reason: &str) -> Option<String> {
    let (_, behind) = transition_reason.rsplit_once('(')?;
    let moment = behind.strip_suffix(" GMT)")?;
    let moment = DateTime::strptime("%Y-%m-%d %H:%M:%S", moment).ok()?;
    Some(moment.strftime("%a %H:%M UTC").to_string())
}

/// The time of the day in the reader's zone; `14:05 UTC` where Slack cannot show it.
pub(super) fn clock(moment: Millis) -> String {
    date(moment, "{time}", "%H:%M UTC")
}

/// The day, if possible in words (`today`), and the time in the reader's zone;
/// `Mon 14:05 UTC` where Slack cannot show it.
pub(super) fn near_day_and_time(moment: Millis) -> String {
    date(moment, "{date_short_pretty} at {time}", "%a %H:%M UTC")
}

/// The same for a moment that may be long ago; `2025-12-01 at 08:00 UTC` where Slack
/// cannot show it.
pub(super) fn earlier_day_and_time(moment: Millis) -> String {
    date(moment, "{date_short_pretty} at {time}", "%Y-%m-%d at %H:%M UTC")
}

/// The day and the time in the reader's zone; `2025-12-01 08:00 UTC` where Slack
/// cannot show it.
pub(super) fn day_and_time(at: Millis) -> String {
    date(at, "{date_short} {time}", "%Y-%m-%d %H:%M UTC")
}

fn date(at: Millis, format: &str, fallback: &str) -> String {
    let at = timestamp(at);
    let fallback = at.strftime(fallback).to_string();
    // Slack shows no moment before the epoch, and none of ours is.
    slack::text::date(u64::try_from(at.as_second()).unwrap_or_default(), format, &fallback)
}

fn timestamp(at: Millis) -> Timestamp {
    let millis = i64::try_from(at.0).ok();
    millis.and_then(|millis| Timestamp::from_millisecond(millis).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_rounded_down() {
        for (millis, text) in [
            (0, "0 s"),
            (41_900, "41 s"),
            (119_999, "119 s"),
            (120_000, "2 min"),
            (7_200_000, "2 h"),
            (172_800_000, "2 days"),
        ] {
            assert_eq!(age(millis), text);
        }
    }

    #[test]
    fn a_clock_shows_hours_and_minutes() {
        for (millis, text) in [
            (0, "<!date^0^{time}|00:00 UTC>"),
            (1_764_597_959_999, "<!date^1764597959^{time}|14:05 UTC>"),
            (u64::MAX, "<!date^0^{time}|00:00 UTC>"),
        ] {
            assert_eq!(clock(Millis(millis)), text);
        }
    }

    #[test]
    fn a_day_is_shown_in_the_zone_of_the_reader() {
        let at = Millis(1_764_597_959_999);
        let shown = "<!date^1764597959^{date_short_pretty} at {time}|Mon 14:05 UTC>";
        assert_eq!(near_day_and_time(at), shown);
        assert_eq!(day_and_time(at), "<!date^1764597959^{date_short} {time}|2025-12-01 14:05 UTC>");
    }

    #[test]
    fn ec2_says_since_when() {
        for (reason, text) in [
            ("User initiated (2026-11-20 18:02:11 GMT)", Some("Fri 18:02 UTC")),
            ("User initiated", None),
            ("User initiated (yesterday GMT)", None),
            ("", None),
        ] {
            assert_eq!(since(reason).as_deref(), text, "{reason}");
        }
    }
}
