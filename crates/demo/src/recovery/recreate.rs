//! `recreate`: an empty history, when there is nothing left to save.

use std::path::PathBuf;

use jiff::Timestamp;

use crate::backup::newest::newest;
use crate::lock::Lock;
use crate::recovery::swap::Swap;
use crate::recovery::trouble;
use crate::salvage::salvage;
use crate::system::System;

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recreated {
    /// An empty history is in place.
    Done { kept: Option<PathBuf> },
    /// There is an intact history, and it stays.
    RefusedIntact,
    /// A backup or the file still holds rows: `restore` can give them back.
    RefusedHeld { rows: usize },
}

/// Makes an empty history, unless one could be saved.
pub fn recreate(system: &System, now: Timestamp) -> anyhow::Result<Recreated> {
    let _lock = Lock::take_alone(system)?;
    if trouble(system).is_none() {
        return Ok(Recreated::RefusedIntact);
    }
    let rows = newest(system)?.rows.len().max(salvage(&system.database())?.rows.len());
    if rows > 0 {
        return Ok(Recreated::RefusedHeld { rows });
    }
    let kept = Swap::stage(system, std::iter::empty(), now)?.perform()?;
    Ok(Recreated::Done { kept })
}
