//! A connection to the engine, and the only file that speaks to the driver in the middle of work.
//!
//! Statements are one text for every engine: parameters are numbered (`?1`), columns are `text`, `bigint` and
//! `double precision`, and `bytea` for bytes that are known by their hash.
//!
//! **Invariant:** a driver's error leaves as a [`StoreError`], so nobody above decides on an engine's codes.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::types::{ToSqlOutput, Value as Owned, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, ToSql, ffi};

use crate::{StoreError, moment};

/// Longer than any statement of ours; another program that holds the file longer is an answer, not a wait.
const BUSY_MAX: Duration = Duration::from_secs(2);
/// All statements of this crate, with room.
const STATEMENTS_CACHED: usize = 64;

/// A connection.
#[derive(Debug)]
pub(crate) struct Session {
    connection: Connection,
}

/// A parameter.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'a> {
    Null,
    Int(i64),
    Text(&'a str),
    Bytes(&'a [u8]),
}

/// A row of an answer, columns counted from 0.
pub(crate) struct Record<'a>(&'a rusqlite::Row<'a>);

impl Session {
    /// Opens the file for the one writer. The file exists; SQLite would create it readable for everybody.
    pub(crate) fn open_writing(path: &Path) -> Result<Session, StoreError> {
        Session::open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
    }

    /// Keeps a log of what is written, and waits for the disk at each commit.
    ///
    /// `fullfsync` matters where fsync alone does not reach the disk itself. A full log is folded into the file at
    /// 4 MiB, and one that grew under a long reader is cut to 16 MiB afterwards.
    pub(crate) fn keep_log(&self) -> Result<(), StoreError> {
        let mode = self.query_one("pragma journal_mode = wal", &[], |it| it.text(0))?;
        if mode.as_deref() != Some("wal") {
            return Err(StoreError::unavailable(
                "the file system cannot share memory between connections; use a local disk",
            ));
        }
        self.batch(
            "pragma synchronous = full;
             pragma fullfsync = on;
             pragma checkpoint_fullfsync = on;
             pragma wal_autocheckpoint = 1000;
             pragma journal_size_limit = 16777216;
             pragma foreign_keys = on;
             pragma temp_store = memory;",
        )
    }

    /// Opens the file for reading only.
    pub(crate) fn open_reading(path: &Path) -> Result<Session, StoreError> {
        Session::open(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
    }

    fn open(path: &Path, access: OpenFlags) -> Result<Session, StoreError> {
        let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(classify)?;
        connection.busy_timeout(BUSY_MAX).map_err(classify)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_CACHED);
        Ok(Session { connection })
    }

    /// Whether the engine could open the file for reading only, although writing was asked for.
    pub(crate) fn is_read_only(&self) -> bool {
        self.connection.is_readonly(rusqlite::MAIN_DB).unwrap_or(true)
    }

    /// The driver's connection, for what only the engine can do.
    pub(crate) fn connection(&mut self) -> &mut Connection {
        &mut self.connection
    }

    /// Performs one statement and answers how many rows it changed.
    pub(crate) fn execute(&self, sql: &str, values: &[Value<'_>]) -> Result<usize, StoreError> {
        let mut statement = self.connection.prepare_cached(sql).map_err(classify)?;
        statement.execute(rusqlite::params_from_iter(values)).map_err(classify)
    }

    /// Performs statements without parameters, and ignores what they answer.
    pub(crate) fn batch(&self, sql: &str) -> Result<(), StoreError> {
        self.connection.execute_batch(sql).map_err(classify)
    }

    /// Reads every row of an answer.
    pub(crate) fn query<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        mut read: impl FnMut(&Record<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql).map_err(classify)?;
        let mut rows = statement.query(rusqlite::params_from_iter(values)).map_err(classify)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(classify)? {
            found.push(read(&Record(row))?);
        }
        Ok(found)
    }

    /// Reads the first row of an answer.
    pub(crate) fn query_one<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        read: impl FnMut(&Record<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        self.query(sql, values, read).map(|found| found.into_iter().next())
    }

    /// Begins a transaction that writes. It takes the write lock at once: asking for it later can fail for good.
    pub(crate) fn begin(&self) -> Result<(), StoreError> {
        self.execute("begin immediate", &[]).map(drop)
    }

    /// Makes the transaction durable.
    pub(crate) fn commit(&self) -> Result<(), StoreError> {
        self.execute("commit", &[]).map(drop)
    }

    /// Takes the transaction back, if the engine has not done so already.
    pub(crate) fn rollback(&self) {
        if self.connection.is_autocommit() {
            return;
        }
        if let Err(err) = self.batch("rollback") {
            tracing::error!("the database refuses to roll back: {err:?}");
        }
    }
}

impl Record<'_> {
    pub(crate) fn text(&self, column: usize) -> Result<String, StoreError> {
        self.0.get(column).map_err(classify)
    }

    pub(crate) fn maybe_text(&self, column: usize) -> Result<Option<String>, StoreError> {
        self.0.get(column).map_err(classify)
    }

    pub(crate) fn int(&self, column: usize) -> Result<i64, StoreError> {
        self.0.get(column).map_err(classify)
    }

    pub(crate) fn bytes(&self, column: usize) -> Result<Vec<u8>, StoreError> {
        self.0.get(column).map_err(classify)
    }

    /// A number that is never below nothing: a version, a count, an ordinal.
    pub(crate) fn count<T: TryFrom<i64>>(&self, column: usize) -> Result<T, StoreError> {
        let number = self.int(column)?;
        T::try_from(number)
            .map_err(|_| StoreError::corrupt(format!("{number} where a count belongs")))
    }

    pub(crate) fn timestamp(&self, column: usize) -> Result<Timestamp, StoreError> {
        moment::timestamp(self.int(column)?)
    }

    pub(crate) fn maybe_timestamp(&self, column: usize) -> Result<Option<Timestamp>, StoreError> {
        let ms: Option<i64> = self.0.get(column).map_err(classify)?;
        ms.map(moment::timestamp).transpose()
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match *self {
            Value::Null => ToSqlOutput::Owned(Owned::Null),
            Value::Int(number) => ToSqlOutput::Owned(Owned::Integer(number)),
            Value::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Value::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
        })
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Value<'a> {
        Value::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Value<'a> {
        Value::Text(text)
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Value::Int(number)
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Value::Int(number.into())
    }
}

