//! Settings, and who changed them.

use matoi_store::{Change, NewSetting, SETTING_BYTES_MAX, Setting, StoreError};

use crate::ground::{at, ground};

fn new(key: &str, value: &str, version: u64, by: &str) -> NewSetting {
    NewSetting { key: key.to_owned(), value: value.to_owned(), version, changed_by: by.to_owned() }
}

#[tokio::test]
async fn a_setting_changes_only_from_what_its_author_saw() {
    let mut ground = ground();
    let now = at("10:00:00");
    let cases = [
        (2, "missing", "nothing to change yet"),
        (1, "ok", "the first"),
        (1, "conflict", "somebody was there before"),
        (3, "conflict", "a version is left out"),
        (2, "ok", "the next"),
        (2, "conflict", "somebody was faster"),
    ];
    for (version, expected, why) in cases {
        let value = format!("{version}");
        let heard = match ground.store.put_setting(new("a", &value, version, "ann"), now).await {
            Ok(()) => "ok",
            Err(StoreError::Conflict) => "conflict",
            Err(StoreError::Missing) => "missing",
            Err(err) => panic!("{err:?}"),
        };
        assert_eq!(heard, expected, "version {version}: {why}");
    }
    ground.reopen().await;
    let expected = Setting {
        key: "a".to_owned(),
        value: "2".to_owned(),
        version: 2,
        changed_by: "ann".to_owned(),
        changed_at: now,
    };
    assert_eq!(ground.store.load_setting("a").await.unwrap(), Some(expected));
    assert_eq!(ground.store.load_setting("b").await.unwrap(), None);
    let changes = ground.store.list_changes(None, 100).await.unwrap();
    assert_eq!(changes.len(), 2, "what was refused is no change");
}

#[tokio::test]
async fn every_change_keeps_what_was_there_before() {
    let ground = ground();
    let store = &ground.store;
    let steps = [
        ("switch/all", "{\"on\":true}", 1, "ann", "10:00:00"),
        ("override/一次", "[]", 1, "bob", "10:01:00"),
        ("switch/all", "null", 2, "次郎", "10:02:00"),
    ];
    for (key, value, version, by, time) in steps {
        store.put_setting(new(key, value, version, by), at(time)).await.unwrap();
    }
    let change = |number, step: usize, before: Option<&str>| {
        let (key, value, version, by, time) = steps[step];
        Change {
            number,
            key: key.to_owned(),
            version,
            before: before.map(str::to_owned),
            after: value.to_owned(),
            changed_by: by.to_owned(),
            changed_at: at(time),
        }
    };
    let all = [change(3, 2, Some("{\"on\":true}")), change(2, 1, None), change(1, 0, None)];
    assert_eq!(store.list_changes(None, 100).await.unwrap(), all);
    assert_eq!(store.list_changes(None, 1).await.unwrap(), all[..1]);
    assert_eq!(store.list_changes(Some(3), 100).await.unwrap(), all[1..]);
    assert_eq!(store.list_changes(Some(1), 100).await.unwrap(), []);
}

#[tokio::test]
async fn settings_are_listed_by_the_beginning_of_their_key() {
    let ground = ground();
    let store = &ground.store;
    for key in ["switch/b", "switch/a", "switcha", "switch/復旧", "silence/x", "switch"] {
        store.put_setting(new(key, "1", 1, "ann"), at("10:00:00")).await.unwrap();
    }
    let cases: [(&str, &str, &[&str]); 5] = [
        ("switch/", "", &["switch/a", "switch/b", "switch/復旧"]),
        ("switch/", "switch/a", &["switch/b", "switch/復旧"]),
        ("silence/", "", &["silence/x"]),
        ("flag/", "", &[]),
        ("", "switch/b", &["switch/復旧", "switcha"]),
    ];
    for (prefix, after, expected) in cases {
        let found = store.list_settings(prefix, after).await.unwrap();
        let keys: Vec<&str> = found.iter().map(|it| it.key.as_str()).collect();
        assert_eq!(keys, expected, "{prefix:?} after {after:?}");
    }
}

#[tokio::test]
async fn a_setting_has_a_limit() {
    let ground = ground();
    let value = "x".repeat(SETTING_BYTES_MAX + 1);
    let put = ground.store.put_setting(new("a", &value, 1, "ann"), at("10:00:00")).await;
    assert!(matches!(put, Err(StoreError::TooLarge { .. })));
}
