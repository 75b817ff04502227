//! A copy of the whole database in one file, taken while the store works.
//!
//! **Invariant:** a file with the wanted name is a whole, checked copy; until then it has another name.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup as Copy, StepResult};
use tokio::task;

use crate::session::{Session, classify};
use crate::{Store, StoreError};

/// A copy that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    pub path: PathBuf,
    pub size_bytes: u64,
}

impl Store {
    /// Copies the database as it is now to `path`, which must not exist, and checks the copy.
    ///
    /// Writers and readers go on meanwhile. A data directory with this file as `matoi.db`, and no
    /// log of another beside it, is restored.
    pub async fn backup_to(&self, path: &Path) -> Result<Backup, StoreError> {
        let (from, to) = (self.inner.path.clone(), path.to_owned());
        let copying = task::spawn_blocking(move || copy(&from, &to));
        copying
            .await
            .unwrap_or_else(|err| Err(StoreError::corrupt(format!("a backup ended: {err}"))))
    }
}

fn copy(from: &Path, to: &Path) -> Result<Backup, StoreError> {
    if to.exists() {
        return Err(StoreError::unavailable(format!("{} exists already", to.display())));
    }
    let partial = partial(to);
    let copied = copy_whole(from, &partial).and_then(|()| publish(&partial, to));
    if copied.is_err() {
        // The reason is told; what is left over is only in the way.
        let _ = fs::remove_file(&partial);
    }
    copied
}

fn partial(to: &Path) -> PathBuf {
    let mut name = to.as_os_str().to_owned();
    name.push(".partial");
    PathBuf::from(name)
}

/// Copies all pages in one step: a writer in between would make the copy begin anew, and readers hinder nobody.
fn copy_whole(from: &Path, to: &Path) -> Result<(), StoreError> {
    let write = |err: io::Error| StoreError::unavailable(format!("{}: {err}", to.display()));
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(to)
        .map_err(write)?;
    let mut source = Session::open_reading(from)?;
    let mut target = Session::open_writing(to)?;
    let step = Copy::new(source.connection(), target.connection())
        .and_then(|copy| copy.step(-1))
        .map_err(classify)?;
    if step != StepResult::Done {
        return Err(StoreError::unavailable("another program holds the database"));
    }
    // One file without a log beside it can be carried away.
    target.batch("pragma journal_mode = delete")?;
    check(&target)
}

fn check(copy: &Session) -> Result<(), StoreError> {
    let found = copy.query("pragma quick_check", &[], |it| it.text(0))?;
    if found == ["ok"] {
        return Ok(());
    }
    Err(StoreError::corrupt(found.join("; ")))
}

/// Gives a finished copy its name, and waits until the disk has both.
fn publish(partial: &Path, to: &Path) -> Result<Backup, StoreError> {
    let rename = || {
        File::open(partial)?.sync_all()?;
        fs::rename(partial, to)?;
        let dir = to.parent().filter(|it| !it.as_os_str().is_empty());
        File::open(dir.unwrap_or(Path::new(".")))?.sync_all()?;
        fs::metadata(to).map(|it| it.len())
    };
    let size_bytes =
        rename().map_err(|err| StoreError::unavailable(format!("{}: {err}", to.display())))?;
    Ok(Backup { path: to.to_owned(), size_bytes })
}
