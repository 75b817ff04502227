//! The way forward: from one step to the next, until something has to be waited for.

use jiff::Timestamp;

use super::command::{Command, Refusal};
use super::draft::{Decision, Draft, World};
use super::event::{Fact, Hold, Skip};
use super::lock::Lock;
use super::{Phase, Run, Settling, StepState, Verified};
use crate::effect::{AfterHold, News, RunEnd};
use crate::gate::Switch;
use crate::runbook::{Act, Kind, Step, Wanted};

impl Run {
    /// Decides what follows from `command`. A command told twice changes nothing the second time.
    pub fn decide(
        &self,
        command: Command,
        world: World<'_>,
        now: Timestamp,
    ) -> Result<Decision, Refusal> {
        let mut draft = Draft::new(self.clone(), world, now);
        if !self.is_open() {
            return match command {
                Command::StepEnded { .. } | Command::StepExamined { .. } | Command::Wake => {
                    Ok(draft.done())
                }
                Command::Start { .. }
                | Command::Answer { .. }
                | Command::Vote { .. }
                | Command::Tick { .. }
                | Command::Cancel { .. } => Err(Refusal::Ended),
            };
        }
        draft.mind_the_clock();
        match command {
            Command::StepEnded { step, attempt, outcome, output } => {
                draft.step_ended(&step, attempt, outcome, output);
            }
            Command::StepExamined { step, finding } => draft.examined(&step, finding),
            Command::Start { step, by } => draft.click(&step, by)?,
            Command::Answer { step, by, answer, reason } => {
                draft.answer(&step, by, answer, &reason)?
            }
            Command::Vote { step, by, vote, reason } => draft.vote(&step, by, vote, reason)?,
            Command::Tick { step, item, by, note } => draft.tick(&step, item, by, note)?,
            Command::Cancel { by, reason } => draft.cancel_run(by, &reason)?,
            Command::Wake => draft.wake(),
        }
        draft.mind_the_budgets();
        draft.advance();
        Ok(draft.done())
    }
}

