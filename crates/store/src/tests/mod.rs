//! What only the inside can show: who shares a transaction, what a full disk does to it, and which index is used.

use jiff::Timestamp;
use tempfile::TempDir;

use crate::{Commit, Store, Workflow};

mod group;
mod index;

fn ground() -> (Store, TempDir) {
    let dir = TempDir::new().unwrap();
    (Store::open(dir.path(), Timestamp::UNIX_EPOCH).unwrap(), dir)
}

fn commit(id: &str, version: u64) -> Commit {
    Commit {
        workflow: Workflow::Incident,
        id: id.to_owned(),
        version,
        state: "{}".to_owned(),
        wake_at: None,
        closed_at: None,
        topic: None,
        parent: None,
        subject: None,
        events: vec!["{}".to_owned()],
        effects: Vec::new(),
        settles: None,
    }
}
