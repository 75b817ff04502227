//! A plan that is edited while people work by it.

use std::fs;

use matoi_core::effect::RunEnd;
use matoi_core::incident::AlertState;
use matoi_core::incident::command::{Command, ResolveGround};
use matoi_core::run::Phase;
use matoi_engine::health::State;
use matoi_engine::plan::PlanError;
use matoi_store::Which;

use crate::far_side::{FarSide, Manner};
use crate::proof::{everything_adds_up, nothing_is_owed};
use crate::stage::{Engine, Stage, start_run};
use crate::story;
use crate::webhook::part;

/// The plan of the steps, without a runbook that it would need.
fn plain() -> String {
    crate::step::PLAN.replace("unattended: [mend]\n", "")
}

/// Waits, and then does what its text says.
const LATER: &str = r#"---
runbook: {}
---
# Later

```wait { name=pause for=5m }
```

```bash { name=act kind=diagnose timeout=1m }
echo WORD >> trace
```
"#;

#[tokio::test]
async fn an_open_incident_goes_on_with_the_plan_that_it_began_with() {
    let (old, new) = (FarSide::new(Manner::Takes), FarSide::new(Manner::Takes));
    let second = |hook: &FarSide| {
        story::plan(hook).replace(
            "    - page: [ann]\n",
            "    - page: [ann]\n    - { after: 15m, page: [ann] }\n",
        )
    };
    let stage = Stage::new(&second(&old), &[]);
    fs::write(stage.file("well"), "").unwrap();
    let mut engine = stage.open().await;
    engine.declare("before").await;
    stage.settle(&mut engine).await;
    stage.write_plan(&second(&new));
    engine.handle.reload().await.unwrap();
    engine.declare("after").await;
    stage.settle(&mut engine).await;
    stage.live(&mut engine, 900, 300).await;
    assert_eq!((old.keys().len(), new.keys().len()), (2, 2), "each keeps its own");

    // Killed and begun again with the new plan in the directory, it still does.
    engine.close().await;
    let mut engine = stage.open().await;
    stage.settle(&mut engine).await;
    assert_eq!((old.keys().len(), new.keys().len()), (2, 2));
    everything_adds_up(&engine.handle).await;
    engine.close().await;
}

#[tokio::test]
async fn a_run_performs_the_bytes_that_it_began_with() {
    let stage = Stage::new(&plain(), &[("later", &LATER.replace("WORD", "old"))]);
    let mut engine = stage.open().await;
    start_run(&engine.handle, "later").await;
    stage.settle(&mut engine).await;
    stage.write_runbook("later", &LATER.replace("WORD", "new"));
    engine.handle.reload().await.unwrap();
    stage.live(&mut engine, 300, 150).await;
    assert_eq!(stage.lines("trace"), ["old"]);
    assert_eq!(engine.run().await.phase, Phase::Ended { end: RunEnd::Looked });
    everything_adds_up(&engine.handle).await;
    engine.close().await;
}

#[tokio::test]
async fn a_broken_plan_is_refused_the_running_one_stays_and_health_says_so() {
    let stage = Stage::new(&plain(), &[]);
    let engine = stage.open().await;
    let before = engine.handle.plans().current().unwrap();
    stage.write_plan(&plain().replace("page: [ann]", "page: [nobody]"));
    let err = engine.handle.reload().await.unwrap_err();
    assert!(matches!(&err, PlanError::Refused(problems) if !problems.is_empty()), "{err}");
    assert_eq!(engine.handle.plans().current().unwrap().hash, before.hash);
    let (state, detail) = part(&engine, "plan").await;
    assert_eq!(state, State::Degraded);
    assert!(detail.contains("refused"), "{detail}");

    stage.write_plan(&plain().replace("name: Shop", "name: Other shop"));
    engine.handle.reload().await.unwrap();
    assert_eq!(part(&engine, "plan").await.0, State::Ok);
    engine.close().await;
}

