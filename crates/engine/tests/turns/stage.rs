//! What every story needs: a plan in a temporary directory, a clock that stands still, and an engine that can be
//! killed and opened again.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use matoi_core::id::{IncidentId, RunId};
use matoi_core::incident::Incident;
use matoi_core::incident::command::Declaration;
use matoi_core::run::Run;
use matoi_core::run::event::Purpose;
use matoi_edge::step::Tools;
use matoi_engine::clock::Clock;
use matoi_engine::turn::by_hand::ByHand;
use matoi_engine::{Config, Handle, IncidentView};
use matoi_store::{Lane, OpenError, Store, Which};
use tempfile::TempDir;

/// When every story begins.
pub(crate) const BEGINNING: &str = "2026-01-05T10:00:00Z";

/// Longer than anything takes on a busy machine, and only reached when a promise is broken.
pub(crate) const DEADLINE: Duration = Duration::from_secs(60);

/// More turns than any story needs before the world stands still.
const TURNS_MAX: usize = 100;

/// A plan, a data directory, and the time.
pub(crate) struct Stage {
    root: PathBuf,
    clock: Clock,
    /// Goes with the stage, unless the directory is somebody else's.
    _own: Option<TempDir>,
}

/// An engine that is open, and turned by hand.
pub(crate) struct Engine {
    pub(crate) handle: Handle,
    pub(crate) hand: ByHand,
}

impl Stage {
    /// A stage with `matoi.yaml` and runbooks by name.
    pub(crate) fn new(plan: &str, runbooks: &[(&str, &str)]) -> Stage {
        let own = directory();
        let stage = Stage::at(own.path(), plan, runbooks);
        Stage { _own: Some(own), ..stage }
    }

    /// A stage in `root`.
    pub(crate) fn at(root: &Path, plan: &str, runbooks: &[(&str, &str)]) -> Stage {
        let clock = Clock::held(BEGINNING.parse().unwrap());
        let stage = Stage { root: root.to_owned(), clock, _own: None };
        fs::create_dir_all(stage.plan_dir().join("runbooks")).unwrap();
        stage.write_plan(plan);
        for (name, text) in runbooks {
            stage.write_runbook(name, text);
        }
        stage
    }

    pub(crate) fn write_plan(&self, text: &str) {
        let text = text.replace("{DIR}", self.root.to_str().unwrap());
        fs::write(self.plan_dir().join("matoi.yaml"), text).unwrap();
    }

    pub(crate) fn write_runbook(&self, name: &str, text: &str) {
        fs::write(self.plan_dir().join(format!("runbooks/{name}.md")), text).unwrap();
    }

    /// The plan's directory, in which steps work.
    pub(crate) fn plan_dir(&self) -> PathBuf {
        self.root.join("plan")
    }

    pub(crate) fn data_dir(&self) -> PathBuf {
        self.root.join("data")
    }

