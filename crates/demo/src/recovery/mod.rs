//! From a damaged history to an intact one: `repair`, else `restore`, else `recreate`.
//!
//! **Invariant:** no way replaces an intact history, and none runs beside a worker.
//! **Invariant:** the damaged file is kept under another name, whatever replaces it.

use std::collections::BTreeMap;

use crate::database::{self, Access, Judgement};
use crate::row::Row;
use crate::system::System;

pub mod recreate;
pub mod repair;
pub mod restore;

mod swap;

/// Why a history needs to be recovered; none when it does not.
fn trouble(system: &System) -> Option<String> {
    match database::judge(&system.database(), Access::Live) {
        Judgement::Intact => None,
        Judgement::Broken { reason } => Some(reason),
        Judgement::Missing => Some("there is no history.db".to_owned()),
    }
}

/// What a backup and a damaged file hold together.
struct Merged {
    rows: BTreeMap<i64, Row>,
    /// Rows that only the file held.
    from_file: usize,
    /// Ids under which the two hold different true rows; the file's is the newer one, and is kept.
    conflicts: usize,
}

fn merge(backup: BTreeMap<i64, Row>, file: BTreeMap<i64, Row>) -> Merged {
    let mut merged = Merged { rows: backup, from_file: 0, conflicts: 0 };
    for (id, row) in file {
        let checksum = row.checksum.clone();
        match merged.rows.insert(id, row) {
            None => merged.from_file += 1,
            Some(before) if before.checksum != checksum => merged.conflicts += 1,
            Some(_) => (),
        }
    }
    merged
}

#[cfg(test)]
mod tests;
