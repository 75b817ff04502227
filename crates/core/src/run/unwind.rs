//! Taking back what was applied, in reverse. Where that fails, nobody but a person can tell what is true.

use super::StepState;
use super::draft::Draft;
use super::event::{Fact, Hold, Outcome};
use crate::effect::{AfterHold, RunEnd};
use crate::runbook::Step;

impl Draft<'_> {
    /// Only steps known to have taken effect are taken back; an unclear one is left to people.
    pub(super) fn start_unwinding(&mut self, because: String) {
        let steps = &self.world.runbook.steps;
        let undo: Vec<String> = steps
            .iter()
            .rev()
            .filter(|it| self.run.steps.get(&it.name) == Some(&StepState::Done))
            .filter_map(|it| it.undo.clone())
            .collect();
        self.fact(Fact::Unwinding { because, undo });
    }

    pub(super) fn unwind_next(&mut self) {
        let next = self
            .run
            .unwinding
            .as_ref()
            .and_then(|it| it.left.iter().find(|name| !self.run.steps.contains_key(*name)))
            .and_then(|it| self.step(it));
        match next {
            None => self.end(RunEnd::Failed),
            Some(step) if let Some(switch) = self.thrown() => {
                self.hold(step, Hold::Switch { switch }, AfterHold::Wait);
            }
            Some(step) if self.may_begin_alone(step) => self.begin(step, None),
            Some(step) => self.hold(step, Hold::Click, AfterHold::Wait),
        }
    }

    /// One that failed or is unclear is not tried by guess, and nothing before it is taken back over its head.
    pub(super) fn undo_ended(&mut self, step: &Step, outcome: &Outcome) {
        match outcome {
            Outcome::Done => (),
            Outcome::NotStarted { .. } if self.may_start_again(step) => self.start_again(step),
            Outcome::Failed { .. } | Outcome::Unclear { .. } | Outcome::NotStarted { .. } => {
                self.end(RunEnd::Stuck)
            }
        }
    }
}
