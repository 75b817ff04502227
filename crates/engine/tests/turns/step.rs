//! Steps between their intent and their outcome.

use std::fs;
use std::time::Duration;

use matoi_core::effect::RunEnd;
use matoi_core::gate::Scope;
use matoi_core::run::command::Command;
use matoi_core::run::event::{Fact, Hold, Outcome};
use matoi_core::run::{Phase, StepState};
use matoi_engine::clock::Clock;

use crate::proof::{everything_adds_up, nothing_is_owed};
use crate::stage::{Engine, Stage, only_run, start_run, wait_until};

/// A plan that watches nothing and may recover by itself.
pub(crate) const PLAN: &str = r#"
matoi: 1
name: Shop
timezone: UTC
language: en
severities: { P0: { name: worst, targets: { acknowledge: 15m } } }
people:
  ann: { name: Ann, hours: always, reach: [console] }
escalation:
  default:
    - page: [ann]
unattended: [mend]
"#;

/// Mends something once, and looks whether it worked.
pub(crate) const MEND: &str = r#"---
runbook: {}
---
# Mend

```bash { name=mend kind=recover timeout=1m check=mended }
echo once >> trace
```

```bash { name=mended kind=verify timeout=1m }
test -s trace
```
"#;

#[tokio::test]
async fn a_step_is_performed_verified_and_told() {
    let stage = Stage::new(PLAN, &[("mend", MEND)]);
    let mut engine = stage.open().await;
    start_run(&engine.handle, "mend").await;
    stage.settle(&mut engine).await;
    assert_eq!(engine.run().await.phase, Phase::Ended { end: RunEnd::Verified });
    assert_eq!(stage.lines("trace"), ["once"]);
    everything_adds_up(&engine.handle).await;
    nothing_is_owed(&engine.handle).await;
    engine.close().await;
}

#[tokio::test]
async fn a_switch_between_intent_and_act_keeps_the_step_from_starting_and_says_why() {
    let stage = Stage::new(PLAN, &[("mend", MEND)]);
    let mut engine = stage.open().await;
    start_run(&engine.handle, "mend").await;
    engine.handle.throw_switch(Scope::All, "ben", "we look first").await.unwrap();
    stage.settle(&mut engine).await;
    stage.live(&mut engine, 60, 2).await;
    assert!(stage.lines("trace").is_empty(), "nothing was performed");
    let reasons = not_started(&engine).await;
    assert_eq!(reasons[0], "held by the switch of ben: we look first");
    everything_adds_up(&engine.handle).await;

    engine.handle.put_switch_back(&Scope::All, "ben").await.unwrap();
    stage.live(&mut engine, 10, 2).await;
    assert_eq!(stage.lines("trace"), ["once"], "{:?}", engine.run().await);
    assert_eq!(engine.run().await.phase, Phase::Ended { end: RunEnd::Verified });
    nothing_is_owed(&engine.handle).await;
    engine.close().await;
}

#[tokio::test]
async fn a_switch_thrown_before_a_step_is_reached_holds_the_run_until_it_is_put_back() {
    let stage = Stage::new(PLAN, &[("mend", MEND)]);
    let mut engine = stage.open().await;
    engine.handle.throw_switch(Scope::Runbook("mend".to_owned()), "ben", "no").await.unwrap();
    start_run(&engine.handle, "mend").await;
    stage.settle(&mut engine).await;
    let phase = engine.run().await.phase;
    assert!(matches!(&phase, Phase::Held { reason: Hold::Switch { .. }, .. }), "{phase:?}");
    engine.handle.put_switch_back(&Scope::Runbook("mend".to_owned()), "ben").await.unwrap();
    stage.settle(&mut engine).await;
    assert_eq!(engine.run().await.phase, Phase::Ended { end: RunEnd::Verified });
    engine.close().await;
}

