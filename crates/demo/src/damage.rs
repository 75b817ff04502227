//! `damage`: whole pages of the history, overwritten with garbage behind SQLite's back.

use std::fs::OpenOptions;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};

use crate::database::{self, Access, Judgement};
use crate::file::Image;
use crate::sequence::Sequence;
use crate::system::System;

/// Pages that are destroyed when nothing else is said.
pub const PAGES: usize = 8;
/// The newest leaves of the history are spared: a working bot would write them anew, and so heal them.
const SPARED: usize = 3;
/// How long a working bot may keep the log busy.
const CHECKPOINT_WITHIN: Duration = Duration::from_secs(10);

/// What is destroyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Leaves of the history itself: rows are lost.
    Rows,
    /// Leaves of an index: every row is there, and SQLite finds the file malformed.
    Index,
}

impl Target {
    fn tree(self) -> &'static str {
        match self {
            Target::Rows => "history",
            Target::Index => "history_by_member",
        }
    }

    fn spared(self) -> usize {
        match self {
            Target::Rows => SPARED,
            Target::Index => 0,
        }
    }
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The pages, counted from 1.
    pub pages: Vec<u32>,
    /// How many leaves the tree has.
    pub leaves: usize,
    /// What SQLite says now.
    pub complaint: String,
}

/// Destroys `pages` leaves, always the same for the same file and `seed`. The bot may be working meanwhile.
pub fn damage(system: &System, target: Target, pages: usize, seed: u64) -> anyhow::Result<Damage> {
    let database = system.database();
    let root = root_after_checkpoint(&database, target)?;
    let image = Image::read(&database)?;
    let mut leaves = image.leaves(root);
    let count = leaves.len();
    // A tree that is nothing but its root would be lost as a whole.
    leaves.retain(|it| *it != root);
    leaves.truncate(count.saturating_sub(target.spared()));
    ensure!(
        (1..=leaves.len()).contains(&pages),
        "--pages must be 1 to {}, for a tree of {count} leaves",
        leaves.len()
    );
    let mut sequence = Sequence::seeded(seed);
    let mut pages = sequence.pick(leaves, pages);
    pages.sort_unstable();
    let file = OpenOptions::new().write(true).open(&database)?;
    for page in &pages {
        let mut garbage = sequence.bytes(image.page_size());
        // No kind of page begins like this, so that no garbage is taken for an empty page.
        garbage.iter_mut().take(1).for_each(|it| *it |= 0x80);
        file.write_all_at(&garbage, u64::from(page - 1) * image.page_size() as u64)?;
    }
    file.sync_all()?;
    drop(file);
    match database::judge(&database, Access::Live) {
        Judgement::Broken { reason } => Ok(Damage { pages, leaves: count, complaint: reason }),
        Judgement::Intact | Judgement::Missing => bail!("the damage does not show"),
    }
}

/// Empties the log into the file, lest it hide the damage, and tells the root of the tree.
fn root_after_checkpoint(database: &Path, target: Target) -> anyhow::Result<u32> {
    let db =
        database::open(database).with_context(|| format!("cannot open {}", database.display()))?;
    let end = Instant::now() + CHECKPOINT_WITHIN;
    let checkpoint = "pragma wal_checkpoint(truncate)";
    while db.query_row(checkpoint, [], |it| it.get::<_, i64>(0))? != 0 {
        ensure!(Instant::now() < end, "the log of {} stays busy", database.display());
        thread::sleep(Duration::from_millis(20));
    }
    let root = "select rootpage from sqlite_schema where name = ?1";
    db.query_row(root, [target.tree()], |it| it.get(0)).context("there is no such tree")
}

#[cfg(test)]
mod tests;
