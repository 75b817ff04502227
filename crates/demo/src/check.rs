//! `check`: is the history right by its meaning, not only by its form?

use std::collections::BTreeMap;

use crate::database::{self, Access, Judgement};
use crate::row::{Row, Status};
use crate::system::System;

/// What was found in a history that SQLite can read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    pub rows: usize,
    pub by_status: BTreeMap<Status, usize>,
    /// Ids of rows whose content is not what was written.
    pub wrong: Vec<i64>,
    /// Ids of rows that say what an earlier row said.
    pub doubled: Vec<i64>,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checked {
    Read(Findings),
    Broken { reason: String },
}

impl Checked {
    /// Whether all is well.
    pub fn is_well(&self) -> bool {
        match self {
            Checked::Read(findings) => findings.wrong.is_empty() && findings.doubled.is_empty(),
            Checked::Broken { .. } => false,
        }
    }
}

/// Checks the history: SQLite's own check, every checksum, no delivery twice.
pub fn check(system: &System) -> anyhow::Result<Checked> {
    match database::judge(&system.database(), Access::Live) {
        Judgement::Intact => (),
        Judgement::Broken { reason } => return Ok(Checked::Broken { reason }),
        Judgement::Missing => {
            return Ok(Checked::Broken { reason: "there is no history.db".to_owned() });
        }
    }
    let rows = database::rows(&system.database(), Access::Live)?;
    Ok(Checked::Read(findings(&rows)))
}

fn findings(rows: &BTreeMap<i64, Row>) -> Findings {
    let mut findings = Findings { rows: rows.len(), ..Findings::default() };
    let mut seen = BTreeMap::new();
    for row in rows.values() {
        *findings.by_status.entry(row.status).or_default() += 1;
        if !row.is_true() {
            findings.wrong.push(row.id);
        }
        if seen.insert((&row.member, &row.notice), row.id).is_some() {
            findings.doubled.push(row.id);
        }
    }
    findings
}
