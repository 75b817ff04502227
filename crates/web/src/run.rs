//! Runs over HTTP.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use matoi_core::effect::Starter;
use matoi_core::id::{IncidentId, RunId};
use matoi_core::language::Language;
use matoi_core::run::command::Command;
use matoi_core::run::event::{Answer, Purpose, Vote};
use matoi_core::run::{Phase, StepState};
use matoi_core::runbook::{Act, Kind};
use matoi_engine::RunView;
use serde::{Deserialize, Serialize};

use crate::Site;
use crate::access::Actor;
use crate::address::{Id, Wanted};
use crate::body::Asked;
use crate::error::{ApiError, Code};
use crate::incident::which;
use crate::spoken::{Spoken, phase_in, state_in};

/// A run, whole.
#[derive(Serialize)]
pub(crate) struct Detail {
    id: String,
    incident: Option<String>,
    runbook: String,
    title: String,
    runbook_hash: String,
    by: Starter,
    /// `perform`, or `rehearse`.
    purpose: Purpose,
    started_at: Timestamp,
    updated_at: Timestamp,
    version: u64,
    phase: Phase,
    wake_at: Option<Timestamp>,
    timezone: String,
    /// The plan's.
    language: Language,
    steps: Vec<Step>,
}

#[derive(Serialize)]
struct Step {
    name: String,
    phase: String,
    kind: Kind,
    /// `bash`, `sql`, `approval`, `wait`, or `list`.
    act: String,
    attempts: u32,
    /// Who wants it to begin, where one person is not enough; with those who approved at a gate that it needs.
    agreed: Vec<String>,
    /// Absent until it is reached.
    state: Option<StepState>,
    /// For people: what is performed.
    script: Option<String>,
}

type Shown = Result<Json<Detail>, ApiError>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListQuery {
    state: Option<String>,
    incident: Option<String>,
    limit: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Start {
    runbook: String,
    #[serde(default)]
    params: BTreeMap<String, String>,
    #[serde(default)]
    purpose: Purpose,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Click {
    step: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answered {
    step: String,
    answer: Answer,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Voted {
    step: String,
    vote: Vote,
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ticked {
    step: String,
    /// Counted from 1, as people count.
    item: usize,
    note: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cancel {
    reason: String,
}

pub(crate) async fn list(
    State(site): State<Site>,
    spoken: Spoken,
    Wanted(query): Wanted<ListQuery>,
) -> Result<Json<Vec<Detail>>, ApiError> {
    let incident = query.incident.map(IncidentId);
    let which = which(query.state.as_deref())?;
    let views = site.engine.runs(which, incident.as_ref(), query.limit.unwrap_or(50)).await?;
    let mut list = Vec::with_capacity(views.len());
    for view in views {
        list.push(detail(&site, spoken, view).await?);
    }
    Ok(Json(list))
}

pub(crate) async fn start(
    State(site): State<Site>,
    spoken: Spoken,
    Actor(by): Actor,
    Asked(it): Asked<Start>,
) -> Result<(StatusCode, Json<Detail>), ApiError> {
    let view = site.engine.start_run(&it.runbook, &by, it.purpose, it.params).await?;
    Ok((StatusCode::CREATED, Json(detail(&site, spoken, view).await?)))
}

pub(crate) async fn show(State(site): State<Site>, spoken: Spoken, Id(id): Id) -> Shown {
    let view = site.engine.run_view(&RunId(id)).await?;
    detail(&site, spoken, view).await.map(Json)
}

pub(crate) async fn click(
    State(site): State<Site>,
    spoken: Spoken,
    Id(id): Id,
    Actor(by): Actor,
    Asked(it): Asked<Click>,
) -> Shown {
    tell(&site, spoken, id, Command::Start { step: it.step, by }).await
}

pub(crate) async fn answer(
    State(site): State<Site>,
    spoken: Spoken,
    Id(id): Id,
    Actor(by): Actor,
    Asked(it): Asked<Answered>,
) -> Shown {
    tell(
        &site,
        spoken,
        id,
        Command::Answer { step: it.step, by, answer: it.answer, reason: it.reason },
    )
    .await
}

pub(crate) async fn vote(
    State(site): State<Site>,
    spoken: Spoken,
    Id(id): Id,
    Actor(by): Actor,
    Asked(it): Asked<Voted>,
) -> Shown {
    tell(&site, spoken, id, Command::Vote { step: it.step, by, vote: it.vote, reason: it.reason })
        .await
}

pub(crate) async fn tick(
    State(site): State<Site>,
    spoken: Spoken,
    Id(id): Id,
    Actor(by): Actor,
    Asked(it): Asked<Ticked>,
) -> Shown {
    let Some(item) = it.item.checked_sub(1) else {
        return Err(ApiError::new(Code::Invalid, "items are counted from 1"));
    };
    tell(&site, spoken, id, Command::Tick { step: it.step, item, by, note: it.note }).await
}

pub(crate) async fn cancel(
    State(site): State<Site>,
    spoken: Spoken,
    Id(id): Id,
    Actor(by): Actor,
    Asked(it): Asked<Cancel>,
) -> Shown {
    tell(&site, spoken, id, Command::Cancel { by, reason: it.reason }).await
}

async fn tell(site: &Site, spoken: Spoken, id: String, command: Command) -> Shown {
    let view = site.engine.tell_run(&RunId(id), command).await?;
    detail(site, spoken, view).await.map(Json)
}

pub(crate) async fn detail(site: &Site, spoken: Spoken, view: RunView) -> Result<Detail, ApiError> {
    let plan = site.engine.plans().of(&view.run.plan).await;
    let plan = plan.map_err(|err| ApiError::new(Code::Unavailable, err.to_string()))?;
    let runbook = plan.runbooks.get(&view.run.runbook);
    let mut run = view.run;
    let language = spoken.or_plan(&plan);
    phase_in(language, &plan, &mut run.phase);
    run.steps.values_mut().for_each(|it| state_in(language, &plan, it));
    let steps = runbook
        .map(|it| it.steps.as_slice())
        .unwrap_or_default()
        .iter()
        .map(|step| Step {
            name: step.name.clone(),
            phase: runbook
                .and_then(|it| it.phases.get(step.phase))
                .map(|it| it.title.clone())
                .unwrap_or_default(),
            kind: step.kind,
            act: match &step.act {
                Act::Perform { language, .. } => language.clone(),
                Act::Approve(_) => "approval".to_owned(),
                Act::Wait { .. } => "wait".to_owned(),
                Act::Tick { .. } => "list".to_owned(),
            },
            attempts: run.attempts.get(&step.name).copied().unwrap_or(0),
            agreed: run.agreed_to(step).into_iter().map(str::to_owned).collect(),
            state: run.steps.get(&step.name).cloned(),
            script: match &step.act {
                Act::Perform { script, .. } => Some(script.clone()),
                Act::Approve(_) | Act::Wait { .. } | Act::Tick { .. } => None,
            },
        })
        .collect();
    Ok(Detail {
        id: run.id.0,
        incident: run.incident.map(|it| it.0),
        runbook: run.runbook,
        title: run.title,
        runbook_hash: run.runbook_hash,
        by: run.by,
        purpose: run.purpose,
        started_at: run.started_at,
        updated_at: run.last_at,
        version: view.version,
        phase: run.phase,
        wake_at: view.wake_at,
        timezone: plan.zone.iana_name().unwrap_or("UTC").to_owned(),
        language: plan.language,
        steps,
    })
}
