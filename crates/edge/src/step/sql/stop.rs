//! When a script has to stop: its time is up, or a person cancelled it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use rusqlite::Connection;

use crate::step::attempt::Attempt;

/// Virtual machine instructions between two looks: far below a millisecond.
const LOOK_EVERY: i32 = 10_000;
/// How often the folder is asked whether it was cancelled.
const ASK_EVERY: Duration = Duration::from_millis(50);
/// How long a lock is waited for before it is tried again.
const LOCK_TRIED_EVERY: Duration = Duration::from_millis(5);

/// Why it has to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    TimeUp,
    Cancelled,
}

/// Tells whether to stop.
#[derive(Clone)]
pub(super) struct Stop {
    deadline: Instant,
    attempt: Attempt,
    /// What is being settled must not be stopped: a rollback, a commit.
    settling: Arc<AtomicBool>,
}

impl Stop {
    pub(super) fn after(timeout: SignedDuration, attempt: Attempt) -> Stop {
        let timeout = Duration::try_from(timeout).unwrap_or_default();
        let now = Instant::now();
        let deadline = now.checked_add(timeout).unwrap_or(now);
        Stop { deadline, attempt, settling: Arc::default() }
    }

    pub(super) fn cause(&self) -> Option<Cause> {
        if self.attempt.is_cancelled() {
            return Some(Cause::Cancelled);
        }
        (Instant::now() >= self.deadline).then_some(Cause::TimeUp)
    }

    /// From here on statements run to their end. Locks are still waited for only as long as there is time.
    pub(super) fn settle(&self) {
        self.settling.store(true, Ordering::Relaxed);
    }

    /// Makes `connection` stop in the middle of a statement, and stop waiting for a lock.
    pub(super) fn watch(&self, connection: &mut Connection) -> rusqlite::Result<()> {
        let running = self.clone();
        let mut asked = Instant::now();
        connection.progress_handler(
            LOOK_EVERY,
            Some(move || {
                let now = Instant::now();
                if running.settling.load(Ordering::Relaxed)
                    || (now < running.deadline && now < asked + ASK_EVERY)
                {
                    return false;
                }
                asked = now;
                running.cause().is_some()
            }),
        )?;
        let waiting = self.clone();
        connection.busy_handler(Some(move |_| {
            if waiting.cause().is_some() {
                return false;
            }
            // SQLite has no queue for its locks; trying again is how one waits.
            std::thread::sleep(LOCK_TRIED_EVERY);
            true
        }))
    }
}
