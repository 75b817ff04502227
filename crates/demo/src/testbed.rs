//! Systems to test on, and SQLite's own program as a judge that shares no code with us.

use std::fs;
use std::path::Path;
use std::process::Command;

use rusqlite::config::DbConfig;
use tempfile::TempDir;

use crate::database;
use crate::init::{self, members};
use crate::ledger;
use crate::row::Row;
use crate::system::System;

/// A folder in memory where the machine has one: hundreds of systems are synced dozens of times each.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    tempfile::tempdir_in(memory).or_else(|_| tempfile::tempdir()).unwrap()
}

/// A system of `rows` deliveries in a directory that goes with it.
pub(crate) fn system(rows: u32) -> (TempDir, System) {
    let folder = folder();
    let system = System::at(folder.path());
    init::init(&system, rows).unwrap();
    (folder, system)
}

/// A system with the files of another, which nobody is using.
pub(crate) fn copy_of(other: &System) -> (TempDir, System) {
    let folder = folder();
    for entry in fs::read_dir(other.directory()).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
        }
    }
    let system = System::at(folder.path());
    (folder, system)
}

/// Where the rows of a delivery are when it is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    InFile,
    /// As after `kill -9`: the log was never folded into the file.
    InLog,
}

/// Delivers `count` notices at once, as a worker does one by one.
pub(crate) fn deliver(system: &System, count: i64, left: Left) {
    let members = members(&system.members()).unwrap();
    let mut db = database::open(&system.database()).unwrap();
    let keeps_log = left == Left::InLog;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keeps_log).unwrap();
    let first: i64 =
        db.query_row("select coalesce(max(id), 0) + 1 from history", [], |it| it.get(0)).unwrap();
    let rows: Vec<Row> = (first..first + count)
        .zip(members.iter().cycle())
        .map(|(id, member)| Row::delivery(id, &member.id, 1_700_000_000_000 + id))
        .collect();
    // Several commits, so that the log has several.
    for some in rows.chunks(7) {
        let tx = db.transaction().unwrap();
        for row in some {
            database::insert(&tx, row).unwrap();
        }
        tx.commit().unwrap();
    }
    drop(db);
    ledger::append(&system.ledger(), rows.iter()).unwrap();
}

/// What the program `sqlite3` answers.
pub(crate) fn sqlite3(database: &Path, sql: &str) -> String {
    let out = Command::new("sqlite3").arg(database).arg(sql).output().unwrap();
    let text = String::from_utf8_lossy(&out.stdout);
    let errors = String::from_utf8_lossy(&out.stderr);
    format!("{}{}", text.trim(), errors.trim())
}

/// `integrity_check`, by the program `sqlite3`.
pub(crate) fn integrity(database: &Path) -> String {
    sqlite3(database, "pragma integrity_check")
}

/// Overwrites the first byte of pages, which makes them no nodes of a tree any more.
pub(crate) fn deface(database: &Path, pages: &[u32]) {
    let mut bytes = fs::read(database).unwrap();
    for page in pages {
        bytes[(*page as usize - 1) * 4096] = 0xFF;
    }
    fs::write(database, bytes).unwrap();
}
