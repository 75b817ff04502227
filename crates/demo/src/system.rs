//! Where the patient keeps its things.

use std::path::{Path, PathBuf};

/// The directory of one bulletin bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct System {
    directory: PathBuf,
}

impl System {
    /// The system in `directory`, whether it was begun or not.
    pub fn at(directory: impl Into<PathBuf>) -> System {
        System { directory: directory.into() }
    }

    /// The directory itself.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Every delivery that was ever made.
    pub fn database(&self) -> PathBuf {
        self.directory.join("history.db")
    }

    /// The independent witness: what was delivered, outside of the database.
    pub fn ledger(&self) -> PathBuf {
        self.directory.join("ledger.jsonl")
    }

    /// Who gets notices.
    pub fn members(&self) -> PathBuf {
        self.directory.join("members.json")
    }

    /// The bot's credential, and a fake one.
    pub fn cookies(&self) -> PathBuf {
        self.directory.join("cookies.json")
    }

    /// What the bot says about itself.
    pub fn log(&self) -> PathBuf {
        self.directory.join("bot.log")
    }

    /// What could be fetched again.
    pub fn cache(&self) -> PathBuf {
        self.directory.join("cache")
    }

    /// Where `rotate` writes and `restore` reads.
    pub fn backups(&self) -> PathBuf {
        self.directory.join("backup")
    }

    pub(crate) fn pid(&self) -> PathBuf {
        self.directory.join("worker.pid")
    }

    pub(crate) fn lock(&self) -> PathBuf {
        self.directory.join("worker.lock")
    }

    /// A worker that sees this file finishes its round and ends.
    pub(crate) fn stop(&self) -> PathBuf {
        self.directory.join("stop")
    }
}
