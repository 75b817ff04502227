//! What the severity promised, and whether it was kept.
//!
//! **Invariant:** a miss that the timeline states stands, whatever is computed here.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::incident::event::{Event, Fact, Times};
use crate::page::PageReason;
use crate::plan::{Clock, Limit};
use crate::report::Material;
use crate::report::times::times;

/// One clock of the severity, with what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TargetKept {
    pub clock: Clock,
    pub limit: Limit,
    /// Absent where the clock has not begun, repeats, or the calendar cannot tell.
    pub deadline: Option<Timestamp>,
    pub met_at: Option<Timestamp>,
    pub verdict: Verdict,
}

/// What became of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Kept,
    Missed,
    /// Neither met nor late.
    Running,
    /// The incident was resolved before it was due, or its clock has not begun.
    NotApplicable,
    /// The timeline cannot tell: nothing in it says that a report was filed, and "at once" has no moment to be late at.
    Unknown,
}

/// Every clock in the order of an incident's life.
const CLOCKS: [Clock; 7] = [
    Clock::Acknowledge,
    Clock::Respond,
    Clock::Update,
    Clock::Escalate,
    Clock::Resolve,
    Clock::Report,
    Clock::Review,
];

/// Compares the timeline with the targets of the severity.
///
/// A clock is judged by the severity that held when it was met, else by the present one. All clocks begin at the
/// detection, but `review`, which begins at the resolution.
pub fn targets(material: &Material<'_>) -> Vec<TargetKept> {
    let times = times(material.events);
    CLOCKS.into_iter().filter_map(|clock| target(material, &times, clock)).collect()
}

fn target(material: &Material<'_>, times: &Times, clock: Clock) -> Option<TargetKept> {
    let met_at = met_at(material.events, times, clock);
    if let Some((limit, deadline)) = stated_miss(material.events, clock) {
        let verdict = Verdict::Missed;
        return Some(TargetKept { clock, limit, deadline: Some(deadline), met_at, verdict });
    }
    let severity = severity_at(material.events, met_at)?;
    let severity = material.plan.severity(severity)?;
    let begin = if clock == Clock::Review { times.resolved } else { times.detected };
    // Which hours hold is not known before the clock has begun.
    let targets = match begin {
        Some(begin) => material.plan.targets_of(severity, begin),
        None => severity.targets.clone(),
    };
    let limit = *targets.get(&clock)?;
    if limit == Limit::Within(SignedDuration::ZERO) {
        // Nobody could keep it to the letter; whoever reads the report sees how long it took.
        let verdict = Verdict::Unknown;
        return Some(TargetKept { clock, limit, deadline: None, met_at, verdict });
    }
    let (deadline, verdict) = match clock {
        Clock::Update => update(material, times, limit),
        Clock::Acknowledge
        | Clock::Respond
        | Clock::Escalate
        | Clock::Resolve
        | Clock::Report
        | Clock::Review => {
            let deadline = begin.and_then(|it| (material.deadline)(&limit, it));
            let verdict = match begin {
                Some(_) => judge(clock, deadline, met_at, times.resolved, material.now),
                None => Verdict::NotApplicable,
            };
            (deadline, verdict)
        }
    };
    Some(TargetKept { clock, limit, deadline, met_at, verdict })
}

/// The first miss of this clock that the timeline states.
fn stated_miss(events: &[Event], wanted: Clock) -> Option<(Limit, Timestamp)> {
    events.iter().find_map(|event| {
        if let Fact::TargetMissed { clock, limit, deadline } = &event.fact
            && *clock == wanted
        {
            return Some((*limit, *deadline));
        }
        None
    })
}

/// When the timeline says that the clock stopped.
fn met_at(events: &[Event], times: &Times, clock: Clock) -> Option<Timestamp> {
    match clock {
        Clock::Acknowledge => times.acknowledged,
        Clock::Respond => times.responded,
        Clock::Escalate => events.iter().find(|it| is_escalation(&it.fact)).map(|it| it.at),
        Clock::Resolve => times.resolved,
        Clock::Update | Clock::Report | Clock::Review => None,
    }
}

/// Paging the first level is not yet an escalation.
fn is_escalation(fact: &Fact) -> bool {
    matches!(fact, Fact::Escalated { reason, .. } if *reason != PageReason::FirstLevel)
}

/// The severity that held at a moment, else the present one.
fn severity_at(events: &[Event], at: Option<Timestamp>) -> Option<&str> {
    let mut held = None;
    for event in events {
        if held.is_some() && at.is_some_and(|it| event.at > it) {
            break;
        }
        if let Fact::Opened { severity: label, .. } | Fact::SeverityChanged { to: label, .. } =
            &event.fact
        {
            held = Some(label.as_str());
        }
    }
    held
}

fn judge(
    clock: Clock,
    deadline: Option<Timestamp>,
    met_at: Option<Timestamp>,
    resolved: Option<Timestamp>,
    now: Timestamp,
) -> Verdict {
    let Some(deadline) = deadline else {
        return Verdict::Unknown;
    };
    if let Some(met_at) = met_at {
        return if met_at <= deadline { Verdict::Kept } else { Verdict::Missed };
    }
    match clock {
        Clock::Report | Clock::Review if now <= deadline => Verdict::Running,
        Clock::Report | Clock::Review => Verdict::Unknown,
        Clock::Acknowledge | Clock::Respond | Clock::Update | Clock::Escalate | Clock::Resolve => {
            match resolved {
                Some(resolved) if resolved <= deadline => Verdict::NotApplicable,
                Some(_) => Verdict::Missed,
                None if now <= deadline => Verdict::Running,
                None => Verdict::Missed,
            }
        }
    }
}

/// Updates repeat: they were kept when none became due while the incident was open.
fn update(material: &Material<'_>, times: &Times, limit: Limit) -> (Option<Timestamp>, Verdict) {
    let due = material.events.iter().find(|it| matches!(it.fact, Fact::UpdateDue { .. }));
    if let Some(due) = due {
        return (Some(due.at), Verdict::Missed);
    }
    let first = times.detected.and_then(|it| (material.deadline)(&limit, it));
    let verdict = match (times.resolved, first) {
        (None, _) => Verdict::Running,
        (Some(resolved), Some(first)) if resolved <= first => Verdict::NotApplicable,
        (Some(_), Some(_)) => Verdict::Kept,
        (Some(_), None) => Verdict::Unknown,
    };
    (None, verdict)
}
