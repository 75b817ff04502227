//! Health, found out by writing.

use crate::ground::{at, decision, ground};

#[tokio::test]
async fn health_writes_and_tells_sizes() {
    let ground = ground();
    let first = ground.store.health(at("10:00:00")).await;
    assert_eq!(first.writable, Ok(()));
    assert_eq!((first.commits, first.transactions, first.queued), (1, 1, 0));
    assert!(first.size_bytes > 4_096, "{first:?}");
    assert!(first.free_bytes.is_some_and(|it| it > 0), "{first:?}");

    ground.store.commit(decision("INC-1", 1), at("10:00:00")).await.unwrap();
    let second = ground.store.health(at("10:00:00")).await;
    assert_eq!((second.commits, second.transactions), (3, 3));
    assert!(second.size_bytes > first.size_bytes);
}

#[tokio::test]
async fn a_closed_store_is_not_writable_and_says_so() {
    let ground = ground();
    ground.store.close().await;
    let health = ground.store.health(at("10:00:00")).await;
    assert_eq!(health.writable, Err("the database is unavailable: the store is closed".to_owned()));
}

#[tokio::test]
async fn another_program_that_holds_the_database_is_named_as_the_cause() {
    let ground = ground();
    let other = rusqlite::Connection::open(ground.path().join("matoi.db")).unwrap();
    other.execute_batch("begin immediate").unwrap();
    let reason = ground.store.health(at("10:00:00")).await.writable.unwrap_err();
    assert!(reason.contains("another program holds the database"), "{reason}");
    other.execute_batch("rollback").unwrap();
    assert_eq!(ground.store.health(at("10:00:00")).await.writable, Ok(()));
}
