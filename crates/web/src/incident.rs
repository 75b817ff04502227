//! Incidents over HTTP.

use std::collections::BTreeMap;

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use matoi_core::id::IncidentId;
use matoi_core::incident::command::{Command, Declaration, ResolveGround};
use matoi_core::language::Language;
use matoi_core::plan::Plan;
use matoi_engine::IncidentView;
use matoi_store::Which;
use serde::{Deserialize, Serialize};

use crate::Site;
use crate::access::Actor;
use crate::address::{Id, Wanted};
use crate::body::Asked;
use crate::error::{ApiError, Code};
use crate::spoken::Spoken;
use crate::view::{Detail, Summary, detail, summary};

type Shown = Result<Json<Detail>, ApiError>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListQuery {
    state: Option<String>,
    limit: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Declare {
    title: String,
    severity: String,
    service: Option<String>,
    scope: Option<String>,
    note: Option<String>,
    since: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Acknowledge {
    via: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Note {
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Assign {
    to: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Severity {
    to: String,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Escalate {
    condition: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Resolve {
    ground: Option<String>,
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reopen {
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RequestRun {
    runbook: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReportQuery {
    language: Option<Language>,
}

#[derive(Serialize)]
pub(crate) struct ReportsShown {
    incident: String,
    review: String,
    /// Further forms of the house, by name.
    forms: BTreeMap<String, String>,
}

/// `open`, `resolved` or `ended`, `all`.
pub(crate) fn which(state: Option<&str>) -> Result<Which, ApiError> {
    match state {
        None | Some("open") => Ok(Which::Open),
        Some("resolved" | "ended") => Ok(Which::Closed),
        Some("all") => Ok(Which::All),
        Some(other) => Err(ApiError::new(Code::Invalid, format!("the state {other:?} is unknown"))
            .hint("open, resolved (of incidents), ended (of runs), or all")),
    }
}

pub(crate) async fn list(
    State(site): State<Site>,
    spoken: Spoken,
    Wanted(query): Wanted<ListQuery>,
) -> Result<Json<Vec<Summary>>, ApiError> {
    let which = which(query.state.as_deref())?;
    let views = site.engine.incidents(which, query.limit.unwrap_or(50)).await?;
    let mut shown = Vec::with_capacity(views.len());
    for view in &views {
        let plan = plan_of(&site, view).await?;
        shown.push(summary(view, &plan, spoken.or_plan(&plan)));
    }
    Ok(Json(shown))
}

pub(crate) async fn declare(
    State(site): State<Site>,
    spoken: Spoken,
    Actor(by): Actor,
    Asked(it): Asked<Declare>,
) -> Result<(StatusCode, Json<Detail>), ApiError> {
    let said = Declaration {
        by,
        title: it.title,
        severity: it.severity,
        service: it.service,
        scope: it.scope,
        note: it.note,
        since: it.since,
    };
    let view = site.engine.declare(said).await?;
    let Json(shown) = shown(&site, spoken, &view).await?;
    Ok((StatusCode::CREATED, Json(shown)))
}

pub(crate) async fn show(State(site): State<Site>, spoken: Spoken, Id(id): Id) -> Shown {
    let view = site.engine.incident(&IncidentId(id)).await?;
    shown(&site, spoken, &view).await
}

pub(crate) async fn acknowledge(
    State(site): State<Site>,
    spoken: Spoken,
    Id(id): Id,
    Actor(by): Actor,
    Asked(it): Asked<Acknowledge>,
) -> Shown {
    tell(&site, spoken, id, Command::Acknowledge { by, via: it.via }).await
}

pub(crate) async fn note(
    State(site): State<Site>,
    spoken: Spoken,
    Id(id): Id,
    Actor(by): Actor,
    Asked(it): Asked<Note>,
) -> Shown {
    tell(&site, spoken, id, Command::Note { by, text: it.text }).await
}

pub(crate) async fn assign(
    State(site): State<Site>,
    spoken: Spoken,
    Id(id): Id,
    Actor(by): Actor,
    Asked(it): Asked<Assign>,
) -> Shown {
    tell(&site, spoken, id, Command::Assign { by, to: it.to }).await
}

pub(crate) async fn severity(
    State(site): State<Site>,
    spoken: Spoken,
    Id(id): Id,
    Actor(by): Actor,
    Asked(it): Asked<Severity>,
) -> Shown {
    tell(&site, spoken, id, Command::ChangeSeverity { by, to: it.to, reason: it.reason }).await
}

pub(crate) async fn escalate(
    State(site): State<Site>,
    spoken: Spoken,
    Id(id): Id,
    Actor(by): Actor,
    Asked(it): Asked<Escalate>,
) -> Shown {
    tell(&site, spoken, id, Command::Escalate { by, condition: it.condition }).await
}

pub(crate) async fn resolve(
    State(site): State<Site>,
    spoken: Spoken,
    Id(id): Id,
    Actor(by): Actor,
    Asked(it): Asked<Resolve>,
) -> Shown {
    let ground = match (it.ground.as_deref(), it.reason) {
        (Some("checks"), None) => ResolveGround::Checks,
        (None, Some(reason)) => ResolveGround::Reason(reason),
        (_, _) => {
            return Err(ApiError::new(Code::Invalid, "say on what ground it is resolved")
                .hint("either {\"ground\": \"checks\"} or {\"reason\": \"…\"}"));
        }
    };
    tell(&site, spoken, id, Command::Resolve { by, ground }).await
}

pub(crate) async fn reopen(
    State(site): State<Site>,
    spoken: Spoken,
    Id(id): Id,
    Actor(by): Actor,
    Asked(it): Asked<Reopen>,
) -> Shown {
    tell(&site, spoken, id, Command::Reopen { by, reason: it.reason }).await
}

pub(crate) async fn request_run(
    State(site): State<Site>,
    spoken: Spoken,
    Id(id): Id,
    Actor(by): Actor,
    Asked(it): Asked<RequestRun>,
) -> Shown {
    tell(&site, spoken, id, Command::RequestRun { by, runbook: it.runbook }).await
}

pub(crate) async fn report(
    State(site): State<Site>,
    Id(id): Id,
    Wanted(query): Wanted<ReportQuery>,
) -> Result<Json<ReportsShown>, ApiError> {
    let reports = site.engine.reports(&IncidentId(id), query.language).await?;
    let matoi_engine::Reports { incident, review, forms } = reports;
    Ok(Json(ReportsShown { incident, review, forms }))
}

async fn tell(site: &Site, spoken: Spoken, id: String, command: Command) -> Shown {
    let view = site.engine.tell_incident(&IncidentId(id), command).await?;
    shown(site, spoken, &view).await
}

async fn shown(site: &Site, spoken: Spoken, view: &IncidentView) -> Shown {
    let plan = plan_of(site, view).await?;
    Ok(Json(detail(view, &plan, spoken.or_plan(&plan), site.engine.config().base_url.as_deref())))
}

async fn plan_of(site: &Site, view: &IncidentView) -> Result<Arc<Plan>, ApiError> {
    let plan = site.engine.plans().of(&view.incident.plan).await;
    plan.map_err(|err| ApiError::new(Code::Unavailable, err.to_string()))
}
