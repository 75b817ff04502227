//! Figures in the text format of Prometheus (exposition format 0.0.4).

use std::fmt::Write;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use matoi_engine::health::{Health, State as Condition};
use matoi_store::Which;

use crate::Site;

pub(crate) async fn show(State(site): State<Site>) -> Response {
    let health = site.engine.health().await;
    let counts = site.engine.counts();
    let open = site.engine.incidents(Which::Open, matoi_store::LIST_MAX).await.map(|it| it.len());
    let mut text = String::new();
    part_figures(&mut text, &health);
    counted(
        &mut text,
        "matoi_pages_total",
        "Tries of pages, by what the far side said.",
        "delivery",
        &counts.pages,
    );
    counted(
        &mut text,
        "matoi_steps_total",
        "Attempts of steps, by outcome.",
        "outcome",
        &counts.steps,
    );
    counted(&mut text, "matoi_looks_total", "Answers of probes.", "answer", &counts.looks);
    // A figure that cannot be had is left out; a zero would be a claim.
    if let Ok(open) = open {
        let _ = writeln!(text, "# HELP matoi_incidents_open Incidents that are not resolved.");
        let _ = writeln!(text, "# TYPE matoi_incidents_open gauge\nmatoi_incidents_open {open}");
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}

fn part_figures(text: &mut String, health: &Health) {
    let _ = writeln!(text, "# HELP matoi_part_state How a part is: 0 ok, 1 degraded, 2 failed.");
    let _ = writeln!(text, "# TYPE matoi_part_state gauge");
    for part in &health.parts {
        let state = match part.state {
            Condition::Ok => 0,
            Condition::Degraded => 1,
            Condition::Failed => 2,
        };
        let _ = writeln!(text, "matoi_part_state{{part=\"{}\"}} {state}", part.name);
    }
}

fn counted(
    text: &mut String,
    name: &str,
    help: &str,
    label: &str,
    counts: &std::collections::BTreeMap<&'static str, u64>,
) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} counter");
    for (value, count) in counts {
        let _ = writeln!(text, "{name}{{{label}=\"{value}\"}} {count}");
    }
}
