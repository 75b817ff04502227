//! One at a time: the worker, or a verb that replaces the database.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context as _;

use crate::system::System;

/// How often a taken lock is tried again.
const TRY_EVERY: Duration = Duration::from_millis(20);

/// The right to write the history. The kernel gives it back when its holder dies, however it dies.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock; none when somebody still holds it after `within`.
    pub(crate) fn take(system: &System, within: Duration) -> anyhow::Result<Option<Lock>> {
        let path = system.lock();
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(&path);
        let file = file.with_context(|| format!("cannot open {}", path.display()))?;
        let end = Instant::now() + within;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Some(Lock { _file: file })),
                Err(TryLockError::WouldBlock) if Instant::now() < end => thread::sleep(TRY_EVERY),
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(error)) => {
                    return Err(error).with_context(|| format!("cannot lock {}", path.display()));
                }
            }
        }
    }

    /// Takes the lock for a verb that must have the history for itself.
    pub(crate) fn take_alone(system: &System) -> anyhow::Result<Lock> {
        // Somebody who only asks whether a worker lives holds it for a moment.
        Lock::take(system, Duration::from_secs(1))?
            .context("worker.lock is taken: a worker or another repair is running; stop it first")
    }

    /// Whether somebody holds the lock now.
    pub(crate) fn is_taken(system: &System) -> anyhow::Result<bool> {
        match File::open(system.lock()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            _ => Ok(Lock::take(system, Duration::ZERO)?.is_none()),
        }
    }
}
