use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use jiff::Timestamp;

use super::recreate::{Recreated, recreate};
use super::repair::{Repaired, repair};
use super::restore::{Restored, held, restore};
use super::swap::Swap;
use crate::audit::audit;
use crate::backup::rotate::rotate;
use crate::check::check;
use crate::damage::{Target, damage};
use crate::database::{self, Access};
use crate::durable::with_suffix;
use crate::lock::Lock;
use crate::row::Row;
use crate::salvage::salvage;
use crate::sequence::Sequence;
use crate::system::System;
use crate::testbed::{Left, copy_of, deliver, integrity, system};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn rows(system: &System) -> BTreeMap<i64, Row> {
    database::rows(&system.database(), Access::Live).unwrap()
}

/// Damages a system in one of many ways, chosen by `seed`: backups at any moment or none, a log left behind or not.
fn misfortune(system: &System, seed: u64) {
    let mut sequence = Sequence::seeded(seed);
    let backups = sequence.below(4);
    for number in 0..backups {
        deliver(system, 1 + sequence.below(40) as i64, Left::InFile);
        rotate(system, at(number as i64)).unwrap();
    }
    deliver(system, sequence.below(60) as i64, Left::InFile);
    if backups > 1 && sequence.below(3) == 0 {
        let latest = system.backups().join("latest/history.db");
        fs::write(latest, sequence.bytes(5_000)).unwrap();
    }
    let target = if sequence.below(5) == 0 { Target::Index } else { Target::Rows };
    let pages = 1 + sequence.below(if target == Target::Rows { 12 } else { 2 });
    damage(system, target, pages, seed).unwrap();
    if target == Target::Rows && sequence.below(2) == 0 {
        deliver(system, 1 + sequence.below(15) as i64, Left::InLog);
    }
}

#[test]
fn a_restore_loses_nothing_that_backup_or_file_still_held() {
    let (_folder, base) = system(220);
    std::thread::scope(|scope| {
        for first in 0..4 {
            let base = &base;
            scope.spawn(move || (first..200).step_by(4).for_each(|it| loses_nothing(base, it)));
        }
    });
}

fn loses_nothing(base: &System, seed: u64) {
    let (folder, system) = copy_of(base);
    misfortune(&system, seed);
    let list = folder.path().join("held.jsonl");
    let count = held(&system, &mut fs::File::create(&list).unwrap()).unwrap();
    let done = match restore(&system, at(100)).unwrap() {
        Restored::Done(done) => done,
        other @ (Restored::Intact { .. } | Restored::Nothing) => panic!("{seed}: {other:?}"),
    };
    assert_eq!(done.total, count, "seed {seed}");
    assert_eq!(done.from_backup + done.from_file, done.total, "seed {seed}");
    assert_eq!(done.conflicts, 0, "seed {seed}");
    assert!(check(&system).unwrap().is_well(), "seed {seed}");
    let audit = audit(&system, &system.ledger(), Some(&list)).unwrap();
    assert!(audit.is_well(), "seed {seed}: {audit:?}");
    assert_eq!(audit.missing.len(), done.nowhere, "what is lost is told, seed {seed}");
    if seed.is_multiple_of(10) {
        assert_eq!(integrity(&system.database()), "ok", "seed {seed}");
    }
    let before = fs::read(system.database()).unwrap();
    let again = restore(&system, at(101)).unwrap();
    assert_eq!(again, Restored::Intact { rows: count, absent: 0 }, "seed {seed}");
    assert_eq!(fs::read(system.database()).unwrap(), before, "seed {seed}");
}

#[test]
fn a_repair_is_done_without_loss_or_refused_without_change() {
    let (mut refused, mut repaired) = (0, 0);
    let (_base, base) = system(220);
    for seed in 0..60 {
        let (_folder, system) = copy_of(&base);
        misfortune(&system, seed);
        let readable = salvage(&system.database()).unwrap();
        let before = ["", "-wal"].map(|it| fs::read(with_suffix(&system.database(), it)).ok());
        match repair(&system, at(100)).unwrap() {
            Repaired::Done { rows: total, .. } => {
                repaired += 1;
                assert_eq!(readable.damaged().count(), 0, "seed {seed}");
                assert_eq!((rows(&system), total), (readable.rows.clone(), readable.rows.len()));
                assert_eq!(integrity(&system.database()), "ok", "seed {seed}");
            }
            Repaired::Refused { rows, in_backup, nowhere, .. } => {
                refused += 1;
                assert_eq!(rows, readable.rows.len(), "seed {seed}");
                assert_eq!(in_backup + nowhere, readable.damaged().count(), "seed {seed}");
                let after =
                    ["", "-wal"].map(|it| fs::read(with_suffix(&system.database(), it)).ok());
                assert_eq!(after, before, "seed {seed}");
            }
            other @ (Repaired::Intact | Repaired::Nothing) => panic!("{seed}: {other:?}"),
        }
    }
    assert!(refused > 20 && repaired > 5, "both happen: {refused}, {repaired}");
}

#[test]
fn a_repair_says_what_the_backup_still_holds() {
    let (_folder, system) = system(300);
    let backup = rotate(&system, at(0)).unwrap();
    damage(&system, Target::Rows, 2, 4).unwrap();
    let lost = 300 - salvage(&system.database()).unwrap().rows.len();
    let expected =
        Repaired::Refused { rows: 300 - lost, in_backup: lost, nowhere: 0, backup: backup.label };
    assert_eq!(repair(&system, at(1)).unwrap(), expected);
}

