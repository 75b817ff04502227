//! Opening what a step printed that printed a gigabyte.

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use matoi_testkit::figures;
use matoi_testkit::product::{Product, Running};
use serde_json::{Value, json};

use crate::stage::{Stage, ended, get, start};

const LINES: u64 = 60_000_000;
/// `0123456789abcdef` and the end of the line.
const LINE_BYTES: u64 = 17;
const LOOKS: usize = 50;

pub(crate) fn measure(product: &Product) -> anyhow::Result<Value> {
    let script = format!("{{ yes 0123456789abcdef || true; }} | head -n {LINES}");
    let stage =
        Stage::new(&format!("```bash {{ name=print kind=diagnose timeout=4m }}\n{script}\n```\n"))?;
    let running = stage.serve(product)?;
    let id = start(&running)?;
    let took = ended(&running, &id, Duration::from_millis(100))?;
    let (mut first, mut last) = (Vec::new(), Vec::new());
    for _ in 0..LOOKS {
        first.push(look(&running, &id, "from=0")?.0);
        last.push(look(&running, &id, "last=65536")?.0);
    }
    let begun = Instant::now();
    let (mut from, mut bytes) = (0, 0);
    loop {
        let (_, part) = look(&running, &id, &format!("from={from}"))?;
        let next = part["next"].as_u64().context("no next")?;
        if next == from {
            ensure!(part["bytes"] == LINES * LINE_BYTES, "not everything was printed: {part}");
            break;
        }
        bytes += part["text"].as_str().map_or(0, str::len);
        from = next;
    }
    let all = begun.elapsed();
    Ok(json!({
        "printed_bytes": LINES * LINE_BYTES,
        "printed_in_ms": took.as_millis() as u64,
        "first_part": figures::of(first),
        "last_part": figures::of(last),
        "all_kept_bytes": bytes,
        "all_kept_ms": all.as_millis() as u64,
    }))
}

fn look(running: &Running, id: &str, place: &str) -> anyhow::Result<(Duration, Value)> {
    let begun = Instant::now();
    let part = get(running, &format!("/api/v1/runs/{id}/steps/print/output?{place}"))?;
    Ok((begun.elapsed(), part))
}
