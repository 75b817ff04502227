//! Two hundred runs at once, and what each running step takes.

use std::time::{Duration, Instant};

use anyhow::ensure;
use matoi_testkit::figures;
use matoi_testkit::product::Product;
use serde_json::{Value, json};

use crate::stage::{Stage, ended, start};

const RUNS: usize = 200;
/// Two hundred starts take less.
const BEGIN_WITHIN: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(20);

pub(crate) fn measure(product: &Product) -> anyhow::Result<Value> {
    // Each waits at a pipe without using the processor; closing it lets all go on at once.
    let stage = Stage::new("```bash { name=wait kind=diagnose timeout=5m }\ncat pipe\n```\n")?;
    let pipe = stage.plan().join("pipe");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        &pipe,
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::from(0o600),
        0,
    )?;
    // Open for writing, so that readers wait.
    let writer = std::fs::File::options().read(true).write(true).open(&pipe)?;
    let running = stage.serve(product)?;
    let idle = running.rss_kib()?;
    let begun = Instant::now();
    let ids: Vec<String> = (0..RUNS).map(|_| start(&running)).collect::<anyhow::Result<_>>()?;
    let asked = begun.elapsed();
    let shims = loop {
        let shims = shims(&stage)?;
        if shims.len() == RUNS {
            break shims;
        }
        ensure!(begun.elapsed() < BEGIN_WITHIN, "only {} of {RUNS} steps began", shims.len());
        std::thread::sleep(PAUSE);
    };
    let all_run = begun.elapsed();
    let busy = running.rss_kib()?;
    let mut pss: Vec<u64> = shims.iter().filter_map(|it| memory(it, "Pss:")).collect();
    let mut rss: Vec<u64> = shims.iter().filter_map(|it| memory(it, "Rss:")).collect();
    pss.sort_unstable();
    rss.sort_unstable();
    let middle = |it: &[u64]| it.get(it.len() / 2).copied().unwrap_or_default();
    let let_go = Instant::now();
    drop(writer);
    let mut times = Vec::new();
    for id in &ids {
        times.push(ended(&running, id, PAUSE)?);
    }
    Ok(json!({
        "runs": RUNS,
        "asked_ms": asked.as_millis() as u64,
        "all_run_ms": all_run.as_millis() as u64,
        "all_ended_ms": let_go.elapsed().as_millis() as u64,
        "run": figures::of(times),
        "server_rss_kib": { "before": idle, "with_all_running": busy },
        "shim_pss_kib": middle(&pss),
        "shim_rss_kib": middle(&rss),
    }))
}

/// The processes that keep steps of this stage.
fn shims(stage: &Stage) -> anyhow::Result<Vec<String>> {
    let data = stage.path().join("data").display().to_string();
    let mut shims = Vec::new();
    for entry in std::fs::read_dir("/proc")? {
        let pid = entry?.file_name().to_string_lossy().into_owned();
        // A process that ended in between is none.
        let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line);
        if line.contains("__shim") && line.contains(&data) {
            shims.push(pid);
        }
    }
    Ok(shims)
}

/// A figure of `/proc/PID/smaps_rollup`, in KiB.
fn memory(pid: &str, name: &str) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    let line = text.lines().find(|it| it.starts_with(name))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
