//! The engine, as the rest of the program holds it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use matoi_edge::step::Tools;
use matoi_store::{Commit, Store, StoreError};
use tokio::sync::{Notify, watch};

use crate::channel::Channels;
use crate::chore::Since;
use crate::clock::Clock;
use crate::health::Pulse;
use crate::plan::Plans;
use crate::receipt::Receipts;
use crate::supervisor::Supervisor;
use crate::turn::chore::ChoreTurn;
use crate::turn::outbox::OutboxTurn;
use crate::turn::probe::ProbeTurn;
use crate::turn::wake::WakeTurn;
use crate::turn::{self};

/// What the engine is told once, at the start.
#[derive(Clone, Debug)]
pub struct Config {
    /// Holds the database and the folders of attempts.
    pub data_dir: PathBuf,
    /// Where the plan lies; steps and relative paths work from here.
    pub plan_dir: PathBuf,
    /// Where people can open an incident, if anywhere.
    pub base_url: Option<String>,
    /// The server's environment, read once; secrets and the few variables that steps see come from it.
    pub environment: BTreeMap<String, String>,
    pub tools: Tools,
}

/// The engine. Cloning is cheap, and all clones are one.
#[derive(Clone)]
pub struct Handle {
    pub(crate) it: Arc<Shared>,
}

/// What all parts of the engine share.
pub(crate) struct Shared {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) config: Config,
    pub(crate) plans: Plans,
    pub(crate) channels: Channels,
    pub(crate) receipts: Receipts,
    pub(crate) supervisor: Supervisor,
    pub(crate) pulse: Pulse,
    /// Something is due, or was stored that may be.
    pub(crate) wake: Notify,
    /// Something is owed to the world.
    pub(crate) outbox: Notify,
    /// Another plan rules.
    pub(crate) probe: Notify,
    /// Another plan rules, for the chores.
    pub(crate) chore: Notify,
    /// Whoever begins a chore holds it, so that two do not begin the same.
    pub(crate) chores: tokio::sync::Mutex<()>,
    pub(crate) chores_since: Since,
    /// Whether those who read along are asked to go.
    pub(crate) leaving: watch::Sender<bool>,
}

impl Handle {
    /// An engine at rest; [`Handle::run`] makes it go.
    pub fn new(store: Store, clock: Clock, config: Config) -> Handle {
        let shared = Shared {
            plans: Plans::new(store.clone()),
            channels: Channels::default(),
            receipts: Receipts::default(),
            supervisor: Supervisor::default(),
            pulse: Pulse::default(),
            wake: Notify::new(),
            outbox: Notify::new(),
            probe: Notify::new(),
            chore: Notify::new(),
            chores: tokio::sync::Mutex::default(),
            chores_since: Since::default(),
            leaving: watch::Sender::new(false),
            store,
            clock,
            config,
        };
        Handle { it: Arc::new(shared) }
    }

    /// Starts every loop. What a process before left owed, or running, is found by looking.
    pub async fn run(&self) -> Result<(), StoreError> {
        self.take_up().await?;
        self.keep("probe", |it| &it.probe, ProbeTurn::new);
        self.keep("chore", |it| &it.chore, ChoreTurn::new);
        self.keep("wake", |it| &it.wake, WakeTurn::new);
        self.keep("outbox", |it| &it.outbox, OutboxTurn::new);
        Ok(())
    }

    /// Frees what the process before had under way.
    pub(crate) async fn take_up(&self) -> Result<(), StoreError> {
        // This process alone holds the directory, so every lease is a dead process's.
        let released = self.it.store.release_all().await?;
        if released > 0 {
            tracing::info!(
                "{released} effects were under way when the last process ended, and are taken up again"
            );
        }
        Ok(())
    }

    fn keep<T>(&self, name: &'static str, notify: fn(&Shared) -> &Notify, make: fn(Handle) -> T)
    where
        T: turn::Turn + Send + 'static,
    {
        let handle = self.clone();
        self.it.supervisor.keep(name, move || {
            let handle = handle.clone();
            async move {
                let stop = handle.it.supervisor.stopped();
                turn::run(make(handle.clone()), &handle.it.clock, notify(&handle.it), stop).await;
            }
        });
    }

    /// Lets those go who read along, before the server that serves them ends; they find the next one.
    pub fn let_readers_go(&self) {
        self.it.leaving.send_replace(true);
    }

    /// Ends every loop, leaves running steps alone, and closes the database.
    pub async fn shut_down(&self, grace: Duration) {
        self.let_readers_go();
        self.it.supervisor.shut_down(grace).await;
        self.it.store.close().await;
    }

    /// The time, as the engine sees it.
    pub fn now(&self) -> Timestamp {
        self.it.clock.now()
    }

    /// The plans.
    pub fn plans(&self) -> &Plans {
        &self.it.plans
    }

    /// For those who only read.
    pub fn store(&self) -> &Store {
        &self.it.store
    }

    /// Owner of all tasks.
    pub fn supervisor(&self) -> &Supervisor {
        &self.it.supervisor
    }

    /// What the engine was told at the start.
    pub fn config(&self) -> &Config {
        &self.it.config
    }

    /// Stores a decision, and keeps for health whether the disk took it.
    pub(crate) async fn commit(&self, it: Commit, now: Timestamp) -> Result<(), StoreError> {
        let (id, version) = (it.id.clone(), it.version);
        let happened: Vec<String> = it.events.iter().map(|it| kind_of(it)).collect();
        let stored = self.it.store.commit(it, now).await;
        self.it.pulse.committed(&stored, now);
        if stored.is_ok() {
            tracing::info!(id, version, "{id}: {}", happened.join(", "));
        }
        stored
    }

    /// Something was stored that may be due, or owed.
    pub(crate) fn stored(&self) {
        self.it.wake.notify_one();
        self.it.outbox.notify_one();
    }
}

/// What kind of event it is, in words. The rest of it is for the timeline: addresses and outputs do not belong in a log.
fn kind_of(event: &str) -> String {
    let tagged = serde_json::from_str::<Tagged>(event);
    tagged.map_or_else(|_| "something".to_owned(), |it| it.event.replace('_', " "))
}

/// An event, as far as the log tells of it.
#[derive(serde::Deserialize)]
struct Tagged {
    event: String,
}
