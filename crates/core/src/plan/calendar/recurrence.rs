//! When something is due that is due again and again: local times of the plan's zone, so that a change of the clocks
//! moves nothing for the people who are there.

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::plan::calendar::{Calendar, instant};

/// The longest time between two moments: a year, and a day for leap years.
const DAYS_MAX: i64 = 367;
/// Minutes beyond two steps within which a step's minute comes again, however the clocks move.
const CLOCK_MINUTES_MAX: i64 = 180;

/// When something is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recurrence {
    /// Whenever clocks show `minute` past a multiple of `step` minutes of the day; `step` divides a day.
    Clock { step: i16, minute: i16 },
    /// On each of some days, at a time.
    Days { on: Days, time: Time },
}

/// On which days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Days {
    /// On these days of the week.
    Week(Vec<Weekday>),
    /// From Monday to Friday, and on no holiday.
    Weekdays,
    /// On days of the week on which business is done, and on no holiday.
    Business,
    /// Once in every so many months, counted from January.
    Months { every: u8, day: MonthDay },
    /// Once a year.
    Year { month: i8, day: i8 },
}

/// One day of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MonthDay {
    /// This day, or the last one of a shorter month.
    Day(i8),
    Last,
    FirstBusiness,
    LastBusiness,
    /// The first to the fourth of this day of the week.
    Nth(i8, Weekday),
}

impl Recurrence {
    /// The last moment, not after `now`, at which it was due.
    pub fn last_due(
        &self,
        calendar: &Calendar,
        zone: &TimeZone,
        now: Timestamp,
    ) -> Option<Timestamp> {
        match self {
            Recurrence::Clock { step, minute } => clock(*step, *minute, zone, now, -1),
            Recurrence::Days { on, time } => {
                let tomorrow = zone.to_datetime(now).date().tomorrow().ok()?;
                let held = days(tomorrow, -1).filter(|date| on.hold(calendar, *date));
                begins(held, *time, zone).find(|it| *it <= now)
            }
        }
    }

    /// The first moment after `now` at which it is due.
    pub fn next_due(
        &self,
        calendar: &Calendar,
        zone: &TimeZone,
        now: Timestamp,
    ) -> Option<Timestamp> {
        match self {
            Recurrence::Clock { step, minute } => {
                let next = now.checked_add(SignedDuration::from_mins(1)).ok()?;
                clock(*step, *minute, zone, next, 1)
            }
            Recurrence::Days { on, time } => {
                let yesterday = zone.to_datetime(now).date().yesterday().ok()?;
                let held = days(yesterday, 1).filter(|date| on.hold(calendar, *date));
                begins(held, *time, zone).find(|it| *it > now)
            }
        }
    }
}

/// The whole minute at or around `from` at which clocks show `minute` past a multiple of `step`, looked for in one
/// direction: 1 is later, -1 is earlier.
fn clock(
    step: i16,
    minute: i16,
    zone: &TimeZone,
    from: Timestamp,
    direction: i64,
) -> Option<Timestamp> {
    let whole = Timestamp::from_second(from.as_second().div_euclid(60) * 60).ok()?;
    // Minutes since the last such moment, as the clocks show them.
    let past = |it: Timestamp| {
        let shown = zone.to_datetime(it);
        let of_day = i16::from(shown.hour()) * 60 + i16::from(shown.minute());
        i64::from((of_day - minute).rem_euclid(step))
    };
    let away =
        |minutes: i64| whole.checked_add(SignedDuration::from_mins(minutes * direction)).ok();
    let passed = past(whole);
    let straight =
        if direction < 0 { passed } else { (i64::from(step) - passed) % i64::from(step) };
    let guess = away(straight)?;
    if zone.to_offset(guess) == zone.to_offset(whole) {
        return Some(guess);
    }
    // The clocks change in between.
    let minutes = 0..2 * i64::from(step) + CLOCK_MINUTES_MAX;
    minutes.filter_map(away).find(|it| past(*it) == 0)
}

/// The moments of a time on some dates.
fn begins(
    dates: impl Iterator<Item = Date>,
    time: Time,
    zone: &TimeZone,
) -> impl Iterator<Item = Timestamp> {
    dates.filter_map(move |date| instant::begin(date, time, zone))
}

fn days(from: Date, step: i64) -> impl Iterator<Item = Date> {
    (0..=DAYS_MAX + 2).filter_map(move |it| from.checked_add((it * step).days()).ok())
}

impl Days {
    fn hold(&self, calendar: &Calendar, date: Date) -> bool {
        match self {
            Days::Week(days) => days.contains(&date.weekday()),
            Days::Weekdays => {
                !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
                    && !calendar.is_holiday(date)
            }
            Days::Business => calendar.is_business_day(date),
            Days::Months { every, day } => {
                let every = i64::from((*every).max(1));
                i64::from(date.month() - 1) % every == 0 && day.is(calendar, date)
            }
            // The 29th of February is the 28th in other years.
            Days::Year { month, day } => {
                date.month() == *month && date.day() == (*day).min(date.days_in_month())
            }
        }
    }
}

impl MonthDay {
    fn is(self, calendar: &Calendar, date: Date) -> bool {
        let all =
            || date.first_of_month().series(1.day()).take_while(|it| it.month() == date.month());
        match self {
            MonthDay::Day(day) => date.day() == day.min(date.days_in_month()),
            MonthDay::Last => date.day() == date.days_in_month(),
            MonthDay::FirstBusiness => all().find(|it| calendar.is_business_day(*it)) == Some(date),
            MonthDay::LastBusiness => {
                all().filter(|it| calendar.is_business_day(*it)).last() == Some(date)
            }
            MonthDay::Nth(nth, weekday) => {
                date.weekday() == weekday && (date.day() - 1) / 7 == nth - 1
            }
        }
    }
}

impl Calendar {
    /// Whether business begins on a day.
    pub fn is_business_day(&self, date: Date) -> bool {
        let is_worked = self.business.is_empty()
            || self.business.iter().any(|it| it.days.contains(&date.weekday()));
        is_worked && !self.is_holiday(date)
    }
}
