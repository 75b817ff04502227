//! Whether a runbook was ever tried: by a run or a rehearsal of the bytes that it has now.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::effect::RunEnd;
use crate::run::{Phase, Run};
use crate::runbook::Runbook;

/// What is known of a runbook beforehand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// What it has now was performed or rehearsed, and ended well the last time.
    Proved,
    /// It was tried, and has been changed since.
    Changed,
    /// It ended badly the last time.
    Failed,
    /// No run and no rehearsal of it came to an end.
    Never,
}

/// A run or rehearsal that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    pub run: crate::id::RunId,
    pub ended_at: Timestamp,
    pub end: RunEnd,
    /// SHA-256 of the bytes that were tried.
    pub hash: String,
}

impl Trial {
    /// Of a run that ended.
    pub fn of(run: &Run) -> Option<Trial> {
        let Phase::Ended { end } = run.phase else { return None };
        Some(Trial {
            run: run.id.clone(),
            ended_at: run.last_at,
            end,
            hash: run.runbook_hash.clone(),
        })
    }

    /// Whether it ended well; nothing is known of one that somebody ended.
    fn went_well(&self) -> Option<bool> {
        match self.end {
            RunEnd::Verified | RunEnd::Unverified | RunEnd::Looked => Some(true),
            RunEnd::Failed | RunEnd::Stuck => Some(false),
            RunEnd::Aborted => None,
        }
    }
}

/// What the last run and the last rehearsal tell of a runbook; the later of them counts.
pub fn standing(runbook: &Runbook, trials: &[Option<Trial>]) -> Standing {
    let told: Vec<(&Trial, bool)> =
        trials.iter().flatten().filter_map(|it| Some((it, it.went_well()?))).collect();
    let of_now = told.iter().filter(|(it, _)| it.hash == runbook.hash);
    match of_now.max_by_key(|(it, _)| it.ended_at) {
        Some((_, true)) => Standing::Proved,
        Some((_, false)) => Standing::Failed,
        None if told.is_empty() => Standing::Never,
        None => Standing::Changed,
    }
}