    /// A file outside of plan and data: `{DIR}/NAME` of the plan.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Lines of a file that steps write in the plan's directory.
    pub(crate) fn lines(&self, name: &str) -> Vec<String> {
        let text = fs::read_to_string(self.plan_dir().join(name)).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Sets the clock.
    pub(crate) fn set(&self, to: &str) {
        self.clock.set(format!("2026-01-05T{to}Z").parse().unwrap());
    }

    /// Moves the clock.
    pub(crate) fn pass(&self, secs: i64) {
        self.clock.set(self.clock.now() + SignedDuration::from_secs(secs));
    }

    /// An engine with the held clock, the plan taken and nothing turned.
    pub(crate) async fn handle(&self) -> Handle {
        self.handle_with(self.clock.clone()).await
    }

    pub(crate) async fn handle_with(&self, clock: Clock) -> Handle {
        let store = self.store(clock.now()).await;
        let grace = SignedDuration::from_millis(300);
        let shim = env!("CARGO_BIN_EXE_matoi-engine-shim").to_owned();
        let relay = vec![shim.clone(), "relay".to_owned()];
        let tools = Tools { grace, ..Tools::new(vec![shim], relay) };
        let config = Config {
            data_dir: self.data_dir(),
            plan_dir: self.plan_dir(),
            base_url: None,
            environment: Default::default(),
            tools,
        };
        let handle = Handle::new(store, clock, config);
        handle.reload().await.unwrap();
        handle
    }

    /// Opens the store. A process that another test is about to start holds a copy of the lock for a moment.
    async fn store(&self, now: Timestamp) -> Store {
        let mut opened = None;
        wait_until("the data directory is free", async || {
            match Store::open(&self.data_dir(), now) {
                Ok(store) => opened = Some(store),
                Err(OpenError::InUse { .. }) => (),
                Err(err) => panic!("{err}"),
            }
            opened.is_some()
        })
        .await;
        opened.unwrap()
    }

    /// An engine that is turned by hand.
    pub(crate) async fn open(&self) -> Engine {
        let handle = self.handle().await;
        let hand = ByHand::start(&handle).await.unwrap();
        Engine { handle, hand }
    }

    /// Turns until nothing is due any more at the time that the clock shows.
    pub(crate) async fn settle(&self, engine: &mut Engine) {
        let mut quiet = 0;
        for _ in 0..TURNS_MAX {
            let next = engine.hand.turn_all().await;
            // What one turn stored, another may find due.
            let lanes = [Lane::Page, Lane::Inner, Lane::Step];
            let owed = engine.handle.store().next_due(&lanes, self.now()).await.ok().flatten();
            let is_due = next.into_iter().chain(owed).any(|it| it <= self.now());
            quiet = if is_due { 0 } else { quiet + 1 };
            if quiet == 2 {
                return;
            }
        }
        panic!("it never stands still");
    }

    /// Sets the clock to one time of the day after the other, and settles at each.
    pub(crate) async fn live_through(&self, engine: &mut Engine, clocks: &[&str]) {
        for clock in clocks {
            self.set(clock);
            self.settle(engine).await;
        }
    }

    /// Lets time pass in steps, and settles after each.
    pub(crate) async fn live(&self, engine: &mut Engine, secs: i64, every: i64) {
        for _ in 0..secs / every {
            self.pass(every);
            self.settle(engine).await;
        }
    }
}

/// A directory in memory where there is one: these stories open stores by the hundred, and none is about the disk.
fn directory() -> TempDir {
    TempDir::new_in("/dev/shm").or_else(|_| TempDir::new()).unwrap()
}

impl Engine {
    /// Ends it in order.
    pub(crate) async fn close(self) {
        self.handle.shut_down(Duration::from_secs(5)).await;
    }

    pub(crate) async fn declare(&self, title: &str) -> IncidentId {
        declare(&self.handle, title).await
    }

    pub(crate) async fn incident(&self, id: &IncidentId) -> Incident {
        self.handle.incident(id).await.unwrap().incident
    }

    /// The only incident.
    pub(crate) async fn only(&self) -> IncidentView {
        let mut all = self.handle.incidents(Which::All, 10).await.unwrap();
        assert_eq!(all.len(), 1, "one incident");
        all.remove(0)
    }

    /// The only run.
    pub(crate) async fn run(&self) -> Run {
        only_run(&self.handle).await.unwrap()
    }
}

/// The only run, if there is one.
pub(crate) async fn only_run(handle: &Handle) -> Option<Run> {
    let mut all = handle.runs(Which::All, None, 10).await.unwrap();
    assert!(all.len() < 2, "one run");
    all.pop().map(|it| it.run)
}

pub(crate) async fn start_run(handle: &Handle, runbook: &str) -> RunId {
    handle.start_run(runbook, "ann", Purpose::Perform, Default::default()).await.unwrap().run.id
}

pub(crate) async fn declare(handle: &Handle, title: &str) -> IncidentId {
    handle.declare(said(title)).await.unwrap().incident.id
}

pub(crate) fn said(title: &str) -> Declaration {
    Declaration {
        by: "ann".to_owned(),
        title: title.to_owned(),
        severity: "P0".to_owned(),
        service: None,
        scope: None,
        note: None,
        since: None,
    }
}

/// Waits until `condition` holds.
pub(crate) async fn wait_until(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !condition().await {
        assert!(begun.elapsed() < DEADLINE, "it never came to this: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
