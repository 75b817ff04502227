//! Settings: what changes while the program runs and is no workflow, such as switches, overrides and silences.
//!
//! **Invariant:** whatever was set can be asked for its author, its time, and what was there before.

use jiff::Timestamp;

use crate::session::{Record, Session, Value};
use crate::{LIST_MAX, Store, StoreError, moment};

/// What a setting may hold; a hundred times the largest.
pub const SETTING_BYTES_MAX: usize = 1 << 20;

/// A setting as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    pub key: String,
    /// JSON; `null` is what removing leaves behind.
    pub value: String,
    pub version: u64,
    pub changed_by: String,
    pub changed_at: Timestamp,
}

/// A value to set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSetting {
    /// `switch/all`, `override/primary`: lists go by the beginning.
    pub key: String,
    /// JSON.
    pub value: String,
    /// The new one; 1 creates the setting.
    pub version: u64,
    pub changed_by: String,
}

/// Who changed what into what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Counted from 1 over all settings.
    pub number: u64,
    pub key: String,
    pub version: u64,
    /// Absent for the first value.
    pub before: Option<String>,
    pub after: String,
    pub changed_by: String,
    pub changed_at: Timestamp,
}

const COLUMNS: &str = "key, value, version, changed_by, changed_at_ms";
/// Comes first, while the old value is still there. Its unique version makes the slower of two a conflict.
const ADD_CHANGE: &str = "insert into change (number, key, version, before, after, changed_by, \
     changed_at_ms) select coalesce(max(number), 0) + 1, ?1, ?3, \
     (select value from setting where key = ?1), ?2, ?4, ?5 from change";
const CREATE: &str = "insert into setting (key, value, version, changed_by, changed_at_ms) \
                      values (?1, ?2, ?3, ?4, ?5)";
const UPDATE: &str = "update setting set value = ?2, version = ?3, changed_by = ?4, \
                      changed_at_ms = ?5 where key = ?1 and version = ?3 - 1";
const EXISTS: &str = "select 1 from setting where key = ?1";
pub(crate) const LIST_CHANGES: &str = "select number, key, version, before, after, changed_by, \
     changed_at_ms from change where number < ?1 order by number desc limit ?2";

impl Store {
    /// Sets a value, if nobody was faster, and keeps what was there before.
    pub async fn put_setting(&self, it: NewSetting, now: Timestamp) -> Result<(), StoreError> {
        if it.value.len() > SETTING_BYTES_MAX {
            let what = format!("the value of {}", it.key);
            return Err(StoreError::TooLarge { what, bytes_max: SETTING_BYTES_MAX });
        }
        self.inner.writer.ask(move |session| put(session, &it, now)).await
    }

    /// Loads one setting.
    pub async fn load_setting(&self, key: &str) -> Result<Option<Setting>, StoreError> {
        let key = key.to_owned();
        let read = move |session: &Session| {
            let sql = format!("select {COLUMNS} from setting where key = ?1");
            session.query_one(&sql, &[(&key).into()], setting)
        };
        self.inner.readers.read(read).await
    }

    /// Lists settings whose key begins with `prefix`, sorted by key, after the key `after` (empty: from the first).
    ///
    /// At most [`LIST_MAX`] are answered; more are had by asking after the last.
    pub async fn list_settings(
        &self,
        prefix: &str,
        after: &str,
    ) -> Result<Vec<Setting>, StoreError> {
        let (prefix, after) = (prefix.to_owned(), after.to_owned());
        let read = move |session: &Session| {
            // No key has this character, the last one that there is.
            let end = format!("{prefix}\u{10FFFF}");
            let values = [(&prefix).into(), (&end).into(), (&after).into(), LIST_MAX.into()];
            session.query(&list_sql(), &values, setting)
        };
        self.inner.readers.read(read).await
    }

    /// Lists changes of settings, newest first, before the change of that number.
    pub async fn list_changes(
        &self,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Change>, StoreError> {
        let values = [before.unwrap_or(u64::MAX).into(), limit.min(LIST_MAX).into()];
        let read = move |session: &Session| session.query(LIST_CHANGES, &values, change);
        self.inner.readers.read(read).await
    }
}

pub(crate) fn list_sql() -> String {
    format!(
        "select {COLUMNS} from setting where key >= ?1 and key < ?2 and key > ?3 \
         order by key limit ?4"
    )
}

fn put(session: &Session, it: &NewSetting, now: Timestamp) -> Result<(), StoreError> {
    let values = [
        Value::from(&it.key),
        (&it.value).into(),
        it.version.into(),
        (&it.changed_by).into(),
        moment::past_ms(now).into(),
    ];
    session.execute(ADD_CHANGE, &values)?;
    if it.version == 1 {
        return session.execute(CREATE, &values).map(drop);
    }
    if session.execute(UPDATE, &values)? == 1 {
        return Ok(());
    }
    let known = session.query_one(EXISTS, &[(&it.key).into()], |_| Ok(()))?;
    Err(known.map_or(StoreError::Missing, |()| StoreError::Conflict))
}

fn setting(record: &Record<'_>) -> Result<Setting, StoreError> {
    Ok(Setting {
        key: record.text(0)?,
        value: record.text(1)?,
        version: record.count(2)?,
        changed_by: record.text(3)?,
        changed_at: record.timestamp(4)?,
    })
}

fn change(record: &Record<'_>) -> Result<Change, StoreError> {
    Ok(Change {
        number: record.count(0)?,
        key: record.text(1)?,
        version: record.count(2)?,
        before: record.maybe_text(3)?,
        after: record.text(4)?,
        changed_by: record.text(5)?,
        changed_at: record.timestamp(6)?,
    })
}
