//! Statements for a SQLite file: all or none, and never a file that was not there.

use std::fs;

use jiff::SignedDuration;
use matoi_core::run::outcome::Ended;
use matoi_edge::step::{Call, Performed};
use rusqlite::Connection;

use crate::stage::{PERFORM, SHIM, Stage, perform, step, tools, wait_until};

/// Counts for ever, as a statement that takes too long does.
const FOR_EVER: &str =
    "with recursive c(x) as (select 1 union all select x + 1 from c) select count(*) from c";

fn stage() -> Stage {
    let stage = Stage::new();
    let database = Connection::open(stage.trace("data.db")).unwrap();
    database
        .execute_batch("create table t(id integer primary key, name text); insert into t values (1, 'one'), (2, null)")
        .unwrap();
    stage
}

fn call(stage: &Stage, script: &str) -> Call {
    let mut call = stage.call(script);
    call.extra.insert("on".to_owned(), "data.db".to_owned());
    call.environment.insert("ID".to_owned(), "1".to_owned());
    call
}

async fn run(call: Call) -> Performed {
    perform(&*step("sql", &tools()), call).await
}

fn count(stage: &Stage) -> i64 {
    let database = Connection::open(stage.trace("data.db")).unwrap();
    database.query_row("select count(*) from t", [], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn the_rows_of_the_last_query_are_the_answer() {
    let cases = [
        ("pragma integrity_check", "ok\n", "a single value stands alone"),
        ("select count(*) from t where id > 5", "0\n", "a number too"),
        ("select * from t order by id", "1\tone\n2\tNULL\n", "columns are apart by tabs"),
        ("select name from t where id = :ID", "one\n", "parameters come from the environment"),
        ("select $ID, @ID", "1\t1\n", "in any of the ways to write them"),
        ("select 1; select 2", "2\n", "only the last query counts"),
        ("select 7; update t set name = 'x'", "7\n", "what prints nothing does not"),
        ("insert into t values (9, 'x') returning id", "9\n", "a change may answer"),
        ("select 1.0, x'00ff', 'a\tb'", "1.0\tX'00FF'\ta\\tb\n", "values are written out"),
        ("select name from t where id = 99", "", "no rows are no answer"),
        ("-- only a comment", "", "nothing is nothing"),
        ("vacuum", "", "what cannot be in a transaction is not put into one"),
    ];
    for (script, answer, what) in cases {
        let stage = stage();
        let performed = run(call(&stage, script)).await;
        assert_eq!(performed.ended, Ended::Exited { code: 0 }, "{what}: {performed:?}");
        assert_eq!(performed.answer, answer, "{what}");
    }
}

#[tokio::test]
async fn a_parameter_may_name_the_file_and_the_place() {
    let stage = stage();
    fs::create_dir(stage.trace("deep")).unwrap();
    fs::rename(stage.trace("data.db"), stage.trace("deep/data.db")).unwrap();
    let mut call = call(&stage, "select count(*) from t");
    call.environment.insert("NAME".to_owned(), "data".to_owned());
    call.environment.insert("FOLDER".to_owned(), "deep".to_owned());
    call.extra.insert("on".to_owned(), "${NAME}.db".to_owned());
    call.extra.insert("cwd".to_owned(), "$FOLDER".to_owned());
    assert_eq!(run(call).await.answer, "2\n");
}

#[tokio::test]
async fn a_script_that_fails_changes_nothing() {
    let cases = [
        (
            "insert into t values (3, 'x'); insert into nowhere values (1)",
            "no such table",
            "an error",
        ),
        (
            "insert into t values (3, 'x'); select :MISSING",
            "parameter :MISSING",
            "an unknown parameter",
        ),
        ("insert into t values (3, 'x'); select ?", "parameter ?", "one without a name"),
        ("insert into t values (3, 'x'); commit; select 1", "did not begin", "a commit of ours"),
        (
            "insert into t values (3, 'x'); rollback; select 1",
            "did not begin",
            "a rollback of ours",
        ),
        (
            "begin; insert into t values (3, 'x')",
            "left its transaction open",
            "one without a commit",
        ),
        ("insert into t values (3, 'x'); begin; commit", "within a transaction", "one in another"),
        (
            "insert into t values (3, 'x'); vacuum",
            "from within a transaction",
            "what cannot be in one",
        ),
        ("insert or rollback into t values (3, 'x'), (1, 'y')", "UNIQUE", "a conflict"),
    ];
    for (script, words, what) in cases {
        let stage = stage();
        let performed = run(call(&stage, script)).await;
        assert_eq!(performed.ended, Ended::Exited { code: 1 }, "{what}: {performed:?}");
        let excerpt = performed.output.excerpt;
        assert!(
            excerpt.contains(words) && excerpt.contains("nothing was changed"),
            "{what}: {excerpt}"
        );
        assert_eq!(count(&stage), 2, "{what}");
    }
}

#[tokio::test]
async fn a_script_may_manage_its_own_transactions_and_what_it_committed_stays() {
    let stage = stage();
    let script = "begin; insert into t values (3, 'x'); commit; begin; insert into t values (4, 'y'); select nothing";
    let performed = run(call(&stage, script)).await;
    assert_eq!(performed.ended, Ended::Exited { code: 1 });
    assert!(performed.output.excerpt.contains("had committed before stays"), "{performed:?}");
    assert_eq!(count(&stage), 3);
}

#[tokio::test]
async fn a_step_that_only_reads_cannot_write() {
    let writes = [
        "insert into t values (3, 'x')",
        "pragma query_only = off; insert into t values (3, 'x')",
        "pragma user_version = 7",
        "vacuum into 'copy.db'",
        "attach 'other.db' as other; create table other.t(x)",
    ];
    for script in writes {
        let stage = stage();
        fs::copy(stage.trace("data.db"), stage.trace("other.db")).unwrap();
        let before = fs::read(stage.trace("data.db")).unwrap();
        let mut call =
            call(&stage, &script.replace("copy.db", stage.trace("copy.db").to_str().unwrap()));
        call.reading_only = true;
        let performed = run(call).await;
        assert_eq!(performed.ended, Ended::Exited { code: 1 }, "{script}: {performed:?}");
        assert_eq!(fs::read(stage.trace("data.db")).unwrap(), before, "{script}");
        assert!(!stage.trace("copy.db").exists(), "{script}");
    }
    let stage = stage();
    let mut call = call(&stage, "select count(*) from t");
    call.reading_only = true;
    assert_eq!(run(call).await.answer, "2\n");
}

#[tokio::test]
async fn a_file_that_is_not_there_is_not_made() {
    for on in ["missing.db", ".", "file:data.db?mode=rwc"] {
        let stage = stage();
        let mut call = call(&stage, "create table x(y)");
        call.extra.insert("on".to_owned(), on.to_owned());
        let performed = run(call).await;
        assert!(matches!(performed.ended, Ended::NotStarted { .. }), "{on}: {performed:?}");
        assert!(!stage.trace("missing.db").exists());
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_fails_and_stays_as_it_is() {
    let stage = stage();
    fs::write(stage.trace("data.db"), "not a database, and long enough to look like one").unwrap();
    let performed = run(call(&stage, "create table x(y)")).await;
    assert_eq!(performed.ended, Ended::Exited { code: 1 });
    assert!(performed.output.excerpt.contains("not a database"), "{performed:?}");
}

#[tokio::test]
async fn when_its_time_is_up_a_script_is_rolled_back_and_that_is_certain() {
    let stage = stage();
    let mut call = call(&stage, &format!("insert into t values (3, 'x'); {FOR_EVER}"));
    call.timeout = SignedDuration::from_millis(300);
    let performed = run(call.clone()).await;
    assert_eq!(performed.ended, Ended::Exited { code: 1 });
    let excerpt = &performed.output.excerpt;
    assert!(excerpt.contains("its time was up\nnothing was changed"), "{excerpt}");
    assert_eq!(count(&stage), 2);
    assert_eq!(run(call).await, performed, "asked again");
}

#[tokio::test]
async fn when_its_time_is_up_after_a_commit_nobody_claims_that_nothing_changed() {
    let stage = stage();
    let script = format!("begin; insert into t values (3, 'x'); commit; {FOR_EVER}");
    let mut call = call(&stage, &script);
    call.timeout = SignedDuration::from_millis(300);
    let performed = run(call.clone()).await;
    assert_eq!(performed.ended, Ended::TimedOut { after: call.timeout });
    assert_eq!(count(&stage), 3);
}

#[tokio::test]
async fn a_database_that_somebody_holds_is_waited_for_only_so_long() {
    let stage = stage();
    let other = Connection::open(stage.trace("data.db")).unwrap();
    other.execute_batch("begin immediate").unwrap();
    let mut call = call(&stage, "insert into t values (3, 'x')");
    call.timeout = SignedDuration::from_millis(300);
    let performed = run(call).await;
    assert_eq!(performed.ended, Ended::Exited { code: 1 });
    assert!(performed.output.excerpt.contains("locked"), "{performed:?}");
    other.execute_batch("rollback").unwrap();
    assert_eq!(count(&stage), 2);
}

#[tokio::test]
async fn a_cancelled_script_is_rolled_back() {
    for script in [FOR_EVER, "insert into t values (3, 'x')"] {
        let stage = stage();
        let other = Connection::open(stage.trace("data.db")).unwrap();
        other.execute_batch("begin immediate").unwrap();
        let step = step("sql", &tools());
        let cancel = async {
            wait_until("it runs", || stage.folder().join("prepared").exists()).await;
            step.cancel(stage.folder()).await.unwrap();
        };
        let (performed, ()) = tokio::join!(perform(&*step, call(&stage, script)), cancel);
        // Cancelled between the gate and the first statement, it never began.
        assert!(
            matches!(performed.ended, Ended::Cancelled | Ended::NotStarted { .. }),
            "{performed:?}"
        );
        other.execute_batch("rollback").unwrap();
        assert_eq!(count(&stage), 2);
    }
}

#[tokio::test]
async fn asked_again_by_whoever_stopped_waiting_it_runs_once() {
    let stage = stage();
    let other = Connection::open(stage.trace("data.db")).unwrap();
    other.execute_batch("begin immediate").unwrap();
    let script = "insert into t(name) values ('x') returning 'told'";
    let prepared = stage.folder().join("prepared");
    crate::stage::drop_when("it runs", run(call(&stage, script)), || prepared.exists()).await;
    let free = async {
        other.execute_batch("rollback").unwrap();
    };
    let (first, second, ()) =
        tokio::join!(run(call(&stage, script)), run(call(&stage, script)), free);
    assert_eq!(first, second);
    assert_eq!((first.ended, first.answer.as_str()), (Ended::Exited { code: 0 }, "told\n"));
    assert_eq!(count(&stage), 3);
}

#[tokio::test]
async fn a_server_that_dies_in_between_leaves_a_lost_attempt_and_no_change() {
    let stage = stage();
    let mut server = std::process::Command::new(PERFORM)
        .args(["sql", SHIM, stage.folder().to_str().unwrap(), "60000", "on=data.db"])
        .current_dir(stage.dir())
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let script = format!("insert into t values (3, 'x'); {FOR_EVER}");
    std::io::Write::write_all(&mut server.stdin.take().unwrap(), script.as_bytes()).unwrap();
    wait_until("it wrote", || stage.trace("data.db-journal").exists()).await;
    server.kill().unwrap();
    server.wait().unwrap();
    let performed = run(call(&stage, &script)).await;
    assert!(matches!(performed.ended, Ended::Lost { .. }), "{performed:?}");
    assert_eq!(count(&stage), 2);
}

#[tokio::test]
async fn rows_beyond_the_limit_are_left_out_aloud() {
    let stage = stage();
    let script = "with recursive c(x) as (select 1 union all select x + 1 from c) select x from c";
    let performed = run(call(&stage, script)).await;
    assert_eq!(performed.ended, Ended::Exited { code: 0 });
    assert!(performed.output.excerpt.contains("only the first 10000 rows are printed"));
    let performed = run(call(&self::stage(), "select printf('%.*c', 2000000, 'x')")).await;
    assert!(performed.output.excerpt.contains("only the first 1048576 bytes are printed"));
}
