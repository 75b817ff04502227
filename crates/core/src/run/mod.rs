//! The run of a runbook: intent stored before each act, outcome stored after it, and never a guess between.
//!
//! ```text
//!            ┌───────────────────────── answered, clicked, switch put back ──┐
//!            ▼                                                               │
//! Going: next step ─▶ intent stored ─▶ performed ─▶ done ─▶ next step        │
//!                          ▲              ├─ failed ─▶ retry, on-fail ──▶ Held
//!                          │              └─ unclear ─▶ its check ───────▶ Held
//!                          └── retry due                    └─ applied ─▶ next step
//! ```
//!
//! **Invariant:** a step that changes things is performed at most once per attempt, and a further attempt follows only
//! from certainty that the one before changed nothing: it never began, its check said so, its author promised that twice
//! is once, or a person decided.
//! **Invariant:** a run executes the bytes it began with.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::effect::{RunEnd, Starter};
use crate::id::{IncidentId, PlanHash, RunId};

pub mod command;
pub mod draft;
pub mod event;
pub mod outcome;
pub mod start;

mod advance;
mod apply;
mod budget;
mod conduct;
mod durable;
mod ended;
pub mod lock;
mod people;
mod rehearse;
mod tick;
mod unwind;

use event::{Finding, Hold, Purpose, Vote};
use lock::Lock;

/// A run, as the fold of its events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    pub id: RunId,
    pub incident: Option<IncidentId>,
    pub plan: PlanHash,
    pub runbook: String,
    pub title: String,
    pub runbook_hash: String,
    pub by: Starter,
    #[serde(default, skip_serializing_if = "Purpose::is_performing")]
    pub purpose: Purpose,
    #[serde(default, skip_serializing_if = "Lock::is_none")]
    pub lock: Lock,
    pub params: BTreeMap<String, String>,
    pub labels: BTreeMap<String, String>,
    pub started_at: Timestamp,
    pub last_at: Timestamp,
    pub phase: Phase,
    pub steps: BTreeMap<String, StepState>,
    /// Attempts made, by step; an attempt's number is never used again.
    pub attempts: BTreeMap<String, u32>,
    /// Attempts that count against `retry`, by step; looks for another step's sake do not.
    pub tries: BTreeMap<String, u32>,
    /// What steps published: `DISK_USED_PCT` to its value.
    pub values: BTreeMap<String, String>,
    /// Taking back, and what is left to take back.
    pub unwinding: Option<Unwinding>,
    pub cancelled: Option<String>,
    /// When the first step of a phase began, by the phase's index.
    pub phase_began: BTreeMap<usize, Timestamp>,
    /// Phases whose budget was exceeded; the run's own is `usize::MAX`.
    pub over_budget: BTreeSet<usize>,
    /// Whether something was changed, and whether it was verified since.
    pub verified: Verified,
    /// Who wants a step to begin, by step, where one is not enough; and who approved at a gate.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub agreed: BTreeMap<String, BTreeSet<String>>,
}

/// Whether something was verified since the last change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verified {
    /// Nothing was changed, and nothing was verified.
    NothingYet,
    No,
    Yes,
}

/// Where a run stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub enum Phase {
    Going,
    Held { step: String, reason: Hold },
    Ended { end: RunEnd },
}

/// What is left to take back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unwinding {
    pub because: String,
    pub left: Vec<String>,
}

/// Where a step stands; one that is not there has not been reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum StepState {
    /// Its intent is stored; it may be running.
    Performing {
        attempt: u32,
        since: Timestamp,
    },
    RetryAt {
        at: Timestamp,
    },
    Done,
    Failed {
        reason: String,
    },
    /// Nobody can tell whether it took effect.
    Unclear {
        attempt: u32,
        reason: String,
        settling: Settling,
    },
    Skipped,
    Gate {
        opened: Timestamp,
        expires: Option<Timestamp>,
        text: String,
        votes: BTreeMap<String, Vote>,
    },
    /// The items, and who ticked them.
    List {
        items: Vec<String>,
        #[serde(with = "tick")]
        ticked: BTreeMap<usize, String>,
    },
    Waiting {
        until: Timestamp,
    },
    /// A rehearsal finds out whether it could be performed.
    Examining {
        since: Timestamp,
    },
    /// What it found; nothing was performed.
    Examined {
        finding: Finding,
    },
}

/// How the truth about an unclear step is looked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "settling", rename_all = "snake_case")]
pub enum Settling {
    /// Not yet, or by a person.
    Open,
    /// A `verify` step looks.
    Check { step: String, attempt: u32, tries: u32 },
    /// It will look again.
    CheckAt { step: String, at: Timestamp, tries: u32 },
}

impl StepState {
    /// The check that looks right now whether this unclear step took effect, and the attempt of that check.
    pub fn looked_for_by(&self) -> Option<(&str, u32)> {
        match self {
            StepState::Unclear { settling: Settling::Check { step, attempt, .. }, .. } => {
                Some((step, *attempt))
            }
            StepState::Unclear { .. }
            | StepState::Performing { .. }
            | StepState::RetryAt { .. }
            | StepState::Done
            | StepState::Failed { .. }
            | StepState::Skipped
            | StepState::Gate { .. }
            | StepState::List { .. }
            | StepState::Examining { .. }
            | StepState::Examined { .. }
            | StepState::Waiting { .. } => None,
        }
    }
}

impl Run {
    /// Whether it goes on, by itself or by a person.
    pub fn is_open(&self) -> bool {
        !matches!(self.phase, Phase::Ended { .. })
    }

    /// Whether this attempt is the one whose end is waited for.
    pub fn awaits(&self, step: &str, attempt: u32) -> bool {
        let own = matches!(self.steps.get(step), Some(StepState::Performing { attempt: it, .. }) if *it == attempt);
        own || self.settled_by(step, attempt).is_some()
    }

    /// The unclear step for whose sake this attempt of a `verify` step looks.
    pub(crate) fn settled_by(&self, check: &str, attempt: u32) -> Option<&str> {
        let mut steps = self.steps.iter();
        let settled = steps.find(|(_, state)| state.looked_for_by() == Some((check, attempt)))?;
        Some(settled.0)
    }
}
