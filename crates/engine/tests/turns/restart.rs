//! An engine that ends and begins again finds what it owed and what was running.

use std::fs;
use std::time::Duration;

use matoi_core::effect::RunEnd;
use matoi_core::gate::Scope;
use matoi_core::incident::PageState;
use matoi_core::run::Phase;
use matoi_engine::Handle;
use matoi_engine::clock::Clock;

use crate::far_side::{FarSide, Manner};
use crate::proof::{everything_adds_up, nothing_is_owed};
use crate::stage::{Stage, declare, only_run, start_run, wait_until};
use crate::step::PLAN;
use crate::story::plan;

const GRACE: Duration = Duration::from_secs(5);

/// Mends until it is let go.
const LONG: &str = r#"---
runbook: SECRETS
---
# Mend slowly

```bash { name=mend kind=recover timeout=2m check=mended }
echo begun >> trace
until [ -e go ]; do sleep 0.02; done
echo ended >> trace
```

```bash { name=mended kind=verify timeout=1m }
grep -q ended trace
```
"#;

fn long(front: &str) -> String {
    LONG.replace("SECRETS", front)
}

#[tokio::test]
async fn a_shutdown_leaves_a_running_step_alone_and_the_next_start_follows_it() {
    let stage = Stage::new(PLAN, &[("mend", &long("{}"))]);
    let handle = begin(&stage).await;
    wait_until("the step began", async || !stage.lines("trace").is_empty()).await;
    handle.shut_down(GRACE).await;
    assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), 0, "no task is left");
    drop(handle);
    assert_eq!(stage.lines("trace"), ["begun"]);

    let handle = stage.handle_with(Clock::System).await;
    handle.run().await.unwrap();
    fs::write(stage.plan_dir().join("go"), "").unwrap();
    ends_well(&stage, handle).await;
}

#[tokio::test]
async fn a_step_that_ended_while_the_engine_was_away_is_believed() {
    let stage = Stage::new(PLAN, &[("mend", &long("{}"))]);
    let handle = begin(&stage).await;
    wait_until("the step began", async || !stage.lines("trace").is_empty()).await;
    handle.shut_down(GRACE).await;
    drop(handle);
    fs::write(stage.plan_dir().join("go"), "").unwrap();
    wait_until("the step ended", async || stage.lines("trace").len() == 2).await;

    let handle = stage.handle_with(Clock::System).await;
    handle.run().await.unwrap();
    ends_well(&stage, handle).await;
}

#[tokio::test]
async fn a_step_whose_secret_is_gone_meanwhile_is_not_called_unstarted() {
    let text = format!("{PLAN}secrets: {{ from: {{ files: secrets }} }}\n");
    let stage = Stage::new(&text, &[("mend", &long("{ secrets: [TOKEN] }"))]);
    let secret = stage.plan_dir().join("secrets/TOKEN");
    fs::create_dir(stage.plan_dir().join("secrets")).unwrap();
    fs::write(&secret, "x").unwrap();
    let handle = begin(&stage).await;
    wait_until("the step began", async || !stage.lines("trace").is_empty()).await;
    handle.shut_down(GRACE).await;
    drop(handle);
    fs::remove_file(&secret).unwrap();

    let mut engine = stage.open().await;
    stage.settle(&mut engine).await;
    stage.live(&mut engine, 10, 2).await;
    assert_eq!(engine.run().await.attempts["mend"], 1, "it runs, so no other is begun");
    engine.close().await;

    fs::write(&secret, "x").unwrap();
    fs::write(stage.plan_dir().join("go"), "").unwrap();
    let handle = stage.handle_with(Clock::System).await;
    handle.run().await.unwrap();
    ends_well(&stage, handle).await;
}

