//! The state of everything, on one page; and taking another plan.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use matoi_core::gate::Switches;
use matoi_core::language::Language;
use matoi_core::problem::Problem;
use matoi_engine::health::Health;
use matoi_engine::plan::PlanError;
use matoi_store::{LIST_MAX, Which};
use serde::Serialize;

use crate::Site;
use crate::error::{ApiError, Code, store};
use crate::spoken::Spoken;
use crate::view::{Summary, summary};

/// Incidents that a status shows; a person looks at the first.
const OPEN_SHOWN: usize = 100;

#[derive(Serialize)]
pub(crate) struct Status {
    now: Timestamp,
    version: &'static str,
    plan: Option<PlanShown>,
    health: Health,
    open: Vec<Summary>,
    /// How many are open, of which the worst are shown; no more than the store lists at once.
    open_count: usize,
    on_call: Vec<OnCall>,
    switches: Switches,
}

#[derive(Serialize)]
struct PlanShown {
    name: String,
    hash: String,
    language: Language,
    timezone: String,
    armed: bool,
    unarmed: Vec<String>,
    problems: Vec<Problem>,
    /// A newer plan that was refused.
    refused: Option<Vec<Problem>>,
}

#[derive(Serialize)]
struct OnCall {
    schedule: String,
    person: String,
    name: String,
    until: Timestamp,
}

#[derive(Serialize)]
pub(crate) struct Reloaded {
    hash: String,
    problems: Vec<Problem>,
}

pub(crate) async fn show(
    State(site): State<Site>,
    spoken: Spoken,
) -> Result<Json<Status>, ApiError> {
    let engine = &site.engine;
    let now = engine.now();
    let mut open = Vec::new();
    // The worst may be the oldest, so that all are looked at before most are left out.
    for view in engine.incidents(Which::Open, LIST_MAX).await? {
        let plan = engine.plans().of(&view.incident.plan).await;
        let plan = plan.map_err(|err| ApiError::new(Code::Unavailable, err.to_string()))?;
        open.push(summary(&view, &plan, spoken.or_plan(&plan)));
    }
    // Worst first, then oldest.
    open.sort_by_key(|it| (it.rank.unwrap_or(usize::MAX), it.opened_at));
    let open_count = open.len();
    open.truncate(OPEN_SHOWN);
    let plan = engine.plans().current();
    let on_call = plan.as_ref().map(|it| on_call(it, now)).unwrap_or_default();
    let status = Status {
        now,
        version: env!("CARGO_PKG_VERSION"),
        health: engine.health().await,
        open,
        open_count,
        on_call,
        switches: engine.switches().await.map_err(|err| store(&err))?,
        plan: plan.map(|it| PlanShown {
            name: it.name.clone(),
            hash: it.hash.short().to_owned(),
            language: it.language,
            timezone: it.zone.iana_name().unwrap_or("UTC").to_owned(),
            armed: it.is_armed(),
            unarmed: it.unarmed.clone(),
            problems: engine.plans().problems(),
            refused: engine.plans().refused().map(|it| it.problems),
        }),
    };
    Ok(Json(status))
}

fn on_call(plan: &matoi_core::plan::Plan, now: Timestamp) -> Vec<OnCall> {
    plan.schedules
        .values()
        .map(|schedule| {
            let person = schedule.on_call(&plan.calendar, &plan.zone, now);
            OnCall {
                schedule: schedule.name.clone(),
                person: person.to_owned(),
                name: plan
                    .people
                    .get(person)
                    .map_or_else(|| person.to_owned(), |it| it.name.clone()),
                until: schedule.handoff_after(&plan.calendar, &plan.zone, now),
            }
        })
        .collect()
}

/// Reads the plan's directory again. A broken plan changes nothing.
pub(crate) async fn reload(State(site): State<Site>) -> Result<Json<Reloaded>, ApiError> {
    match site.engine.reload().await {
        Ok(plan) => Ok(Json(Reloaded {
            hash: plan.hash.short().to_owned(),
            problems: site.engine.plans().problems(),
        })),
        Err(PlanError::Refused(problems)) => {
            let first = problems.first().map_or_else(String::new, |it| {
                format!(": {}:{}:{}: {}", it.file, it.line, it.column, it.message)
            });
            Err(ApiError::new(
                Code::Invalid,
                format!("the plan has {} problems{first}", problems.len()),
            )
            .hint("the running plan stays; `matoi check` shows every problem with its place"))
        }
        Err(
            err @ (PlanError::Store(_) | PlanError::Broken { .. } | PlanError::Unreadable { .. }),
        ) => Err(ApiError::new(Code::Unavailable, err.to_string())),
    }
}
