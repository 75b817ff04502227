//! Timelines: the lines that people read, of an incident together with its runs.
//!
//! A reader who follows asks again with the cursor of the last answer. The cursor counts what was read of the incident
//! and of each run by itself, since lines of one moment may still change places among each other.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use matoi_core::id::{IncidentId, RunId};
use matoi_core::language::Language;
use matoi_core::report::Line;
use serde::{Deserialize, Serialize};

use crate::Site;
use crate::address::{Id, Wanted};
use crate::error::{ApiError, Code};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// The `next` of the last answer.
    after: Option<String>,
    language: Option<Language>,
}

#[derive(Serialize)]
pub(crate) struct Timeline {
    /// So that a reader can say how long ago a line was, without asking for more.
    now: Timestamp,
    lines: Vec<LineShown>,
    /// To ask with next time.
    next: String,
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

/// What a reader has: lines read, by the id of the incident or run.
#[derive(Default)]
struct Cursor(BTreeMap<String, usize>);

pub(crate) async fn of_incident(
    State(site): State<Site>,
    Id(id): Id,
    Wanted(asked): Wanted<Asked>,
) -> Result<Json<Timeline>, ApiError> {
    let mut cursor = Cursor::read(asked.after.as_deref())?;
    let id = IncidentId(id);
    let mut lines = Vec::new();
    for it in site.engine.timeline(&id, asked.language).await? {
        let stream = it.run.as_ref().map_or(&id.0, |run| &run.0);
        if cursor.is_new(stream, it.place) {
            lines.push(shown(it.line, it.run.as_ref()));
        }
    }
    Ok(Json(Timeline { now: site.engine.now(), lines, next: cursor.write() }))
}

pub(crate) async fn of_run(
    State(site): State<Site>,
    Id(id): Id,
    Wanted(asked): Wanted<Asked>,
) -> Result<Json<Timeline>, ApiError> {
    let mut cursor = Cursor::read(asked.after.as_deref())?;
    let id = RunId(id);
    let all = site.engine.run_timeline(&id, asked.language).await?.into_iter().enumerate();
    let new = all.filter(|(place, _)| cursor.is_new(&id.0, *place));
    let lines = new.map(|(_, it)| shown(it, Some(&id))).collect();
    Ok(Json(Timeline { now: site.engine.now(), lines, next: cursor.write() }))
}

impl Cursor {
    fn read(text: Option<&str>) -> Result<Cursor, ApiError> {
        let mut counts = BTreeMap::new();
        for part in text.unwrap_or_default().split(',').filter(|it| !it.is_empty()) {
            let count = part
                .split_once(':')
                .and_then(|(id, count)| Some((id.to_owned(), count.parse().ok()?)));
            let (id, count) = count.ok_or_else(|| {
                ApiError::new(Code::Invalid, "`after` is no cursor")
                    .hint("send the `next` of the last answer")
            })?;
            counts.insert(id, count);
        }
        Ok(Cursor(counts))
    }

    /// Whether the reader does not have this line; from here on, it does.
    fn is_new(&mut self, stream: &str, place: usize) -> bool {
        let read = self.0.entry(stream.to_owned()).or_insert(0);
        let new = place >= *read;
        *read = (*read).max(place + 1);
        new
    }

    fn write(&self) -> String {
        let parts: Vec<String> = self.0.iter().map(|(id, count)| format!("{id}:{count}")).collect();
        parts.join(",")
    }
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
