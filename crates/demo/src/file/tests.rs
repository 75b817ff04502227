use std::fs;
use std::path::Path;

use rusqlite::Connection;

use super::record::{Value, decode, varint};
use super::{Image, wal};
use crate::database::{self, Access};
use crate::durable::with_suffix;
use crate::file::page::Kind;
use crate::salvage::salvage;
use crate::sequence::Sequence;
use crate::testbed::{Left, deliver, integrity, system};

#[test]
fn numbers_of_one_to_nine_bytes_are_read() {
    for (bytes, expected, says) in [
        (&[0x00][..], Some((0, 1)), "the smallest"),
        (&[0x7F], Some((127, 1)), "the largest of one byte"),
        (&[0x81, 0x00], Some((128, 2)), "the smallest of two bytes"),
        (&[0x81, 0x80, 0x00, 0x99], Some((16_384, 3)), "what follows is left"),
        (&[0xFF; 9], Some((-1, 9)), "the ninth byte counts whole"),
        (&[0xFF; 8], None, "cut off"),
        (&[], None, "nothing"),
    ] {
        assert_eq!(varint(bytes), expected, "{says}");
    }
}

#[test]
fn records_are_whole_or_nothing() {
    let text = |it: &str| Value::Text(it.to_owned());
    for (bytes, expected, says) in [
        (&[3, 0, 17, b'h', b'i'][..], Some(vec![Value::Null, text("hi")]), "a null and a text"),
        (
            &[3, 1, 2, 0xFF, 0x01, 0x00],
            Some(vec![Value::Integer(-1), Value::Integer(256)]),
            "signs",
        ),
        (&[3, 8, 9], Some(vec![Value::Integer(0), Value::Integer(1)]), "without a body"),
        (&[2, 15, 0xC3], Some(vec![Value::Other]), "a text that is not UTF-8"),
        (&[3, 0, 17, b'h'], None, "cut off in the body"),
        (&[9, 0, 17], None, "cut off in the header"),
        (&[3, 0, 17, b'h', b'i', b'!'], None, "a byte too many"),
        (&[2, 10], None, "a type that is SQLite's own"),
        (&[2, 0xFF], None, "a type that is cut off"),
        (&[], None, "nothing"),
    ] {
        assert_eq!(decode(bytes), expected, "{says}");
    }
}

/// Every length around the borders at which a payload spills over, by what SQLite itself wrote.
#[test]
fn payloads_of_every_length_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lengths.db");
    let lengths: Vec<usize> =
        (0..700).chain(4_020..4_110).chain((4_110..40_000).step_by(509)).collect();
    let db = Connection::open(&path).unwrap();
    db.execute_batch("begin; create table t (x text); create index i on t (x)").unwrap();
    for length in &lengths {
        db.execute("insert into t values (?1)", ["x".repeat(*length)]).unwrap();
    }
    db.execute_batch("commit").unwrap();
    drop(db);
    let image = Image::read(&path).unwrap();
    for (kinds, says) in [
        (vec![Kind::TableLeaf], "rows"),
        (vec![Kind::IndexLeaf, Kind::IndexInterior], "entries of an index"),
    ] {
        let mut found: Vec<usize> = (2..=image.pages())
            .filter_map(|it| image.page(it))
            .filter(|it| kinds.contains(&it.kind()))
            .flat_map(|it| it.cells(&image))
            .map(|it| match &decode(&it.payload.unwrap()).unwrap()[..] {
                [Value::Text(text)] | [Value::Text(text), _] => text.len(),
                other => panic!("{other:?}"),
            })
            .collect();
        found.sort_unstable();
        assert_eq!(found, lengths, "{says}");
    }
}

/// Copies a database as a crash leaves it, its log cut at `length`.
fn crashed(from: &Path, to: &Path, length: usize) -> std::path::PathBuf {
    let copy = to.join("history.db");
    fs::copy(from, &copy).unwrap();
    let mut log = fs::read(with_suffix(from, "-wal")).unwrap();
    log.truncate(length);
    fs::write(with_suffix(&copy, "-wal"), log).unwrap();
    fs::remove_file(with_suffix(&copy, "-shm")).unwrap_or_default();
    copy
}

