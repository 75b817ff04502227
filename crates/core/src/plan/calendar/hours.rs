//! Who is on duty when.

use std::ops::Range;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::plan::calendar::window::{covered, days_around, days_within};
use crate::plan::calendar::{Calendar, Hours, OnHolidays};

/// How far ahead the next duty is looked for; who is not on duty within a year never is.
const DUTY_DAYS_MAX: i64 = 366;

impl Hours {
    /// Whether somebody with these hours is on duty.
    ///
    /// `EmergencyOnly` never is: only a level that names the person pages them.
    pub fn on_duty(&self, calendar: &Calendar, zone: &TimeZone, now: Timestamp) -> bool {
        match self {
            Hours::Always => true,
            Hours::EmergencyOnly => false,
            Hours::Windows { windows, holidays } => days_around(now, 1, zone)
                .filter(|date| holidays.hold(calendar, *date))
                .any(|date| covered(windows, date, zone).iter().any(|it| it.contains(&now))),
        }
    }

    /// The first instant, not before `now`, at which somebody with these hours is on duty; within a year.
    pub fn next_duty(
        &self,
        calendar: &Calendar,
        zone: &TimeZone,
        now: Timestamp,
    ) -> Option<Timestamp> {
        if self.on_duty(calendar, zone, now) {
            return Some(now);
        }
        match self {
            Hours::Always => Some(now),
            Hours::EmergencyOnly => None,
            Hours::Windows { windows, holidays } => days_around(now, DUTY_DAYS_MAX, zone)
                .filter(|date| holidays.hold(calendar, *date))
                .flat_map(|date| covered(windows, date, zone))
                .map(|it| it.start)
                .find(|it| *it > now),
        }
    }

    /// The next instant after `now` at which duty begins or ends; at the latest the end of `ahead`.
    pub(crate) fn change_after(
        &self,
        calendar: &Calendar,
        zone: &TimeZone,
        now: Timestamp,
        ahead: SignedDuration,
    ) -> Timestamp {
        let end = now.checked_add(ahead).unwrap_or(Timestamp::MAX);
        let mut spans = self.spans(calendar, zone, now..end);
        spans.sort_by_key(|it| it.start);
        // Windows that meet or overlap are one duty.
        let mut on_until: Option<Timestamp> = None;
        for span in spans {
            match on_until {
                None if span.start > now => return span.start,
                None => on_until = Some(span.end),
                Some(until) if span.start <= until => on_until = Some(until.max(span.end)),
                Some(until) => return until,
            }
        }
        on_until.unwrap_or(end).min(end)
    }

    /// Every window that touches `span`, by the day on which it begins; they may overlap.
    ///
    /// Round the clock is `span` itself; nobody is there for emergencies by the clock.
    pub(crate) fn spans(
        &self,
        calendar: &Calendar,
        zone: &TimeZone,
        span: Range<Timestamp>,
    ) -> Vec<Range<Timestamp>> {
        match self {
            Hours::Always => vec![span],
            Hours::EmergencyOnly => Vec::new(),
            Hours::Windows { windows, holidays } => days_within(&span, zone)
                .filter(|date| holidays.hold(calendar, *date))
                .flat_map(|date| covered(windows, date, zone))
                .filter(|it| it.end > span.start && it.start < span.end)
                .collect(),
        }
    }
}

impl OnHolidays {
    /// Whether a window may begin on `date`.
    fn hold(self, calendar: &Calendar, date: Date) -> bool {
        match self {
            OnHolidays::On => true,
            OnHolidays::Off => !calendar.is_holiday(date),
        }
    }
}
