//! From a local date and time to the one instant that is meant.
//!
//! Where clocks jump forward, a time that no clock shows means the moment of the jump. Where they go back, a time is
//! shown twice: what begins then begins at the first, what ends then ends at the second, so that two windows that
//! meet leave no hole.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};

/// The instant at which something begins that begins at this local time.
pub(crate) fn begin(date: Date, time: Time, zone: &TimeZone) -> Option<Timestamp> {
    let local = date.to_datetime(time);
    match zone.to_ambiguous_timestamp(local).offset() {
        AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(local).ok(),
        AmbiguousOffset::Gap { after, .. } => jump(local, after.to_timestamp(local).ok()?, zone),
        AmbiguousOffset::Fold { before, .. } => before.to_timestamp(local).ok(),
    }
}

/// The instant at which something ends that ends at this local time.
pub(crate) fn end(date: Date, time: Time, zone: &TimeZone) -> Option<Timestamp> {
    let local = date.to_datetime(time);
    match zone.to_ambiguous_timestamp(local).offset() {
        AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(local).ok(),
        AmbiguousOffset::Gap { after, .. } => jump(local, after.to_timestamp(local).ok()?, zone),
        AmbiguousOffset::Fold { after, .. } => after.to_timestamp(local).ok(),
    }
}

/// The moment at which the clocks jump over `local`; `before` is any instant shortly before it.
fn jump(local: DateTime, before: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let transition = zone.following(before).next().map(|it| it.timestamp());
    transition.or_else(|| zone.to_timestamp(local).ok())
}
