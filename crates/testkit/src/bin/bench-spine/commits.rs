//! Commits per second, each with a row, an event and an effect, and each on disk before it is acknowledged.

use std::fs::File;
use std::io::Write as _;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use jiff::Timestamp;
use matoi_store::{Commit, Lane, NewEffect, Store, Workflow};
use matoi_testkit::figures;
use serde_json::{Value, json};
use tokio::task::JoinSet;

/// How long each number of writers writes.
const LASTING: Duration = Duration::from_secs(3);
/// Writes of the peer.
const SYNCS: usize = 300;

pub(super) fn measure() -> anyhow::Result<Value> {
    let peer = fdatasync_ms()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut rows = Vec::new();
    for writers in [1, 16, 64] {
        let (commits, transactions) = runtime.block_on(race(writers))?;
        let per_second = commits as f64 / LASTING.as_secs_f64();
        rows.push(json!({
            "writers": writers,
            "per_second": per_second.round(),
            "commits_per_transaction": (commits as f64 / transactions.max(1) as f64 * 100.0).round() / 100.0,
            // How many commits share the time of one bare write to the disk.
            "per_fdatasync": (per_second * peer / 1e3 * 100.0).round() / 100.0,
        }));
    }
    Ok(json!({ "peer_fdatasync_4k_p50_ms": peer, "writers": rows }))
}

/// The peer: appending 4 KiB and waiting for the disk, nothing else.
fn fdatasync_ms() -> anyhow::Result<f64> {
    let root = tempfile::tempdir()?;
    let mut file = File::create(root.path().join("peer"))?;
    let mut times = Vec::new();
    for _ in 0..SYNCS {
        let begun = Instant::now();
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        times.push(begun.elapsed());
    }
    Ok(figures::median(&times))
}

async fn race(writers: usize) -> anyhow::Result<(u64, u64)> {
    let root = tempfile::tempdir()?;
    let at: Timestamp = "2026-01-05T03:00:00Z".parse()?;
    let store = Store::open(root.path(), at).context("cannot open the store")?;
    let before = store.health(at).await;
    let mut tasks = JoinSet::new();
    for writer in 0..writers {
        tasks.spawn(write(store.clone(), writer, at));
    }
    let mut commits = 0;
    while let Some(count) = tasks.join_next().await {
        commits += count??;
    }
    let after = store.health(at).await;
    store.close().await;
    Ok((commits, after.transactions - before.transactions))
}

async fn write(store: Store, writer: usize, at: Timestamp) -> anyhow::Result<u64> {
    let begun = Instant::now();
    let mut version = 0;
    while begun.elapsed() < LASTING {
        version += 1;
        let commit = Commit {
            workflow: Workflow::Incident,
            id: format!("INC-20260105-{writer:03}"),
            version,
            state: "x".repeat(2_000),
            wake_at: Some(at),
            closed_at: None,
            topic: None,
            parent: None,
            subject: None,
            events: vec!["x".repeat(300)],
            effects: vec![NewEffect { lane: Lane::Page, body: "x".repeat(600), due_at: at }],
            settles: None,
        };
        store.commit(commit, at).await.context("cannot commit")?;
    }
    Ok(version)
}
