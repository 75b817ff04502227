//! Row, events and outbox together, or not at all.

use std::error::Error;

use jiff::SignedDuration;
use matoi_store::{
    COMMIT_BYTES_MAX, Claim, Commit, Lane, Place, Row, StoreError, Stored, Workflow,
};

use crate::ground::{at, decision, effect, events, ground, load, version};

const LEASE: SignedDuration = SignedDuration::from_secs(30);

#[tokio::test]
async fn what_was_committed_is_found_again_after_the_store_was_closed() {
    let mut ground = ground();
    let first = Commit {
        workflow: Workflow::Run,
        state: "{\"言葉\":\"全サービス停止\"}".to_owned(),
        wake_at: Some(at("10:05:00")),
        topic: Some("runbook:復旧".to_owned()),
        parent: Some("INC-1".to_owned()),
        subject: None,
        events: vec!["{\"n\":0}".to_owned(), "{\"n\":1}".to_owned()],
        ..decision("RUN-1", 1)
    };
    ground.store.commit(first, at("10:00:00")).await.unwrap();
    let second = Commit {
        workflow: Workflow::Run,
        closed_at: Some(at("10:10:00")),
        parent: Some("INC-1".to_owned()),
        ..decision("RUN-1", 2)
    };
    ground.store.commit(second, at("10:10:00")).await.unwrap();
    ground.reopen().await;

    let expected = Row {
        workflow: Workflow::Run,
        id: "RUN-1".to_owned(),
        version: 2,
        state: "{\"version\":2}".to_owned(),
        wake_at: None,
        closed_at: Some(at("10:10:00")),
        topic: None,
        parent: Some("INC-1".to_owned()),
        opened_at: at("10:00:00"),
        updated_at: at("10:10:00"),
    };
    assert_eq!(ground.store.load(Workflow::Run, "RUN-1").await.unwrap(), Some(expected));
    assert_eq!(ground.store.load(Workflow::Incident, "RUN-1").await.unwrap(), None);

    let stored = |version, ordinal, time: &str, body: &str| Stored {
        version,
        ordinal,
        at: at(time),
        body: body.to_owned(),
    };
    let all = [
        stored(1, 0, "10:00:00", "{\"n\":0}"),
        stored(1, 1, "10:00:00", "{\"n\":1}"),
        stored(2, 0, "10:10:00", "{\"event\":2}"),
    ];
    let list = |workflow, after, limit| ground.store.list_events(workflow, "RUN-1", after, limit);
    assert_eq!(list(Workflow::Run, Place::START, 10).await.unwrap(), all);
    assert_eq!(list(Workflow::Run, Place::START, 2).await.unwrap(), all[..2]);
    assert_eq!(list(Workflow::Run, all[0].place(), 10).await.unwrap(), all[1..]);
    assert_eq!(list(Workflow::Run, Place::end_of(1), 10).await.unwrap(), all[2..]);
    assert_eq!(list(Workflow::Alert, Place::START, 10).await.unwrap(), []);
}

#[tokio::test]
async fn only_the_next_version_is_stored() {
    let ground = ground();
    let now = at("10:00:00");
    // (id, version, what is heard)
    let cases = [
        ("INC-1", 2, "missing", "nothing to change yet"),
        ("INC-1", 1, "ok", "opens it"),
        ("INC-1", 1, "conflict", "somebody opened it before"),
        ("INC-1", 3, "conflict", "a version is left out"),
        ("INC-1", 2, "ok", "the next"),
        ("INC-1", 2, "conflict", "somebody was faster"),
        ("INC-1", 0, "conflict", "there is no version before the first"),
        ("INC-1", u64::MAX, "conflict", "nor after the last"),
    ];
    for (id, version, expected, why) in cases {
        let heard = match ground.store.commit(decision(id, version), now).await {
            Ok(()) => "ok",
            Err(StoreError::Conflict) => "conflict",
            Err(StoreError::Missing) => "missing",
            Err(StoreError::Unavailable(_)) => "unavailable",
            Err(StoreError::Corrupt { .. }) => "corrupt",
            Err(StoreError::TooLarge { .. }) => "too large",
        };
        assert_eq!(heard, expected, "{id} version {version}: {why}");
    }
    assert_eq!(version(&ground.store, "INC-1").await, 2);
    let bodies: Vec<String> =
        events(&ground.store, "INC-1").await.into_iter().map(|it| it.body).collect();
    assert_eq!(bodies, ["{\"event\":1}", "{\"event\":2}"], "what was refused left no event");
}

