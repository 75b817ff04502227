//! Plans: the one that rules now, and those that open incidents began with.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use matoi_core::id::PlanHash;
use matoi_core::plan::Plan;
use matoi_core::plan::load::{load, load_with};
use matoi_core::problem::Problem;
use matoi_core::runbook::parse::parse;
use matoi_edge::kinds::KINDS;
use matoi_store::{Store, StoreError};
use tokio::sync::Semaphore;

/// The bytes of a plan's files, by path within its directory.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Parsed plans, by hash.
#[derive(Clone, Debug)]
pub struct Plans {
    store: Store,
    state: Arc<Mutex<State>>,
    /// Directories are read one after the other, so that what was read last rules, on disk as in memory.
    reading: Arc<Semaphore>,
}

#[derive(Debug, Default)]
struct State {
    current: Option<Arc<Plan>>,
    problems: Vec<Problem>,
    /// The last attempt to load another plan, if it was refused: the running one stays.
    refused: Option<Refused>,
    parsed: HashMap<PlanHash, Arc<Plan>>,
}

/// A plan that was not taken.
#[derive(Clone, Debug)]
pub struct Refused {
    pub at: Timestamp,
    /// In one line.
    pub why: String,
    /// None, when it could not even be read or stored.
    pub problems: Vec<Problem>,
}

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    #[error("the plan has {} problems", .0.len())]
    Refused(Vec<Problem>),
    #[error("the plan cannot be read: {why}")]
    Unreadable { why: String },
    #[error("the plan cannot be stored")]
    Store(#[source] StoreError),
    #[error("the plan {hash} cannot be read any more: {why}")]
    Broken { hash: String, why: String },
}

impl Plans {
    pub(crate) fn new(store: Store) -> Plans {
        Plans { store, state: Arc::default(), reading: Arc::new(Semaphore::new(1)) }
    }

    /// Takes a plan: parsed, stored for good, and ruling from now on. A broken one is refused whole.
    pub async fn take(&self, files: Files, now: Timestamp) -> Result<Arc<Plan>, PlanError> {
        let taken = self.store_and_rule(files, now).await;
        taken.inspect_err(|err| self.note_refused(err, now))
    }

    /// Keeps why another plan was not taken, for health.
    pub(crate) fn note_refused(&self, err: &PlanError, at: Timestamp) {
        let problems = match err {
            PlanError::Refused(problems) => problems.clone(),
            PlanError::Unreadable { .. } | PlanError::Store(_) | PlanError::Broken { .. } => {
                Vec::new()
            }
        };
        self.lock().refused = Some(Refused { at, why: err.to_string(), problems });
    }

    async fn store_and_rule(&self, files: Files, now: Timestamp) -> Result<Arc<Plan>, PlanError> {
        // What no kind understands is refused now, and not found out at night.
        let loaded = load_with(&files, parse, &KINDS);
        let Some(plan) = loaded.plan else {
            return Err(PlanError::Refused(loaded.problems));
        };
        let mut stored = Vec::new();
        for (path, bytes) in files {
            let hash = self.store.put_blob(bytes, now).await.map_err(PlanError::Store)?;
            stored.push((path, hash));
        }
        self.store.put_plan(&plan.hash, &plan.name, stored, now).await.map_err(PlanError::Store)?;
        let plan = Arc::new(plan);
        let mut state = self.lock();
        state.parsed.insert(plan.hash.clone(), Arc::clone(&plan));
        state.current = Some(Arc::clone(&plan));
        state.problems = loaded.problems;
        state.refused = None;
        Ok(plan)
    }

    /// The plan that rules now.
    pub fn current(&self) -> Option<Arc<Plan>> {
        self.lock().current.clone()
    }

    /// What is to be said about the plan that rules now: warnings, and what keeps it from being armed.
    pub fn problems(&self) -> Vec<Problem> {
        self.lock().problems.clone()
    }

    /// A newer plan that was refused.
    pub fn refused(&self) -> Option<Refused> {
        self.lock().refused.clone()
    }

    /// The plan of that hash, from memory or from the store.
    pub async fn of(&self, hash: &PlanHash) -> Result<Arc<Plan>, PlanError> {
        let plan = self.glance(hash).await?;
        self.lock().parsed.insert(hash.clone(), Arc::clone(&plan));
        Ok(plan)
    }

    /// The plan of that hash, without keeping it at hand.
    pub(crate) async fn glance(&self, hash: &PlanHash) -> Result<Arc<Plan>, PlanError> {
        if let Some(plan) = self.lock().parsed.get(hash) {
            return Ok(Arc::clone(plan));
        }
        let broken =
            |why: &str| PlanError::Broken { hash: hash.short().to_owned(), why: why.to_owned() };
        let stored = self.store.load_plan(hash).await.map_err(PlanError::Store)?;
        let stored = stored.ok_or_else(|| broken("it is not stored"))?;
        let files: Files = stored.files.into_iter().map(|it| (it.path, it.bytes)).collect();
        let plan = load(&files, parse)
            .plan
            .ok_or_else(|| broken("this version of the program refuses it"))?;
        Ok(Arc::new(plan))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        // Nothing in here is left half changed by a panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl crate::handle::Handle {
    /// Reads the plan's directory and takes what is there. A broken plan changes nothing.
    pub async fn reload(&self) -> Result<Arc<Plan>, PlanError> {
        let dir = self.config().plan_dir.clone();
        let turn = self.plans().reading.acquire().await;
        let _turn = turn.expect("the semaphore is never closed");
        let read = tokio::task::spawn_blocking(move || matoi_edge::plan_dir::read(&dir)).await;
        let read = match read {
            Ok(read) => read.map_err(|err| err.to_string()),
            Err(err) => Err(format!("a bug while reading: {err}")),
        };
        let files = read.map_err(|why| PlanError::Unreadable { why });
        let files = files.inspect_err(|err| self.plans().note_refused(err, self.now()))?;
        let plan = self.plans().take(files, self.now()).await?;
        self.it.probe.notify_one();
        self.it.chore.notify_one();
        Ok(plan)
    }

    /// Takes the plan that ruled last, if there was one: for a start with a directory whose plan is refused.
    pub async fn take_last_plan(&self) -> Result<Option<Arc<Plan>>, PlanError> {
        let Some(hash) = self.store().latest_plan().await.map_err(PlanError::Store)? else {
            return Ok(None);
        };
        let plan = self.plans().of(&hash).await?;
        self.plans().lock().current = Some(Arc::clone(&plan));
        Ok(Some(plan))
    }
}
