//! One incident under random commands.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use matoi_core::effect::{AfterHold, Effect, News, Raise, RunEnd};
use matoi_core::id::{AlertId, IncidentId, RunId};
use matoi_core::incident::command::{Command, Declaration, Refusal, ResolveGround};
use matoi_core::incident::draft::{Decision, World};
use matoi_core::incident::event::{Event, Fact};
use matoi_core::incident::{Incident, LadderState};
use matoi_core::page::{Delivery, PageReason};
use matoi_core::plan::Plan;
use proptest::prelude::*;
use proptest::sample::select;

use crate::page::check_pages;
use crate::{holds, plan};

/// One thing that happens, so long after the one before.
type Turn = (i64, Act);

/// What may happen.
#[derive(Clone, Debug)]
enum Act {
    /// The clock moves on to what is due next.
    Due,
    Wake,
    Say(Command),
    /// The page of this place, counted from the newest.
    Tried(usize, Delivery),
    /// The clock is set.
    Clock(i64),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => Just(Act::Due),
        1 => Just(Act::Wake),
        6 => said().prop_map(Act::Say),
        3 => news().prop_map(|it| Act::Say(Command::Hear(it))),
        4 => (0..4_usize, delivery()).prop_map(|(page, it)| Act::Tried(page, it)),
        1 => select(vec![-3_600, 3_600, -40]).prop_map(Act::Clock),
    ]
}

fn delivery() -> impl Strategy<Value = Delivery> {
    let text = || "HTTP 503".to_owned();
    select(vec![
        Delivery::Accepted { reference: "ok".to_owned() },
        Delivery::Rejected { reason: "no such user".to_owned() },
        Delivery::Retry { after: None, reason: text() },
        Delivery::Retry { after: Some(SignedDuration::from_mins(1)), reason: text() },
    ])
}

fn said() -> impl Strategy<Value = Command> {
    let by = select(vec!["ann", "bob", "cat", "dan", "zoe"]).prop_map(str::to_owned);
    let severity = select(vec!["P1", "P2", "P3", "P4"]);
    (by, severity, 0..14_u8).prop_map(|(by, severity, kind)| {
        let text = || "because".to_owned();
        match kind {
            0 | 1 => Command::Acknowledge { by, via: None },
            2 => Command::Note { by, text: text() },
            3 => Command::Assign { by: text(), to: by },
            4 | 5 => Command::ChangeSeverity { by, to: severity.to_owned(), reason: text() },
            6 => Command::Escalate { by, condition: None },
            7 => Command::Escalate { by, condition: Some("data is lost".to_owned()) },
            8 => Command::Resolve { by, ground: ResolveGround::Checks },
            9 => Command::Resolve { by, ground: ResolveGround::Reason(text()) },
            10 => Command::Reopen { by, reason: text() },
            11 => Command::RequestRun { by, runbook: "undo".to_owned() },
            12 => Command::Raise(raise(severity)),
            _ => Command::Lower { alert: AlertId(format!("alert:{severity}")) },
        }
    })
}

fn raise(severity: &str) -> Raise {
    Raise {
        alert: AlertId(format!("alert:{severity}")),
        name: severity.to_owned(),
        summary: "it is bad".to_owned(),
        service: Some("api".to_owned()),
        severity: severity.to_owned(),
        runbook: Some("fix".to_owned()),
        escalation: None,
        topic: "service:api".to_owned(),
        since: plan::begin(),
        at: plan::begin(),
        plan: matoi_core::id::PlanHash("p".to_owned()),
    }
}

fn news() -> impl Strategy<Value = News> {
    (1..3_u32, 0..13_u8).prop_map(|(number, kind)| {
        let run = RunId(format!("RUN-{number}"));
        let (step, reason) = ("drop".to_owned(), "it failed".to_owned());
        let held = |from: Vec<String>, then| News::RunHeld {
            run: run.clone(),
            step: step.clone(),
            reason: reason.clone(),
            from,
            then,
        };
        let ended = |end| News::RunEnded { run: run.clone(), end };
        match kind {
            0..3 => News::RunStarted { run, runbook: "fix".to_owned() },
            3 => held(Vec::new(), AfterHold::Wait),
            4 => held(vec!["bob".to_owned(), "cat".to_owned()], AfterHold::Wait),
            5 => held(Vec::new(), AfterHold::Escalate),
            6 => News::RunResumed { run },
            7 => News::StepUnclear { run, step, reason },
            11 => News::RunLate { run },
            8 => ended(RunEnd::Verified),
            9 => ended(RunEnd::Failed),
            10 => ended(RunEnd::Unverified),
            _ => News::RunRefused { runbook: "fix".to_owned(), reason },
        }
    })
}

