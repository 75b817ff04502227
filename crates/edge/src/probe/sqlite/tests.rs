use rusqlite::Connection;
use serde_json::json;
use tempfile::TempDir;
use tokio::time::timeout;

use super::*;

/// A database that was damaged by `damage`, and what the probe says of it with `more` configured.
struct Case {
    folder: TempDir,
}

impl Case {
    fn new(sql: &str) -> Case {
        let case = Case { folder: tempfile::tempdir().unwrap() };
        Connection::open(case.path()).unwrap().execute_batch(sql).unwrap();
        case
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("bot.db")
    }

    fn probe(&self, more: Value) -> Sqlite {
        let mut config = json!({ "path": self.path() });
        config.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        Sqlite::parse(&config).unwrap()
    }

    async fn told(&self, more: Value) -> String {
        let probe = self.probe(more);
        let path = self.path().display().to_string();
        match timeout(Duration::from_secs(20), probe.ask()).await.unwrap() {
            Answer::Well { .. } => "well".to_owned(),
            Answer::Unwell { reason, .. } => format!("unwell: {}", reason.replace(&path, "DB")),
            Answer::Unknown { reason } => format!("unknown: {}", reason.replace(&path, "DB")),
        }
    }
}

const SOUND: &str = "create table block (at text not null, n int);
    insert into block values ('a', 1), ('b', 2);";

#[tokio::test]
async fn a_sound_file_is_well_and_stays_as_it_was() {
    let case = Case::new(SOUND);
    let before = fs::read(case.path()).unwrap();
    assert_eq!(case.told(json!({})).await, "well");
    assert_eq!(fs::read(case.path()).unwrap(), before);
    let names = fs::read_dir(case.folder.path()).unwrap().count();
    assert_eq!(names, 1, "no journal is left beside it");
}

#[tokio::test]
async fn a_file_that_another_program_writes_to_is_well() {
    let case = Case::new("pragma journal_mode = wal;");
    let writer = Connection::open(case.path()).unwrap();
    writer.execute_batch(SOUND).unwrap();
    writer.execute_batch("begin immediate; insert into block values ('c', 3);").unwrap();
    let more = json!({"query": "select count(*) from block", "expect": 2});
    assert_eq!(case.told(more).await, "well");
}

#[tokio::test]
async fn the_answer_to_a_query_must_be_the_expected_one() {
    let case = Case::new(SOUND);
    for (query, expect, expected) in [
        ("select count(*) from block", json!(2), "well"),
        ("select count(*) from block", json!("2"), "well"),
        ("select ' ok '", json!("ok"), "well"),
        ("select 1.5", json!(1.5), "well"),
        (
            "select count(*) from block",
            json!(3),
            "unwell: DB: the query gave \"2\", expected \"3\"",
        ),
        ("select null", json!("ok"), "unwell: DB: the query gave \"NULL\", expected \"ok\""),
        (
            "select x'00ff'",
            json!("ok"),
            "unwell: DB: the query gave \"a blob of 2 bytes\", expected \"ok\"",
        ),
        ("select at from block where n = 9", json!("a"), "unwell: DB: the query gave no row"),
        ("select * from blocks", json!(1), "unwell: DB: no such table: blocks"),
        ("select zeroblob(100000000)", json!(1), "unwell: DB: string or blob too big"),
        (
            "insert into block values ('c', 3)",
            json!(1),
            "unknown: DB: attempt to write a readonly database",
        ),
    ] {
        let told = case.told(json!({ "query": query, "expect": expect })).await;
        assert_eq!(told, expected, "{query}");
    }
}

#[tokio::test]
async fn a_check_that_succeeds_with_complaints_is_unwell() {
    let case = Case::new(
        "create table t (a text); insert into t values (null), (null); pragma writable_schema = on;
         update sqlite_schema set sql = 'create table t (a text not null)' where name = 't';",
    );
    let told = case.told(json!({})).await;
    assert_eq!(told, "unwell: DB: integrity check: NULL value in t.a (and 1 more)");
}

