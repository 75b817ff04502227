//! Pages that may wait: the first level of an incident is due with that of others, and what came and went before is
//! told then too.

use jiff::Timestamp;

use super::Incident;
use super::draft::{Draft, World};
use super::event::Fact;
use crate::page::{PageReason, Urgency};

impl Incident {
    /// When a digest has to tell of an incident that was over before its page was due: nobody has had it, and nobody
    /// was told.
    pub(super) fn passed_untold(&self, world: World<'_>) -> Option<Timestamp> {
        let waits = self.ladder.waits.filter(|it| it.level == Some(0) && self.ladder.next == 0)?;
        let severity = world.plan.severity(&self.severity)?;
        let has_level = self.policy(world).is_some_and(|it| !it.levels.is_empty());
        let is_untold = !self.is_open() && self.acknowledged.is_none() && has_level;
        (is_untold && severity.digest.is_some()).then_some(waits.until)
    }
}

impl Draft<'_> {
    /// When the first level is due instead of now. A ladder waits for a digest once; what a person asks for, or what
    /// follows an answer, does not wait.
    pub(super) fn next_digest(&self, reason: &PageReason) -> Option<Timestamp> {
        let plan = self.world.plan;
        let is_first = *reason == PageReason::FirstLevel && self.incident.ladder.waits.is_none();
        let is_raised =
            *reason == PageReason::SeverityRaised && self.incident.acknowledged.is_none();
        let is_held = is_first || is_raised;
        let severity = plan.severity(&self.incident.severity).filter(|_| is_held)?;
        plan.digest_after(severity, self.now)
    }

    /// Whether a page goes out with those of other incidents.
    pub(super) fn urgency(&self, reason: &PageReason) -> Urgency {
        let plan = self.world.plan;
        let is_patient = match reason {
            PageReason::FirstLevel
            | PageReason::Unanswered { .. }
            | PageReason::NextWay
            | PageReason::NobodyOnDuty
            | PageReason::Undeliverable { .. }
            | PageReason::Repeated { .. }
            | PageReason::Passed => true,
            PageReason::Condition { .. }
            | PageReason::AskedBy { .. }
            | PageReason::NeedsPerson { .. }
            | PageReason::SeverityRaised
            | PageReason::Reopened
            | PageReason::Announced => false,
        };
        let has_digest =
            plan.severity(&self.incident.severity).is_some_and(|it| it.digest.is_some());
        if is_patient && has_digest { Urgency::Gathered } else { Urgency::AtOnce }
    }

    /// Tells the first level of an incident that was over before its page was due. Nobody is woken for it.
    pub(super) fn tell_what_passed(&mut self) {
        let due = self.incident.passed_untold(self.world);
        let Some(policy) = self.incident.policy(self.world) else { return };
        let Some(level) = policy.levels.first().filter(|_| due.is_some_and(|it| it <= self.now))
        else {
            return;
        };
        if self.on_duty(&level.page).is_empty()
            && let Some(until) = self.next_duty(&level.page)
        {
            return self.fact(Fact::DigestWaits { until });
        }
        self.fact(Fact::Escalated { level: Some(0), reason: PageReason::Passed });
        let people = self.on_duty_or_all(&level.page);
        self.page_people(&people, &PageReason::Passed);
    }
}
