//! Lists, wake-ups and numbers.

use matoi_store::{Commit, Cursor, Filter, LIST_MAX, Row, Store, Which, Workflow};

use crate::ground::{at, decision, ground};

fn filter(which: Which) -> Filter {
    Filter { which, parent: None, before: None, limit: 100 }
}

async fn ids(store: &Store, workflow: Workflow, filter: Filter) -> Vec<String> {
    store.list(workflow, filter).await.unwrap().into_iter().map(|it| it.id).collect()
}

/// Four incidents, the third and the fourth in the same millisecond, the second closed; two runs of the first.
async fn several(store: &Store) {
    for (id, time) in [("INC-1", "10:00:00"), ("INC-2", "10:01:00"), ("INC-3", "10:02:00")] {
        store.commit(decision(id, 1), at(time)).await.unwrap();
    }
    store.commit(decision("INC-4", 1), at("10:02:00")).await.unwrap();
    let closing = Commit { closed_at: Some(at("10:03:00")), ..decision("INC-2", 2) };
    store.commit(closing, at("10:03:00")).await.unwrap();
    for (id, parent) in [("RUN-1", "INC-1"), ("RUN-2", "INC-3"), ("RUN-3", "INC-1")] {
        let parent = Some(parent.to_owned());
        let run = Commit { workflow: Workflow::Run, parent, ..decision(id, 1) };
        store.commit(run, at("10:05:00")).await.unwrap();
    }
}

#[tokio::test]
async fn a_list_is_newest_first_and_shows_what_is_asked() {
    let ground = ground();
    several(&ground.store).await;
    let of = |parent: &str| Filter { parent: Some(parent.to_owned()), ..filter(Which::All) };
    let cases = [
        (Workflow::Incident, filter(Which::All), vec!["INC-4", "INC-3", "INC-2", "INC-1"]),
        (Workflow::Incident, filter(Which::Open), vec!["INC-4", "INC-3", "INC-1"]),
        (Workflow::Incident, filter(Which::Closed), vec!["INC-2"]),
        (Workflow::Incident, Filter { limit: 2, ..filter(Which::All) }, vec!["INC-4", "INC-3"]),
        (Workflow::Incident, Filter { limit: 0, ..filter(Which::All) }, vec![]),
        (Workflow::Run, of("INC-1"), vec!["RUN-3", "RUN-1"]),
        (Workflow::Run, of("INC-2"), vec![]),
        (Workflow::Alert, filter(Which::All), vec![]),
    ];
    for (workflow, filter, expected) in cases {
        assert_eq!(ids(&ground.store, workflow, filter.clone()).await, expected, "{filter:?}");
    }
}

#[tokio::test]
async fn a_list_goes_on_where_it_stopped_and_leaves_nobody_out() {
    let ground = ground();
    several(&ground.store).await;
    for (workflow, parent, expected) in [
        (Workflow::Incident, None, vec!["INC-4", "INC-3", "INC-2", "INC-1"]),
        (Workflow::Run, Some("INC-1".to_owned()), vec!["RUN-3", "RUN-1"]),
    ] {
        let mut seen: Vec<String> = Vec::new();
        let mut before: Option<Cursor> = None;
        loop {
            let one = Filter { which: Which::All, parent: parent.clone(), before, limit: 1 };
            let Some(row) = ground.store.list(workflow, one).await.unwrap().pop() else { break };
            before = Some(Row::cursor(&row));
            seen.push(row.id);
        }
        assert_eq!(seen, expected);
    }
}

#[tokio::test]
async fn a_list_has_a_limit_of_its_own() {
    let ground = ground();
    let many: Vec<String> = (0..=LIST_MAX).map(|it| format!("{{\"n\":{it}}}")).collect();
    let commit = Commit { events: many, ..decision("INC-1", 1) };
    ground.store.commit(commit, at("10:00:00")).await.unwrap();
    let start = matoi_store::Place::START;
    let list = ground.store.list_events(Workflow::Incident, "INC-1", start, u32::MAX);
    assert_eq!(list.await.unwrap().len(), LIST_MAX as usize);
}

