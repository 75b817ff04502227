//! `stop`: the emergency stop. It asks, then terminates, then kills, and believes only the lock.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use rustix::process::Signal;

use crate::durable::{self, Readers, remove_if_there};
use crate::lock::Lock;
use crate::process::Identity;
use crate::system::System;

/// How long a stop may take when nothing else is said.
pub const WITHIN: Duration = Duration::from_secs(20);
/// The longest that a worker is only asked: it looks for the stop file many times within this.
const ASKED_FOR_MAX: Duration = Duration::from_secs(2);

/// What became of the stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// Nobody held the lock.
    NobodyRan,
    /// The worker finished its round and ended.
    Finished,
    /// The worker was ended by SIGTERM.
    Terminated { pid: i32 },
    /// The worker did not react to SIGTERM, and was killed.
    Killed { pid: i32 },
    /// The lock is still taken.
    StillRuns { reason: String },
}

impl std::fmt::Display for Stopped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Stopped::NobodyRan => write!(f, "no worker was running"),
            Stopped::Finished => write!(f, "the worker finished its round and ended"),
            Stopped::Terminated { pid } => write!(f, "process {pid} was terminated"),
            Stopped::Killed { pid } => write!(f, "process {pid} was killed"),
            Stopped::StillRuns { reason } => write!(f, "could not stop it: {reason}"),
        }
    }
}

/// Stops the worker; unless it answers [`Stopped::StillRuns`], nobody writes the history any more.
pub fn stop(system: &System, within: Duration) -> anyhow::Result<Stopped> {
    if Lock::take(system, Duration::ZERO)?.is_some() {
        // Left behind by a worker that was killed.
        remove_if_there(&system.pid())?;
        return Ok(Stopped::NobodyRan);
    }
    let path = system.stop();
    durable::write(&path, b"", Readers::Everybody)
        .with_context(|| format!("cannot write {}", path.display()))?;
    let stopped = ask_terminate_kill(system, Instant::now() + within, within);
    remove_if_there(&path)?;
    stopped
}

fn ask_terminate_kill(system: &System, end: Instant, within: Duration) -> anyhow::Result<Stopped> {
    if is_freed(system, ASKED_FOR_MAX.min(within / 3))? {
        return Ok(Stopped::Finished);
    }
    let Some(worker) = Identity::read(&system.pid()) else {
        return still_runs("worker.lock is taken by somebody who is not in worker.pid".to_owned());
    };
    let pid = worker.pid;
    for signal in [Signal::TERM, Signal::KILL] {
        let there = worker.signal(signal).with_context(|| format!("cannot signal {pid}"))?;
        let left = end.saturating_duration_since(Instant::now());
        let freed = is_freed(system, if signal == Signal::TERM { left / 2 } else { left })?;
        match (freed, there) {
            (true, true) if signal == Signal::TERM => return Ok(Stopped::Terminated { pid }),
            (true, true) => return Ok(Stopped::Killed { pid }),
            // It went by itself between two looks.
            (true, false) => return Ok(Stopped::Finished),
            (false, false) => {
                return still_runs(format!(
                    "worker.lock is taken, and process {pid} of worker.pid is gone or a stranger"
                ));
            }
            (false, true) => (),
        }
    }
    still_runs(format!("process {pid} survives SIGKILL"))
}

fn still_runs(reason: String) -> anyhow::Result<Stopped> {
    Ok(Stopped::StillRuns { reason })
}

/// Waits until nobody holds the lock, and clears what a dead worker left.
fn is_freed(system: &System, within: Duration) -> anyhow::Result<bool> {
    let Some(_lock) = Lock::take(system, within)? else { return Ok(false) };
    remove_if_there(&system.pid())?;
    Ok(true)
}
