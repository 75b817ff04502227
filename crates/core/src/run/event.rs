//! What happened in a run, stored for good: a variant may gain an optional field, and is never renamed, narrowed, or
//! removed.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::effect::{RunEnd, Starter};
use crate::gate::Switch;
use crate::id::{IncidentId, PlanHash, RunId};
use crate::runbook::OnExpire;
pub use crate::runbook::Purpose;

/// One entry of a run's timeline.
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
    Started {
        id: RunId,
        incident: Option<IncidentId>,
        plan: PlanHash,
        runbook: String,
        title: String,
        /// SHA-256 of the bytes that this run executes, whatever becomes of the file.
        runbook_hash: String,
        by: Starter,
        #[serde(default, skip_serializing_if = "Purpose::is_performing")]
        purpose: Purpose,
        /// The resource that it wants for itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lock: Option<String>,
        params: BTreeMap<String, String>,
        labels: BTreeMap<String, String>,
    },
    /// Nobody else has the resource, and nobody will while this run is open.
    LockTaken {
        lock: String,
    },
    /// The intent, stored before anything is performed.
    StepStarted {
        step: String,
        attempt: u32,
        /// A person who started what waits for a click.
        by: Option<String>,
        /// The unclear step for whose sake a `verify` step looks.
        #[serde(default)]
        settles: Option<String>,
    },
    /// What became of an attempt.
    StepEnded {
        step: String,
        attempt: u32,
        outcome: Outcome,
        output: Output,
    },
    /// An unclear step's `check` answered, or a person did.
    StepSettled {
        step: String,
        attempt: u32,
        verdict: Verdict,
        by: Settler,
    },
    StepSkipped {
        step: String,
        reason: Skip,
    },
    /// A rehearsal asks whether the step could be performed; nothing is.
    ExaminationBegan {
        step: String,
    },
    /// What a rehearsal found out about a step that it does not perform.
    StepExamined {
        step: String,
        finding: Finding,
    },
    /// A read-only attempt failed, or one did not begin; it is made again then.
    RetryDue {
        step: String,
        /// Stored under another name, since the event's own time is `at` beside it.
        #[serde(rename = "due")]
        at: Timestamp,
    },
    /// The check of an unclear step could not tell and looks again then.
    CheckDue {
        step: String,
        check: String,
        #[serde(rename = "due")]
        at: Timestamp,
        tries: u32,
    },
    /// `on-fail=goto:` jumps.
    Jumped {
        from: String,
        to: String,
    },
    /// Changes are taken back, in reverse, by these steps.
    Unwinding {
        because: String,
        undo: Vec<String>,
    },
    /// A gate opened: what is asked, filled in and frozen.
    GateOpened {
        step: String,
        text: String,
        expires: Option<Timestamp>,
    },
    Voted {
        step: String,
        by: String,
        vote: Vote,
        reason: Option<String>,
    },
    GateExpired {
        step: String,
        then: OnExpire,
    },
    GatePassed {
        step: String,
    },
    /// A list for people opened.
    ListOpened {
        step: String,
        items: Vec<String>,
    },
    Ticked {
        step: String,
        item: usize,
        by: String,
        note: Option<String>,
    },
    WaitEnded {
        step: String,
    },
    WaitStarted {
        step: String,
        until: Timestamp,
    },
    /// A person is needed, or a switch is thrown.
    Held {
        step: String,
        reason: Hold,
    },
    Answered {
        step: String,
        by: String,
        answer: Answer,
        reason: String,
    },
    /// A switch was put back, or a person started what waits for a click.
    Resumed {
        step: String,
        by: String,
    },
    /// Somebody wants the step to begin, and the rules of conduct ask for another who does.
    Agreed {
        step: String,
        by: String,
    },
    BudgetExceeded {
        of: Budget,
        limit: SignedDuration,
    },
    /// The clock went back by this much; everything that waits was moved with it.
    ClockWentBack {
        by: SignedDuration,
    },
    /// Asked to end; what is being performed is ended with everything it started.
    Cancelled {
        by: String,
        reason: String,
    },
    Ended {
        end: RunEnd,
    },
}

/// What a rehearsal found out about a step that it does not perform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "finding", rename_all = "snake_case")]
pub enum Finding {
    /// Everything that can be looked for is there.
    Ready,
    /// It would fail.
    Lacks { what: String },
    /// Nobody can tell beforehand.
    Unproved { why: String },
}

/// What is known of an attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    Done,
    Failed {
        reason: String,
    },
    /// It may have changed something and nobody can tell: it was cut off, lost, or killed.
    Unclear {
        reason: String,
    },
    /// It certainly changed nothing, because it did not begin.
    NotStarted {
        reason: String,
    },
}

/// What an attempt left behind.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Output {
    /// The end of standard output and error as text, secrets removed.
    pub excerpt: String,
    /// Key-value pairs that the step published.
    pub values: BTreeMap<String, String>,
    pub exit: Option<i32>,
    pub took: Option<SignedDuration>,
    /// Bytes written in all, whether kept or not.
    pub bytes: u64,
    /// SHA-256 of the kept output.
    pub hash: Option<String>,
    /// The folder of the attempt, relative to the data directory.
    pub folder: Option<String>,
}

/// The truth about an unclear step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It took effect.
    Applied,
    /// It did not.
    NotApplied,
    /// Still nobody can tell.
    StillUnclear,
}

/// Who found the truth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "settler", rename_all = "snake_case")]
pub enum Settler {
    Check { step: String },
    Person { name: String, reason: String },
}

/// Why a step was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "skip", rename_all = "snake_case")]
pub enum Skip {
    /// `if=` did not hold.
    Condition { step: String },
    /// A step that it needs did not succeed.
    Needs { step: String },
    /// A person said so.
    Person { name: String, reason: String },
    /// It only runs when another step calls for it.
    NotCalled,
}

/// A vote at a gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vote {
    Approve,
    Refuse,
}

/// Why a run waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "hold", rename_all = "snake_case")]
pub enum Hold {
    /// The step is not armed, or the plan does not let it run unattended.
    Click,
    /// It failed, and its author wants a person to decide.
    Failed {
        reason: String,
    },
    /// Nobody can tell whether it took effect.
    Unclear {
        reason: String,
    },
    Switch {
        switch: Switch,
    },
    /// Another run has what this one wants for itself.
    Lock {
        lock: String,
        by: RunId,
    },
}

/// What a person decides about a step that failed or is unclear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It took effect; go on.
    MarkDone,
    /// It did not take effect; perform it again.
    Rerun,
    /// Leave it out and go on.
    Skip,
    /// Take back what was applied, and end.
    Undo,
    /// End here.
    Abort,
}

/// What has a budget.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Budget {
    Phase { title: String },
    Run,
}
