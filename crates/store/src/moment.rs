//! Times as whole milliseconds, the only form in which they are stored.
//!
//! **Invariant:** a time that was rounded for storing is never due before the time that was meant.

use jiff::{SignedDuration, Timestamp};

use crate::StoreError;

/// `at` as what has happened: rounded down.
pub(crate) fn past_ms(at: Timestamp) -> i64 {
    at.as_nanosecond().div_euclid(1_000_000).try_into().unwrap_or(i64::MAX)
}

/// `at` as what is to happen: rounded up.
pub(crate) fn due_ms(at: Timestamp) -> i64 {
    let nanoseconds = at.as_nanosecond();
    let part = i64::from(nanoseconds.rem_euclid(1_000_000) > 0);
    past_ms(at).saturating_add(part)
}

/// The end of a lease of `length` that begins at `now`. A length below nothing is nothing.
pub(crate) fn lease_end_ms(now: Timestamp, length: SignedDuration) -> i64 {
    let length_ms = i64::try_from(length.as_millis()).unwrap_or(i64::MAX).max(0);
    past_ms(now).saturating_add(length_ms)
}

/// A stored time.
pub(crate) fn timestamp(ms: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(ms)
        .map_err(|_| StoreError::corrupt(format!("{ms} ms is beyond every calendar")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_rounded_so_that_nothing_is_due_too_early() {
        // (nanoseconds, as the past, as due)
        let cases = [
            (0, 0, 0),
            (1, 0, 1),
            (999_999, 0, 1),
            (1_000_000, 1, 1),
            (1_000_001, 1, 2),
            (-1, -1, 0),
            (-1_000_000, -1, -1),
        ];
        for (nanoseconds, past, due) in cases {
            let at = Timestamp::from_nanosecond(nanoseconds).unwrap();
            assert_eq!((past_ms(at), due_ms(at)), (past, due), "{nanoseconds} ns");
        }
    }

    #[test]
    fn a_stored_time_beyond_the_calendar_is_corrupt_and_no_panic() {
        assert!(matches!(timestamp(i64::MAX), Err(StoreError::Corrupt { .. })));
    }
}
