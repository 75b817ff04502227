//! Killed between any two awaits, and opened again.

use std::fs;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use matoi_core::effect::RunEnd;
use matoi_core::incident::PageState;
use matoi_core::run::event::Finding;
use matoi_core::run::{Phase, StepState};
use matoi_store::Which;

use crate::far_side::{FarSide, Heard, Manner};
use crate::lock;
use crate::proof::{everything_adds_up, nothing_is_owed};
use crate::rehearsal::rehearse;
use crate::stage::{Engine, Stage, only_run, start_run};
use crate::step;
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

/// Tells a story again and again, killed a wait later each time, until it comes to its end.
///
/// `story` is what is interrupted; `after` is what must hold once the engine was opened again.
async fn killed_everywhere(
    moment: Moment,
    make: impl Fn() -> Stage,
    story: impl AsyncFn(&Stage, &mut Engine),
    after: impl AsyncFn(&Stage, &mut Engine, &str),
) {
    for waits in 1.. {
        let stage = make();
        let mut engine = stage.open().await;
        let ended = until_wait(story(&stage, &mut engine), waits, moment).await;
        engine.handle.store().close().await;
        drop(engine);

        let mut engine = stage.open().await;
        after(&stage, &mut engine, &format!("{moment:?} {waits}")).await;
        everything_adds_up(&engine.handle).await;
        nothing_is_owed(&engine.handle).await;
        engine.close().await;
        if ended {
            // What is ready when it is asked is no wait, so a slow machine counts fewer; none would prove nothing.
            assert!(waits > 10, "there was little to interrupt: {waits}");
            return;
        }
    }
}

/// From the first bad look over the first receipt to the second level.
async fn trouble(stage: &Stage, engine: &mut Engine) {
    stage.live_through(engine, &["10:00:00", "10:00:30", "10:15:31"]).await;
}

async fn pages_under_one_key_each(moment: Moment) {
    let hook = FarSide::new(Manner::Takes);
    let level = "    - page: [ann]\n    - { after: 15m, page: [ben] }\n";
    let text = plan(&hook).replace("    - page: [ann]\n", level).replace(
        "escalation:\n",
        "  ben: { name: Ben, hours: always, reach: [\"hook:ben\"] }\nescalation:\n",
    );
    let make = || {
        hook.forgets();
        Stage::new(&text, &[])
    };
    let after = async |stage: &Stage, engine: &mut Engine, when: &str| {
        // Killed before the first look, it has to wait for the alert and for the level once more.
        stage.live_through(engine, &["10:15:40", "10:16:10", "10:31:20"]).await;
        let incident = engine.only().await.incident;
        for to in ["ann", "ben"] {
            let heard = hook.heard().into_iter().filter(|it| it.body["to"] == to);
            let mut keys: Vec<String> = heard.map(|it| it.key).collect();
            assert!((1..=2).contains(&keys.len()), "{when}: {to} has {keys:?}");
            keys.dedup();
            assert_eq!(keys.len(), 1, "{when}: {to} has one key: {keys:?}");
        }
        assert_eq!(incident.pages.len(), 2, "{when}: one page each");
        assert!(incident.pages.values().all(|it| it.state == PageState::Delivered), "{when}");
        fs::write(stage.file("well"), "").unwrap();
        stage.live(engine, 10, 10).await;
        assert!(!engine.only().await.incident.is_open(), "{when}: it resolves");
    };
    killed_everywhere(moment, make, trouble, after).await;
}

async fn steps_are_performed_once(moment: Moment) {
    let make = || Stage::new(step::PLAN, &[("mend", step::MEND)]);
    let story = async |stage: &Stage, engine: &mut Engine| {
        start_run(&engine.handle, "mend").await;
        stage.settle(engine).await;
    };
    let after = async |stage: &Stage, engine: &mut Engine, when: &str| {
        stage.settle(engine).await;
        stage.live(engine, 6, 2).await;
        // Killed before it was stored, it was never acknowledged either.
        let Some(run) = only_run(&engine.handle).await else {
            return assert!(stage.lines("trace").is_empty(), "{when}: no step without an intent");
        };
        assert_eq!(run.phase, Phase::Ended { end: RunEnd::Verified }, "{when}");
        assert_eq!(stage.lines("trace"), ["once"], "{when}: {run:?}");
        assert_eq!(run.attempts["mend"], 1, "{when}");
    };
    killed_everywhere(moment, make, story, after).await;
}

async fn a_chore_is_begun_once(moment: Moment) {
    let hook = FarSide::new(Manner::Takes);
    let text = crate::chore::PLAN.replace("{HOOK}", &hook.url());
    let make = || Stage::new(&text, &[("mend", step::MEND)]);
    let story = async |stage: &Stage, engine: &mut Engine| {
        stage.live_through(engine, &["10:00:00", "10:30:01"]).await;
    };
    let after = async |stage: &Stage, engine: &mut Engine, when: &str| {
        stage.live_through(engine, &["10:30:30"]).await;
        stage.live(engine, 30, 10).await;
        let run = only_run(&engine.handle).await.unwrap();
        assert_eq!(run.phase, Phase::Ended { end: RunEnd::Verified }, "{when}");
        assert_eq!(stage.lines("trace"), ["once"], "{when}: {run:?}");
        assert!(hook.heard().is_empty(), "{when}: nobody is paged for what went well");
    };
    killed_everywhere(moment, make, story, after).await;
}

