//! `salvage`: every row that a damaged file still holds.
//!
//! The leaf pages are read one by one, not by way of the nodes above them: rows below a destroyed node are saved too,
//! which neither SQLite's own reading nor a lookup of one id after the other could do. Whether something on a page is
//! a row of the history is decided by its checksum.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;

use crate::durable::{self, Readers};
use crate::file::Image;
use crate::file::page::{Cell, Kind};
use crate::file::record::{Value, decode};
use crate::row::{Row, Status};

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Salvage {
    /// Every row that can be read and is true.
    pub rows: BTreeMap<i64, Row>,
    /// Every id that the file names anywhere: in a row, or in an index that points to one.
    pub known: BTreeSet<i64>,
    /// Nodes of a tree that are not readable as such.
    pub unreadable_pages: usize,
}

impl Salvage {
    /// Ids that were in the file and cannot be read any more. At least these: an index may be damaged too.
    pub fn damaged(&self) -> impl Iterator<Item = i64> {
        self.known.iter().copied().filter(|it| !self.rows.contains_key(it))
    }
}

/// Reads `database` and its log. Changes nothing.
pub fn salvage(database: &Path) -> anyhow::Result<Salvage> {
    let image = Image::read(database)?;
    let free = image.free();
    let mut found = Salvage::default();
    let mut nodes = BTreeSet::new();
    // The first page holds the schema, which is no row of ours.
    for number in (1..=image.pages()).filter(|it| !free.contains(it)) {
        let Some(page) = image.page(number) else { continue };
        nodes.extend(page.children());
        match page.kind() {
            Kind::TableLeaf if number > 1 => {
                page.cells(&image).into_iter().for_each(|it| found.add_row(it));
            }
            Kind::IndexLeaf | Kind::IndexInterior => {
                found.known.extend(page.cells(&image).into_iter().filter_map(pointed_to));
            }
            Kind::TableLeaf | Kind::TableInterior => (),
        }
    }
    found.unreadable_pages = nodes.into_iter().filter(|it| image.page(*it).is_none()).count();
    Ok(found)
}

impl Salvage {
    fn add_row(&mut self, cell: Cell) {
        let Some(id) = cell.rowid.filter(|it| *it > 0) else { return };
        self.known.insert(id);
        let row = cell.payload.and_then(|it| row_of(id, decode(&it)?)).filter(Row::is_true);
        if let Some(row) = row {
            self.rows.insert(id, row);
        }
    }
}

/// The row of a record; the column of the id is null, since the id is the key of the tree.
fn row_of(id: i64, values: Vec<Value>) -> Option<Row> {
    let [_, member, notice, delivered_at, checksum, status]: [Value; 6] = values.try_into().ok()?;
    Some(Row {
        id,
        member: text(member)?,
        notice: text(notice)?,
        delivered_at_ms: integer(delivered_at)?,
        status: Status::of(&text(status)?)?,
        checksum: text(checksum)?,
    })
}

/// The id of the row that an entry of an index points to: text, time, id.
fn pointed_to(cell: Cell) -> Option<i64> {
    let [_, _, id]: [Value; 3] = decode(&cell.payload?)?.try_into().ok()?;
    integer(id).filter(|it| *it > 0)
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text),
        Value::Null | Value::Integer(_) | Value::Other => None,
    }
}

fn integer(value: Value) -> Option<i64> {
    match value {
        Value::Integer(number) => Some(number),
        Value::Null | Value::Text(_) | Value::Other => None,
    }
}

/// Writes the salvaged rows, one JSON object per line.
pub fn write(salvage: &Salvage, path: &Path) -> anyhow::Result<()> {
    let mut lines = Vec::new();
    for row in salvage.rows.values() {
        serde_json::to_writer(&mut lines, row)?;
        lines.write_all(b"\n")?;
    }
    if let Some(folder) = path.parent().filter(|it| !it.as_os_str().is_empty()) {
        fs::create_dir_all(folder)?;
    }
    durable::write(path, &lines, Readers::Everybody)
        .with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests;
