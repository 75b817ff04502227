//! What is shown: the engine's rows in the words of the interface. `docs/api.md` describes the shapes.

use jiff::Timestamp;
use matoi_core::incident::draft::World;
use matoi_core::incident::{AlertState, Incident, LadderState, PageState, Phase, RunState};
use matoi_core::language::Language;
use matoi_core::page::message::reason_text;
use matoi_core::plan::{Clock, Plan};
use matoi_engine::IncidentView;
use serde::Serialize;

use crate::spoken::reason_in;

/// An incident in a list.
#[derive(Serialize)]
pub(crate) struct Summary {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) severity: String,
    pub(crate) severity_name: Option<String>,
    /// 0 is worst; absent when the plan has no such label any more.
    pub(crate) rank: Option<usize>,
    pub(crate) service: Option<String>,
    /// `open`, `acknowledged`, or `resolved`.
    pub(crate) state: &'static str,
    pub(crate) since: Timestamp,
    pub(crate) opened_at: Timestamp,
    pub(crate) resolved_at: Option<Timestamp>,
    pub(crate) acknowledged_by: Option<String>,
    /// As people call them.
    pub(crate) acknowledged_by_name: Option<String>,
    pub(crate) lead: Option<String>,
    pub(crate) lead_name: Option<String>,
    pub(crate) alerts_firing: usize,
    pub(crate) pages_owed: usize,
    pub(crate) next_action: NextAction,
}

#[derive(Serialize)]
pub(crate) struct NextAction {
    text: String,
    command: Option<String>,
}

/// An incident, whole.
#[derive(Serialize)]
pub(crate) struct Detail {
    #[serde(flatten)]
    summary: Summary,
    timezone: String,
    language: Language,
    plan: String,
    version: u64,
    acknowledged_at: Option<Timestamp>,
    alerts: Vec<Alert>,
    pages: Vec<Page>,
    runs: Vec<Run>,
    requested: Vec<String>,
    clocks: Vec<ClockShown>,
    escalation: Escalation,
    /// Conditions of the policy that a person may state.
    conditions: Vec<String>,
    /// Whom to call outside the team; those of its service first.
    contacts: Vec<ContactShown>,
}

#[derive(Serialize)]
struct ContactShown {
    id: String,
    name: String,
    role: Option<String>,
    hours: Option<String>,
    at: Vec<String>,
    note: Option<String>,
}

#[derive(Serialize)]
struct Alert {
    id: String,
    name: String,
    summary: String,
    since: Timestamp,
    state: AlertState,
}

#[derive(Serialize)]
struct Page {
    id: String,
    to: String,
    to_name: String,
    channel: String,
    address: String,
    reason: String,
    state: PageState,
    since: Timestamp,
    tries: u32,
    trouble: Option<String>,
}

#[derive(Serialize)]
struct Run {
    id: String,
    runbook: String,
    state: RunState,
}

#[derive(Serialize)]
struct ClockShown {
    clock: Clock,
    deadline: Timestamp,
    /// `running`, `kept`, or `missed`.
    state: &'static str,
}

#[derive(Serialize)]
struct Escalation {
    /// When something happens by itself.
    wake_at: Option<Timestamp>,
    round: u32,
    state: LadderState,
}

/// An incident in a list.
pub(crate) fn summary(view: &IncidentView, plan: &Plan, language: Language) -> Summary {
    let it = &view.incident;
    let severity = plan.severity(&it.severity);
    let next = it.next_action(plan, language);
    Summary {
        id: it.id.0.clone(),
        title: it.title.clone(),
        severity: it.severity.clone(),
        severity_name: severity.and_then(|it| it.name.clone()),
        rank: plan.rank(&it.severity),
        service: it.service.clone(),
        state: match (&it.phase, &it.acknowledged) {
            (Phase::Resolved { .. }, _) => "resolved",
            (Phase::Open, Some(_)) => "acknowledged",
            (Phase::Open, None) => "open",
        },
        since: it.since,
        opened_at: it.opened_at,
        resolved_at: match it.phase {
            Phase::Resolved { at } => Some(at),
            Phase::Open => None,
        },
        acknowledged_by: it.acknowledged.as_ref().map(|it| it.by.clone()),
        acknowledged_by_name: it.acknowledged.as_ref().map(|it| name_of(&it.by, plan)),
        lead: it.lead.clone(),
        lead_name: it.lead.as_ref().map(|it| name_of(it, plan)),
        alerts_firing: it.firing().count(),
        pages_owed: it.owed().count(),
        next_action: NextAction { text: next.text, command: next.command },
    }
}

