//! What the world is asked to do, after the events that explain it are stored.
//!
//! Effects go through the outbox: stored in the transaction of their events, claimed with a lease, carried out at
//! least once, and told back as a command. Each has a derived id, which is the idempotency key for the far side.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::{AlertId, IncidentId, PlanHash, RunId};
use crate::page::Page;

/// Something to carry out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum Effect {
    /// Reach a person, or a place where people look.
    SendPage(Page),
    /// Open an incident for this alert, or join the open one of the same topic.
    RaiseAlert(Raise),
    /// Tell the incident of this alert that the condition is gone.
    LowerAlert { alert: AlertId, incident_topic: String, at: Timestamp },
    /// Tell the incident of this alert that nobody looks at the condition any more.
    UnwatchAlert { alert: AlertId, incident_topic: String },
    /// Start a run of a runbook for an incident.
    StartRun(StartRun),
    /// Perform one attempt of a step.
    PerformStep(StepCall),
    /// Find out whether a step could be performed, and change nothing.
    ExamineStep(StepCall),
    /// End an attempt that runs, with everything that it started.
    CancelStep(StepCall),
    /// A run ended that had this lock: those that wait for it look again.
    PassLockOn { lock: String, from: RunId },
    /// Tell an incident what became of a run.
    TellIncident { incident: IncidentId, news: News },
}

/// An alert that fires.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raise {
    pub alert: AlertId,
    pub name: String,
    /// What is wrong, in the words of the probe.
    pub summary: String,
    pub service: Option<String>,
    pub severity: String,
    pub runbook: Option<String>,
    pub escalation: Option<String>,
    /// Incidents of one topic are one: `service:api`, else `alert:HighCPUUsage`.
    pub topic: String,
    /// When the condition began to hold.
    pub since: Timestamp,
    /// When it was certain enough.
    pub at: Timestamp,
    pub plan: PlanHash,
}

/// A runbook to start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartRun {
    pub incident: IncidentId,
    pub runbook: String,
    pub plan: PlanHash,
    pub by: Starter,
    pub params: BTreeMap<String, String>,
    /// Labels that the steps see as `MATOI_LABEL_…`.
    pub labels: BTreeMap<String, String>,
}

/// Who or what began a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "starter", rename_all = "snake_case")]
pub enum Starter {
    /// The plan: the severity's or the alert's own runbook.
    Plan {
        reason: String,
    },
    Person {
        name: String,
    },
}

/// One attempt at a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepCall {
    pub run: RunId,
    pub incident: Option<IncidentId>,
    pub plan: PlanHash,
    pub runbook: String,
    pub runbook_hash: String,
    pub step: String,
    /// Counted from 1.
    pub attempt: u32,
    /// `STEP_IDEMPOTENCY_KEY`: the same for every attempt of this step in this run.
    pub key: String,
    /// Parameters, labels, and outputs of earlier steps.
    pub environment: BTreeMap<String, String>,
}

/// What an incident hears of its runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "news", rename_all = "snake_case")]
pub enum News {
    RunStarted {
        run: RunId,
        runbook: String,
    },
    /// It cannot go on without a person.
    RunHeld {
        run: RunId,
        step: String,
        reason: String,
        /// Whom it takes, when not just anybody will do.
        from: Vec<String>,
        then: AfterHold,
    },
    /// `by` wants the step to begin, and another person has to want it too.
    RunNeedsAnother {
        run: RunId,
        step: String,
        by: String,
    },
    RunResumed {
        run: RunId,
    },
    /// It, or a phase of it, takes longer than its budget.
    RunLate {
        run: RunId,
    },
    StepUnclear {
        run: RunId,
        step: String,
        reason: String,
    },
    RunEnded {
        run: RunId,
        end: RunEnd,
    },
    /// It could not be started at all.
    RunRefused {
        runbook: String,
        reason: String,
    },
}

/// Whether a held run also asks for the next level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterHold {
    Wait,
    Escalate,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunEnd {
    /// Every step succeeded or was skipped, and a `verify` step after the last change said so.
    Verified,
    /// Every step succeeded or was skipped; something was changed and nothing verified it since.
    Unverified,
    /// It only looked: nothing was changed, and nothing was to be verified.
    Looked,
    /// A step failed.
    Failed,
    /// A person, a refusal, or an expired gate ended it.
    Aborted,
    /// Taking a change back failed; nobody but a person can tell what is true.
    Stuck,
}