#[tokio::test]
async fn a_step_whose_folder_cannot_be_read_for_a_while_is_not_called_unstarted() {
    let stage = Stage::new(PLAN, &[("mend", &long("{}"))]);
    let handle = begin(&stage).await;
    wait_until("the step began", async || !stage.lines("trace").is_empty()).await;
    handle.shut_down(GRACE).await;
    drop(handle);
    let (runs, aside) = (stage.data_dir().join("runs"), stage.data_dir().join("aside"));
    fs::rename(&runs, &aside).unwrap();
    // A link to itself can be neither read nor made a directory.
    std::os::unix::fs::symlink(&runs, &runs).unwrap();

    let mut engine = stage.open().await;
    stage.settle(&mut engine).await;
    engine.handle.throw_switch(Scope::All, "ben", "we look first").await.unwrap();
    stage.live(&mut engine, 10, 2).await;
    assert_eq!(engine.run().await.attempts["mend"], 1, "it runs, so no other is begun");
    engine.close().await;

    fs::remove_file(&runs).unwrap();
    fs::rename(&aside, &runs).unwrap();
    fs::write(stage.plan_dir().join("go"), "").unwrap();
    let handle = stage.handle_with(Clock::System).await;
    handle.put_switch_back(&Scope::All, "ben").await.unwrap();
    handle.run().await.unwrap();
    ends_well(&stage, handle).await;
}

#[tokio::test]
async fn every_owed_page_is_found_by_the_next_start() {
    let hook = FarSide::new(Manner::Takes);
    let stage = Stage::new(&plan(&hook), &[]);
    let handle = stage.handle().await;
    let mut owed = Vec::new();
    for number in 0..20 {
        owed.push(format!("{}/1/0", declare(&handle, &format!("trouble {number}")).await));
    }
    // Nothing was turned: it is killed before the first page.
    handle.store().close().await;
    drop(handle);

    let handle = stage.handle_with(Clock::System).await;
    handle.run().await.unwrap();
    wait_until("all are sent", async || hook.heard().len() >= owed.len()).await;
    wait_until("all have receipts", async || {
        let all = handle.incidents(matoi_store::Which::Open, 100).await.unwrap();
        all.iter().all(|it| it.incident.owed().count() == 0)
    })
    .await;
    let mut keys = hook.keys();
    keys.sort();
    // The watch of the plan has its own trouble, since nobody made it well.
    keys.retain(|it| owed.contains(it));
    assert_eq!(keys, owed);
    for view in handle.incidents(matoi_store::Which::Open, 100).await.unwrap() {
        assert!(view.incident.pages.values().all(|it| it.state == PageState::Delivered));
    }
    adds_up_at_rest(&stage, handle).await;
}

#[tokio::test]
async fn a_page_that_is_under_way_at_a_shutdown_is_waited_for_and_not_sent_twice() {
    let hook = FarSide::new(Manner::Slow);
    let stage = Stage::new(&plan(&hook), &[]);
    fs::write(stage.file("well"), "").unwrap();
    let handle = stage.handle_with(Clock::System).await;
    handle.run().await.unwrap();
    let id = declare(&handle, "it is down").await;
    wait_until("the page is under way", async || !hook.heard().is_empty()).await;
    handle.shut_down(GRACE).await;
    drop(handle);

    let mut engine = stage.open().await;
    stage.settle(&mut engine).await;
    assert_eq!(hook.heard().len(), 1);
    assert_eq!(engine.incident(&id).await.owed().count(), 0);
    nothing_is_owed(&engine.handle).await;
    engine.close().await;
}

async fn begin(stage: &Stage) -> Handle {
    let handle = stage.handle_with(Clock::System).await;
    handle.run().await.unwrap();
    start_run(&handle, "mend").await;
    handle
}

async fn ends_well(stage: &Stage, handle: Handle) {
    wait_until("the run ended", async || only_run(&handle).await.is_some_and(|it| !it.is_open()))
        .await;
    let run = only_run(&handle).await.unwrap();
    assert_eq!(run.phase, Phase::Ended { end: RunEnd::Verified });
    assert_eq!(stage.lines("trace"), ["begun", "ended"], "followed, not repeated");
    assert_eq!(run.attempts["mend"], 1);
    adds_up_at_rest(stage, handle).await;
}

/// Rows and events are read one after the other, so nothing may be stored in between.
async fn adds_up_at_rest(stage: &Stage, handle: Handle) {
    handle.shut_down(GRACE).await;
    drop(handle);
    let engine = stage.open().await;
    everything_adds_up(&engine.handle).await;
    engine.close().await;
}
