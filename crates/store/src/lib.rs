//! Remembers: what was decided, what is owed to the world, what the team wrote, and who changed what.
//!
//! ```text
//!  callers                       writer thread                     disk
//!  commit ──┐
//!  claim  ──┼─▶ bounded queue ─▶ begin; each in a savepoint; ───▶ log, one fsync
//!  settle ──┘ ◀─ answers ─────── commit ◀──────────────────────── durable
//!  load, list ─▶ a few read-only connections ◀──────────────────── what was committed
//! ```
//!
//! **Invariant:** there is no SQL outside this crate, and no driver's type in its signatures.
//! **Invariant:** a change of a workflow is one [`Store::commit`]: row, events and outbox together or not at all.
//! **Invariant:** what was answered with `Ok` is on disk. An error of the disk never acknowledges anything.
//! **Invariant:** no clock is read here; `now` is an argument, last.
//!
//! Times are kept in whole milliseconds. What is to happen at a time is rounded up and what has happened is rounded
//! down, so that a thing found due here is due for the core as well.

use std::path::PathBuf;
use std::sync::Arc;

use crate::reader::Readers;
use crate::writer::Writer;

mod lock;
mod migration;
mod moment;
mod open;
mod reader;
mod session;
mod writer;

mod backup;
mod commit;
mod event;
mod health;
mod outbox;
mod plan;
mod setting;
mod workflow;

#[cfg(test)]
mod tests;

pub use crate::backup::Backup;
pub use crate::commit::{COMMIT_BYTES_MAX, Commit, NewEffect};
pub use crate::event::{Place, Stored};
pub use crate::health::Health;
pub use crate::open::OpenError;
pub use crate::outbox::{Claim, Claimed, Depth, Lane};
pub use crate::plan::{BLOB_BYTES_MAX, PlanFile, StoredPlan};
pub use crate::setting::{Change, NewSetting, SETTING_BYTES_MAX, Setting};
pub use crate::workflow::{Cursor, Filter, Row, Which, Workflow};

/// The most rows that one list answers, whatever was asked; more are had by asking from the last one on.
pub const LIST_MAX: u32 = 1_000;

/// The memory of one node. Cloning is cheap, and all clones are one store.
///
/// Dropping the last clone waits for what is queued, and frees the directory; [`Store::close`] does so without
/// blocking.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

/// What all clones share, in the order in which it is given up.
struct Inner {
    readers: Readers,
    /// Holds the lock of the directory.
    writer: Writer,
    path: PathBuf,
}

/// Why the store says no.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody was faster: the version, the claim, the id, or the topic is taken. Load again and decide again.
    #[error("it was changed by somebody else in the meantime")]
    Conflict,
    /// What is named does not exist.
    #[error("it does not exist")]
    Missing,
    /// The disk, the file, or the store as a whole does not work now. Whether a change was made is known only by
    /// loading again, because a disk may fail after it has written.
    #[error("the database is unavailable")]
    Unavailable(#[source] Cause),
    /// What is stored cannot be, or a statement of ours is wrong. It will not go away by trying again.
    #[error("the database holds what it never should: {what}")]
    Corrupt { what: String },
    /// More than is stored at once. It will not go away by trying again.
    #[error("{what} is larger than {bytes_max} bytes")]
    TooLarge { what: String, bytes_max: usize },
}

/// What the disk or the engine said, in words for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Cause(pub(crate) String);

impl StoreError {
    fn unavailable(cause: impl Into<String>) -> StoreError {
        StoreError::Unavailable(Cause(cause.into()))
    }

    fn corrupt(what: impl Into<String>) -> StoreError {
        StoreError::Corrupt { what: what.into() }
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("path", &self.inner.path).finish_non_exhaustive()
    }
}
