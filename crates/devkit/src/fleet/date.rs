//! Moments in the two forms that EC2 writes: `launchTime` and the date inside a
//! transition reason.

use domain::time::Millis;

/// `2026-11-20T18:02:11.000Z`: EC2 keeps whole seconds and writes the zeros.
pub(super) fn iso(at: Millis) -> String {
    let (year, month, day) = civil(at.secs() / 86_400);
    let (hour, minute, second) = time_of_day(at);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.000Z")
}

/// `2026-11-20T18:02:11Z`, as STS writes it.
pub(super) fn iso_seconds(at: Millis) -> String {
    iso(at).replace(".000Z", "Z")
}

/// `2026-11-20 18:02:11 GMT`
pub(super) fn gmt(at: Millis) -> String {
    let (year, month, day) = civil(at.secs() / 86_400);
    let (hour, minute, second) = time_of_day(at);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} GMT")
}

fn time_of_day(at: Millis) -> (u64, u64, u64) {
    let second = at.secs() % 86_400;
    (second / 3_600, second / 60 % 60, second % 60)
}

/// Year, month and day of a count of days since 1970-01-01, in the proleptic
/// Gregorian calendar. Years are counted from 1 March, so that the leap day is
/// the last of its year. <https://howardhinnant.github.io/date_algorithms.html>
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let era = days / 146_097;
    let of_era = days % 146_097;
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_ec2_writes_them() {
        for (secs, iso_text, gmt_text) in [
            (0, "1970-01-01T00:00:00.000Z", "1970-01-01 00:00:00 GMT"),
            (951_782_400, "2000-02-29T00:00:00.000Z", "2000-02-29 00:00:00 GMT"),
            (1_735_689_599, "2024-12-31T23:59:59.000Z", "2024-12-31 23:59:59 GMT"),
            (1_795_197_731, "2026-11-20T18:02:11.000Z", "2026-11-20 18:02:11 GMT"),
        ] {
            assert_eq!(iso(Millis::from_secs(secs).plus(999)), iso_text);
            assert_eq!(gmt(Millis::from_secs(secs)), gmt_text);
        }
    }
}
