//! The driver: it jumps to whichever is next, the line or what is due, so that an hour takes microseconds.

use std::collections::{BTreeMap, VecDeque};

use jiff::{SignedDuration, Timestamp};
use matoi_core::alert::Alert;
use matoi_core::effect::{Effect, News};
use matoi_core::gate::Switches;
use matoi_core::id::{AlertId, IncidentId, RunId};
use matoi_core::incident::command::Command;
use matoi_core::incident::{self, Incident};
use matoi_core::page::{Delivery, Page};
use matoi_core::plan::Plan;
use matoi_core::run::start::Beginning;
use matoi_core::run::{self, Run};

use crate::script::{Face, Pages, Script};
use crate::told;
use crate::town::Town;

/// More happens between two lines only when the core goes round in a circle.
const LOOKS_MAX: usize = 5_000;

/// Everything that a story has.
pub(crate) struct Stage<'s> {
    pub(crate) script: &'s Script,
    pub(crate) passed: SignedDuration,
    /// How far the clock is ahead of the time that really passed.
    pub(crate) ahead: SignedDuration,
    pub(crate) server: Server,
    pub(crate) switches: Switches,
    pub(crate) town: Town,
    pub(crate) alerts: BTreeMap<AlertId, Alert>,
    pub(crate) incidents: Vec<Kept<Incident, incident::event::Event>>,
    pub(crate) runs: Vec<Kept<Run, run::event::Event>>,
    /// Word from one workflow to another, in order.
    inner: VecDeque<Effect>,
    out: String,
}

/// Whether anything is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Server {
    Up,
    Down,
}

/// A workflow as the store would keep it.
pub(crate) struct Kept<R, E> {
    pub(crate) row: R,
    pub(crate) version: u64,
    pub(crate) events: Vec<E>,
}

/// Plays a story and answers with what followed.
pub(crate) fn play(script: &Script) -> String {
    let mut stage = Stage {
        script,
        passed: SignedDuration::ZERO,
        ahead: SignedDuration::ZERO,
        server: Server::Up,
        switches: Switches::default(),
        town: Town::default(),
        alerts: BTreeMap::new(),
        incidents: Vec::new(),
        runs: Vec::new(),
        inner: VecDeque::new(),
        out: String::new(),
    };
    for line in &script.lines {
        stage.pass_to(line.after);
        stage.happen(&line.words);
        stage.carry_out();
    }
    stage.close();
    stage.out
}

