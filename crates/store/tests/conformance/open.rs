//! Opening a directory, and the ways in which that is refused.

use std::error::Error;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::time::{Duration, Instant};

use matoi_store::{Commit, OpenError, Store, StoreError, Workflow};
use tempfile::TempDir;

use crate::again::{again, is_root, part, say};
use crate::ground::{at, decision, ground, open, version, wait_until};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn refusal(dir: &Path) -> OpenError {
    Store::open(dir, at("10:00:00")).unwrap_err()
}

#[tokio::test]
async fn a_new_directory_is_for_its_owner_only() {
    let parent = TempDir::new().unwrap();
    let dir = parent.path().join("var/lib/matoi");
    let store = open(&dir);
    store.commit(decision("INC-1", 1), at("10:00:00")).await.unwrap();
    assert_eq!(mode(&dir), 0o700);
    for file in ["matoi.db", "matoi.db-wal", "matoi.db-shm", "matoi.lock"] {
        assert_eq!(mode(&dir.join(file)), 0o600, "{file}");
    }
    store.close().await;
    assert!(!dir.join("matoi.db-wal").exists(), "closing leaves one file to copy");
}

/// As a child holds it that was on its way to become another program when its parent was killed.
#[tokio::test]
async fn a_lock_that_outlives_its_process_for_an_instant_refuses_nobody() {
    let dir = TempDir::new().unwrap();
    let lock = fs::File::create(dir.path().join("matoi.lock")).unwrap();
    lock.lock().unwrap();
    let holder = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(100));
        drop(lock);
    });
    open(dir.path()).close().await;
    holder.join().unwrap();
}

#[tokio::test]
async fn a_directory_is_used_once_at_a_time_and_says_by_whom() {
    let ground = ground();
    let err = refusal(ground.path());
    let me = std::process::id();
    assert!(matches!(err, OpenError::InUse { by: Some(by), .. } if by == me), "{err:?}");
    let dir = ground.path().display();
    assert_eq!(
        err.to_string(),
        format!("{dir} is in use by process {me}; stop it first, or use another directory")
    );
}

#[tokio::test]
async fn a_directory_is_free_once_it_is_closed_or_dropped() {
    let dir = TempDir::new().unwrap();
    for round in 1..=3 {
        let store = open(dir.path());
        store.commit(decision("INC-1", round), at("10:00:00")).await.unwrap();
        match round {
            1 => store.close().await,
            _ => drop(store),
        }
    }
    assert_eq!(version(&open(dir.path()), "INC-1").await, 3);
}

#[tokio::test]
async fn closing_finishes_what_is_queued_and_refuses_the_rest() {
    let ground = ground();
    let mut writers = tokio::task::JoinSet::new();
    for number in 0..200 {
        let store = ground.store.clone();
        writers.spawn(async move {
            let commit = decision(&format!("INC-{number}"), 1);
            store.commit(commit, at("10:00:00")).await.is_ok()
        });
    }
    wait_until("some are stored", || async {
        ground.store.load(Workflow::Incident, "INC-0").await.unwrap().is_some()
    })
    .await;
    ground.store.close().await;
    let stored = writers.join_all().await.into_iter().filter(|it| *it).count();
    let refused = [
        ground.store.commit(decision("INC-999", 1), at("10:00:00")).await,
        ground.store.load(Workflow::Incident, "INC-0").await.map(drop),
    ];
    for answer in refused {
        assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
    }
    ground.store.close().await;

    let raw = rusqlite::Connection::open(ground.path().join("matoi.db")).unwrap();
    let rows: u32 = raw.query_row("select count(*) from workflow", [], |it| it.get(0)).unwrap();
    assert_eq!(rows as usize, stored, "exactly what was acknowledged is there");
}

#[tokio::test]
async fn the_lock_file_of_a_dead_process_refuses_nobody() {
    for left in ["1\n", "", "999999999999999999999999\n", "not a number"] {
        let dir = TempDir::new().unwrap();
        fs::write(dir.path().join("matoi.lock"), left).unwrap();
        open(dir.path()).close().await;
    }
}

#[tokio::test]
async fn a_newer_database_is_refused_and_left_as_it_is() {
    let ground = ground();
    ground.store.close().await;
    let file = ground.path().join("matoi.db");
    let raw = rusqlite::Connection::open(&file).unwrap();
    raw.execute("insert into schema (version, applied_at_ms) values (999, 0)", []).unwrap();
    drop(raw);
    let before = fs::read(&file).unwrap();
    let err = refusal(ground.path());
    assert!(matches!(err, OpenError::NewerSchema { found: 999, known: 2, .. }), "{err:?}");
    assert!(err.to_string().contains("was written by a newer version"), "{err}");
    assert_eq!(fs::read(&file).unwrap(), before);
}

