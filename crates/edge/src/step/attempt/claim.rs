//! The gate: of all who would perform an attempt, one does.
//!
//! **Invariant:** `prepared` gets its name by `link`, which fails when the name exists, with its whole content, its lock
//! taken and its bytes on disk. There is no instant at which it exists and does not say who made it.
//! **Invariant:** who made it holds the lock until the outcome is recorded. The kernel lets go for a process that dies,
//! so a free lock without an outcome means that nobody saw the end.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use super::exit::{Exit, How, Reserve};
use super::process::Identity;
use super::stream::Streams;
use super::{Attempt, EXIT, OUTPUTS, Order, PREPARED, durable, stream};

/// Who took the gate.
pub(in crate::step) type Holder = Identity;

/// Whether the holder is still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Life {
    Held,
    Gone,
}

/// The right to perform, taken once.
struct Claim {
    /// Dropping it lets go of the lock.
    _lock: File,
    /// Why it is not certain that the gate survives a loss of power; nothing may be performed then.
    doubt: Option<io::Error>,
}

/// What came of acting.
pub(in crate::step) struct Acted {
    pub(in crate::step) how: How,
    /// Processes that could not be ended.
    pub(in crate::step) left: usize,
}

/// Claims the attempt, acts, and records what came of it. Does nothing when somebody else claimed it.
///
/// An error means that nothing was done, unless the gate exists by now: then only the record is missing.
pub(in crate::step) fn carry_out(
    attempt: &Attempt,
    act: impl FnOnce(&Order, &mut Streams) -> Acted,
) -> io::Result<()> {
    let started = std::time::Instant::now();
    let order = attempt.order()?;
    let mut streams = Streams::open(attempt)?;
    stream::open(&attempt.path(OUTPUTS))?;
    let reserve = Reserve::make(attempt.path(EXIT))?;
    let claim = match Claim::take(attempt) {
        Ok(Some(claim)) => claim,
        nothing => {
            reserve.discard();
            return nothing.map(drop);
        }
    };
    let hindrance = match &claim.doubt {
        Some(err) => Some(format!("its start could not be recorded: {err}")),
        None => attempt.last_hindrance(),
    };
    let acted = match hindrance {
        Some(reason) => Acted { how: How::NotStarted { reason }, left: 0 },
        None => act(&order, &mut streams),
    };
    let (stdout, stderr, sha256) = streams.settle();
    let took_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let how = acted.how.cut();
    reserve.fulfil(&Exit { how, took_ms, stdout, stderr, sha256, left: acted.left })
    // The claim is let go here, after the outcome has its name.
}

impl Claim {
    fn take(attempt: &Attempt) -> io::Result<Option<Claim>> {
        let gate = attempt.path(PREPARED);
        let draft = durable::draft_of(&gate);
        let taken = Claim::link(&draft, &gate);
        let _ = fs::remove_file(&draft);
        let Some(lock) = taken? else { return Ok(None) };
        let doubt = durable::sync_folder(attempt.folder()).err();
        Ok(Some(Claim { _lock: lock, doubt }))
    }

    /// Makes the gate, unless it exists.
    fn link(draft: &Path, gate: &Path) -> io::Result<Option<File>> {
        let pid = i32::try_from(std::process::id()).map_err(io::Error::other)?;
        let us = Identity::of(pid).ok_or_else(|| io::Error::other("/proc is not readable"))?;
        let mut file = durable::create(draft)?;
        file.write_all(&serde_json::to_vec(&us)?)?;
        flock(&file, FlockOperation::NonBlockingLockExclusive)?;
        file.sync_all()?;
        match fs::hard_link(draft, gate) {
            Ok(()) => Ok(Some(file)),
            Err(err) if err.kind() == io::ErrorKind::AlreadyExists => Ok(None),
            Err(err) => Err(err),
        }
    }
}

/// Who holds the gate at `path`, and whether they live; nothing when it is open.
pub(super) fn look(path: &Path) -> io::Result<Option<(Holder, Life)>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(err) if super::absent(&err) => return Ok(None),
        Err(err) => return Err(err),
    };
    let holder: Holder = serde_json::from_reader(&file)?;
    // A shared lock: two who look at once do not take each other for the holder. It ends with `file`.
    let life = match flock(&file, FlockOperation::NonBlockingLockShared) {
        Err(Errno::WOULDBLOCK) => Life::Held,
        // A process of another name is asked too, in case locks of this file system forget.
        Ok(()) if !holder.is_us() && holder.is_alive() => Life::Held,
        Ok(()) => Life::Gone,
        Err(err) => return Err(err.into()),
    };
    Ok(Some((holder, life)))
}
