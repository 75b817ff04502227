//! `backup` and `verify-backup`: a copy of everything that matters, with a manifest that proves it.
//!
//! **Invariant:** a backup appears under its name only when it is whole, verified and synced.
//! **Invariant:** backing up changes nothing, least of all a damaged history: its bytes are the evidence.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use rusqlite::backup::Progress;

use crate::database::{self, Access, Judgement};
use crate::durable::{self, Readers, sync_folder_of, with_suffix};
use crate::salvage;
use crate::system::System;

pub mod manifest;
pub mod newest;
pub mod rotate;

/// Files of the cache that are copied; a cache with more is no neighbour's cache.
const CACHE_FILES_MAX: usize = 1_000;

/// A finished backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    pub folder: PathBuf,
    pub label: String,
    pub form: Form,
    /// Rows of the history that are in it and can be read.
    pub rows: usize,
    /// Files that the manifest names.
    pub files: usize,
}

/// In which form the history was copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// By SQLite, at one moment, although the bot may be working.
    Consistent,
    /// Byte by byte, with its log, because it is damaged.
    Raw,
    /// There was none.
    Absent,
}

impl Form {
    /// The word that is printed.
    pub fn word(self) -> &'static str {
        match self {
            Form::Consistent => "consistent",
            Form::Raw => "raw",
            Form::Absent => "absent",
        }
    }
}

/// Copies the system to `folder`, which must not be there yet.
pub fn backup(system: &System, folder: &Path, label: Option<&str>) -> anyhow::Result<Backup> {
    ensure!(fs::symlink_metadata(folder).is_err(), "{} is there already", folder.display());
    let name = folder.file_name().context("the backup needs a folder with a name")?;
    let label = label.map_or_else(|| name.to_string_lossy().into_owned(), str::to_owned);
    ensure!(!label.contains(['\n', '\r']), "a label is one line");
    let partial = with_suffix(folder, ".partial");
    if partial.exists() {
        // Of a backup that was cut off: it never had its name.
        fs::remove_dir_all(&partial)?;
    }
    DirBuilder::new().recursive(true).mode(0o700).create(&partial)?;
    let (form, rows) = copy_history(system, &partial)?;
    copy_files(system, &partial)?;
    let files = manifest::write(&partial)?;
    manifest::verify(&partial)?;
    fs::rename(&partial, folder)?;
    sync_folder_of(folder)?;
    Ok(Backup { folder: folder.to_owned(), label, form, rows, files })
}

fn copy_history(system: &System, to: &Path) -> anyhow::Result<(Form, usize)> {
    let from = system.database();
    match database::judge(&from, Access::Live) {
        Judgement::Intact => {
            let copy = to.join("history.db");
            copy_by_sqlite(&from, &copy)
                .with_context(|| format!("cannot back up {}", from.display()))?;
            Ok((Form::Consistent, database::rows(&copy, Access::Frozen)?.len()))
        }
        Judgement::Broken { .. } => {
            for suffix in ["", "-wal", "-shm"] {
                copy_if_there(&with_suffix(&from, suffix), to, Readers::Everybody)?;
            }
            Ok((Form::Raw, salvage::salvage(&to.join("history.db"))?.rows.len()))
        }
        Judgement::Missing => Ok((Form::Absent, 0)),
    }
}

fn copy_by_sqlite(from: &Path, to: &Path) -> rusqlite::Result<()> {
    database::open(from)?.backup("main", to, None::<fn(Progress)>)?;
    let copy = database::open(to)?;
    // One file, to which reading adds none.
    copy.pragma_update(None, "journal_mode", "delete")?;
    copy.close().map_err(|(_, error)| error)
}

fn copy_files(system: &System, to: &Path) -> anyhow::Result<()> {
    copy_if_there(&system.members(), to, Readers::Everybody)?;
    copy_if_there(&system.cookies(), to, Readers::OwnerOnly)?;
    let cache = system.cache();
    if !cache.is_dir() {
        return Ok(());
    }
    let to = to.join("cache");
    fs::create_dir_all(&to)?;
    for (index, entry) in fs::read_dir(&cache)?.enumerate() {
        ensure!(index < CACHE_FILES_MAX, "the cache has more than {CACHE_FILES_MAX} files");
        copy_if_there(&entry?.path(), &to, Readers::Everybody)?;
    }
    Ok(())
}

/// Copies a file into a folder. Links, folders and sockets are no part of the system and are left.
fn copy_if_there(from: &Path, to: &Path, readers: Readers) -> anyhow::Result<()> {
    let there = fs::symlink_metadata(from).is_ok_and(|it| it.is_file());
    let Some(name) = from.file_name().filter(|_| there) else { return Ok(()) };
    copy(from, &to.join(name), readers).with_context(|| format!("cannot copy {}", from.display()))
}

fn copy(from: &Path, to: &Path, readers: Readers) -> io::Result<()> {
    let mut source = File::open(from)?;
    let mut copy = OpenOptions::new().write(true).create_new(true).mode(readers.mode()).open(to)?;
    io::copy(&mut source, &mut copy)?;
    copy.sync_all()
}

/// Makes what a folder lists last.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    durable::sync_folder_of(&folder.join("."))
}

#[cfg(test)]
mod tests;
