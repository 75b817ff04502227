//! One climb that nobody answers: when the first page goes out, and when the first to somebody on duty.
//!
//! It follows `incident::ladder` step by step: the levels, who relieves whom, what waits for duty, what repeats,
//! and the level for a missed target. Each moment says whether it moves with the opening, and each question says
//! until when its answer stays, so the result says for how much later an opening it would be the same.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::deadline::{self, Moment};
use super::timetable::{Patience, Present, Timetables};
use super::{Wait, Why};
use crate::plan::choice::{may_wait_for_duty, promised};
use crate::plan::{Clock, Escalation, Limit, Plan, Severity, When};

/// What a climb is made of.
pub(super) struct Climb<'a> {
    pub(super) plan: &'a Plan,
    pub(super) tables: &'a Timetables,
    pub(super) severity: &'a Severity,
    pub(super) policy: &'a Escalation,
}

/// What came of a climb.
#[derive(Clone, Debug)]
pub(super) struct Reached {
    /// The people who are paged first, at one moment.
    pub(super) first: Vec<String>,
    /// When somebody on duty is paged.
    pub(super) on_duty: Option<Moment>,
    /// Why it is not at once.
    pub(super) why: Why,
    /// For openings later by less than this, everything is the same.
    pub(super) lasting: SignedDuration,
}

/// A climb on its way.
struct Way<'c, 'a> {
    climb: &'c Climb<'a>,
    patience: Patience,
    anchor: Moment,
    /// Until when the next level waits for duty or for a digest.
    waits: Option<Timestamp>,
    /// When the first page goes out.
    first_at: Option<Timestamp>,
    next: usize,
    round: u32,
    reached: Reached,
}

/// What a level came to.
enum Step {
    Reached(Moment),
    GoesOn,
}

/// Waits of one climb; a schedule may hand over while it waits.
const WAITS_MAX: usize = 1_000;

impl Climb<'_> {
    /// Climbs from an opening at `opened`.
    pub(super) fn from(&self, opened: Timestamp) -> Reached {
        let targets = self.plan.targets_of(self.severity, opened);
        let may_wait = may_wait_for_duty(self.severity, &targets);
        let patience = if may_wait { Patience::Business } else { Patience::None };
        let mut way = Way {
            climb: self,
            patience,
            anchor: Moment::moving(opened),
            waits: None,
            first_at: None,
            next: 0,
            round: 0,
            reached: Reached {
                first: Vec::new(),
                on_duty: None,
                why: Why::PromisedEarlier,
                lasting: self.tables.same_promise(&self.severity.label, opened),
            },
        };
        way.wait_for_digest(&targets, opened);
        let missed = way.missed_target(&targets, opened);
        way.climb_until(missed);
        way.reached
    }

    /// The promise that a climb from `opened` is held against.
    pub(super) fn target(&self, opened: Timestamp) -> Option<Limit> {
        promised(&self.plan.targets_of(self.severity, opened)).map(|it| it.1)
    }
}

impl Way<'_, '_> {
    /// When the first target is missed, if the policy has a level for that.
    fn missed_target(
        &mut self,
        targets: &BTreeMap<Clock, Limit>,
        opened: Timestamp,
    ) -> Option<Moment> {
        let waits = self.climb.policy.conditions.iter().any(|it| it.when == When::TargetMissed);
        if !waits {
            return None;
        }
        let running = targets.iter().filter(|(clock, limit)| {
            matches!(clock, Clock::Acknowledge | Clock::Respond | Clock::Resolve)
                && **limit != Limit::Within(SignedDuration::ZERO)
        });
        let mut first: Option<Moment> = None;
        for (_, limit) in running {
            let (moment, lasting) =
                deadline::of(self.climb.plan, self.climb.tables, *limit, opened);
            self.reached.lasting = self.reached.lasting.min(lasting);
            if let Some(it) = first.filter(|it| it.moves != moment.moves) {
                // Two that run at different speeds: whichever is first now is so only until they meet.
                let apart = it.at.duration_since(moment.at).abs();
                if !apart.is_zero() {
                    self.reached.lasting = self.reached.lasting.min(apart);
                }
            }
            first = Some(first.filter(|it| it.at <= moment.at).unwrap_or(moment));
        }
        first
    }

