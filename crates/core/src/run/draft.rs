//! A decision in the making: facts are applied as they are decided, so that the next thought sees them.

use jiff::Timestamp;

use super::Run;
use super::event::{Event, Fact};
use super::lock::Holder;
use crate::effect::{Effect, News, StepCall};
use crate::gate::Switches;
use crate::plan::Plan;
use crate::runbook::{Runbook, Step, environment};

/// What a decision needs beside the run.
#[derive(Clone, Copy, Debug)]
pub struct World<'a> {
    pub plan: &'a Plan,
    /// The runbook of the bytes that the run began with.
    pub runbook: &'a Runbook,
    pub switches: &'a Switches,
    /// Another open run that has the lock which this one wants.
    pub holder: Holder<'a>,
}

/// Events to store, effects to carry out, and the row that follows.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    pub run: Run,
    pub events: Vec<Event>,
    pub effects: Vec<Effect>,
}

impl Decision {
    /// Whether there is anything to store.
    pub fn is_nothing(&self) -> bool {
        self.events.is_empty() && self.effects.is_empty()
    }
}

/// A decision in the making.
pub(super) struct Draft<'a> {
    pub(super) run: Run,
    pub(super) world: World<'a>,
    pub(super) now: Timestamp,
    events: Vec<Event>,
    effects: Vec<Effect>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(run: Run, world: World<'a>, now: Timestamp) -> Draft<'a> {
        Draft { run, world, now, events: Vec::new(), effects: Vec::new() }
    }

    /// A run begins with the event that makes it.
    pub(super) fn start(first: Fact, world: World<'a>, now: Timestamp) -> Option<Draft<'a>> {
        let event = Event { at: now, fact: first };
        let run = Run::from_first(&event)?;
        Some(Draft { run, world, now, events: vec![event], effects: Vec::new() })
    }

    pub(super) fn fact(&mut self, fact: Fact) {
        let event = Event { at: self.now, fact };
        self.run.apply(&event, self.world.runbook);
        self.events.push(event);
    }

    /// Tells the incident, if the run has one.
    pub(super) fn tell(&mut self, news: News) {
        if let Some(incident) = self.run.incident.clone() {
            self.effects.push(Effect::TellIncident { incident, news });
        }
    }

    /// Stores the intent of an attempt and asks for it to be performed.
    pub(super) fn perform(&mut self, step: &Step, by: Option<String>, settles: Option<String>) {
        let attempt = self.run.attempts.get(&step.name).copied().unwrap_or(0) + 1;
        self.fact(Fact::StepStarted { step: step.name.clone(), attempt, by, settles });
        let call = self.call(step, attempt);
        self.effects.push(Effect::PerformStep(call));
    }

    pub(super) fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Asks something of a step's adapter that is no attempt.
    pub(super) fn ask(&mut self, what: fn(StepCall) -> Effect, step: &Step) {
        let attempt = self.run.attempts.get(&step.name).copied().unwrap_or(0);
        self.effects.push(what(self.call(step, attempt)));
    }

    pub(super) fn cancel(&mut self, step: &Step, attempt: u32) {
        let call = self.call(step, attempt);
        self.effects.push(Effect::CancelStep(call));
    }

    fn call(&self, step: &Step, attempt: u32) -> StepCall {
        let run = &self.run;
        let mut environment = run.params.clone();
        for (label, value) in &run.labels {
            environment.insert(environment::name("matoi_label", label), value.clone());
        }
        environment.extend(run.values.clone());
        StepCall {
            run: run.id.clone(),
            incident: run.incident.clone(),
            plan: run.plan.clone(),
            runbook: run.runbook.clone(),
            runbook_hash: run.runbook_hash.clone(),
            step: step.name.clone(),
            attempt,
            key: format!("{}/{}", run.id, step.name),
            environment,
        }
    }

    pub(super) fn step(&self, name: &str) -> Option<&'a Step> {
        self.world.runbook.step(name)
    }

    pub(super) fn done(self) -> Decision {
        Decision { run: self.run, events: self.events, effects: self.effects }
    }
}
