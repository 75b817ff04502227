//! Locks between real runs: one goes on at a time, and nobody is forgotten in line.

use matoi_core::effect::RunEnd;
use matoi_core::run::event::Hold;
use matoi_core::run::{Phase, Run};
use matoi_store::Which;

use crate::proof::{everything_adds_up, nothing_is_owed};
use crate::stage::{Engine, Stage, start_run};
use crate::step::PLAN;

/// Fails when another is under way.
pub(crate) const ALONE: &str = r#"---
runbook: { lock: the shop }
---
# Mend

```bash { name=mend kind=recover timeout=1m }
mkdir alone
echo once >> trace
```

```bash { name=leave kind=recover timeout=1m }
rmdir alone
```

```bash { name=well kind=verify timeout=1m }
test ! -e alone
```
"#;

pub(crate) async fn runs(engine: &Engine) -> Vec<Run> {
    let views = engine.handle.runs(Which::All, None, 10).await.unwrap();
    views.into_iter().rev().map(|it| it.run).collect()
}

#[tokio::test]
async fn who_comes_second_waits_and_goes_on_by_itself() {
    let stage = Stage::new(PLAN, &[("mend", ALONE)]);
    let mut engine = stage.open().await;
    for _ in 0..3 {
        start_run(&engine.handle, "mend").await;
    }
    let waiting = runs(&engine).await;
    let first = waiting[0].id.clone();
    for run in &waiting[1..] {
        let Phase::Held { reason: Hold::Lock { lock, by }, .. } = &run.phase else {
            panic!("it does not wait: {run:?}");
        };
        assert_eq!((lock.as_str(), by), ("the shop", &first));
    }
    stage.settle(&mut engine).await;
    for run in runs(&engine).await {
        assert_eq!(run.phase, Phase::Ended { end: RunEnd::Verified }, "{run:?}");
    }
    assert_eq!(stage.lines("trace").len(), 3);
    everything_adds_up(&engine.handle).await;
    nothing_is_owed(&engine.handle).await;
    engine.close().await;
}

#[tokio::test]
async fn of_many_that_begin_at_once_one_has_the_lock() {
    let stage = Stage::new(PLAN, &[("mend", ALONE)]);
    let mut engine = stage.open().await;
    let begun = (0..5).map(|_| start_run(&engine.handle, "mend"));
    futures_util::future::join_all(begun).await;
    let have = runs(&engine).await.iter().filter(|it| it.has().is_some()).count();
    assert_eq!(have, 1);
    stage.live(&mut engine, 20, 2).await;
    let all = runs(&engine).await;
    assert_eq!(all.len(), 5);
    assert!(all.iter().all(|it| it.phase == Phase::Ended { end: RunEnd::Verified }), "{all:#?}");
    engine.close().await;
}
