//! Groups of commits, made on purpose by holding the writer until all of them wait.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::{commit, ground};
use crate::session::Session;
use crate::{Claim, Commit, Place, Store, StoreError, Workflow};

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

/// Commits `group` in one transaction and answers what each heard.
async fn commit_together(store: &Store, group: Vec<Commit>) -> Vec<Result<(), StoreError>> {
    let (release, held) = mpsc::channel::<()>();
    let (begun, beginning) = oneshot::channel();
    let mut holding = JoinSet::new();
    let holder = store.clone();
    holding.spawn(async move {
        let hold = move |_: &_| {
            begun.send(()).unwrap();
            // Ends with an error, when the other side is dropped.
            let _ = held.recv();
            Ok(())
        };
        holder.inner.writer.ask(hold).await
    });
    beginning.await.unwrap();

    let count = group.len();
    let mut waiting = JoinSet::new();
    for (place, it) in group.into_iter().enumerate() {
        let clone = store.clone();
        waiting.spawn(async move { (place, clone.commit(it, NOW).await) });
        wait_until_queued(store, place + 1).await;
    }
    drop(release);
    holding.join_all().await;
    let answers: BTreeMap<_, _> = waiting.join_all().await.into_iter().collect();
    assert_eq!(answers.len(), count);
    answers.into_values().collect()
}

async fn wait_until_queued(store: &Store, count: usize) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while store.inner.writer.queued() != count {
        assert!(Instant::now() < deadline, "{count} commits were never queued");
        tokio::task::yield_now().await;
    }
}

fn transactions(store: &Store) -> u64 {
    store.inner.writer.tally().transactions.load(Ordering::Relaxed)
}

async fn version(store: &Store, id: &str) -> u64 {
    store.load(Workflow::Incident, id).await.unwrap().map_or(0, |it| it.version)
}

#[tokio::test]
async fn what_waits_shares_one_transaction_and_a_refusal_spoils_nobody() {
    let (store, _dir) = ground();
    let nobody = Claim { id: "INC-9/1/0".to_owned(), generation: 1 };
    let group = vec![
        commit("INC-1", 1),
        commit("INC-1", 1),
        commit("INC-1", 2),
        commit("INC-1", 4),
        commit("INC-2", 2),
        Commit { settles: Some(nobody), ..commit("INC-3", 1) },
        commit("INC-4", 1),
    ];
    let before = transactions(&store);
    let heard = commit_together(&store, group).await;

    assert_eq!(transactions(&store) - before, 2, "one for the holder, one for the group");
    use StoreError::{Conflict, Missing};
    assert!(
        matches!(
            heard.as_slice(),
            [Ok(()), Err(Conflict), Ok(()), Err(Conflict), Err(Missing), Err(Conflict), Ok(())]
        ),
        "{heard:?}"
    );
    assert_eq!(version(&store, "INC-1").await, 2);
    assert_eq!(version(&store, "INC-3").await, 0, "a refused commit leaves no row");
    let events = store.list_events(Workflow::Incident, "INC-1", Place::START, 100).await.unwrap();
    assert_eq!(events.len(), 2, "and no events");
    assert_eq!(version(&store, "INC-4").await, 1);
}

#[tokio::test]
async fn a_full_disk_is_heard_by_the_whole_group_and_stores_nothing_of_it() {
    let (store, _dir) = ground();
    store.commit(commit("INC-1", 1), NOW).await.unwrap();
    let limit = |pages: u32| {
        let store = store.clone();
        async move {
            let sql = format!("pragma max_page_count = {pages}");
            store.inner.writer.ask(move |it| it.batch(&sql)).await.unwrap();
        }
    };
    limit(60).await;

    let huge = Commit { state: "x".repeat(1 << 20), ..commit("INC-3", 1) };
    let group = vec![commit("INC-1", 2), commit("INC-2", 1), huge.clone(), commit("INC-4", 1)];
    for heard in commit_together(&store, group).await {
        let err = heard.unwrap_err();
        let cause = err.source().unwrap().to_string();
        assert!(matches!(err, StoreError::Unavailable(_)), "{err:?}");
        assert!(cause.starts_with("the disk is full"), "{cause}");
    }
    for (id, stored) in [("INC-1", 1), ("INC-2", 0), ("INC-3", 0), ("INC-4", 0)] {
        assert_eq!(version(&store, id).await, stored, "{id}");
    }

    // The writer goes on: what fits is stored at once, and the rest when there is room.
    store.commit(commit("INC-1", 2), NOW).await.unwrap();
    assert!(matches!(store.commit(huge.clone(), NOW).await, Err(StoreError::Unavailable(_))));
    limit(100_000).await;
    store.commit(huge, NOW).await.unwrap();
    assert_eq!(version(&store, "INC-3").await, 1);
}

#[tokio::test]
async fn a_bug_in_one_change_is_its_own_answer_and_the_writer_lives_on() {
    let (store, _dir) = ground();
    let bug = |session: &Session| -> Result<(), StoreError> {
        session.batch("insert into probe (id, at_ms) values (7, 7)")?;
        panic!("a bug");
    };
    assert!(matches!(store.inner.writer.ask(bug).await, Err(StoreError::Corrupt { .. })));
    let left = |session: &Session| {
        session.query_one("select at_ms from probe where id = 7", &[], |it| it.int(0))
    };
    assert_eq!(store.inner.writer.ask(left).await.unwrap(), None, "it is taken back");
    store.commit(commit("INC-1", 1), NOW).await.unwrap();
}

#[tokio::test]
async fn a_disk_that_fails_once_leaves_nothing_of_the_group_behind() {
    // An engine does not always take the transaction back by itself, as it does when the disk is full.
    let (store, _dir) = ground();
    let fail = |session: &Session| -> Result<(), StoreError> {
        session.batch("insert into probe (id, at_ms) values (7, 7)")?;
        Err(StoreError::unavailable("the cable was pulled"))
    };
    let heard = store.inner.writer.ask(fail).await;
    assert!(matches!(heard, Err(StoreError::Unavailable(_))), "{heard:?}");
    store.commit(commit("INC-1", 1), NOW).await.unwrap();
    let left = |session: &Session| {
        session.query_one("select at_ms from probe where id = 7", &[], |it| it.int(0))
    };
    assert_eq!(store.inner.writer.ask(left).await.unwrap(), None);
}

#[tokio::test]
async fn the_engine_waits_for_the_disk_at_each_commit() {
    let (store, _dir) = ground();
    for (pragma, value) in [("synchronous", 2), ("foreign_keys", 1), ("fullfsync", 1)] {
        let read = move |session: &Session| {
            session.query_one(&format!("pragma {pragma}"), &[], |it| it.int(0))
        };
        assert_eq!(store.inner.writer.ask(read).await.unwrap(), Some(value), "{pragma}");
    }
}
