//! What an incident makes of what its runs tell.

use super::draft::Draft;
use super::event::Fact;
use super::{Incident, RunState};
use crate::effect::{AfterHold, News, RunEnd};
use crate::id::RunId;
use crate::plan::When;

impl Draft<'_> {
    /// Hears of a run. The same news again changes nothing.
    pub(super) fn hear(&mut self, news: News) {
        match news {
            News::RunStarted { run, runbook } => {
                if !self.incident.runs.contains_key(&run) {
                    self.fact(Fact::RunStarted { run, runbook });
                }
            }
            News::RunRefused { runbook, reason } => {
                if self.incident.requested.contains(&runbook) {
                    self.fact(Fact::RunRefused {
                        runbook: runbook.clone(),
                        reason: reason.clone(),
                    });
                    self.call(format!("runbook {runbook} was not started: {reason}"));
                }
            }
            News::RunHeld { run, step, reason, from, then } => {
                self.run_held(run, step, reason, &from, then)
            }
            News::RunNeedsAnother { run, step, by } => self.run_needs_another(run, step, &by),
            News::RunResumed { run } => {
                if matches!(self.state_of(&run), Some(RunState::Held { .. })) {
                    self.fact(Fact::RunResumed { run });
                }
            }
            News::RunLate { .. } => {
                if self.incident.is_open() {
                    self.condition(When::RunLate, None);
                }
            }
            News::StepUnclear { .. } => {
                if self.incident.is_open() {
                    self.condition(When::StepUnclear, None);
                }
            }
            News::RunEnded { run, end } => self.run_ended(run, end),
        }
    }

    fn run_held(
        &mut self,
        run: RunId,
        step: String,
        reason: String,
        from: &[String],
        then: AfterHold,
    ) {
        let held = RunState::Held { step: step.clone(), reason: reason.clone() };
        match self.state_of(&run) {
            None | Some(RunState::Ended { .. }) => return,
            Some(state) if *state == held => return,
            Some(RunState::Going | RunState::Held { .. }) => (),
        }
        self.fact(Fact::RunHeld { run, step: step.clone(), reason: reason.clone() });
        if self.incident.is_open() {
            self.call_for_a_person(format!("step {step}: {reason}"), from);
        }
        if then == AfterHold::Escalate && self.incident.is_open() {
            let by = super::decide::MATOI.to_owned();
            // Where there is no further level, the call above is all that can be done.
            let _ = self.climb_now(crate::page::PageReason::AskedBy { by });
        }
    }

    /// What came to hold while the incident was resolved called nobody; now that it is open again, somebody has to know.
    pub(super) fn call_for_held_runs(&mut self) {
        let held = self.incident.runs.values().filter_map(|it| match &it.state {
            RunState::Held { step, reason } => Some(format!("step {step}: {reason}")),
            RunState::Going | RunState::Ended { .. } => None,
        });
        for what in held.collect::<Vec<_>>() {
            self.call_for_a_person(what, &[]);
        }
    }

    fn run_needs_another(&mut self, run: RunId, step: String, by: &str) {
        let reason = format!("waits for a second person beside {by}");
        match self.state_of(&run) {
            None | Some(RunState::Ended { .. }) => return,
            Some(RunState::Held { reason: held, .. }) if *held == reason => return,
            Some(RunState::Going | RunState::Held { .. }) => (),
        }
        self.fact(Fact::RunHeld { run, step: step.clone(), reason: reason.clone() });
        if self.incident.is_open() {
            self.call_for_another(format!("step {step}: {reason}"), by);
        }
    }

    fn run_ended(&mut self, run: RunId, end: RunEnd) {
        match self.state_of(&run) {
            None | Some(RunState::Ended { .. }) => return,
            Some(RunState::Going | RunState::Held { .. }) => (),
        }
        self.fact(Fact::RunEnded { run: run.clone(), end });
        match end {
            RunEnd::Verified | RunEnd::Looked => (),
            RunEnd::Unverified => self.call(format!("{run} ended and nothing verified it")),
            RunEnd::Failed | RunEnd::Stuck => {
                if self.incident.is_open() {
                    self.condition(When::RunFailed, None);
                }
                self.call(format!("{run} failed"));
            }
            // A person ended it and knows.
            RunEnd::Aborted => (),
        }
    }

    fn call(&mut self, what: String) {
        if self.incident.is_open() {
            self.call_for_a_person(what, &[]);
        }
    }

    fn state_of(&self, run: &RunId) -> Option<&RunState> {
        self.incident.runs.get(run).map(|it| &it.state)
    }
}

impl Incident {
    /// Runs that verified, unless a later one ended otherwise.
    pub fn verifying_runs(&self) -> Vec<RunId> {
        let ended = |state: &RunState| match state {
            RunState::Ended { end: RunEnd::Looked, .. }
            | RunState::Going
            | RunState::Held { .. } => None,
            RunState::Ended { end, at } => Some((*at, *end)),
        };
        let last = self
            .runs
            .iter()
            .filter_map(|(id, it)| Some((ended(&it.state)?, id)))
            .max_by_key(|(it, id)| (it.0, *id));
        match last {
            Some(((_, RunEnd::Verified), _)) => self
                .runs
                .iter()
                .filter(|(_, it)| ended(&it.state).is_some_and(|(_, end)| end == RunEnd::Verified))
                .map(|(id, _)| id.clone())
                .collect(),
            Some(_) | None => Vec::new(),
        }
    }
}
