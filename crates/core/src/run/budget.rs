//! Budgets: how long a phase and the whole run should take. Exceeding one is said, never enforced.

use jiff::{SignedDuration, Timestamp};

use super::Run;
use super::draft::Draft;
use super::event::{Budget, Fact};
use crate::effect::News;
use crate::runbook::Runbook;

/// A clock may go back by this much without anybody noticing.
const STEP_TOLERANCE: SignedDuration = SignedDuration::from_secs(2);

/// The run's own budget among those of its phases.
const RUN: usize = usize::MAX;

/// A budget that is not yet exceeded.
pub(super) struct Running {
    pub(super) deadline: Timestamp,
    of: Budget,
    limit: SignedDuration,
}

impl Run {
    /// The budget that is exceeded next, if the run goes on.
    pub(super) fn next_budget(&self, runbook: &Runbook) -> Option<Running> {
        if self.is_rehearsal() {
            return None;
        }
        let whole = runbook.budget.map(|limit| (RUN, Budget::Run, limit, self.started_at));
        let phases = runbook.phases.iter().enumerate().filter_map(|(index, phase)| {
            let began = *self.phase_began.get(&index)?;
            // A phase is over once a later one began.
            if self.phase_began.keys().any(|it| *it > index) {
                return None;
            }
            Some((index, Budget::Phase { title: phase.title.clone() }, phase.budget?, began))
        });
        whole
            .into_iter()
            .chain(phases)
            .filter(|(index, ..)| !self.over_budget.contains(index))
            .map(|(_, of, limit, began)| Running { deadline: began + limit, of, limit })
            .min_by_key(|it| it.deadline)
    }
}

/// The key under which an exceeded budget is remembered.
///
/// Phases may share a title. The one that is meant is the latest that began, since earlier ones are over.
pub(super) fn index(of: &Budget, run: &Run, runbook: &Runbook) -> usize {
    match of {
        Budget::Run => RUN,
        Budget::Phase { title } => {
            let is_it = |it: &&usize| runbook.phases.get(**it).is_some_and(|it| it.title == *title);
            run.phase_began.keys().rev().find(is_it).copied().unwrap_or(RUN - 1)
        }
    }
}

impl Draft<'_> {
    pub(super) fn mind_the_budgets(&mut self) {
        // Nothing follows the end of a run.
        while self.run.is_open()
            && let Some(budget) = self.run.next_budget(self.world.runbook)
            && budget.deadline <= self.now
        {
            self.fact(Fact::BudgetExceeded { of: budget.of, limit: budget.limit });
            self.tell(News::RunLate { run: self.run.id.clone() });
        }
    }

    /// Notices a clock that went back, before anything else is thought.
    pub(super) fn mind_the_clock(&mut self) {
        let ahead = self.run.last_at.duration_since(self.now);
        if ahead > STEP_TOLERANCE {
            self.fact(Fact::ClockWentBack { by: ahead });
        }
    }
}
