//! Chores: what has to be done again and again.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use matoi_core::chore::Standing;
use matoi_engine::ChoreView;
use serde::Serialize;

use crate::Site;
use crate::access::Actor;
use crate::address::Id;
use crate::error::{ApiError, store};
use crate::run::{Detail, detail};
use crate::spoken::Spoken;

/// A chore in a list.
#[derive(Serialize)]
pub(crate) struct Shown {
    name: String,
    title: Option<String>,
    every: String,
    runbook: String,
    owner: Option<String>,
    severity: String,
    within_seconds: i64,
    /// `well`, `due`, `under_way`, or `wrong`.
    state: &'static str,
    /// Why it is wrong.
    reason: Option<String>,
    /// Absent while it was not due since the plan has it.
    last_due: Option<Timestamp>,
    next_due: Option<Timestamp>,
    /// The newest run.
    run: Option<String>,
    /// When that run began.
    run_began: Option<Timestamp>,
}

pub(crate) async fn list(State(site): State<Site>) -> Result<Json<Vec<Shown>>, ApiError> {
    let chores = site.engine.chores().await.map_err(|err| store(&err))?;
    Ok(Json(chores.into_iter().map(shown).collect()))
}

pub(crate) async fn run(
    State(site): State<Site>,
    spoken: Spoken,
    Id(name): Id,
    Actor(by): Actor,
) -> Result<(StatusCode, Json<Detail>), ApiError> {
    let view = site.engine.run_chore(&name, &by).await?;
    Ok((StatusCode::CREATED, Json(detail(&site, spoken, view).await?)))
}

fn shown(view: ChoreView) -> Shown {
    let (state, reason) = match view.standing {
        Standing::Well => ("well", None),
        Standing::Due { .. } => ("due", None),
        Standing::UnderWay => ("under_way", None),
        Standing::Wrong { reason } => ("wrong", Some(reason)),
    };
    let newest = view.runs.first();
    Shown {
        state,
        reason,
        last_due: view.last_due,
        next_due: view.next_due,
        run: newest.map(|it| it.id.0.clone()),
        run_began: newest.map(|it| it.started_at),
        name: view.chore.name,
        title: view.chore.title,
        every: view.chore.text,
        runbook: view.chore.runbook,
        owner: view.chore.owner,
        severity: view.chore.severity,
        within_seconds: view.chore.within.as_secs(),
    }
}
