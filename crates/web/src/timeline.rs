//! Timelines: the lines that people read, of an incident together with its runs.

use axum::Json;
use axum::extract::{Path, Query, State};
use jiff::Timestamp;
use matoi_core::id::{IncidentId, RunId};
use matoi_core::language::Language;
use matoi_core::report::Line;
use serde::{Deserialize, Serialize};

use crate::Site;
use crate::error::ApiError;

#[derive(Deserialize)]
pub(crate) struct After {
    /// Lines that the reader has.
    after: Option<usize>,
    language: Option<Language>,
}

#[derive(Serialize)]
pub(crate) struct Timeline {
    lines: Vec<LineShown>,
    /// To ask with next time.
    next: usize,
}

#[derive(Serialize)]
struct LineShown {
    at: Timestamp,
    actor: String,
    action: String,
    result: String,
    /// The run, when it is not the incident's own.
    run: Option<String>,
}

pub(crate) async fn of_incident(
    State(site): State<Site>,
    Path(id): Path<String>,
    Query(query): Query<After>,
) -> Result<Json<Timeline>, ApiError> {
    let lines = site.engine.timeline(&IncidentId(id), query.language).await?;
    Ok(Json(page(
        lines.into_iter().map(|it| shown(it.line, it.run.as_ref())).collect(),
        query.after,
    )))
}

pub(crate) async fn of_run(
    State(site): State<Site>,
    Path(id): Path<String>,
    Query(query): Query<After>,
) -> Result<Json<Timeline>, ApiError> {
    let id = RunId(id);
    let lines = site.engine.run_timeline(&id, query.language).await?;
    Ok(Json(page(lines.into_iter().map(|it| shown(it, Some(&id))).collect(), query.after)))
}

fn shown(line: Line, run: Option<&RunId>) -> LineShown {
    LineShown {
        at: line.at,
        actor: line.actor,
        action: line.action,
        result: line.result,
        run: run.map(|it| it.0.clone()),
    }
}

fn page(lines: Vec<LineShown>, after: Option<usize>) -> Timeline {
    let next = lines.len();
    let lines = lines.into_iter().skip(after.unwrap_or(0)).collect();
    Timeline { lines, next }
}
