//! One run under random outcomes, answers, switches and clocks.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use matoi_core::effect::{Effect, Starter};
use matoi_core::gate::{Scope, Switch, Switches};
use matoi_core::id::{IncidentId, RunId};
use matoi_core::plan::Plan;
use matoi_core::run::command::Command;
use matoi_core::run::draft::{Decision, World};
use matoi_core::run::event::{Answer, Event, Fact, Finding, Outcome, Output, Purpose, Vote};
use matoi_core::run::start::Beginning;
use matoi_core::run::{Phase, Run, Settling, StepState};
use matoi_core::runbook::{Kind, Runbook};
use proptest::prelude::*;
use proptest::sample::select;

use crate::attempt::check_attempts;
use crate::{holds, plan};

/// What may happen, so long after what happened before.
type Turn = (i64, Act);

#[derive(Clone, Debug)]
enum Act {
    Due,
    Wake,
    /// What is being performed ends, or an end is told that nobody waits for.
    End(Outcome, Option<i32>, Told),
    /// What a rehearsal asks is found out.
    Find(Finding),
    /// Whoever is asked answers what the run waits for.
    Answer(Answer),
    Vote(Vote, &'static str),
    /// Somebody starts what waits for it.
    Start(&'static str),
    Cancel,
    Switch,
    Clock(i64),
}

#[derive(Clone, Copy, Debug)]
enum Told {
    Rightly,
    Late,
}

fn act() -> impl Strategy<Value = Act> {
    let answers =
        [Answer::MarkDone, Answer::Rerun, Answer::Skip, Answer::Undo, Answer::Abort].to_vec();
    let people = vec!["ann", "bob", "cat", "dan"];
    let findings = vec![
        Finding::Ready,
        Finding::Lacks { what: "not on this machine: jq".to_owned() },
        Finding::Unproved { why: "people do it".to_owned() },
    ];
    prop_oneof![
        6 => Just(Act::Due),
        1 => Just(Act::Wake),
        12 => end(),
        6 => select(findings).prop_map(Act::Find),
        6 => select(answers).prop_map(Act::Answer),
        4 => select(people.clone()).prop_map(|by| Act::Vote(Vote::Approve, by)),
        4 => select(people).prop_map(Act::Start),
        1 => Just(Act::Vote(Vote::Refuse, "bob")),
        1 => Just(Act::Cancel),
        2 => Just(Act::Switch),
        1 => select(vec![-3_600, 3_600]).prop_map(Act::Clock),
    ]
}

fn end() -> impl Strategy<Value = Act> {
    let reason = || "so it is".to_owned();
    let outcomes = vec![
        (Outcome::Done, Some(0)),
        (Outcome::Done, Some(0)),
        (Outcome::Done, Some(0)),
        (Outcome::Failed { reason: reason() }, Some(1)),
        (Outcome::Failed { reason: reason() }, Some(10)),
        (Outcome::Unclear { reason: reason() }, None),
        (Outcome::NotStarted { reason: reason() }, None),
    ];
    let told = select(vec![Told::Rightly, Told::Rightly, Told::Rightly, Told::Late]);
    (select(outcomes), told).prop_map(|((outcome, exit), told)| Act::End(outcome, exit, told))
}

struct History<'p> {
    plan: &'p Plan,
    runbook: &'p Runbook,
    switches: Switches,
    run: Run,
    events: Vec<Event>,
    now: Timestamp,
}

impl<'p> History<'p> {
    fn started(plan: &'p Plan, runbook: &str) -> History<'p> {
        History::begun(plan, runbook, Purpose::Perform)
    }

    fn begun(plan: &'p Plan, runbook: &str, purpose: Purpose) -> History<'p> {
        let runbook = &plan.runbooks[runbook];
        let beginning = Beginning {
            id: RunId("RUN-20260109-001".to_owned()),
            incident: Some(IncidentId("INC-20260109-001".to_owned())),
            plan: plan.hash.clone(),
            by: Starter::Plan { reason: "severity P1".to_owned() },
            purpose,
            params: BTreeMap::new(),
            labels: BTreeMap::new(),
        };
        let (switches, now) = (Switches::default(), plan::begin());
        let world = World { plan, runbook, switches: &switches, holder: None };
        let it = Run::start(beginning, world, now).unwrap();
        History { plan, runbook, run: it.run, events: it.events, switches, now }
    }

    fn decide(&self, command: Command) -> Option<Decision> {
        let (plan, runbook, switches) = (self.plan, self.runbook, &self.switches);
        let world = World { plan, runbook, switches, holder: None };
        self.run.decide(command, world, self.now).ok()
    }

    fn tell(&mut self, command: Command) -> Result<(), TestCaseError> {
        let Some(decision) = self.decide(command) else { return Ok(()) };
        prop_assert!(self.run.is_open() || decision.is_nothing(), "something follows the end");
        for event in &decision.events {
            let text = serde_json::to_string(event).unwrap();
            prop_assert_eq!(event, &serde_json::from_str::<Event>(&text).unwrap());
        }
        for effect in &decision.effects {
            let (rehearses, kind) = (self.run.is_rehearsal(), performed(self.runbook, effect));
            prop_assert!(!rehearses || !kind.is_some_and(Kind::changes_things), "{effect:?}");
        }
        self.run = decision.run;
        self.events.extend(decision.events.iter().cloned());
        check_attempts(&self.events, &decision.effects, decision.events.len(), self.runbook)?;
        self.check_row(&decision.effects)
    }

    /// An open run has something that moves it, or it holds and its incident heard so.
    fn check_row(&self, effects: &[Effect]) -> Result<(), TestCaseError> {
        match &self.run.phase {
            Phase::Ended { .. } => {
                let last = self.events.last().map(|it| &it.fact);
                prop_assert!(matches!(last, Some(Fact::Ended { .. })), "{last:?} follows the end");
                let ends = self.events.iter().filter(|it| matches!(it.fact, Fact::Ended { .. }));
                prop_assert_eq!(ends.count(), 1);
            }
            Phase::Held { .. } => (),
            Phase::Going => {
                let moves = self.run.steps.values().any(|it| match it {
                    StepState::Unclear { settling, .. } => *settling != Settling::Open,
                    StepState::Done
                    | StepState::Failed { .. }
                    | StepState::Skipped
                    | StepState::Examined { .. } => false,
                    StepState::Performing { .. }
                    | StepState::RetryAt { .. }
                    | StepState::Gate { .. }
                    | StepState::List { .. }
                    | StepState::Examining { .. }
                    | StepState::Waiting { .. } => true,
                });
                prop_assert!(moves, "nothing moves it on: {:#?}", self.run);
            }
        }
        let tells = effects.iter().filter(|it| matches!(it, Effect::TellIncident { .. })).count();
        prop_assert!(tells <= 4, "its incident hears a burst");
        Ok(())
    }

    fn happen(&mut self, (gap, act): Turn) -> Result<(), TestCaseError> {
        self.now += SignedDuration::from_secs(gap);
        match act {
            Act::Due => {
                if let Some(due) = self.run.wake_at(self.runbook) {
                    self.now = self.now.max(due);
                    self.wake()?;
                }
                Ok(())
            }
            Act::Wake => self.wake(),
            Act::End(outcome, exit, told) => self.end(outcome, exit, told),
            Act::Find(finding) => self.find(finding),
            Act::Answer(answer) => self.answer(answer),
            Act::Vote(vote, by) => {
                let (step, by) = ("gate".to_owned(), by.to_owned());
                self.tell(Command::Vote { step, by, vote, reason: None })
            }
            Act::Start(by) => match self.run.phase.clone() {
                Phase::Held { step, .. } => self.tell(Command::Start { step, by: by.to_owned() }),
                Phase::Going | Phase::Ended { .. } => Ok(()),
            },
            Act::Cancel => {
                let (by, reason) = ("ann".to_owned(), "wrong host".to_owned());
                self.tell(Command::Cancel { by, reason })
            }
            Act::Switch => self.switch(),
            Act::Clock(secs) => {
                self.now += SignedDuration::from_secs(secs);
                Ok(())
            }
        }
    }

    fn wake(&mut self) -> Result<(), TestCaseError> {
        self.tell(Command::Wake)?;
        let again = self.decide(Command::Wake).unwrap();
        prop_assert!(again.is_nothing(), "a second wake-up decided {:#?}", again.events);
        // What a switch holds back stays due, and is looked at when the switch is put back.
        if self.switches.0.is_empty() {
            let next = self.run.wake_at(self.runbook);
            prop_assert!(next.is_none_or(|it| it > self.now), "due for ever: {next:?}");
        }
        Ok(())
    }

    fn switch(&mut self) -> Result<(), TestCaseError> {
        if self.switches.0.pop().is_some() {
            return self.wake();
        }
        let (by, reason) = ("ann".to_owned(), "drill".to_owned());
        self.switches.0.push(Switch { scope: Scope::All, by, reason, at: self.now });
        Ok(())
    }

    /// What is performed now: a step of its own, or a check for another's sake.
    fn performing(&self) -> Option<(String, u32)> {
        self.run.steps.iter().find_map(|(name, it)| match it {
            StepState::Performing { attempt, .. } => Some((name.clone(), *attempt)),
            StepState::Unclear { settling: Settling::Check { step, attempt, .. }, .. } => {
                Some((step.clone(), *attempt))
            }
            _ => None,
        })
    }

    fn find(&mut self, finding: Finding) -> Result<(), TestCaseError> {
        let examining = |it: &StepState| matches!(it, StepState::Examining { .. });
        let found = self.run.steps.iter().find(|it| examining(it.1)).map(|it| it.0.clone());
        let Some(step) = found else { return Ok(()) };
        self.tell(Command::StepExamined { step, finding })
    }

    fn end(
        &mut self,
        outcome: Outcome,
        exit: Option<i32>,
        told: Told,
    ) -> Result<(), TestCaseError> {
        let Some((step, attempt)) = self.performing() else { return Ok(()) };
        let attempt = match told {
            Told::Rightly => attempt,
            Told::Late => attempt - 1,
        };
        let output = Output { exit, ..Output::default() };
        let before = self.events.len();
        self.tell(Command::StepEnded { step, attempt, outcome, output })?;
        if let Told::Late = told {
            let news = &self.events[before..];
            let is_quiet = |it: &Event| {
                matches!(it.fact, Fact::ClockWentBack { .. } | Fact::BudgetExceeded { .. })
            };
            prop_assert!(news.iter().all(is_quiet), "an end that nobody waits for: {news:#?}");
        }
        Ok(())
    }

    fn answer(&mut self, answer: Answer) -> Result<(), TestCaseError> {
        let by = "ann".to_owned();
        if let Phase::Held { step, .. } = self.run.phase.clone() {
            let reason = "I looked".to_owned();
            self.tell(Command::Answer { step: step.clone(), by: by.clone(), answer, reason })?;
            return self.tell(Command::Start { step, by });
        }
        let list = self.run.steps.iter().find_map(|(name, it)| match it {
            StepState::List { ticked, .. } => Some((name.clone(), ticked.len())),
            _ => None,
        });
        let Some((step, item)) = list else { return Ok(()) };
        self.tell(Command::Tick { step, item, by, note: None })
    }

    /// Every change goes well from here, checks end like this, and people do what is asked of them.
    fn finish(&mut self, checks: &Outcome) -> Result<(), TestCaseError> {
        if !self.switches.0.is_empty() {
            self.switch()?;
        }
        for _ in 0..60 {
            if !self.run.is_open() {
                return Ok(());
            }
            let is_check = self
                .performing()
                .is_some_and(|(step, _)| self.runbook.step(&step).unwrap().kind == Kind::Verify);
            let outcome = if is_check { checks.clone() } else { Outcome::Done };
            self.end(outcome, None, Told::Rightly)?;
            self.answer(Answer::Skip)?;
            for by in ["bob", "cat"] {
                self.happen((1, Act::Vote(Vote::Approve, by)))?;
            }
            self.happen((1, Act::Due))?;
        }
        Err(TestCaseError::fail(format!("it does not come to an end: {:#?}", self.run)))
    }
}

/// Who has wanted a step to begin by the time of its first attempt: who asked, who approved, and who started it.
fn wanted(runbook: &Runbook, events: &[Event], place: usize) -> BTreeSet<String> {
    let Fact::StepStarted { step, by, .. } = &events[place].fact else { return BTreeSet::new() };
    let needs = &runbook.step(step).unwrap().needs;
    let before = events[..place].iter().filter_map(|it| match &it.fact {
        Fact::Agreed { step: of, by } if of == step => Some(by.clone()),
        Fact::Voted { step: gate, by, vote: Vote::Approve, .. } if needs.contains(gate) => {
            Some(by.clone())
        }
        _ => None,
    });
    before.chain(by.clone()).collect()
}

#[test]
fn what_changes_things_begins_once_two_people_want_it_to() {
    let plan = plan::for_two();
    let turn = (prop_oneof![Just(0), 0..30_i64, 0..900_i64], act());
    let histories = (select(vec!["fix", "undo"]), prop::collection::vec(turn, 1..60));
    let begun = std::cell::Cell::new(0);
    holds(histories, |(runbook, turns)| {
        let mut history = History::started(&plan, runbook);
        for turn in turns {
            history.happen(turn)?;
        }
        for (place, event) in history.events.iter().enumerate() {
            let Fact::StepStarted { step, attempt: 1, .. } = &event.fact else { continue };
            let kind = history.runbook.step(step).unwrap().kind;
            if matches!(kind, Kind::Recover | Kind::Click) {
                let people = wanted(history.runbook, &history.events, place);
                prop_assert!(people.len() >= 2, "{step} begins for {people:?} alone");
                begun.set(begun.get() + 1);
            }
        }
        Ok(())
    });
    assert!(begun.get() > 0, "nothing ever began, which proves nothing");
}

#[test]
fn a_run_is_the_fold_of_its_events_and_comes_to_one_end() {
    let plan = plan::plan();
    let turn = (prop_oneof![Just(0), 0..30_i64, 0..900_i64], act());
    let checks = vec![Outcome::Done, Outcome::Failed { reason: "it is not well".to_owned() }];
    let runbook = select(vec!["fix", "undo"]);
    let histories = (runbook, prop::collection::vec(turn, 1..60), select(checks));
    holds(histories, |(runbook, turns, checks)| {
        let mut history = History::started(&plan, runbook);
        for turn in turns {
            history.happen(turn)?;
        }
        history.finish(&checks)?;
        let text = serde_json::to_string(&history.events).unwrap();
        let events: Vec<Event> = serde_json::from_str(&text).unwrap();
        let row = serde_json::to_string(&history.run).unwrap();
        let row: Run = serde_json::from_str(&row).unwrap();
        prop_assert_eq!(Run::fold(&events, history.runbook), Some(row));
        Ok(())
    });
}

/// The kind of the step that an effect performs.
fn performed(runbook: &Runbook, effect: &Effect) -> Option<Kind> {
    match effect {
        Effect::PerformStep(call) => runbook.step(&call.step).map(|it| it.kind),
        _ => None,
    }
}

#[test]
fn a_rehearsal_performs_nothing_that_changes_things_and_comes_to_one_end() {
    let plan = plan::plan();
    let turn = (prop_oneof![Just(0), 0..30_i64, 0..900_i64], act());
    let histories = (select(vec!["fix", "undo"]), prop::collection::vec(turn, 1..60));
    let taken = std::cell::Cell::new(0);
    holds(histories, |(runbook, turns)| {
        let mut history = History::begun(&plan, runbook, Purpose::Rehearse);
        for turn in turns {
            history.happen(turn)?;
        }
        for _ in 0..60 {
            if !history.switches.0.is_empty() {
                history.switch()?;
            }
            history.find(Finding::Ready)?;
            history.end(Outcome::Done, None, Told::Rightly)?;
            history.happen((1, Act::Due))?;
        }
        prop_assert!(!history.run.is_open(), "it does not come to an end: {:#?}", history.run);
        let looks = history.events.iter().filter(|it| matches!(it.fact, Fact::StepEnded { .. }));
        taken.set(taken.get() + looks.count());
        Ok(())
    });
    assert!(taken.get() > 0, "no look was ever taken, which proves nothing");
}
