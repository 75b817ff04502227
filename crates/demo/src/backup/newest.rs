//! The newest backup that deserves the name.
//!
//! **Invariant:** a backup counts only when its manifest is right, SQLite calls it intact, and every checksum of its
//! rows holds. One that does not is passed over, with the reason.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{bail, ensure};

use crate::backup::{manifest, rotate};
use crate::database::{self, Access, Judgement};
use crate::row::Row;
use crate::system::System;

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Newest {
    /// None when there is no verified backup.
    pub folder: Option<PathBuf>,
    pub rows: BTreeMap<i64, Row>,
    /// Newer ones that do not count, each with its reason.
    pub passed_over: Vec<(PathBuf, String)>,
}

impl Newest {
    /// The folder's name, or `none`.
    pub fn label(&self) -> String {
        let name = self.folder.as_deref().and_then(Path::file_name);
        name.map_or_else(|| "none".to_owned(), |it| it.to_string_lossy().into_owned())
    }
}

/// Finds the newest verified hourly backup, and reads it.
pub fn newest(system: &System) -> anyhow::Result<Newest> {
    let mut newest = Newest::default();
    for folder in rotate::list(&system.backups())? {
        match read(&folder) {
            Ok(rows) => return Ok(Newest { folder: Some(folder), rows, ..newest }),
            Err(error) => newest.passed_over.push((folder, format!("{error:#}"))),
        }
    }
    Ok(newest)
}

fn read(folder: &Path) -> anyhow::Result<BTreeMap<i64, Row>> {
    manifest::verify(folder)?;
    let database = folder.join("history.db");
    match database::judge(&database, Access::Frozen) {
        Judgement::Intact => (),
        Judgement::Broken { reason } => bail!("its history.db is not intact: {reason}"),
        Judgement::Missing => bail!("it has no history.db"),
    }
    let rows = database::rows(&database, Access::Frozen)?;
    let wrong = rows.values().filter(|it| !it.is_true()).count();
    ensure!(wrong == 0, "{wrong} of its rows have a wrong checksum");
    Ok(rows)
}
