//! One window of the week, laid onto real days.

use std::ops::Range;

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::plan::calendar::{Window, instant};

/// The days of a week, in the order of the working week.
pub(crate) const WEEK: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// A window lasts at most a day, and clocks jump by a day at most: older ones are over.
pub(super) const DAYS_BACK: i64 = 2;

impl Window {
    /// Every day, round the clock.
    pub fn all_week() -> Window {
        Window { days: WEEK.to_vec(), start: Time::midnight(), end: Time::midnight() }
    }

    /// The time this window covers when it begins on `date`; `None` when it does not begin on that day.
    pub fn on(&self, date: Date, zone: &TimeZone) -> Option<Range<Timestamp>> {
        if !self.days.contains(&date.weekday()) {
            return None;
        }
        let last = if self.end > self.start { date } else { date.tomorrow().ok()? };
        let start = instant::begin(date, self.start, zone)?;
        let end = instant::end(last, self.end, zone)?;
        // Empty where the clocks jump over the whole window.
        (start < end).then_some(start..end)
    }
}

/// The days around `now` on which a window can matter: from a little before, `ahead` days on.
pub(super) fn days_around(
    now: Timestamp,
    ahead: i64,
    zone: &TimeZone,
) -> impl Iterator<Item = Date> {
    let today = zone.to_datetime(now).date();
    let first = today.checked_sub(DAYS_BACK.days()).unwrap_or(Date::MIN);
    let last = today.checked_add(ahead.days()).unwrap_or(Date::MAX);
    first.series(1.day()).take_while(move |it| *it <= last)
}

/// The days on which a window can begin that touches `span`.
pub(super) fn days_within(
    span: &Range<Timestamp>,
    zone: &TimeZone,
) -> impl Iterator<Item = Date> + use<> {
    let first = zone.to_datetime(span.start).date().checked_sub(DAYS_BACK.days());
    let last = zone.to_datetime(span.end).date();
    first.unwrap_or(Date::MIN).series(1.day()).take_while(move |it| *it <= last)
}

/// What `windows` cover when they begin on `date`, by start.
pub(super) fn covered(windows: &[Window], date: Date, zone: &TimeZone) -> Vec<Range<Timestamp>> {
    let mut spans: Vec<_> = windows.iter().filter_map(|it| it.on(date, zone)).collect();
    spans.sort_by_key(|it| (it.start, it.end));
    spans
}
