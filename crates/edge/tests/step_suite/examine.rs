//! What is found out about a step beforehand, without performing anything of it.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use matoi_core::run::event::Finding;
use matoi_edge::step::Call;
use rusqlite::Connection;

use crate::stage::{Stage, step, tools};

async fn examined(kind: &str, call: Call) -> Finding {
    step(kind, &tools()).examine(call).await
}

fn lacks(finding: &Finding) -> &str {
    match finding {
        Finding::Lacks { what } => what,
        Finding::Ready | Finding::Unproved { .. } => panic!("it lacks nothing: {finding:?}"),
    }
}

#[tokio::test]
async fn a_script_that_could_be_performed_is_not_performed() {
    let stage = Stage::new();
    for (kind, script) in [
        ("bash", "echo x > trace\n[[ -e trace ]] && cat <(echo y)\n"),
        ("sh", "echo x > trace\ntest -e trace\n"),
        ("bash", "$(echo x > trace)\n`echo x > trace`\n"),
        ("bash", ""),
    ] {
        assert_eq!(examined(kind, stage.call(script)).await, Finding::Ready, "{script}");
        assert!(!stage.trace("trace").exists(), "nothing of it was performed: {script}");
    }
    assert_eq!(fs::read_dir(stage.folder()).unwrap().count(), 0, "its folder is untouched");
}

#[tokio::test]
async fn what_a_script_would_fail_for_is_told() {
    let stage = Stage::new();
    let of = |script: &str| examined("bash", stage.call(script));
    let missing = of("df -P /\nno-such-program --now\nanother-one; no-such-program\n").await;
    assert_eq!(lacks(&missing), "not on this machine: no-such-program, another-one");
    let broken = of("echo x > trace\nif true; then\n").await;
    assert!(lacks(&broken).starts_with("bash cannot read it: bash: line"), "{broken:?}");
    assert!(!stage.trace("trace").exists(), "not even what stands before the mistake");
    let bashism = examined("sh", stage.call("cat <(echo x)\n")).await;
    assert!(lacks(&bashism).starts_with("sh cannot read it: "), "{bashism:?}");

    let mut elsewhere = stage.call("true");
    elsewhere.extra.insert("cwd".to_owned(), "gone/$HOST".to_owned());
    elsewhere.environment.insert("HOST".to_owned(), "db-1".to_owned());
    let place = lacks(&examined("bash", elsewhere).await).to_owned();
    assert!(place.ends_with("/gone/db-1 is no directory"), "{place}");
    let mut remote = stage.call("true");
    remote.extra.insert("on".to_owned(), "db-1".to_owned());
    assert!(lacks(&examined("bash", remote).await).contains("is not this machine"));
    let mut hostile = stage.call("true");
    hostile.secrets.insert("LD_PRELOAD".to_owned(), "/tmp/secret.so".to_owned());
    let told = lacks(&examined("bash", hostile).await).to_owned();
    assert!(told.contains("LD_PRELOAD") && !told.contains("secret.so"), "{told}");
}

fn database(stage: &Stage) -> Connection {
    let database = Connection::open(stage.trace("data.db")).unwrap();
    database.execute_batch("create table if not exists t(id integer primary key)").unwrap();
    database
}

fn statements(stage: &Stage, script: &str) -> Call {
    let mut call = stage.call(script);
    call.extra.insert("on".to_owned(), "data.db".to_owned());
    call
}

#[tokio::test]
async fn statements_are_understood_and_not_performed() {
    let stage = Stage::new();
    let database = database(&stage);
    let of = |script: &str| examined("sql", statements(&stage, script));
    let before = fs::read(stage.trace("data.db")).unwrap();
    for script in [
        "insert into t values (1); delete from t",
        "drop table t",
        "pragma user_version = 7",
        "pragma journal_mode = wal",
        "vacuum",
        "select count(*) from t where id > :LIMIT",
        "-- nothing",
    ] {
        assert_eq!(of(script).await, Finding::Ready, "{script}");
    }
    assert!(lacks(&of("select * from gone").await).contains("no such table: gone"));
    assert!(lacks(&of("selec 1").await).contains("syntax error"));
    let later = of("create table u(id); insert into u values (1)").await;
    let Finding::Unproved { why } = &later else { panic!("{later:?}") };
    assert!(why.starts_with("statement 2 may need those before it: "), "{why}");
    assert_eq!(fs::read(stage.trace("data.db")).unwrap(), before, "not a byte changed");

    // Somebody else holds it: nobody can tell now.
    database.execute_batch("begin exclusive").unwrap();
    let locked = of("select * from t").await;
    assert!(matches!(&locked, Finding::Unproved { why } if why.contains("locked")), "{locked:?}");
}

#[tokio::test]
async fn a_file_that_is_not_there_or_not_ours_to_write_is_told() {
    let stage = Stage::new();
    let mut call = statements(&stage, "select 1");
    call.extra.insert("on".to_owned(), "gone.db".to_owned());
    assert!(lacks(&examined("sql", call).await).contains("gone.db"));
    assert!(!stage.trace("gone.db").exists(), "it is not made by looking");
    drop(database(&stage));
    let file = stage.trace("data.db");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o444)).unwrap();
    let looks = Call { reading_only: true, ..statements(&stage, "select * from t") };
    assert_eq!(examined("sql", looks).await, Finding::Ready);
    // Root writes everywhere, whatever the permissions say.
    if !rustix::process::geteuid().is_root() {
        let changes = statements(&stage, "delete from t");
        assert!(lacks(&examined("sql", changes).await).contains("cannot be written"));
    }
}
