use tempfile::TempDir;

use super::*;

const FIRST: Migration = Migration { version: 1, sql: "create table one (id bigint)" };
const SECOND: Migration = Migration { version: 2, sql: "create table two (id bigint)" };
const BROKEN: Migration =
    Migration { version: 2, sql: "create table two (id bigint); create table one (id bigint)" };

fn ground() -> (Session, TempDir) {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("matoi.db");
    std::fs::write(&path, b"").unwrap();
    let session = Session::open_writing(&path).unwrap();
    session.keep_log().unwrap();
    (session, dir)
}

fn tables(session: &Session) -> Vec<String> {
    let sql = "select name from sqlite_master where type = 'table' and name <> 'schema' order by 1";
    session.query(sql, &[], |it| it.text(0)).unwrap()
}

fn versions(session: &Session) -> Vec<i64> {
    session.query("select version from schema order by 1", &[], |it| it.int(0)).unwrap()
}

#[test]
fn each_migration_is_applied_once_and_in_order() {
    let (session, _dir) = ground();
    let now = Timestamp::UNIX_EPOCH;
    assert_eq!(apply(&session, &[FIRST], now).unwrap(), Migrated::Current);
    assert_eq!(apply(&session, &[FIRST, SECOND], now).unwrap(), Migrated::Current);
    assert_eq!(apply(&session, &[FIRST, SECOND], now).unwrap(), Migrated::Current);
    assert_eq!(tables(&session), ["one", "two"]);
    assert_eq!(versions(&session), [1, 2]);
}

#[test]
fn a_migration_that_fails_half_way_leaves_nothing_and_can_be_tried_again() {
    let (session, _dir) = ground();
    let now = Timestamp::UNIX_EPOCH;
    apply(&session, &[FIRST], now).unwrap();
    assert!(apply(&session, &[FIRST, BROKEN], now).is_err());
    assert_eq!(tables(&session), ["one"]);
    assert_eq!(versions(&session), [1]);
    apply(&session, &[FIRST, SECOND], now).unwrap();
    assert_eq!(versions(&session), [1, 2]);
}

#[test]
fn a_newer_database_is_left_as_it_is() {
    let (session, _dir) = ground();
    let now = Timestamp::UNIX_EPOCH;
    apply(&session, &[FIRST, SECOND], now).unwrap();
    assert_eq!(apply(&session, &[FIRST], now).unwrap(), Migrated::Newer { found: 2 });
    assert_eq!(versions(&session), [1, 2]);
}

#[test]
fn the_list_is_counted_from_one_without_a_gap() {
    let versions: Vec<i64> = MIGRATIONS.iter().map(|it| it.version).collect();
    let expected: Vec<i64> = (1..).take(MIGRATIONS.len()).collect();
    assert_eq!(versions, expected);
}

#[test]
fn runs_of_an_older_database_are_found_by_their_runbook() {
    let (session, _dir) = ground();
    let now = Timestamp::UNIX_EPOCH;
    apply(&session, &MIGRATIONS[..1], now).unwrap();
    let row =
        "insert into workflow (id, kind, version, state, opened_at_ms, updated_at_ms) values ";
    let run = "('RUN-1', 'run', 1, '{\"runbook\":\"復旧\"}', 0, 0)";
    let incident = "('INC-1', 'incident', 1, '{}', 0, 0)";
    session.batch(&format!("{row}{run}, {incident}")).unwrap();
    apply(&session, MIGRATIONS, now).unwrap();
    let sql = "select coalesce(subject, '-') from workflow order by id";
    let subjects = session.query(sql, &[], |it| it.text(0)).unwrap();
    assert_eq!(subjects, ["-", "run:復旧"]);
}
