//! `audit`: the witness is heard. Which promised rows does the history not have, and who should have had them?

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;

use crate::database::{self, Access};
use crate::ledger;
use crate::row::Row;
use crate::system::System;

/// What the witnesses say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audit {
    pub rows: usize,
    /// Entries of the ledger.
    pub promised: usize,
    /// Delivered once, and not in the history, or not as it was.
    pub missing: Vec<i64>,
    /// What was held just before the recovery, and how much of that is missing; none when no list was given.
    pub held: Option<Held>,
}

/// What a list of held rows says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub promised: usize,
    pub missing: Vec<i64>,
}

impl Audit {
    /// Whether nothing was lost that anybody still held. Without a list of that, every missing row counts.
    pub fn is_well(&self) -> bool {
        self.held.as_ref().map_or(&self.missing, |it| &it.missing).is_empty()
    }
}

/// Compares the history with the ledger, and with the list that `held` wrote before the recovery.
pub fn audit(system: &System, ledger: &Path, held: Option<&Path>) -> anyhow::Result<Audit> {
    let rows = database::rows(&system.database(), Access::Live)?;
    let promised = entries(ledger)?;
    let held = held.map(entries).transpose()?;
    Ok(Audit {
        rows: rows.len(),
        promised: promised.len(),
        missing: missing(&promised, &rows),
        held: held.map(|it| Held { promised: it.len(), missing: missing(&it, &rows) }),
    })
}

/// A list that is not there is no empty list: nothing would be missing from it.
fn entries(path: &Path) -> anyhow::Result<BTreeMap<i64, String>> {
    path.metadata().with_context(|| format!("cannot read {}", path.display()))?;
    ledger::read(path)
}

fn missing(promised: &BTreeMap<i64, String>, rows: &BTreeMap<i64, Row>) -> Vec<i64> {
    let is_kept = |id: &i64, checksum: &String| {
        rows.get(id).is_some_and(|row| row.checksum == *checksum && row.is_true())
    };
    promised.iter().filter(|(id, sum)| !is_kept(id, sum)).map(|(id, _)| *id).collect()
}
