//! `kind: sqlite`: is a SQLite file sound?
//!
//! The file is opened for reading only and asked `PRAGMA integrity_check`, which answers `ok` or a list of what is wrong
//! and succeeds either way: only the answer counts, not that there was one.
//!
//! | seen | answer |
//! | --- | --- |
//! | no such file, an empty file, not a database, a damaged one, another answer than expected | `Unwell` |
//! | locked until our patience ends, no permission, no memory | `Unknown` |
//!
//! **Invariant:** nothing is written to the database, and no database is made where there was none.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use jiff::SignedDuration;
use matoi_core::signal::{Answer, Measured};
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use rustix::fs::{Access, access};
use serde_json::Value;

use crate::aside::aside;
use crate::config::{ConfigError, Fields};
use crate::excerpt::excerpt;
use crate::probe::{Kind, Probe};

#[cfg(test)]
mod tests;

pub(super) const KIND: Kind = Kind {
    name: "sqlite",
    summary: "Checks the integrity of a SQLite file, and the answer to a query if one is given.",
    example: r#"{ "path": "/var/lib/bot/history.db", "query": "select count(*) > 0 from message", "expect": 1 }"#,
    parse: |config| Ok(Box::new(Sqlite::parse(config)?)),
};

/// How long a locked database is tried: shorter than most watches wait, so that they hear of the lock.
const LOCKED_TIME_MAX: Duration = Duration::from_secs(2);
/// The pause between two tries.
const LOCKED_PAUSE: Duration = Duration::from_millis(20);
/// Complaints that the check makes before it stops.
const COMPLAINTS_MAX: u32 = 10;
/// Bytes of a value that a query may give.
const VALUE_BYTES_MAX: i32 = 1 << 20;
/// Steps of SQLite's machine between two looks at whether anybody still waits; a few microseconds.
const STEPS_BETWEEN_LOOKS: i32 = 1_000;

#[derive(Clone)]
struct Sqlite {
    path: PathBuf,
    question: Option<Question>,
}

/// A query and what the first column of its first row must be.
#[derive(Clone)]
struct Question {
    query: String,
    expect: String,
}

/// Why a file is not well.
#[derive(Debug)]
enum Finding {
    Unwell(String),
    Unknown(String),
}

impl Sqlite {
    fn parse(config: &Value) -> Result<Sqlite, ConfigError> {
        let fields = Fields::read(config, &["path", "query", "expect"])?;
        let path = PathBuf::from(fields.required_text("path")?);
        let question = match (fields.text("query")?, expected(&fields)?) {
            (None, None) => None,
            (Some(query), Some(expect)) => Some(Question { query: query.to_owned(), expect }),
            (Some(_), None) => return Err(fields.wrong("expect", "is missing beside query")),
            (None, Some(_)) => return Err(fields.wrong("query", "is missing beside expect")),
        };
        Ok(Sqlite { path, question })
    }

    async fn look(&self) -> Result<(), Finding> {
        let abandoned = Abandoned::default();
        let (it, flag) = (self.clone(), Arc::clone(&abandoned.0));
        let look = aside(&self.path.to_string_lossy(), move || it.examine(&flag)).await;
        look.unwrap_or_else(|stuck| Err(Finding::Unknown(stuck.to_string())))
    }

    fn examine(&self, abandoned: &Arc<AtomicBool>) -> Result<(), Finding> {
        find(&self.path).map_err(|err| Finding::of_io(&err))?;
        let db = open(&self.path, abandoned)?;
        let complaints = integrity(&db)?;
        if complaints != ["ok"] {
            let first = complaints.first().map(String::as_str).unwrap_or_default();
            let more = match complaints.len() {
                0 | 1 => String::new(),
                count => format!(" (and {} more)", count - 1),
            };
            return Err(Finding::Unwell(format!("integrity check: {}{more}", excerpt(first))));
        }
        self.question.as_ref().map_or(Ok(()), |question| question.ask(&db))
    }
}

impl Question {
    fn ask(&self, db: &Connection) -> Result<(), Finding> {
        db.set_limit(Limit::SQLITE_LIMIT_LENGTH, VALUE_BYTES_MAX)?;
        let mut statement = db.prepare(&self.query)?;
        let mut rows = statement.query([])?;
        let Some(row) = rows.next()? else {
            return Err(Finding::Unwell("the query gave no row".to_owned()));
        };
        let answer = match row.get_ref(0)? {
            ValueRef::Null => "NULL".to_owned(),
            ValueRef::Integer(it) => it.to_string(),
            ValueRef::Real(it) => it.to_string(),
            ValueRef::Text(it) => String::from_utf8_lossy(it).trim().to_owned(),
            ValueRef::Blob(it) => format!("a blob of {} bytes", it.len()),
        };
        if answer == self.expect {
            return Ok(());
        }
        let (expect, answer) = (excerpt(&self.expect), excerpt(&answer));
        Err(Finding::Unwell(format!("the query gave {answer:?}, expected {expect:?}")))
    }
}

