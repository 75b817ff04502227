//! When a clock that runs has run out.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::language::Language;
use crate::plan::calendar::Calendar;
use crate::plan::{Clock, Limit};

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

    /// The limit of `clock` for people: `15分以内`, `within 15 min`, `every 30 min`.
    pub fn words(self, clock: Clock, language: Language) -> String {
        match (self, clock) {
            (Limit::Within(lasting), _) if lasting.is_zero() => {
                language.pick("即時", "at once").to_owned()
            }
            (Limit::Within(lasting), Clock::Update) => {
                let lasting = language.duration(lasting);
                language.pick(format!("{lasting}ごと"), format!("every {lasting}"))
            }
            (Limit::Within(lasting), _) => {
                let lasting = language.duration(lasting);
                language.pick(format!("{lasting}以内"), format!("within {lasting}"))
            }
            (Limit::BusinessHours(lasting), _) => {
                let lasting = language.duration(lasting);
                language.pick(
                    format!("営業時間で{lasting}以内"),
                    format!("within {lasting} of business hours"),
                )
            }
            (Limit::BusinessDays(1), _) => {
                language.pick("1営業日以内", "within 1 business day").to_owned()
            }
            (Limit::BusinessDays(days), _) => {
                language.pick(format!("{days}営業日以内"), format!("within {days} business days"))
            }
        }
    }
}

/// `lasting` after `from`, at most the end of time.
fn elapsed(from: Timestamp, lasting: SignedDuration) -> Timestamp {
    from.checked_add(lasting).unwrap_or(Timestamp::MAX)
}
