//! Opening and closing a data directory, and the only place that knows which engine is behind the store.
//!
//! ```text
//! <dir>/              0700
//!   matoi.lock        who has it open
//!   matoi.db          0600, the database
//!   matoi.db-wal -shm its log, while it is open or after a crash
//! ```

use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use tokio::task;

use crate::lock::{DirectoryLock, LockError};
use crate::migration::{Migrated, known, migrate};
use crate::reader::Readers;
use crate::session::Session;
use crate::writer::Writer;
use crate::{Cause, Inner, Store, StoreError};

/// The name of the database in the data directory.
const DATABASE_FILE: &str = "matoi.db";

/// Why a data directory cannot be used, and the way out.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Two processes would page everybody twice.
    #[error("{dir} is in use by {}; stop it first, or use another directory", process(*by))]
    InUse { dir: PathBuf, by: Option<u32> },
    #[error("cannot write in {path}; give its owner's rights to this user, or mount it writable")]
    ReadOnly { path: PathBuf },
    #[error(
        "{path} was written by a newer version (its shape is {found}, this program knows {known}); \
         use that version, or restore a backup from before it"
    )]
    NewerSchema { path: PathBuf, found: i64, known: i64 },
    #[error("{path} is damaged; move it away and restore the last backup in its place")]
    Damaged {
        path: PathBuf,
        #[source]
        cause: Cause,
    },
    #[error("cannot open {path}; look at the disk and the rights of the directory")]
    Unavailable {
        path: PathBuf,
        #[source]
        cause: Cause,
    },
}

fn process(id: Option<u32>) -> String {
    id.map_or_else(|| "another process".to_owned(), |id| format!("process {id}"))
}

impl Store {
    /// Opens the data directory `dir` for this process alone, and makes it and its database if they are not there.
    ///
    /// Blocks for some milliseconds; how much is stored does not matter.
    pub fn open(dir: &Path, now: Timestamp) -> Result<Store, OpenError> {
        create_directory(dir).map_err(|err| refused(dir, &err))?;
        let lock = DirectoryLock::take(dir).map_err(|err| match err {
            LockError::Held { by } => OpenError::InUse { dir: dir.to_owned(), by },
            LockError::Io(err) => refused(dir, &err),
        })?;
        let path = dir.join(DATABASE_FILE);
        create_file(dir, &path).map_err(|err| refused(&path, &err))?;
        let session = open_session(&path, now)?;
        let writer = Writer::start(session, lock).map_err(|err| refused(&path, &err))?;
        let readers = Readers::new(path.clone());
        Ok(Store { inner: Arc::new(Inner { readers, writer, path }) })
    }

    /// Refuses new work, finishes what is queued, folds the log into the file and closes it.
    ///
    /// Once this returns, the directory is free for others, and every clone answers [`StoreError::Unavailable`].
    pub async fn close(&self) {
        self.inner.readers.close().await;
        self.inner.writer.refuse();
        let inner = Arc::clone(&self.inner);
        if let Err(err) = task::spawn_blocking(move || inner.writer.join()).await {
            tracing::error!("closing the database ended early: {err}");
        }
    }
}

fn open_session(path: &Path, now: Timestamp) -> Result<Session, OpenError> {
    let session = Session::open_writing(path).map_err(|err| unusable(path, &err))?;
    if session.is_read_only() {
        return Err(OpenError::ReadOnly { path: path.to_owned() });
    }
    session.keep_log().map_err(|err| unusable(path, &err))?;
    match migrate(&session, now).map_err(|err| unusable(path, &err))? {
        Migrated::Current => Ok(session),
        Migrated::Newer { found } => {
            Err(OpenError::NewerSchema { path: path.to_owned(), found, known: known() })
        }
    }
}

fn create_directory(dir: &Path) -> io::Result<()> {
    if dir.is_dir() {
        return Ok(());
    }
    DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    // A directory whose name is not on disk loses everything in it when the power goes.
    match dir.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => File::open(parent)?.sync_all(),
        Some(_) | None => Ok(()),
    }
}

/// Makes the database file before SQLite does, which would let everybody read it. Its log takes over these rights.
fn create_file(dir: &Path, path: &Path) -> io::Result<()> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(_) => File::open(dir)?.sync_all(),
        Err(err) if err.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(err) => Err(err),
    }
}

fn refused(path: &Path, err: &io::Error) -> OpenError {
    let path = path.to_owned();
    if matches!(err.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem) {
        return OpenError::ReadOnly { path };
    }
    OpenError::Unavailable { path, cause: Cause(err.to_string()) }
}

fn unusable(path: &Path, err: &StoreError) -> OpenError {
    let path = path.to_owned();
    match err {
        StoreError::Corrupt { what } => OpenError::Damaged { path, cause: Cause(what.clone()) },
        StoreError::Unavailable(cause) => OpenError::Unavailable { path, cause: cause.clone() },
        StoreError::Conflict | StoreError::Missing | StoreError::TooLarge { .. } => {
            OpenError::Unavailable { path, cause: Cause(err.to_string()) }
        }
    }
}
