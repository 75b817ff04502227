//! An incident: what people work on, from the first bad signal to the report.
//!
//! ```text
//! open ─────────▶ Open ◀──reopen── Resolved
//!                 │ ▲ │               ▲
//!   ladder, ways ─┘ │ └── resolve ────┘   by checks passed, alerts cleared, or a stated reason
//!   acknowledge ────┘                     (an acknowledgement stops the pages, not the incident)
//! ```
//!
//! **Invariant:** [`Incident::apply`] is total and dumb; all thinking is in the decisions.
//! **Invariant:** there are no timers. [`Incident::wake_at`] derives the next moment of interest from the state, and a
//! wake-up may come late, twice, or for nothing.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::effect::RunEnd;
use crate::id::{AlertId, IncidentId, PageId, PlanHash, RunId};
use crate::page::PageReason;
use crate::plan::{Clock, When};

pub mod command;
pub mod draft;
pub mod event;

mod apply;
mod clocks;
pub mod decide;
mod digest;
mod ladder;
mod news;
pub mod next;
pub mod outcome;

use draft::Draft;
use event::Source;

/// An incident, as the fold of its events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Incident {
    pub id: IncidentId,
    pub plan: PlanHash,
    pub title: String,
    /// A label of the plan.
    pub severity: String,
    pub service: Option<String>,
    pub scope: Option<String>,
    /// The policy that the alert asks for, if it does.
    pub escalation: Option<String>,
    /// Alerts of the same topic join while it is open.
    pub topic: Option<String>,
    pub source: Source,
    pub since: Timestamp,
    pub opened_at: Timestamp,
    /// The time of the last event; an earlier `now` means that the clock went back.
    pub last_at: Timestamp,
    pub phase: Phase,
    pub acknowledged: Option<Acknowledged>,
    /// The first thing that a person did about it.
    pub responded_at: Option<Timestamp>,
    pub lead: Option<String>,
    pub alerts: BTreeMap<AlertId, Joined>,
    pub alerts_truncated: Truncated,
    pub ladder: Ladder,
    pub pages: BTreeMap<PageId, PageKept>,
    pub page_count: u32,
    pub conditions: BTreeSet<When>,
    pub runs: BTreeMap<RunId, RunSeen>,
    /// Runbooks asked for and not yet started or refused.
    pub requested: BTreeSet<String>,
    pub missed: BTreeSet<Clock>,
    /// When stakeholders last heard something.
    pub updated_at: Timestamp,
}

/// Whether people still work on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub enum Phase {
    Open,
    Resolved { at: Timestamp },
}

/// Who has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledged {
    pub by: String,
    pub at: Timestamp,
}

/// An alert of this incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joined {
    pub name: String,
    pub summary: String,
    pub since: Timestamp,
    pub state: AlertState,
}

/// Whether the condition still holds, as far as anybody can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertState {
    Firing,
    Cleared,
    /// It fired when the plan stopped to watch it.
    Unwatched,
}

/// Whether more alerts joined than are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Truncated {
    No,
    Yes,
}

/// How far the policy got.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ladder {
    /// The levels' times count from here.
    pub anchor: Timestamp,
    /// The next level by time.
    pub next: usize,
    /// When that level is due, or the repetition where there is none, if it waits for somebody's duty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits: Option<LadderWait>,
    /// Repetitions begun.
    pub round: u32,
    pub state: LadderState,
}

impl Ladder {
    /// A ladder that begins at `at`, with the level `next` to come.
    pub(crate) fn begun(at: Timestamp, next: usize, round: u32) -> Ladder {
        Ladder { anchor: at, next, waits: None, round, state: LadderState::Climbing }
    }
}

/// A level that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LadderWait {
    /// Absent for the repetition.
    pub level: Option<usize>,
    pub until: Timestamp,
}

/// Whether the ladder goes on by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LadderState {
    Climbing,
    Exhausted,
}

/// A page and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageKept {
    /// A person, or the channel's name for an announcement.
    pub to: String,
    pub channel: String,
    pub address: String,
    pub reason: PageReason,
    pub state: PageState,
    pub since: Timestamp,
    pub tries: u32,
    /// What the last failed try said.
    pub trouble: Option<String>,
}

/// What became of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageState {
    Owed,
    Delivered,
    Rejected,
    GivenUp,
    Dropped,
}

/// A run of this incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunSeen {
    pub runbook: String,
    pub state: RunState,
}

/// Where a run stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "run", rename_all = "snake_case")]
pub enum RunState {
    Going,
    Held { step: String, reason: String },
    Ended { end: RunEnd, at: Timestamp },
}

impl Incident {
    /// Whether people still work on it.
    pub fn is_open(&self) -> bool {
        self.phase == Phase::Open
    }

    /// Pages that nobody has received yet.
    pub fn owed(&self) -> impl Iterator<Item = (&PageId, &PageKept)> {
        self.pages.iter().filter(|(_, page)| page.state == PageState::Owed)
    }

    /// Whether this page should still be sent. Asked again right before the act, since people answer in between.
    pub fn still_wants(&self, page: &PageId) -> bool {
        self.pages.get(page).is_some_and(|it| it.state == PageState::Owed)
    }

    /// Alerts whose condition still holds.
    pub fn firing(&self) -> impl Iterator<Item = (&AlertId, &Joined)> {
        self.alerts.iter().filter(|(_, it)| it.state == AlertState::Firing)
    }

    /// Alerts of which nobody can tell whether their condition still holds, since no plan watches them.
    pub fn unwatched(&self) -> impl Iterator<Item = (&AlertId, &Joined)> {
        self.alerts.iter().filter(|(_, it)| it.state == AlertState::Unwatched)
    }
}