#[tokio::test]
async fn a_wake_up_is_due_at_its_time_and_never_before() {
    let ground = ground();
    let store = &ground.store;
    assert_eq!(store.next_wake().await.unwrap(), None);
    for (id, time) in [("INC-1", "10:07:00"), ("INC-2", "10:05:00.0000001"), ("INC-3", "10:05:00")]
    {
        let commit = Commit { wake_at: Some(at(time)), ..decision(id, 1) };
        store.commit(commit, at("10:00:00")).await.unwrap();
    }
    store.commit(decision("INC-4", 1), at("10:00:00")).await.unwrap();
    assert_eq!(store.next_wake().await.unwrap(), Some(at("10:05:00")));

    let cases = [
        ("10:04:59.999", 10, vec![]),
        ("10:05:00", 10, vec!["INC-3"]),
        ("10:05:00.0009", 10, vec!["INC-3"]),
        ("10:05:00.001", 10, vec!["INC-3", "INC-2"]),
        ("10:07:00", 10, vec!["INC-3", "INC-2", "INC-1"]),
        ("10:07:00", 1, vec!["INC-3"]),
    ];
    for (now, limit, expected) in cases {
        let due = store.list_due(limit, at(now)).await.unwrap();
        assert!(due.iter().all(|(workflow, _)| *workflow == Workflow::Incident));
        let ids: Vec<String> = due.into_iter().map(|(_, id)| id).collect();
        assert_eq!(ids, expected, "at {now}");
    }

    // A decision that wants no wake-up takes it back.
    store.commit(decision("INC-3", 2), at("10:05:00")).await.unwrap();
    assert_eq!(store.next_wake().await.unwrap(), Some(at("10:05:00.001")));
}

#[tokio::test]
async fn the_last_number_of_a_day_is_the_highest_and_not_the_last_in_the_alphabet() {
    let ground = ground();
    let store = &ground.store;
    let day = "INC-20260105-";
    assert_eq!(store.last_number(day).await.unwrap(), 0);
    for (id, expected) in [
        ("INC-20260105-001", 1),
        ("INC-20260104-777", 1),
        ("INC-20260106-888", 1),
        ("INC-20260105", 1),
        ("INC-20260105-999", 999),
        ("INC-20260105-1000", 1000),
        ("INC-20260105-002", 1000),
    ] {
        store.commit(decision(id, 1), at("10:00:00")).await.unwrap();
        assert_eq!(store.last_number(day).await.unwrap(), expected, "after {id}");
    }
}

#[tokio::test]
async fn the_last_of_each_subject_is_the_one_that_closed_last() {
    let ground = ground();
    let run = |id: &str, subject: &str, version: u64| Commit {
        workflow: Workflow::Run,
        subject: Some(subject.to_owned()),
        ..decision(id, version)
    };
    let closed = |it: Commit, time: &str| Commit { closed_at: Some(at(time)), ..it };
    for (id, subject) in [
        ("RUN-1", "run:復旧"),
        ("RUN-2", "run:復旧"),
        ("RUN-3", "rehearsal:復旧"),
        ("RUN-4", "run:復旧"),
    ] {
        ground.store.commit(run(id, subject, 1), at("10:00:00")).await.unwrap();
    }
    // The first is the last to close; the fourth is open; what a later version calls it does not count.
    for (id, subject, time) in [
        ("RUN-2", "run:復旧", "10:01:00"),
        ("RUN-1", "run:another", "10:02:00"),
        ("RUN-3", "rehearsal:復旧", "10:01:30"),
    ] {
        ground.store.commit(closed(run(id, subject, 2), time), at(time)).await.unwrap();
    }
    let subjects = ["run:復旧", "rehearsal:復旧", "run:another", ""];
    let rows = ground.store.last_closed(subjects.map(str::to_owned).into()).await.unwrap();
    let ids: Vec<Option<String>> = rows.into_iter().map(|it| it.map(|it| it.id)).collect();
    let expected = [Some("RUN-1"), Some("RUN-3"), None, None].map(|it| it.map(str::to_owned));
    assert_eq!(ids, expected);
    assert!(ground.store.last_closed(Vec::new()).await.unwrap().is_empty());
}
