//! Time zones by name, out of the tables that are compiled in: the same answer
//! on every machine.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{TimeZone, TimeZoneDatabase};

use super::{TimeOfDay, UTC};
use crate::time::Millis;

/// Names in the tables that are no zones of a place.
const ODD_AREAS: [&str; 3] = ["posix", "right", "systemv"];

/// A name may differ from what was meant by so many slips at most; see
/// [`nearest`].
const MAX_SLIPS: usize = 2;

/// Shorter words come near to everything.
const MIN_NAME: usize = 3;

/// Longer words are no zone's name.
const MAX_NAME: usize = 64;

/// The zone that is called so, in any case.
pub(super) fn find(name: &str) -> Option<TimeZone> {
    let is_known = name.eq_ignore_ascii_case(UTC)
        || name.split_once('/').is_some_and(|(area, place)| {
            !ODD_AREAS.iter().any(|odd| odd.eq_ignore_ascii_case(area))
                && !place.eq_ignore_ascii_case("unknown")
        });
    is_known.then(|| TimeZoneDatabase::bundled().get(name).ok()).flatten()
}

/// The zone that is called so, else UTC.
pub(super) fn find_or_utc(name: &str) -> TimeZone {
    find(name).unwrap_or(TimeZone::UTC)
}

/// How the tables write the name of the zone that is called `name`, if there is
/// one: `europe/berlin` and `Europe / Berlin` are `Europe/Berlin`.
///
/// Names without an area (`EST`, `CET`) are not taken: what they mean differs
/// from table to table, and most of them know no daylight-saving time.
pub(super) fn canonical(name: &str) -> Option<String> {
    let words: Vec<&str> = name.split_whitespace().collect();
    let name = words.join("_").replace("_/", "/").replace("/_", "/");
    Some(find(&name)?.iana_name()?.to_owned())
}

/// The zone whose name comes nearest to `name`, if one is near: the same place
/// (`Berlin`), else one that few slips lead to.
pub(super) fn nearest(name: &str) -> Option<String> {
    let words: Vec<&str> = name.split_whitespace().collect();
    let wanted = words.join("_").to_lowercase();
    let length = wanted.chars().count();
    if !(MIN_NAME..=MAX_NAME).contains(&length) {
        return None;
    }
    // Most names begin alike.
    let place = wanted.rsplit('/').next().unwrap_or(&wanted);
    let allowed = MAX_SLIPS.min(place.chars().count() / 4);
    TimeZoneDatabase::bundled()
        .available()
        .filter_map(|known| canonical(known.as_str()))
        .filter_map(|known| {
            let folded = known.to_lowercase();
            let place = folded.rsplit('/').next().unwrap_or(&folded);
            let slips = strsim::damerau_levenshtein(&wanted, place)
                .min(strsim::damerau_levenshtein(&wanted, &folded));
            (slips <= allowed).then_some((slips, is_old(&folded), known))
        })
        .min()
        .map(|(_, _, known)| known)
}

/// Whether a zone is named for something other than a place of a continent, so
/// that there is a better name for it.
fn is_old(folded: &str) -> bool {
    ["us/", "canada/", "brazil/", "chile/", "mexico/", "etc/"].iter().any(|area| folded.starts_with(area))
}

/// What calendar and clock show in `zone` at `at`.
pub(super) fn local(zone: &TimeZone, at: Millis) -> DateTime {
    zone.to_datetime(timestamp(at))
}

/// When it is `time` on `date` in `zone`: a time that is left out there moves
/// forward by as much, and of one that comes twice the first counts.
pub(super) fn moment(zone: &TimeZone, date: Date, time: TimeOfDay) -> Millis {
    let at = zone.to_ambiguous_timestamp(on_clock(date, time));
    millis(at.compatible().unwrap_or_default())
}

/// Whether clocks in `zone` leave out `time` on `date`.
pub(super) fn is_left_out(zone: &TimeZone, date: Date, time: TimeOfDay) -> bool {
    zone.to_ambiguous_timestamp(on_clock(date, time)).is_ambiguous()
        && local(zone, moment(zone, date, time)) != on_clock(date, time)
}

/// When `date` begins in `zone`.
pub(super) fn beginning(zone: &TimeZone, date: Date) -> Millis {
    let begun = date.to_zoned(zone.clone()).and_then(|day| day.start_of_day());
    millis(begun.map(|day| day.timestamp()).unwrap_or_default())
}

/// The moment `at`; one that no calendar shows is the last that one does.
pub(super) fn timestamp(at: Millis) -> Timestamp {
    i64::try_from(at.0).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok()).unwrap_or(Timestamp::MAX)
}

/// The moment `at`; one before 1970 is the beginning of 1970.
pub(super) fn millis(at: Timestamp) -> Millis {
    Millis(u64::try_from(at.as_millisecond()).unwrap_or_default())
}

pub(super) fn on_clock(date: Date, time: TimeOfDay) -> DateTime {
    let part = |number: u8| i8::try_from(number).unwrap_or_default();
    date.at(part(time.hour()), part(time.minute()), 0, 0)
}

#[cfg(test)]
mod tests;
