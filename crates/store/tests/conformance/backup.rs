//! Copies of the whole database.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use matoi_store::StoreError;
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::ground::{at, decision, events, ground, open, version};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_backup_taken_while_others_write_is_a_whole_store() {
    let ground = ground();
    ground.store.commit(decision("INC-1", 1), at("10:00:00")).await.unwrap();
    let mut writer = JoinSet::new();
    let store = ground.store.clone();
    writer.spawn(async move {
        for version in 2..=300 {
            store.commit(decision("INC-1", version), at("10:00:00")).await.unwrap();
        }
    });
    let restored = TempDir::new().unwrap();
    let copy = restored.path().join("matoi.db");
    let before = version(&ground.store, "INC-1").await;
    let backup = ground.store.backup_to(&copy).await.unwrap();
    writer.join_all().await;

    assert_eq!(backup.path, copy);
    let file = fs::metadata(&copy).unwrap();
    assert_eq!((backup.size_bytes, file.permissions().mode() & 0o777), (file.len(), 0o600));
    let names = fs::read_dir(restored.path()).unwrap().count();
    assert_eq!(names, 1, "no log and nothing half done beside it");

    let store = open(restored.path());
    let found = version(&store, "INC-1").await;
    assert!((before..=300).contains(&found), "{before} ≤ {found}");
    assert_eq!(events(&store, "INC-1").await.len() as u64, found, "events and row are of one time");
    store.commit(decision("INC-1", found + 1), at("10:00:00")).await.unwrap();
}

#[tokio::test]
async fn a_backup_overwrites_nothing_and_leaves_nothing_half_done() {
    let ground = ground();
    let elsewhere = TempDir::new().unwrap();
    let taken = elsewhere.path().join("taken");
    fs::write(&taken, "mine").unwrap();
    for path in [taken.clone(), elsewhere.path().join("no/such/directory")] {
        let refused = ground.store.backup_to(&path).await;
        assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    }
    assert_eq!(fs::read_to_string(&taken).unwrap(), "mine");
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 1);
}
