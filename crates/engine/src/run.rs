//! The one way in which a run changes: load, decide, commit.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use matoi_core::chore::chore_of;
use matoi_core::effect::{Effect, StartRun};
use matoi_core::id::{IncidentId, RunId};
use matoi_core::plan::Plan;
use matoi_core::run::Run;
use matoi_core::run::command::{Command, Refusal};
use matoi_core::run::draft::{Decision, World};
use matoi_core::run::event::{Event, Purpose};
use matoi_core::run::lock::lock_of;
use matoi_core::run::start::{Beginning, StartRefusal};
use matoi_core::runbook::{Runbook, Step};
use matoi_store::{Claim, Commit, Filter, NewEffect, Row, StoreError, Which, Workflow};

use crate::chore::parent;
use crate::handle::Handle;
use crate::incident::{broken, lane, parse_all};
use crate::lock::topic;
use crate::practice::subject_of;
use crate::tell::{RACES_MAX, TellError};

/// A run and its place in the store.
#[derive(Clone, Debug)]
pub struct RunView {
    pub version: u64,
    pub run: Run,
    pub wake_at: Option<Timestamp>,
}

type Told = Result<RunView, TellError<Refusal>>;

impl Handle {
    /// Tells a run something.
    pub async fn tell_run(&self, id: &RunId, command: Command) -> Told {
        self.answer_run(id, command, None).await
    }

    /// Tells a run what became of an effect, and settles the effect in the same transaction.
    pub(crate) async fn answer_run(
        &self,
        id: &RunId,
        command: Command,
        settles: Option<&Claim>,
    ) -> Told {
        for _ in 0..RACES_MAX {
            let now = self.now();
            let view = self.run_view(id).await?;
            let plan = self.it.plans.of(&view.run.plan).await.map_err(broken)?;
            let runbook = runbook_of(&plan, &view.run)?;
            let switches = self.switches().await.map_err(TellError::store)?;
            let holder = match view.run.wants() {
                Some(lock) => self.lock_holder(lock, Some(id)).await.map_err(TellError::store)?,
                None => None,
            };
            let holder = holder.as_ref();
            let world = World { plan: &plan, runbook, switches: &switches, holder };
            let decision =
                view.run.decide(command.clone(), world, now).map_err(TellError::Refused)?;
            if decision.is_nothing() {
                if let Some(claim) = settles {
                    self.it.store.settle(claim, now).await.map_err(TellError::store)?;
                }
                return Ok(view);
            }
            match self.commit_run(decision, view.version + 1, runbook, settles, now).await {
                Ok(view) => return Ok(self.look_at_lock_again(view).await),
                Err(StoreError::Conflict) => (),
                Err(err) => return Err(TellError::store(err)),
            }
        }
        Err(TellError::Busy)
    }

    /// Begins a run that an incident asked for.
    pub(crate) async fn begin_run(
        &self,
        asked: &StartRun,
        settles: &Claim,
    ) -> Result<RunView, TellError<StartRefusal>> {
        let plan = self.it.plans.of(&asked.plan).await.map_err(broken)?;
        let make = |id: RunId| Beginning::asked(id, asked.clone());
        self.begin(&plan, &asked.runbook, make, Some(settles)).await
    }

    /// Begins a run that belongs to no incident.
    pub async fn start_run(
        &self,
        runbook: &str,
        by: &str,
        purpose: Purpose,
        params: BTreeMap<String, String>,
    ) -> Result<RunView, TellError<StartRefusal>> {
        let Some(plan) = self.it.plans.current() else {
            return Err(TellError::Missing { what: "plan that rules".to_owned() });
        };
        let make = |id: RunId| Beginning {
            id,
            incident: None,
            plan: plan.hash.clone(),
            by: matoi_core::effect::Starter::Person { name: by.to_owned() },
            purpose,
            params: params.clone(),
            labels: BTreeMap::new(),
        };
        self.begin(&plan, runbook, make, None).await
    }

