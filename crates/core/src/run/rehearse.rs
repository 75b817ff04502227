//! A rehearsal: of every step it is found out whether it could be performed, and looks are taken.
//!
//! ```text
//! scripts ─▶ examined by their adapter: programs, files, secrets, the writing of the script
//!              └─ ready, and only looks ─▶ performed, once
//! gates   ─▶ whether enough of those who may vote can be reached
//! waits   ─▶ ready;  lists ─▶ nobody can tell
//! ```
//!
//! **Invariant:** a rehearsal performs nothing that may change something, calls nobody, and tells no incident.

use super::draft::Draft;
use super::event::{Fact, Finding, Hold, Purpose};
use super::{Run, StepState};
use crate::effect::{AfterHold, Effect, RunEnd};
use crate::runbook::{Act, Approval, Kind, OnFail, Step, environment};

impl Run {
    /// Whether it only finds out what would happen.
    pub fn is_rehearsal(&self) -> bool {
        self.purpose == Purpose::Rehearse
    }
}

impl Draft<'_> {
    /// Comes to the next step of the file, whatever conditions stand before it, or to the end.
    pub(super) fn rehearse_next(&mut self) {
        let steps = &self.world.runbook.steps;
        let Some(step) = steps.iter().find(|it| !self.run.steps.contains_key(&it.name)) else {
            return self.end(self.rehearsed());
        };
        match &step.act {
            Act::Perform { .. }
                if is_look(step)
                    && let Some(switch) = self.thrown() =>
            {
                self.hold(step, Hold::Switch { switch }, AfterHold::Wait);
            }
            Act::Perform { .. } => {
                self.fact(Fact::ExaminationBegan { step: step.name.clone() });
                self.ask(Effect::ExamineStep, step);
            }
            Act::Approve(approval) => self.found(step, self.would_open(approval)),
            Act::Wait { .. } => self.found(step, Finding::Ready),
            Act::Tick { .. } => {
                self.found(step, Finding::Unproved { why: "people do it".to_owned() });
            }
        }
    }

    /// An adapter answered. What nobody waits for any more changes nothing.
    pub(super) fn examined(&mut self, name: &str, finding: Finding) {
        if !matches!(self.run.steps.get(name), Some(StepState::Examining { .. })) {
            return;
        }
        let Some(step) = self.step(name) else { return };
        let Act::Perform { script, .. } = &step.act else { return };
        if finding != Finding::Ready || !is_look(step) || self.run.cancelled.is_some() {
            return self.found(step, finding);
        }
        match self.unpublished(script) {
            Some(other) => {
                let why = format!("it needs what {} publishes", other.name);
                self.found(step, Finding::Unproved { why });
            }
            None => self.perform(step, None, None),
        }
    }

    fn found(&mut self, step: &Step, finding: Finding) {
        self.fact(Fact::StepExamined { step: step.name.clone(), finding });
    }

    /// A step whose outputs this script asks for, and which has none.
    fn unpublished(&self, script: &str) -> Option<&Step> {
        let runbook = self.world.runbook;
        let mut steps = runbook.steps.iter();
        steps.find(|it| {
            self.run.steps.get(&it.name) != Some(&StepState::Done)
                && environment::asks_for(script, &it.name, runbook)
        })
    }

    fn would_open(&self, approval: &Approval) -> Finding {
        let reachable = self.world.plan.reachable_voters(approval);
        if reachable >= approval.min as usize {
            return Finding::Ready;
        }
        let min = approval.min;
        let what = format!("{min} must approve, and {reachable} of those who may can be reached");
        Finding::Lacks { what }
    }

    /// What would fail for good in a run is what the rehearsal fails for.
    fn rehearsed(&self) -> RunEnd {
        let fails = |step: &Step| match self.run.steps.get(&step.name) {
            Some(StepState::Failed { .. }) => !is_provided_for(step),
            Some(StepState::Examined { finding: Finding::Lacks { .. } }) => !step.optional,
            Some(
                StepState::Examined { finding: Finding::Ready | Finding::Unproved { .. } }
                | StepState::Examining { .. }
                | StepState::Performing { .. }
                | StepState::RetryAt { .. }
                | StepState::Done
                | StepState::Unclear { .. }
                | StepState::Skipped
                | StepState::Gate { .. }
                | StepState::List { .. }
                | StepState::Waiting { .. },
            )
            | None => false,
        };
        match self.world.runbook.steps.iter().any(fails) {
            true => RunEnd::Failed,
            false => RunEnd::Looked,
        }
    }
}

/// What a rehearsal performs. Its author says that it changes nothing.
fn is_look(step: &Step) -> bool {
    match step.kind {
        Kind::Diagnose | Kind::Verify => true,
        Kind::Click | Kind::Backup | Kind::Recover | Kind::Undo | Kind::Handler | Kind::Durable => {
            false
        }
    }
}

/// Whether the runbook goes on when this step fails.
fn is_provided_for(step: &Step) -> bool {
    match step.on_fail {
        OnFail::Continue | OnFail::Goto(_) => true,
        OnFail::Abort | OnFail::Pause | OnFail::Escalate | OnFail::Undo => step.optional,
    }
}
