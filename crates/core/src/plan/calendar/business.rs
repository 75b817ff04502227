//! Business time: hours that count only while business is done, and business days.

use std::ops::Range;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::plan::calendar::window::{covered, days_around};
use crate::plan::calendar::{Calendar, Hours, OnHolidays, Window};

/// How far ahead business is looked for: five years, beyond which no target reaches.
const BUSINESS_DAYS_MAX: i64 = 5 * 366;

impl Calendar {
    /// The instant at which `lasting` of business time has passed since `start`.
    ///
    /// Time outside the business windows and on holidays does not count. Nothing lasts no time, so zero is `start`
    /// itself, on duty or off. `None` when there is not that much business within five years.
    pub fn add_business(
        &self,
        start: Timestamp,
        lasting: SignedDuration,
        zone: &TimeZone,
    ) -> Option<Timestamp> {
        if lasting <= SignedDuration::ZERO {
            return Some(start);
        }
        let mut left = lasting;
        let mut counted_to = start;
        for (_, span) in self.business_from(start, zone) {
            // Windows may overlap, by themselves or where clocks go back; no moment counts twice.
            let from = span.start.max(counted_to);
            if from >= span.end {
                continue;
            }
            let room = span.end.duration_since(from);
            if left <= room {
                return from.checked_add(left).ok();
            }
            left -= room;
            counted_to = span.end;
        }
        None
    }

    /// The end of business, `days` business days after the day of `start`.
    ///
    /// The day of `start` is the day whose window holds it, else its local date. A business day is a day on which
    /// a window begins and that is no holiday. So one business day from Friday 10:00, from Friday 20:00 and from
    /// Sunday are all the end of Monday. Zero days is the end of business today, or of the next business day
    /// when today's is over.
    pub fn add_business_days(
        &self,
        start: Timestamp,
        days: u32,
        zone: &TimeZone,
    ) -> Option<Timestamp> {
        let today = self.business_date(start, zone);
        let needed = days.max(1);
        let (mut passed, mut counted) = (0, None);
        // A night that outlasts the whole next day of business ends that day too, so the end never goes back.
        let mut end = start;
        for (date, span) in self.business_from(start, zone) {
            if passed >= needed && counted != Some(date) {
                return Some(end);
            }
            end = end.max(span.end);
            let counts = if days == 0 { date >= today && span.end > start } else { date > today };
            if counts && counted != Some(date) {
                counted = Some(date);
                passed += 1;
            }
        }
        (passed >= needed).then_some(end)
    }

    /// Every window of business that touches `span`, by the day on which it begins; they may overlap.
    pub(crate) fn business_spans(
        &self,
        zone: &TimeZone,
        span: Range<Timestamp>,
    ) -> Vec<Range<Timestamp>> {
        let windows =
            if self.business.is_empty() { vec![Window::all_week()] } else { self.business.clone() };
        Hours::Windows { windows, holidays: OnHolidays::Off }.spans(self, zone, span)
    }

    /// The day that `instant` belongs to: a night's window belongs to the evening before.
    fn business_date(&self, instant: Timestamp, zone: &TimeZone) -> Date {
        self.business_from(instant, zone)
            .take_while(|(_, span)| span.start <= instant)
            .find(|(_, span)| span.contains(&instant))
            .map_or_else(|| zone.to_datetime(instant).date(), |(date, _)| date)
    }

    /// Every window of business from shortly before `start` on, by start, with the day on which it begins.
    fn business_from<'a>(
        &'a self,
        start: Timestamp,
        zone: &'a TimeZone,
    ) -> impl Iterator<Item = (Date, Range<Timestamp>)> + 'a {
        let round_the_clock = self.business.is_empty().then(|| vec![Window::all_week()]);
        days_around(start, BUSINESS_DAYS_MAX, zone).filter(|date| !self.is_holiday(*date)).flat_map(
            move |date| {
                let windows = round_the_clock.as_deref().unwrap_or(&self.business);
                covered(windows, date, zone).into_iter().map(move |span| (date, span))
            },
        )
    }
}
