//! When a clock that runs has run out.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::plan::Limit;
use crate::plan::calendar::Calendar;

/// What a business day counts for when the calendar has no business at all.
const DAY: SignedDuration = SignedDuration::from_hours(24);

impl Limit {
    /// The instant at which a clock that began at `from` has run out.
    ///
    /// When the calendar holds no business to count, elapsed time is taken instead: it is the earlier of the two,
    /// and a target that is missed too early is better than one that never is.
    pub fn deadline(self, calendar: &Calendar, zone: &TimeZone, from: Timestamp) -> Timestamp {
        match self {
            Limit::Within(lasting) => elapsed(from, lasting),
            Limit::BusinessHours(lasting) => {
                calendar.add_business(from, lasting, zone).unwrap_or_else(|| elapsed(from, lasting))
            }
            Limit::BusinessDays(days) => calendar
                .add_business_days(from, days, zone)
                .unwrap_or_else(|| elapsed(from, DAY * i32::try_from(days).unwrap_or(i32::MAX))),
        }
    }
}

/// `lasting` after `from`, at most the end of time.
fn elapsed(from: Timestamp, lasting: SignedDuration) -> Timestamp {
    from.checked_add(lasting).unwrap_or(Timestamp::MAX)
}