/// An incident, whole.
pub(crate) fn detail(
    view: &IncidentView,
    plan: &Plan,
    language: Language,
    base_url: Option<&str>,
) -> Detail {
    let it = &view.incident;
    let world = World { plan, base_url };
    Detail {
        summary: summary(view, plan, language),
        timezone: plan.zone.iana_name().unwrap_or("UTC").to_owned(),
        language: plan.language,
        plan: it.plan.short().to_owned(),
        version: view.version,
        acknowledged_at: it.acknowledged.as_ref().map(|it| it.at),
        alerts: it
            .alerts
            .iter()
            .map(|(id, it)| Alert {
                id: id.0.clone(),
                name: it.name.clone(),
                summary: it.summary.clone(),
                since: it.since,
                state: it.state,
            })
            .collect(),
        pages: pages(it, plan, language),
        runs: it
            .runs
            .iter()
            .map(|(id, it)| Run {
                id: id.0.clone(),
                runbook: it.runbook.clone(),
                state: run_state(&it.state, plan, language),
            })
            .collect(),
        requested: it.requested.iter().cloned().collect(),
        clocks: clocks(it, plan),
        escalation: Escalation {
            wake_at: view.wake_at,
            round: it.ladder.round,
            state: it.ladder.state,
        },
        conditions: it.conditions_to_state(world),
        contacts: contacts(it, plan),
    }
}

/// Where a run stands, with Matoi's own reasons in `language`.
fn run_state(state: &RunState, plan: &Plan, language: Language) -> RunState {
    match state {
        RunState::Held { step, reason } => {
            RunState::Held { step: step.clone(), reason: reason_in(language, plan, reason) }
        }
        RunState::Going | RunState::Ended { .. } => state.clone(),
    }
}

fn name_of(id: &str, plan: &Plan) -> String {
    plan.people.get(id).map_or_else(|| id.to_owned(), |it| it.name.clone())
}

fn pages(it: &Incident, plan: &Plan, language: Language) -> Vec<Page> {
    let mut pages: Vec<Page> = it
        .pages
        .iter()
        .map(|(id, it)| Page {
            id: id.0.clone(),
            to_name: name_of(&it.to, plan),
            to: it.to.clone(),
            channel: it.channel.clone(),
            address: it.address.clone(),
            reason: reason_text(&it.reason, plan, language),
            state: it.state,
            since: it.since,
            tries: it.tries,
            trouble: it.trouble.clone(),
        })
        .collect();
    pages.sort_by_key(|it| it.since);
    pages
}

fn contacts(it: &Incident, plan: &Plan) -> Vec<ContactShown> {
    let contacts = plan.contacts_for(it.service.as_deref()).into_iter();
    let shown = contacts.map(|(id, it)| ContactShown {
        id: id.to_owned(),
        name: it.name.clone(),
        role: it.role.clone(),
        hours: it.hours.clone(),
        at: it.at.clone(),
        note: it.note.clone(),
    });
    shown.collect()
}

fn clocks(it: &Incident, plan: &Plan) -> Vec<ClockShown> {
    let Some(severity) = plan.severity(&it.severity) else { return Vec::new() };
    let shown = |clock: Clock| match clock {
        Clock::Acknowledge => Some(it.acknowledged.is_some()),
        Clock::Respond => Some(it.responded_at.is_some()),
        Clock::Resolve => Some(!it.is_open()),
        // The time after an incident is the report's; an update repeats.
        Clock::Update | Clock::Escalate | Clock::Report | Clock::Review => None,
    };
    plan.targets_of(severity, it.opened_at)
        .into_iter()
        .filter_map(|(clock, limit)| {
            let met = shown(clock)?;
            let state = match (it.missed.contains(&clock), met) {
                (true, _) => "missed",
                (false, true) => "kept",
                (false, false) if it.is_open() => "running",
                // It ended before anybody did what this clock waits for, and nobody has to any more.
                (false, false) => return None,
            };
            let deadline = limit.deadline(&plan.calendar, &plan.zone, it.opened_at);
            Some(ClockShown { clock, deadline, state })
        })
        .collect()
}