#[tokio::test]
async fn what_is_no_database_is_called_damaged_and_left_as_it_is() {
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("matoi.db");
    let text = "these are somebody's notes, not a database\n".repeat(200);
    fs::write(&file, &text).unwrap();
    let err = refusal(dir.path());
    assert!(matches!(err, OpenError::Damaged { .. }), "{err:?}");
    assert!(err.to_string().ends_with("restore the last backup in its place"), "{err}");
    assert!(err.source().unwrap().to_string().contains("not a database"), "{err:?}");
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
}

#[tokio::test]
async fn a_damaged_page_spoils_what_is_on_it_and_is_called_corrupt() {
    let ground = ground();
    for number in 0..200 {
        let state = "x".repeat(2_000);
        let commit = Commit { state, ..decision(&format!("INC-{number}"), 1) };
        ground.store.commit(commit, at("10:00:00")).await.unwrap();
    }
    ground.store.close().await;
    let file = ground.path().join("matoi.db");
    let mut bytes = fs::read(&file).unwrap();
    // Everything after the first pages, where the shape of the tables is.
    let tail = bytes.len() / 2;
    bytes[tail..].fill(0xff);
    fs::write(&file, bytes).unwrap();

    let store = open(ground.path());
    let mut answers = Vec::new();
    for number in 0..200 {
        answers.push(store.load(Workflow::Incident, &format!("INC-{number}")).await);
    }
    assert!(answers.iter().any(Result::is_ok), "some are still there");
    let trouble: Vec<_> = answers.iter().filter_map(|it| it.as_ref().err()).collect();
    assert!(!trouble.is_empty());
    assert!(trouble.iter().all(|it| matches!(it, StoreError::Corrupt { .. })), "{trouble:?}");
}

#[test]
fn a_path_that_is_a_file_is_refused_by_name() {
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    let err = refusal(&file);
    assert!(matches!(err, OpenError::Unavailable { .. }), "{err:?}");
    assert!(err.to_string().contains(&file.display().to_string()), "{err}");
}

#[test]
fn what_cannot_be_written_is_refused_as_read_only() {
    const SAID: &str = "both were refused as read-only";
    if let Some(dir) = part() {
        for name in ["directory", "file"] {
            let err = refusal(&dir.join(name));
            assert!(matches!(err, OpenError::ReadOnly { .. }), "{name}: {err:?}");
            assert!(err.to_string().starts_with("cannot write in "), "{err}");
        }
        return say(SAID);
    }
    let dir = TempDir::new().unwrap();
    forbid_writing(dir.path());
    let test = "open::what_cannot_be_written_is_refused_as_read_only";
    let mut child = again(test, dir.path());
    if is_root() {
        // Root may write anywhere, so somebody else tries, with a copy of this program that they may read.
        let program = dir.path().join("test");
        fs::copy(child.get_program(), &program).unwrap();
        fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
        let mut other = std::process::Command::new(program);
        other.args(child.get_args()).env(crate::again::PART, dir.path());
        other.uid(65_534).gid(65_534);
        child = other;
    }
    let output = child.current_dir("/").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains(SAID), "{output:?}\n{said}");
    for name in ["directory", "file"] {
        fs::set_permissions(dir.path().join(name), Permissions::from_mode(0o755)).unwrap();
    }
}

/// A directory that may not be written, and one that may, with a database that may not.
fn forbid_writing(dir: &Path) {
    let allow =
        |path: &Path, mode| fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    allow(dir, 0o755);
    let (directory, file) = (dir.join("directory"), dir.join("file"));
    for it in [&directory, &file] {
        drop(open(it));
    }
    allow(&directory, 0o555);
    allow(&directory.join("matoi.lock"), 0o444);
    allow(&directory.join("matoi.db"), 0o444);
    allow(&file, 0o777);
    allow(&file.join("matoi.lock"), 0o666);
    allow(&file.join("matoi.db"), 0o444);
}

#[tokio::test]
async fn a_hundred_thousand_events_open_as_fast_as_none() {
    let mut ground = ground();
    for number in 0..100 {
        let events = (0..1_000).map(|it| format!("{{\"n\":{it}}}")).collect();
        let commit = Commit { events, ..decision(&format!("INC-{number}"), 1) };
        ground.store.commit(commit, at("10:00:00")).await.unwrap();
    }
    let mut took_ms = Vec::new();
    for _ in 0..10 {
        ground.store.close().await;
        let started = Instant::now();
        let store = open(ground.path());
        took_ms.push(started.elapsed().as_millis());
        ground.store = store;
    }
    // The best of several, because other work on the machine only ever adds.
    assert!(took_ms.iter().min().unwrap() < &50, "{took_ms:?}");
}
