//! A webhook that answers no, hangs, resets, or floods: bounded, tried again, told, and delivered once it heals.

use jiff::SignedDuration;
use matoi_core::id::IncidentId;
use matoi_core::incident::PageState;
use matoi_core::incident::event::Fact;
use matoi_engine::health::State;

use crate::far_side::{FarSide, Manner};
use crate::proof::{everything_adds_up, nothing_is_owed};
use crate::stage::{Engine, Stage};
use crate::story::plan;

/// What the system takes for a client that has stopped reading, and what the client reads of an answer.
const FLOOD_BYTES_MAX: u64 = 32 << 20;

#[tokio::test]
async fn a_far_side_that_says_no_is_tried_ever_more_seldom_and_then_has_the_page_once() {
    let (hook, stage) = on_stage(Manner::Answers("500 Internal Server Error"));
    let mut engine = stage.open().await;
    let id = engine.declare("it is down").await;
    let gaps = try_until(&stage, &mut engine, &hook, 9).await;
    assert_eq!(gaps, [1, 2, 4, 8, 16, 32, 60, 60]);

    let told = delays(&engine, &id).await;
    assert!(told[0].contains("500 Internal Server Error"), "{told:?}");
    assert_eq!(engine.incident(&id).await.owed().count(), 1);
    let outbox = part(&engine, "outbox").await;
    assert_eq!(outbox.0, State::Degraded, "{outbox:?}");

    heals(&stage, &mut engine, &hook, &id).await;
    assert_eq!(part(&engine, "outbox").await.0, State::Ok);
    engine.close().await;
}

#[tokio::test]
async fn a_far_side_that_hangs_costs_one_timeout_a_try() {
    let (hook, stage) = on_stage(Manner::Hangs);
    let mut engine = stage.open().await;
    let id = engine.declare("it is down").await;
    try_until(&stage, &mut engine, &hook, 2).await;
    let told = delays(&engine, &id).await;
    assert!(told[0].contains("no answer within 1s"), "{told:?}");
    heals(&stage, &mut engine, &hook, &id).await;
    engine.close().await;
}

#[tokio::test]
async fn a_far_side_that_breaks_off_is_tried_again() {
    let (hook, stage) = on_stage(Manner::Resets);
    let mut engine = stage.open().await;
    let id = engine.declare("it is down").await;
    try_until(&stage, &mut engine, &hook, 3).await;
    let told = delays(&engine, &id).await;
    assert!(told[0].contains("127.0.0.1"), "it says who: {told:?}");
    heals(&stage, &mut engine, &hook, &id).await;
    engine.close().await;
}

#[tokio::test]
async fn a_far_side_that_sends_a_hundred_megabytes_is_read_no_further_than_its_status() {
    let (hook, stage) = on_stage(Manner::Floods);
    let mut engine = stage.open().await;
    let id = engine.declare("it is down").await;
    try_until(&stage, &mut engine, &hook, 2).await;
    assert!(hook.written() < FLOOD_BYTES_MAX, "{} bytes were taken", hook.written());
    let told = delays(&engine, &id).await;
    assert!(told[0].contains("500 Internal Server Error"), "{told:?}");
    heals(&stage, &mut engine, &hook, &id).await;
    engine.close().await;
}

#[tokio::test]
async fn a_page_that_hangs_holds_up_no_other() {
    let (slow, fast) = (FarSide::new(Manner::Hangs), FarSide::new(Manner::Takes));
    let text = plan(&fast).replace(r#"["hook:ann"]"#, r#"["slow:ann", "hook:ann"]"#).replace(
        "channels:\n",
        &format!("channels:\n  slow: {{ kind: webhook, url: \"{}\", timeout: 10s }}\n", slow.url()),
    );
    let stage = Stage::new(&text, &[]);
    let handle = stage.handle().await;
    handle.run().await.unwrap();
    crate::stage::declare(&handle, "it is down").await;
    crate::stage::wait_until("the fast one has it", async || fast.keys().len() == 1).await;
    assert!(slow.heard().iter().all(|it| !it.taken));
    handle.shut_down(std::time::Duration::ZERO).await;
}

fn on_stage(manner: Manner) -> (FarSide, Stage) {
    let hook = FarSide::new(manner);
    let stage = Stage::new(&plan(&hook), &[]);
    std::fs::write(stage.file("well"), "").unwrap();
    (hook, stage)
}

/// Jumps from one try to the next until there were `tries`; answers the seconds between them.
pub(crate) async fn try_until(
    stage: &Stage,
    engine: &mut Engine,
    hook: &FarSide,
    tries: usize,
) -> Vec<i64> {
    let mut at = Vec::new();
    while hook.heard().len() < tries {
        let before = hook.heard().len();
        stage.settle(engine).await;
        if hook.heard().len() > before {
            at.push(stage.now());
        }
        if hook.heard().len() < tries {
            stage.pass(1);
        }
    }
    at.windows(2).map(|it| it[1].duration_since(it[0]).as_secs()).collect()
}

async fn delays(engine: &Engine, id: &IncidentId) -> Vec<String> {
    let events = engine.handle.incident_events(id).await.unwrap();
    let delay =
        |fact: Fact| if let Fact::PageDelayed { reason, .. } = fact { Some(reason) } else { None };
    events.into_iter().filter_map(|it| delay(it.fact)).collect()
}

pub(crate) async fn part(engine: &Engine, name: &str) -> (State, String) {
    let health = engine.handle.health().await;
    let part = health.parts.into_iter().find(|it| it.name == name).unwrap();
    (part.state, part.detail)
}

async fn heals(stage: &Stage, engine: &mut Engine, hook: &FarSide, id: &IncidentId) {
    hook.becomes(Manner::Takes);
    stage.pass(61);
    stage.settle(engine).await;
    stage.pass(600);
    stage.settle(engine).await;
    let heard = hook.heard();
    assert_eq!(heard.iter().filter(|it| it.taken).count(), 1, "it arrives once");
    assert!(heard.iter().all(|it| it.key == heard[0].key), "under one key");
    let incident = engine.incident(id).await;
    assert!(incident.pages.values().all(|it| it.state == PageState::Delivered));
    assert!(stage.now().duration_since(incident.opened_at) > SignedDuration::ZERO);
    everything_adds_up(&engine.handle).await;
    nothing_is_owed(&engine.handle).await;
}
