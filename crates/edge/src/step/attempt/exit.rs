//! `exit.json`: the outcome, as whoever acted saw it.
//!
//! **Invariant:** the room for it is taken before anything is performed, so a step that fills the disk has an outcome.
//! Wall times are the times of the files: `prepared` is when it began, `exit.json` when it ended.

use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use jiff::SignedDuration;
use matoi_core::limits;
use matoi_core::run::outcome::Ended;
use serde::{Deserialize, Serialize};

use super::durable;
use super::stream::Kept;

/// Room for the longest outcome: reasons are cut to fit.
const ROOM: usize = 4096;
/// Characters of a reason; four bytes each at most, with room for the rest.
const REASON_CHARS_MAX: usize = 600;
/// More than any outcome of ours; a file beyond it is not read.
const BYTES_MAX: u64 = 64 << 10;

/// The outcome and what belongs to it. Read by later versions: fields are only added, with a default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::step) struct Exit {
    #[serde(flatten)]
    pub(in crate::step) how: How,
    pub(in crate::step) took_ms: u64,
    pub(in crate::step) stdout: Kept,
    pub(in crate::step) stderr: Kept,
    /// Of what is kept of standard output, then of standard error.
    pub(in crate::step) sha256: Option<String>,
    /// Processes of the step that could not be ended.
    #[serde(default)]
    pub(in crate::step) left: usize,
}

/// What a host told of an attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::step) struct Told {
    pub(in crate::step) how: How,
    /// Processes of the step that could not be ended there.
    pub(in crate::step) left: usize,
}

/// Room for what a host tells.
pub(in crate::step) struct Telling(pub(super) Reserve);

impl Telling {
    /// Records it, once.
    pub(in crate::step) fn tell(self, told: &Told) -> io::Result<()> {
        self.0.fulfil(&Told { how: told.how.clone().cut(), left: told.left })
    }
}

/// How it ended. The stored twin of [`Ended`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ended", rename_all = "snake_case")]
pub(in crate::step) enum How {
    Exited { code: i32 },
    Killed { signal: i32 },
    TimedOut { after_ms: u64 },
    Cancelled,
    Lost { reason: String },
    NotStarted { reason: String },
}

impl How {
    pub(in crate::step) fn ended(&self) -> Ended {
        match self {
            How::Exited { code } => Ended::Exited { code: *code },
            How::Killed { signal } => Ended::Killed { signal: *signal },
            How::TimedOut { after_ms } => {
                let after = i64::try_from(*after_ms).unwrap_or(i64::MAX);
                Ended::TimedOut { after: SignedDuration::from_millis(after) }
            }
            How::Cancelled => Ended::Cancelled,
            How::Lost { reason } => Ended::Lost { reason: reason.clone() },
            How::NotStarted { reason } => Ended::NotStarted { reason: reason.clone() },
        }
    }

    /// The same with a reason that fits.
    pub(super) fn cut(self) -> How {
        let cut = |reason: String| limits::cut(&reason, REASON_CHARS_MAX);
        match self {
            How::Lost { reason } => How::Lost { reason: cut(reason) },
            How::NotStarted { reason } => How::NotStarted { reason: cut(reason) },
            How::Exited { .. } | How::Killed { .. } | How::TimedOut { .. } | How::Cancelled => self,
        }
    }
}

/// The outcome at `path`; nothing when there is none yet.
pub(super) fn read(path: &Path) -> io::Result<Option<Exit>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(err) if super::absent(&err) => return Ok(None),
        Err(err) => return Err(err),
    };
    let mut bytes = Vec::new();
    file.take(BYTES_MAX).read_to_end(&mut bytes)?;
    Ok(Some(serde_json::from_slice(&bytes)?))
}

/// Room on disk for the outcome.
pub(super) struct Reserve {
    file: File,
    draft: PathBuf,
    path: PathBuf,
}

impl Reserve {
    /// Takes the room for a file at `path`. Once this returns, writing the outcome needs no more.
    pub(super) fn make(path: PathBuf) -> io::Result<Reserve> {
        // A name of our own: whoever loses the race for the gate must not touch the winner's.
        let draft = durable::draft_of(&path);
        let made = durable::create(&draft).and_then(|mut file| {
            file.write_all(&[b' '; ROOM])?;
            file.sync_all()?;
            Ok(file)
        });
        match made {
            Ok(file) => Ok(Reserve { file, draft, path }),
            Err(err) => {
                let _ = fs::remove_file(&draft);
                Err(err)
            }
        }
    }

    pub(super) fn discard(self) {
        // A draft that stays is litter and nothing worse.
        let _ = fs::remove_file(&self.draft);
    }

    /// Records the outcome. Once this returns, it survives everything but the disk.
    ///
    /// The spaces that remain behind the JSON are JSON too.
    pub(super) fn fulfil(mut self, outcome: &impl Serialize) -> io::Result<()> {
        self.file.rewind()?;
        self.file.write_all(&serde_json::to_vec(outcome)?)?;
        self.file.sync_all()?;
        fs::rename(&self.draft, &self.path)?;
        match self.path.parent() {
            Some(folder) => durable::sync_folder(folder),
            None => Ok(()),
        }
    }
}
