//! A fresh store for each test, and short ways to say what is stored.

use std::path::Path;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use matoi_store::{Commit, Lane, NewEffect, Place, Row, Store, Stored, Workflow};
use tempfile::TempDir;

/// A store and its directory, which goes with it.
pub(crate) struct Ground {
    pub(crate) store: Store,
    dir: TempDir,
}

pub(crate) fn ground() -> Ground {
    let dir = TempDir::new().unwrap();
    let store = open(dir.path());
    Ground { store, dir }
}

pub(crate) fn open(dir: &Path) -> Store {
    Store::open(dir, at("00:00:00")).unwrap()
}

impl Ground {
    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Closes the store and opens the directory again.
    pub(crate) async fn reopen(&mut self) {
        self.store.close().await;
        self.store = open(self.dir.path());
    }
}

/// A time of one Monday: `10:05:00.250`.
pub(crate) fn at(time: &str) -> Timestamp {
    format!("2026-01-05T{time}Z").parse().unwrap()
}

/// A decision with one event that names its version.
pub(crate) fn decision(id: &str, version: u64) -> Commit {
    Commit {
        workflow: Workflow::Incident,
        id: id.to_owned(),
        version,
        state: format!("{{\"version\":{version}}}"),
        wake_at: None,
        closed_at: None,
        topic: None,
        parent: None,
        subject: None,
        events: vec![format!("{{\"event\":{version}}}")],
        effects: Vec::new(),
        settles: None,
    }
}

pub(crate) fn effect(lane: Lane, due_at: Timestamp) -> NewEffect {
    NewEffect { lane, body: format!("{lane:?} at {due_at}"), due_at }
}

pub(crate) async fn load(store: &Store, id: &str) -> Option<Row> {
    store.load(Workflow::Incident, id).await.unwrap()
}

pub(crate) async fn version(store: &Store, id: &str) -> u64 {
    load(store, id).await.map_or(0, |it| it.version)
}

/// Every event, page by page.
pub(crate) async fn events(store: &Store, id: &str) -> Vec<Stored> {
    let mut all: Vec<Stored> = Vec::new();
    loop {
        let after = all.last().map_or(Place::START, Stored::place);
        let page = store.list_events(Workflow::Incident, id, after, 70).await.unwrap();
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

/// Waits for a level, never for an edge.
pub(crate) async fn wait_until<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !holds().await {
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}
