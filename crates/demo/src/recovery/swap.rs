//! Putting a new history in the place of the old one.
//!
//! ```text
//!            history.db          history.db-wal     history.db.damaged-<time>
//!  staged    old                 old's newest       –
//!  fold      old, whole          old's newest       –
//!  keep      old, whole          (moved)            old, whole
//!  replace   new                 –                  old, whole
//! ```
//!
//! **Invariant:** killed between any two of these, `history.db` is the whole old or the whole new database, and no log
//! of the old one lies beside the new one, where SQLite would play it into it.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::PathBuf;

use anyhow::{Context as _, ensure};
use jiff::Timestamp;

use crate::clock::stamp;
use crate::database;
use crate::durable::{remove_if_there, sync_folder_of, with_suffix};
use crate::file::wal;
use crate::row::Row;
use crate::system::System;

/// A new history, made and judged, and not yet in its place.
pub(super) struct Swap {
    database: PathBuf,
    staged: PathBuf,
    kept: PathBuf,
}

/// One step of the way; each may be the last if the power goes.
pub(super) type Step = fn(&Swap) -> anyhow::Result<()>;

impl Swap {
    /// Every step, in order.
    pub(super) const STEPS: [Step; 4] = [Swap::fold, Swap::keep, Swap::keep_log, Swap::replace];

    /// Makes the new history beside the old one. The caller holds the lock.
    pub(super) fn stage<'a>(
        system: &System,
        rows: impl Iterator<Item = &'a Row>,
        now: Timestamp,
    ) -> anyhow::Result<Swap> {
        let database = system.database();
        let staged = with_suffix(&database, ".new");
        database::create(&staged, rows)?;
        let kept = with_suffix(&database, &format!(".damaged-{}", stamp(now)));
        ensure!(!kept.exists(), "{} is there already", kept.display());
        Ok(Swap { database, staged, kept })
    }

    /// Puts the new history in place. Answers where the old one is kept, if there was one.
    pub(super) fn perform(self) -> anyhow::Result<Option<PathBuf>> {
        for step in Swap::STEPS {
            step(&self)?;
        }
        Ok(Some(self.kept).filter(|it| it.exists()))
    }

    /// What the log holds goes into the old file: without its log, it is still the whole old history.
    fn fold(&self) -> anyhow::Result<()> {
        wal::fold(&self.database)
    }

    fn keep(&self) -> anyhow::Result<()> {
        if !self.database.exists() {
            return Ok(());
        }
        // A second name, not a move: there is no moment without a history.
        match fs::hard_link(&self.database, &self.kept) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
            // The file system has no second names.
            Err(_) => fs::copy(&self.database, &self.kept)
                .and_then(|_| OpenOptions::new().write(true).open(&self.kept)?.sync_all()),
            Ok(()) => Ok(()),
        }
        .with_context(|| format!("cannot keep the old history as {}", self.kept.display()))?;
        Ok(sync_folder_of(&self.kept)?)
    }

    /// The log goes along with the old file: it may hold what we could not read.
    fn keep_log(&self) -> anyhow::Result<()> {
        let log = with_suffix(&self.database, "-wal");
        if fs::metadata(&log).is_ok_and(|it| it.len() > 0) {
            fs::rename(&log, with_suffix(&self.kept, "-wal"))?;
        }
        remove_if_there(&log)?;
        remove_if_there(&with_suffix(&self.database, "-shm"))?;
        remove_if_there(&with_suffix(&self.database, "-journal"))?;
        Ok(sync_folder_of(&log)?)
    }

    fn replace(&self) -> anyhow::Result<()> {
        fs::rename(&self.staged, &self.database)
            .with_context(|| format!("cannot replace {}", self.database.display()))?;
        Ok(sync_folder_of(&self.database)?)
    }
}
