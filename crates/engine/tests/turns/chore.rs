//! Chores: begun when they are due, once, and heard of when nobody did them.

use matoi_core::effect::{RunEnd, Starter};
use matoi_core::run::command::Command;
use matoi_core::run::{Phase, Run};
use matoi_engine::TellError;
use matoi_store::Which;

use crate::far_side::{FarSide, Manner};
use crate::proof::{everything_adds_up, nothing_is_owed};
use crate::stage::{Engine, Stage};
use crate::step::MEND;

/// At half past ten every day; the story begins on a Monday at ten.
fn plan(hook: &FarSide) -> String {
    PLAN.replace("{HOOK}", &hook.url())
}

pub(crate) const PLAN: &str = r#"
matoi: 1
name: Shop
timezone: UTC
language: en
severities:
  P0: { name: worst, targets: { acknowledge: 15m } }
  P3: { name: mild }
people:
  ann: { name: Ann, hours: always, reach: ["hook:ann"] }
  bob: { name: Bob, hours: always, reach: ["hook:bob"] }
escalation:
  default:
    - page: [ann]
channels:
  hook: { kind: webhook, url: "{HOOK}", timeout: 1s }
unattended: [mend]
chores:
  check: { every: day at 10:30, runbook: mend, owner: bob, within: 20m }
"#;

/// Two things that a person looks at.
const LOOK: &str = r#"---
runbook: {}
---
# Look

- [ ] The log has no new errors
- [ ] The backup of the night is there
"#;

const FAILS: &str = r#"---
runbook: {}
---
# Look

```bash { name=look kind=diagnose timeout=1m on-fail=abort }
test -s well
```
"#;

async fn runs(engine: &Engine) -> Vec<Run> {
    let runs = engine.handle.runs(Which::All, None, 50).await.unwrap();
    runs.into_iter().map(|it| it.run).collect()
}

async fn whole(engine: Engine) {
    everything_adds_up(&engine.handle).await;
    nothing_is_owed(&engine.handle).await;
    engine.close().await;
}

#[tokio::test]
async fn a_chore_is_begun_once_when_it_is_due_and_nobody_hears_of_what_went_well() {
    let hook = FarSide::new(Manner::Takes);
    let stage = Stage::new(&plan(&hook), &[("mend", MEND)]);
    let mut engine = stage.open().await;
    stage.live(&mut engine, 1_790, 10).await;
    assert!(runs(&engine).await.is_empty(), "it is not due before half past ten");
    stage.live(&mut engine, 60, 10).await;
    let run = engine.run().await;
    assert_eq!(run.phase, Phase::Ended { end: RunEnd::Verified });
    assert_eq!(run.by, Starter::Plan { reason: "chore check".to_owned() });
    assert_eq!(run.labels["due"], "2026-01-05T10:30:00Z");
    assert_eq!(stage.lines("trace"), ["once"]);

    // A new start, and an edit of the plan that leaves the chore as it is, begin nothing.
    engine.close().await;
    let mut engine = stage.open().await;
    stage.write_plan(&plan(&hook).replace("name: Shop", "name: Another shop"));
    engine.handle.reload().await.unwrap();
    stage.live(&mut engine, 600, 60).await;
    assert_eq!(runs(&engine).await.len(), 1);
    stage.live(&mut engine, 86_400, 3_600).await;
    assert_eq!(runs(&engine).await.len(), 2, "and again on the next day");
    assert!(engine.handle.incidents(Which::All, 10).await.unwrap().is_empty());
    assert!(hook.keys().is_empty());
    whole(engine).await;
}

#[tokio::test]
async fn what_only_a_person_can_do_calls_its_owner_and_is_over_when_it_is_ticked() {
    let hook = FarSide::new(Manner::Takes);
    let stage = Stage::new(&plan(&hook), &[("mend", LOOK)]);
    let mut engine = stage.open().await;
    stage.settle(&mut engine).await;
    stage.live(&mut engine, 1_830, 15).await;
    let incident = engine.only().await.incident;
    assert_eq!(incident.severity, "P3");
    assert_eq!(hook.heard().len(), 1);
    assert_eq!(hook.heard()[0].body["to"], "bob");
    let run = runs(&engine).await.remove(0);
    let step = run.steps.keys().next().unwrap().clone();
    let summary = &incident.alerts.values().next().unwrap().summary;
    let told = format!("{0} waits for a person at {step} (matoi run show {0})", run.id);
    assert_eq!(summary, &told);
    for item in 0..2 {
        let tick = Command::Tick { step: step.clone(), item, by: "bob".to_owned(), note: None };
        engine.handle.tell_run(&run.id, tick).await.unwrap();
    }
    stage.live(&mut engine, 60, 15).await;
    assert!(!engine.only().await.incident.is_open(), "it resolves by itself");
    assert_eq!(runs(&engine).await.len(), 1);
    whole(engine).await;
}

