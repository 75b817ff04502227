//! What a node does with a workflow: load, decide, commit; and again where the other node was faster.

use jiff::SignedDuration;
use matoi_core::alert::{Alert, Rule};
use matoi_core::effect::{Raise, StartRun};
use matoi_core::id::{AlertId, IncidentId, RunId};
use matoi_core::incident::command::{Command, Declaration, Refusal};
use matoi_core::incident::draft::Decision;
use matoi_core::incident::{self, Incident};
use matoi_core::run::command::{Command as ToRun, Refusal as RunRefusal};
use matoi_core::run::lock::lock_of;
use matoi_core::run::start::{Beginning, StartRefusal};
use matoi_core::run::{self, Run};
use matoi_core::signal::Signal;

use super::store::{Commit, Conflict};
use super::trouble::Trouble;
use super::{Broken, Race, World};

/// More conflicts in a row than two nodes can make.
const RACES_MAX: usize = 8;

impl World<'_> {
    /// One turn of whichever node is first: claim what is due, then wake what is due.
    pub(super) fn turn(&mut self) -> Result<(), Broken> {
        for entry in self.store.claimable(self.now(), self.time) {
            self.carry_out(entry)?;
        }
        let time = self.time;
        let due: Vec<String> =
            self.wakes().filter(|it| it.1 <= time).map(|it| it.0.clone()).collect();
        for id in due {
            if self.trouble(6) {
                self.tally.met(Trouble::WakeLate);
                let late = self.time + self.chance.secs(5, 300);
                self.late.insert(id, late);
                continue;
            }
            self.late.remove(&id);
            self.wake(&id)?;
        }
        Ok(())
    }

    fn wake(&mut self, id: &str) -> Result<(), Broken> {
        if self.store.incidents.contains_key(id) {
            let _ = self.tell_incident(id, &Command::Wake, None)?;
            let next = self.store.incidents.get(id).and_then(|it| it.wake_at);
            return match next.filter(|it| *it <= self.now()) {
                Some(next) => Err(format!("{id} is due again at {next} after it was woken")),
                None => Ok(()),
            };
        }
        let _ = self.tell_run(id, &ToRun::Wake, None)?;
        let Some(run) = self.store.runs.get(id) else { return Ok(()) };
        if run.wake_at.is_some_and(|it| it <= self.now()) {
            if self.store.switches.covering(&run.row.runbook).is_none() {
                return Err(format!("{id} is due again after it was woken"));
            }
            // A switch holds a retry back; it is looked at again later.
            self.late.insert(id.to_owned(), self.time + SignedDuration::from_secs(30));
        }
        Ok(())
    }

    /// Tells an incident something; `Err` within `Ok` is the core's own "no".
    pub(super) fn tell_incident(
        &mut self,
        id: &str,
        command: &Command,
        settles: Option<u64>,
    ) -> Result<Result<(), Refusal>, Broken> {
        for _ in 0..RACES_MAX {
            let Some(kept) = self.store.incidents.get(id) else {
                return Err(format!("there is no incident {id}"));
            };
            let world =
                incident::draft::World { plan: self.plan_of(&kept.row.plan), base_url: None };
            let version = kept.version + 1;
            let decision = match kept.row.decide(command.clone(), world, version, self.now()) {
                Ok(decision) => decision,
                Err(refusal) => return Ok(Err(refusal)),
            };
            if decision.is_nothing() {
                self.settle(settles);
                return Ok(Ok(()));
            }
            self.let_the_other_node_decide(id, command)?;
            match self.commit_incident(decision, version, settles) {
                Ok(()) => return Ok(Ok(())),
                Err(Conflict) => self.tally.met(Trouble::TwoNodes),
            }
        }
        Err(format!("{id} was changed by others {RACES_MAX} times in a row"))
    }

    fn commit_incident(
        &mut self,
        it: Decision,
        version: u64,
        settles: Option<u64>,
    ) -> Result<(), Conflict> {
        let world =
            incident::draft::World { plan: self.plan_of(&it.incident.plan), base_url: None };
        let wake_at = it.incident.wake_at(world);
        self.store.commit_incident(Commit {
            id: it.incident.id.0.clone(),
            version,
            row: it.incident,
            wake_at,
            events: it.events,
            effects: it.effects,
            settles,
            now: self.now(),
            time: self.time,
        })
    }

    /// Between a node's decision and its commit, the other node decides about the same workflow and commits.
    fn let_the_other_node_decide(&mut self, id: &str, command: &Command) -> Result<(), Broken> {
        if self.race == Race::Within || !self.trouble(5) {
            return Ok(());
        }
        self.race = Race::Within;
        let other = match command {
            Command::Raise(_)
            | Command::Lower { .. }
            | Command::Unwatch { .. }
            | Command::PageTried { .. }
            | Command::Hear(_)
            | Command::Wake
                if self.chance.percent(50) =>
            {
                command.clone()
            }
            Command::Raise(_)
            | Command::Lower { .. }
            | Command::Unwatch { .. }
            | Command::Acknowledge { .. }
            | Command::Note { .. }
            | Command::Assign { .. }
            | Command::ChangeSeverity { .. }
            | Command::Escalate { .. }
            | Command::Resolve { .. }
            | Command::Reopen { .. }
            | Command::RequestRun { .. }
            | Command::PageTried { .. }
            | Command::Hear(_)
            | Command::Wake => self.something_said(),
        };
        let told = self.tell_incident(id, &other, None);
        self.race = Race::No;
        told.map(drop)
    }

    /// Tells a run something.
    pub(super) fn tell_run(
        &mut self,
        id: &str,
        command: &ToRun,
        settles: Option<u64>,
    ) -> Result<Result<(), RunRefusal>, Broken> {
        for _ in 0..RACES_MAX {
            let Some(kept) = self.store.runs.get(id) else {
                return Err(format!("there is no run {id}"));
            };
            let version = kept.version + 1;
            let plan = self.plan_of(&kept.row.plan);
            let Some(runbook) = plan.runbooks.get(&kept.row.runbook) else {
                return Err(format!("the runbook of {id} is not in its plan"));
            };
            let holder = kept.row.wants().and_then(|it| self.store.holder(it));
            let switches = &self.store.switches;
            let world = run::draft::World { plan, runbook, switches, holder: holder.as_ref() };
            let decision = match kept.row.decide(command.clone(), world, self.now()) {
                Ok(decision) => decision,
                Err(refusal) => return Ok(Err(refusal)),
            };
            if decision.is_nothing() {
                self.settle(settles);
                return Ok(Ok(()));
            }
            // The other node tells the same: the end of an attempt, an answer, a wake-up.
            if self.race == Race::No && self.trouble(5) {
                self.race = Race::Within;
                let told = self.tell_run(id, command, None);
                self.race = Race::No;
                let _ = told?;
            }
            match self.commit_run(decision, version, settles) {
                Ok(()) => return Ok(Ok(())),
                Err(Conflict) => self.tally.met(Trouble::TwoNodes),
            }
        }
        Err(format!("{id} was changed by others {RACES_MAX} times in a row"))
    }

    fn commit_run(
        &mut self,
        it: run::draft::Decision,
        version: u64,
        settles: Option<u64>,
    ) -> Result<(), Conflict> {
        let runbook = self.plan_of(&it.run.plan).runbooks.get(&it.run.runbook);
        let wake_at = runbook.and_then(|runbook| it.run.wake_at(runbook));
        self.store.commit_run(Commit {
            id: it.run.id.0.clone(),
            version,
            row: it.run,
            wake_at,
            events: it.events,
            effects: it.effects,
            settles,
            now: self.now(),
            time: self.time,
        })
    }

    pub(super) fn settle(&mut self, entry: Option<u64>) {
        if let Some(entry) = entry {
            self.store.outbox.remove(&entry);
        }
    }

    /// Hears a look at a service.
    pub(super) fn hear(&mut self, service: &str, signal: &Signal) {
        let plan = &self.plans[self.ruling];
        let Some(watched) = plan.services.get(service) else { return };
        let Some(watch) = watched.watch.first() else { return };
        let runbook = plan.runbook_for_alert(&watch.alert, None, Some(service));
        let severity = plan.severity_for_alert(None, Some(service));
        let rule = Rule {
            name: watch.alert.clone(),
            tier_of: None,
            lasting: watch.lasting,
            severity: severity.map(|it| it.label.clone()).unwrap_or_default(),
            service: Some(service.to_owned()),
            runbook: runbook.map(str::to_owned),
            escalation: None,
            plan: plan.hash.clone(),
        };
        let id = AlertId(format!("alert:{service}"));
        let known = self.store.alerts.get(&id.0).cloned();
        let (version, mut alert) = known.unwrap_or_else(|| (0, Alert::quiet(id)));
        let decision = alert.decide(signal, &rule, self.now());
        if decision.events.is_empty() {
            return;
        }
        decision.events.iter().for_each(|it| alert.apply(it));
        // Both loops are one here, so nobody else can have committed.
        let _ = self.store.commit_alert(alert, version + 1, decision.effects, self.now());
    }

    /// Opens an incident for an alert, or lets it join the open one of its topic.
    pub(super) fn raise(&mut self, raise: &Raise, entry: u64) -> Result<(), Broken> {
        for _ in 0..RACES_MAX {
            if let Some(id) = self.store.open_of(&raise.topic) {
                let command = Command::Raise(raise.clone());
                match self.tell_incident(&id, &command, Some(entry))? {
                    // Somebody resolved it since it was found; what fires now is another one.
                    Err(Refusal::NotOpen) => continue,
                    Ok(()) | Err(_) => return Ok(()),
                }
            }
            let world = incident::draft::World { plan: self.plan_of(&raise.plan), base_url: None };
            let id = self.next_incident();
            let Some(decision) = Incident::open_for(id, raise.clone(), world, self.now()) else {
                return Err("an opening opens nothing".to_owned());
            };
            if self.trouble(6) {
                self.declare(raise.service.clone());
            }
            match self.commit_incident(decision, 1, Some(entry)) {
                Ok(()) => return Ok(()),
                Err(Conflict) => self.tally.met(Trouble::TwoOpenings),
            }
        }
        Err("an alert never finds its incident".to_owned())
    }

    /// A person declares, unless an incident of this service is open.
    pub(super) fn declare(&mut self, service: Option<String>) {
        let topic = service.as_ref().map(|it| format!("service:{it}"));
        if topic.is_some_and(|it| self.store.open_of(&it).is_some()) {
            return;
        }
        let plan = &self.plans[self.ruling];
        let said = Declaration {
            by: "ann".to_owned(),
            title: "customers complain".to_owned(),
            severity: "P2".to_owned(),
            service,
            scope: None,
            note: None,
            since: None,
        };
        let world = incident::draft::World { plan, base_url: None };
        let id = self.next_incident();
        let decision = Incident::declare(id, plan.hash.clone(), said, world, self.now());
        if let Ok(decision) = decision {
            let _ = self.commit_incident(decision, 1, None);
        }
    }

    fn next_incident(&self) -> IncidentId {
        let day = self.now().to_zoned(self.plans[0].zone.clone()).date();
        let number = u32::try_from(self.store.incidents.len()).unwrap_or(u32::MAX) + 1;
        IncidentId::new(day, number)
    }

    /// Begins a run that an incident asked for.
    pub(super) fn begin_run(
        &mut self,
        asked: &StartRun,
        entry: u64,
    ) -> Result<Result<(), StartRefusal>, Broken> {
        let plan = self.plan_of(&asked.plan);
        let Some(runbook) = plan.runbooks.get(&asked.runbook) else {
            return Err(format!("there is no runbook {}", asked.runbook));
        };
        let day = self.now().to_zoned(plan.zone.clone()).date();
        let number = u32::try_from(self.store.runs.len()).unwrap_or(u32::MAX) + 1;
        let it = Beginning::asked(RunId::new(day, number), asked.clone());
        let holder = lock_of(runbook, &it.params).and_then(|it| self.store.holder(&it));
        let switches = &self.store.switches;
        let world = run::draft::World { plan, runbook, switches, holder: holder.as_ref() };
        let decision = match Run::start(it, world, self.now()) {
            Ok(decision) => decision,
            Err(refusal) => return Ok(Err(refusal)),
        };
        match self.commit_run(decision, 1, Some(entry)) {
            Ok(()) => Ok(Ok(())),
            Err(Conflict) => Err("a run's name is taken".to_owned()),
        }
    }
}
