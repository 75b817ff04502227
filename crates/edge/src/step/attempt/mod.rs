//! The folder of an attempt: the one place where it is decided, once, whether and how a step was performed.
//!
//! ```text
//!   whoever asks                        whoever acts: the shim, or the server itself (sql)
//!   ────────────                        ──────────────────────────────────────────────────
//!   script, call.json     ──start──▶    stdout, stderr, outputs
//!                                       exit.*.tmp     room for the outcome, taken while there is room
//!                                       prepared       THE GATE: appears once, whole, locked, durable
//!   follows its holder                  process.json   the command's own pid, for people
//!   exit.json ◀──── rename ────────     exit.*.tmp     filled in
//! ```
//!
//! **Invariant:** `prepared` is made by `link`, so it is made once; nothing is performed before it is durable, nobody
//! removes it, and only who made it performs.
//! **Invariant:** `exit.json` appears whole or not at all, and never changes.
//! **Invariant:** `prepared` without `exit.json` and without a living holder is [`Ended::Lost`](matoi_core::run::outcome::Ended::Lost), never a guess.
//! **Invariant:** secrets are in no file that we write. Output files keep the raw bytes of the step, and are `0600`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub(super) mod claim;
mod durable;
pub(super) mod exit;
pub(super) mod follow;
pub(super) mod process;
pub(super) mod stream;

use claim::Holder;
use exit::{Exit, Telling, Told};

use super::ssh::Remote;

/// A file that holds the script.
pub(super) const SCRIPT: &str = "script";
/// A file to which a step appends `key=value` lines.
pub(super) const OUTPUTS: &str = "outputs";
/// What is to be done; without it nothing begins.
const ORDER: &str = "call.json";
/// The gate.
const PREPARED: &str = "prepared";
/// Which process the command is.
const PROCESS: &str = "process.json";
/// The outcome.
const EXIT: &str = "exit.json";
/// What a relay was told by its host.
const TOLD: &str = "told.json";
/// A person ended it. The file is `call.json` under this name, since a rename works on a full disk.
const CANCELLED: &str = "cancelled";
/// It was said that it did not begin, so it must not begin later.
const WITHDRAWN: &str = "withdrawn";

/// The folder of one attempt.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    folder: PathBuf,
}

/// What a folder tells.
#[derive(Debug)]
pub(super) enum State {
    /// Nobody acts or has acted.
    Open,
    /// Somebody acts.
    Held(Holder),
    Ended(Exit),
    /// Somebody acted, and nobody saw the end.
    Lost {
        reason: String,
    },
}

/// What is to be done. Environment and secrets are not in it: they reach the shim as its own environment.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Order {
    /// The program and its arguments; the script's path follows them. Empty when the server acts itself.
    pub(super) command: Vec<String>,
    /// Whether the command is whole, and gets no script.
    #[serde(default)]
    pub(super) bare: bool,
    pub(super) cwd: PathBuf,
    pub(super) timeout_ms: u64,
    pub(super) grace_ms: u64,
    /// What the command, then our relay, has performed on a host.
    #[serde(default)]
    pub(super) remote: Option<Remote>,
}

/// Why an attempt was given up before it began.
#[derive(Serialize, Deserialize)]
struct Withdrawal {
    reason: String,
}

impl Attempt {
    pub(super) fn at(folder: &Path) -> Attempt {
        // The shim has a working directory of its own; a folder that cannot be made absolute is refused when used.
        Attempt { folder: std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned()) }
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// What is known now.
    pub(super) fn state(&self) -> State {
        self.look().unwrap_or_else(|err| State::Lost {
            reason: format!("its folder cannot be read, so nobody can tell: {err}"),
        })
    }

    /// The same, where it can be read.
    pub(super) fn look(&self) -> io::Result<State> {
        if let Some(exit) = exit::read(&self.path(EXIT))? {
            return Ok(State::Ended(exit));
        }
        let Some((holder, life)) = claim::look(&self.path(PREPARED))? else {
            return Ok(State::Open);
        };
        match life {
            claim::Life::Held => Ok(State::Held(holder)),
            // It may have recorded the outcome and let go between our two looks.
            claim::Life::Gone => Ok(match exit::read(&self.path(EXIT))? {
                Some(exit) => State::Ended(exit),
                None => State::Lost { reason: self.obituary(&holder) },
            }),
        }
    }

