//! On which days a standup happens, and at which moments: everything that
//! depends on time zones.
//!
//! EventBridge Scheduler fires at the time that clocks in the standup's zone
//! show. On the day on which clocks are put forward it leaves out a time that
//! they do not show, and on the day on which they are put back it fires once.
//! <https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time>

use jiff::civil::{Date, Weekday as JiffWeekday};
use jiff::tz::TimeZone;

use super::{Blueprint, RunDate, Timing, Weekday, zone};
use crate::time::Millis;

const HOUR_MS: u64 = 3_600_000;

/// Nowhere do clocks show a time earlier than so many hours before UTC does.
/// <https://www.iana.org/time-zones> (`Pacific/Kiritimati`)
const FIRST_HOURS: u64 = 14;

/// Nowhere do they show it later than so many hours after UTC (`Etc/GMT+12`).
const LAST_HOURS: u64 = 12;

/// For so long after the last place people may still be asked: a time that
/// clocks leave out comes later than that.
const GRACE_HOURS: u64 = 1;

/// Within so many days there is one of any week, though clocks may have left
/// out a time on one of them.
const TWO_WEEKS: i32 = 15;

impl RunDate {
    /// The day that it is at `moment` in `zone`; an unknown one counts as UTC.
    pub fn at(moment: Millis, zone: &str) -> Self {
        Self::of(zone::local(&zone::find_or_utc(zone), moment).date())
    }

    /// The day after.
    #[must_use]
    pub fn next(&self) -> Self {
        Self::of(self.date().saturating_add(jiff::Span::new().days(1)))
    }

    /// The day before.
    #[must_use]
    pub fn previous(&self) -> Self {
        Self::of(self.date().saturating_sub(jiff::Span::new().days(1)))
    }

    /// Which day of the week it is.
    pub fn weekday(&self) -> Weekday {
        weekday(self.date())
    }

    /// How people write it: `Sat 21 Nov 2026`.
    pub fn in_words(&self) -> String {
        self.date().strftime("%a %-d %b %Y").to_string()
    }
}

impl Blueprint {
    /// The day that it is in the standup's zone.
    pub fn today(&self, now: Millis) -> RunDate {
        RunDate::at(now, &self.zone)
    }

    /// The days for which somebody may have to be asked when the schedule of
    /// questions fires. `at` is the moment for which the firing was scheduled,
    /// however late it comes.
    ///
    /// In the standup's zone that is its date there. In the zones of members it
    /// is every day of the standup whose time of asking has come somewhere, and
    /// is not past everywhere.
    pub fn dates_to_ask(&self, at: Millis) -> Vec<RunDate> {
        let Some(timing) = &self.timing else { return Vec::new() };
        let dates = if timing.own_zones { dates_somewhere(timing, at) } else { vec![self.today(at)] };
        dates.into_iter().filter(|date| timing.days.contains(date.weekday())).collect()
    }

    /// The day whose report is wanted when the schedule of reports fires. `at`
    /// is the moment for which the firing was scheduled.
    pub fn date_to_report(&self, at: Millis) -> Option<RunDate> {
        let timing = self.timing.as_ref()?;
        let today = self.today(at);
        let date = if timing.crosses_midnight() { today.previous() } else { today };
        timing.days.contains(date.weekday()).then_some(date)
    }

    /// When somebody whose profile names `zone` is to be asked for `date`: at the
    /// time there if it is meant so, else in the standup's zone. A time that
    /// clocks leave out there moves forward, and of one that comes twice the
    /// first counts. Without timing, as soon as the day begins.
    pub fn ask_at(&self, date: &RunDate, zone: Option<&str>) -> Millis {
        let Some(timing) = &self.timing else { return zone::beginning(&self.tz(), date.date()) };
        let own = zone.filter(|_| timing.own_zones).and_then(zone::find);
        zone::moment(&own.unwrap_or_else(|| self.tz()), date.date(), timing.ask)
    }

    /// What counts as yesterday on `date`: from the beginning of the day of the
    /// standup before it (the day before, without timing) until the beginning
    /// of `date`, in the standup's zone.
    pub fn look_back(&self, date: &RunDate) -> (Millis, Millis) {
        let is_one =
            |day: &RunDate| self.timing.as_ref().is_none_or(|timing| timing.days.contains(day.weekday()));
        let before = std::iter::successors(Some(date.previous()), |day| Some(day.previous())).take(7);
        let last = before.into_iter().find(is_one).unwrap_or_else(|| date.previous());
        let tz = self.tz();
        (zone::beginning(&tz, last.date()), zone::beginning(&tz, date.date()))
    }

    /// The next moment after `after` at which it asks by itself, in the
    /// standup's zone.
    pub fn next_ask(&self, after: Millis) -> Option<Millis> {
        let timing = self.timing.as_ref()?;
        let tz = self.tz();
        let today = zone::local(&tz, after).date();
        (-1..=TWO_WEEKS)
            .map(|days| today.saturating_add(jiff::Span::new().days(days)))
            .filter(|date| timing.days.contains(weekday(*date)))
            // The schedule does not fire then. In members' own zones it does.
            .filter(|date| timing.own_zones || !zone::is_left_out(&tz, *date, timing.ask))
            .map(|date| zone::moment(&tz, date, timing.ask))
            .find(|at| *at > after)
    }

    fn tz(&self) -> TimeZone {
        zone::find_or_utc(&self.zone)
    }
}

impl Timing {
    /// Whether the report is posted on the day after the questions.
    pub fn crosses_midnight(&self) -> bool {
        self.report <= self.ask
    }
}

/// The days whose time of asking has come somewhere at `at`, and is not past
/// everywhere.
fn dates_somewhere(timing: &Timing, at: Millis) -> Vec<RunDate> {
    let today = zone::local(&TimeZone::UTC, at).date();
    (-2..=2)
        .map(|days| today.saturating_add(jiff::Span::new().days(days)))
        .filter(|date| {
            let in_utc = zone::moment(&TimeZone::UTC, *date, timing.ask);
            let first = Millis(in_utc.0.saturating_sub(FIRST_HOURS * HOUR_MS));
            let last = in_utc.plus((LAST_HOURS + GRACE_HOURS) * HOUR_MS);
            (first..=last).contains(&at)
        })
        .map(RunDate::of)
        .collect()
}

fn weekday(date: Date) -> Weekday {
    match date.weekday() {
        JiffWeekday::Monday => Weekday::Mon,
        JiffWeekday::Tuesday => Weekday::Tue,
        JiffWeekday::Wednesday => Weekday::Wed,
        JiffWeekday::Thursday => Weekday::Thu,
        JiffWeekday::Friday => Weekday::Fri,
        JiffWeekday::Saturday => Weekday::Sat,
        JiffWeekday::Sunday => Weekday::Sun,
    }
}

#[cfg(test)]
mod tests;
