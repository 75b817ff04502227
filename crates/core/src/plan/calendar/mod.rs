//! Windows of the week, holidays, and business time.
//!
//! **Invariant:** every question is answered from the arguments alone: the zone and the instant come in.
//! **Invariant:** every search ends: for duty after a year, for business after five.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time, Weekday};

mod britain;
mod business;
mod easter;
mod holiday;
mod hours;
pub(crate) mod ics;
pub(crate) mod instant;
mod japan;
mod limit;
pub mod recurrence;
mod states;
pub(crate) mod window;

#[cfg(test)]
mod tests;

/// When business is done.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Calendar {
    /// Business hours; empty means round the clock.
    pub business: Vec<Window>,
    /// Holidays that follow a rule, computed when asked.
    pub sets: Vec<HolidaySet>,
    /// The team's own days on which no business is done, with their names.
    pub days: BTreeMap<Date, String>,
}

/// Holidays by rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HolidaySet {
    /// `jp`: the national holidays of Japan.
    Japan,
    /// `gb`: the bank holidays of England and Wales.
    Britain,
    /// `us`: the federal holidays of the United States.
    States,
}

/// When somebody is on duty.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Hours {
    #[default]
    Always,
    /// Windows of the week; off on holidays unless the plan says otherwise.
    Windows { windows: Vec<Window>, holidays: OnHolidays },
    /// Only when a level names this person; never found on duty by a schedule.
    EmergencyOnly,
}

/// Whether hours hold on a holiday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum OnHolidays {
    #[default]
    Off,
    On,
}

/// `mon-fri 22:00-06:00`: begins on each of the days; wraps midnight when it ends before it starts.
///
/// A window belongs to the day on which it begins: Friday's night shift goes on into a Saturday that is a holiday.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// Days on which the window begins.
    pub days: Vec<Weekday>,
    pub start: Time,
    /// Not inclusive; equal to `start` means 24 hours.
    pub end: Time,
}
