use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use jiff::Timestamp;

use super::newest::newest;
use super::rotate::{KEPT_MAX, rotate};
use super::{Form, backup, manifest};
use crate::damage::{Target, damage};
use crate::database::{self, Access};
use crate::salvage::salvage;
use crate::testbed::{Left, deliver, integrity, system};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    names.sort_unstable();
    names
}

#[test]
fn an_intact_history_is_copied_with_everything_around_it() {
    let (folder, system) = system(200);
    deliver(&system, 10, Left::InLog);
    let to = folder.path().join("copy");
    let made = backup(&system, &to, None).unwrap();
    assert_eq!((made.form, made.rows, made.files), (Form::Consistent, 210, 8));
    assert_eq!(made.label, "copy");
    let expected = ["cache", "cookies.json", "history.db", "manifest.sha256", "members.json"];
    assert_eq!(names(&to), expected);
    let mode = |name: &str| fs::metadata(to.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("cookies.json"), mode(".")), (0o600, 0o700));
    assert_eq!(integrity(&to.join("history.db")), "ok");
    assert_eq!(names(&to), expected, "reading it adds no file");
}

#[test]
fn anybody_can_check_it_with_sha256sum() {
    let (folder, system) = system(50);
    let to = folder.path().join("copy");
    backup(&system, &to, Some("夜間")).unwrap();
    let check = || {
        let mut command = Command::new("sha256sum");
        command.args(["--check", "--strict", "--quiet", "manifest.sha256"]).current_dir(&to);
        command.output().unwrap().status.success()
    };
    assert!(check());
    fs::write(to.join("members.json"), "[]").unwrap();
    assert!(!check());
}

#[test]
fn a_damaged_history_is_copied_byte_by_byte() {
    let (folder, system) = system(300);
    damage(&system, Target::Rows, 2, 0).unwrap();
    deliver(&system, 10, Left::InLog);
    let bytes = |folder: &Path, name: &str| fs::read(folder.join(name)).unwrap();
    let before = [bytes(folder.path(), "history.db"), bytes(folder.path(), "history.db-wal")];
    let to = folder.path().join("copy");
    let made = backup(&system, &to, None).unwrap();
    assert_eq!(made.form, Form::Raw);
    assert_eq!(made.rows, salvage(&system.database()).unwrap().rows.len());
    for place in [folder.path(), &to] {
        let after = [bytes(place, "history.db"), bytes(place, "history.db-wal")];
        assert_eq!(after, before, "{}", place.display());
    }
    manifest::verify(&to).unwrap();
}

#[test]
fn a_backup_never_overwrites_and_never_shows_itself_half_done() {
    let (folder, system) = system(50);
    let to = folder.path().join("copy");
    fs::create_dir(folder.path().join("copy.partial")).unwrap();
    fs::write(folder.path().join("copy.partial/rubbish"), "of a backup cut off").unwrap();
    backup(&system, &to, None).unwrap();
    assert!(!to.join("rubbish").exists());
    assert!(!folder.path().join("copy.partial").exists());
    let reason = backup(&system, &to, None).unwrap_err().to_string();
    assert!(reason.ends_with("is there already"), "{reason}");
}

#[test]
fn every_tampering_is_found_and_named() {
    type Tamper = fn(&Path);
    let cases: [(Tamper, &str); 8] = [
        (|it| fs::write(it.join("members.json"), "[]").unwrap(), "members.json is not what it was"),
        (|it| fs::remove_file(it.join("cookies.json")).unwrap(), "cookies.json is gone"),
        (|it| fs::write(it.join("extra"), "").unwrap(), "extra is not in the manifest"),
        (|it| fs::write(it.join("cache/extra"), "").unwrap(), "cache/extra is not in"),
        (|it| fs::remove_file(it.join("manifest.sha256")).unwrap(), "cannot read"),
        (|it| fs::write(it.join("manifest.sha256"), "").unwrap(), "names no file"),
        (|it| replace(it, "  members.json", "  ../members.json"), "is no manifest"),
        (|it| replace(it, "  members.json", "  /etc/passwd"), "is no manifest"),
    ];
    let (folder, system) = system(50);
    for (number, (tamper, expected)) in cases.into_iter().enumerate() {
        let to = folder.path().join(format!("copy-{number}"));
        backup(&system, &to, None).unwrap();
        tamper(&to);
        let reason = manifest::verify(&to).unwrap_err().to_string();
        assert!(reason.contains(expected), "{reason:?} should say {expected:?}");
    }
}