impl Stage<'_> {
    pub(crate) fn plan(&self) -> &Plan {
        &self.script.plan
    }

    /// What the clock shows.
    pub(crate) fn now(&self) -> Timestamp {
        self.script.begin + self.passed + self.ahead
    }

    pub(crate) fn say(&mut self, what: &str) {
        let secs = self.passed.as_secs();
        let time = match self.script.clock {
            Face::Local => {
                let now = self.script.begin + self.passed;
                now.to_zoned(self.plan().zone.clone()).strftime("%a %m-%d %H:%M:%S").to_string()
            }
            Face::Elapsed if secs < 3600 => format!("{:02}:{:02}", secs / 60, secs % 60),
            Face::Elapsed => format!("{}:{:02}:{:02}", secs / 3600, secs / 60 % 60, secs % 60),
        };
        self.out.push_str(&format!("{time}  {what}\n"));
    }

    /// Does whatever is due until then, each at its time.
    fn pass_to(&mut self, until: SignedDuration) {
        for _ in 0..LOOKS_MAX {
            let due = self.next_due().map(|it| it.duration_since(self.script.begin + self.ahead));
            match due.filter(|it| *it <= until && self.server == Server::Up) {
                Some(due) => {
                    self.passed = self.passed.max(due);
                    self.wake_due();
                }
                None => {
                    self.passed = until;
                    return;
                }
            }
        }
        panic!("it does not come to rest:\n{}", self.out);
    }

    fn next_due(&self) -> Option<Timestamp> {
        let incidents = self.incidents.iter().filter_map(|it| it.row.wake_at(self.world()));
        let runs = self.runs.iter().filter_map(|it| self.wake_of(&it.row));
        let pages = self.town.owed.iter().map(|it| it.due);
        incidents.chain(runs).chain(pages).min()
    }

    /// A retry that a switch holds back stays due; nobody looks at it again before the switch is put back.
    fn wake_of(&self, run: &Run) -> Option<Timestamp> {
        let is_held = self.switches.covering(&run.runbook).is_some();
        run.wake_at(&self.plan().runbooks[&run.runbook]).filter(|it| !is_held || *it > self.now())
    }

    fn wake_due(&mut self) {
        let now = self.now();
        for index in 0..self.incidents.len() {
            if self.incidents[index].row.wake_at(self.world()).is_some_and(|it| it <= now) {
                self.tell_incident(index, Command::Wake).unwrap();
            }
        }
        for index in 0..self.runs.len() {
            if self.wake_of(&self.runs[index].row).is_some_and(|it| it <= now) {
                self.tell_run(index, run::command::Command::Wake).unwrap();
            }
        }
        self.carry_out();
    }

    pub(crate) fn wake_all(&mut self) {
        for index in 0..self.incidents.len() {
            self.tell_incident(index, Command::Wake).unwrap();
        }
        for index in 0..self.runs.len() {
            self.tell_run(index, run::command::Command::Wake).unwrap();
        }
    }

    pub(crate) fn world(&self) -> incident::draft::World<'_> {
        incident::draft::World { plan: self.plan(), base_url: None }
    }

    pub(crate) fn tell_incident(
        &mut self,
        index: usize,
        command: Command,
    ) -> Result<(), incident::command::Refusal> {
        let kept = &self.incidents[index];
        let world = self.world();
        let decision = kept.row.decide(command, world, kept.version + 1, self.now())?;
        self.keep_incident(index, decision);
        Ok(())
    }

    pub(crate) fn keep_incident(&mut self, index: usize, decision: incident::draft::Decision) {
        let from = self.incidents.get(index).map_or(0, |it| it.events.len());
        if index == self.incidents.len() {
            let row = decision.incident.clone();
            self.incidents.push(Kept { row, version: 0, events: Vec::new() });
        }
        owed_as_asked(&decision);
        let kept = &mut self.incidents[index];
        if !decision.is_nothing() {
            kept.version += 1;
        }
        kept.row = decision.incident;
        kept.events.extend(decision.events);
        assert_eq!(Incident::fold(&kept.events).as_ref(), Some(&kept.row), "the row is a fold");
        let lines = told::incident(&self.script.plan, &self.incidents[index].events, from);
        self.tell_lines(&format!("INC-{}", index + 1), lines, decision.effects);
    }

    pub(crate) fn tell_run(
        &mut self,
        index: usize,
        command: run::command::Command,
    ) -> Result<(), run::command::Refusal> {
        let row = &self.runs[index].row;
        let runbook = &self.plan().runbooks[&row.runbook];
        let holder = row.wants().and_then(|it| self.holder(it));
        let (plan, switches, holder) = (self.plan(), &self.switches, holder.as_ref());
        let world = run::draft::World { plan, runbook, switches, holder };
        let decision = row.decide(command, world, self.now())?;
        self.keep_run(index, decision);
        Ok(())
    }

    /// The open run that has a lock.
    fn holder(&self, lock: &str) -> Option<RunId> {
        self.runs.iter().find(|it| it.row.has() == Some(lock)).map(|it| it.row.id.clone())
    }

    fn pass_lock_on(&mut self, lock: &str) {
        for index in 0..self.runs.len() {
            if self.runs[index].row.wants() == Some(lock) {
                self.tell_run(index, run::command::Command::Wake).unwrap();
            }
        }
    }

    /// Begins a run; the reason why not is for the incident, or for whoever asked.
    pub(crate) fn begin_run(&mut self, runbook: &str, it: Beginning) -> Result<(), String> {
        let runbook = &self.plan().runbooks[runbook];
        let holder = run::lock::lock_of(runbook, &it.params).and_then(|it| self.holder(&it));
        let (plan, switches, holder) = (self.plan(), &self.switches, holder.as_ref());
        let world = run::draft::World { plan, runbook, switches, holder };
        let decision = Run::start(it, world, self.now()).map_err(|err| err.to_string())?;
        self.keep_run(self.runs.len(), decision);
        Ok(())
    }

    fn keep_run(&mut self, index: usize, decision: run::draft::Decision) {
        let from = self.runs.get(index).map_or(0, |it| it.events.len());
        if index == self.runs.len() {
            self.runs.push(Kept { row: decision.run.clone(), version: 0, events: Vec::new() });
        }
        let kept = &mut self.runs[index];
        kept.version += 1;
        kept.row = decision.run;
        kept.events.extend(decision.events);
        let runbook = &self.script.plan.runbooks[&kept.row.runbook];
        let folded = Run::fold(&kept.events, runbook);
        assert_eq!(folded.as_ref(), Some(&kept.row), "the row is a fold");
        let id = RunId(format!("RUN-{}", index + 1));
        let lines = told::run(&self.script.plan, &id, &kept.events, from);
        self.tell_lines(&id.0, lines, decision.effects);
    }

    fn tell_lines(&mut self, who: &str, lines: Vec<String>, effects: Vec<Effect>) {
        for line in lines {
            self.say(&format!("{who}  {line}"));
        }
        for effect in effects {
            if let Some(line) = told::effect(&effect) {
                self.say(&format!("{who}  {line}"));
            }
            self.ask(effect);
        }
    }

    pub(crate) fn ask(&mut self, effect: Effect) {
        self.inner.push_back(effect);
    }

    /// Carries out what was asked for, until nothing is left that can be done now.
    pub(crate) fn carry_out(&mut self) {
        while self.server == Server::Up {
            if let Some(effect) = self.inner.pop_front() {
                self.perform(effect);
            } else if let Some(owed) = self.town.take_due(self.now()) {
                self.send(owed.page, owed.tries + 1);
            } else {
                return;
            }
        }
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::SendPage(page) => {
                self.show(&page);
                self.town.owe(page, self.now());
            }
            Effect::RaiseAlert(raise) => self.raise(raise),
            Effect::LowerAlert { alert, incident_topic, .. } => {
                if let Some(index) = self.open_of(&incident_topic) {
                    self.tell_incident(index, Command::Lower { alert }).unwrap();
                }
            }
            Effect::UnwatchAlert { alert, incident_topic } => {
                if let Some(index) = self.open_of(&incident_topic) {
                    self.tell_incident(index, Command::Unwatch { alert }).unwrap();
                }
            }
            Effect::StartRun(asked) => {
                let (incident, runbook) = (asked.incident.clone(), asked.runbook.clone());
                let id = RunId::new(self.script_day(), u32::try_from(self.runs.len()).unwrap() + 1);
                if let Err(reason) = self.begin_run(&runbook, Beginning::asked(id, asked)) {
                    self.hear(&incident, News::RunRefused { runbook, reason });
                }
            }
            // The story says how steps end.
            Effect::PerformStep(_) | Effect::ExamineStep(_) | Effect::CancelStep(_) => (),
            Effect::PassLockOn { lock, .. } => self.pass_lock_on(&lock),
            Effect::TellIncident { incident, news } => self.hear(&incident, news),
        }
    }

    fn hear(&mut self, incident: &IncidentId, news: News) {
        let index = self.incidents.iter().position(|it| it.row.id == *incident).unwrap();
        self.tell_incident(index, Command::Hear(news)).unwrap();
    }

    fn raise(&mut self, raise: matoi_core::effect::Raise) {
        if let Some(index) = self.open_of(&raise.topic) {
            return self.tell_incident(index, Command::Raise(raise)).unwrap();
        }
        let id = self.next_incident();
        let decision = Incident::open_for(id, raise, self.world(), self.now()).unwrap();
        self.keep_incident(self.incidents.len(), decision);
    }

    fn open_of(&self, topic: &str) -> Option<usize> {
        let is_it = |it: &Incident| it.is_open() && it.topic.as_deref() == Some(topic);
        self.incidents.iter().position(|it| is_it(&it.row))
    }

    pub(crate) fn next_incident(&self) -> IncidentId {
        IncidentId::new(self.script_day(), u32::try_from(self.incidents.len()).unwrap() + 1)
    }

    pub(crate) fn script_day(&self) -> jiff::civil::Date {
        self.script.begin.to_zoned(self.plan().zone.clone()).date()
    }

    /// One try of a page, as the outbox makes it.
    fn send(&mut self, page: Page, tries: u32) {
        let index = self.incidents.iter().position(|it| it.row.id == page.incident).unwrap();
        if !self.incidents[index].row.still_wants(&page.id) {
            return;
        }
        let delivery = self.town.send(&page);
        let command =
            Command::PageTried { page: page.id.clone(), delivery: delivery.clone(), tries };
        self.tell_incident(index, command).unwrap();
        if let Delivery::Retry { after, .. } = delivery {
            let due = incident::outcome::next_try(tries, after, self.now());
            self.town.owe(page, due);
            self.town.owed.last_mut().unwrap().tries = tries;
        }
    }

    fn show(&mut self, page: &Page) {
        if self.script.pages == Pages::Whole {
            self.say(&format!("-> {} | {}", page.to, page.message.subject));
            for line in page.message.body.lines().filter(|it| !it.is_empty()) {
                self.out.push_str(&format!("          {line}\n"));
            }
        }
    }

    /// How it all stands when the story is over.
    fn close(&mut self) {
        for index in 0..self.incidents.len() {
            let row = &self.incidents[index].row;
            let (state, owed) =
                (if row.is_open() { "open" } else { "resolved" }, row.owed().count());
            let by = row.acknowledged.as_ref().map(|it| format!(", taken by {}", it.by));
            let wake = row.wake_at(self.world()).map(|it| self.wakes(it)).unwrap_or_default();
            let owed = if owed > 0 { format!(", {owed} pages owed") } else { String::new() };
            self.say(&format!(
                "INC-{} is {state}{}{owed}{wake}",
                index + 1,
                by.unwrap_or_default()
            ));
        }
        for index in 0..self.runs.len() {
            let row = &self.runs[index].row;
            let phase = match &row.phase {
                run::Phase::Going => "going",
                run::Phase::Held { .. } => "held",
                run::Phase::Ended { .. } => "over",
            };
            let wake = self.wake_of(row).map(|it| self.wakes(it)).unwrap_or_default();
            self.say(&format!("RUN-{} is {phase}{wake}", index + 1));
        }
    }

    fn wakes(&self, at: Timestamp) -> String {
        let at = at.to_zoned(self.plan().zone.clone()).strftime("%m-%d %H:%M:%S").to_string();
        format!(", looks again at {at}")
    }
}

/// Every page that is owed is asked for once, under its own id.
fn owed_as_asked(decision: &incident::draft::Decision) {
    use incident::event::Fact;
    let mut owed = Vec::new();
    for event in &decision.events {
        if let Fact::Paged { page, .. } | Fact::Announced { page, .. } = &event.fact {
            owed.push(page);
        }
    }
    let mut asked = Vec::new();
    for effect in &decision.effects {
        if let Effect::SendPage(page) = effect {
            asked.push(&page.id);
        }
    }
    assert_eq!(owed, asked, "what is owed is what is asked for");
}
