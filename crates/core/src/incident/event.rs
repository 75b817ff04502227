//! What happened to an incident. Events are stored for good: a variant may gain an optional field, and is never
//! renamed, narrowed, or removed.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::effect::RunEnd;
use crate::id::{AlertId, IncidentId, PageId, PlanHash, RunId};
use crate::page::PageReason;
use crate::plan::{Clock, Limit, When};

/// One entry of an incident's timeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    pub at: Timestamp,
    #[serde(flatten)]
    pub fact: Fact,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Fact {
    Opened {
        id: IncidentId,
        plan: PlanHash,
        title: String,
        severity: String,
        service: Option<String>,
        scope: Option<String>,
        escalation: Option<String>,
        topic: Option<String>,
        source: Source,
        /// When the trouble began, as far as anybody knows.
        since: Timestamp,
    },
    AlertJoined {
        alert: AlertId,
        name: String,
        summary: String,
        since: Timestamp,
    },
    /// More alerts joined than are listed.
    AlertsTruncated {
        limit: usize,
    },
    AlertCleared {
        alert: AlertId,
    },
    /// The plan no longer watches it. It has not cleared: nobody can tell.
    AlertUnwatched {
        alert: AlertId,
    },
    AlertFiredAgain {
        alert: AlertId,
        summary: String,
    },
    Acknowledged {
        by: String,
        via: Option<String>,
    },
    Noted {
        by: String,
        text: String,
    },
    Assigned {
        by: String,
        to: String,
    },
    SeverityChanged {
        by: String,
        from: String,
        to: String,
        reason: String,
    },
    /// A level of the policy became due; the pages follow.
    Escalated {
        level: Option<usize>,
        reason: PageReason,
    },
    /// A condition of the policy was stated or observed.
    ConditionMet {
        when: When,
        by: Option<String>,
    },
    /// A page is owed from here on.
    Paged {
        page: PageId,
        person: String,
        channel: String,
        address: String,
        reason: PageReason,
    },
    /// Somebody of the level was not paged.
    PageSkipped {
        person: String,
        reason: SkipReason,
    },
    /// Word for others; owed like a page.
    Announced {
        page: PageId,
        channel: String,
        occasion: crate::plan::Occasion,
    },
    PageDelivered {
        page: PageId,
        reference: String,
        tries: u32,
    },
    /// Still owed. Stored for the first tries, and then ever more seldom.
    PageDelayed {
        page: PageId,
        reason: String,
        tries: u32,
        next: Timestamp,
    },
    /// It will never work as it is.
    PageRejected {
        page: PageId,
        reason: String,
    },
    /// It was tried for as long as the limit allows.
    PageGivenUp {
        page: PageId,
        reason: String,
        tries: u32,
    },
    /// It was owed and nobody needs it any more.
    PageDropped {
        page: PageId,
        reason: String,
    },
    /// The severity promises business time and nobody of the level is on duty: the ladder goes on then.
    LadderWaits {
        until: Timestamp,
        anchor: Timestamp,
        /// The level that is due then; absent for the repetition.
        #[serde(default)]
        next: Option<usize>,
    },
    /// The severity's pages go out together: the first level is due then.
    DigestWaits {
        until: Timestamp,
    },
    /// The ladder has no further level and no repetition left.
    Exhausted,
    /// The clock went back by this much; everything that waits was moved with it.
    ClockWentBack {
        by: SignedDuration,
    },
    TargetMissed {
        clock: Clock,
        limit: Limit,
        deadline: Timestamp,
    },
    /// `clock=update` was due.
    UpdateDue {
        since: Timestamp,
    },
    RunRequested {
        runbook: String,
        reason: String,
    },
    RunStarted {
        run: RunId,
        runbook: String,
    },
    RunRefused {
        runbook: String,
        reason: String,
    },
    RunHeld {
        run: RunId,
        step: String,
        reason: String,
    },
    RunResumed {
        run: RunId,
    },
    RunEnded {
        run: RunId,
        end: RunEnd,
    },
    Resolved {
        by: String,
        ground: Ground,
    },
    Reopened {
        by: String,
        reason: String,
    },
}

/// How an incident came to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "source", rename_all = "snake_case")]
pub enum Source {
    Alert { alert: AlertId, name: String },
    Person { name: String, note: Option<String> },
}

/// Why somebody was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "skip", rename_all = "snake_case")]
pub enum SkipReason {
    /// Not on duty now.
    OffDuty { until: Option<Timestamp> },
    /// The plan has no way to reach them.
    NoReach,
    /// Already paged, and the page is fresh or still owed.
    AlreadyPaged,
    /// The incident reached its limit of pages.
    PageLimit { limit: u32 },
    /// The name resolves to nobody, in a plan that was not armed.
    Nobody,
}

/// What an incident was resolved on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ground", rename_all = "snake_case")]
pub enum Ground {
    /// Runs verified it, and every alert cleared.
    Checks {
        runs: Vec<RunId>,
    },
    /// Every alert cleared by itself.
    AlertsCleared,
    Reason {
        text: String,
    },
}

/// Durations that follow from a timeline.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Times {
    pub began: Option<Timestamp>,
    pub detected: Option<Timestamp>,
    pub acknowledged: Option<Timestamp>,
    pub responded: Option<Timestamp>,
    pub resolved: Option<Timestamp>,
    /// Detected to acknowledged.
    pub to_acknowledge: Option<SignedDuration>,
    /// Detected to resolved.
    pub to_resolve: Option<SignedDuration>,
    pub deadlines: BTreeMap<Clock, Timestamp>,
}
