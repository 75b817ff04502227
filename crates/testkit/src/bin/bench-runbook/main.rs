//! `cargo xtask bench runbook`: what a step costs in a real run, many runs at once, a boot with many open runs, and
//! opening the output of a step that printed a gigabyte.
//!
//! The peers, measured in turn with it, do the same without a memory: a bash script, a makefile, and `mask`
//! (crates.io) where it is installed. Prints one JSON object.

use std::process::ExitCode;

use matoi_testkit::product::Product;
use matoi_testkit::stopwatch::{progress, report};
use serde_json::{Value, json};

mod boot;
mod cost;
mod cpu;
mod many;
mod output;
mod peer;
mod stage;

fn main() -> ExitCode {
    report("runbook", measure)
}

fn measure() -> anyhow::Result<Value> {
    // Shims outlive whoever started them, and are counted when this process takes them over.
    rustix::process::set_child_subreaper(Some(rustix::process::getpid()))?;
    let product = Product::build()?;
    progress("steps in one run");
    let cost = cost::measure(&product)?;
    progress("many runs at once");
    let many = many::measure(&product)?;
    progress("a boot with open runs");
    let boot = boot::measure(&product)?;
    progress("a long output");
    let output = output::measure(&product)?;
    Ok(json!({
        "bench": "runbook",
        "aims": {
            "ratio_to_bash_of_100_max": 2,
            "cpu_ms_a_step_max": 4,
            "shim_pss_kib_max": 2560,
            "boot_ms_max": 2000,
            "output_ms_max": 500,
        },
        "cost": cost,
        "many": many,
        "boot": boot,
        "output": output,
    }))
}