#[tokio::test]
async fn an_owner_who_does_not_answer_is_not_the_last_to_hear_of_it() {
    let hook = FarSide::new(Manner::Takes);
    let stage = Stage::new(&plan(&hook), &[("mend", LOOK)]);
    let mut engine = stage.open().await;
    stage.settle(&mut engine).await;
    stage.live(&mut engine, 1_830 + 3_700, 30).await;
    let heard: Vec<_> = hook.heard().iter().map(|it| it.body["to"].clone()).collect();
    assert_eq!(heard, ["bob", "ann"]);
    engine.close().await;
}

#[tokio::test]
async fn a_chore_that_fails_is_heard_of_and_is_done_when_a_person_did_it() {
    let hook = FarSide::new(Manner::Takes);
    let stage = Stage::new(&plan(&hook), &[("mend", FAILS)]);
    let mut engine = stage.open().await;
    stage.settle(&mut engine).await;
    stage.live(&mut engine, 1_860, 15).await;
    assert!(engine.only().await.incident.is_open());
    assert_eq!(runs(&engine).await[0].phase, Phase::Ended { end: RunEnd::Failed });
    stage.live(&mut engine, 300, 60).await;
    assert_eq!(runs(&engine).await.len(), 1, "it is not begun again by guess");

    std::fs::write(stage.plan_dir().join("well"), "yes").unwrap();
    engine.handle.run_chore("check", "bob").await.unwrap();
    let twice = engine.handle.run_chore("check", "ann").await;
    assert!(matches!(twice, Err(TellError::Refused(_))), "{twice:?}");
    stage.live(&mut engine, 60, 15).await;
    assert!(!engine.only().await.incident.is_open());
    assert!(matches!(
        engine.handle.run_chore("czech", "ann").await,
        Err(TellError::Missing { .. })
    ));
    whole(engine).await;
}

#[tokio::test]
async fn a_run_that_a_person_cancels_leaves_the_chore_out_for_once() {
    let hook = FarSide::new(Manner::Takes);
    let stage = Stage::new(&plan(&hook), &[("mend", LOOK)]);
    let mut engine = stage.open().await;
    stage.settle(&mut engine).await;
    stage.live(&mut engine, 1_830, 15).await;
    let run = engine.run().await;
    let cancel = Command::Cancel { by: "bob".to_owned(), reason: "a holiday".to_owned() };
    engine.handle.tell_run(&run.id, cancel).await.unwrap();
    stage.live(&mut engine, 7_200, 60).await;
    assert!(!engine.only().await.incident.is_open());
    assert_eq!(runs(&engine).await.len(), 1);
    whole(engine).await;
}

#[tokio::test]
async fn what_passed_while_the_server_was_away_is_made_up_for_once_and_the_rest_is_told() {
    let hook = FarSide::new(Manner::Takes);
    let stage = Stage::new(&plan(&hook), &[("mend", MEND)]);
    let mut engine = stage.open().await;
    stage.live(&mut engine, 1_830, 15).await;
    engine.close().await;
    stage.pass(4 * 86_400);
    let mut engine = stage.open().await;
    stage.live(&mut engine, 120, 15).await;
    let runs = runs(&engine).await;
    assert_eq!(runs.len(), 2);
    assert_eq!(runs[0].labels["due"], "2026-01-09T10:30:00Z");
    let reason = "chore check, after 3 that nobody did".to_owned();
    assert_eq!(runs[0].by, Starter::Plan { reason });
    assert_eq!(runs[0].phase, Phase::Ended { end: RunEnd::Verified });
    whole(engine).await;
}

