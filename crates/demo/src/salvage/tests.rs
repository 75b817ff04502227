use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rusqlite::params;

use super::{salvage, write};
use crate::damage::{Target, damage};
use crate::database::{self, Access, COLUMNS};
use crate::file::Image;
use crate::file::page::Kind;
use crate::row::Row;
use crate::testbed::{Left, deface, deliver, system};

/// What SQLite itself can still look up, one id after the other.
fn looked_up(database: &Path, last: i64) -> BTreeMap<i64, Row> {
    let db = database::open(database).unwrap();
    let sql = format!("select {COLUMNS} from history where id = ?1");
    let mut statement = db.prepare(&sql).unwrap();
    (1..=last)
        .filter_map(|id| statement.query_row(params![id], database::row).ok())
        .map(|row| (row.id, row))
        .collect()
}

#[test]
fn exactly_the_rows_outside_of_destroyed_pages_are_saved() {
    for seed in 0..24 {
        let rows = 300 + 37 * (seed as u32 % 5);
        let (_folder, system) = system(rows);
        let before = database::rows(&system.database(), Access::Live).unwrap();
        let pages = 1 + seed as usize % 9;
        damage(&system, Target::Rows, pages, seed).unwrap();
        let found = salvage(&system.database()).unwrap();
        let theirs = looked_up(&system.database(), rows.into());
        assert_eq!(found.rows, theirs, "seed {seed}");
        assert!(!found.rows.is_empty() && found.rows.len() < before.len(), "seed {seed}");
        let lost: Vec<i64> = before.keys().copied().filter(|it| !theirs.contains_key(it)).collect();
        assert_eq!(found.damaged().collect::<Vec<_>>(), lost, "the index names them, seed {seed}");
        assert_eq!(found.unreadable_pages, pages, "seed {seed}");
    }
}

#[test]
fn rows_below_a_destroyed_node_are_saved() {
    let (_folder, system) = system(6_000);
    let before = database::rows(&system.database(), Access::Live).unwrap();
    let image = Image::read(&system.database()).unwrap();
    let nodes: Vec<u32> = (2..=image.pages())
        .filter(|it| image.page(*it).is_some_and(|it| it.kind() == Kind::TableInterior))
        .collect();
    assert!(nodes.len() >= 3, "a tree of three storeys: {nodes:?}");
    deface(&system.database(), &nodes);
    assert!(looked_up(&system.database(), 6_000).is_empty(), "SQLite finds none of them");
    assert_eq!(salvage(&system.database()).unwrap().rows, before);
}

#[test]
fn nothing_is_lost_with_the_first_page() {
    let (_folder, system) = system(400);
    let before = database::rows(&system.database(), Access::Live).unwrap();
    let mut bytes = fs::read(system.database()).unwrap();
    bytes[..4096].fill(0xA5);
    fs::write(system.database(), bytes).unwrap();
    assert_eq!(salvage(&system.database()).unwrap().rows, before);
}

#[test]
fn rows_that_only_the_log_holds_are_saved() {
    let (_folder, system) = system(300);
    damage(&system, Target::Rows, 3, 5).unwrap();
    deliver(&system, 20, Left::InLog);
    let found = salvage(&system.database()).unwrap();
    assert!((301..=320).all(|it| found.rows.contains_key(&it)));
    let log = crate::durable::with_suffix(&system.database(), "-wal");
    assert!(fs::metadata(log).unwrap().len() > 0, "reading leaves the log as it is");
}

#[test]
fn a_row_with_a_wrong_byte_is_no_row() {
    let (folder, system) = system(50);
    let mut bytes = fs::read(system.database()).unwrap();
    let needle = "回覧第7号".as_bytes();
    // Where the row was before its page was divided, it is still written too.
    let places: Vec<usize> =
        (0..bytes.len()).filter(|it| bytes[*it..].starts_with(needle)).collect();
    places.iter().for_each(|it| bytes[it + 40] ^= 1);
    fs::write(system.database(), bytes).unwrap();
    let found = salvage(&system.database()).unwrap();
    assert_eq!(found.damaged().collect::<Vec<_>>(), [7]);
    let out = folder.path().join("new/rows.jsonl");
    write(&found, &out).unwrap();
    let text = fs::read_to_string(out).unwrap();
    let rows: Vec<Row> = text.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    assert_eq!(rows, found.rows.into_values().collect::<Vec<_>>());
}
