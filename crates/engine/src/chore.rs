//! Chores: begun when they are due, and told of when they were not done.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use matoi_core::alert::Rule;
use matoi_core::chore::Standing;
use matoi_core::effect::Starter;
use matoi_core::id::PlanHash;
use matoi_core::plan::{Chore, Plan};
use matoi_core::run::Run;
use matoi_core::run::start::StartRefusal;
use matoi_core::signal::Signal;
use matoi_store::{Filter, StoreError, Which, Workflow};

use crate::handle::Handle;
use crate::run::{RunView, run_of};
use crate::tell::TellError;

/// Runs of a chore that are looked at; the newest decide, and people repeat one a few times at most.
const RUNS_MAX: u32 = 20;
/// Plans that are looked at, back from the one that rules, to find out since when a chore is as it is.
const LOADS_MAX: u32 = 20;

/// Since when the chores of a plan are as they are, by name.
type Beginnings = Arc<BTreeMap<String, Timestamp>>;

/// What was found out for the plan that rules; for one plan it does not change.
#[derive(Debug, Default)]
pub(crate) struct Since(Mutex<Option<(PlanHash, Beginnings)>>);

impl Since {
    fn get(&self, plan: &PlanHash) -> Option<Beginnings> {
        self.lock().as_ref().filter(|it| it.0 == *plan).map(|it| Arc::clone(&it.1))
    }