impl Probe for Sqlite {
    fn ask(&self) -> BoxFuture<'_, Answer> {
        Box::pin(async move {
            let started = Instant::now();
            let path = self.path.display();
            match self.look().await {
                Ok(()) => Answer::Well {
                    took: SignedDuration::try_from(started.elapsed())
                        .unwrap_or(SignedDuration::MAX),
                    measured: Measured::new(),
                },
                Err(Finding::Unwell(reason)) => Answer::Unwell {
                    reason: format!("{path}: {reason}"),
                    measured: Measured::new(),
                },
                Err(Finding::Unknown(reason)) => {
                    Answer::Unknown { reason: format!("{path}: {reason}") }
                }
            }
        })
    }
}

impl fmt::Debug for Sqlite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sqlite").finish_non_exhaustive()
    }
}

impl Finding {
    fn of_io(err: &io::Error) -> Finding {
        if err.kind() == io::ErrorKind::PermissionDenied {
            return Finding::Unknown("permission denied".to_owned());
        }
        if err.kind() == io::ErrorKind::NotFound {
            return Finding::Unwell("no such file".to_owned());
        }
        Finding::Unwell(excerpt(&err.to_string()))
    }
}

impl From<rusqlite::Error> for Finding {
    fn from(err: rusqlite::Error) -> Finding {
        let reason = excerpt(&err.to_string());
        match err.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                Finding::Unknown(format!("locked by another program: {reason}"))
            }
            // The file is there and sound enough to be found, so it is us who may not or cannot.
            Some(
                ErrorCode::PermissionDenied
                | ErrorCode::CannotOpen
                | ErrorCode::ReadOnly
                | ErrorCode::OutOfMemory
                | ErrorCode::OperationInterrupted
                | ErrorCode::FileLockingProtocolFailed
                | ErrorCode::NoLargeFileSupport,
            ) => Finding::Unknown(reason),
            Some(_) | None => Finding::Unwell(reason),
        }
    }
}

/// Set when nobody waits for the answer any more.
#[derive(Default)]
struct Abandoned(Arc<AtomicBool>);

impl Drop for Abandoned {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// `ok` or `0`: a number is compared as it is written.
fn expected(fields: &Fields<'_>) -> Result<Option<String>, ConfigError> {
    match fields.value("expect") {
        Some(Value::Number(number)) => Ok(Some(number.to_string())),
        _ => Ok(fields.text("expect")?.map(|it| it.trim().to_owned())),
    }
}

/// Sees that there is a file that may hold a database and that we may read.
///
/// It does not open the file: closing it again would take away the locks of every other connection of this process,
/// which is how databases are destroyed.
fn find(path: &Path) -> io::Result<()> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::other("is not a file"));
    }
    // SQLite takes an empty file for an empty database, and calls that sound.
    if metadata.len() == 0 {
        return Err(io::Error::other("the file is empty: no database was ever written to it"));
    }
    Ok(access(path, Access::READ_OK)?)
}

fn open(path: &Path, abandoned: &Arc<AtomicBool>) -> Result<Connection, Finding> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut db = Connection::open_with_flags(path, flags)?;
    let (flag, started) = (Arc::clone(abandoned), Instant::now());
    db.busy_handler(Some(move |_| {
        std::thread::sleep(LOCKED_PAUSE);
        !flag.load(Ordering::Relaxed) && started.elapsed() < LOCKED_TIME_MAX
    }))?;
    let flag = Arc::clone(abandoned);
    db.progress_handler(STEPS_BETWEEN_LOOKS, Some(move || flag.load(Ordering::Relaxed)))?;
    Ok(db)
}

fn without_headings(complaint: &str) -> String {
    let lines: Vec<&str> = complaint.lines().filter(|it| !it.starts_with("***")).collect();
    if lines.is_empty() { complaint.to_owned() } else { lines.join("\n") }
}

fn integrity(db: &Connection) -> Result<Vec<String>, Finding> {
    let mut statement = db.prepare(&format!("pragma integrity_check({COMPLAINTS_MAX})"))?;
    let mut rows = statement.query([])?;
    let mut complaints = Vec::new();
    while let Some(row) = rows.next()? {
        let complaint = match row.get_ref(0)? {
            // A heading such as `*** in database main ***` says nothing.
            ValueRef::Text(text) => excerpt(&without_headings(&String::from_utf8_lossy(text))),
            ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) | ValueRef::Blob(_) => {
                "an answer that is no text".to_owned()
            }
        };
        complaints.push(complaint);
    }
    Ok(complaints)
}
