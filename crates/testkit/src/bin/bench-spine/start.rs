//! From the start of the process to the first answer, and what it takes to sit there.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use jiff::Timestamp;
use matoi_store::{Commit, Store, Workflow};
use matoi_testkit::figures;
use matoi_testkit::product::Product;
use serde_json::{Value, json};

/// Events on disk.
const EVENTS: usize = 100_000;
/// Events of one closed incident.
const EVENTS_EACH: usize = 50;
/// Starts that are measured.
const STARTS: usize = 15;
/// Idle is what remains once the start is over.
const SETTLE: Duration = Duration::from_secs(4);

pub(super) const PLAN: &str = "\
matoi: 1
name: Bench
timezone: UTC
language: en
severities:
  P0: { name: worst }
people:
  ann: { name: Ann, hours: always, reach: [\"hook:ann\"] }
escalation:
  default:
    - page: [ann]
channels:
  hook: { kind: webhook, url: \"http://127.0.0.1:PORT/page\" }
";

pub(super) fn measure(product: &Product) -> anyhow::Result<Value> {
    let root = tempfile::tempdir()?;
    let (plan, data) = (root.path().join("plan"), root.path().join("data"));
    std::fs::create_dir_all(&plan)?;
    std::fs::write(plan.join("matoi.yaml"), PLAN.replace("PORT", "9"))?;
    fill(&data)?;
    let mut times = Vec::new();
    let mut rss = 0;
    for run in 0..STARTS {
        let running = product.serve(&plan, &data)?;
        times.push(running.ready);
        if run + 1 == STARTS {
            std::thread::sleep(SETTLE);
            rss = running.rss_kib()?;
        }
    }
    Ok(json!({ "events_on_disk": EVENTS, "ready": figures::of(times), "idle_rss_kib": rss }))
}

/// Closed incidents of long ago, as they lie on the disk of a team that had many.
fn fill(data: &Path) -> anyhow::Result<()> {
    let at: Timestamp = "2026-01-05T03:00:00Z".parse()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let store = Store::open(data, at).context("cannot open the store")?;
        let event =
            json!({ "at": at, "event": "noted", "by": "ann", "text": "x".repeat(200) }).to_string();
        for number in 0..EVENTS / EVENTS_EACH {
            let commit = Commit {
                workflow: Workflow::Incident,
                id: format!("INC-20260105-{number:03}"),
                version: 1,
                state: "{}".to_owned(),
                wake_at: None,
                closed_at: Some(at),
                topic: None,
                parent: None,
                subject: None,
                events: vec![event.clone(); EVENTS_EACH],
                effects: Vec::new(),
                settles: None,
            };
            store.commit(commit, at).await.context("cannot commit")?;
        }
        store.close().await;
        Ok(())
    })
}
