//! Slack's several ways of writing a moment.

use domain::time::Millis;

/// Reads a moment that Slack wrote: `1712345678`, `1712345678.000100`, or in
/// one run of 16 digits, microseconds (`1515449522000016`), as its own samples
/// show. `None` if it is none of these.
///
/// <https://docs.slack.dev/apis/events-api#callback-field>
pub fn moment(text: &str) -> Option<Millis> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return None;
    }
    let number: u64 = whole.parse().ok()?;
    match (whole.len(), fraction) {
        (16, "") => Some(Millis(number / 1_000)),
        (13, "") => Some(Millis(number)),
        (1..=12, _) => {
            // The first three digits of the fraction, padded, are milliseconds.
            let millis = fraction.bytes().chain(std::iter::repeat(b'0')).take(3);
            let millis = millis.fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'));
            Some(Millis::from_secs(number).plus(millis))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_in_every_notation() {
        for (text, expected) in [
            ("1712345678", Some(1_712_345_678_000)),
            ("1712345678.000100", Some(1_712_345_678_000)),
            ("1712345678.1", Some(1_712_345_678_100)),
            ("1712345678.123456", Some(1_712_345_678_123)),
            ("1712345678.", Some(1_712_345_678_000)),
            ("1515449522000016", Some(1_515_449_522_000)),
            ("1515449522000", Some(1_515_449_522_000)),
            ("0", Some(0)),
            ("999999999999", Some(999_999_999_999_000)),
            ("", None),
            (".5", None),
            ("-1", None),
            ("1e9", None),
            ("12345678901234", None),
            ("99999999999999999999999", None),
            ("1712345678.0.1", None),
            ("soon", None),
        ] {
            assert_eq!(moment(text), expected.map(Millis), "{text}");
        }
    }
}
