//! Whether the store works, found out by using it.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::sync::atomic::Ordering;

use jiff::Timestamp;

use crate::session::Session;
use crate::{Store, StoreError, moment};

/// How the store is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// Whether something was written just now and reached the disk; if not, why.
    pub writable: Result<(), String>,
    /// The database and its log.
    pub size_bytes: u64,
    /// What is left on that disk for this user; absent when the system does not tell.
    pub free_bytes: Option<u64>,
    /// Pieces of work that were stored since the store was opened.
    pub commits: u64,
    /// Transactions that they shared.
    pub transactions: u64,
    /// Work that waits for the writer.
    pub queued: usize,
}

const PROBE: &str = "insert into probe (id, at_ms) values (1, ?1) \
                     on conflict (id) do update set at_ms = excluded.at_ms";

impl Store {
    /// Writes something and waits for the disk. The caller bounds how long: a disk may hang.
    pub async fn health(&self, now: Timestamp) -> Health {
        let at = moment::past_ms(now);
        let probe = move |session: &Session| session.execute(PROBE, &[at.into()]).map(drop);
        let writable = self.inner.writer.ask(probe).await.map_err(|err| words(&err));
        let tally = self.inner.writer.tally();
        let path = &self.inner.path;
        Health {
            writable,
            size_bytes: size(path) + size(&path.with_extension("db-wal")),
            free_bytes: rustix::fs::statvfs(path).ok().map(|it| it.f_bavail * it.f_frsize),
            commits: tally.commits.load(Ordering::Relaxed),
            transactions: tally.transactions.load(Ordering::Relaxed),
            queued: self.inner.writer.queued(),
        }
    }
}

fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |it| it.len())
}

/// The error with its causes, because a person reads it.
fn words(err: &StoreError) -> String {
    match err.source() {
        Some(cause) => format!("{err}: {cause}"),
        None => err.to_string(),
    }
}
