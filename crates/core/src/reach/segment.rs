//! From one opening to the next at which something changes, through the whole span.

use jiff::{SignedDuration, Timestamp};

use super::climb::{Climb, Reached};
use super::deadline::{self, Moment};
use super::{First, Hole, PolicyProof, Wait, Why};

/// Times are told to the second, and nothing in a plan is finer.
const STEP_MIN: SignedDuration = SignedDuration::from_secs(1);

pub(super) fn prove(climb: &Climb<'_>, from: Timestamp, to: Timestamp) -> PolicyProof {
    let mut proof = PolicyProof {
        policy: climb.policy.name.clone(),
        worst: Wait::For(SignedDuration::ZERO),
        holes: Vec::new(),
        first: Vec::new(),
    };
    let mut at = from;
    while at < to {
        let reached = climb.from(at);
        let promise = climb.target(at).map(|it| deadline::of(climb.plan, climb.tables, it, at));
        let lasting = promise.map_or(reached.lasting, |it| it.1.min(reached.lasting));
        let end = at.checked_add(lasting.max(STEP_MIN)).unwrap_or(Timestamp::MAX).min(to);
        proof.worst = proof.worst.max(reached.wait(at));
        proof.add_first(at, end, &reached.first);
        if let Some((late_from, late_to)) = late(&reached, promise.map(|it| it.0), at, end) {
            let wait = match reached.on_duty {
                Some(it) if !it.moves => reached.wait(late_from),
                Some(_) | None => reached.wait(at),
            };
            proof.add_hole(Hole { from: late_from, to: late_to, wait, why: reached.why });
        }
        at = end;
    }
    proof
}

/// The openings from `at` until before `end` at which the promise is broken before anybody on duty is paged.
fn late(
    reached: &Reached,
    promise: Option<Moment>,
    at: Timestamp,
    end: Timestamp,
) -> Option<(Timestamp, Timestamp)> {
    let whole = Some((at, end));
    let Some(paged) = reached.on_duty else { return whole };
    let promise = promise?;
    let over = paged.at.duration_since(promise.at);
    match (paged.moves, promise.moves) {
        (true, true) | (false, false) => (over > SignedDuration::ZERO).then_some((at, end)),
        // The page stands still, so the later it opens the shorter the wait.
        (false, true) => {
            let until = at.checked_add(over.max(SignedDuration::ZERO)).unwrap_or(end).min(end);
            (until > at).then_some((at, until))
        }
        // The promise stands still, so the later it opens the less is left of it. To the second it is kept.
        (true, false) => {
            let since = if over > SignedDuration::ZERO {
                Some(at)
            } else {
                at.checked_sub(over).and_then(|it| it.checked_add(STEP_MIN)).ok()
            };
            let since = since.unwrap_or(end);
            (since < end).then_some((since, end))
        }
    }
}

impl PolicyProof {
    fn add_first(&mut self, from: Timestamp, to: Timestamp, people: &[String]) {
        match self.first.last_mut() {
            Some(last) if last.people == people => last.to = to,
            Some(_) | None => self.first.push(First { from, to, people: people.to_vec() }),
        }
    }

    fn add_hole(&mut self, hole: Hole) {
        match self.holes.last_mut() {
            Some(last) if last.to == hole.from && same(last, &hole) => {
                last.to = hole.to;
                last.wait = last.wait.max(hole.wait);
            }
            Some(_) | None => self.holes.push(hole),
        }
    }
}

/// Whether two holes that meet are one to a reader.
fn same(a: &Hole, b: &Hole) -> bool {
    let is_forever = |it: &Hole| it.wait == Wait::Forever;
    a.why == b.why && (is_forever(a) == is_forever(b) || a.why == Why::PromisedEarlier)
}