    fn put(&self, plan: PlanHash, since: Beginnings) {
        *self.lock() = Some((plan, since));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<(PlanHash, Beginnings)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A chore as it is now.
#[derive(Clone, Debug)]
pub struct ChoreView {
    pub chore: Chore,
    pub standing: Standing,
    pub last_due: Option<Timestamp>,
    pub next_due: Option<Timestamp>,
    /// The newest first.
    pub runs: Vec<Run>,
}

impl Handle {
    /// The chores of the plan that rules, by name.
    pub async fn chores(&self) -> Result<Vec<ChoreView>, StoreError> {
        let Some(plan) = self.plans().current() else { return Ok(Vec::new()) };
        let mut views = Vec::new();
        for chore in plan.chores.values() {
            views.push(self.chore_view(&plan, chore).await?);
        }
        Ok(views)
    }

    async fn chore_view(&self, plan: &Arc<Plan>, chore: &Chore) -> Result<ChoreView, StoreError> {
        let (runs, since) = self.seen_of(plan, chore).await?;
        let now = self.now();
        Ok(ChoreView {
            standing: chore.standing(plan, &runs, since, now),
            last_due: chore.last_due(plan, since, now),
            next_due: chore.next_due(plan, now),
            chore: chore.clone(),
            runs,
        })
    }

    /// Begins a chore's runbook for a person, whether it is due or not; its end counts for the moment that was due.
    pub async fn run_chore(
        &self,
        name: &str,
        by: &str,
    ) -> Result<RunView, TellError<StartRefusal>> {
        let missing = |what: String| TellError::Missing { what };
        let plan = self.plans().current().ok_or_else(|| missing("plan that rules".to_owned()))?;
        let chore = plan.chores.get(name).ok_or_else(|| missing(format!("chore {name}")))?;
        let _one = self.it.chores.lock().await;
        let view = self.chore_view(&plan, chore).await.map_err(TellError::store)?;
        if let Some(open) = view.runs.iter().find(|it| it.is_open()) {
            let run = open.id.clone();
            return Err(TellError::Refused(StartRefusal::UnderWay { run }));
        }
        let due = view.last_due.unwrap_or_else(|| self.now());
        self.begin_chore(&plan, chore, due, Starter::Person { name: by.to_owned() }).await
    }

    /// Looks at a chore: begins it when it is due, and lets its alert hear how it stands.
    pub(crate) async fn look_at_chore(
        &self,
        plan: &Arc<Plan>,
        chore: &Chore,
    ) -> Result<(), StoreError> {
        let signal = {
            // A person who begins it at this moment, and this, would begin it twice.
            let _one = self.it.chores.lock().await;
            let (runs, since) = self.seen_of(plan, chore).await?;
            match chore.standing(plan, &runs, since, self.now()) {
                Standing::Well => Some(Signal::Good),
                Standing::UnderWay => None,
                Standing::Wrong { reason } => Some(Signal::Bad { reason }),
                Standing::Due { at, missed } => {
                    let by = Starter::Plan { reason: chore.reason(missed) };
                    match self.begin_chore(plan, chore, at, by).await {
                        Ok(_) => None,
                        Err(TellError::Store(err)) => return Err(err),
                        // It is tried again at the next look, and somebody hears of it now.
                        Err(err) => {
                            let begin = plan.language.pick(
                                format!("{} を開始できません: {err}", chore.runbook),
                                format!("{} cannot be begun: {err}", chore.runbook),
                            );
                            Some(Signal::Bad { reason: begin })
                        }
                    }
                }
            }
        };
        match signal {
            Some(signal) => self.hear(&chore.alert(), &signal, &rule(plan, chore)).await,
            None => Ok(()),
        }
    }

    async fn begin_chore(
        &self,
        plan: &Arc<Plan>,
        chore: &Chore,
        due: Timestamp,
        by: Starter,
    ) -> Result<RunView, TellError<StartRefusal>> {
        let make = |id| chore.beginning(plan, id, due, by.clone());
        self.begin(plan, &chore.runbook, make, None).await
    }

    /// What a chore is judged by: its runs, the newest first, and since when the plan has it.
    async fn seen_of(
        &self,
        plan: &Arc<Plan>,
        chore: &Chore,
    ) -> Result<(Vec<Run>, Timestamp), StoreError> {
        let (runs, since) = (self.runs_of(chore).await?, self.ruled_since(plan).await?);
        let since = since.get(&chore.name).copied().unwrap_or_else(|| self.now());
        Ok((runs, since))
    }

    async fn runs_of(&self, chore: &Chore) -> Result<Vec<Run>, StoreError> {
        let filter = Filter {
            which: Which::All,
            parent: Some(parent(&chore.name)),
            before: None,
            limit: RUNS_MAX,
        };
        let rows = self.it.store.list(Workflow::Run, filter).await?;
        rows.iter().map(|it| run_of(it).map_err(|what| StoreError::Corrupt { what })).collect()
    }

    /// Since when plans, one after the other without a gap, have each chore at these moments. Before that nothing was
    /// due.
    async fn ruled_since(&self, plan: &Arc<Plan>) -> Result<Beginnings, StoreError> {
        if let Some(since) = self.it.chores_since.get(&plan.hash) {
            return Ok(since);
        }
        let now = self.now();
        let mut since: BTreeMap<String, Timestamp> =
            plan.chores.keys().map(|it| (it.clone(), now)).collect();
        let mut same: Vec<&Chore> = plan.chores.values().collect();
        for (hash, at) in self.it.store.plan_loads(LOADS_MAX).await? {
            // A plan that this version cannot read any more says nothing of its chores.
            let Ok(old) = self.plans().glance(&hash).await else { break };
            let had =
                |it: &&Chore| old.chores.get(&it.name).is_some_and(|old| old.every == it.every);
            same.retain(|it| old.zone == plan.zone && had(it));
            if same.is_empty() {
                break;
            }
            for chore in &same {
                let known = since.entry(chore.name.clone()).or_insert(at);
                *known = (*known).min(at);
            }
        }
        let since = Arc::new(since);
        self.it.chores_since.put(plan.hash.clone(), Arc::clone(&since));
        Ok(since)
    }
}

/// Under what the runs of a chore are kept.
pub(crate) fn parent(chore: &str) -> String {
    format!("chore:{chore}")
}

fn rule(plan: &Plan, chore: &Chore) -> Rule {
    Rule {
        name: chore.name.clone(),
        tier_of: None,
        lasting: jiff::SignedDuration::ZERO,
        severity: chore.severity.clone(),
        service: None,
        // The run that went wrong is there already; a second one would do its work twice.
        runbook: None,
        escalation: chore.escalation.clone(),
        plan: plan.hash.clone(),
    }
}
