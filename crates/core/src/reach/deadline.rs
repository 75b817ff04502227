//! When a promise runs out, and for how much later an opening that stays true.

use jiff::{SignedDuration, Timestamp, ToSpan};

use super::timetable::Timetables;
use crate::plan::calendar::instant;
use crate::plan::{Limit, Plan};

/// An instant of a climb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) at: Timestamp,
    /// Whether it is later when the incident opens later.
    pub(super) moves: bool,
}

impl Moment {
    pub(super) fn moving(at: Timestamp) -> Moment {
        Moment { at, moves: true }
    }

    pub(super) fn plus(self, lasting: SignedDuration) -> Moment {
        Moment { at: self.at.checked_add(lasting).unwrap_or(Timestamp::MAX), ..self }
    }
}

/// The deadline of `limit` for an opening at `opened`; for openings later by less than the duration it moves, or
/// stands still, as it says.
pub(super) fn of(
    plan: &Plan,
    tables: &Timetables,
    limit: Limit,
    opened: Timestamp,
) -> (Moment, SignedDuration) {
    let at = limit.deadline(&plan.calendar, &plan.zone, opened);
    let to_change = tables
        .business
        .next_change(opened)
        .map_or(SignedDuration::MAX, |it| it.duration_since(opened));
    match limit {
        Limit::Within(_) => (Moment::moving(at), SignedDuration::MAX),
        Limit::BusinessDays(_) => {
            // Days are counted by their date.
            let lasting = to_change.min(midnight_after(plan, opened).duration_since(opened));
            (Moment { at, moves: false }, lasting)
        }
        Limit::BusinessHours(_) if tables.business.holding(opened).is_none() => {
            (Moment { at, moves: false }, to_change)
        }
        Limit::BusinessHours(_) => {
            // It moves until it comes to the end of business, and jumps to the next day then.
            let room = tables.business.holding(at).map(|it| it.end.duration_since(at));
            let lasting = room.unwrap_or(SignedDuration::ZERO).max(SignedDuration::from_nanos(1));
            (Moment::moving(at), to_change.min(lasting))
        }
    }
}

fn midnight_after(plan: &Plan, at: Timestamp) -> Timestamp {
    let tomorrow = plan.zone.to_datetime(at).date().checked_add(1.day());
    let midnight =
        tomorrow.ok().and_then(|it| instant::begin(it, jiff::civil::Time::midnight(), &plan.zone));
    midnight.filter(|it| *it > at).unwrap_or(at + SignedDuration::from_secs(1))
}
