//! Pages that wait: one message for many incidents, and each incident with its own receipt.

use matoi_core::id::IncidentId;
use matoi_core::incident::PageState;

use crate::far_side::{FarSide, Manner};
use crate::proof::{everything_adds_up, nothing_is_owed};
use crate::stage::{Engine, Stage};
use crate::story::plan;

/// The plan of the stories, whose pages go out at the full hour, to Ann by one way and to Ben by another.
pub(crate) fn hourly(hook: &FarSide) -> String {
    plan(hook)
        .replace("{ name: worst, targets: { acknowledge: 15m } }", "{ page: every 1h }")
        .replace("    - page: [ann]\n", "    - page: [ann, ben]\n")
        .replace("escalation:\n", "  ben: { name: Ben, reach: [\"hook:ben\"] }\nescalation:\n")
}

fn on_stage(manner: Manner) -> (FarSide, Stage) {
    let hook = FarSide::new(manner);
    let stage = Stage::new(&hourly(&hook), &[]);
    std::fs::write(stage.file("well"), "").unwrap();
    (hook, stage)
}

/// Declares three incidents within the hour from ten o'clock.
pub(crate) async fn three(stage: &Stage, engine: &mut Engine) -> Vec<IncidentId> {
    let mut ids = Vec::new();
    for (clock, title) in [("10:00:00", "a"), ("10:20:00", "b\r\nBcc: x"), ("10:40:00", "c")] {
        stage.set(clock);
        ids.push(engine.declare(title).await);
        stage.settle(engine).await;
    }
    ids
}

async fn all_are(engine: &Engine, ids: &[IncidentId], state: PageState) {
    for id in ids {
        let incident = engine.incident(id).await;
        assert_eq!(incident.pages.len(), 2, "{incident:?}");
        assert!(incident.pages.values().all(|it| it.state == state), "{incident:?}");
    }
}

#[tokio::test]
async fn what_waits_for_the_hour_goes_out_as_one_message_a_person() {
    let (hook, stage) = on_stage(Manner::Takes);
    let mut engine = stage.open().await;
    let ids = three(&stage, &mut engine).await;
    stage.live_through(&mut engine, &["10:59:59"]).await;
    assert!(hook.heard().is_empty(), "nobody is told before the hour");

    stage.live_through(&mut engine, &["11:00:00", "11:00:10"]).await;
    let mut heard = hook.heard();
    heard.sort_by_key(|it| it.body["to"].to_string());
    let to: Vec<_> = heard.iter().map(|it| it.body["to"].as_str().unwrap()).collect();
    assert_eq!(to, ["ann", "ben"]);
    let told: Vec<String> = ids.iter().map(|it| it.0.clone()).collect();
    assert_eq!(heard[0].body["incidents"], serde_json::json!(told));
    assert_eq!(heard[0].body["incident"], *told[0]);
    assert_eq!(heard[0].body["subject"], "[P0] Digest of 3: a and 2 more");
    let lines = "Open: 3. Over already: 0.\n\n\
                 [P0] a\n  INC-20260105-001 since 01-05 10:00\n\
                 [P0] b  Bcc: x\n  INC-20260105-002 since 01-05 10:20\n\
                 [P0] c\n  INC-20260105-003 since 01-05 10:40\n\n\
                 ▶ See them: matoi incident list";
    assert_eq!(heard[0].body["body"], lines);
    all_are(&engine, &ids, PageState::Delivered).await;
    everything_adds_up(&engine.handle).await;
    nothing_is_owed(&engine.handle).await;
    engine.close().await;
}

#[tokio::test]
async fn one_that_is_alone_says_what_a_page_says() {
    let (hook, stage) = on_stage(Manner::Takes);
    let mut engine = stage.open().await;
    let id = engine.declare("alone").await;
    stage.live_through(&mut engine, &["10:30:00", "11:00:00", "11:00:10"]).await;
    let heard = hook.heard();
    assert_eq!(heard.len(), 2);
    assert_eq!(heard[0].body["subject"], format!("[P0] alone ({id})"));
    assert!(heard[0].body["body"].as_str().unwrap().contains("matoi incident ack"));
    engine.close().await;
}

#[tokio::test]
async fn a_far_side_that_was_away_gets_the_digest_once_it_is_back() {
    let (hook, stage) = on_stage(Manner::Answers("500 Internal Server Error"));
    let mut engine = stage.open().await;
    let ids = three(&stage, &mut engine).await;
    stage.live_through(&mut engine, &["11:00:00"]).await;
    stage.live(&mut engine, 90, 1).await;
    all_are(&engine, &ids, PageState::Owed).await;
    let tried = hook.heard();
    let is_whole =
        |it: &crate::far_side::Heard| it.body["incidents"].as_array().unwrap().len() == 3;
    assert!(tried.len() >= 4 && tried.iter().all(is_whole), "they stay together: {tried:?}");
    let one = |to: &str| {
        let of = tried.iter().filter(|it| it.body["to"] == to);
        let mut keys: Vec<_> = of.map(|it| it.key.clone()).collect();
        keys.dedup();
        keys.len()
    };
    assert_eq!((one("ann"), one("ben")), (1, 1), "the same company has one key");

    hook.forgets();
    hook.becomes(Manner::Takes);
    stage.live(&mut engine, 120, 1).await;
    assert_eq!(hook.heard().len(), 2, "one message a person");
    all_are(&engine, &ids, PageState::Delivered).await;
    nothing_is_owed(&engine.handle).await;
    engine.close().await;
}

#[tokio::test]
async fn a_digest_that_is_refused_is_tried_page_by_page() {
    let (hook, stage) = on_stage(Manner::Answers("413 Content Too Large"));
    let mut engine = stage.open().await;
    let ids = three(&stage, &mut engine).await;
    stage.live_through(&mut engine, &["11:00:00", "11:00:10"]).await;
    let lengths: Vec<_> =
        hook.heard().iter().map(|it| it.body["incidents"].as_array().unwrap().len()).collect();
    assert_eq!(lengths.iter().filter(|it| **it == 3).count(), 2, "{lengths:?}");
    assert!(lengths.iter().filter(|it| **it == 1).count() >= 6, "{lengths:?}");
    all_are(&engine, &ids, PageState::Rejected).await;
    engine.close().await;
}

#[tokio::test]
async fn what_came_and_went_is_told_with_the_others() {
    let (hook, stage) = on_stage(Manner::Takes);
    let mut engine = stage.open().await;
    stage.settle(&mut engine).await;
    std::fs::remove_file(stage.file("well")).unwrap();
    stage.live(&mut engine, 50, 10).await;
    std::fs::write(stage.file("well"), "").unwrap();
    stage.live(&mut engine, 20, 10).await;
    assert!(!engine.only().await.incident.is_open());
    stage.set("10:30:00");
    engine.declare("it is slow").await;
    stage.live_through(&mut engine, &["10:59:00", "11:00:00", "11:00:10"]).await;
    let heard = hook.heard();
    assert_eq!(heard.len(), 2, "one message a person");
    let body = heard[0].body["body"].as_str().unwrap();
    assert!(body.starts_with("Open: 1. Over already: 1."), "{body}");
    assert!(body.contains("from 01-05 10:00 to 01-05 10:01, over by itself"), "{body}");
    stage.live(&mut engine, 7_200, 600).await;
    assert_eq!(hook.heard().len(), 2, "it is told once");
    everything_adds_up(&engine.handle).await;
    nothing_is_owed(&engine.handle).await;
    engine.close().await;
}
