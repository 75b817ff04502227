//! The outcome survives the server, and nothing is guessed when it cannot.

use std::fs;
use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use matoi_core::run::outcome::Ended;
use rustix::process::{Pid, Signal, kill_process};

use crate::stage::{PERFORM, SHIM, Stage, drop_when, kill, pid_in, run, runs, wait_until};

const SLOW: &str = "echo x >> counter; until test -e go; do sleep 0.01; done; echo told; exit 7";
const QUICK: &str = "echo x >> counter; echo told; sleep 0.02; exit 7";

/// A server of its own, which performs one attempt.
fn server(stage: &Stage, script: &str) -> Child {
    let mut server = Command::new(PERFORM)
        .args(["bash", SHIM, stage.folder().to_str().unwrap(), "60000"])
        .current_dir(stage.dir())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    server.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    server
}

#[tokio::test]
async fn a_killed_server_does_not_disturb_its_step_and_the_next_one_finds_the_outcome() {
    let stage = Stage::new();
    let mut first = server(&stage, SLOW);
    wait_until("the step runs", || stage.lines("counter") == 1).await;
    first.kill().unwrap();
    first.wait().unwrap();
    let second = server(&stage, SLOW);
    let noted = stage.folder().join("process.json");
    wait_until("it is noted", || noted.exists()).await;
    let command = pid_in(&noted).unwrap();
    assert!(runs(command));
    fs::write(stage.trace("go"), "").unwrap();
    let told = second.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(told.stdout).unwrap(), "Exited { code: 7 }\n");
    let performed = run(stage.call(SLOW)).await;
    assert_eq!((performed.ended, performed.answer.as_str()), (Ended::Exited { code: 7 }, "told\n"));
    assert_eq!(stage.lines("counter"), 1);
}

#[tokio::test]
async fn a_step_that_ends_while_no_server_runs_is_found_ended() {
    let stage = Stage::new();
    let mut first = server(&stage, SLOW);
    wait_until("the step runs", || stage.lines("counter") == 1).await;
    first.kill().unwrap();
    first.wait().unwrap();
    fs::write(stage.trace("go"), "").unwrap();
    wait_until("the outcome is there", || stage.folder().join("exit.json").exists()).await;
    assert_eq!(run(stage.call(SLOW)).await.ended, Ended::Exited { code: 7 });
    assert_eq!(stage.lines("counter"), 1);
}

#[tokio::test]
async fn without_its_shim_a_step_is_lost_and_not_repeated() {
    let stage = Stage::new();
    let watch_shim_die = async {
        wait_until("the step runs", || stage.lines("counter") == 1).await;
        wait_until("it is noted", || stage.folder().join("process.json").exists()).await;
        kill(pid_in(&stage.folder().join("prepared")).unwrap());
    };
    let (performed, ()) = tokio::join!(run(stage.call(SLOW)), watch_shim_die);
    let command = pid_in(&stage.folder().join("process.json")).unwrap();
    let Ended::Lost { reason } = &performed.ended else { panic!("{performed:?}") };
    let still = format!("its command still runs as process {command}");
    assert!(reason.ends_with(&still), "{reason}");
    fs::write(stage.trace("go"), "").unwrap();
    wait_until("the command ended", || !runs(command)).await;
    let again = run(stage.call(SLOW)).await;
    assert!(matches!(again.ended, Ended::Lost { .. }), "{again:?}");
    assert_eq!(again.answer, "told\n", "what it printed is shown all the same");
    assert_eq!(stage.lines("counter"), 1);
}

#[tokio::test]
async fn after_a_restart_of_the_machine_a_step_is_lost() {
    let stage = Stage::new();
    run(stage.call(QUICK)).await;
    // As the folder looks when the power went: claimed before this boot, and no outcome.
    fs::remove_file(stage.folder().join("exit.json")).unwrap();
    let prepared = fs::read_to_string(stage.folder().join("prepared")).unwrap();
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap();
    let before = prepared.replace(boot.trim(), "00000000-0000-0000-0000-000000000000");
    fs::write(stage.folder().join("prepared"), before).unwrap();
    let performed = run(stage.call(QUICK)).await;
    let reason = "the machine restarted while it ran".to_owned();
    assert_eq!(performed.ended, Ended::Lost { reason });
    assert_eq!(stage.lines("counter"), 1);
}

