//! Ending a command with everything that it started, also what tried to get away.
//!
//! **Invariant:** because the shim is a subreaper, every descendant is found by following parents in `/proc`, and there
//! are none left exactly when the shim has no child.
//! **Invariant:** a signal is sent through a descriptor of the process that was found, so never to a stranger that was
//! given its number.

use std::collections::BTreeSet;
use std::os::fd::{AsFd, OwnedFd};
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitOptions, getpid, pidfd_open, pidfd_send_signal, wait,
};

use super::watch;
use crate::step::attempt::process::Stat;

/// How long killing is repeated. What then still lives is stuck in the kernel or beyond our rights, and is counted.
const KILLING_MAX: Duration = Duration::from_secs(10);
/// How long one round waits for ends before it looks for newcomers.
const ROUND: Duration = Duration::from_millis(50);
/// Children waited for at once; any of them that ends begins another round.
const WAITED_MAX: usize = 256;

/// Asks every descendant to end, waits for `grace`, and kills what is left. Returns how many could not be ended.
///
/// What is started after the asking is not asked: it is the cleaning up of what was. It is killed with the rest.
pub(super) fn end(command: Pid, grace: Duration) -> usize {
    for process in descendants() {
        signal(process, Signal::TERM);
        // A stopped process hears nothing until it goes on.
        signal(process, Signal::CONT);
    }
    if await_none(Instant::now() + grace) {
        return 0;
    }
    let give_up = Instant::now() + KILLING_MAX;
    while Instant::now() < give_up {
        for process in descendants() {
            signal(process, Signal::KILL);
        }
        // In case `/proc` shows us nothing: the command itself is ours until it is reaped.
        if let Some(process) = Stat::of(command.as_raw_pid()).filter(|it| it.parent == us()) {
            signal(process, Signal::KILL);
        }
        if await_none(Instant::now() + ROUND) {
            return 0;
        }
    }
    descendants().len().max(1)
}

/// Waits until there is no child left, or `until`.
fn await_none(until: Instant) -> bool {
    loop {
        if none_left() {
            return true;
        }
        let now = Instant::now();
        if now >= until {
            return false;
        }
        let children = Stat::all().into_iter().filter(|it| it.parent == us());
        let handles: Vec<OwnedFd> = children.take(WAITED_MAX).filter_map(open).collect();
        let fds: Vec<_> = handles.iter().map(|it| it.as_fd()).collect();
        let longest = if fds.is_empty() { watch::TICK } else { watch::REAP_EVERY };
        watch::ready(&fds, longest.min(until.saturating_duration_since(now)));
    }
}

/// Reaps whatever ended, and tells whether there is nothing more to wait for.
fn none_left() -> bool {
    loop {
        match wait(WaitOptions::NOHANG) {
            Ok(Some(_)) | Err(Errno::INTR) => (),
            Ok(None) => return false,
            Err(_) => return true,
        }
    }
}

/// Everything below us that still runs.
fn descendants() -> Vec<Stat> {
    let all = Stat::all();
    let mut known = BTreeSet::from([us()]);
    // Parents may stand behind their children in the list, so look until nobody new is found.
    loop {
        let before = known.len();
        known.extend(
            all.iter().filter(|it| known.contains(&it.parent)).map(|it| it.pid).collect::<Vec<_>>(),
        );
        if known.len() == before {
            break;
        }
    }
    all.into_iter().filter(|it| it.pid != us() && known.contains(&it.pid) && !it.dead).collect()
}

/// A handle to exactly this process.
fn open(process: Stat) -> Option<OwnedFd> {
    let handle = pidfd_open(Pid::from_raw(process.pid)?, PidfdFlags::empty()).ok()?;
    let now = Stat::of(process.pid)?;
    (now.start == process.start).then_some(handle)
}

fn signal(process: Stat, signal: Signal) {
    if let Some(handle) = open(process) {
        // It may have ended by itself, or not be ours to end; the next look tells.
        let _ = pidfd_send_signal(handle, signal);
    }
}

fn us() -> i32 {
    getpid().as_raw_pid()
}
