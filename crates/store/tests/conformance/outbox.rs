//! Claims, leases and generations.

use jiff::SignedDuration;
use matoi_store::{Claimed, Commit, Lane, Store, StoreError, Workflow};

use crate::ground::{Ground, at, decision, effect, ground};

const LEASE: SignedDuration = SignedDuration::from_secs(30);

/// Three pages, two tellings and a step, due at different times.
async fn owed() -> Ground {
    let ground = ground();
    let effects = vec![
        effect(Lane::Page, at("10:02:00")),
        effect(Lane::Step, at("10:00:00")),
        effect(Lane::Inner, at("09:00:00")),
        effect(Lane::Page, at("10:00:30")),
        effect(Lane::Inner, at("10:01:00")),
        effect(Lane::Page, at("11:00:00")),
    ];
    let commit = Commit { effects, ..decision("INC-1", 1) };
    ground.store.commit(commit, at("09:00:00")).await.unwrap();
    ground
}

async fn claim(store: &Store, lanes: &[Lane], now: &str, limit: u32) -> Vec<Claimed> {
    store.claim(lanes, LEASE, limit, at(now)).await.unwrap()
}

fn ids(claimed: &[Claimed]) -> Vec<&str> {
    claimed.iter().map(|it| it.claim.id.as_str()).collect()
}

#[tokio::test]
async fn pages_are_claimed_first_and_then_the_longest_due() {
    let cases: [(&[Lane], &str, u32, &[&str]); 7] = [
        (&Lane::ALL, "10:30:00", 9, &["INC-1/1/3", "INC-1/1/0", "INC-1/1/2", "INC-1/1/1"]),
        (&Lane::ALL, "10:30:00", 3, &["INC-1/1/3", "INC-1/1/0", "INC-1/1/2"]),
        (&Lane::ALL, "10:00:29.999", 9, &["INC-1/1/2", "INC-1/1/1"]),
        (&[Lane::Inner, Lane::Step], "10:30:00", 2, &["INC-1/1/2", "INC-1/1/1"]),
        (&[Lane::Step], "10:30:00", 9, &["INC-1/1/1"]),
        (&[Lane::Page], "10:00:00", 9, &[]),
        (&[], "12:00:00", 9, &[]),
    ];
    for (lanes, now, limit, expected) in cases {
        let ground = owed().await;
        let claimed = claim(&ground.store, lanes, now, limit).await;
        assert_eq!(ids(&claimed), expected, "{lanes:?} at {now}, at most {limit}");
    }
}

#[tokio::test]
async fn word_of_one_workflow_is_told_in_the_order_in_which_it_was_decided() {
    let ground = ground();
    let inner = || effect(Lane::Inner, at("10:00:00"));
    for (id, version) in [("INC-1", 1), ("INC-1", 2), ("INC-2", 1)] {
        let commit = Commit { effects: vec![inner(), inner()], ..decision(id, version) };
        ground.store.commit(commit, at("10:00:00")).await.unwrap();
    }
    let now = "10:00:01";
    let first = claim(&ground.store, &[Lane::Inner], now, 9).await;
    assert_eq!(ids(&first), ["INC-1/1/0", "INC-2/1/0"], "one of each workflow");
    assert!(
        claim(&ground.store, &[Lane::Inner], now, 9).await.is_empty(),
        "the first is not told yet"
    );
    // What could not be told now holds back what was decided after it, and nothing else.
    ground.store.defer(&first[0].claim, at("10:05:00")).await.unwrap();
    ground.store.settle(&first[1].claim, at(now)).await.unwrap();
    let second = claim(&ground.store, &[Lane::Inner], now, 9).await;
    assert_eq!(ids(&second), ["INC-2/1/1"]);
    ground.store.settle(&second[0].claim, at(now)).await.unwrap();
    let next = ground.store.next_due(&[Lane::Inner], at(now)).await.unwrap();
    assert_eq!(next, Some(at("10:05:00")), "what waits for its turn is not due");
    for expected in ["INC-1/1/0", "INC-1/1/1", "INC-1/2/0", "INC-1/2/1"] {
        let told = claim(&ground.store, &[Lane::Inner], "10:05:00", 9).await;
        assert_eq!(ids(&told), [expected]);
        ground.store.settle(&told[0].claim, at("10:05:00")).await.unwrap();
    }
}

