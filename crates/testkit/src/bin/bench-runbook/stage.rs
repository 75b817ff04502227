//! A server with one runbook, and runs of it.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use jiff::Timestamp;
use matoi_testkit::plain;
use matoi_testkit::product::{Product, Running};
use serde_json::{Value, json};
use tempfile::TempDir;

const PLAN: &str = "\
matoi: 1
name: Bench
timezone: UTC
language: en
severities: { P0: {} }
people: { ann: { reach: [console] } }
escalation: { default: [{ page: ann }] }
";

/// No run of a bench takes longer.
const ENDS_WITHIN: Duration = Duration::from_secs(300);

pub(crate) struct Stage {
    root: TempDir,
}

impl Stage {
    /// A plan with the runbook `it`, whose steps are these fences.
    pub(crate) fn new(steps: &str) -> anyhow::Result<Stage> {
        let root = tempfile::tempdir()?;
        std::fs::create_dir_all(root.path().join("plan/runbooks"))?;
        std::fs::write(root.path().join("plan/matoi.yaml"), PLAN)?;
        let text = format!("---\nrunbook: {{}}\n---\n# It\n\n{steps}");
        std::fs::write(root.path().join("plan/runbooks/it.md"), text)?;
        Ok(Stage { root })
    }

    pub(crate) fn path(&self) -> &Path {
        self.root.path()
    }

    pub(crate) fn plan(&self) -> PathBuf {
        self.path().join("plan")
    }

    pub(crate) fn serve(&self, product: &Product) -> anyhow::Result<Running> {
        product.serve(&self.plan(), &self.path().join("data"))
    }
}

/// Starts a run, and gives its id.
pub(crate) fn start(running: &Running) -> anyhow::Result<String> {
    let body = json!({ "runbook": "it" }).to_string();
    let run = plain::json(&plain::post(&running.address, "/api/v1/runs", &body)?)?;
    Ok(run["id"].as_str().context("the run has no id")?.to_owned())
}

/// Waits until a run has ended well, and gives how long it took by its own timeline.
pub(crate) fn ended(running: &Running, id: &str, pause: Duration) -> anyhow::Result<Duration> {
    let begun = Instant::now();
    loop {
        let run = get(running, &format!("/api/v1/runs/{id}"))?;
        if run["phase"]["phase"] == "ended" {
            ensure!(run["phase"]["end"] == "looked", "it ended otherwise: {}", run["phase"]);
            let at = |key: &str| -> anyhow::Result<Timestamp> {
                Ok(run[key].as_str().context("a time is missing")?.parse()?)
            };
            return Ok(at("updated_at")?.duration_since(at("started_at")?).unsigned_abs());
        }
        ensure!(begun.elapsed() < ENDS_WITHIN, "{id} does not end: {}", run["phase"]);
        std::thread::sleep(pause);
    }
}

pub(crate) fn get(running: &Running, path: &str) -> anyhow::Result<Value> {
    plain::json(&plain::get(&running.address, path)?)
}
