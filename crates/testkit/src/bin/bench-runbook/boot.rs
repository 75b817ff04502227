//! A server that starts where a thousand runs are open.

use std::time::Duration;

use anyhow::ensure;
use matoi_testkit::figures;
use matoi_testkit::product::Product;
use serde_json::{Value, json};

use crate::stage::{Stage, get, start};

const RUNS: usize = 1000;
const STARTS: usize = 7;
/// Every run has come to its wait by then.
const SETTLE: Duration = Duration::from_secs(2);

pub(crate) fn measure(product: &Product) -> anyhow::Result<Value> {
    let stage = Stage::new("```wait { for=24h }\n```\n")?;
    let running = stage.serve(product)?;
    for _ in 0..RUNS {
        start(&running)?;
    }
    std::thread::sleep(SETTLE);
    let open = get(&running, "/api/v1/runs?state=open&limit=1000")?;
    let open = open.as_array().map_or(0, Vec::len);
    ensure!(open == RUNS, "only {open} runs are open");
    drop(running);
    let mut times = Vec::new();
    let mut rss = 0;
    for _ in 0..STARTS {
        let running = stage.serve(product)?;
        times.push(running.ready);
        std::thread::sleep(SETTLE / 4);
        rss = running.rss_kib()?;
    }
    Ok(json!({ "open_runs": RUNS, "ready": figures::of(times), "rss_kib": rss }))
}
