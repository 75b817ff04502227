//! Ending what runs too long or is not wanted any more, and leaving alone what is meant to stay.

use std::fs;
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use matoi_core::run::outcome::Ended;

use crate::stage::{Stage, bash, kill, perform, run, runs, tools, wait_until};

/// Everything that is known to survive a kill of the process group.
const ESCAPING: &str = r#"
    sleep 300 & echo $! > plain
    nohup sleep 300 > /dev/null 2>&1 & echo $! > nohup
    setsid sleep 300 & echo $! > session
    (trap '' TERM; echo $BASHPID > stubborn; while :; do sleep 300 || true; done) &
    (setsid bash -c 'trap "" TERM; echo $$ > both; while :; do sleep 300 || true; done' &)
    (sleep 300 & echo $! > orphan)
    sleep 300 & kill -STOP $!; echo $! > stopped
    until test -s both -a -s stubborn; do sleep 0.01; done
    touch ready
    while :; do sleep 300 || true; done
"#;
const ESCAPED: [&str; 7] = ["plain", "nohup", "session", "stubborn", "both", "orphan", "stopped"];

#[tokio::test]
async fn when_its_time_is_up_everything_that_it_started_is_gone() {
    let stage = Stage::new();
    let mut call = stage.call(ESCAPING);
    call.timeout = SignedDuration::from_millis(1500);
    let performed = run(call.clone()).await;
    assert_eq!(performed.ended, Ended::TimedOut { after: call.timeout });
    assert!(stage.trace("ready").exists(), "the machine was too slow for this test");
    for name in ESCAPED {
        assert!(!runs(stage.pid(name).unwrap()), "{name} survived");
    }
    assert!(!performed.output.excerpt.contains("could not be ended"));
    assert_eq!(run(call).await, performed, "asked again");
}

#[tokio::test]
async fn a_cancelled_step_is_gone_with_everything_that_it_started() {
    let stage = Stage::new();
    let step = bash();
    let cancel = async {
        wait_until("the step runs", || stage.trace("ready").exists()).await;
        // Another step of the same kind, as after a restart of the server.
        bash().cancel(stage.folder()).await.unwrap();
    };
    let (performed, ()) = tokio::join!(perform(&*step, stage.call(ESCAPING)), cancel);
    assert_eq!(performed.ended, Ended::Cancelled);
    for name in ESCAPED {
        assert!(!runs(stage.pid(name).unwrap()), "{name} survived");
    }
}

#[tokio::test]
async fn what_keeps_starting_more_is_ended_too() {
    let stage = Stage::new();
    let mut call = stage.call("trap '' TERM; while :; do (sleep 60 & sleep 60) & sleep 0.02; done");
    call.timeout = SignedDuration::from_millis(500);
    call.environment.insert("MATOI_TEST_COOKIE".to_owned(), stage.folder().display().to_string());
    assert_eq!(run(call.clone()).await.ended, Ended::TimedOut { after: call.timeout });
    let cookie = format!("MATOI_TEST_COOKIE={}", stage.folder().display());
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let environment = fs::read(entry.path().join("environ")).unwrap_or_default();
        let ours = String::from_utf8_lossy(&environment).contains(&cookie);
        let pid: i32 = entry.file_name().to_str().unwrap().parse().unwrap_or(0);
        assert!(!ours || !runs(pid), "{pid} survived");
    }
}

#[tokio::test]
async fn a_step_may_clean_up_before_it_is_killed() {
    let stage = Stage::new();
    let mut call =
        stage.call("trap 'bash -c \"sleep 0.1; touch cleaned\"; exit 0' TERM; sleep 60 & wait");
    call.timeout = SignedDuration::from_millis(500);
    let step = crate::stage::step(
        "bash",
        &matoi_edge::step::Tools { grace: SignedDuration::from_secs(60), ..tools() },
    );
    let begun = Instant::now();
    let performed = perform(&*step, call.clone()).await;
    assert_eq!(
        performed.ended,
        Ended::TimedOut { after: call.timeout },
        "exit 0 after the time is no success"
    );
    assert!(stage.trace("cleaned").exists());
    assert!(begun.elapsed() < Duration::from_secs(30), "nobody waits for the rest of the grace");
}

#[tokio::test]
async fn a_service_left_behind_neither_delays_the_end_nor_dies_of_it() {
    let stage = Stage::new();
    let service = "(until test -e go; do sleep 0.01; done; echo late; echo late >&2; touch spoke; sleep 300) &";
    let performed = run(stage.call(&format!("{service}\necho $! > service; echo started"))).await;
    assert_eq!(performed.ended, Ended::Exited { code: 0 });
    assert_eq!(performed.answer, "started\n");
    let service = stage.pid("service").unwrap();
    assert!(runs(service), "it was not asked to end");
    fs::write(stage.trace("go"), "").unwrap();
    wait_until("the service printed", || stage.trace("spoke").exists()).await;
    assert!(runs(service), "printing did not kill it");
    // What it printed came after the end, so the outcome does not change.
    assert_eq!(run(stage.call("")).await, performed);
    kill(service);
}

#[tokio::test]
async fn a_step_cancelled_before_it_began_never_begins() {
    let stage = Stage::new();
    bash().cancel(stage.folder()).await.unwrap();
    let performed = run(stage.call("echo x >> counter")).await;
    let reason = "it was cancelled before it began".to_owned();
    assert_eq!(performed.ended, Ended::NotStarted { reason });
    assert_eq!(stage.lines("counter"), 0);
}

#[tokio::test]
async fn cancelling_what_has_ended_changes_nothing() {
    let stage = Stage::new();
    let performed = run(stage.call("exit 4")).await;
    bash().cancel(stage.folder()).await.unwrap();
    assert_eq!(run(stage.call("exit 4")).await, performed);
    assert_eq!(performed.ended, Ended::Exited { code: 4 });
}

#[tokio::test]
async fn cancelled_at_any_moment_it_is_cancelled_or_never_began() {
    for delay_ms in 0..40 {
        let stage = Stage::new();
        let step = bash();
        let cancel = async {
            tokio::time::sleep(Duration::from_millis(delay_ms)).await;
            step.cancel(stage.folder()).await.unwrap();
        };
        let (performed, ()) =
            tokio::join!(perform(&*step, stage.call("echo x >> counter; sleep 60")), cancel);
        match &performed.ended {
            Ended::Cancelled => (),
            Ended::NotStarted { .. } => assert_eq!(stage.lines("counter"), 0),
            Ended::Exited { .. }
            | Ended::Killed { .. }
            | Ended::TimedOut { .. }
            | Ended::Lost { .. } => panic!("after {delay_ms} ms: {performed:?}"),
        }
    }
}
