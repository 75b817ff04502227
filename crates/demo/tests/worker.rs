#![expect(clippy::unwrap_used, reason = "a test may panic")]
#![expect(dead_code, reason = "each test file uses a part of the support")]

//! The worker and whatever stops it, as processes.

use std::fs;
use std::process::Command;

use support::{Bot, Worker, wait_until};

mod support;

#[test]
fn a_bounded_worker_delivers_its_rounds_to_its_members_and_ends() {
    let bot = Bot::begun(100);
    let said = bot.must("work", &["--max-members", "5", "--every", "1", "--rounds", "15"]);
    assert_eq!(said, "finished after 15 rounds\n");
    let new = "from history where id > 100";
    assert_eq!(bot.sqlite3(&format!("select count(*), count(distinct member) {new}")), "15|5");
    assert_eq!(bot.lines("ledger.jsonl"), 115);
    bot.must("check", &[]);
    bot.must("audit", &["--ledger", bot.join("ledger.jsonl").to_str().unwrap()]);
    let log = fs::read_to_string(bot.join("bot.log")).unwrap();
    assert!(log.contains("no. 115 to m-"), "{log}");
}

#[test]
fn a_second_worker_is_refused_and_the_first_goes_on() {
    let bot = Bot::begun(100);
    let worker = bot.worker(&["--every", "20"]);
    let refused = bot.ask("work", &["--rounds", "1"]);
    assert_eq!(refused.code, Some(1));
    let expected = format!("another worker is running: process {}", worker.pid());
    assert!(refused.text.contains(&expected), "{}", refused.text);
    bot.must("status", &[]);
}

#[test]
fn a_worker_that_hears_is_asked_to_finish() {
    let bot = Bot::begun(100);
    let mut worker = bot.worker(&["--every", "100"]);
    let said = bot.must("stop", &[]);
    assert_eq!(said, "the worker finished its round and ended\n");
    assert_eq!(worker.wait(), Some(0));
    assert!(!bot.join("stop").exists() && !bot.join("worker.pid").exists());
    assert_eq!(bot.must("stop", &[]), "no worker was running\n");
    let status = bot.ask("status", &[]);
    assert_eq!((status.code, status.text.as_str()), (Some(1), "no worker is running\n"));
}

#[test]
fn a_worker_that_does_not_hear_is_killed_and_nothing_promised_is_lost() {
    let bot = Bot::begun(100);
    let mut worker = bot.worker(&["--every", "5"]);
    worker.signal("-STOP");
    let said = bot.must("stop", &["--within", "3"]);
    assert_eq!(said, format!("process {} was killed\n", worker.pid()));
    assert_eq!(worker.wait(), None);
    bot.must("check", &[]);
    bot.must("audit", &["--ledger", bot.join("ledger.jsonl").to_str().unwrap()]);
    bot.must("work", &["--rounds", "1"]);
}

/// A worker that waits for a ledger which nobody writes sees no stop file, and needs a signal.
#[test]
fn a_worker_in_a_long_wait_is_terminated() {
    let bot = Bot::begun(100);
    fs::remove_file(bot.join("ledger.jsonl")).unwrap();
    assert!(Command::new("mkfifo").arg(bot.join("ledger.jsonl")).status().unwrap().success());
    let mut worker = Worker(bot.command("work", &[]).spawn().unwrap());
    wait_until("it holds the lock", || bot.join("worker.pid").exists());
    let said = bot.must("stop", &["--within", "3"]);
    assert_eq!(said, format!("process {} was terminated\n", worker.pid()));
    assert_eq!(worker.wait(), None);
}

#[test]
fn a_stranger_with_the_number_of_a_worker_is_never_touched() {
    let bot = Bot::begun(100);
    let mut worker = bot.worker(&["--every", "5"]);
    let mut stranger = Worker(Command::new("sleep").arg("1000").spawn().unwrap());
    let written = format!(r#"{{"pid":{},"started":1}}"#, stranger.pid());
    worker.signal("-STOP");
    fs::write(bot.join("worker.pid"), written).unwrap();
    let answer = bot.ask("stop", &["--within", "2"]);
    assert_eq!(answer.code, Some(1), "{}", answer.text);
    assert!(answer.text.contains("gone or a stranger"), "{}", answer.text);
    assert!(stranger.0.try_wait().unwrap().is_none(), "the stranger lives");
    assert!(worker.0.try_wait().unwrap().is_none(), "and so does the worker, which is told");
}

#[test]
fn a_worker_notices_damage_by_itself_and_ends() {
    let bot = Bot::begun(600);
    let mut worker = bot.worker(&["--every", "5"]);
    bot.must("damage", &["--pages", "20", "--seed", "3"]);
    assert_ne!(bot.sqlite3("pragma integrity_check"), "ok", "although it was working");
    assert_eq!(worker.wait(), Some(1));
    let log = fs::read_to_string(bot.join("bot.log")).unwrap();
    assert!(log.contains("history.db is not intact"), "{log}");
    let refused = bot.ask("work", &["--rounds", "1"]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.text.starts_with("history.db is not intact, ended after 0 rounds"));
}

/// Kills a working worker again and again; what it promised is there each time.
#[test]
fn a_worker_that_is_killed_loses_nothing_that_it_promised() {
    let bot = Bot::begun(100);
    for round in 0..8 {
        let mut worker = bot.worker(&["--every", "0"]);
        wait_until("it delivers a little", || bot.lines("ledger.jsonl") % 7 == round % 7);
        worker.0.kill().unwrap();
        worker.wait();
        bot.must("audit", &["--ledger", bot.join("ledger.jsonl").to_str().unwrap()]);
    }
    bot.must("check", &[]);
}

#[test]
fn numbers_of_lost_rows_are_never_given_out_again() {
    let bot = Bot::begun(100);
    fs::write(bot.join("history.db"), "nothing").unwrap();
    bot.must("recreate", &[]);
    bot.must("work", &["--rounds", "1"]);
    assert_eq!(bot.sqlite3("select id from history"), "101");
}
