//! Rows as text: one line each, columns apart by tabs, so that a single value stands alone.

use rusqlite::types::ValueRef;
use rusqlite::{Row, Rows};

/// Rows that are printed; a page for people, not an export.
const ROWS_MAX: usize = 10_000;
/// Bytes that are printed; what is kept of the beginning of any stream.
const BYTES_MAX: usize = 1 << 20;
/// Bytes of a blob that are shown.
const BLOB_BYTES_MAX: usize = 64;

/// What a query printed, and whether that is all.
#[derive(Default)]
pub(super) struct Table {
    pub(super) text: String,
    pub(super) remark: Option<String>,
}

/// Prints `rows` up to the limits. Rows beyond are not read unless `drain`, for a statement that writes while it is read.
pub(super) fn print(mut rows: Rows<'_>, drain: Drain) -> rusqlite::Result<Table> {
    let mut table = Table::default();
    let mut count = 0_usize;
    while let Some(row) = rows.next()? {
        count += 1;
        if table.remark.is_none() && (count > ROWS_MAX || table.text.len() >= BYTES_MAX) {
            table.remark = Some(format!("only the first {} rows are printed", count - 1));
        }
        match (&table.remark, drain) {
            (None, _) => line(row, &mut table.text)?,
            (Some(_), Drain::Whole) => (),
            (Some(_), Drain::Printed) => break,
        }
    }
    if table.text.len() > BYTES_MAX {
        table.text.truncate(table.text.floor_char_boundary(BYTES_MAX));
        table.remark = Some(format!("only the first {BYTES_MAX} bytes are printed"));
    }
    Ok(table)
}

/// How far rows are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Drain {
    Printed,
    Whole,
}

fn line(row: &Row<'_>, text: &mut String) -> rusqlite::Result<()> {
    let columns = row.as_ref().column_count();
    for index in 0..columns {
        if index > 0 {
            text.push('\t');
        }
        match row.get_ref(index)? {
            ValueRef::Null => text.push_str("NULL"),
            ValueRef::Integer(it) => text.push_str(&it.to_string()),
            ValueRef::Real(it) => text.push_str(&format!("{it:?}")),
            ValueRef::Text(it) if columns == 1 => text.push_str(&String::from_utf8_lossy(it)),
            ValueRef::Text(it) => text.push_str(&escaped(&String::from_utf8_lossy(it))),
            ValueRef::Blob(it) => text.push_str(&blob(it)),
        }
    }
    text.push('\n');
    Ok(())
}

/// One cell among others: what would end a cell or a line is written out.
fn escaped(cell: &str) -> String {
    cell.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r")
}

fn blob(bytes: &[u8]) -> String {
    let shown: String = bytes.iter().take(BLOB_BYTES_MAX).map(|it| format!("{it:02X}")).collect();
    match bytes.len().saturating_sub(BLOB_BYTES_MAX) {
        0 => format!("X'{shown}'"),
        more => format!("X'{shown}' and {more} more bytes"),
    }
}
