use std::fs;

use super::{Target, damage};
use crate::salvage::salvage;
use crate::testbed::{Left, deliver, integrity, sqlite3, system};

#[test]
fn damage_is_damage_to_a_judge_that_shares_no_code_with_us() {
    for target in [Target::Rows, Target::Index] {
        for seed in 0..6 {
            let (_folder, system) = system(400);
            assert_eq!(integrity(&system.database()), "ok");
            damage(&system, target, 2, seed).unwrap();
            let answer = integrity(&system.database());
            assert_ne!(answer, "ok", "{target:?}, seed {seed}");
            assert!(answer.contains("btreeInitPage"), "{answer}");
        }
    }
}

#[test]
fn some_rows_cannot_be_read_and_others_can() {
    let (_folder, system) = system(400);
    damage(&system, Target::Rows, 2, 1).unwrap();
    let all = sqlite3(&system.database(), "select sum(length(notice)) from history");
    assert!(all.contains("malformed"), "{all}");
    let newest = sqlite3(&system.database(), "select count(*) from history where id > 390");
    assert_eq!(newest, "10");
}

#[test]
fn destroying_an_index_destroys_no_row() {
    let (_folder, system) = system(400);
    damage(&system, Target::Index, 2, 1).unwrap();
    assert_eq!(salvage(&system.database()).unwrap().rows.len(), 400);
}

#[test]
fn the_same_seed_does_the_same_damage() {
    let (_folder, system) = system(400);
    let before = fs::read(system.database()).unwrap();
    let mut done = Vec::new();
    for seed in [7, 7, 8] {
        fs::write(system.database(), &before).unwrap();
        let pages = damage(&system, Target::Rows, 3, seed).unwrap().pages;
        done.push((pages, fs::read(system.database()).unwrap()));
    }
    assert_eq!(done[0], done[1]);
    assert_ne!(done[0].0, done[2].0);
}

#[test]
fn a_log_does_not_hide_the_damage() {
    let (_folder, system) = system(300);
    deliver(&system, 50, Left::InLog);
    damage(&system, Target::Rows, 4, 3).unwrap();
    assert_ne!(integrity(&system.database()), "ok");
}

#[test]
fn more_pages_than_there_are_is_refused_and_destroys_nothing() {
    let (_folder, system) = system(100);
    for pages in [0, 9_999] {
        let reason = damage(&system, Target::Rows, pages, 0).unwrap_err().to_string();
        assert!(reason.starts_with("--pages must be 1 to "), "{reason}");
        assert_eq!(integrity(&system.database()), "ok");
    }
}