#[tokio::test]
async fn a_claim_tells_what_to_do_for_whom_and_how_often_it_was_tried() {
    let ground = owed().await;
    let first = claim(&ground.store, &[Lane::Step], "10:00:00", 1).await.remove(0);
    assert_eq!(first.workflow, Workflow::Incident);
    assert_eq!((first.of.as_str(), first.lane), ("INC-1", Lane::Step));
    assert_eq!(first.body, "Step at 2026-01-05T10:00:00Z");
    assert_eq!((first.tries, first.claim.generation), (1, 1));

    ground.store.defer(&first.claim, at("10:01:00")).await.unwrap();
    let second = claim(&ground.store, &[Lane::Step], "10:01:00", 1).await.remove(0);
    assert_eq!(second.claim.id, first.claim.id, "the key for the far side stays");
    assert_eq!(second.tries, 2);
    assert_eq!((second.due_at, second.first_due_at), (at("10:01:00"), at("10:00:00")));
}

#[tokio::test]
async fn a_lease_keeps_others_away_until_it_ends() {
    let ground = owed().await;
    let store = &ground.store;
    let held = claim(store, &[Lane::Step], "10:00:00", 1).await.remove(0).claim;
    for (now, expected) in [("10:00:00", 0), ("10:00:29.999", 0)] {
        assert_eq!(claim(store, &[Lane::Step], now, 1).await.len(), expected, "at {now}");
    }
    store.renew(&held, LEASE, at("10:00:20")).await.unwrap();
    assert_eq!(claim(store, &[Lane::Step], "10:00:49.999", 1).await.len(), 0);
    let taken = claim(store, &[Lane::Step], "10:00:50", 1).await.remove(0);
    assert_eq!((taken.claim.generation, taken.tries), (held.generation + 1, 2));
}

