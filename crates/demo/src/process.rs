//! Which process the worker is, told apart from a stranger who was given the same number later.

use std::fs;
use std::io;
use std::path::Path;

use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use serde::{Deserialize, Serialize};

use crate::durable::{self, Readers};

/// A process, by its number and the moment of its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Identity {
    pub(crate) pid: i32,
    /// In ticks since the machine came up: the kernel's own account.
    pub(crate) started: u64,
}

impl Identity {
    /// This process.
    pub(crate) fn own() -> io::Result<Identity> {
        let pid = rustix::process::getpid().as_raw_pid();
        match started(pid)? {
            Some(started) => Ok(Identity { pid, started }),
            None => Err(io::Error::other("the kernel does not know this process")),
        }
    }

    /// The process that `path` names; none when there is no such file or it makes no sense.
    pub(crate) fn read(path: &Path) -> Option<Identity> {
        fs::read(path).ok().and_then(|it| serde_json::from_slice(&it).ok())
    }

    pub(crate) fn write(&self, path: &Path) -> io::Result<()> {
        durable::write(path, &serde_json::to_vec(self)?, Readers::Everybody)
    }

    /// Whether this very process is alive.
    pub(crate) fn is_alive(&self) -> bool {
        matches!(started(self.pid), Ok(Some(started)) if started == self.started)
    }

    /// Sends `signal` to this very process; says whether it was there to get it.
    pub(crate) fn signal(&self, signal: Signal) -> io::Result<bool> {
        let Some(pid) = Pid::from_raw(self.pid).filter(|_| self.pid > 1) else {
            return Err(io::Error::other(format!("{} is no worker's number", self.pid)));
        };
        // The descriptor is taken before looking: from here on the number cannot pass to a stranger.
        let process = match pidfd_open(pid, PidfdFlags::empty()) {
            Ok(process) => process,
            Err(rustix::io::Errno::SRCH) => return Ok(false),
            Err(error) => return Err(error.into()),
        };
        if !self.is_alive() {
            return Ok(false);
        }
        match pidfd_send_signal(process, signal) {
            Ok(()) => Ok(true),
            Err(rustix::io::Errno::SRCH) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

/// When the process `pid` started; none when there is none.
fn started(pid: i32) -> io::Result<Option<u64>> {
    let stat = match fs::read_to_string(format!("/proc/{pid}/stat")) {
        Ok(stat) => stat,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    // The name in parentheses may hold spaces and parentheses; the start is the 20th word after it.
    let words = stat.rsplit_once(')').map(|it| it.1.split_whitespace());
    match words.and_then(|mut it| it.nth(19)).and_then(|it| it.parse().ok()) {
        Some(started) => Ok(Some(started)),
        None => Err(io::Error::other(format!("cannot understand /proc/{pid}/stat"))),
    }
}
