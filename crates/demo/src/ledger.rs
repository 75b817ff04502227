//! The ledger: one line per delivered row, synced, outside of the database.
//!
//! **Invariant:** a row is in the database before it is in the ledger, so whatever the ledger names was really there.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use crate::row::Row;

/// Lines that a list may have; beyond it, the list is not one of ours.
const LINES_MAX: usize = 10_000_000;
/// Bytes of a line.
const LINE_BYTES_MAX: u64 = 1_024;

/// A row, by its id and the checksum that proves its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: i64,
    checksum: String,
}

/// Writes an entry for each of `rows`.
pub(crate) fn write_entries<'a>(
    out: &mut dyn Write,
    rows: impl Iterator<Item = &'a Row>,
) -> io::Result<()> {
    for row in rows {
        let entry = Entry { id: row.id, checksum: row.checksum.clone() };
        serde_json::to_writer(&mut *out, &entry)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// Appends `rows` and returns when they would survive a power cut.
pub(crate) fn append<'a>(path: &Path, rows: impl Iterator<Item = &'a Row>) -> io::Result<()> {
    let mut lines = Vec::new();
    write_entries(&mut lines, rows)?;
    let mut file = OpenOptions::new().append(true).create(true).open(path)?;
    file.write_all(&lines)?;
    file.sync_all()
}

/// Id and checksum of every entry; of a file that is not there, none.
///
/// A torn last line is a row that was being written when the power went: it was never promised, and is left out.
pub(crate) fn read(path: &Path) -> anyhow::Result<BTreeMap<i64, String>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    let mut reader = BufReader::new(file);
    let mut entries = BTreeMap::new();
    for number in 1..=LINES_MAX {
        let mut line = Vec::new();
        let count = io::Read::take(&mut reader, LINE_BYTES_MAX).read_until(b'\n', &mut line)?;
        if count == 0 || line.last() != Some(&b'\n') && (count as u64) < LINE_BYTES_MAX {
            return Ok(entries);
        }
        let entry: Entry = serde_json::from_slice(&line)
            .with_context(|| format!("{}:{number} is not an entry", path.display()))?;
        entries.insert(entry.id, entry.checksum);
    }
    anyhow::bail!("{} has more than {LINES_MAX} lines", path.display())
}