#[test]
fn what_nobody_holds_is_told_and_the_rest_is_saved() {
    let (_folder, system) = system(300);
    damage(&system, Target::Rows, 2, 4).unwrap();
    let found = salvage(&system.database()).unwrap();
    let lost = found.damaged().count();
    let refused =
        Repaired::Refused { rows: 300 - lost, in_backup: 0, nowhere: lost, backup: "none".into() };
    assert_eq!(repair(&system, at(0)).unwrap(), refused);
    match restore(&system, at(1)).unwrap() {
        Restored::Done(done) => {
            assert_eq!((done.backup.as_str(), done.from_backup), ("none", 0));
            assert_eq!((done.from_file, done.nowhere), (300 - lost, lost));
        }
        other @ (Restored::Intact { .. } | Restored::Nothing) => panic!("{other:?}"),
    }
    let without = audit(&system, &system.ledger(), None).unwrap();
    assert_eq!(without.missing.len(), lost);
    assert!(!without.is_well(), "without a list of what was held, every missing row counts");
}

#[test]
fn a_history_that_is_gone_comes_back_from_the_backup() {
    for spoil in [
        |it: &System| fs::remove_file(it.database()).unwrap(),
        |it: &System| fs::write(it.database(), "not a database at all").unwrap(),
        |it: &System| fs::write(it.database(), "").unwrap(),
    ] {
        let (_folder, system) = system(100);
        rotate(&system, at(0)).unwrap();
        let before = rows(&system);
        spoil(&system);
        assert!(matches!(repair(&system, at(1)).unwrap(), Repaired::Nothing));
        assert!(matches!(recreate(&system, at(1)).unwrap(), Recreated::RefusedHeld { rows: 100 }));
        assert!(matches!(restore(&system, at(2)).unwrap(), Restored::Done(_)));
        assert_eq!(rows(&system), before);
    }
}

#[test]
fn an_empty_history_is_made_only_where_nothing_can_be_saved() {
    let (_folder, system) = system(100);
    assert_eq!(recreate(&system, at(0)).unwrap(), Recreated::RefusedIntact);
    assert_eq!(repair(&system, at(0)).unwrap(), Repaired::Intact);
    assert_eq!(rows(&system).len(), 100);
    fs::write(system.database(), "nothing to save").unwrap();
    assert_eq!(restore(&system, at(1)).unwrap(), Restored::Nothing);
    let done = recreate(&system, at(2)).unwrap();
    let Recreated::Done { kept: Some(kept) } = done else { panic!("{done:?}") };
    assert_eq!(fs::read(kept).unwrap(), b"nothing to save");
    assert_eq!(integrity(&system.database()), "ok");
    assert!(rows(&system).is_empty());
}

/// The power goes after each of the steps by which a new history takes its place.
#[test]
fn a_swap_cut_off_anywhere_leaves_the_old_or_the_new_and_never_a_mixture() {
    for done in 0..=Swap::STEPS.len() {
        let (_folder, system) = system(250);
        damage(&system, Target::Rows, 3, 9).unwrap();
        deliver(&system, 12, Left::InLog);
        let old = salvage(&system.database()).unwrap();
        let new: BTreeMap<i64, Row> =
            (1..=270).map(|id| (id, Row::delivery(id, "m-01", id))).collect();
        let swap = Swap::stage(&system, new.values(), at(0)).unwrap();
        for step in Swap::STEPS.into_iter().take(done) {
            step(&swap).unwrap();
        }
        drop(swap);
        let now = salvage(&system.database()).unwrap();
        if done == Swap::STEPS.len() {
            assert_eq!(integrity(&system.database()), "ok");
            assert_eq!(rows(&system), new);
        } else {
            assert_eq!(now, old, "after {done} steps");
            let again = restore(&system, at(1)).unwrap();
            assert!(matches!(again, Restored::Done(_)), "after {done} steps");
            assert_eq!(rows(&system), old.rows, "after {done} steps");
            assert_eq!(integrity(&system.database()), "ok", "after {done} steps");
        }
    }
}

#[test]
fn the_damaged_file_is_kept_with_everything_it_held() {
    let (_folder, system) = system(250);
    damage(&system, Target::Rows, 3, 9).unwrap();
    deliver(&system, 12, Left::InLog);
    let old = salvage(&system.database()).unwrap();
    let restored = restore(&system, at(0)).unwrap();
    let Restored::Done(done) = restored else { panic!("{restored:?}") };
    assert_eq!(salvage(&done.kept.unwrap()).unwrap(), old);
}

#[test]
fn nothing_is_replaced_beside_somebody_who_holds_the_lock() {
    let (_folder, system) = system(250);
    damage(&system, Target::Rows, 3, 9).unwrap();
    let before = fs::read(system.database()).unwrap();
    let _lock = Lock::take(&system, Duration::ZERO).unwrap().unwrap();
    let refusals = [
        repair(&system, at(0)).unwrap_err(),
        restore(&system, at(0)).unwrap_err(),
        recreate(&system, at(0)).unwrap_err(),
    ];
    for refusal in refusals {
        assert!(refusal.to_string().contains("worker.lock is taken"), "{refusal}");
    }
    assert_eq!(fs::read(system.database()).unwrap(), before);
}

#[test]
fn wrong_and_doubled_rows_are_found_by_their_meaning() {
    use crate::check::Checked;
    let (_folder, system) = system(60);
    assert!(check(&system).unwrap().is_well());
    crate::testbed::sqlite3(
        &system.database(),
        "update history set status = 'bounced' where id = 3; \
         insert into history select 999, member, notice, delivered_at, checksum, status \
         from history where id = 5",
    );
    let checked = check(&system).unwrap();
    assert!(!checked.is_well());
    let Checked::Read(findings) = checked else { panic!("{checked:?}") };
    assert_eq!((findings.wrong, findings.doubled), (vec![3, 999], vec![999]));
    let audit = audit(&system, &system.ledger(), None).unwrap();
    assert_eq!(audit.missing, [3], "a row that is not as it was promised is missing");
}
