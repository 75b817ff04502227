//! Plans: the files that a team wrote, each stored once under its hash, and which plan ruled from when on.
//!
//! **Invariant:** a stored plan never changes. An incident finds the plan that it began with, byte for byte.

use std::fmt::Write;

use jiff::Timestamp;
use matoi_core::id::PlanHash;
use sha2::{Digest, Sha256};

use crate::session::{Session, Value};
use crate::{LIST_MAX, Store, StoreError, moment};

/// One file; ten times the largest file of a plan.
pub const BLOB_BYTES_MAX: usize = 16 << 20;

/// A plan as it was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPlan {
    pub hash: PlanHash,
    pub name: String,
    pub files: Vec<PlanFile>,
}

/// A file of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanFile {
    /// Relative to the plan's directory.
    pub path: String,
    pub bytes: Vec<u8>,
}

const PUT_BLOB: &str = "insert into blob (hash, bytes, stored_at_ms) values (?1, ?2, ?3) \
                        on conflict (hash) do nothing";
const LOAD_BLOB: &str = "select bytes from blob where hash = ?1";
const PUT_PLAN: &str = "insert into plan (hash, name, stored_at_ms) values (?1, ?2, ?3) \
                        on conflict (hash) do nothing";
const PUT_FILE: &str = "insert into plan_file (plan, path, blob) values (?1, ?2, ?3)";
const LOADS: &str = "select plan, at_ms from plan_load order by number desc limit ?1";
const LATEST: &str = "select plan from plan_load order by number desc limit 1";
const PUT_LOAD: &str = "insert into plan_load (number, plan, at_ms) \
                        select coalesce(max(number), 0) + 1, ?1, ?2 from plan_load";
const LOAD_PLAN: &str = "select name from plan where hash = ?1";
pub(crate) const LOAD_FILES: &str = "select plan_file.path, plan_file.blob, blob.bytes \
     from plan_file join blob on blob.hash = plan_file.blob \
     where plan_file.plan = ?1 order by plan_file.path";

impl Store {
    /// Stores bytes under their SHA-256 and answers it, 64 hexadecimal digits. Known bytes are not stored again.
    pub async fn put_blob(&self, bytes: Vec<u8>, now: Timestamp) -> Result<String, StoreError> {
        if bytes.len() > BLOB_BYTES_MAX {
            let what = format!("a file of {} bytes", bytes.len());
            return Err(StoreError::TooLarge { what, bytes_max: BLOB_BYTES_MAX });
        }
        let hash = sha256(&bytes);
        let at = moment::past_ms(now);
        let put = move |session: &Session| {
            session.execute(PUT_BLOB, &[(&hash).into(), Value::Bytes(&bytes), at.into()])?;
            Ok(hash)
        };
        self.inner.writer.ask(put).await
    }

    /// Loads bytes by their hash.
    pub async fn load_blob(&self, hash: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let hash = hash.to_owned();
        let read = move |session: &Session| {
            let found = session.query_one(LOAD_BLOB, &[(&hash).into()], |it| it.bytes(0))?;
            found.map(|bytes| intact(&hash, bytes)).transpose()
        };
        self.inner.readers.read(read).await
    }

    /// Stores a plan and makes it the latest. `files` are paths and hashes of stored bytes; an unknown hash is
    /// [`StoreError::Missing`].
    ///
    /// A plan that is known keeps its files; a plan that is already the latest changes nothing.
    pub async fn put_plan(
        &self,
        hash: &PlanHash,
        name: &str,
        files: Vec<(String, String)>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (hash, name) = (hash.clone(), name.to_owned());
        self.inner.writer.ask(move |session| put_plan(session, &hash, &name, &files, now)).await
    }

    /// Loads a plan with the bytes of its files, sorted by path.
    pub async fn load_plan(&self, hash: &PlanHash) -> Result<Option<StoredPlan>, StoreError> {
        let hash = hash.clone();
        self.inner.readers.read(move |session| load_plan(session, hash)).await
    }

    /// Which plans ruled from when on, the latest first.
    pub async fn plan_loads(&self, limit: u32) -> Result<Vec<(PlanHash, Timestamp)>, StoreError> {
        let values = [limit.min(LIST_MAX).into()];
        let read = move |session: &Session| {
            session.query(LOADS, &values, |it| Ok((PlanHash(it.text(0)?), it.timestamp(1)?)))
        };
        self.inner.readers.read(read).await
    }

    /// The plan that was put last.
    pub async fn latest_plan(&self) -> Result<Option<PlanHash>, StoreError> {
        self.inner.readers.read(latest).await
    }
}

fn put_plan(
    session: &Session,
    hash: &PlanHash,
    name: &str,
    files: &[(String, String)],
    now: Timestamp,
) -> Result<(), StoreError> {
    let at = moment::past_ms(now);
    if session.execute(PUT_PLAN, &[(&hash.0).into(), name.into(), at.into()])? == 1 {
        for (path, blob) in files {
            session.execute(PUT_FILE, &[(&hash.0).into(), path.into(), blob.into()])?;
        }
    }
    if latest(session)?.as_ref() != Some(hash) {
        session.execute(PUT_LOAD, &[(&hash.0).into(), at.into()])?;
    }
    Ok(())
}

fn latest(session: &Session) -> Result<Option<PlanHash>, StoreError> {
    session.query_one(LATEST, &[], |it| it.text(0).map(PlanHash))
}

fn load_plan(session: &Session, hash: PlanHash) -> Result<Option<StoredPlan>, StoreError> {
    let Some(name) = session.query_one(LOAD_PLAN, &[(&hash.0).into()], |it| it.text(0))? else {
        return Ok(None);
    };
    let files = session.query(LOAD_FILES, &[(&hash.0).into()], |it| {
        Ok(PlanFile { path: it.text(0)?, bytes: intact(&it.text(1)?, it.bytes(2)?)? })
    })?;
    Ok(Some(StoredPlan { hash, name, files }))
}

/// Bytes that still have their hash. A disk that changes a runbook must not have it performed.
fn intact(hash: &str, bytes: Vec<u8>) -> Result<Vec<u8>, StoreError> {
    if sha256(&bytes) == hash {
        return Ok(bytes);
    }
    Err(StoreError::corrupt(format!("the file with the hash {hash} has changed")))
}

fn sha256(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // Writing into a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