    /// The first level goes out with that of others, at the same moment for every opening until then.
    fn wait_for_digest(&mut self, targets: &BTreeMap<Clock, Limit>, opened: Timestamp) {
        let Some(digest) = &self.climb.severity.digest else { return };
        let Some(until) = self.climb.plan.digest_after(self.climb.severity, opened) else { return };
        self.waits(0, until, false);
        self.reached.lasting = self.reached.lasting.min(until.duration_since(opened));
        let Some((_, limit)) = promised(targets) else { return };
        let (promise, _) = deadline::of(self.climb.plan, self.climb.tables, limit, opened);
        let late = until.duration_since(promise.at);
        if late > SignedDuration::ZERO {
            self.because(Why::WaitsForDigest { every: digest.text.clone() });
            if promise.moves {
                // An opening that much later has its page in time, as far as the digest goes.
                self.reached.lasting = self.reached.lasting.min(late);
            }
        }
    }

    fn climb_until(&mut self, missed: Option<Moment>) {
        let mut missed = missed;
        for _ in 0..WAITS_MAX {
            let due = self.due();
            if let Some(it) = missed
                && due.is_none_or(|due| it.at < due.at)
            {
                self.meets(it, due);
                missed = None;
                if let Some(moment) = self.condition(it) {
                    self.reached.on_duty = Some(moment);
                    return;
                }
                continue;
            }
            let Some(due) = due.filter(|it| it.at < self.climb.tables.end) else { return };
            if let Some(it) = missed {
                self.meets(due, Some(it));
            }
            let index = if self.next < self.climb.policy.levels.len() { self.next } else { 0 };
            let is_repeat = self.next >= self.climb.policy.levels.len();
            if is_repeat {
                self.round += 1;
            }
            if let Step::Reached(moment) = self.level(index, due, is_repeat) {
                if let Some(it) = missed.filter(|it| it.at == moment.at) {
                    // Both go out together.
                    self.condition(it);
                }
                self.reached.on_duty = Some(moment);
                return;
            }
        }
    }

    /// Of two moments at different speeds, one is first only until they meet, and they are one only for an instant.
    fn meets(&mut self, first: Moment, second: Option<Moment>) {
        if let Some(second) = second
            && ((first.moves && !second.moves)
                || (first.at == second.at && first.moves != second.moves))
        {
            let apart = second.at.duration_since(first.at).max(SignedDuration::from_nanos(1));
            self.reached.lasting = self.reached.lasting.min(apart);
        }
    }

    /// When the next level, or the repetition, is due.
    fn due(&mut self) -> Option<Moment> {
        let policy = self.climb.policy;
        let level = policy.levels.get(self.next);
        let repeat = policy.repeat.filter(|it| self.round < it.times);
        if level.is_none() && repeat.is_none() {
            return None;
        }
        if let Some(until) = self.waits {
            return Some(Moment { at: until, moves: false });
        }
        match level {
            Some(level) => Some(self.counted(level.after)),
            None => {
                let last = policy.levels.last().map_or(self.anchor, |it| self.counted(it.after));
                Some(last.plus(repeat?.every))
            }
        }
    }

    /// The end of a limit that the anchor begins.
    fn counted(&mut self, after: Limit) -> Moment {
        if let Limit::Within(after) = after {
            return self.anchor.plus(after);
        }
        let (plan, tables) = (self.climb.plan, self.climb.tables);
        let (moment, lasting) = deadline::of(plan, tables, after, self.anchor.at);
        if self.anchor.moves {
            self.reached.lasting = self.reached.lasting.min(lasting);
            moment
        } else {
            Moment { moves: false, ..moment }
        }
    }

