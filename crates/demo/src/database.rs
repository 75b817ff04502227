//! The history as SQLite sees it: made, judged, read.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use rusqlite::{Connection, OpenFlags, Transaction, params};

use crate::durable::{remove_if_there, sync_folder_of, with_suffix};
use crate::file::PAGE_SIZE;
use crate::row::{Row, Status};

/// How long a connection waits for another's lock; a checkpoint of the whole file takes less.
const BUSY: Duration = Duration::from_secs(5);
/// Complaints that one judgement quotes.
const COMPLAINTS_MAX: usize = 3;

const SCHEMA: &str = "
create table history (
    id integer primary key,
    member text not null,
    notice text not null,
    delivered_at integer not null,
    checksum text not null,
    status text not null check (status in ('delivered', 'bounced', 'failed'))
);
create index history_by_member on history (member, delivered_at);
create index history_by_status on history (status, delivered_at);
";

/// The columns of a [`Row`], in the order in which they are read.
pub(crate) const COLUMNS: &str = "id, member, notice, delivered_at, status, checksum";

/// What SQLite says of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Judgement {
    /// `integrity_check` is `ok` and the history is in it.
    Intact,
    Broken {
        reason: String,
    },
    Missing,
}

/// How a file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Others may be writing.
    Live,
    /// Nobody writes, and nothing may appear beside the file: a backup.
    Frozen,
}

/// Opens the database of a running system for reading and writing.
pub(crate) fn open(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(BUSY)?;
    // A delivery is in the ledger only after it would survive a power cut here.
    db.pragma_update(None, "synchronous", "full")?;
    Ok(db)
}

fn open_for_reading(path: &Path, access: Access) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = match access {
        Access::Live => Connection::open_with_flags(path, flags)?,
        Access::Frozen => Connection::open_with_flags(
            format!("file:{}?immutable=1", escaped(path)),
            flags | OpenFlags::SQLITE_OPEN_URI,
        )?,
    };
    db.busy_timeout(BUSY)?;
    Ok(db)
}

/// A path as it may stand in a URI.
fn escaped(path: &Path) -> String {
    path.as_os_str().as_bytes().iter().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(byte) {
            text.push(char::from(*byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
        text
    })
}

/// Asks SQLite whether the file is intact. That it is not is an answer.
pub(crate) fn judge(path: &Path, access: Access) -> Judgement {
    if !path.exists() {
        return Judgement::Missing;
    }
    match open_for_reading(path, access).and_then(|db| complaints(&db)) {
        Ok(complaints) if complaints.is_empty() => Judgement::Intact,
        Ok(complaints) => Judgement::Broken { reason: complaints.join("; ") },
        Err(error) => Judgement::Broken { reason: error.to_string() },
    }
}

fn complaints(db: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = db.prepare(&format!("pragma integrity_check({COMPLAINTS_MAX})"))?;
    let mut complaints: Vec<String> =
        statement.query_map([], |it| it.get(0))?.collect::<Result<_, _>>()?;
    complaints.retain(|it| it != "ok");
    let tables = "select count(*) from sqlite_schema where type = 'table' and name = 'history'";
    // An empty file is a sound database to SQLite, and no history to us.
    if db.query_row(tables, [], |it| it.get::<_, i64>(0))? == 0 {
        complaints.push("there is no table history".to_owned());
    }
    Ok(complaints)
}

/// Every row, by id.
pub(crate) fn rows(path: &Path, access: Access) -> anyhow::Result<BTreeMap<i64, Row>> {
    let read = || -> rusqlite::Result<BTreeMap<i64, Row>> {
        let db = open_for_reading(path, access)?;
        let mut statement = db.prepare(&format!("select {COLUMNS} from history"))?;
        statement.query_map([], row)?.map(|it| it.map(|row| (row.id, row))).collect()
    };
    read().with_context(|| format!("cannot read the rows of {}", path.display()))
}

/// The time of the newest delivery.
pub(crate) fn newest_ms(path: &Path) -> rusqlite::Result<Option<i64>> {
    open_for_reading(path, Access::Live)?.query_row(
        "select max(delivered_at) from history where id = (select max(id) from history)",
        [],
        |it| it.get(0),
    )
}

/// Reads a row of [`COLUMNS`].
pub(crate) fn row(it: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    let word: String = it.get(4)?;
    let status = Status::of(&word).ok_or_else(|| {
        rusqlite::Error::InvalidColumnType(4, word.clone(), rusqlite::types::Type::Text)
    })?;
    Ok(Row {
        id: it.get(0)?,
        member: it.get(1)?,
        notice: it.get(2)?,
        delivered_at_ms: it.get(3)?,
        status,
        checksum: it.get(5)?,
    })
}

/// Adds `row`; it must be new.
pub(crate) fn insert(tx: &Transaction<'_>, row: &Row) -> rusqlite::Result<()> {
    let sql = format!("insert into history ({COLUMNS}) values (?1, ?2, ?3, ?4, ?5, ?6)");
    tx.prepare_cached(&sql)?.execute(params![
        row.id,
        row.member,
        row.notice,
        row.delivered_at_ms,
        row.status.word(),
        row.checksum
    ])?;
    Ok(())
}

/// Makes a database of `rows` at `path`: whole, judged intact, one file, and there after a power cut.
pub(crate) fn create<'a>(path: &Path, rows: impl Iterator<Item = &'a Row>) -> anyhow::Result<()> {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        remove_if_there(&with_suffix(path, suffix))?;
    }
    fill(path, rows).with_context(|| format!("cannot write {}", path.display()))?;
    match judge(path, Access::Frozen) {
        Judgement::Intact => (),
        Judgement::Broken { reason } => bail!("{} came out broken: {reason}", path.display()),
        Judgement::Missing => bail!("{} is gone as soon as written", path.display()),
    }
    File::open(path)?.sync_all()?;
    Ok(sync_folder_of(path)?)
}

fn fill<'a>(path: &Path, rows: impl Iterator<Item = &'a Row>) -> anyhow::Result<()> {
    let mut db = Connection::open(path)?;
    db.pragma_update(None, "page_size", i64::try_from(PAGE_SIZE)?)?;
    // Nobody sees the file before it is whole, and it is synced once, at the end.
    db.pragma_update(None, "synchronous", "off")?;
    let tx = db.transaction()?;
    tx.execute_batch(SCHEMA)?;
    for row in rows {
        insert(&tx, row)?;
    }
    tx.commit()?;
    db.pragma_update(None, "journal_mode", "wal")?;
    db.close().map_err(|(_, error)| error)?;
    for suffix in ["-wal", "-shm", "-journal"] {
        let rest = with_suffix(path, suffix);
        ensure!(!rest.exists(), "{} is left over", rest.display());
    }
    Ok(())
}

/// Whether an error says that the file is damaged, rather than busy or out of reach.
pub(crate) fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase)
    )
}
