//! The proof of a plan: for every severity and every instant at which an incident may open, who is paged first, and
//! how long it takes until somebody on duty is paged, if nobody ever answers.
//!
//! It is computed on the instants at which anything changes (a window begins or ends, a turn is handed over, a
//! holiday, a change of the clocks), never by stepping through minutes: between two of them every moment of the
//! climb either moves with the opening or stands still.
//!
//! **Invariant:** what is proved is what `incident::decide` does; a property climbs both and compares.

use jiff::{SignedDuration, Timestamp};

use crate::language::Language;
use crate::plan::choice::promised;
use crate::plan::{Clock, Limit, Plan, Severity};

mod climb;
mod deadline;
mod json;
mod picture;
mod segment;
mod timetable;
mod words;

pub use picture::picture;

use timetable::Timetables;

/// What the plan holds for a span of time.
#[derive(Clone, Debug)]
pub struct Proof {
    pub from: Timestamp,
    /// Not inclusive.
    pub to: Timestamp,
    /// As in the plan, worst first.
    pub severities: Vec<SeverityProof>,
}

/// What is proved of one severity.
#[derive(Clone, Debug)]
pub struct SeverityProof {
    pub label: String,
    /// The promise it is held against: an answer, else an acknowledgement.
    pub target: Option<(Clock, Limit)>,
    /// What is promised in its stead for openings within certain hours, by the hours as written.
    pub during: Vec<(String, Clock, Limit)>,
    /// Every escalation that an incident of this severity may follow; its own first.
    pub policies: Vec<PolicyProof>,
}

/// What is proved of one severity under one escalation.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyProof {
    pub policy: String,
    /// The longest wait until somebody on duty is paged; [`Wait::Forever`] where nobody ever is.
    pub worst: Wait,
    /// Openings whose target is missed before anybody on duty is paged, by time.
    pub holes: Vec<Hole>,
    /// Who is paged first, by time, without gaps.
    pub first: Vec<First>,
}

/// Openings from `from`, until before `to`.
#[derive(Clone, Debug, PartialEq)]
pub struct Hole {
    pub from: Timestamp,
    pub to: Timestamp,
    /// The longest wait within it.
    pub wait: Wait,
    pub why: Why,
}

/// How long it takes until somebody on duty is paged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wait {
    For(SignedDuration),
    /// The policy ends, and nobody on duty was paged.
    Forever,
}

/// Why a target is missed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// Nobody of the policy is on duty: duty hours are set aside, and these people are woken.
    NobodyOnDuty { woken: Vec<String> },
    /// The severity may wait for business, so it waits for these people's duty.
    WaitsForDuty { people: Vec<String> },
    /// The severity's pages go out together, at these times as written.
    WaitsForDigest { every: String },
    /// These people are on duty and have no way to be reached.
    NoWay { people: Vec<String> },
    /// Somebody on duty is paged at once, and even that is later than what is promised.
    PromisedEarlier,
}

/// For openings from `from`, until before `to`: the people who are paged first.
#[derive(Clone, Debug, PartialEq)]
pub struct First {
    pub from: Timestamp,
    pub to: Timestamp,
    /// Ids; empty where nobody is ever paged.
    pub people: Vec<String>,
}

/// Proves `plan` for openings from `from` until before `to`.
pub fn prove(plan: &Plan, from: Timestamp, to: Timestamp) -> Proof {
    let tables = Timetables::of(plan, from, to);
    let severities = plan.severities.iter().map(|it| severity(plan, &tables, it, from, to));
    Proof { from, to, severities: severities.collect() }
}

fn severity(
    plan: &Plan,
    tables: &Timetables,
    severity: &Severity,
    from: Timestamp,
    to: Timestamp,
) -> SeverityProof {
    let policies = policies(plan, severity).into_iter().filter_map(|name| {
        let policy = plan.escalations.get(&name)?;
        let climb = climb::Climb { plan, tables, severity, policy };
        Some(segment::prove(&climb, from, to))
    });
    let during = severity.during.iter().filter_map(|it| {
        let (clock, limit) = promised(&it.targets)?;
        Some((it.text.clone(), clock, limit))
    });
    SeverityProof {
        label: severity.label.clone(),
        target: promised(&severity.targets),
        during: during.collect(),
        policies: policies.collect(),
    }
}

/// What one opening comes to under one escalation.
#[derive(Clone, Debug, PartialEq)]
pub struct Opening {
    pub policy: String,
    /// Ids of who is paged first; empty where nobody is.
    pub first: Vec<String>,
    /// Until somebody on duty is paged.
    pub wait: Wait,
    /// Why it is not at once.
    pub why: Why,
}

/// What an incident of `severity` that opens at `opened` comes to, under each escalation that it may follow.
pub fn at(plan: &Plan, severity: &Severity, opened: Timestamp) -> Vec<Opening> {
    let tables = Timetables::of(plan, opened, opened);
    let openings = policies(plan, severity).into_iter().filter_map(|name| {
        let policy = plan.escalations.get(&name)?;
        let reached = climb::Climb { plan, tables: &tables, severity, policy }.from(opened);
        let wait = reached.wait(opened);
        Some(Opening { policy: name, first: reached.first, wait, why: reached.why })
    });
    openings.collect()
}

/// The escalations that an incident of this severity may follow, its own first: those of alerts and of services go
/// before a severity's, and people may change the severity of any incident.
fn policies(plan: &Plan, severity: &Severity) -> Vec<String> {
    let own = plan.escalation_for(None, None, &severity.label).map(|it| it.name.clone());
    let alerts = plan.alerts.values().filter_map(|it| it.escalation.clone());
    let services = plan.services.values().filter_map(|it| it.escalation.clone());
    let mut names: Vec<String> = Vec::new();
    let chores = plan.chores.values().filter(|it| it.severity == severity.label);
    let chores = chores.filter_map(|it| it.escalation.clone());
    for name in own.into_iter().chain(alerts).chain(services).chain(chores) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

impl Proof {
    /// Whether every target can be kept.
    pub fn holds(&self) -> bool {
        self.severities.iter().flat_map(|it| &it.policies).all(|it| it.holes.is_empty())
    }
}

impl SeverityProof {
    /// The promise in words, and those of certain hours behind it; `-` where there is none.
    pub fn promise(&self, language: Language) -> String {
        let all = self.target.map(|(clock, limit)| limit.words(clock, language));
        let during = self.during.iter().map(|(hours, clock, limit)| {
            let limit = limit.words(*clock, language);
            language.pick(format!("{hours}は{limit}"), format!("{limit} for {hours}"))
        });
        let all: Vec<String> = all.into_iter().chain(during).collect();
        if all.is_empty() { "-".to_owned() } else { all.join(language.pick("、", ", ")) }
    }

    /// The longest wait under any of its policies.
    pub fn worst(&self) -> Wait {
        let none = Wait::For(SignedDuration::ZERO);
        self.policies.iter().map(|it| it.worst).max().unwrap_or(none)
    }
}
