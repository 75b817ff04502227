//! `repair`: an intact history out of the damaged file alone, or an honest no.

use std::path::PathBuf;

use jiff::Timestamp;

use crate::backup::newest::newest;
use crate::lock::Lock;
use crate::recovery::swap::Swap;
use crate::recovery::trouble;
use crate::salvage::salvage;
use crate::system::System;

/// What became of the repair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Repaired {
    /// There was nothing to do.
    Intact,
    /// Every row that is known of is in the new history.
    Done { rows: usize, kept: Option<PathBuf> },
    /// The file has lost rows. Nothing was changed.
    Refused {
        /// Rows that can be read.
        rows: usize,
        /// Rows that the file cannot give back and the newest backup can.
        in_backup: usize,
        /// Rows that the file names, and that neither can give back.
        nowhere: usize,
        /// The newest verified backup, or `none`.
        backup: String,
    },
    /// The file holds no row at all.
    Nothing,
}

/// Rebuilds the history from what its file holds, unless something known would be lost by that.
pub fn repair(system: &System, now: Timestamp) -> anyhow::Result<Repaired> {
    let _lock = Lock::take_alone(system)?;
    if trouble(system).is_none() {
        return Ok(Repaired::Intact);
    }
    let salvage = salvage(&system.database())?;
    if salvage.rows.is_empty() {
        return Ok(Repaired::Nothing);
    }
    let newest = newest(system)?;
    let in_backup = newest.rows.keys().filter(|it| !salvage.rows.contains_key(it)).count();
    let nowhere = salvage.damaged().filter(|it| !newest.rows.contains_key(it)).count();
    let rows = salvage.rows.len();
    if in_backup + nowhere > 0 {
        return Ok(Repaired::Refused { rows, in_backup, nowhere, backup: newest.label() });
    }
    let kept = Swap::stage(system, salvage.rows.values(), now)?.perform()?;
    Ok(Repaired::Done { rows, kept })
}
