//! One run of 1, 10 and 100 steps that do nothing, beside the peers.

use std::fmt::Write as _;
use std::time::Duration;

use matoi_testkit::figures;
use matoi_testkit::product::Product;
use serde_json::{Value, json};

use crate::cpu;
use crate::peer::Peer;
use crate::stage::{Stage, ended, start};

/// Steps in a run, and how many such runs are measured.
const SIZES: [(usize, usize); 3] = [(1, 40), (10, 20), (100, 10)];
/// Seldom enough to take no time from what is measured.
const PAUSE: Duration = Duration::from_millis(50);

pub(crate) fn measure(product: &Product) -> anyhow::Result<Value> {
    let sizes = SIZES.map(|(steps, runs)| of(product, steps, runs));
    Ok(Value::Array(sizes.into_iter().collect::<anyhow::Result<_>>()?))
}

fn of(product: &Product, steps: usize, runs: usize) -> anyhow::Result<Value> {
    let mut fences = String::new();
    for step in 0..steps {
        let _ = writeln!(fences, "```bash {{ name=s{step} kind=diagnose }}\ntrue\n```\n");
    }
    let stage = Stage::new(&fences)?;
    let peers = Peer::here();
    for peer in &peers {
        peer.write(stage.path(), steps)?;
    }
    let running = stage.serve(product)?;
    let (mut own, mut own_cpu) = (Vec::new(), Duration::ZERO);
    let mut others = vec![(Vec::new(), Duration::ZERO); peers.len()];
    for _ in 0..runs {
        let before = cpu::of(&running)?;
        own.push(ended(&running, &start(&running)?, PAUSE)?);
        own_cpu += cpu::of(&running)?.saturating_sub(before);
        for (peer, (times, time)) in peers.iter().zip(&mut others) {
            let before = cpu::of_children()?;
            times.push(peer.run(stage.path())?);
            *time += cpu::of_children()?.saturating_sub(before);
        }
    }
    let count = steps * runs;
    let figures_of = |times: &[Duration], cpu: Duration| {
        let steps_of = u32::try_from(steps).unwrap_or(1);
        json!({
            "whole": figures::of(times.to_vec()),
            "a_step": figures::of(times.iter().map(|it| *it / steps_of).collect()),
            "cpu_ms_a_step": cpu.as_secs_f64() * 1e3 / count as f64,
            "ratio_of_ours": figures::median(&own) / figures::median(times).max(0.001),
        })
    };
    let names = peers.iter().map(|it| it.name());
    let peers: serde_json::Map<String, Value> = names
        .zip(&others)
        .map(|(name, (times, cpu))| (name.to_owned(), figures_of(times, *cpu)))
        .collect();
    Ok(json!({ "steps": steps, "matoi": figures_of(&own, own_cpu), "peers": peers }))
}