impl From<u64> for Value<'_> {
    /// A version or generation beyond the column's range has never been stored, and so equals none that was.
    fn from(number: u64) -> Self {
        Value::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(it: Option<T>) -> Value<'a> {
        it.map_or(Value::Null, Into::into)
    }
}

/// What an error of the driver means to a caller.
pub(crate) fn classify(err: rusqlite::Error) -> StoreError {
    let rusqlite::Error::SqliteFailure(failure, message) = &err else {
        return StoreError::corrupt(err.to_string());
    };
    let said = message.clone().unwrap_or_else(|| failure.to_string());
    let code = failure.extended_code;
    match code {
        ffi::SQLITE_CONSTRAINT_PRIMARYKEY
        | ffi::SQLITE_CONSTRAINT_UNIQUE
        | ffi::SQLITE_CONSTRAINT_ROWID => return StoreError::Conflict,
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => return StoreError::Missing,
        _ => (),
    }
    match plight(failure.code) {
        Some(plight) => StoreError::unavailable(format!("{plight}: {said} (SQLite code {code})")),
        None => StoreError::corrupt(format!("{said} (SQLite code {code})")),
    }
}

/// What is wrong around the database, for the codes that are not about what is in it.
fn plight(code: ErrorCode) -> Option<&'static str> {
    const PLIGHTS: &[(ErrorCode, &str)] = &[
        (ErrorCode::DiskFull, "the disk is full"),
        (ErrorCode::SystemIoFailure, "the disk failed"),
        (ErrorCode::ReadOnly, "the database cannot be written"),
        (ErrorCode::DatabaseBusy, "another program holds the database"),
        (ErrorCode::DatabaseLocked, "another program holds the database"),
        (ErrorCode::CannotOpen, "the database cannot be opened"),
        (ErrorCode::PermissionDenied, "the database may not be opened"),
        (ErrorCode::OutOfMemory, "there is no memory left"),
        (ErrorCode::FileLockingProtocolFailed, "the file system does not lock files"),
        (ErrorCode::OperationAborted, "the statement was cut off"),
        (ErrorCode::OperationInterrupted, "the statement was cut off"),
    ];
    PLIGHTS.iter().find(|(known, _)| *known == code).map(|(_, plight)| *plight)
}
