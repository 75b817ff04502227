//! The shapes of the server's answers, as `docs/api.md` describes them.
//!
//! Fields that are unknown are left, and those that a newer server may add are optional, so that a command of yesterday
//! understands a server of today.
//!
//! **Invariant:** nobody else describes these shapes.

use std::collections::BTreeMap;

use jiff::Timestamp;
use matoi_core::effect::{RunEnd, Starter};
use matoi_core::gate::Switches;
use matoi_core::incident::{AlertState, LadderState, PageState, RunState};
use matoi_core::language::Language;
use matoi_core::plan::Clock;
use matoi_core::practice::Standing;
use matoi_core::problem::Problem;
use matoi_core::run::event::{Finding, Purpose, Vote};
use matoi_core::run::{Phase, Settling};
use matoi_core::runbook::Kind;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Client, ClientError};

/// Reads an answer of `client`'s server as one of these shapes.
pub fn shaped<T: DeserializeOwned>(client: &Client, answer: Value) -> Result<T, ClientError> {
    serde_json::from_value(answer).map_err(|err| client.stranger(err.to_string()))
}

/// `GET /status`.
#[derive(Clone, Debug, Deserialize)]
pub struct Status {
    pub now: Timestamp,
    pub version: String,
    pub plan: Option<PlanShown>,
    pub health: Health,
    /// Worst first, then oldest.
    pub open: Vec<Summary>,
    /// How many are open, shown or not.
    #[serde(default)]
    pub open_count: usize,
    pub on_call: Vec<OnCall>,
    pub switches: Switches,
}

/// The plan that rules.
#[derive(Clone, Debug, Deserialize)]
pub struct PlanShown {
    pub name: String,
    pub hash: String,
    pub language: Language,
    pub timezone: String,
    pub armed: bool,
    #[serde(default)]
    pub unarmed: Vec<String>,
    #[serde(default)]
    pub problems: Vec<Problem>,
    /// A newer plan that was refused.
    pub refused: Option<Vec<Problem>>,
}

/// Whose turn it is.
#[derive(Clone, Debug, Deserialize)]
pub struct OnCall {
    pub schedule: String,
    pub person: String,
    pub name: String,
    pub until: Option<Timestamp>,
}

/// How the server is.
#[derive(Clone, Debug, Deserialize)]
pub struct Health {
    pub state: Condition,
    pub parts: Vec<Part>,
}

/// How one part of it is.
#[derive(Clone, Debug, Deserialize)]
pub struct Part {
    pub name: String,
    pub state: Condition,
    pub detail: String,
}

/// How well something does its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    Ok,
    Degraded,
    Failed,
}

/// An incident in a list.
#[derive(Clone, Debug, Deserialize)]
pub struct Summary {
    pub id: String,
    pub title: String,
    pub severity: String,
    pub severity_name: Option<String>,
    /// 0 is worst.
    pub rank: Option<usize>,
    pub service: Option<String>,
    pub state: IncidentState,
    pub since: Timestamp,
    pub opened_at: Timestamp,
    pub resolved_at: Option<Timestamp>,
    pub acknowledged_by: Option<String>,
    pub acknowledged_by_name: Option<String>,
    pub lead: Option<String>,
    pub lead_name: Option<String>,
    #[serde(default)]
    pub alerts_firing: usize,
    #[serde(default)]
    pub pages_owed: usize,
    pub next_action: NextAction,
}

/// Where an incident stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IncidentState {
    Open,
    Acknowledged,
    Resolved,
}

/// What to do first.
#[derive(Clone, Debug, Deserialize)]
pub struct NextAction {
    pub text: String,
    pub command: Option<String>,
}

/// An incident, whole.
#[derive(Clone, Debug, Deserialize)]
pub struct Incident {
    #[serde(flatten)]
    pub summary: Summary,
    pub timezone: String,
    pub language: Language,
    pub acknowledged_at: Option<Timestamp>,
    #[serde(default)]
    pub alerts: Vec<Alert>,
    /// Oldest first.
    #[serde(default)]
    pub pages: Vec<Page>,
    #[serde(default)]
    pub runs: Vec<RunSeen>,
    /// Runbooks asked for and not yet begun.
    #[serde(default)]
    pub requested: Vec<String>,
    #[serde(default)]
    pub clocks: Vec<ClockShown>,
    pub escalation: Escalation,
    /// Conditions that a person may state.
    #[serde(default)]
    pub conditions: Vec<String>,
    /// Whom to call outside the team; those of its service first.
    #[serde(default)]
    pub contacts: Vec<Contact>,
}

/// Somebody outside the team.
#[derive(Clone, Debug, Deserialize)]
pub struct Contact {
    pub name: String,
    #[serde(default)]
    pub role: Option<String>,
    #[serde(default)]
    pub hours: Option<String>,
    #[serde(default)]
    pub at: Vec<String>,
    #[serde(default)]
    pub note: Option<String>,
}

/// A bad condition.
#[derive(Clone, Debug, Deserialize)]
pub struct Alert {
    pub name: String,
    pub summary: String,
    pub since: Timestamp,
    pub state: AlertState,
}

/// A page and what became of it.
#[derive(Clone, Debug, Deserialize)]
pub struct Page {
    pub to: String,
    pub to_name: String,
    pub channel: String,
    #[serde(default)]
    pub address: String,
    pub reason: String,
    pub state: PageState,
    pub since: Timestamp,
    #[serde(default)]
    pub tries: u32,
    pub trouble: Option<String>,
}