#[test]
fn a_log_cut_anywhere_gives_what_sqlite_gives() {
    let (_folder, system) = system(150);
    deliver(&system, 60, Left::InLog);
    let length = fs::metadata(with_suffix(&system.database(), "-wal")).unwrap().len() as usize;
    assert!(length > 50_000, "there is a log to cut: {length}");
    let mut sequence = Sequence::seeded(1);
    let cuts = (0..25).map(|_| sequence.below(length)).chain([0, 31, 32, length - 1, length]);
    for cut in cuts {
        let folder = tempfile::tempdir().unwrap();
        let copy = crashed(&system.database(), folder.path(), cut);
        let ours = salvage(&copy).unwrap();
        wal::fold(&copy).unwrap();
        let alone = folder.path().join("alone.db");
        fs::copy(&copy, &alone).unwrap();
        let copy = crashed(&system.database(), folder.path(), cut);
        let theirs = database::rows(&copy, Access::Live).unwrap();
        assert_eq!(ours.rows, theirs, "cut at {cut}");
        assert_eq!(ours.damaged().count(), 0, "cut at {cut}");
        assert_eq!(integrity(&alone), "ok", "folded, cut at {cut}");
        assert_eq!(database::rows(&alone, Access::Live).unwrap(), theirs, "folded, cut at {cut}");
    }
}

#[test]
fn a_log_with_a_wrong_byte_counts_up_to_the_commit_before() {
    let (_folder, system) = system(150);
    deliver(&system, 60, Left::InLog);
    let log = fs::read(with_suffix(&system.database(), "-wal")).unwrap();
    let mut sequence = Sequence::seeded(2);
    for _ in 0..25 {
        let folder = tempfile::tempdir().unwrap();
        let copy = crashed(&system.database(), folder.path(), log.len());
        let mut bytes = log.clone();
        let at = sequence.below(log.len());
        bytes[at] ^= 0x40;
        fs::write(with_suffix(&copy, "-wal"), &bytes).unwrap();
        let ours = salvage(&copy).unwrap();
        assert_eq!(ours.rows, database::rows(&copy, Access::Live).unwrap(), "byte {at}");
    }
}

/// Whatever becomes of the bytes, reading them ends, and gives nothing that was never written.
#[test]
fn hostile_bytes_give_no_panic_and_no_false_row() {
    let (folder, system) = system(300);
    let bytes = fs::read(system.database()).unwrap();
    let truth = database::rows(&system.database(), Access::Live).unwrap();
    let path = folder.path().join("hostile.db");
    for seed in 0..150 {
        let mut sequence = Sequence::seeded(seed);
        let mut bytes = bytes.clone();
        for _ in 0..=sequence.below(400) {
            let at = match sequence.below(3) {
                // Headers of pages and pointers to cells, where a wrong byte leads furthest.
                0 => sequence.below(bytes.len() / 4096) * 4096 + sequence.below(40),
                1 => sequence.below(110),
                _ => sequence.below(bytes.len()),
            };
            bytes[at] = sequence.next().to_le_bytes()[0];
        }
        bytes.truncate(bytes.len() - sequence.below(3) * sequence.below(9_000));
        fs::write(&path, &bytes).unwrap();
        let found = salvage(&path).unwrap();
        for (id, row) in &found.rows {
            assert_eq!(truth.get(id), Some(row), "seed {seed}");
        }
    }
}

#[test]
fn rows_on_freed_pages_are_of_another_time() {
    let (_folder, system) = system(300);
    let db = Connection::open(system.database()).unwrap();
    db.execute("delete from history where id > 40", []).unwrap();
    drop(db);
    let found = salvage(&system.database()).unwrap();
    assert_eq!(found.rows, database::rows(&system.database(), Access::Live).unwrap());
    assert!(!Image::read(&system.database()).unwrap().free().is_empty(), "pages were freed");
}

#[test]
fn a_file_that_is_not_there_or_empty_has_no_pages() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("none.db");
    assert_eq!(Image::read(&path).unwrap().pages(), 0);
    fs::write(&path, b"").unwrap();
    assert_eq!(Image::read(&path).unwrap().pages(), 0);
    fs::write(&path, b"SQLite format 3\0").unwrap();
    assert!(salvage(&path).unwrap().rows.is_empty());
}
