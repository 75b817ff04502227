//! Windows of the week, holidays, and business time.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time, Weekday};

/// When business is done.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Calendar {
    /// Business hours; empty means round the clock.
    pub business: Vec<Window>,
    /// Days on which no business is done, with their names.
    pub holidays: BTreeMap<Date, String>,
}

/// When somebody is on duty.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Hours {
    #[default]
    Always,
    /// Windows of the week; `off_on_holidays` unless the plan says otherwise.
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// Days on which the window begins.
    pub days: Vec<Weekday>,
    pub start: Time,
    /// Not inclusive; equal to `start` means 24 hours.
    pub end: Time,
}
