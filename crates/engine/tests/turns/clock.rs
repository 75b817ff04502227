//! A clock that is set while pages are owed: none is lost, and none is doubled beyond one.

use std::fs;

use matoi_core::incident::PageState;

use crate::far_side::{FarSide, Manner};
use crate::proof::{everything_adds_up, nothing_is_owed};
use crate::stage::Stage;
use crate::story::plan;
use crate::webhook::try_until;

/// Owes a page, sets the clock, heals the far side, and lets ten minutes of that clock pass.
async fn clock_is_set_to(clock: &str, restarted: bool) {
    let hook = FarSide::new(Manner::Answers("500 Internal Server Error"));
    let stage = Stage::new(&plan(&hook), &[]);
    fs::write(stage.file("well"), "").unwrap();
    let mut engine = stage.open().await;
    let id = engine.declare("it is down").await;
    try_until(&stage, &mut engine, &hook, 7).await;
    if restarted {
        engine.close().await;
        stage.set(clock);
        engine = stage.open().await;
    }
    stage.set(clock);
    hook.becomes(Manner::Takes);
    stage.settle(&mut engine).await;
    stage.live(&mut engine, 60, 10).await;
    let heard = hook.heard();
    let taken = heard.iter().filter(|it| it.taken).count();
    assert_eq!(taken, 1, "set to {clock}: taken {taken} times");
    stage.live(&mut engine, 600, 60).await;
    let taken = hook.heard().iter().filter(|it| it.taken).count();
    assert!(taken <= 2, "set to {clock}: taken {taken} times");
    let incident = engine.incident(&id).await;
    assert!(incident.pages.values().all(|it| it.state == PageState::Delivered));
    everything_adds_up(&engine.handle).await;
    nothing_is_owed(&engine.handle).await;
    engine.close().await;
}

#[tokio::test]
async fn an_hour_back_loses_no_page() {
    clock_is_set_to("09:01:00", false).await;
}

#[tokio::test]
async fn an_hour_forward_loses_no_page() {
    clock_is_set_to("11:01:00", false).await;
}

#[tokio::test]
async fn an_hour_back_while_the_engine_is_away_loses_no_page() {
    clock_is_set_to("09:01:00", true).await;
}

#[tokio::test]
async fn an_hour_forward_while_the_engine_is_away_loses_no_page() {
    clock_is_set_to("11:01:00", true).await;
}

/// There and back again, as a clock does that is set wrong and mended.
#[tokio::test]
async fn an_alert_that_is_pending_fires_although_the_clock_goes_there_and_back() {
    let hook = FarSide::new(Manner::Takes);
    let stage = Stage::new(&plan(&hook), &[]);
    let mut engine = stage.open().await;
    stage.settle(&mut engine).await;
    for clock in ["09:00:10", "10:00:20", "09:00:30"] {
        stage.set(clock);
        stage.settle(&mut engine).await;
    }
    stage.live(&mut engine, 60, 10).await;
    assert_eq!(hook.keys().len(), 1);
    everything_adds_up(&engine.handle).await;
    engine.close().await;
}
