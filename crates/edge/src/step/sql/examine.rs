//! Whether statements could be performed: the file is there, and SQLite understands them. None is performed.

use std::fs::OpenOptions;
use std::path::Path;
use std::time::Duration;

use matoi_core::run::event::Finding;
use rusqlite::fallible_iterator::FallibleIterator;
use rusqlite::{Batch, Connection, ErrorCode, OpenFlags};

use super::{check, database};
use crate::step::{Call, environment};

/// How long a lock of somebody else is waited for.
const LOCKED_MAX: Duration = Duration::from_secs(2);

pub(super) fn examine(call: &Call) -> Finding {
    if let Err(err) = check(&call.extra) {
        return Finding::Lacks { what: err.to_string() };
    }
    if let Err(what) = environment::check_all(call) {
        return Finding::Lacks { what };
    }
    match database(call) {
        Ok(path) => of_file(call, &path),
        Err(what) => Finding::Lacks { what },
    }
}

fn of_file(call: &Call, path: &Path) -> Finding {
    if !call.reading_only
        && let Err(err) = OpenOptions::new().append(true).open(path)
    {
        return Finding::Lacks { what: format!("{} cannot be written: {err}", path.display()) };
    }
    match connect(path).and_then(|it| understood(&it, &call.script)) {
        Ok(finding) => finding,
        Err(err) if is_locked(&err) => Finding::Unproved { why: err.to_string() },
        Err(err) => Finding::Lacks { what: format!("{}: {err}", path.display()) },
    }
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let reading = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, reading)?;
    connection.busy_timeout(LOCKED_MAX)?;
    // Some pragmas act while they are prepared.
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

/// Later statements may need what earlier ones make, so only the first must be understood.
fn understood(connection: &Connection, script: &str) -> rusqlite::Result<Finding> {
    let mut batch = Batch::new(connection, script);
    let mut count = 0_usize;
    loop {
        count += 1;
        match batch.next() {
            Ok(Some(_)) => (),
            Ok(None) => return Ok(Finding::Ready),
            Err(err) if count > 1 && !is_locked(&err) => {
                let why = format!("statement {count} may need those before it: {err}");
                return Ok(Finding::Unproved { why });
            }
            Err(err) => return Err(err),
        }
    }
}

fn is_locked(err: &rusqlite::Error) -> bool {
    matches!(err.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}