/// An incident and everything that it stored.
pub(crate) struct History<'p> {
    pub(crate) world: World<'p>,
    pub(crate) incident: Incident,
    pub(crate) events: Vec<Event>,
    version: u64,
    now: Timestamp,
    tries: BTreeMap<matoi_core::id::PageId, u32>,
}

impl<'p> History<'p> {
    pub(crate) fn declared(plan: &'p Plan, severity: &str) -> History<'p> {
        let world = World { plan, base_url: None };
        let said = Declaration {
            by: "ann".to_owned(),
            title: "slow".to_owned(),
            severity: severity.to_owned(),
            service: Some("api".to_owned()),
            scope: None,
            note: None,
            since: None,
        };
        let id = IncidentId("INC-20260109-001".to_owned());
        let now = plan::begin();
        let it = Incident::declare(id, plan.hash.clone(), said, world, now).unwrap();
        let (incident, events) = (it.incident, it.events);
        History { world, incident, events, version: 1, now, tries: BTreeMap::new() }
    }

    pub(crate) fn decide(&mut self, command: Command) -> Option<Decision> {
        let version = self.version + 1;
        let decision = self.incident.decide(command, self.world, version, self.now).ok()?;
        if !decision.is_nothing() {
            self.version = version;
        }
        Some(decision)
    }

    /// Decides, checks what was decided beside what was known before, and keeps it.
    fn tell(&mut self, command: Command) -> Result<(), TestCaseError> {
        let Some(decision) = self.decide(command) else { return Ok(()) };
        check_pages(&self.incident, &self.events, &decision, self.world)?;
        for event in &decision.events {
            let text = serde_json::to_string(event).unwrap();
            prop_assert_eq!(event, &serde_json::from_str::<Event>(&text).unwrap());
        }
        for effect in &decision.effects {
            let text = serde_json::to_string(effect).unwrap();
            prop_assert_eq!(effect, &serde_json::from_str::<Effect>(&text).unwrap());
        }
        self.keep(decision);
        self.check_row()
    }

    pub(crate) fn keep(&mut self, decision: Decision) {
        self.incident = decision.incident;
        self.events.extend(decision.events);
    }

    fn happen(&mut self, (gap, act): Turn) -> Result<(), TestCaseError> {
        self.now += SignedDuration::from_secs(gap);
        match act {
            Act::Due => {
                if let Some(due) = self.incident.wake_at(self.world) {
                    self.now = self.now.max(due);
                    self.wake()?;
                }
            }
            Act::Wake => self.wake()?,
            Act::Say(command) => self.tell(command)?,
            Act::Tried(place, delivery) => {
                let page = self.incident.owed().map(|it| it.0.clone()).nth(place);
                if let Some(page) = page {
                    let tries = self.tries.entry(page.clone()).or_default();
                    *tries += 1;
                    let tries = *tries;
                    self.tell(Command::PageTried { page, delivery, tries })?;
                }
            }
            Act::Clock(secs) => self.now += SignedDuration::from_secs(secs),
        }
        Ok(())
    }

    fn wake(&mut self) -> Result<(), TestCaseError> {
        self.tell(Command::Wake)?;
        let next = self.incident.wake_at(self.world);
        prop_assert!(next.is_none_or(|it| it > self.now), "due again at {next:?}: {:?}", self.now);
        let again = self.decide(Command::Wake).unwrap();
        prop_assert!(again.is_nothing(), "a second wake-up decided {:#?}", again.events);
        Ok(())
    }

    fn check_row(&self) -> Result<(), TestCaseError> {
        let it = &self.incident;
        if it.is_open() {
            let is_said = it.acknowledged.is_some() || it.ladder.state == LadderState::Exhausted;
            prop_assert!(
                is_said || it.wake_at(self.world).is_some(),
                "nobody looks again: {it:#?}"
            );
            // A further way may belong to a call for a person, which outlives the acknowledgement.
            let stale = it.acknowledged.as_ref().and_then(|by| {
                let is_alarm = |reason: &PageReason| {
                    let kept = [PageReason::Announced, PageReason::NextWay];
                    !kept.contains(reason) && !matches!(reason, PageReason::NeedsPerson { .. })
                };
                it.owed().find(|(_, page)| page.since < by.at && is_alarm(&page.reason))
            });
            prop_assert!(stale.is_none(), "acknowledged, and still owed: {stale:?}");
        } else {
            // What came and went before its digest is still told, unless somebody had it.
            let may_wait = it.severity == "P4" && it.acknowledged.is_none();
            let next = it.wake_at(self.world);
            prop_assert!(next.is_none() || may_wait, "over, and due at {next:?}: {it:#?}");
            let told = [PageReason::Announced, PageReason::Passed];
            let owed = it.owed().find(|(_, it)| !told.contains(&it.reason));
            prop_assert!(owed.is_none(), "resolved, and still owed: {owed:?}");
        }
        Ok(())
    }
}

#[test]
fn an_incident_is_the_fold_of_its_events_and_never_forgotten() {
    let plan = plan::plan();
    let turn = (prop_oneof![Just(0), 0..90_i64, 0..3_000_i64, 0..90_000_i64], act());
    let histories = (select(vec!["P1", "P2", "P3", "P4"]), prop::collection::vec(turn, 1..60));
    holds(histories, |(severity, turns)| {
        let mut history = History::declared(&plan, severity);
        for turn in turns {
            history.happen(turn)?;
        }
        let text = serde_json::to_string(&history.events).unwrap();
        let events: Vec<Event> = serde_json::from_str(&text).unwrap();
        let row = serde_json::to_string(&history.incident).unwrap();
        let row: Incident = serde_json::from_str(&row).unwrap();
        prop_assert_eq!(Incident::fold(&events), Some(row));
        Ok(())
    });
}

#[test]
fn the_limit_of_pages_is_said_once_and_then_nothing_is_due() {
    let plan = plan::plan();
    let mut history = History::declared(&plan, "P3");
    for round in 0..900 {
        let to = if round % 2 == 0 { "P2" } else { "P3" }.to_owned();
        let by = "ann".to_owned();
        let change = Command::ChangeSeverity { by, to, reason: "again".to_owned() };
        for command in [change, Command::Wake] {
            let pages: Vec<_> = history.incident.owed().map(|it| it.0.clone()).collect();
            let decision = history.decide(command).unwrap();
            history.keep(decision);
            for page in pages {
                let delivery = Delivery::Accepted { reference: String::new() };
                let tried = Command::PageTried { page, delivery, tries: 1 };
                let decision = history.decide(tried).unwrap();
                history.keep(decision);
            }
            history.now += SignedDuration::from_mins(3);
        }
    }
    assert_eq!(history.incident.page_count, matoi_core::limits::PAGES_PER_INCIDENT_MAX);
    let paged = history.events.iter().filter(|it| matches!(it.fact, Fact::Paged { .. })).count();
    assert_eq!(u32::try_from(paged).unwrap(), history.incident.page_count);
    for _ in 0..10 {
        history.now += SignedDuration::from_hours(3);
        let decision = history.decide(Command::Wake).unwrap();
        history.keep(decision);
        let next = history.incident.wake_at(history.world);
        assert!(next.is_none_or(|it| it > history.now), "due for ever");
    }
}

#[test]
fn a_closed_incident_takes_no_alert_and_says_so() {
    let plan = plan::plan();
    let mut history = History::declared(&plan, "P2");
    let ground = ResolveGround::Reason("it was nothing".to_owned());
    let resolved = history.decide(Command::Resolve { by: "ann".to_owned(), ground }).unwrap();
    history.keep(resolved);
    // Swallowed, it would be settled, and nobody would hear of it before it is raised again.
    let told = history.incident.decide(Command::Raise(raise("P1")), history.world, 3, history.now);
    assert_eq!(told, Err(Refusal::NotOpen));
}