    fn level(&mut self, index: usize, now: Moment, is_repeat: bool) -> Step {
        let policy = self.climb.policy;
        let Some(level) = policy.levels.get(index) else { return Step::GoesOn };
        let present = self.ask(&level.page, now);
        if !present.on_duty.is_empty() {
            return self.page(index, &present, now, is_repeat);
        }
        if self.patience == Patience::Business
            && let Some(until) = self.climb.tables.next_duty(&present.people, now.at)
        {
            self.waits(index, until, is_repeat);
            self.because(Why::WaitsForDuty { people: present.people });
            return Step::GoesOn;
        }
        for relief in index + 1..policy.levels.len() {
            let Some(level) = policy.levels.get(relief) else { continue };
            let present = self.ask(&level.page, now);
            if !present.on_duty.is_empty() {
                return self.page(relief, &present, now, is_repeat);
            }
        }
        self.pages_first(&present.people, now);
        self.because(Why::NobodyOnDuty { woken: present.people });
        self.stands_at(index, now, is_repeat);
        Step::GoesOn
    }

    fn page(&mut self, index: usize, present: &Present, now: Moment, is_repeat: bool) -> Step {
        self.pages_first(&present.on_duty, now);
        self.stands_at(index, now, is_repeat);
        if present.on_duty.iter().any(|it| self.has_way(it)) {
            return Step::Reached(now);
        }
        self.because(Why::NoWay { people: present.on_duty.clone() });
        Step::GoesOn
    }

    /// The level that was paged last; a first page and a repetition begin the ladder anew.
    fn stands_at(&mut self, index: usize, now: Moment, is_repeat: bool) {
        let due = self.climb.policy.levels.get(self.next).map(|it| it.after);
        let waited = self.waits.take().is_some();
        if is_repeat || self.next == 0 {
            self.anchor = now;
        } else if let Some(after) = due.filter(|it| it.is_business())
            && waited
        {
            let plan = self.climb.plan;
            let at = after.begin(&plan.calendar, &plan.zone, now.at);
            self.anchor = Moment { at, moves: false };
        }
        self.next = index + 1;
    }

    fn waits(&mut self, index: usize, until: Timestamp, is_repeat: bool) {
        let policy = self.climb.policy;
        let (level, gap) = if is_repeat {
            // The repetition is due again then, as the same round.
            self.round -= 1;
            (policy.levels.last(), policy.repeat.map_or(SignedDuration::ZERO, |it| it.every))
        } else {
            (policy.levels.get(index), SignedDuration::ZERO)
        };
        self.waits = Some(until);
        if let Some(Limit::Within(after)) = level.map(|it| it.after) {
            self.anchor = Moment { at: until - after - gap, moves: false };
        }
    }

    /// The levels for a missed target; whether they page somebody on duty.
    fn condition(&mut self, now: Moment) -> Option<Moment> {
        let levels = self.climb.policy.conditions.iter();
        let mut reached = None;
        for level in levels.filter(|it| it.when == When::TargetMissed) {
            let present = self.ask(&level.page, now);
            let people =
                if present.on_duty.is_empty() { &present.people } else { &present.on_duty };
            self.pages_first(people, now);
            if present.on_duty.iter().any(|it| self.has_way(it)) {
                reached = Some(now);
            }
        }
        reached
    }

    /// Whoever is paged at the moment of the first page is paged first.
    fn pages_first(&mut self, people: &[String], now: Moment) {
        if self.first_at.is_some_and(|it| it != now.at) {
            return;
        }
        for person in people {
            if self.has_way(person) && !self.reached.first.contains(person) {
                self.reached.first.push(person.clone());
                self.first_at = Some(now.at);
            }
        }
    }

    /// The first cause is the one to mend.
    fn because(&mut self, why: Why) {
        if self.reached.why == Why::PromisedEarlier {
            self.reached.why = why;
        }
    }

    fn has_way(&self, id: &str) -> bool {
        self.climb.plan.people.get(id).is_some_and(|it| !it.reach.is_empty())
    }

    fn ask(&mut self, targets: &[crate::plan::Target], now: Moment) -> Present {
        let present = self.climb.tables.present(self.climb.plan, targets, now.at, self.patience);
        if now.moves {
            self.reached.lasting = self.reached.lasting.min(present.until.duration_since(now.at));
        }
        present
    }
}

impl Reached {
    /// The wait of an opening at `opened`.
    pub(super) fn wait(&self, opened: Timestamp) -> Wait {
        self.on_duty.map_or(Wait::Forever, |it| Wait::For(it.at.duration_since(opened)))
    }
}