#[tokio::test]
async fn a_plan_that_cannot_even_be_read_is_seen_too() {
    let stage = Stage::new(&plain(), &[]);
    let engine = stage.open().await;
    fs::remove_file(stage.plan_dir().join("matoi.yaml")).unwrap();
    let err = engine.handle.reload().await.unwrap_err();
    assert!(matches!(err, PlanError::Unreadable { .. }), "{err}");
    let (state, detail) = part(&engine, "plan").await;
    assert_eq!(state, State::Degraded, "{detail}");
    engine.close().await;
}

#[tokio::test]
async fn a_watch_whose_secret_appears_later_is_asked_from_then_on() {
    let hook = FarSide::new(Manner::Takes);
    let text = story::plan(&hook).replace(
        "argv: [cat, \"{DIR}/well\"]",
        "argv: [sh, -c, 'test \"$W\" = yes'], env: { W: { secret: W } }",
    ) + "secrets: { from: { files: secrets } }\n";
    let stage = Stage::new(&text, &[]);
    let mut engine = stage.open().await;
    stage.settle(&mut engine).await;
    assert_eq!(part(&engine, "probes").await.0, State::Degraded, "nobody can tell");
    fs::create_dir(stage.plan_dir().join("secrets")).unwrap();
    fs::write(stage.plan_dir().join("secrets/W"), "yes").unwrap();
    stage.live(&mut engine, 10, 10).await;
    assert_eq!(part(&engine, "probes").await, (State::Ok, "1 are asked".to_owned()));
    engine.close().await;
}

#[tokio::test]
async fn an_alert_that_the_plan_no_longer_watches_is_not_called_cleared_and_pages_again_once_it_is_back()
 {
    let hook = FarSide::new(Manner::Takes);
    let stage = Stage::new(&story::plan(&hook), &[]);
    let mut engine = stage.open().await;
    stage.live(&mut engine, 40, 10).await;
    let first = engine.only().await.incident.id;

    unwatch(&stage, &mut engine, &hook).await;
    let incident = engine.incident(&first).await;
    assert!(incident.is_open(), "nobody knows that it is over");
    let states: Vec<AlertState> = incident.alerts.values().map(|it| it.state).collect();
    assert_eq!(states, [AlertState::Unwatched]);
    let (by, ground) = ("ann".to_owned(), ResolveGround::Reason("the shop has moved".to_owned()));
    engine.handle.tell_incident(&first, Command::Resolve { by, ground }).await.unwrap();

    // The watch comes back with a later start, and what it watches is still bad.
    engine.close().await;
    stage.write_plan(&story::plan(&hook));
    let mut engine = stage.open().await;
    stage.live(&mut engine, 40, 10).await;
    let open = engine.handle.incidents(Which::Open, 10).await.unwrap();
    assert_eq!(open.len(), 1, "somebody hears of it");
    assert_eq!(hook.keys().len(), 2);
    everything_adds_up(&engine.handle).await;
    engine.close().await;
}

#[tokio::test]
async fn an_alert_that_is_watched_again_and_well_resolves_its_incident() {
    let hook = FarSide::new(Manner::Takes);
    let stage = Stage::new(&story::plan(&hook), &[]);
    let mut engine = stage.open().await;
    stage.live(&mut engine, 40, 10).await;
    let id = engine.only().await.incident.id;
    unwatch(&stage, &mut engine, &hook).await;
    stage.live(&mut engine, 60, 10).await;
    assert!(engine.incident(&id).await.is_open());

    stage.write_plan(&story::plan(&hook));
    fs::write(stage.file("well"), "").unwrap();
    engine.handle.reload().await.unwrap();
    stage.settle(&mut engine).await;
    assert!(!engine.incident(&id).await.is_open());
    everything_adds_up(&engine.handle).await;
    nothing_is_owed(&engine.handle).await;
    engine.close().await;
}

/// Takes the same plan without its services.
async fn unwatch(stage: &Stage, engine: &mut Engine, hook: &FarSide) {
    let text = story::plan(hook);
    stage.write_plan(text.split("services:").next().unwrap());
    engine.handle.reload().await.unwrap();
    stage.settle(engine).await;
}
