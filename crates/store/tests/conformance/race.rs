//! Many at once: nothing is lost and nothing is doubled.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use matoi_store::{Commit, Lane, Store, StoreError};
use tokio::task::JoinSet;

use crate::ground::{at, decision, effect, events, ground, version};

const LEASE: SignedDuration = SignedDuration::from_mins(10);

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_writers_racing_two_hundred_commits_lose_and_double_nothing() {
    let ground = ground();
    ground.store.commit(decision("INC-1", 1), at("10:00:00")).await.unwrap();
    let mut writers = JoinSet::new();
    for _ in 0..8 {
        writers.spawn(commit_25(ground.store.clone()));
    }
    writers.join_all().await;

    assert_eq!(version(&ground.store, "INC-1").await, 201);
    let versions: Vec<u64> =
        events(&ground.store, "INC-1").await.iter().map(|it| it.version).collect();
    assert_eq!(versions, (1..=201).collect::<Vec<u64>>());
    let owed = ground.store.claim(&[Lane::Page], LEASE, 1_000, at("10:00:00")).await.unwrap();
    assert_eq!(owed.len(), 200);
}

/// Load, decide, commit; whoever is too late does it again.
async fn commit_25(store: Store) {
    let now = at("10:00:00");
    for _ in 0..25 {
        loop {
            let next = version(&store, "INC-1").await + 1;
            let commit =
                Commit { effects: vec![effect(Lane::Page, now)], ..decision("INC-1", next) };
            match store.commit(commit, now).await {
                Ok(()) => break,
                Err(StoreError::Conflict) => (),
                Err(err) => panic!("{err:?}"),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn six_workers_claim_each_of_two_thousand_effects_once() {
    let ground = ground();
    let now = at("10:00:00");
    for number in 1..=20 {
        let effects = (0..100).map(|_| effect(Lane::Step, now)).collect();
        let commit = Commit { effects, ..decision(&format!("INC-{number}"), 1) };
        ground.store.commit(commit, now).await.unwrap();
    }
    let mut workers = JoinSet::new();
    for _ in 0..6 {
        workers.spawn(claim_until_none(ground.store.clone()));
    }
    let mut claimed = BTreeMap::new();
    for id in workers.join_all().await.into_iter().flatten() {
        *claimed.entry(id).or_insert(0) += 1;
    }
    assert_eq!(claimed.len(), 2_000);
    assert!(claimed.values().all(|times| *times == 1));
    let depth = ground.store.outbox_depth(now).await.unwrap();
    assert!(depth.iter().all(|it| it.unsettled == 0));
}

async fn claim_until_none(store: Store) -> Vec<String> {
    let now = at("10:00:00");
    let mut ids = Vec::new();
    loop {
        let claimed = store.claim(&[Lane::Step], LEASE, 7, now).await.unwrap();
        if claimed.is_empty() {
            return ids;
        }
        for it in claimed {
            store.settle(&it.claim, now).await.unwrap();
            ids.push(it.claim.id);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_open_the_same_topic_one_does() {
    let ground = ground();
    let mut openers = JoinSet::new();
    for number in 0..50 {
        let store = ground.store.clone();
        openers.spawn(async move {
            let topic = Some("service:api".to_owned());
            let commit = Commit { topic, ..decision(&format!("INC-{number}"), 1) };
            store.commit(commit, at("10:00:00")).await.is_ok()
        });
    }
    let opened = openers.join_all().await.into_iter().filter(|it| *it).count();
    assert_eq!(opened, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn commits_that_wait_share_transactions() {
    let ground = ground();
    let before = ground.store.health(at("10:00:00")).await;
    let mut writers = JoinSet::new();
    for number in 0..400 {
        let store = ground.store.clone();
        writers.spawn(async move {
            store.commit(decision(&format!("INC-{number}"), 1), at("10:00:00")).await.unwrap();
        });
    }
    writers.join_all().await;
    let after = ground.store.health(at("10:00:00")).await;
    assert_eq!(after.commits - before.commits, 401, "the second look writes too");
    let transactions = after.transactions - before.transactions;
    assert!(transactions < 300, "400 commits took {transactions} transactions");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn more_callers_than_the_queue_holds_wait_and_are_all_served() {
    let ground = ground();
    let mut writers = JoinSet::new();
    for number in 0..3_000 {
        let store = ground.store.clone();
        writers.spawn(async move {
            store.commit(decision(&format!("INC-{number}"), 1), at("10:00:00")).await
        });
    }
    assert!(writers.join_all().await.into_iter().all(|it| it.is_ok()));
    assert_eq!(ground.store.last_number("INC-").await.unwrap(), 2_999);
}

#[tokio::test]
async fn a_caller_that_stops_waiting_does_not_stop_the_store() {
    let ground = ground();
    let mut callers = JoinSet::new();
    for number in 0..100 {
        let store = ground.store.clone();
        callers.spawn(async move {
            store.commit(decision(&format!("INC-{number}"), 1), at("10:00:00")).await
        });
    }
    tokio::task::yield_now().await;
    callers.shutdown().await;
    ground.store.commit(decision("INC-100", 1), at("10:00:00")).await.unwrap();
    assert_eq!(version(&ground.store, "INC-100").await, 1);
}
