//! Carrying out: one entry of the outbox, by a node that may die on the way.

use jiff::{SignedDuration, Timestamp};
use matoi_core::effect::{Effect, News, StepCall};
use matoi_core::incident::command::Command;
use matoi_core::incident::outcome::next_try;
use matoi_core::page::{Delivery, Page, PageReason};
use matoi_core::run::command::Command as ToRun;
use matoi_core::run::event::{Answer, Event, Fact, Finding, Output};
use matoi_core::run::outcome::{Ended, classify};
use matoi_core::run::{Run, Settling, StepState};
use matoi_core::runbook::{Kind, Step};

use super::happening::Happening;
use super::reality::{Applied, Performance};
use super::store::Row;
use super::trouble::Trouble;
use super::{Broken, World, plan};

/// How long an entry stays with a node that died.
const LEASE: SignedDuration = SignedDuration::from_secs(30);
/// By this status a check says that the change did not take effect.
const NOT_APPLIED: i32 = 10;

impl World<'_> {
    pub(super) fn carry_out(&mut self, entry: u64) -> Result<(), Broken> {
        // An entry before it in this turn may have settled or leased it.
        let Some(claimed) = self.store.outbox.get(&entry).cloned() else { return Ok(()) };
        if self.trouble(2) {
            self.tally.met(Trouble::CrashBeforeAct);
            self.lease(entry, LEASE);
            return Ok(());
        }
        match claimed.effect {
            Effect::SendPage(page) => self.send(entry, &page, claimed.tries + 1),
            Effect::RaiseAlert(raise) => self.raise(&raise, entry),
            Effect::LowerAlert { alert, incident_topic, at: _ } => {
                match self.store.open_of(&incident_topic) {
                    Some(id) => {
                        self.tell_incident(&id, &Command::Lower { alert }, Some(entry)).map(drop)
                    }
                    None => {
                        self.settle(Some(entry));
                        Ok(())
                    }
                }
            }
            Effect::UnwatchAlert { alert, incident_topic } => {
                match self.store.open_of(&incident_topic) {
                    Some(id) => {
                        self.tell_incident(&id, &Command::Unwatch { alert }, Some(entry)).map(drop)
                    }
                    None => {
                        self.settle(Some(entry));
                        Ok(())
                    }
                }
            }
            Effect::StartRun(asked) => match self.begin_run(&asked, entry)? {
                Ok(()) => Ok(()),
                Err(refusal) => {
                    let (runbook, reason) = (asked.runbook, refusal.to_string());
                    let news = Command::Hear(News::RunRefused { runbook, reason });
                    self.tell_incident(&asked.incident.0, &news, Some(entry)).map(drop)
                }
            },
            Effect::PerformStep(call) => self.perform(entry, &call),
            Effect::ExamineStep(call) => {
                let finding = Finding::Ready;
                let command = ToRun::StepExamined { step: call.step.clone(), finding };
                self.tell_run(&call.run.0, &command, Some(entry)).map(drop)
            }
            Effect::CancelStep(call) => {
                if let Some(it) = self.reality.attempts.get_mut(&key(&call))
                    && it.ends_at > self.time
                {
                    it.ends_at = self.time;
                    it.ended = Ended::Cancelled;
                }
                self.release_performing(&call);
                self.settle(Some(entry));
                Ok(())
            }
            Effect::PassLockOn { lock, from: _ } => self.pass_lock_on(entry, &lock),
            Effect::TellIncident { incident, news } => {
                self.tell_incident(&incident.0, &Command::Hear(news), Some(entry)).map(drop)
            }
        }
    }

    fn pass_lock_on(&mut self, entry: u64, lock: &str) -> Result<(), Broken> {
        let runs = self.store.runs.values().map(|it| &it.row);
        let waiting = runs.filter(|it| it.wants() == Some(lock)).map(|it| it.id.0.clone());
        for id in waiting.collect::<Vec<_>>() {
            let _ = self.tell_run(&id, &ToRun::Wake, None)?;
        }
        self.settle(Some(entry));
        Ok(())
    }

    fn lease(&mut self, entry: u64, lasting: SignedDuration) {
        let until = self.time + lasting;
        if let Some(it) = self.store.outbox.get_mut(&entry) {
            it.leased_until = until;
        }
    }

    /// One try of a page.
    fn send(&mut self, entry: u64, page: &Page, tries: u32) -> Result<(), Broken> {
        let Some(kept) = self.store.incidents.get(&page.incident.0) else {
            return Err(format!("{} is of no incident", page.id));
        };
        if !kept.row.still_wants(&page.id) {
            self.settle(Some(entry));
            return Ok(());
        }
        let delivery = self.far_side(page);
        if let Delivery::Accepted { .. } = delivery {
            self.tally.pages += 1;
            self.check_who_hears(page)?;
            let crashed = self.trouble(3);
            let sent = self.reality.sent.entry(page.id.clone()).or_default();
            sent.arrived += 1;
            if crashed {
                sent.untold += 1;
                self.tally.met(Trouble::CrashAfterAct);
                self.lease(entry, LEASE);
                return Ok(());
            }
            self.somebody_hears(page);
        }
        let retry = match &delivery {
            Delivery::Retry { after, .. } => {
                self.tally.met(Trouble::PageDelayed);
                Some(next_try(tries, *after, self.now()))
            }
            Delivery::Rejected { .. } => {
                self.tally.met(Trouble::PageRejected);
                None
            }
            Delivery::Accepted { .. } => None,
        };
        let command = Command::PageTried { page: page.id.clone(), delivery, tries };
        let settles = if retry.is_none() { Some(entry) } else { None };
        let _ = self.tell_incident(&page.incident.0, &command, settles)?;
        let wants = self.store.incidents.get(&page.incident.0);
        if !wants.is_some_and(|it| it.row.still_wants(&page.id)) {
            self.settle(Some(entry));
        }
        if let (Some(due), Some(it)) = (retry, self.store.outbox.get_mut(&entry)) {
            it.due = due;
            it.tries = tries;
        }
        Ok(())
    }

    fn far_side(&mut self, page: &Page) -> Delivery {
        let is_down = self.reality.down.get(&page.channel).is_some_and(|it| *it > self.time);
        if is_down || self.trouble(4) {
            return Delivery::Retry { after: None, reason: "HTTP 503".to_owned() };
        }
        if self.trouble(4) {
            return Delivery::Rejected { reason: "no such user".to_owned() };
        }
        Delivery::Accepted { reference: "202".to_owned() }
    }

    /// No alarm of before rings for somebody once somebody else has the incident.
    fn check_who_hears(&self, page: &Page) -> Result<(), Broken> {
        let Some(kept) = self.store.incidents.get(&page.incident.0) else { return Ok(()) };
        let (Some(it), Some(taken)) = (kept.row.pages.get(&page.id), &kept.row.acknowledged) else {
            return Ok(());
        };
        let is_alarm = match it.reason {
            PageReason::FirstLevel
            | PageReason::Unanswered { .. }
            | PageReason::Condition { .. }
            | PageReason::AskedBy { .. }
            | PageReason::NobodyOnDuty
            | PageReason::Undeliverable { .. }
            | PageReason::Repeated { .. }
            | PageReason::SeverityRaised
            | PageReason::Reopened => true,
            PageReason::NeedsPerson { .. }
            | PageReason::NextWay
            | PageReason::Passed
            | PageReason::Announced => false,
        };
        if is_alarm && it.since < taken.at {
            return Err(format!("{} rings after {} took the incident", page.id, taken.by));
        }
        Ok(())
    }

    fn somebody_hears(&mut self, page: &Page) {
        let is_person = self.plans[0].people.contains_key(&page.to) || page.to == plan::ONLY_AFTER;
        if is_person && self.trouble(50) {
            let at = self.time + self.chance.secs(20, 1_500);
            let (incident, person) = (page.incident.0.clone(), page.to.clone());
            self.at(at, Happening::Paged { incident, person });
        }
    }

    /// One look at an attempt: begin it if it may begin, or find it, and tell how it ended.
    fn perform(&mut self, entry: u64, call: &StepCall) -> Result<(), Broken> {
        let Some(kept) = self.store.runs.get(&call.run.0) else {
            return Err(format!("{} has no run", call.key));
        };
        if !kept.row.is_open() || !kept.row.awaits(&call.step, call.attempt) {
            self.settle(Some(entry));
            return Ok(());
        }
        let hash = kept.row.runbook_hash.clone();
        let runbook = self.plan_of(&call.plan).runbooks.get(&call.runbook);
        let Some(runbook) = runbook.filter(|it| it.hash == hash && it.hash == call.runbook_hash)
        else {
            return Err(format!("{} would perform other bytes than it began with", call.run));
        };
        let Some(step) = runbook.step(&call.step) else {
            return Err(format!("there is no step {}", call.step));
        };
        let Some(found) = self.reality.attempts.get(&key(call)).cloned() else {
            return self.begin(entry, call, step);
        };
        if found.ends_at > self.time {
            self.lease(entry, found.ends_at.duration_since(self.time));
            return Ok(());
        }
        if self.trouble(3) {
            self.tally.met(Trouble::CrashAfterAct);
            self.lease(entry, LEASE);
            return Ok(());
        }
        self.end(entry, call, step, &found.ended)
    }

    fn begin(&mut self, entry: u64, call: &StepCall, step: &Step) -> Result<(), Broken> {
        // The intent is stored, and somebody is quicker than the act.
        if self.trouble(2) {
            self.throw_switch();
            let lasting = self.chance.secs(10, 300);
            self.at(self.time + lasting, Happening::SwitchOff);
        }
        if let Err(switch) = self.store.switches.permit(&call.runbook, ()) {
            self.tally.met(Trouble::SwitchRefused);
            let reason = format!("held by the switch of {}: {}", switch.by, switch.reason);
            return self.end(entry, call, step, &Ended::NotStarted { reason });
        }
        if self.store.switches.0.iter().any(|it| {
            it.scope == matoi_core::gate::Scope::All
                || it.scope == matoi_core::gate::Scope::Runbook(call.runbook.clone())
        }) {
            return Err(format!("{} acts although a switch is thrown", call.key));
        }
        self.tally.attempts += 1;
        let performance = self.performance(call, step);
        let lasting = performance.ends_at.duration_since(self.time);
        if performance.effect == Applied::Yes && step.kind.changes_things() && !step.idempotent {
            let place = (call.run.0.clone(), call.step.clone());
            let applied = self.reality.applied.entry(place.clone()).or_default();
            *applied += 1;
            // Whoever says that it did not take effect may be wrong; that is theirs to know.
            let allowed = 1 + self.store.runs.get(&place.0).map_or(0, |it| reruns(it, &place.1));
            if *applied > allowed {
                return Err(format!("{} took effect {applied} times", call.key));
            }
        }
        self.reality.attempts.insert(key(call), performance);
        self.lease(entry, lasting);
        Ok(())
    }

    /// How an attempt truly goes.
    fn performance(&mut self, call: &StepCall, step: &Step) -> Performance {
        let ends_at = self.time + self.chance.secs(1, 90);
        let exited = |code, effect| Performance { ends_at, ended: Ended::Exited { code }, effect };
        let fate = if self.hour == super::Hour::Night { self.chance.below(100) } else { 99 };
        let effect = if self.chance.percent(50) { Applied::Yes } else { Applied::No };
        if fate < 3 {
            let ended = Ended::NotStarted { reason: "no process left".to_owned() };
            return Performance { ends_at, ended, effect: Applied::No };
        }
        if fate < 11 {
            self.tally.met(Trouble::OutcomeLost);
            let reason = "nobody saw the end".to_owned();
            return Performance { ends_at, ended: Ended::Lost { reason }, effect };
        }
        if fate < 13 {
            return Performance { ends_at, ended: Ended::Killed { signal: 9 }, effect };
        }
        if fate < 15 {
            let (after, ends_at) = (step.timeout, self.time + step.timeout);
            return Performance { ends_at, ended: Ended::TimedOut { after }, effect };
        }
        if fate < 25 {
            return exited(1, Applied::No);
        }
        match self.looks_for(call) {
            Some(Applied::No) => exited(NOT_APPLIED, Applied::No),
            Some(Applied::Yes) | None => exited(0, Applied::Yes),
        }
    }

    /// Whether the unclear step truly took effect for whose sake this one looks.
    fn looks_for(&self, call: &StepCall) -> Option<Applied> {
        let run = &self.store.runs.get(&call.run.0)?.row;
        run.steps.iter().find_map(|(name, it)| match it {
            StepState::Unclear { attempt, settling: Settling::Check { step, .. }, .. }
                if *step == call.step =>
            {
                let place = (call.run.0.clone(), name.clone(), *attempt);
                self.reality.attempts.get(&place).map(|it| it.effect)
            }
            StepState::Unclear { .. }
            | StepState::Performing { .. }
            | StepState::RetryAt { .. }
            | StepState::Done
            | StepState::Failed { .. }
            | StepState::Skipped
            | StepState::Gate { .. }
            | StepState::List { .. }
            | StepState::Examining { .. }
            | StepState::Examined { .. }
            | StepState::Waiting { .. } => None,
        })
    }

    fn end(
        &mut self,
        entry: u64,
        call: &StepCall,
        step: &Step,
        ended: &Ended,
    ) -> Result<(), Broken> {
        let outcome = classify(step.kind, ended, step.expect.as_ref(), "");
        let exit = match ended {
            Ended::Exited { code } => Some(*code),
            Ended::Killed { .. }
            | Ended::TimedOut { .. }
            | Ended::Cancelled
            | Ended::Lost { .. }
            | Ended::NotStarted { .. } => None,
        };
        // The adapter hides what it knows to be a secret, before anything is told.
        let printed = format!("connected with {}", plan::SECRET).replace(plan::SECRET, "•••");
        let output = Output { excerpt: printed, exit, ..Output::default() };
        if step.kind == Kind::Recover && exit.is_none() {
            self.check_nothing_is_rounded(call, &outcome)?;
        }
        let (step, attempt) = (call.step.clone(), call.attempt);
        let command = ToRun::StepEnded { step, attempt, outcome, output };
        self.tell_run(&call.run.0, &command, Some(entry)).map(drop)
    }

    /// A change that began and whose end nobody saw is unclear, and nothing else.
    fn check_nothing_is_rounded(
        &self,
        call: &StepCall,
        outcome: &matoi_core::run::event::Outcome,
    ) -> Result<(), Broken> {
        use matoi_core::run::event::Outcome;
        let began = self
            .reality
            .attempts
            .get(&key(call))
            .is_some_and(|it| !matches!(it.ended, Ended::NotStarted { .. }));
        match outcome {
            Outcome::Unclear { .. } => Ok(()),
            Outcome::NotStarted { .. } if !began => Ok(()),
            Outcome::Done | Outcome::Failed { .. } | Outcome::NotStarted { .. } => {
                Err(format!("nobody saw how {} ended, and it counts as {outcome:?}", call.key))
            }
        }
    }

    /// Whoever waits for an attempt that was ended sees its end at once.
    fn release_performing(&mut self, call: &StepCall) {
        let time = self.time;
        for it in self.store.outbox.values_mut() {
            if matches!(&it.effect, Effect::PerformStep(other) if other == call) {
                it.leased_until = it.leased_until.min(time);
            }
        }
    }
}

/// Times that a person said that this step did not take effect.
fn reruns(run: &Row<Run, Event>, wanted: &str) -> u32 {
    let is_it = |it: &&(Timestamp, Event)| matches!(&it.1.fact, Fact::Answered { step, answer: Answer::Rerun, .. } if step == wanted);
    u32::try_from(run.events.iter().filter(is_it).count()).unwrap_or(u32::MAX)
}

fn key(call: &StepCall) -> super::reality::Attempt {
    (call.run.0.clone(), call.step.clone(), call.attempt)
}
