//! What truly happened, which no node can see: the rules are judged by it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use matoi_core::id::PageId;
use matoi_core::run::outcome::Ended;

/// The far side of every act.
#[derive(Default)]
pub(super) struct Reality {
    pub(super) attempts: BTreeMap<Attempt, Performance>,
    /// Times that a change took effect, by run and step.
    pub(super) applied: BTreeMap<(String, String), u32>,
    pub(super) sent: BTreeMap<PageId, Sent>,
    pub(super) down: BTreeMap<String, Timestamp>,
}

/// A run, a step, and the number of the attempt.
pub(super) type Attempt = (String, String, u32);

/// What an attempt came to.
#[derive(Clone)]
pub(super) struct Performance {
    pub(super) ends_at: Timestamp,
    pub(super) ended: Ended,
    /// Whether it changed what it is for.
    pub(super) effect: Applied,
}

/// Whether a change truly took effect.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Applied {
    Yes,
    No,
}

/// How often a page truly arrived, and how often its sender died before saying so.
#[derive(Clone, Copy, Default)]
pub(super) struct Sent {
    pub(super) arrived: u32,
    pub(super) untold: u32,
}
