//! Processor time of the server, of what it started, and of what outlived its starter.

use std::time::Duration;

use anyhow::Context as _;
use matoi_testkit::product::Running;
use rustix::process::{WaitOptions, wait};

/// What the kernel counts in.
const TICKS_A_SECOND: u64 = 100;

/// Processor time of a server and everything of its that has ended; in steps of ten milliseconds.
pub(crate) fn of(running: &Running) -> anyhow::Result<Duration> {
    reap();
    Ok(ticks(&running.pid().to_string(), 13..17)? + ticks("self", 15..17)?)
}

/// The same of the children of this process that have ended.
pub(crate) fn of_children() -> anyhow::Result<Duration> {
    reap();
    ticks("self", 15..17)
}

/// Takes leave of those that were taken over.
fn reap() {
    while let Ok(Some(_)) = wait(WaitOptions::NOHANG) {}
}

/// The sum of some fields of `/proc/PID/stat`, counted from 0 (`man 5 proc`): 13 and 14 are the process's own time, 15
/// and 16 that of its ended children.
fn ticks(pid: &str, fields: std::ops::Range<usize>) -> anyhow::Result<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name of the program, in parentheses, may hold spaces.
    let (_, rest) = stat.rsplit_once(") ").context("no stat")?;
    let values: Vec<u64> = rest.split_whitespace().map(|it| it.parse().unwrap_or(0)).collect();
    let sum: u64 = values.get(fields.start - 2..fields.end - 2).context("no times")?.iter().sum();
    Ok(Duration::from_millis(sum * 1000 / TICKS_A_SECOND))
}
