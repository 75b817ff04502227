//! Every statement that runs often finds its rows by an index, so that a hundred thousand events cost what ten cost.

use super::ground;
use crate::{Cursor, Filter, Which, commit, event, outbox, plan, session, setting, workflow};

/// What SQLite would do, a line for each step.
fn steps(session: &mut session::Session, sql: &str) -> Vec<String> {
    let connection = session.connection();
    let mut statement = connection.prepare(&format!("explain query plan {sql}")).unwrap();
    let mut rows = statement.raw_query();
    let mut steps = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        steps.push(row.get(3).unwrap());
    }
    steps
}

fn list(which: Which, parent: Option<&str>, before: Option<Cursor>) -> String {
    workflow::list_sql(&Filter { which, parent: parent.map(str::to_owned), before, limit: 10 })
}

#[tokio::test]
async fn no_frequent_statement_reads_a_whole_table() {
    let (store, dir) = ground();
    store.close().await;
    let mut session = session::Session::open_reading(&dir.path().join("matoi.db")).unwrap();
    let cursor = Cursor { opened_at: jiff::Timestamp::UNIX_EPOCH, id: String::new() };
    // (statement, an index that it must use, whether the order may cost a sort)
    let cases = [
        (workflow::LIST_DUE.to_owned(), "workflow_wake", Sort::Never),
        (workflow::NEXT_WAKE.to_owned(), "workflow_wake", Sort::Never),
        (workflow::LAST_NUMBER.to_owned(), "sqlite_autoindex_workflow_1", Sort::Few),
        (workflow::load_open_sql(), "workflow_topic", Sort::Never),
        (workflow::last_closed_sql(), "workflow_subject", Sort::Never),
        (list(Which::Open, None, Some(cursor.clone())), "workflow_open", Sort::Never),
        (list(Which::All, None, None), "workflow_all", Sort::Never),
        (list(Which::All, Some("x"), Some(cursor)), "workflow_parent", Sort::Never),
        (commit::UPDATE.to_owned(), "sqlite_autoindex_workflow_1", Sort::Never),
        (event::LIST_EVENTS.to_owned(), "sqlite_autoindex_event_1", Sort::Never),
        (outbox::CLAIM.to_owned(), "outbox_due", Sort::Few),
        (
            outbox::CLAIM.to_owned(),
            "SEARCH outbox USING INDEX sqlite_autoindex_outbox_1",
            Sort::Few,
        ),
        (outbox::RENEW.to_owned(), "sqlite_autoindex_outbox_1", Sort::Never),
        (outbox::SETTLE.to_owned(), "sqlite_autoindex_outbox_1", Sort::Never),
        (outbox::DEFER.to_owned(), "sqlite_autoindex_outbox_1", Sort::Never),
        (outbox::RELEASE_ALL.to_owned(), "outbox_leased", Sort::Never),
        (outbox::NEXT_FREE.to_owned(), "outbox_due", Sort::Never),
        (outbox::NEXT_LEASE_END.to_owned(), "outbox_leased", Sort::Never),
        (outbox::HASTEN_DUE.to_owned(), "outbox_due", Sort::Never),
        (outbox::HASTEN_LEASE.to_owned(), "outbox_leased", Sort::Never),
        (outbox::DEPTH.to_owned(), "outbox_due", Sort::Never),
        (plan::LOAD_FILES.to_owned(), "sqlite_autoindex_plan_file_1", Sort::Never),
        (setting::list_sql(), "sqlite_autoindex_setting_1", Sort::Never),
        (setting::LIST_CHANGES.to_owned(), "sqlite_autoindex_change_1", Sort::Never),
    ];
    for (sql, index, sort) in cases {
        let steps = steps(&mut session, &sql).join("\n");
        assert!(steps.contains(index), "{index} is not used:\n{sql}\n{steps}");
        for line in steps.lines() {
            let whole = line.starts_with("SCAN") && !line.contains("USING");
            let table = ["workflow", "event", "outbox", "blob", "plan", "setting", "change"]
                .iter()
                .any(|table| line.contains(table));
            assert!(!(whole && table), "reads everything:\n{sql}\n{steps}");
            let sorts = line.contains("TEMP B-TREE FOR ORDER BY");
            assert!(!(sorts && sort == Sort::Never), "sorts:\n{sql}\n{steps}");
        }
    }
}

/// Whether a statement may sort what it found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Never,
    /// Only the few rows that an index picked.
    Few,
}
