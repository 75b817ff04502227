//! The moments of an incident, and how long people took.

use jiff::{SignedDuration, Timestamp};

use crate::incident::decide::MATOI;
use crate::incident::event::{Event, Fact, Ground, Times};

/// Reads the moments from a timeline.
///
/// `detected` is when the incident opened. `responded` is the first act of a person: an acknowledgement, a note, an
/// assignment, a change of severity, or a resolution with a reason; a run that starts by itself is no response.
/// `resolved` is the last resolution, and nothing while the incident is open again. `deadlines` are those that the
/// timeline says were missed. A duration that a stepping clock made negative is not told.
pub fn times(events: &[Event]) -> Times {
    let mut times = Times::default();
    for event in events {
        read(&mut times, event);
    }
    times.to_acknowledge = between(times.detected, times.acknowledged);
    times.to_resolve = between(times.detected, times.resolved);
    times
}

/// From one moment to another, where both are known and in this order.
pub(super) fn between(from: Option<Timestamp>, to: Option<Timestamp>) -> Option<SignedDuration> {
    let lasting = to?.duration_since(from?);
    (!lasting.is_negative()).then_some(lasting)
}

fn read(times: &mut Times, event: &Event) {
    let at = event.at;
    match &event.fact {
        Fact::Opened { since, .. } => {
            times.detected.get_or_insert(at);
            began(times, *since);
        }
        Fact::AlertJoined { since, .. } => began(times, *since),
        Fact::Acknowledged { .. } => {
            times.acknowledged.get_or_insert(at);
            times.responded.get_or_insert(at);
        }
        Fact::Noted { .. } | Fact::Assigned { .. } => {
            times.responded.get_or_insert(at);
        }
        // An alert that joins may change it too, and that is nobody's response.
        Fact::SeverityChanged { by, .. } => {
            if by != MATOI {
                times.responded.get_or_insert(at);
            }
        }
        Fact::Resolved { ground, .. } => {
            times.resolved = Some(at);
            if let Ground::Reason { .. } = ground {
                times.responded.get_or_insert(at);
            }
        }
        Fact::Reopened { .. } => times.resolved = None,
        Fact::TargetMissed { clock, deadline, .. } => {
            times.deadlines.entry(*clock).or_insert(*deadline);
        }
        Fact::AlertsTruncated { .. }
        | Fact::AlertCleared { .. }
        | Fact::AlertUnwatched { .. }
        | Fact::AlertFiredAgain { .. }
        | Fact::Escalated { .. }
        | Fact::ConditionMet { .. }
        | Fact::Paged { .. }
        | Fact::PageSkipped { .. }
        | Fact::Announced { .. }
        | Fact::PageDelivered { .. }
        | Fact::PageDelayed { .. }
        | Fact::PageRejected { .. }
        | Fact::PageGivenUp { .. }
        | Fact::PageDropped { .. }
        | Fact::LadderWaits { .. }
        | Fact::DigestWaits { .. }
        | Fact::ClockWentBack { .. }
        | Fact::Exhausted
        | Fact::UpdateDue { .. }
        | Fact::RunRequested { .. }
        | Fact::RunStarted { .. }
        | Fact::RunRefused { .. }
        | Fact::RunHeld { .. }
        | Fact::RunResumed { .. }
        | Fact::RunEnded { .. } => {}
    }
}

/// An alert that joins late may have begun before the one that opened the incident.
fn began(times: &mut Times, since: Timestamp) {
    times.began = Some(times.began.map_or(since, |it| it.min(since)));
}