fn replace(folder: &Path, from: &str, to: &str) {
    let path = folder.join("manifest.sha256");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from));
    fs::write(path, text.replace(from, to)).unwrap();
}

#[test]
fn every_single_byte_of_a_history_is_watched() {
    let (folder, system) = system(50);
    let to = folder.path().join("copy");
    backup(&system, &to, None).unwrap();
    let path = to.join("history.db");
    let bytes = fs::read(&path).unwrap();
    for at in (0..bytes.len()).step_by(997) {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        fs::write(&path, changed).unwrap();
        assert!(manifest::verify(&to).is_err(), "byte {at}");
    }
}

#[test]
fn the_newest_backup_is_what_restore_reads() {
    let (_folder, system) = system(50);
    rotate(&system, at(0)).unwrap();
    deliver(&system, 5, Left::InFile);
    let made = rotate(&system, at(1)).unwrap();
    let latest = fs::canonicalize(system.backups().join("latest")).unwrap();
    assert_eq!(latest, fs::canonicalize(&made.folder).unwrap());
    let found = newest(&system).unwrap();
    assert_eq!(found.folder, Some(made.folder));
    assert_eq!(found.rows, database::rows(&system.database(), Access::Live).unwrap());
}

#[test]
fn a_tampered_backup_is_passed_over_with_the_reason() {
    let (_folder, system) = system(50);
    let older = rotate(&system, at(0)).unwrap();
    let newer = rotate(&system, at(1)).unwrap();
    fs::write(newer.folder.join("history.db"), "not a database").unwrap();
    let found = newest(&system).unwrap();
    assert_eq!(found.folder, Some(older.folder.clone()));
    assert_eq!(found.passed_over.len(), 1);
    assert!(found.passed_over[0].1.contains("history.db is not what it was"), "{found:?}");
    // Whoever rewrites the manifest too is found out by SQLite.
    fs::remove_file(newer.folder.join("manifest.sha256")).unwrap();
    manifest::write(&newer.folder).unwrap();
    let found = newest(&system).unwrap();
    assert_eq!(found.folder, Some(older.folder));
    assert!(found.passed_over[0].1.contains("not intact"), "{found:?}");
}

#[test]
fn rows_with_a_wrong_checksum_spoil_a_backup() {
    let (_folder, system) = system(50);
    let made = rotate(&system, at(0)).unwrap();
    let path = made.folder.join("history.db");
    crate::testbed::sqlite3(&path, "update history set notice = 'forged' where id = 9");
    fs::remove_file(made.folder.join("manifest.sha256")).unwrap();
    manifest::write(&made.folder).unwrap();
    let found = newest(&system).unwrap();
    assert_eq!((found.folder, found.rows.len()), (None, 0));
    assert!(found.passed_over[0].1.contains("1 of its rows"), "{:?}", found.passed_over);
}

#[test]
fn a_damaged_history_never_becomes_the_newest_backup() {
    let (_folder, system) = system(300);
    let made = rotate(&system, at(0)).unwrap();
    damage(&system, Target::Rows, 1, 0).unwrap();
    let reason = rotate(&system, at(1)).unwrap_err().to_string();
    assert!(reason.contains("the newest backup stays what it is"), "{reason}");
    assert_eq!(newest(&system).unwrap().folder, Some(made.folder));
}

#[test]
fn a_day_of_backups_is_kept() {
    let (_folder, system) = system(1);
    let count = i64::try_from(KEPT_MAX).unwrap() + 3;
    for second in 0..count {
        rotate(&system, at(second)).unwrap();
    }
    let names = names(&system.backups());
    assert_eq!(names.len(), KEPT_MAX + 1, "and `latest`: {names:?}");
    assert!(names[0].ends_with("_080003_000"), "the oldest are gone: {names:?}");
}
