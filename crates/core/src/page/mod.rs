//! A page: one request for a person's attention, with the reason for it.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::id::{IncidentId, PageId};

pub mod digest;
pub mod message;

/// One way to one person, to be tried until it is delivered or no longer wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    pub id: PageId,
    pub incident: IncidentId,
    /// A person's id, or the channel's name for an announcement.
    pub to: String,
    /// A channel of the plan.
    pub channel: String,
    pub address: String,
    pub message: Message,
    /// Since when it is owed.
    pub owed_since: Timestamp,
    #[serde(default)]
    pub urgency: Urgency,
}

/// Whether a page goes out alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    #[default]
    AtOnce,
    /// With the others of its digest that go the same way.
    Gathered,
}

/// Pages of a digest go out at whole multiples of this, so that those that were decided one after the other meet.
const GATHER: SignedDuration = SignedDuration::from_secs(10);

impl Urgency {
    /// When a page that could go out at `at` is tried.
    pub fn meet(self, at: Timestamp) -> Timestamp {
        match self {
            Urgency::AtOnce => at,
            Urgency::Gathered => {
                let next = (at.as_second().div_euclid(GATHER.as_secs()) + 1) * GATHER.as_secs();
                Timestamp::from_second(next).unwrap_or(at)
            }
        }
    }
}

/// What people read, in the plan's language. A notifier adds form, never content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// One line: level, what, where.
    pub subject: String,
    /// Plain text, few lines: what, since when, why you, the next action.
    pub body: String,
    pub incident: IncidentId,
    /// The severity's label.
    pub severity: String,
    /// Where to look; absent when the server has no address that others can open.
    pub url: Option<String>,
    /// Every incident that it tells of, where it is a digest of several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub incidents: Vec<IncidentId>,
}

/// Why somebody is paged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum PageReason {
    /// The first level of the policy.
    FirstLevel,
    /// Nobody acknowledged, or nobody resolved, within the level's time.
    Unanswered { after: SignedDuration },
    /// A condition of the policy holds.
    Condition { text: String },
    /// Somebody asked for it.
    AskedBy { by: String },
    /// A run cannot go on without a person.
    NeedsPerson { what: String },
    /// The same person, by the next of their ways.
    NextWay,
    /// Nobody of the whole policy is on duty, so duty hours are set aside.
    NobodyOnDuty,
    /// The page to somebody before will never arrive.
    Undeliverable { person: String },
    /// The ladder begins again.
    Repeated { round: u32 },
    /// The severity became worse.
    SeverityRaised,
    /// It was resolved and is not.
    Reopened,
    /// It came and went while its page waited for a digest.
    Passed,
    /// To hear of it beside the paged.
    Announced,
}

/// What became of one try.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "delivery", rename_all = "snake_case")]
pub enum Delivery {
    /// The far side took it; `reference` is its own word for it.
    Accepted { reference: String },
    /// It may work later.
    Retry { after: Option<SignedDuration>, reason: String },
    /// It will never work as it is.
    Rejected { reason: String },
}
