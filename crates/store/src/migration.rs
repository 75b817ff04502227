//! The shape of the database, and how it came to be: a list that only grows.
//!
//! **Invariant:** a migration adds; a column is dropped one release after its last reader.
//! **Invariant:** a database from a newer version is left untouched.

use jiff::Timestamp;

use crate::session::{Session, Value};
use crate::{StoreError, moment};

/// A step from one shape to the next. The text is the same for every engine.
struct Migration {
    version: i64,
    sql: &'static str,
}

/// Every migration, oldest first.
const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, sql: include_str!("migrations/0001_beginning.sql") },
    Migration { version: 2, sql: include_str!("migrations/0002_subject.sql") },
];

/// What became of bringing the database up to date.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Migrated {
    /// It has the shape that this program knows.
    Current,
    /// A newer program made it.
    Newer { found: i64 },
}

/// The shape that this program knows.
pub(crate) fn known() -> i64 {
    MIGRATIONS.last().map_or(0, |it| it.version)
}

/// Brings the database up to date, each step in a transaction of its own.
pub(crate) fn migrate(session: &Session, now: Timestamp) -> Result<Migrated, StoreError> {
    apply(session, MIGRATIONS, now)
}

fn apply(
    session: &Session,
    migrations: &[Migration],
    now: Timestamp,
) -> Result<Migrated, StoreError> {
    session.batch(
        "create table if not exists schema (version bigint primary key, applied_at_ms bigint not null)",
    )?;
    let found = session
        .query_one("select coalesce(max(version), 0) from schema", &[], |it| it.int(0))?
        .unwrap_or(0);
    if found > migrations.last().map_or(0, |it| it.version) {
        return Ok(Migrated::Newer { found });
    }
    for migration in migrations.iter().filter(|it| it.version > found) {
        step(session, migration, now).inspect_err(|_| session.rollback())?;
        tracing::info!("the database now has shape {}", migration.version);
    }
    Ok(Migrated::Current)
}

fn step(session: &Session, migration: &Migration, now: Timestamp) -> Result<(), StoreError> {
    session.begin()?;
    session.batch(migration.sql)?;
    session.execute(
        "insert into schema (version, applied_at_ms) values (?1, ?2)",
        &[Value::Int(migration.version), Value::Int(moment::past_ms(now))],
    )?;
    session.commit()
}

#[cfg(test)]
mod tests;
