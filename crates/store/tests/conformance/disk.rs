//! A disk that has no room: nothing is acknowledged, everybody hears why, and work goes on when there is room.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Output;

use matoi_store::{Commit, Store, StoreError};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::again::{part, say, wrapped};
use crate::ground::{at, decision, open, version};

/// A megabyte in blocks of 512 bytes; the signal is ignored, so that writing answers with an error.
const NO_LARGE_FILES: &[&str] = &["sh", "-c", "trap '' XFSZ; ulimit -S -f 2048; exec \"$@\"", "sh"];
/// A disk of two megabytes that only the child sees.
const SMALL_DISK: &str =
    "mount -t tmpfs -o size=2m tmpfs \"$MATOI_STORE_TEST_PART\" && exec \"$@\"";
/// The child says this when there was such a disk.
const PLAYED: &str = "the disk was filled and emptied";

#[test]
fn a_file_that_may_not_grow_stops_commits_and_nothing_else() {
    if let Some(dir) = part() {
        return play(&dir, || {
            let maximum = getrlimit(Resource::Fsize).maximum;
            setrlimit(Resource::Fsize, Rlimit { current: maximum, maximum }).unwrap();
        });
    }
    let dir = TempDir::new().unwrap();
    let test = "disk::a_file_that_may_not_grow_stops_commits_and_nothing_else";
    let output = wrapped(NO_LARGE_FILES, test, dir.path()).output().unwrap();
    assert_played(&output);
}

#[test]
fn a_full_disk_stops_commits_and_nothing_else() {
    if let Some(dir) = part() {
        return play(&dir, || fs::remove_file(dir.join("ballast")).unwrap());
    }
    let dir = TempDir::new().unwrap();
    let test = "disk::a_full_disk_stops_commits_and_nothing_else";
    // A mount that others do not see needs root, or a kernel that lets a user be root among its own.
    for unshare in ["-m", "-rm"] {
        let probe = ["unshare", unshare, "sh", "-c", SMALL_DISK, "sh", "true"];
        let [program, arguments @ ..] = &probe;
        let can = std::process::Command::new(program)
            .args(arguments)
            .env(crate::again::PART, dir.path())
            .output()
            .is_ok_and(|it| it.status.success());
        if can {
            let wrapper = ["unshare", unshare, "sh", "-c", SMALL_DISK, "sh"];
            return assert_played(&wrapped(&wrapper, test, dir.path()).output().unwrap());
        }
    }
    say("NOT TESTED: this system mounts no small disk; a full disk was only shown by a limit");
}

fn assert_played(output: &Output) {
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains(PLAYED), "{output:?}\n{said}");
}

/// The child: commits until the disk is full, makes room, and goes on.
fn play(dir: &Path, make_room: impl FnOnce()) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    fs::write(dir.join("ballast"), vec![0; 512 << 10]).unwrap();
    runtime.block_on(async {
        let store = open(dir);
        let acknowledged = commit_until_full(&store).await;
        assert!(acknowledged > 0);
        everybody_hears_why(&store).await;
        assert_eq!(version(&store, "INC-1").await, acknowledged, "reading goes on");

        make_room();
        store.commit(large(acknowledged + 1), at("10:00:00")).await.unwrap();
        assert_eq!(store.health(at("10:00:00")).await.writable, Ok(()));
        store.close().await;

        let store = open(dir);
        assert_eq!(version(&store, "INC-1").await, acknowledged + 1);
        assert_eq!(version(&store, "INC-20").await, 0, "what was refused is not there");
    });
    say(PLAYED);
}

fn large(version: u64) -> Commit {
    Commit { events: vec!["x".repeat(60_000)], ..decision("INC-1", version) }
}

async fn commit_until_full(store: &Store) -> u64 {
    for version in 1.. {
        match store.commit(large(version), at("10:00:00")).await {
            Ok(()) => (),
            Err(err) => {
                check_cause(&err);
                return version - 1;
            }
        }
    }
    0
}

/// Many at once, again and again: each has an answer, and none of them is yes.
async fn everybody_hears_why(store: &Store) {
    for _ in 0..5 {
        let mut callers = JoinSet::new();
        for number in 0..20 {
            let store = store.clone();
            let commit = Commit { id: format!("INC-2{number}"), ..large(1) };
            callers.spawn(async move { store.commit(commit, at("10:00:00")).await });
        }
        for heard in callers.join_all().await {
            check_cause(&heard.unwrap_err());
        }
    }
}

fn check_cause(err: &StoreError) {
    assert!(matches!(err, StoreError::Unavailable(_)), "{err:?}");
    let cause = err.source().unwrap().to_string();
    assert!(
        cause.starts_with("the disk is full") || cause.starts_with("the disk failed"),
        "{cause}"
    );
}