    pub(crate) async fn begin(
        &self,
        plan: &Arc<Plan>,
        runbook: &str,
        make: impl Fn(RunId) -> Beginning,
        settles: Option<&Claim>,
    ) -> Result<RunView, TellError<StartRefusal>> {
        let runbook = plan
            .runbooks
            .get(runbook)
            .ok_or_else(|| TellError::Missing { what: format!("runbook {runbook}") })?;
        let switches = self.switches().await.map_err(TellError::store)?;
        for _ in 0..RACES_MAX {
            let now = self.now();
            let day = now.to_zoned(plan.zone.clone()).date();
            let prefix = format!("RUN-{}-", day.strftime("%Y%m%d"));
            let number = self.it.store.last_number(&prefix).await.map_err(TellError::store)? + 1;
            let beginning = make(RunId::new(day, number));
            let holder = match lock_of(runbook, &beginning.params) {
                Some(lock) => self.lock_holder(&lock, None).await.map_err(TellError::store)?,
                None => None,
            };
            let holder = holder.as_ref();
            let world = World { plan, runbook, switches: &switches, holder };
            let decision = Run::start(beginning, world, now).map_err(TellError::Refused)?;
            match self.commit_run(decision, 1, runbook, settles, now).await {
                Ok(view) => return Ok(self.look_at_lock_again(view).await),
                Err(StoreError::Conflict) => (),
                Err(err) => return Err(TellError::store(err)),
            }
        }
        Err(TellError::Busy)
    }

    async fn commit_run(
        &self,
        decision: Decision,
        version: u64,
        runbook: &Runbook,
        settles: Option<&Claim>,
        now: Timestamp,
    ) -> Result<RunView, StoreError> {
        let run = decision.run;
        let wake_at = run.wake_at(runbook);
        let effect = |it: &Effect| NewEffect {
            lane: lane(it),
            body: serde_json::to_string(it).expect("an effect is plain data"),
            due_at: now,
        };
        let commit = Commit {
            workflow: Workflow::Run,
            id: run.id.0.clone(),
            version,
            state: serde_json::to_string(&run).expect("a run is plain data"),
            wake_at,
            closed_at: (!run.is_open()).then_some(run.last_at),
            topic: run.has().map(topic),
            parent: match &run.incident {
                Some(incident) => Some(incident.0.clone()),
                None => chore_of(&run.labels).map(parent),
            },
            subject: Some(subject_of(&run)),
            events: decision
                .events
                .iter()
                .map(|it| serde_json::to_string(it).expect("an event is plain data"))
                .collect(),
            effects: decision.effects.iter().map(effect).collect(),
            settles: settles.cloned(),
        };
        self.commit(commit, now).await?;
        self.stored();
        Ok(RunView { version, run, wake_at })
    }

    /// A run as it is now.
    pub async fn run_view(&self, id: &RunId) -> Told {
        let row = self.it.store.load(Workflow::Run, &id.0).await.map_err(TellError::store)?;
        view(row.ok_or_else(|| TellError::Missing { what: format!("run {id}") })?)
    }

    /// Runs, newest first; of one incident, if one is named.
    pub async fn runs(
        &self,
        which: Which,
        incident: Option<&IncidentId>,
        limit: u32,
    ) -> Result<Vec<RunView>, TellError<Refusal>> {
        let filter = Filter { which, parent: incident.map(|it| it.0.clone()), before: None, limit };
        let rows = self.it.store.list(Workflow::Run, filter).await.map_err(TellError::store)?;
        rows.into_iter().map(view).collect()
    }

    /// The timeline of a run.
    pub async fn run_events(&self, id: &RunId) -> Result<Vec<Event>, TellError<Refusal>> {
        let bodies = self.bodies(Workflow::Run, &id.0).await.map_err(TellError::store)?;
        parse_all(&bodies)
    }
}

/// The runbook of the bytes that the run began with; the plan is kept by its hash, so it has them.
pub(crate) fn runbook_of<'p, R: std::error::Error>(
    plan: &'p Plan,
    run: &Run,
) -> Result<&'p Runbook, TellError<R>> {
    let found = plan.runbooks.get(&run.runbook).filter(|it| it.hash == run.runbook_hash);
    found.ok_or_else(|| TellError::Broken {
        what: format!("the runbook {} of {} is not in its plan", run.runbook, run.id),
    })
}

/// The step that an effect is about.
pub(crate) fn step_of<'r, R: std::error::Error>(
    runbook: &'r Runbook,
    step: &str,
) -> Result<&'r Step, TellError<R>> {
    let missing = || TellError::Broken { what: format!("{} has no step {step}", runbook.name) };
    runbook.step(step).ok_or_else(missing)
}

/// The run of a row, or what is wrong with what is stored.
pub(crate) fn run_of(row: &Row) -> Result<Run, String> {
    serde_json::from_str(&row.state).map_err(|err| format!("the state of {}: {err}", row.id))
}

fn view(row: Row) -> Told {
    let run = run_of(&row).map_err(|what| TellError::Broken { what })?;
    Ok(RunView { version: row.version, run, wake_at: row.wake_at })
}
