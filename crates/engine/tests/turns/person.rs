//! The ways to a person, and a person who is faster than the page.

use std::fs;

use matoi_core::incident::PageState;
use matoi_core::incident::command::Command;
use matoi_core::incident::event::Fact;

use crate::far_side::{FarSide, Manner};
use crate::proof::{everything_adds_up, nothing_is_owed};
use crate::stage::{Engine, Stage};
use crate::story::plan;

fn with_second_way(hook: &FarSide, second: &FarSide) -> String {
    plan(hook).replace(r#"["hook:ann"]"#, r#"["hook:ann", "second:ann after 10m"]"#).replace(
        "channels:\n",
        &format!(
            "channels:\n  second: {{ kind: webhook, url: \"{}\", timeout: 1s }}\n",
            second.url()
        ),
    )
}

async fn on_stage(text: &str) -> (Stage, Engine) {
    let stage = Stage::new(text, &[]);
    fs::write(stage.file("well"), "").unwrap();
    let engine = stage.open().await;
    (stage, engine)
}

#[tokio::test]
async fn a_way_that_is_rejected_is_followed_by_the_next_at_once() {
    let hook = FarSide::new(Manner::Answers("404 Not Found"));
    let second = FarSide::new(Manner::Takes);
    let (stage, mut engine) = on_stage(&with_second_way(&hook, &second)).await;
    let id = engine.declare("it is down").await;
    stage.settle(&mut engine).await;
    assert_eq!((hook.heard().len(), second.heard().len()), (1, 1), "no second was waited for");
    let incident = engine.incident(&id).await;
    let states: Vec<_> = incident.pages.values().map(|it| it.state).collect();
    assert_eq!(states, [PageState::Rejected, PageState::Delivered]);
    everything_adds_up(&engine.handle).await;
    nothing_is_owed(&engine.handle).await;
    engine.close().await;
}

#[tokio::test]
async fn a_secret_that_is_missing_for_a_while_delays_the_page_and_loses_nothing() {
    let hook = FarSide::new(Manner::Takes);
    let text = plan(&hook)
        .replace("timeout: 1s", "timeout: 1s, headers: { Authorization: { secret: TOKEN } }")
        + "secrets: { from: { files: secrets } }\n";
    let (stage, mut engine) = on_stage(&text).await;
    let id = engine.declare("it is down").await;
    stage.settle(&mut engine).await;
    assert_eq!(engine.incident(&id).await.owed().count(), 1, "it is still owed");
    fs::create_dir(stage.plan_dir().join("secrets")).unwrap();
    fs::write(stage.plan_dir().join("secrets/TOKEN"), "Bearer x").unwrap();
    stage.live(&mut engine, 5, 1).await;
    assert_eq!(hook.heard().len(), 1);
    nothing_is_owed(&engine.handle).await;
    engine.close().await;
}

#[tokio::test]
async fn an_acknowledgement_between_intent_and_act_keeps_the_page_from_being_sent() {
    let hook = FarSide::new(Manner::Takes);
    let (stage, mut engine) = on_stage(&plan(&hook)).await;
    let id = engine.declare("it is down").await;
    let acknowledge = Command::Acknowledge { by: "ann".to_owned(), via: None };
    engine.handle.tell_incident(&id, acknowledge).await.unwrap();
    stage.settle(&mut engine).await;
    assert!(hook.heard().is_empty());
    let events = engine.handle.incident_events(&id).await.unwrap();
    let dropped = events.iter().any(|it| matches!(&it.fact, Fact::PageDropped { reason, .. } if reason == "acknowledged by ann"));
    assert!(dropped, "the timeline says why: {events:?}");
    everything_adds_up(&engine.handle).await;
    nothing_is_owed(&engine.handle).await;
    engine.close().await;
}

#[tokio::test]
async fn an_acknowledgement_ends_the_tries_of_a_page_that_is_owed() {
    let hook = FarSide::new(Manner::Answers("503 Service Unavailable"));
    let (stage, mut engine) = on_stage(&plan(&hook)).await;
    let id = engine.declare("it is down").await;
    stage.live(&mut engine, 3, 1).await;
    let tries = hook.heard().len();
    let acknowledge = Command::Acknowledge { by: "ann".to_owned(), via: None };
    engine.handle.tell_incident(&id, acknowledge).await.unwrap();
    hook.becomes(Manner::Takes);
    stage.live(&mut engine, 120, 10).await;
    assert_eq!(hook.heard().len(), tries, "nobody is paged after it");
    nothing_is_owed(&engine.handle).await;
    engine.close().await;
}
