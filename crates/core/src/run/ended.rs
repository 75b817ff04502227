//! What follows when an attempt ended: the table of outcomes, the checks of unclear steps, and `on-fail`.

use jiff::SignedDuration;

use super::draft::Draft;
use super::event::{Fact, Hold, Outcome, Output, Settler, Skip, Verdict};
use super::{Settling, StepState};
use crate::effect::{AfterHold, News, RunEnd};
use crate::runbook::{Kind, OnFail, Step};

/// By this status a check says that the change did not take effect; any other failure only says that it cannot tell.
const NOT_APPLIED: i32 = 10;

/// Tries of a step that did not even begin; a full process table empties by itself, a missing interpreter never.
const STARTS_MAX: u32 = 3;

/// Looks that were lost, with the server that made them, are made again this often beyond `retry`.
const LOST_LOOKS_MAX: u32 = 5;

/// Attempts of a step whose author promises that twice is once, or whose check says that nothing happened.
const SAFE_REPEATS_MAX: u32 = 3;

/// The pause before a step that did not begin is tried again.
const START_PAUSE: SignedDuration = SignedDuration::from_secs(2);

impl Draft<'_> {
    /// An attempt ended. One that nobody waits for, told twice or too late, changes nothing.
    pub(super) fn step_ended(
        &mut self,
        name: &str,
        attempt: u32,
        outcome: Outcome,
        output: Output,
    ) {
        if !self.run.awaits(name, attempt) {
            return;
        }
        let Some(step) = self.step(name) else { return };
        let settles = self.run.settled_by(name, attempt).map(str::to_owned);
        let tries_of_check = settles.as_ref().and_then(|it| self.check_tries(it));
        let exit = output.exit;
        self.fact(Fact::StepEnded {
            step: name.to_owned(),
            attempt,
            outcome: outcome.clone(),
            output,
        });
        if let Some(unclear) = settles {
            return self.check_answered(
                &unclear,
                step,
                &outcome,
                exit,
                tries_of_check.unwrap_or(1),
            );
        }
        if self.run.unwinding.is_some() {
            return self.undo_ended(step, &outcome);
        }
        match outcome {
            Outcome::Done => (),
            Outcome::Failed { reason } => self.step_failed(step, reason),
            Outcome::NotStarted { reason } => self.step_not_started(step, reason),
            Outcome::Unclear { reason } if !step.kind.changes_things() => {
                self.look_lost(step, reason)
            }
            Outcome::Unclear { reason } => self.step_unclear(step, reason),
        }
    }

    fn tries(&self, step: &Step) -> u32 {
        self.run.tries.get(&step.name).copied().unwrap_or(0)
    }

    fn retry_at(&mut self, step: &str, pause: SignedDuration) {
        self.fact(Fact::RetryDue { step: step.to_owned(), at: self.now + pause });
    }

    fn step_failed(&mut self, step: &Step, reason: String) {
        // A rehearsal asks what a look says now; it waits for nothing to become well.
        if self.run.cancelled.is_some() || self.run.is_rehearsal() {
            return;
        }
        if !step.kind.changes_things() && self.tries(step) <= step.retry {
            return self.retry_at(&step.name, step.every);
        }
        self.give_up(step, reason);
    }

    fn look_lost(&mut self, step: &Step, reason: String) {
        if self.run.cancelled.is_some() {
            return;
        }
        if self.tries(step) <= step.retry + LOST_LOOKS_MAX {
            return self.retry_at(&step.name, SignedDuration::ZERO);
        }
        self.give_up(step, reason);
    }

    fn step_not_started(&mut self, step: &Step, reason: String) {
        if self.run.cancelled.is_some() {
            return;
        }
        if self.may_start_again(step) {
            return self.start_again(step);
        }
        self.give_up(step, reason);
    }

    pub(super) fn may_start_again(&self, step: &Step) -> bool {
        self.tries(step) < STARTS_MAX
    }

    pub(super) fn start_again(&mut self, step: &Step) {
        self.retry_at(&step.name, START_PAUSE);
    }

    /// The step failed for good: what its author wants then.
    pub(super) fn give_up(&mut self, step: &Step, reason: String) {
        if step.optional || self.run.is_rehearsal() {
            return;
        }
        if step.kind == Kind::Handler {
            return self.end(RunEnd::Failed);
        }
        match &step.on_fail {
            OnFail::Continue => (),
            OnFail::Abort => self.end(RunEnd::Failed),
            OnFail::Pause => self.hold(step, Hold::Failed { reason }, AfterHold::Wait),
            OnFail::Escalate => self.hold(step, Hold::Failed { reason }, AfterHold::Escalate),
            OnFail::Undo => self.start_unwinding(format!("{} failed: {reason}", step.name)),
            OnFail::Goto(target) => self.jump(step, target),
        }
    }

    /// Forward only: what lies between is left out, so that a run always comes to its end.
    fn jump(&mut self, from: &Step, target: &str) {
        let Some(to) = self.step(target) else { return self.end(RunEnd::Failed) };
        self.fact(Fact::Jumped { from: from.name.clone(), to: to.name.clone() });
        if to.kind == Kind::Handler {
            return self.begin(to, None);
        }
        let steps = &self.world.runbook.steps;
        let place = |name: &str| steps.iter().position(|it| it.name == name);
        let (Some(here), Some(there)) = (place(&from.name), place(&to.name)) else { return };
        let between = steps.get(here + 1..there).unwrap_or_default();
        for step in between.iter().filter(|it| it.kind.is_forward()) {
            if !self.run.steps.contains_key(&step.name) {
                self.fact(Fact::StepSkipped { step: step.name.clone(), reason: Skip::NotCalled });
            }
        }
    }

    /// Nobody can tell: its check, its author's promise, or a person.
    fn step_unclear(&mut self, step: &Step, reason: String) {
        self.tell(News::StepUnclear {
            run: self.run.id.clone(),
            step: step.name.clone(),
            reason: reason.clone(),
        });
        if self.run.cancelled.is_some() {
            // The timeline keeps it as unclear; ending the run claims nothing about it.
            return self.end(RunEnd::Aborted);
        }
        let check = step.check.as_ref().and_then(|it| self.step(it));
        match check {
            Some(check) => self.perform(check, None, Some(step.name.clone())),
            None if step.idempotent && self.tries(step) < SAFE_REPEATS_MAX => {
                self.retry_as_new(step);
            }
            None => self.hold(step, Hold::Unclear { reason }, AfterHold::Wait),
        }
    }

    fn retry_as_new(&mut self, step: &Step) {
        self.perform(step, None, None);
    }

    fn check_tries(&self, unclear: &str) -> Option<u32> {
        match self.run.steps.get(unclear) {
            Some(StepState::Unclear { settling: Settling::Check { tries, .. }, .. }) => {
                Some(*tries)
            }
            Some(_) | None => None,
        }
    }

    fn check_answered(
        &mut self,
        unclear: &str,
        check: &Step,
        outcome: &Outcome,
        exit: Option<i32>,
        tries: u32,
    ) {
        let Some(step) = self.step(unclear) else { return };
        let attempt = self.run.attempts.get(unclear).copied().unwrap_or(0);
        let verdict = match outcome {
            Outcome::Done => Verdict::Applied,
            Outcome::Failed { .. } if exit == Some(NOT_APPLIED) => Verdict::NotApplied,
            Outcome::Failed { .. } | Outcome::NotStarted { .. } | Outcome::Unclear { .. } => {
                if tries <= check.retry && self.run.cancelled.is_none() {
                    return self.look_again(unclear, check, tries);
                }
                Verdict::StillUnclear
            }
        };
        let by = Settler::Check { step: check.name.clone() };
        self.fact(Fact::StepSettled { step: unclear.to_owned(), attempt, verdict, by });
        match verdict {
            Verdict::Applied => (),
            Verdict::NotApplied
                if self.tries(step) < SAFE_REPEATS_MAX && self.may_begin_alone(step) =>
            {
                self.retry_as_new(step);
            }
            Verdict::NotApplied => self.give_up(step, "it did not take effect".to_owned()),
            Verdict::StillUnclear => {
                let reason = format!("its check {} could not tell", check.name);
                self.hold(step, Hold::Unclear { reason }, AfterHold::Wait);
            }
        }
    }

    fn look_again(&mut self, unclear: &str, check: &Step, tries: u32) {
        let at = self.now + check.every;
        self.fact(Fact::CheckDue {
            step: unclear.to_owned(),
            check: check.name.clone(),
            at,
            tries,
        });
    }
}
