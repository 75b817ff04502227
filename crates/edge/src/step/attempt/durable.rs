//! Writing files that are whole after a crash.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// How far a file is brought before it gets its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sync {
    /// Its bytes are on disk.
    Bytes,
    /// A crash of the machine may leave it empty; a crash of ours may not.
    Nothing,
}

/// Puts `bytes` at `path`, whole: who has the old file open keeps the old bytes.
///
/// A script must never be written in place, because bash reads it while it runs.
pub(super) fn replace(path: &Path, bytes: &[u8], sync: Sync) -> io::Result<()> {
    let draft = draft_of(path);
    let written = create(&draft).and_then(|mut file| {
        file.write_all(bytes)?;
        match sync {
            Sync::Bytes => file.sync_all(),
            Sync::Nothing => Ok(()),
        }
    });
    let placed = written.and_then(|()| fs::rename(&draft, path));
    if placed.is_err() {
        // A draft that stays is litter and nothing worse.
        let _ = fs::remove_file(&draft);
    }
    placed
}

/// Creates a new file that only we may read.
pub(super) fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// A name beside `path` that nobody else uses.
pub(super) fn draft_of(path: &Path) -> PathBuf {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.{count}.tmp", std::process::id()));
    path.with_file_name(name)
}

/// Brings the names in `folder` to disk.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
