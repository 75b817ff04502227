//! `rotate`: the hourly backup, and the name under which the newest is found.
//!
//! **Invariant:** a damaged history never becomes the newest backup.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use jiff::Timestamp;

use crate::backup::{Backup, backup};
use crate::clock::stamp;
use crate::database::{self, Access, Judgement};
use crate::durable::{remove_if_there, sync_folder_of};
use crate::system::System;

/// What the names of hourly backups begin with.
const PREFIX: &str = "auto_";
/// A day of hours.
pub const KEPT_MAX: usize = 24;

/// Makes `backup/auto_<time>`, points `backup/latest` at it, and removes what is older than the last
/// [`KEPT_MAX`]. Refuses when the history is not intact.
pub fn rotate(system: &System, now: Timestamp) -> anyhow::Result<Backup> {
    match database::judge(&system.database(), Access::Live) {
        Judgement::Intact => (),
        Judgement::Broken { reason } => {
            bail!("history.db is not intact, so the newest backup stays what it is: {reason}")
        }
        Judgement::Missing => bail!("there is no history.db, so the newest backup stays"),
    }
    let name = format!("{PREFIX}{}", stamp(now));
    let made = backup(system, &system.backups().join(&name), None)?;
    let latest = system.backups().join("latest");
    let beside = system.backups().join("latest.new");
    remove_if_there(&beside)?;
    symlink(&name, &beside)?;
    fs::rename(&beside, &latest).with_context(|| format!("cannot replace {}", latest.display()))?;
    sync_folder_of(&latest)?;
    for old in list(&system.backups())?.into_iter().skip(KEPT_MAX) {
        fs::remove_dir_all(&old).with_context(|| format!("cannot remove {}", old.display()))?;
    }
    Ok(made)
}

/// The hourly backups, newest first: their names sort as their times do.
pub(crate) fn list(backups: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if !backups.is_dir() {
        return Ok(Vec::new());
    }
    let mut folders = Vec::new();
    for entry in fs::read_dir(backups)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let whole = name.starts_with(PREFIX) && !name.ends_with(".partial");
        if whole && entry.file_type()?.is_dir() {
            folders.push(entry.path());
        }
    }
    folders.sort_unstable_by(|left, right| right.cmp(left));
    Ok(folders)
}
