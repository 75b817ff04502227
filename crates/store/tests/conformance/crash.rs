//! `kill -9` at any moment: what was acknowledged is there.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::Stdio;

use jiff::SignedDuration;
use matoi_store::{Commit, Lane, OpenError, Store};
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::again::{again, part, say};
use crate::ground::{at, decision, effect, events, open, version};

const IDS: [&str; 4] = ["INC-1", "INC-2", "INC-3", "INC-4"];
/// Enough that the log is folded into the file on the way.
const ACKNOWLEDGED_BEFORE_THE_KILL: usize = 600;

#[test]
fn what_was_acknowledged_survives_kill_nine() {
    if let Some(dir) = part() {
        return runtime().block_on(commit_for_ever(&dir));
    }
    let dir = TempDir::new().unwrap();
    let mut acknowledged = BTreeMap::new();
    for round in 0..3 {
        let holder = kill_while_it_commits(dir.path(), &mut acknowledged);
        if round == 2 {
            tear_the_log(dir.path());
        }
        let store = open(dir.path());
        runtime().block_on(check(store, &acknowledged, round));
        assert!(holder > 0);
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// The child: four writers that say each version once it is acknowledged.
async fn commit_for_ever(dir: &Path) {
    let store = open(dir);
    let mut writers = JoinSet::new();
    for id in IDS {
        let store = store.clone();
        writers.spawn(async move {
            loop {
                let next = version(&store, id).await + 1;
                let effects = vec![effect(Lane::Page, at("10:00:00"))];
                let state = "x".repeat(2_000);
                let commit = Commit { effects, state, ..decision(id, next) };
                store.commit(commit, at("10:00:00")).await.unwrap();
                say(&format!("acknowledged {id} {next}"));
            }
        });
    }
    writers.join_all().await;
}

/// Starts the child, listens for a while, sees that nobody else gets in, and kills it.
fn kill_while_it_commits(dir: &Path, acknowledged: &mut BTreeMap<String, u64>) -> u32 {
    let mut child = again("crash::what_was_acknowledged_survives_kill_nine", dir)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut heard = 0;
    while heard < ACKNOWLEDGED_BEFORE_THE_KILL {
        let line = lines.next().expect("the child ended early").unwrap();
        heard += usize::from(hear(&line, acknowledged));
    }
    match Store::open(dir, at("10:00:00")) {
        Err(OpenError::InUse { by, .. }) => assert_eq!(by, Some(child.id())),
        other => panic!("a second process was let in: {other:?}"),
    }
    child.kill().unwrap();
    // What it said before it died counts too, but not a line that was cut off.
    for line in lines.map_while(Result::ok) {
        hear(&line, acknowledged);
    }
    child.wait().unwrap();
    child.id()
}

fn hear(line: &str, acknowledged: &mut BTreeMap<String, u64>) -> bool {
    let words: Vec<&str> = line.split(' ').collect();
    let [.., "acknowledged", id, version] = words.as_slice() else { return false };
    acknowledged.insert((*id).to_owned(), version.parse().unwrap());
    true
}

/// A page of the log that was being written when the power went.
fn tear_the_log(dir: &Path) {
    let mut log = OpenOptions::new().append(true).open(dir.join("matoi.db-wal")).unwrap();
    log.write_all(&[0x5a; 3_000]).unwrap();
}

async fn check(store: Store, acknowledged: &BTreeMap<String, u64>, round: usize) {
    assert_eq!(acknowledged.len(), IDS.len(), "every writer was heard in round {round}");
    let mut versions = 0;
    for (id, last) in acknowledged {
        let found = version(&store, id).await;
        assert!(found >= *last, "{id}: {last} was acknowledged, {found} is there");
        let kept: Vec<u64> = events(&store, id).await.iter().map(|it| it.version).collect();
        assert_eq!(kept, (1..=found).collect::<Vec<u64>>(), "row and events agree");
        versions += found;
    }
    let depth = store.outbox_depth(at("10:00:00")).await.unwrap();
    let owed: u64 = depth.iter().map(|it| it.unsettled).sum();
    assert_eq!(owed, versions, "row and outbox agree");
    let claimed = store.claim(&Lane::ALL, SignedDuration::from_mins(1), 1, at("10:00:00")).await;
    assert_eq!(claimed.unwrap().len(), 1, "and work goes on");
    store.release_all().await.unwrap();
    store.close().await;
}
