//! Gates, waits and lists: steps that may last for hours and survive everything, since they are only state.

use jiff::Timestamp;

use super::draft::Draft;
use super::event::{Fact, Hold};
use super::{Phase, Run, Settling, StepState};
use crate::effect::{AfterHold, RunEnd};
use crate::runbook::{Act, Approval, OnExpire, Step, environment};

impl Run {
    /// When this run next needs attention if nobody speaks before.
    pub fn wake_at(&self, runbook: &crate::runbook::Runbook) -> Option<Timestamp> {
        if !self.is_open() {
            return None;
        }
        let steps = self.steps.values().filter_map(|it| match it {
            StepState::RetryAt { at } | StepState::Waiting { until: at } => Some(*at),
            StepState::Unclear { settling: Settling::CheckAt { at, .. }, .. } => Some(*at),
            StepState::Gate { expires, .. } => *expires,
            StepState::Performing { .. }
            | StepState::Done
            | StepState::Failed { .. }
            | StepState::Unclear { .. }
            | StepState::Skipped
            | StepState::Examining { .. }
            | StepState::Examined { .. }
            | StepState::List { .. } => None,
        });
        let budget = self.next_budget(runbook).map(|it| it.deadline);
        steps.chain(budget).min()
    }
}

impl Draft<'_> {
    /// What is due. A wake-up may come late, twice, or for nothing.
    pub(super) fn wake(&mut self) {
        if let Phase::Held { step, reason: Hold::Switch { .. } } = self.run.phase.clone()
            && self.world.switches.covering(&self.world.runbook.name).is_none()
        {
            self.fact(Fact::Resumed { step, by: crate::incident::decide::MATOI.to_owned() });
        }
        self.ask_for_lock();
        let due: Vec<&Step> =
            self.world.runbook.steps.iter().filter(|it| self.is_due(&it.name)).collect();
        for step in due {
            self.step_due(step);
        }
    }

    fn is_due(&self, step: &str) -> bool {
        match self.run.steps.get(step) {
            Some(
                StepState::RetryAt { at }
                | StepState::Waiting { until: at }
                | StepState::Gate { expires: Some(at), .. }
                | StepState::Unclear { settling: Settling::CheckAt { at, .. }, .. },
            ) => *at <= self.now,
            Some(_) | None => false,
        }
    }

    fn step_due(&mut self, step: &Step) {
        match self.run.steps.get(&step.name).cloned() {
            Some(StepState::RetryAt { .. }) => self.perform_if_permitted(step),
            Some(StepState::Unclear {
                settling: Settling::CheckAt { step: check, .. }, ..
            }) => {
                if let Some(check) = self.step(&check) {
                    self.perform(check, None, Some(step.name.clone()));
                }
            }
            Some(StepState::Waiting { .. }) => {
                self.fact(Fact::WaitEnded { step: step.name.clone() })
            }
            Some(StepState::Gate { .. }) => self.gate_expired(step),
            Some(
                StepState::Performing { .. }
                | StepState::Done
                | StepState::Failed { .. }
                | StepState::Unclear { .. }
                | StepState::Skipped
                | StepState::Examining { .. }
                | StepState::Examined { .. }
                | StepState::List { .. },
            )
            | None => (),
        }
    }

    /// The switches are asked before each attempt, not only before the first; it stays due while one is thrown.
    fn perform_if_permitted(&mut self, step: &Step) {
        if self.world.switches.covering(&self.world.runbook.name).is_none() {
            self.perform(step, None, None);
        }
    }

    pub(super) fn open_gate(&mut self, step: &Step, approval: &Approval) {
        let known = self
            .run
            .params
            .iter()
            .chain(&self.run.values)
            .map(|(name, value)| (name.clone(), value.clone()));
        let text = environment::fill(&approval.text, &known.collect());
        let expires = approval.expires.map(|it| self.now + it);
        self.fact(Fact::GateOpened { step: step.name.clone(), text: text.clone(), expires });
        let from = self.world.plan.voters(approval);
        let reason = format!("{} of {} must approve: {text}", approval.min, from.join(", "));
        self.tell_held(&step.name, reason, from, AfterHold::Wait);
    }

    fn gate_expired(&mut self, step: &Step) {
        let Act::Approve(approval) = &step.act else { return };
        self.fact(Fact::GateExpired { step: step.name.clone(), then: approval.on_expire });
        match approval.on_expire {
            // Nobody was there to know, so whoever has the incident hears of it.
            OnExpire::Abort => {
                let reason = "nobody approved in time, and the run ended".to_owned();
                self.tell_held(&step.name, reason, Vec::new(), AfterHold::Wait);
                self.end(RunEnd::Aborted);
            }
            // The gate stays open, and somebody higher up hears of it.
            OnExpire::Escalate => {
                let from = self.world.plan.voters(approval);
                let reason = "nobody approved in time".to_owned();
                self.tell_held(&step.name, reason, from, AfterHold::Escalate);
            }
        }
    }

    pub(super) fn open_list(&mut self, step: &Step, items: &[String]) {
        self.fact(Fact::ListOpened { step: step.name.clone(), items: items.to_vec() });
        if !step.optional {
            let reason = format!("{} things for people to do", items.len());
            self.tell_held(&step.name, reason, Vec::new(), AfterHold::Wait);
        }
    }
}
