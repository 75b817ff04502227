//! The lock on a data directory: one process at a time, so that one writer and one set of leases is the whole truth.
//!
//! The lock is the kernel's (`flock`) and ends with the process however it ends, so a process id left in the file by
//! a dead process refuses nobody. The id is only there to be told to people.
//!
//! A network file system may not keep this lock across machines, and SQLite's log needs memory that machines do not
//! share: the data directory belongs on a local disk.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The name of the lock file. It stays when the lock ends: removing it would let two processes lock two files.
pub(crate) const LOCK_FILE: &str = "matoi.lock";
/// A process that was killed while it started another leaves its lock, for an instant, to a child that has not yet become
/// that other program. Whoever starts again at once must not be refused for it.
const LINGER_MAX: Duration = Duration::from_secs(1);
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(10);
/// More digits than a process id has; whatever else is in the file is nobody's.
const PID_BYTES_MAX: u64 = 20;

/// A held lock. It ends when this is dropped, or with the process.
#[derive(Debug)]
pub(crate) struct DirectoryLock {
    _file: File,
}

/// Why the lock was not had.
#[derive(Debug)]
pub(crate) enum LockError {
    /// Another process holds it; its id, when it could be read.
    Held {
        by: Option<u32>,
    },
    Io(io::Error),
}

impl DirectoryLock {
    /// Takes the lock of `dir`, or says within [`LINGER_MAX`] who has it.
    pub(crate) fn take(dir: &Path) -> Result<DirectoryLock, LockError> {
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(dir.join(LOCK_FILE))
            .map_err(LockError::Io)?;
        let begun = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => {
                    sign(&mut file).map_err(LockError::Io)?;
                    return Ok(DirectoryLock { _file: file });
                }
                Err(TryLockError::WouldBlock) if begun.elapsed() < LINGER_MAX => sleep(PAUSE),
                Err(TryLockError::WouldBlock) => {
                    return Err(LockError::Held { by: signer(&file) });
                }
                Err(TryLockError::Error(err)) => return Err(LockError::Io(err)),
            }
        }
    }
}

fn sign(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())
}

fn signer(file: &File) -> Option<u32> {
    let mut text = String::new();
    file.take(PID_BYTES_MAX).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}