    /// Says what is known about an attempt whose keeper is gone.
    fn obituary(&self, holder: &Holder) -> String {
        if !holder.is_of_this_boot() {
            return "the machine restarted while it ran".to_owned();
        }
        match process::Identity::read(&self.path(PROCESS)) {
            Some(command) if command.is_alive() => format!(
                "the process that watched it is gone, and its command still runs as process {}",
                command.pid
            ),
            Some(_) | None => "the process that watched it is gone".to_owned(),
        }
    }

    /// Writes what the acting side needs. Once this returns, the script survives a loss of power.
    pub(super) fn prepare(&self, script: &str, order: &Order) -> io::Result<()> {
        durable::replace(&self.path(SCRIPT), script.as_bytes(), durable::Sync::Bytes)?;
        // Not synced: torn by a loss of power, it is written again, because nothing can have begun.
        let order = serde_json::to_vec(order)?;
        durable::replace(&self.path(ORDER), &order, durable::Sync::Nothing)
    }

    pub(super) fn order(&self) -> io::Result<Order> {
        Ok(serde_json::from_slice(&fs::read(self.path(ORDER))?)?)
    }

    /// Room for what a host tells.
    pub(super) fn telling(&self) -> io::Result<Telling> {
        Ok(Telling(exit::Reserve::make(self.path(TOLD))?))
    }

    /// What a host told, if it did.
    pub(super) fn told(&self) -> Option<Told> {
        serde_json::from_slice(&fs::read(self.path(TOLD)).ok()?).ok()
    }

    /// Notes which process the command is.
    ///
    /// Not synced: it is of use only until the machine restarts.
    pub(super) fn note_process(&self, pid: i32) -> io::Result<()> {
        let Some(identity) = process::Identity::of(pid) else { return Ok(()) };
        let identity = serde_json::to_vec(&identity)?;
        durable::replace(&self.path(PROCESS), &identity, durable::Sync::Nothing)
    }

    /// Why it must not begin, if it must not.
    ///
    /// Whoever acts asks this after taking the gate, and [`Attempt::withdraw`] is followed by a look at the gate. So
    /// either the one sees the withdrawal, or the other sees the gate taken.
    pub(super) fn hindrance(&self) -> Option<String> {
        if self.is_cancelled() {
            return Some("it was cancelled before it began".to_owned());
        }
        match fs::read(self.path(WITHDRAWN)) {
            Ok(bytes) => Some(match serde_json::from_slice::<Withdrawal>(&bytes) {
                Ok(it) => it.reason,
                Err(_) => "it was withdrawn before it began".to_owned(),
            }),
            Err(err) if err.kind() == io::ErrorKind::NotFound => None,
            Err(err) => Some(format!("it cannot be told whether it was withdrawn: {err}")),
        }
    }

    /// As [`Attempt::hindrance`], for whoever acts: it also wants the order to be there still.
    fn last_hindrance(&self) -> Option<String> {
        self.hindrance().or_else(|| match self.path(ORDER).try_exists() {
            Ok(true) => None,
            Ok(false) => Some("it was withdrawn before it began".to_owned()),
            Err(err) => Some(format!("it cannot be told whether it was withdrawn: {err}")),
        })
    }

    /// Makes sure that nobody begins it any more, however late a process that was once started wakes up.
    ///
    /// Works on a full disk: a rename takes no room, and an empty file hardly any. Where not even that succeeds, there
    /// is no order either, so there is nothing with which to begin.
    pub(super) fn withdraw(&self, reason: &str) -> io::Result<()> {
        match self.mark(WITHDRAWN) {
            Ok(()) => (),
            Err(_) if self.path(ORDER).try_exists().is_ok_and(|it| !it) => return Ok(()),
            Err(err) if absent(&err) => return Ok(()),
            Err(err) => return Err(err),
        }
        let withdrawal = serde_json::to_vec(&Withdrawal { reason: reason.to_owned() })?;
        // Only the reason is lost when this fails.
        let _ = durable::replace(&self.path(WITHDRAWN), &withdrawal, durable::Sync::Nothing);
        Ok(())
    }

    /// Asks whoever acts to end it, and keeps it from beginning.
    pub(super) fn cancel(&self) -> io::Result<()> {
        self.mark(CANCELLED)
    }

    /// Turns the order into a mark; without an order, makes an empty one.
    fn mark(&self, name: &str) -> io::Result<()> {
        match fs::rename(self.path(ORDER), self.path(name)) {
            Ok(()) => Ok(()),
            Err(err) if absent(&err) => stream::open(&self.path(name)).map(drop),
            Err(err) => Err(err),
        }
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.path(CANCELLED).exists()
    }
}

fn absent(err: &io::Error) -> bool {
    matches!(err.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}