impl Draft<'_> {
    /// Goes on until something has to be waited for. Each pass brings one step to an end or returns.
    pub(super) fn advance(&mut self) {
        for _ in 0..=self.world.runbook.steps.len() * 2 {
            if self.run.phase != Phase::Going || self.is_waiting() {
                return;
            }
            if self.run.cancelled.is_some() {
                return self.end(RunEnd::Aborted);
            }
            if let Lock::Wanted(lock) = self.run.lock.clone() {
                self.take_lock(lock);
                continue;
            }
            if self.run.is_rehearsal() {
                self.rehearse_next();
                continue;
            }
            if self.run.unwinding.is_some() {
                self.unwind_next();
                continue;
            }
            // A handler is the last thing that a failed run does, however it ended.
            if self.has_called_a_handler() {
                return self.end(RunEnd::Failed);
            }
            let runbook = self.world.runbook;
            let next = runbook
                .steps
                .iter()
                .find(|it| it.kind.is_forward() && !self.run.steps.contains_key(&it.name));
            match next {
                Some(step) => self.reach(step),
                None => return self.finish(),
            }
        }
    }

    fn is_waiting(&self) -> bool {
        self.run.steps.iter().any(|(name, it)| match it {
            // Nobody was called for an optional list, so nothing waits for it.
            StepState::List { .. } => self.step(name).is_none_or(|it| !it.optional),
            // A person who takes back what was applied has looked at the unclear step, and leaves it as it is.
            StepState::Unclear { settling: Settling::Open, .. } => self.run.unwinding.is_none(),
            StepState::Performing { .. }
            | StepState::RetryAt { .. }
            | StepState::Unclear { .. }
            | StepState::Gate { .. }
            | StepState::Examining { .. }
            | StepState::Waiting { .. } => true,
            StepState::Done
            | StepState::Failed { .. }
            | StepState::Skipped
            | StepState::Examined { .. } => false,
        })
    }

    fn has_called_a_handler(&self) -> bool {
        let mut handlers = self.world.runbook.steps.iter().filter(|it| it.kind == Kind::Handler);
        handlers.any(|it| self.run.steps.contains_key(&it.name))
    }

    /// Comes to a step: leaves it out, holds before it, or begins it.
    fn reach(&mut self, step: &Step) {
        if let Some(reason) = self.reason_to_skip(step) {
            return self.fact(Fact::StepSkipped { step: step.name.clone(), reason });
        }
        if let Some(switch) = self.thrown() {
            return self.hold(step, Hold::Switch { switch }, AfterHold::Wait);
        }
        if !self.may_begin_alone(step) {
            return self.hold(step, Hold::Click, AfterHold::Wait);
        }
        self.begin(step, None);
    }

    /// The switch that keeps this run from acting, if one is thrown.
    pub(super) fn thrown(&self) -> Option<Switch> {
        self.world.switches.covering(&self.world.runbook.name).cloned()
    }

    pub(super) fn begin(&mut self, step: &Step, by: Option<String>) {
        match &step.act {
            Act::Perform { .. } => self.perform(step, by, None),
            Act::Approve(approval) => self.open_gate(step, approval),
            Act::Wait { lasting } => {
                self.fact(Fact::WaitStarted {
                    step: step.name.clone(),
                    until: self.now + *lasting,
                });
            }
            Act::Tick { items } => self.open_list(step, items),
        }
    }

    fn reason_to_skip(&self, step: &Step) -> Option<Skip> {
        if let Some(condition) = &step.condition {
            let holds = match (self.run.steps.get(&condition.step), condition.wanted) {
                (Some(StepState::Done), Wanted::Succeeded)
                | (Some(StepState::Failed { .. }), Wanted::Failed) => true,
                // A step that was left out satisfies neither.
                (Some(_) | None, Wanted::Succeeded | Wanted::Failed) => false,
            };
            if !holds {
                return Some(Skip::Condition { step: condition.step.clone() });
            }
        }
        let unmet =
            step.needs.iter().find(|it| self.run.steps.get(*it) != Some(&StepState::Done))?;
        Some(Skip::Needs { step: unmet.clone() })
    }

    /// A step that may begin with nobody there; nothing of a runbook with errors is performed so.
    pub(super) fn may_begin_alone(&self, step: &Step) -> bool {
        let runbook = self.world.runbook;
        let is_fit = runbook.sound || step.kind == Kind::Durable;
        is_fit && self.world.plan.lets_alone(&runbook.name, step.kind)
    }

    pub(super) fn hold(&mut self, step: &Step, reason: Hold, then: AfterHold) {
        let text = match &reason {
            Hold::Click => "waits for a person to start it".to_owned(),
            Hold::Failed { reason } => format!("failed: {reason}"),
            Hold::Unclear { reason } => format!("nobody can tell whether it took effect: {reason}"),
            Hold::Switch { switch } => {
                format!("held by the switch of {}: {}", switch.by, switch.reason)
            }
            Hold::Lock { lock, by } => format!("waits for {lock}, which {by} has"),
        };
        // Whoever threw a switch knows; nobody is called for it.
        let is_known = matches!(reason, Hold::Switch { .. } | Hold::Lock { .. });
        self.fact(Fact::Held { step: step.name.clone(), reason });
        if !is_known {
            self.tell_held(&step.name, text, Vec::new(), then);
        }
    }

    pub(super) fn tell_held(
        &mut self,
        step: &str,
        reason: String,
        from: Vec<String>,
        then: AfterHold,
    ) {
        self.tell(News::RunHeld {
            run: self.run.id.clone(),
            step: step.to_owned(),
            reason,
            from,
            then,
        });
    }

    pub(super) fn tell_resumed(&mut self) {
        self.tell(News::RunResumed { run: self.run.id.clone() });
    }

    fn finish(&mut self) {
        let end = match self.run.verified {
            Verified::Yes => RunEnd::Verified,
            Verified::No => RunEnd::Unverified,
            Verified::NothingYet => RunEnd::Looked,
        };
        self.end(end);
    }

    pub(super) fn end(&mut self, end: RunEnd) {
        self.release_lock();
        self.fact(Fact::Ended { end });
        self.tell(News::RunEnded { run: self.run.id.clone(), end });
    }
}
