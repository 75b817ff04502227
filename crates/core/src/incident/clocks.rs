//! When an incident next needs attention, and what a clock that went back does to it.

use jiff::{SignedDuration, Timestamp};

use super::draft::World;
use super::event::Fact;
use super::{Draft, Incident, LadderState, RunState};
use crate::plan::{Clock, Escalation, Level, Limit, Unless};

/// A clock may go back by this much without anybody noticing: stored times are rounded to milliseconds.
const STEP_TOLERANCE: SignedDuration = SignedDuration::from_secs(2);

impl Incident {
    /// When this incident next needs attention if nobody speaks before.
    ///
    /// It follows from the state, so no timer can be lost, doubled, or left over.
    pub fn wake_at(&self, world: World<'_>) -> Option<Timestamp> {
        if !self.is_open() {
            return self.passed_untold(world);
        }
        let ladder = self.ladder_due(world);
        let way = self.next_way(world.plan).map(|it| it.at);
        let target = self.next_target(world).map(|it| it.1);
        let update = self.update_due(world);
        [ladder, way, target, update].into_iter().flatten().min()
    }

    /// The policy that this incident follows.
    pub(super) fn policy<'p>(&self, world: World<'p>) -> Option<&'p Escalation> {
        world.plan.escalation_for(
            self.escalation.as_deref(),
            self.service.as_deref(),
            &self.severity,
        )
    }

    /// When the next level by time is due.
    pub(super) fn ladder_due(&self, world: World<'_>) -> Option<Timestamp> {
        if self.ladder.state == LadderState::Exhausted {
            return None;
        }
        let policy = self.policy(world)?;
        let next = self.next_level(policy);
        let is_repeat = next.is_none();
        let waits = self.ladder.waits.filter(|it| it.level == next);
        if let Some(it) = waits.filter(|_| !(is_repeat && self.acknowledged.is_some())) {
            return Some(it.until);
        }
        let due = |it: &Level| {
            it.after.deadline(&world.plan.calendar, &world.plan.zone, self.ladder.anchor)
        };
        match next {
            Some(level) => policy.levels.get(level).map(due),
            // Past the last level: the repetition, or the word that there is none.
            None if self.acknowledged.is_some() => None,
            None => {
                let last = policy.levels.last().map_or(self.ladder.anchor, due);
                let gap = policy.repeat.map_or(SignedDuration::ZERO, |it| it.every);
                Some(last + gap)
            }
        }
    }

    /// The next level that is still needed.
    pub(super) fn next_level(&self, policy: &Escalation) -> Option<usize> {
        (self.ladder.next..policy.levels.len()).find(|index| {
            match policy.levels.get(*index).map(|it| it.unless) {
                Some(Unless::Acknowledged) => self.acknowledged.is_none(),
                Some(Unless::Resolved) | None => true,
            }
        })
    }

    /// The next target that is not met, not missed, and has an end.
    pub(super) fn next_target(&self, world: World<'_>) -> Option<(Clock, Timestamp, Limit)> {
        let severity = world.plan.severity(&self.severity)?;
        let targets = world.plan.targets_of(severity, self.opened_at);
        targets
            .into_iter()
            .filter(|(clock, _)| !self.missed.contains(clock) && self.is_running(*clock))
            // "At once" is no number of minutes: the first level is its answer, and nobody could keep it.
            .filter(|(_, limit)| *limit != Limit::Within(SignedDuration::ZERO))
            .map(|(clock, limit)| {
                let deadline =
                    limit.deadline(&world.plan.calendar, &world.plan.zone, self.opened_at);
                (clock, deadline, limit)
            })
            .min_by_key(|(_, deadline, _)| *deadline)
    }

    /// Whether this clock still runs; those of the time after an incident are the report's.
    fn is_running(&self, clock: Clock) -> bool {
        match clock {
            Clock::Acknowledge => self.acknowledged.is_none(),
            Clock::Respond => self.responded_at.is_none(),
            Clock::Resolve => self.is_open(),
            Clock::Update | Clock::Escalate | Clock::Report | Clock::Review => false,
        }
    }

    /// When stakeholders should hear something again.
    pub(super) fn update_due(&self, world: World<'_>) -> Option<Timestamp> {
        let severity = world.plan.severity(&self.severity)?;
        let targets = world.plan.targets_of(severity, self.updated_at);
        let limit = targets.get(&Clock::Update)?;
        Some(limit.deadline(&world.plan.calendar, &world.plan.zone, self.updated_at))
            .filter(|it| *it > self.updated_at)
    }

    /// Moves everything that waits, so that an hour's step back makes nobody wait an hour longer.
    ///
    /// How far the clock went is only known from the last event; what passed since then counts anew.
    pub(super) fn shift_back(&mut self, by: SignedDuration) {
        self.ladder.anchor -= by;
        if let Some(it) = &mut self.ladder.waits {
            it.until -= by;
        }
        self.opened_at -= by;
        self.since -= by;
        self.updated_at -= by;
        if let Some(it) = &mut self.acknowledged {
            it.at -= by;
        }
        if let Some(it) = &mut self.responded_at {
            *it -= by;
        }
        for page in self.pages.values_mut() {
            page.since -= by;
        }
        for run in self.runs.values_mut() {
            if let RunState::Ended { at, .. } = &mut run.state {
                *at -= by;
            }
        }
    }
}

impl Draft<'_> {
    /// Notices a clock that went back, before anything else is thought.
    pub(super) fn mind_the_clock(&mut self) {
        let ahead = self.incident.last_at.duration_since(self.now);
        if ahead > STEP_TOLERANCE {
            self.fact(Fact::ClockWentBack { by: ahead });
        }
    }

    /// Targets that were missed; each is said once.
    pub(super) fn miss_targets(&mut self) {
        while let Some((clock, deadline, limit)) =
            self.incident.next_target(self.world).filter(|it| it.1 <= self.now)
        {
            self.fact(Fact::TargetMissed { clock, limit, deadline });
            self.condition(crate::plan::When::TargetMissed, None);
        }
    }

    /// Says that stakeholders should hear something.
    pub(super) fn mind_the_update(&mut self) {
        if let Some(due) = self.incident.update_due(self.world)
            && due <= self.now
        {
            self.fact(Fact::UpdateDue { since: self.incident.updated_at });
        }
    }
}