#[tokio::test]
async fn a_damaged_file_is_unwell() {
    let many = "with recursive n(i) as (values (1) union all select i + 1 from n where i < 5000)
        insert into block select hex(randomblob(40)), i from n;";
    let case = Case::new(&format!("{SOUND}{many}"));
    let mut bytes = fs::read(case.path()).unwrap();
    for byte in bytes.iter_mut().skip(4096 * 3).take(4096 * 2) {
        *byte = 0xaa;
    }
    fs::write(case.path(), bytes).unwrap();
    let told = case.told(json!({})).await;
    assert!(told.starts_with("unwell: DB: "), "{told}");

    fs::write(case.path(), "this was a database once".repeat(100)).unwrap();
    let told = case.told(json!({})).await;
    assert!(told.starts_with("unwell: DB: file is not a database"), "{told}");
}

#[tokio::test]
async fn no_database_is_unwell_and_none_is_made() {
    let case = Case::new(SOUND);
    fs::write(case.path(), "").unwrap();
    let empty = "unwell: DB: the file is empty: no database was ever written to it";
    assert_eq!(case.told(json!({})).await, empty);

    fs::remove_file(case.path()).unwrap();
    assert_eq!(case.told(json!({})).await, "unwell: DB: no such file");
    assert!(!case.path().exists());

    fs::create_dir(case.path()).unwrap();
    assert_eq!(case.told(json!({})).await, "unwell: DB: is not a file");

    fs::remove_dir(case.path()).unwrap();
    rustix::fs::mknodat(rustix::fs::CWD, case.path(), rustix::fs::FileType::Fifo, 0o600.into(), 0)
        .unwrap();
    assert_eq!(case.told(json!({})).await, "unwell: DB: is not a file");
}

#[tokio::test]
async fn a_lock_that_ends_is_waited_for_and_one_that_does_not_is_unknown() {
    let case = Case::new(SOUND);
    let writer = Connection::open(case.path()).unwrap();
    writer.execute_batch("begin exclusive").unwrap();
    let told = case.told(json!({})).await;
    assert_eq!(told, "unknown: DB: locked by another program: database is locked");

    let probe = case.probe(json!({}));
    let unlock = async {
        tokio::task::yield_now().await;
        writer.execute_batch("commit").unwrap();
    };
    let (answer, ()) = futures_util::join!(probe.ask(), unlock);
    assert!(matches!(answer, Answer::Well { .. }), "{answer:?}");
}

#[tokio::test]
async fn an_abandoned_query_stops() {
    let case = Case::new(SOUND);
    let endless = "with recursive n(i) as (values (1) union all select i + 1 from n)
        select count(*) from n";
    let probe = case.probe(json!({ "query": endless, "expect": 0 }));
    // More than may run at a time: the later ones only begin because the earlier ones end.
    for _ in 0..10 {
        assert!(timeout(Duration::from_millis(50), probe.ask()).await.is_err());
    }
    assert_eq!(case.told(json!({})).await, "well");
}

#[test]
fn what_is_our_own_fault_is_unknown() {
    use rusqlite::ffi::{self, Error};
    for (code, is_unknown) in [
        (ffi::SQLITE_BUSY, true),
        (ffi::SQLITE_LOCKED, true),
        (ffi::SQLITE_PERM, true),
        (ffi::SQLITE_CANTOPEN, true),
        (ffi::SQLITE_NOMEM, true),
        (ffi::SQLITE_READONLY, true),
        (ffi::SQLITE_CORRUPT, false),
        (ffi::SQLITE_NOTADB, false),
        (ffi::SQLITE_IOERR, false),
        (ffi::SQLITE_ERROR, false),
    ] {
        let finding = Finding::from(rusqlite::Error::SqliteFailure(Error::new(code), None));
        assert_eq!(matches!(finding, Finding::Unknown(_)), is_unknown, "{code}: {finding:?}");
    }
    let denied = Finding::of_io(&io::ErrorKind::PermissionDenied.into());
    assert!(matches!(denied, Finding::Unknown(_)), "{denied:?}");
}

#[test]
fn a_wrong_watch_is_refused_with_its_field() {
    for (config, expected) in [
        (json!({}), "path: is missing"),
        (json!({"path": "/a", "query": "select 1"}), "expect: is missing beside query"),
        (json!({"path": "/a", "expect": "ok"}), "query: is missing beside expect"),
        (
            json!({"path": "/a", "query": "select 1", "expect": []}),
            "expect: must be a text, not a list",
        ),
    ] {
        let refusal = Sqlite::parse(&config).err().map(|err| err.to_string());
        assert_eq!(refusal.as_deref(), Some(expected), "{config}");
    }
}