#[tokio::test]
async fn a_chore_that_was_moved_is_not_due_before_somebody_wrote_so() {
    let hook = FarSide::new(Manner::Takes);
    let stage = Stage::new(&plan(&hook), &[("mend", MEND)]);
    let mut engine = stage.open().await;
    stage.settle(&mut engine).await;
    stage.write_plan(&plan(&hook).replace("day at 10:30", "day at 9:00"));
    engine.handle.reload().await.unwrap();
    stage.live(&mut engine, 3_600, 300).await;
    assert!(runs(&engine).await.is_empty(), "nine o'clock was over when it was written");
    let view = engine.handle.chores().await.unwrap().remove(0);
    assert_eq!(view.last_due, None);
    stage.live(&mut engine, 86_400, 3_600).await;
    assert_eq!(engine.run().await.labels["due"], "2026-01-06T09:00:00Z");
    whole(engine).await;
}

#[tokio::test]
async fn a_chore_that_cannot_be_begun_is_heard_of_and_begins_when_it_can() {
    let hook = FarSide::new(Manner::Takes);
    let unsound = format!("{MEND}\n```bash {{ name=mend kind=recovr }}\ntrue\n```\n");
    let stage = Stage::new(&plan(&hook), &[("mend", &unsound)]);
    let mut engine = stage.open().await;
    stage.settle(&mut engine).await;
    stage.live(&mut engine, 1_860, 15).await;
    let incident = engine.only().await.incident;
    let summary = &incident.alerts.values().next().unwrap().summary;
    assert!(summary.contains("mend cannot be begun"), "{summary}");
    assert!(runs(&engine).await.is_empty());
    stage.write_runbook("mend", MEND);
    engine.handle.reload().await.unwrap();
    stage.live(&mut engine, 60, 15).await;
    assert_eq!(engine.run().await.phase, Phase::Ended { end: RunEnd::Verified });
    assert!(!engine.only().await.incident.is_open());
    whole(engine).await;
}

#[tokio::test]
async fn a_chore_that_the_plan_drops_lets_go_of_its_alert() {
    let hook = FarSide::new(Manner::Takes);
    let stage = Stage::new(&plan(&hook), &[("mend", LOOK)]);
    let mut engine = stage.open().await;
    stage.settle(&mut engine).await;
    stage.live(&mut engine, 1_830, 15).await;
    assert_eq!(engine.only().await.incident.firing().count(), 1);
    let text = plan(&hook);
    let kept = text.split("chores:").next().unwrap();
    stage.write_plan(kept);
    engine.handle.reload().await.unwrap();
    stage.live(&mut engine, 60, 15).await;
    let incident = engine.only().await.incident;
    assert_eq!((incident.firing().count(), incident.unwatched().count()), (0, 1));
    engine.close().await;
}

/// A rehearsal that fails while a file is not there.
const ROTS: &str = r#"---
runbook: {}
---
# Mend

```bash { name=look kind=verify timeout=1m }
test -s well
```

```bash { name=mend kind=recover timeout=1m check=look }
echo once >> trace
```
"#;

#[tokio::test]
async fn a_runbook_that_rots_is_told_to_its_owner_before_the_night() {
    let hook = FarSide::new(Manner::Takes);
    let text = plan(&hook).replace("runbook: mend, owner", "rehearse: mend, owner");
    let stage = Stage::new(&text, &[("mend", ROTS)]);
    std::fs::write(stage.plan_dir().join("well"), "well").unwrap();
    let mut engine = stage.open().await;
    stage.live(&mut engine, 1_860, 10).await;
    let rehearsed = runs(&engine).await;
    assert_eq!(rehearsed.len(), 1);
    assert!(rehearsed[0].is_rehearsal());
    assert_eq!(rehearsed[0].phase, Phase::Ended { end: RunEnd::Looked });
    assert!(hook.keys().is_empty(), "nobody hears of what went well");

    // On the next day something that it looks for is gone.
    std::fs::remove_file(stage.plan_dir().join("well")).unwrap();
    stage.live(&mut engine, 86_400, 3_600).await;
    let incident = engine.only().await.incident;
    let heard = hook.heard();
    assert_eq!(heard[0].body["to"], "bob", "its owner");
    let summary = &incident.alerts.values().next().unwrap().summary;
    assert!(summary.contains("failed (matoi run show RUN-20260106-001)"), "{summary}");
    assert!(stage.lines("trace").is_empty(), "nothing was ever changed");
    whole(engine).await;
}