/// A run as its incident sees it.
#[derive(Clone, Debug, Deserialize)]
pub struct RunSeen {
    pub id: String,
    pub runbook: String,
    pub state: RunState,
}

/// A promise of the severity.
#[derive(Clone, Debug, Deserialize)]
pub struct ClockShown {
    pub clock: Clock,
    pub deadline: Timestamp,
    pub state: ClockState,
}

/// How a promise stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockState {
    Running,
    Kept,
    Missed,
}

/// How far the policy got.
#[derive(Clone, Debug, Deserialize)]
pub struct Escalation {
    /// When something happens by itself.
    pub wake_at: Option<Timestamp>,
    pub round: u32,
    pub state: LadderState,
}

/// `GET …/timeline`.
#[derive(Clone, Debug, Deserialize)]
pub struct Timeline {
    pub now: Timestamp,
    pub lines: Vec<Line>,
    /// The cursor that asks for what comes after.
    pub next: String,
}

/// One line of a timeline.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
pub struct Line {
    pub at: Timestamp,
    pub actor: String,
    pub action: String,
    pub result: String,
    /// The run, where it is not the incident's own.
    pub run: Option<String>,
}

/// A chore and where it stands.
#[derive(Clone, Debug, Deserialize)]
pub struct Chore {
    pub name: String,
    /// As the plan writes it.
    pub every: String,
    #[serde(default)]
    pub owner: Option<String>,
    pub state: ChoreState,
    /// Why it is wrong.
    #[serde(default)]
    pub reason: Option<String>,
    #[serde(default)]
    pub last_due: Option<Timestamp>,
    #[serde(default)]
    pub next_due: Option<Timestamp>,
    /// The newest run.
    #[serde(default)]
    pub run: Option<String>,
}

/// Where a chore stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChoreState {
    Well,
    Due,
    UnderWay,
    Wrong,
}

/// `GET …/report`.
#[derive(Clone, Debug, Deserialize)]
pub struct Reports {
    pub incident: String,
    pub review: String,
    /// Further forms of the house, by name.
    #[serde(default)]
    pub forms: BTreeMap<String, String>,
}

/// A run, whole.
#[derive(Clone, Debug, Deserialize)]
pub struct Run {
    pub id: String,
    pub incident: Option<String>,
    pub runbook: String,
    pub title: String,
    pub by: Starter,
    #[serde(default)]
    pub purpose: Purpose,
    pub started_at: Timestamp,
    pub updated_at: Timestamp,
    /// Grows with everything that happens to it.
    pub version: u64,
    pub phase: Phase,
    pub wake_at: Option<Timestamp>,
    pub timezone: String,
    pub language: Option<Language>,
    /// In the order of the runbook.
    pub steps: Vec<Step>,
}

/// A part of what a step printed.
#[derive(Clone, Debug, Deserialize)]
pub struct OutputPart {
    /// `stdout` or `stderr`.
    pub stream: String,
    pub text: String,
    /// The byte to ask for next.
    pub next: u64,
    /// Bytes before it that were not kept.
    pub dropped: u64,
    /// Whether nothing more will come; events say that in an event of its own.
    #[serde(default)]
    pub over: bool,
}

/// A step of a run.
#[derive(Clone, Debug, Deserialize)]
pub struct Step {
    pub name: String,
    /// The heading that it stands under.
    #[serde(default)]
    pub phase: String,
    pub kind: Kind,
    /// `bash`, `sql`, `approval`, `wait`, or `list`.
    pub act: String,
    #[serde(default)]
    pub attempts: u32,
    /// Who wants it to begin, where one person is not enough.
    #[serde(default)]
    pub agreed: Vec<String>,
    /// Absent until it is reached.
    pub state: Option<StepState>,
    /// What is performed.
    pub script: Option<String>,
}

/// Where a step stands.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum StepState {
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
    /// What people do. Who ticked an item is told by its number, counted from 0; as text, since that is what a key of
    /// JSON is.
    List {
        items: Vec<String>,
        ticked: BTreeMap<String, String>,
    },
    Waiting {
        until: Timestamp,
    },
    /// A rehearsal finds out whether it could be performed.
    Examining {
        since: Timestamp,
    },
    Examined {
        finding: Finding,
    },
}

/// `GET /runbooks`.
#[derive(Clone, Debug, Deserialize)]
pub struct Runbook {
    pub name: String,
    pub title: String,
    pub hash: String,
    pub sound: bool,
    pub steps: usize,
    pub standing: Standing,
    pub last_run: Option<Tried>,
    pub last_rehearsal: Option<Tried>,
}

/// A run or a rehearsal that is over.
#[derive(Clone, Debug, Deserialize)]
pub struct Tried {
    pub id: String,
    pub ended_at: Timestamp,
    pub end: RunEnd,
    pub hash: String,
}

/// `POST /plan/reload`.
#[derive(Clone, Debug, Deserialize)]
pub struct Reloaded {
    pub hash: String,
    #[serde(default)]
    pub problems: Vec<Problem>,
}

/// A no, as RFC 9457 has it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct No {
    pub detail: String,
    pub code: Code,
    pub hint: Option<String>,
}

/// What kind of no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    Refused,
    Missing,
    Invalid,
    Unauthorized,
    Forbidden,
    Busy,
    Unavailable,
    TooLarge,
    /// One that only a newer server knows.
    #[serde(other)]
    Other,
}
