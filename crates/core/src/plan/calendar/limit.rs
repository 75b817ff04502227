//! When a clock that runs has run out.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::language::Language;
use crate::plan::calendar::Calendar;
use crate::plan::{Clock, Limit};

/// How far back a beginning is looked for: more than a year of business in a year of holidays.
const BEGIN_SECONDS_MAX: i64 = 4 * 366 * 86_400;

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

    /// Whether it is counted in business time.
    pub fn is_business(self) -> bool {
        match self {
            Limit::Within(_) => false,
            Limit::BusinessHours(_) | Limit::BusinessDays(_) => true,
        }
    }

    /// The latest beginning, not after `at`, whose deadline is `at` or before it: where a clock that ran out at `at`
    /// began, if nothing but this limit is known.
    pub fn begin(self, calendar: &Calendar, zone: &TimeZone, at: Timestamp) -> Timestamp {
        let lasting = match self {
            Limit::Within(lasting) => return at.checked_sub(lasting).unwrap_or(Timestamp::MIN),
            Limit::BusinessHours(lasting) => lasting,
            Limit::BusinessDays(days) => DAY * i32::try_from(days).unwrap_or(i32::MAX),
        };
        // A deadline never goes back when its beginning goes on, so that it can be searched for by halves.
        let is_over = |begin: i64| {
            Timestamp::from_second(begin).is_ok_and(|it| self.deadline(calendar, zone, it) <= at)
        };
        let mut wait = lasting.as_secs().clamp(3_600, BEGIN_SECONDS_MAX);
        while wait < BEGIN_SECONDS_MAX && !is_over(at.as_second() - wait) {
            wait *= 2;
        }
        let (mut over, mut not) = (at.as_second() - wait, at.as_second() + 1);
        while over + 1 < not {
            let half = over + (not - over) / 2;
            if is_over(half) {
                over = half;
            } else {
                not = half;
            }
        }
        Timestamp::from_second(over).unwrap_or(at)
    }

    /// How long it is, for people: `15分`, `2 business days`.
    pub fn span(self, language: Language) -> String {
        match self {
            Limit::Within(lasting) => language.duration(lasting),
            Limit::BusinessHours(lasting) => {
                let lasting = language.duration(lasting);
                language
                    .pick(format!("営業時間で{lasting}"), format!("{lasting} of business hours"))
            }
            Limit::BusinessDays(1) => language.pick("1営業日", "1 business day").to_owned(),
            Limit::BusinessDays(days) => {
                language.pick(format!("{days}営業日"), format!("{days} business days"))
            }
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
