//! A bug in a task is a bug in that task: the loops go on, and health says so.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use matoi_engine::clock::Clock;
use matoi_engine::health::State;
use matoi_engine::supervisor::Supervisor;

use crate::far_side::{FarSide, Manner};
use crate::stage::{Stage, declare, wait_until};
use crate::story::plan;

#[tokio::test]
async fn a_task_that_panics_ends_nothing_else_and_is_seen() {
    let hook = FarSide::new(Manner::Takes);
    let stage = Stage::new(&plan(&hook), &[]);
    let handle = stage.handle_with(Clock::System).await;
    handle.run().await.unwrap();
    handle.supervisor().spawn("bug", async { panic!("shown by a test") });
    wait_until("the panic is counted", async || handle.supervisor().panics().contains_key("bug"))
        .await;
    let health = handle.health().await;
    let records = health.parts.iter().find(|it| it.name == "records").unwrap();
    assert_eq!(
        (records.state, records.detail.as_str()),
        (State::Degraded, "bugs were met in bug 1×")
    );
    declare(&handle, "it is down").await;
    wait_until("the page is sent", async || !hook.heard().is_empty()).await;
    handle.shut_down(Duration::from_secs(5)).await;
}

#[tokio::test]
async fn a_loop_that_panics_starts_anew() {
    let supervisor = Supervisor::default();
    let begun = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&begun);
    supervisor.keep("loop", move || {
        let begun = Arc::clone(&counted);
        async move {
            if begun.fetch_add(1, Ordering::SeqCst) == 0 {
                panic!("shown by a test");
            }
        }
    });
    wait_until("it began again", async || begun.load(Ordering::SeqCst) == 2).await;
    assert_eq!(supervisor.panics()["loop"], 1);
    supervisor.shut_down(Duration::from_secs(5)).await;
}

#[tokio::test]
async fn what_is_asked_to_end_is_waited_for_and_what_does_not_end_is_dropped() {
    let supervisor = Supervisor::default();
    let ended = Arc::new(AtomicU32::new(0));
    let (seen, own) = (Arc::clone(&ended), supervisor.clone());
    supervisor.spawn("good", async move {
        own.stopped().await;
        seen.fetch_add(1, Ordering::SeqCst);
    });
    supervisor.spawn("stubborn", std::future::pending());
    supervisor.shut_down(Duration::from_millis(50)).await;
    assert_eq!(ended.load(Ordering::SeqCst), 1);
    let late = Arc::clone(&ended);
    supervisor.spawn("late", async move {
        late.fetch_add(1, Ordering::SeqCst);
    });
    assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), 0, "no task is left");
    assert_eq!(ended.load(Ordering::SeqCst), 1, "nothing begins after the end");
}