#[tokio::test]
async fn whoever_was_given_up_on_changes_nothing() {
    let now = at("10:01:00");
    // (how the claim became stale)
    for how in ["taken over", "deferred", "settled", "released", "never claimed"] {
        let ground = owed().await;
        let store = &ground.store;
        let mut claim = claim(store, &[Lane::Step], "10:00:00", 1).await.remove(0).claim;
        match how {
            "taken over" => drop(store.claim(&[Lane::Step], LEASE, 1, now).await.unwrap()),
            "deferred" => store.defer(&claim, now).await.unwrap(),
            "settled" => store.settle(&claim, now).await.unwrap(),
            "released" => assert_eq!(store.release_all().await.unwrap(), 1),
            _ => claim.id = "INC-1/1/77".to_owned(),
        }
        let answers = [
            store.renew(&claim, LEASE, now).await,
            store.defer(&claim, now).await,
            store.settle(&claim, now).await,
            store.commit(Commit { settles: Some(claim), ..decision("INC-1", 2) }, now).await,
        ];
        for answer in answers {
            assert!(matches!(answer, Err(StoreError::Conflict)), "{how}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn the_next_due_is_what_may_be_claimed_next() {
    let ground = owed().await;
    let store = &ground.store;
    let next = async |lanes: &[Lane], now: &str| store.next_due(lanes, at(now)).await.unwrap();
    assert_eq!(next(&Lane::ALL, "08:00:00").await, Some(at("09:00:00")));
    assert_eq!(next(&[Lane::Page], "08:00:00").await, Some(at("10:00:30")));
    assert_eq!(next(&[], "08:00:00").await, None);

    let step = claim(store, &[Lane::Step], "10:00:00", 1).await.remove(0).claim;
    assert_eq!(next(&[Lane::Step], "10:00:10").await, Some(at("10:00:30")), "the lease's end");
    assert_eq!(next(&[Lane::Step], "10:05:00").await, Some(at("10:00:00")), "the lease ended");
    store.defer(&step, at("10:20:00.0001")).await.unwrap();
    assert_eq!(next(&[Lane::Step], "10:00:10").await, Some(at("10:20:00.001")), "not too early");
    let step = claim(store, &[Lane::Step], "10:21:00", 1).await.remove(0).claim;
    store.settle(&step, at("10:21:00")).await.unwrap();
    assert_eq!(next(&[Lane::Step], "10:21:00").await, None, "settled for good");
    assert_eq!(claim(store, &[Lane::Step], "23:00:00", 1).await.len(), 0);
}

#[tokio::test]
async fn the_leases_of_a_dead_process_are_given_back_at_the_start() {
    let mut ground = owed().await;
    assert_eq!(claim(&ground.store, &Lane::ALL, "10:30:00", 3).await.len(), 3);
    ground.reopen().await;
    assert_eq!(claim(&ground.store, &Lane::ALL, "10:30:01", 9).await.len(), 1, "still leased");
    ground.reopen().await;
    assert_eq!(ground.store.release_all().await.unwrap(), 4);
    assert_eq!(claim(&ground.store, &Lane::ALL, "10:30:02", 9).await.len(), 4);
}

#[tokio::test]
async fn the_depth_counts_what_is_owed_in_each_lane() {
    let ground = owed().await;
    let store = &ground.store;
    let step = claim(store, &[Lane::Step], "10:00:00", 1).await.remove(0).claim;
    claim(store, &[Lane::Page], "10:00:30", 1).await;
    store.settle(&step, at("10:00:10")).await.unwrap();
    let depth: Vec<_> = store.outbox_depth(at("10:00:40")).await.unwrap();
    let seen: Vec<_> =
        depth.iter().map(|it| (it.lane, it.unsettled, it.leased, it.oldest_due_at)).collect();
    assert_eq!(
        seen,
        [
            (Lane::Page, 3, 1, Some(at("10:00:30"))),
            (Lane::Inner, 2, 0, Some(at("09:00:00"))),
            (Lane::Step, 0, 0, None),
        ]
    );
}

#[tokio::test]
async fn what_is_deferred_again_and_again_stays_owed_since_it_was_first_due() {
    let ground = owed().await;
    let store = &ground.store;
    for now in ["10:02:00", "10:03:00", "10:04:00"] {
        for page in claim(store, &[Lane::Page], now, 9).await {
            store.defer(&page.claim, at(now) + SignedDuration::from_secs(60)).await.unwrap();
        }
    }
    claim(store, &[Lane::Inner], "10:04:10", 1).await;
    let depth = store.outbox_depth(at("10:04:20")).await.unwrap();
    let seen: Vec<_> = depth.iter().map(|it| (it.lane, it.owed_since, it.idle_since)).collect();
    assert_eq!(
        seen,
        [
            (Lane::Page, Some(at("10:00:30")), Some(at("10:00:30"))),
            (Lane::Inner, Some(at("09:00:00")), Some(at("10:01:00"))),
            (Lane::Step, Some(at("10:00:00")), Some(at("10:00:00"))),
        ]
    );
}

#[tokio::test]
async fn a_clock_that_went_back_puts_nothing_off() {
    let ground = owed().await;
    let store = &ground.store;
    let step = claim(store, &[Lane::Step], "10:00:00", 1).await.remove(0).claim;
    // The clock shows nine o'clock again: a minute may be meant, an hour cannot be.
    let now = "09:00:00";
    store.hasten(at("09:01:00"), LEASE, at(now)).await.unwrap();
    assert_eq!(claim(store, &[Lane::Page], now, 9).await.len(), 3);
    assert_eq!(claim(store, &[Lane::Inner], now, 9).await.len(), 1);
    assert_eq!(claim(store, &[Lane::Step], "09:00:29", 9).await.len(), 0, "it is under way");
    store.settle(&step, at("09:00:29")).await.unwrap();
}
