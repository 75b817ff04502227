//! At most once, however often and by whomever it is asked.

use std::fs;
use std::process::Command;

use futures_util::future::join_all;
use matoi_core::run::outcome::Ended;

use crate::stage::{SHIM, Stage, bash, drop_when, perform, run};

const COUNT: &str = "echo x >> counter; echo told; exit 3";

#[tokio::test]
async fn asked_twice_it_runs_once_and_answers_the_same() {
    let stage = Stage::new();
    let first = run(stage.call(COUNT)).await;
    let second = run(stage.call(COUNT)).await;
    assert_eq!(first.ended, Ended::Exited { code: 3 });
    assert_eq!(first, second);
    assert_eq!(stage.lines("counter"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn asked_by_many_at_once_it_runs_once_and_answers_all() {
    for _ in 0..10 {
        let stage = Stage::new();
        let step = bash();
        let asked = (0..8).map(|_| perform(&*step, stage.call(COUNT)));
        for performed in join_all(asked).await {
            assert_eq!(performed.ended, Ended::Exited { code: 3 });
            assert_eq!(performed.answer, "told\n");
        }
        assert_eq!(stage.lines("counter"), 1);
    }
}

#[tokio::test]
async fn whoever_stops_waiting_finds_the_outcome_later() {
    let stage = Stage::new();
    let script = "echo x >> counter; until test -e go; do sleep 0.01; done; exit 5";
    drop_when("the step runs", run(stage.call(script)), || stage.lines("counter") == 1).await;
    // Once more while it runs, in the middle of following somebody else's shim.
    let again = run(stage.call(script));
    tokio::select! {
        performed = again => panic!("nobody let it end: {performed:?}"),
        () = tokio::time::sleep(std::time::Duration::from_millis(100)) => (),
    }
    fs::write(stage.trace("go"), "").unwrap();
    assert_eq!(run(stage.call(script)).await.ended, Ended::Exited { code: 5 });
    assert_eq!(stage.lines("counter"), 1);
}

#[tokio::test]
async fn whoever_stops_waiting_before_it_began_leaves_nothing_begun_twice() {
    for polls in 0..30 {
        let stage = Stage::new();
        {
            // Dropped after so many turns of the future, wherever it is by then.
            let mut asked = Box::pin(run(stage.call(COUNT)));
            for _ in 0..polls {
                tokio::select! {
                    biased;
                    _ = &mut asked => break,
                    () = tokio::task::yield_now() => (),
                }
            }
        }
        assert_eq!(run(stage.call(COUNT)).await.ended, Ended::Exited { code: 3 });
        assert_eq!(stage.lines("counter"), 1, "after {polls} polls");
    }
}

#[tokio::test]
async fn what_was_said_not_to_have_begun_never_begins() {
    let stage = Stage::new();
    let mut refused = stage.call(COUNT);
    refused.environment.insert("LD_PRELOAD".to_owned(), "x".to_owned());
    let performed = run(refused).await;
    assert!(matches!(performed.ended, Ended::NotStarted { .. }), "{performed:?}");
    // A shim that somebody started long ago and that wakes up now, and somebody who asks again.
    Command::new(SHIM).arg(stage.folder()).output().unwrap();
    assert_eq!(run(stage.call(COUNT)).await.ended, performed.ended);
    assert_eq!(stage.lines("counter"), 0);
}

#[tokio::test]
async fn a_shim_that_comes_late_disturbs_nothing() {
    let stage = Stage::new();
    let first = run(stage.call(COUNT)).await;
    for _ in 0..5 {
        assert!(Command::new(SHIM).arg(stage.folder()).status().unwrap().success());
    }
    assert_eq!(run(stage.call(COUNT)).await, first);
    assert_eq!(stage.lines("counter"), 1);
    assert_eq!(fs::read_dir(stage.folder()).unwrap().count(), 8, "no litter stays");
}

#[tokio::test]
async fn a_shim_that_was_under_way_when_it_was_withdrawn_begins_nothing() {
    for mark in ["withdrawn", "cancelled"] {
        let stage = Stage::new();
        run(stage.call(COUNT)).await;
        // Another attempt at the same, with the order still there and the mark beside it.
        let late = stage.trace("late");
        fs::create_dir(&late).unwrap();
        for name in ["script", "call.json"] {
            fs::copy(stage.folder().join(name), late.join(name)).unwrap();
        }
        fs::write(late.join(mark), "").unwrap();
        assert!(Command::new(SHIM).arg(&late).status().unwrap().success());
        assert!(fs::read_to_string(late.join("exit.json")).unwrap().contains("not_started"));
        assert_eq!(stage.lines("counter"), 1, "{mark}");
    }
}
