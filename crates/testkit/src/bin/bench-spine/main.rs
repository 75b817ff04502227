//! `cargo xtask bench spine`: start, memory, commits, the way from a raise to a page, and what a step costs.
//!
//! Every figure stands beside a peer that was measured in the same run, since these machines are shared and their disks
//! are noisy: commits beside `fdatasync`, a step beside a bare process. Prints one JSON object.

use std::process::ExitCode;

use matoi_testkit::product::Product;
use matoi_testkit::stopwatch::{progress, report};
use serde_json::json;

mod commits;
mod page;
mod start;
mod steps;

fn main() -> ExitCode {
    report("spine", measure)
}

fn measure() -> anyhow::Result<serde_json::Value> {
    let product = Product::build()?;
    progress("start and memory");
    let start = start::measure(&product)?;
    progress("commits");
    let commits = commits::measure()?;
    progress("raise to send");
    let page = page::measure(&product)?;
    progress("steps");
    let steps = steps::measure(&product)?;
    Ok(json!({
        "bench": "spine",
        "aims": {
            "ready_ms_max": 300,
            "idle_rss_kib_max": 40 << 10,
            "raise_to_send_p99_ms_max": 100,
            "step_overhead_p50_ms_max": 50,
        },
        "start": start,
        "commits": commits,
        "raise_to_send": page,
        "steps": steps,
    }))
}