#[tokio::test]
async fn dropped_and_killed_shim_is_lost_for_whoever_asks_next() {
    let stage = Stage::new();
    let noted = stage.folder().join("process.json");
    drop_when("the step runs", run(stage.call(SLOW)), || noted.exists()).await;
    kill(pid_in(&stage.folder().join("prepared")).unwrap());
    let performed = run(stage.call(SLOW)).await;
    assert!(matches!(performed.ended, Ended::Lost { .. }), "{performed:?}");
    fs::write(stage.trace("go"), "").unwrap();
    let command = pid_in(&stage.folder().join("process.json")).unwrap();
    wait_until("the command ended", || !runs(command)).await;
}

/// Delays that are spread over `0..max_us` and the same on every run.
fn delays(count: u64, max_us: u64) -> impl Iterator<Item = Duration> {
    (0..count).map(move |it| Duration::from_micros(it * 7919 % count * max_us / count))
}

#[tokio::test]
async fn a_server_killed_at_any_instant_costs_nothing() {
    let mut ran_before = 0;
    for delay in delays(100, 80_000) {
        let stage = Stage::new();
        let mut first = server(&stage, QUICK);
        tokio::time::sleep(delay).await;
        first.kill().unwrap();
        first.wait().unwrap();
        ran_before += usize::from(stage.folder().join("prepared").exists());
        let performed = run(stage.call(QUICK)).await;
        assert_eq!(performed.ended, Ended::Exited { code: 7 }, "killed after {delay:?}");
        assert_eq!(performed.answer, "told\n");
        assert_eq!(stage.lines("counter"), 1, "killed after {delay:?}");
    }
    assert!(ran_before > 5, "the kills came all too early to show anything: {ran_before}");
}

/// What can be told of an end, without the words that go with it.
fn kind(ended: &str) -> &str {
    ended.split(' ').next().unwrap().trim()
}

/// Kills every shim of this attempt, whether it took the gate or not.
fn kill_shims(stage: &Stage) {
    let folder = stage.folder().display().to_string();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let command = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let words: Vec<_> = command.split(|it| *it == 0).map(String::from_utf8_lossy).collect();
        if words.first().is_some_and(|it| it == SHIM) && words.iter().any(|it| *it == folder) {
            let pid = entry.file_name().to_str().unwrap().parse().unwrap();
            // It may end by itself meanwhile.
            let _ = kill_process(Pid::from_raw(pid).unwrap(), Signal::KILL);
        }
    }
}

#[tokio::test]
async fn shims_killed_at_any_instant_never_lead_to_a_second_run_or_a_guess() {
    let mut seen = std::collections::BTreeMap::new();
    for delay in delays(150, 60_000) {
        let stage = Stage::new();
        // Two who ask at once, as when a server comes back while the old one still goes: both must say the same.
        let first = server(&stage, QUICK);
        let killing = async {
            tokio::time::sleep(delay).await;
            kill_shims(&stage);
        };
        let (performed, ()) = tokio::join!(run(stage.call(QUICK)), killing);
        let told = String::from_utf8(first.wait_with_output().unwrap().stdout).unwrap();
        let ended = format!("{:?}", performed.ended);
        let again = format!("{:?}", run(stage.call(QUICK)).await.ended);
        assert_eq!(kind(&told), kind(&ended), "killed after {delay:?}");
        assert_eq!(kind(&again), kind(&ended), "killed after {delay:?}");
        *seen.entry(kind(&ended).to_owned()).or_insert(0) += 1;
        match &performed.ended {
            Ended::Exited { code: 7 } => assert_eq!(stage.lines("counter"), 1),
            Ended::Lost { .. } => assert!(stage.lines("counter") <= 1, "killed after {delay:?}"),
            Ended::NotStarted { .. } => assert_eq!(stage.lines("counter"), 0),
            Ended::Exited { .. }
            | Ended::Killed { .. }
            | Ended::TimedOut { .. }
            | Ended::Cancelled => panic!("killed after {delay:?}: {ended}"),
        }
    }
    assert!(seen["Lost"] > 5, "the kills came all too late to show anything: {seen:?}");
}
