//! Files by hash, and plans made of them.

use matoi_core::id::PlanHash;
use matoi_store::{BLOB_BYTES_MAX, PlanFile, StoreError, StoredPlan};

use crate::ground::{at, ground};

/// SHA-256 of `abc`, from the standard.
const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

fn hash(text: &str) -> PlanHash {
    PlanHash(text.to_owned())
}

#[tokio::test]
async fn bytes_are_known_by_their_hash_and_stored_once() {
    let mut ground = ground();
    let now = at("10:00:00");
    assert_eq!(ground.store.put_blob(b"abc".to_vec(), now).await.unwrap(), ABC);
    assert_eq!(ground.store.put_blob(b"abc".to_vec(), now).await.unwrap(), ABC);
    let raw = ground.store.put_blob(vec![0, 255, 10, 0], now).await.unwrap();
    let empty = ground.store.put_blob(Vec::new(), now).await.unwrap();
    ground.reopen().await;
    let load = async |hash: &str| ground.store.load_blob(hash).await.unwrap();
    assert_eq!(load(ABC).await, Some(b"abc".to_vec()));
    assert_eq!(load(&raw).await, Some(vec![0, 255, 10, 0]), "any bytes, not only text");
    assert_eq!(load(&empty).await, Some(Vec::new()));
    assert_eq!(load("nothing").await, None);

    let huge = ground.store.put_blob(vec![0; BLOB_BYTES_MAX + 1], now).await;
    assert!(matches!(huge, Err(StoreError::TooLarge { .. })));
}

#[tokio::test]
async fn a_plan_is_found_with_its_files_and_never_changes() {
    let mut ground = ground();
    let now = at("10:00:00");
    let abc = ground.store.put_blob(b"abc".to_vec(), now).await.unwrap();
    let other = ground.store.put_blob("# 復旧".into(), now).await.unwrap();
    let files = vec![
        ("runbooks/復旧.md".to_owned(), other.clone()),
        ("matoi.yaml".to_owned(), abc.clone()),
        ("runbooks/same.md".to_owned(), abc.clone()),
    ];
    assert_eq!(ground.store.latest_plan().await.unwrap(), None);
    ground.store.put_plan(&hash("one"), "計画", files, now).await.unwrap();
    // The same hash means the same files, so a second word about them is not listened to.
    let again = vec![("matoi.yaml".to_owned(), other)];
    ground.store.put_plan(&hash("one"), "other", again, now).await.unwrap();
    ground.reopen().await;

    let file = |path: &str, bytes: &str| PlanFile { path: path.to_owned(), bytes: bytes.into() };
    let expected = StoredPlan {
        hash: hash("one"),
        name: "計画".to_owned(),
        files: vec![
            file("matoi.yaml", "abc"),
            file("runbooks/same.md", "abc"),
            file("runbooks/復旧.md", "# 復旧"),
        ],
    };
    assert_eq!(ground.store.load_plan(&hash("one")).await.unwrap(), Some(expected));
    assert_eq!(ground.store.load_plan(&hash("two")).await.unwrap(), None);
}

#[tokio::test]
async fn a_plan_may_come_back() {
    let ground = ground();
    for (number, name) in ["one", "two", "two", "one"].into_iter().enumerate() {
        let now = at(&format!("10:0{number}:00"));
        ground.store.put_plan(&hash(name), name, Vec::new(), now).await.unwrap();
        assert_eq!(ground.store.latest_plan().await.unwrap(), Some(hash(name)));
    }
}

#[tokio::test]
async fn which_plans_ruled_is_told_from_the_latest_back() {
    let ground = ground();
    for (number, name) in ["one", "two", "two", "one"].into_iter().enumerate() {
        let now = at(&format!("10:0{number}:00"));
        ground.store.put_plan(&hash(name), name, Vec::new(), now).await.unwrap();
    }
    let loads = ground.store.plan_loads(10).await.unwrap();
    let told = [("one", "10:03:00"), ("two", "10:01:00"), ("one", "10:00:00")];
    assert_eq!(loads, told.map(|(name, time)| (hash(name), at(time))));
    assert_eq!(ground.store.plan_loads(1).await.unwrap(), loads[..1]);
}

#[tokio::test]
async fn a_plan_whose_files_are_not_there_is_not_stored() {
    let ground = ground();
    let files = vec![("matoi.yaml".to_owned(), ABC.to_owned())];
    let put = ground.store.put_plan(&hash("one"), "one", files, at("10:00:00")).await;
    assert!(matches!(put, Err(StoreError::Missing)), "{put:?}");
    assert_eq!(ground.store.load_plan(&hash("one")).await.unwrap(), None);
    assert_eq!(ground.store.latest_plan().await.unwrap(), None);
}

#[tokio::test]
async fn a_file_that_changed_on_the_disk_is_not_given_out() {
    let mut ground = ground();
    let now = at("10:00:00");
    let abc = ground.store.put_blob(b"abc".to_vec(), now).await.unwrap();
    let files = vec![("matoi.yaml".to_owned(), abc)];
    ground.store.put_plan(&hash("one"), "one", files, now).await.unwrap();
    ground.store.close().await;
    let raw = rusqlite::Connection::open(ground.path().join("matoi.db")).unwrap();
    raw.execute("update blob set bytes = x'616264'", []).unwrap();
    drop(raw);
    ground.reopen().await;
    let answers = [
        ground.store.load_blob(ABC).await.map(drop),
        ground.store.load_plan(&hash("one")).await.map(drop),
    ];
    for answer in answers {
        assert!(matches!(answer, Err(StoreError::Corrupt { .. })), "{answer:?}");
    }
}
