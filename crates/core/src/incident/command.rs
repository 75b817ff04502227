//! What is asked of an incident, and the expected noes.

use jiff::Timestamp;

use crate::effect::{News, Raise};
use crate::id::{AlertId, PageId};
use crate::page::Delivery;

/// What is asked of an incident.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// An alert of its topic fires.
    Raise(Raise),
    /// The condition of an alert is gone.
    Lower {
        alert: AlertId,
    },
    /// The plan no longer watches an alert.
    Unwatch {
        alert: AlertId,
    },
    Acknowledge {
        by: String,
        via: Option<String>,
    },
    Note {
        by: String,
        text: String,
    },
    Assign {
        by: String,
        to: String,
    },
    ChangeSeverity {
        by: String,
        to: String,
        reason: String,
    },
    /// Page the next level now, or the level of a condition that a person states.
    Escalate {
        by: String,
        condition: Option<String>,
    },
    Resolve {
        by: String,
        ground: ResolveGround,
    },
    Reopen {
        by: String,
        reason: String,
    },
    /// A person wants a runbook to be run.
    RequestRun {
        by: String,
        runbook: String,
    },
    /// What became of one try of a page. `tries` counts this one.
    PageTried {
        page: PageId,
        delivery: Delivery,
        tries: u32,
    },
    /// A run has something to tell.
    Hear(News),
    /// Look what is due.
    Wake,
}

/// A new incident that a person declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    pub by: String,
    pub title: String,
    pub severity: String,
    pub service: Option<String>,
    pub scope: Option<String>,
    pub note: Option<String>,
    pub since: Option<Timestamp>,
}

/// On what a person resolves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResolveGround {
    /// A run verified it and no alert fires; refused otherwise.
    Checks,
    Reason(String),
}

/// An expected "no". It is the caller's to show; it is never logged as an error.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the incident is already acknowledged by {by}")]
    AlreadyAcknowledged { by: String },
    #[error("the incident is not open")]
    NotOpen,
    #[error("{id} is open for this service already; add a note there, or raise its severity")]
    AlreadyOpen { id: String },
    #[error("the incident is not resolved")]
    NotResolved,
    #[error("there is no severity {label:?} in the plan; it has {known}")]
    NoSuchSeverity { label: String, known: String },
    #[error("the severity is {label:?} already")]
    SameSeverity { label: String },
    #[error("there is no person {name:?} in the plan; it has {known}")]
    NoSuchPerson { name: String, known: String },
    #[error("there is no service {name:?} in the plan; it has {known}")]
    NoSuchService { name: String, known: String },
    #[error("there is no scope {name:?} in the plan; it has {known}")]
    NoSuchScope { name: String, known: String },
    #[error("{since} is in the future; say when the trouble began, or leave it out")]
    NotBegun { since: Timestamp },
    #[error("there is no runbook {name:?} in the plan; it has {known}")]
    NoSuchRunbook { name: String, known: String },
    #[error("the policy has no condition {condition:?}; it has {known}")]
    NoSuchCondition { condition: String, known: String },
    #[error("the policy has no further level; every level was paged")]
    NoFurtherLevel,
    #[error("nothing verified it: {why}; resolve with a reason if you know better")]
    NotVerified { why: String },
    #[error("{what} must not be empty")]
    Empty { what: &'static str },
    #[error("the incident has had {limit} events; it takes no more notes")]
    TooMany { limit: u64 },
}
