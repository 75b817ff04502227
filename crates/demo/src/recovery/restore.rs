//! `restore`: the newest verified backup, and whatever newer rows the damaged file still holds.

use std::io::Write;
use std::path::PathBuf;

use jiff::Timestamp;

use crate::backup::newest::{Newest, newest};
use crate::lock::Lock;
use crate::recovery::swap::Swap;
use crate::recovery::{merge, trouble};
use crate::salvage::salvage;
use crate::system::System;
use crate::{database, ledger};

/// What became of the restore.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Restored {
    /// The history is intact, so nothing was changed. `absent` rows of the backup are not in it.
    Intact { rows: usize, absent: usize },
    /// The new history is in place, and intact.
    Done(Counts),
    /// There is neither a verified backup nor a readable row.
    Nothing,
}

/// Where the rows of a restored history come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts {
    /// The backup's label, or `none`.
    pub backup: String,
    pub from_backup: usize,
    /// Rows that only the damaged file held.
    pub from_file: usize,
    pub total: usize,
    /// Ids for which the two disagreed; the file's row was taken.
    pub conflicts: usize,
    /// Rows that the file names, and that nobody holds any more.
    pub nowhere: usize,
    /// Where the damaged file is now.
    pub kept: Option<PathBuf>,
    /// Newer backups that could not be used, with the reasons.
    pub passed_over: Vec<(PathBuf, String)>,
}

/// Puts a whole history in the place of a damaged one. Without a verified backup, the file alone has to do.
pub fn restore(system: &System, now: Timestamp) -> anyhow::Result<Restored> {
    let _lock = Lock::take_alone(system)?;
    let found = newest(system)?;
    if trouble(system).is_none() {
        return intact(system, &found);
    }
    let salvage = salvage(&system.database())?;
    if found.rows.is_empty() && salvage.rows.is_empty() {
        return Ok(Restored::Nothing);
    }
    let nowhere = salvage.damaged().filter(|it| !found.rows.contains_key(it)).count();
    let (backup, from_backup) = (found.label(), found.rows.len());
    let merged = merge(found.rows, salvage.rows);
    let kept = Swap::stage(system, merged.rows.values(), now)?.perform()?;
    Ok(Restored::Done(Counts {
        backup,
        from_backup,
        from_file: merged.from_file,
        total: merged.rows.len(),
        conflicts: merged.conflicts,
        nowhere,
        kept,
        passed_over: found.passed_over,
    }))
}

fn intact(system: &System, found: &Newest) -> anyhow::Result<Restored> {
    let rows = database::rows(&system.database(), database::Access::Live)?;
    let absent = found.rows.keys().filter(|it| !rows.contains_key(it)).count();
    Ok(Restored::Intact { rows: rows.len(), absent })
}

/// Writes the rows that the newest verified backup or the file still holds: what a recovery must not lose.
pub fn held(system: &System, out: &mut dyn Write) -> anyhow::Result<usize> {
    let merged = merge(newest(system)?.rows, salvage(&system.database())?.rows);
    ledger::write_entries(out, merged.rows.values())?;
    Ok(merged.rows.len())
}
