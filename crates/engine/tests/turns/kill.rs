//! Killed between any two awaits, and opened again.

use std::fs;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use matoi_core::incident::PageState;

use crate::far_side::{FarSide, Manner};
use crate::proof::{everything_adds_up, nothing_is_owed};
use crate::stage::{Engine, Stage};
use crate::story::plan;

/// When, about an await, the future is dropped.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// What was asked for is under way.
    Asked,
    /// It has come, and nobody has seen it.
    Answered,
}

/// Polls `future` until it has waited `waits` times, and drops it there. Says whether it came to its end.
async fn until_wait(future: impl Future<Output = ()>, waits: usize, moment: Moment) -> bool {
    let mut future = pin!(future);
    let mut left = waits;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(false);
        }
        if future.as_mut().poll(context).is_ready() {
            return Poll::Ready(true);
        }
        left -= 1;
        match moment {
            Moment::Asked if left == 0 => Poll::Ready(false),
            Moment::Asked | Moment::Answered => Poll::Pending,
        }
    })
    .await
}

/// From the first bad look to the receipt.
async fn trouble(stage: &Stage, engine: &mut Engine) {
    stage.set("10:00:00");
    stage.settle(engine).await;
    stage.set("10:00:30");
    stage.settle(engine).await;
}

async fn killed_everywhere(moment: Moment) {
    for waits in 1.. {
        let hook = FarSide::new(Manner::Takes);
        let stage = Stage::new(&plan(&hook), &[]);
        let mut engine = stage.open().await;
        let ended = until_wait(trouble(&stage, &mut engine), waits, moment).await;
        engine.handle.store().close().await;
        drop(engine);

        let mut engine = stage.open().await;
        for later in ["10:00:40", "10:01:10"] {
            stage.set(later);
            stage.settle(&mut engine).await;
        }
        let incident = engine.only().await.incident;
        let page = format!("{}/1/0", incident.id);
        let keys = hook.keys();
        assert!(keys.iter().all(|it| *it == page), "{moment:?} {waits}: one key: {keys:?}");
        assert!((1..=2).contains(&keys.len()), "{moment:?} {waits}: {keys:?}");
        assert!(incident.pages.values().all(|it| it.state == PageState::Delivered));
        everything_adds_up(&engine.handle).await;
        nothing_is_owed(&engine.handle).await;
        fs::write(stage.file("well"), "").unwrap();
        stage.live(&mut engine, 10, 10).await;
        assert!(!engine.only().await.incident.is_open(), "{moment:?} {waits}: it resolves");
        engine.close().await;
        if ended {
            assert!(waits > 20, "there was little to interrupt: {waits}");
            return;
        }
    }
}

#[tokio::test]
async fn killed_while_it_waits_anywhere_it_pages_under_one_key() {
    killed_everywhere(Moment::Asked).await;
}

#[tokio::test]
async fn killed_before_it_sees_what_came_anywhere_it_pages_under_one_key() {
    killed_everywhere(Moment::Answered).await;
}