#[tokio::test]
async fn an_id_belongs_to_one_kind() {
    let ground = ground();
    let now = at("10:00:00");
    ground.store.commit(decision("X-1", 1), now).await.unwrap();
    let other = |version| Commit { workflow: Workflow::Run, ..decision("X-1", version) };
    assert!(matches!(ground.store.commit(other(1), now).await, Err(StoreError::Conflict)));
    assert!(matches!(ground.store.commit(other(2), now).await, Err(StoreError::Missing)));
}

#[tokio::test]
async fn one_open_workflow_of_a_kind_works_on_a_topic() {
    let ground = ground();
    let (store, now) = (&ground.store, at("10:00:00"));
    let api = |id: &str, version| Commit {
        topic: Some("service:api".to_owned()),
        ..decision(id, version)
    };
    let open = async |workflow| {
        let found = store.load_open_by_topic(workflow, "service:api").await.unwrap();
        found.map(|it| it.id)
    };
    store.commit(api("INC-1", 1), now).await.unwrap();
    assert!(matches!(store.commit(api("INC-2", 1), now).await, Err(StoreError::Conflict)));
    assert_eq!(load(store, "INC-2").await, None);
    assert_eq!(open(Workflow::Incident).await.as_deref(), Some("INC-1"));

    // Another kind has topics of its own.
    let alert = Commit { workflow: Workflow::Alert, ..api("alert:api", 1) };
    store.commit(alert, now).await.unwrap();
    assert_eq!(open(Workflow::Alert).await.as_deref(), Some("alert:api"));

    // Once closed, the topic is free; and it cannot be opened again while another works on it.
    let closing = Commit { closed_at: Some(now), ..api("INC-1", 2) };
    store.commit(closing, now).await.unwrap();
    assert_eq!(open(Workflow::Incident).await, None);
    store.commit(api("INC-2", 1), now).await.unwrap();
    assert!(matches!(store.commit(api("INC-1", 3), now).await, Err(StoreError::Conflict)));
    assert_eq!(open(Workflow::Incident).await.as_deref(), Some("INC-2"));
}

#[tokio::test]
async fn a_decision_settles_what_it_answers_or_is_not_stored() {
    let ground = ground();
    let (store, now) = (&ground.store, at("10:00:00"));
    let page = Commit { effects: vec![effect(Lane::Page, now)], ..decision("INC-1", 1) };
    store.commit(page, now).await.unwrap();

    let lost = store.claim(&[Lane::Page], LEASE, 1, now).await.unwrap().remove(0).claim;
    let later = at("10:01:00");
    let held = store.claim(&[Lane::Page], LEASE, 1, later).await.unwrap().remove(0).claim;
    let answer = |claim: &Claim| Commit {
        effects: vec![effect(Lane::Inner, later)],
        settles: Some(claim.clone()),
        ..decision("INC-1", 2)
    };

    // The late worker's answer is refused whole: no version, no event, no effect.
    assert!(matches!(store.commit(answer(&lost), later).await, Err(StoreError::Conflict)));
    assert_eq!(version(store, "INC-1").await, 1);
    assert_eq!(store.next_due(&[Lane::Inner], later).await.unwrap(), None);

    // A decision that comes too late leaves the effect claimed.
    let stale = Commit { version: 7, ..answer(&held) };
    assert!(matches!(store.commit(stale, later).await, Err(StoreError::Conflict)));
    store.renew(&held, LEASE, later).await.unwrap();

    store.commit(answer(&held), later).await.unwrap();
    assert_eq!(version(store, "INC-1").await, 2);
    assert!(matches!(store.settle(&held, later).await, Err(StoreError::Conflict)));
    assert_eq!(store.next_due(&[Lane::Page], later).await.unwrap(), None);
    assert_eq!(store.next_due(&[Lane::Inner], later).await.unwrap(), Some(later));
}

#[tokio::test]
async fn more_than_the_limit_is_refused_by_name() {
    let ground = ground();
    let body = "x".repeat(COMMIT_BYTES_MAX);
    let huge = Commit { events: vec![body], ..decision("INC-1", 1) };
    let err = ground.store.commit(huge, at("10:00:00")).await.unwrap_err();
    assert_eq!(err.to_string(), "version 1 of INC-1 is larger than 16777216 bytes");
    assert!(err.source().is_none());
}