#[tokio::test]
async fn two_who_throw_switches_at_once_both_succeed() {
    let stage = Stage::new(PLAN, &[("mend", MEND)]);
    let engine = stage.open().await;
    let runbook = Scope::Runbook("mend".to_owned());
    for _ in 0..20 {
        let (first, second) = tokio::join!(
            engine.handle.throw_switch(Scope::All, "ann", "stop"),
            engine.handle.throw_switch(runbook.clone(), "ben", "stop"),
        );
        first.unwrap();
        second.unwrap();
        assert_eq!(engine.handle.switches().await.unwrap().0.len(), 2);
        engine.handle.put_switch_back(&Scope::All, "ann").await.unwrap();
        engine.handle.put_switch_back(&runbook, "ann").await.unwrap();
    }
    engine.close().await;
}

#[tokio::test]
async fn a_step_that_is_cancelled_before_it_begins_never_begins() {
    let stage = Stage::new(PLAN, &[("mend", MEND)]);
    let mut engine = stage.open().await;
    let id = start_run(&engine.handle, "mend").await;
    let cancel = Command::Cancel { by: "ann".to_owned(), reason: "not now".to_owned() };
    engine.handle.tell_run(&id, cancel).await.unwrap();
    stage.settle(&mut engine).await;
    stage.live(&mut engine, 10, 2).await;
    let run = engine.run().await;
    let performed = stage.lines("trace").len();
    assert_eq!(run.phase, Phase::Ended { end: RunEnd::Aborted }, "{run:?}");
    let done = run.steps.get("mend") == Some(&StepState::Done);
    assert_eq!(performed == 1, done, "the run tells what happened: {run:?}");
    everything_adds_up(&engine.handle).await;
    nothing_is_owed(&engine.handle).await;
    engine.close().await;
}

#[tokio::test]
async fn an_order_to_cancel_that_did_not_arrive_is_given_again() {
    let text = MEND.replace("echo once >> trace", "echo once >> trace; sleep 60");
    let stage = Stage::new(PLAN, &[("mend", &text)]);
    let handle = stage.handle_with(Clock::System).await;
    handle.run().await.unwrap();
    let id = start_run(&handle, "mend").await;
    wait_until("the step began", async || !stage.lines("trace").is_empty()).await;
    // While somebody moves the folders about, there is nowhere to leave the order.
    let (runs, aside) = (stage.data_dir().join("runs"), stage.data_dir().join("aside"));
    fs::rename(&runs, &aside).unwrap();
    fs::write(&runs, "").unwrap();
    let cancel = Command::Cancel { by: "ann".to_owned(), reason: "enough".to_owned() };
    handle.tell_run(&id, cancel).await.unwrap();
    wait_until("the order was tried", async || {
        let lanes = handle.store().outbox_depth(handle.now()).await.unwrap();
        lanes.iter().any(|it| it.unsettled > it.leased)
    })
    .await;
    fs::remove_file(&runs).unwrap();
    fs::rename(&aside, &runs).unwrap();
    wait_until("the run ended", async || only_run(&handle).await.is_some_and(|it| !it.is_open()))
        .await;
    handle.shut_down(Duration::from_secs(5)).await;
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_a_reason_and_not_a_claim() {
    let stage = Stage::new(PLAN, &[("mend", MEND)]);
    let mut engine = stage.open().await;
    // A file where the folders of attempts belong.
    fs::write(stage.data_dir().join("runs"), "").unwrap();
    start_run(&engine.handle, "mend").await;
    stage.settle(&mut engine).await;
    let reasons = not_started(&engine).await;
    assert!(reasons[0].starts_with("cannot make "), "{reasons:?}");
    fs::remove_file(stage.data_dir().join("runs")).unwrap();
    stage.live(&mut engine, 4, 2).await;
    assert_eq!(stage.lines("trace"), ["once"], "it is tried again");
    engine.close().await;
}

async fn not_started(engine: &Engine) -> Vec<String> {
    let id = engine.run().await.id;
    let events = engine.handle.run_events(&id).await.unwrap();
    let reason = |fact: Fact| {
        if let Fact::StepEnded { outcome: Outcome::NotStarted { reason }, .. } = fact {
            Some(reason)
        } else {
            None
        }
    };
    events.into_iter().filter_map(|it| reason(it.fact)).collect()
}