async fn a_digest_tells_of_each(moment: Moment) {
    let hook = FarSide::new(Manner::Takes);
    let text = crate::digest::hourly(&hook);
    let make = || {
        hook.forgets();
        let stage = Stage::new(&text, &[]);
        fs::write(stage.file("well"), "").unwrap();
        stage
    };
    let story = async |stage: &Stage, engine: &mut Engine| {
        crate::digest::three(stage, engine).await;
        stage.live_through(engine, &["11:00:00", "11:00:10"]).await;
    };
    let after = async |stage: &Stage, engine: &mut Engine, when: &str| {
        stage.live_through(engine, &["11:01:00", "11:01:10", "11:02:00"]).await;
        let heard = hook.heard();
        let mut keys = std::collections::BTreeMap::new();
        for it in &heard {
            let company = format!("{} {}", it.body["to"], it.body["incidents"]);
            let key = keys.entry(company).or_insert(&it.key);
            assert_eq!(*key, &it.key, "{when}: the same company has one key");
        }
        for view in engine.handle.incidents(Which::All, 10).await.unwrap() {
            let incident = view.incident;
            assert_eq!(incident.pages.len(), 2, "{when}: one page each");
            assert!(incident.pages.values().all(|it| it.state == PageState::Delivered), "{when}");
            for to in ["ann", "ben"] {
                let tells = |it: &&Heard| {
                    let of = it.body["incidents"].as_array().unwrap();
                    it.body["to"] == to && of.iter().any(|it| *it == *incident.id.0)
                };
                let told = heard.iter().filter(tells).count();
                assert!((1..=2).contains(&told), "{when}: {to} heard of it {told} times");
            }
        }
    };
    killed_everywhere(moment, make, story, after).await;
}

#[tokio::test]
async fn killed_while_it_waits_anywhere_a_digest_tells_of_each() {
    a_digest_tells_of_each(Moment::Asked).await;
}

#[tokio::test]
async fn killed_before_it_sees_what_came_anywhere_a_digest_tells_of_each() {
    a_digest_tells_of_each(Moment::Answered).await;
}

#[tokio::test]
async fn killed_while_it_waits_anywhere_it_begins_a_chore_once() {
    a_chore_is_begun_once(Moment::Asked).await;
}

#[tokio::test]
async fn killed_before_it_sees_what_came_anywhere_it_begins_a_chore_once() {
    a_chore_is_begun_once(Moment::Answered).await;
}

#[tokio::test]
async fn killed_while_it_waits_anywhere_it_pages_under_one_key_each() {
    pages_under_one_key_each(Moment::Asked).await;
}

#[tokio::test]
async fn killed_before_it_sees_what_came_anywhere_it_pages_under_one_key_each() {
    pages_under_one_key_each(Moment::Answered).await;
}

#[tokio::test]
async fn killed_while_it_waits_anywhere_it_performs_a_step_once() {
    steps_are_performed_once(Moment::Asked).await;
}

#[tokio::test]
async fn killed_before_it_sees_what_came_anywhere_it_performs_a_step_once() {
    steps_are_performed_once(Moment::Answered).await;
}

/// Everything of a rehearsal that can be interrupted; its looks may be taken twice, its changes never.
async fn rehearses(moment: Moment) {
    let text = step::MEND.replace("test -s trace", "echo seen >> looks");
    let make = || Stage::new(step::PLAN, &[("mend", &text)]);
    let story = async |stage: &Stage, engine: &mut Engine| {
        rehearse(&engine.handle, "mend").await;
        stage.settle(engine).await;
    };
    let after = async |stage: &Stage, engine: &mut Engine, when: &str| {
        stage.live(engine, 30, 2).await;
        assert!(stage.lines("trace").is_empty(), "{when}: nothing was changed");
        // Killed before it was stored, it was never begun.
        for view in engine.handle.runs(Which::All, None, 10).await.unwrap() {
            assert_eq!(view.run.phase, Phase::Ended { end: RunEnd::Looked }, "{when}");
            let examined = StepState::Examined { finding: Finding::Ready };
            assert_eq!(view.run.steps["mend"], examined, "{when}");
        }
    };
    killed_everywhere(moment, make, story, after).await;
}

#[tokio::test]
async fn killed_while_it_waits_anywhere_a_rehearsal_changes_nothing_and_comes_to_its_end() {
    rehearses(Moment::Asked).await;
    rehearses(Moment::Answered).await;
}

/// Two runs want one lock; wherever it is killed, both come to their end, one after the other.
async fn passes_the_lock_on(moment: Moment) {
    let text = lock::ALONE.replace("kind=recover", "kind=recover idempotent");
    let text = text.replace("mkdir alone", "mkdir -p alone").replace("rmdir alone", "rm -rf alone");
    let make = || Stage::new(step::PLAN, &[("mend", &text)]);
    let story = async |stage: &Stage, engine: &mut Engine| {
        start_run(&engine.handle, "mend").await;
        start_run(&engine.handle, "mend").await;
        stage.settle(engine).await;
    };
    let after = async |stage: &Stage, engine: &mut Engine, when: &str| {
        stage.live(engine, 60, 2).await;
        for run in lock::runs(engine).await {
            assert_eq!(run.phase, Phase::Ended { end: RunEnd::Verified }, "{when}: {run:#?}");
        }
    };
    killed_everywhere(moment, make, story, after).await;
}

#[tokio::test]
async fn killed_while_it_waits_anywhere_a_lock_is_passed_on() {
    passes_the_lock_on(Moment::Asked).await;
}

#[tokio::test]
async fn killed_before_it_sees_what_came_anywhere_a_lock_is_passed_on() {
    passes_the_lock_on(Moment::Answered).await;
}
