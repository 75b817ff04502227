//! A rehearsal on real steps: what it leaves alone, and what it knows afterwards.

use std::collections::BTreeMap;

use matoi_core::effect::RunEnd;
use matoi_core::practice::Standing;
use matoi_core::run::event::{Finding, Purpose};
use matoi_core::run::{Phase, StepState};
use matoi_engine::{Handle, Practised};
use matoi_store::Which;

use crate::proof::{everything_adds_up, nothing_is_owed};
use crate::stage::{Engine, Stage, start_run};
use crate::step::{MEND, PLAN};

/// Looks, and would change something with what nobody has.
const BROKEN: &str = r#"---
runbook:
  secrets: [SHOP_TOKEN]
---
# Mend

```bash { name=look kind=diagnose timeout=1m }
echo looked >> looks
```

```bash { name=mend kind=recover timeout=1m check=mended }
echo once >> trace
```

```bash { name=mended kind=verify timeout=1m }
echo looked >> looks
```
"#;

pub(crate) async fn rehearse(handle: &Handle, runbook: &str) {
    let begun = handle.start_run(runbook, "ann", Purpose::Rehearse, BTreeMap::new()).await;
    begun.unwrap();
}

async fn known(engine: &Engine) -> Practised {
    engine.handle.practice().await.unwrap().1.remove(0)
}

#[tokio::test]
async fn a_rehearsal_performs_the_looks_and_nothing_else() {
    let stage = Stage::new(PLAN, &[("mend", &MEND.replace("test -s trace", "echo seen >> looks"))]);
    let mut engine = stage.open().await;
    assert_eq!(known(&engine).await.standing, Standing::Never);
    rehearse(&engine.handle, "mend").await;
    stage.settle(&mut engine).await;
    let run = engine.run().await;
    assert_eq!(run.phase, Phase::Ended { end: RunEnd::Looked }, "{run:#?}");
    assert_eq!(run.steps["mend"], StepState::Examined { finding: Finding::Ready });
    assert_eq!(run.steps["mended"], StepState::Done);
    assert!(stage.lines("trace").is_empty(), "nothing was changed");
    assert_eq!(stage.lines("looks"), ["seen"], "and the look was taken once");
    assert!(engine.handle.incidents(Which::All, 10).await.unwrap().is_empty());

    let it = known(&engine).await;
    assert_eq!(it.standing, Standing::Proved);
    assert_eq!(it.last_rehearsal.unwrap().run, run.id);
    assert!(it.last_run.is_none(), "a rehearsal is no run");
    everything_adds_up(&engine.handle).await;
    nothing_is_owed(&engine.handle).await;
    engine.close().await;
}

#[tokio::test]
async fn what_is_known_ends_when_the_runbook_is_changed() {
    let stage = Stage::new(PLAN, &[("mend", MEND)]);
    let mut engine = stage.open().await;
    start_run(&engine.handle, "mend").await;
    stage.settle(&mut engine).await;
    assert_eq!(known(&engine).await.standing, Standing::Proved, "a run proves more");
    let changed = MEND.replace("echo once", "no-such-program");
    stage.write_runbook("mend", &changed);
    engine.handle.reload().await.unwrap();
    assert_eq!(known(&engine).await.standing, Standing::Changed);
    rehearse(&engine.handle, "mend").await;
    stage.settle(&mut engine).await;
    let it = known(&engine).await;
    assert_eq!(it.standing, Standing::Failed);
    assert_eq!(it.last_rehearsal.unwrap().end, RunEnd::Failed);
    assert_eq!(it.last_run.unwrap().end, RunEnd::Verified);

    // Somebody ends the next one, which tells nothing.
    stage.write_runbook("mend", MEND);
    engine.handle.reload().await.unwrap();
    assert_eq!(known(&engine).await.standing, Standing::Proved, "as it was when it ran");
    engine.close().await;
}

#[tokio::test]
async fn a_secret_that_nobody_has_is_found_before_the_night() {
    let stage = Stage::new(PLAN, &[("mend", BROKEN)]);
    let mut engine = stage.open().await;
    rehearse(&engine.handle, "mend").await;
    stage.live(&mut engine, 30, 2).await;
    let run = engine.run().await;
    assert_eq!(run.phase, Phase::Ended { end: RunEnd::Failed }, "{run:#?}");
    let StepState::Examined { finding: Finding::Lacks { what } } = &run.steps["mend"] else {
        panic!("{:?}", run.steps["mend"]);
    };
    assert!(what.contains("SHOP_TOKEN"), "{what}");
    let StepState::Examined { finding: Finding::Lacks { .. } } = &run.steps["look"] else {
        panic!("no look begins without it: {:?}", run.steps["look"]);
    };
    assert!(stage.lines("looks").is_empty());
    nothing_is_owed(&engine.handle).await;
    engine.close().await;
}
