//! The runbooks of the plan that rules, and whether each was ever tried.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use matoi_core::effect::RunEnd;
use matoi_core::practice::{Standing, Trial};
use serde::Serialize;

use crate::Site;
use crate::error::ApiError;

/// A runbook in a list.
#[derive(Serialize)]
pub(crate) struct Shown {
    name: String,
    title: String,
    /// SHA-256 of its bytes.
    hash: String,
    /// Whether it has no error.
    sound: bool,
    steps: usize,
    /// `proved`, `changed`, `failed`, or `never`.
    standing: Standing,
    last_run: Option<Tried>,
    last_rehearsal: Option<Tried>,
}

#[derive(Serialize)]
struct Tried {
    id: String,
    ended_at: Timestamp,
    end: RunEnd,
    /// Of the bytes that were tried.
    hash: String,
}

pub(crate) async fn list(State(site): State<Site>) -> Result<Json<Vec<Shown>>, ApiError> {
    let (plan, practice) = site.engine.practice().await?;
    let runbooks = practice.into_iter().filter_map(|it| {
        let runbook = plan.runbooks.get(&it.runbook)?;
        Some(Shown {
            name: runbook.name.clone(),
            title: runbook.title.clone(),
            hash: runbook.hash.clone(),
            sound: runbook.sound,
            steps: runbook.steps.len(),
            standing: it.standing,
            last_run: it.last_run.map(tried),
            last_rehearsal: it.last_rehearsal.map(tried),
        })
    });
    Ok(Json(runbooks.collect()))
}

fn tried(it: Trial) -> Tried {
    Tried { id: it.run.0, ended_at: it.ended_at, end: it.end, hash: it.hash }
}
