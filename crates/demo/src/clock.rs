//! The patient's own clock: the one place of this crate that reads the time.

use jiff::Timestamp;

/// The time now.
#[expect(
    clippy::disallowed_methods,
    reason = "the patient is a system of its own, with its own clock"
)]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

/// `20261122_034107_250`: sorts as time does, and fits into a file name.
pub(crate) fn stamp(at: Timestamp) -> String {
    let millisecond = at.as_millisecond().rem_euclid(1000);
    format!("{}_{millisecond:03}", at.strftime("%Y%m%d_%H%M%S"))
}
