//! The server's life: what it refuses to start with, how it ends, and what another start finds.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use rustix::process::{Signal, kill_process};
use serde_json::json;

use crate::stage::{PLAN, Stage, run, wait_until};

fn serve(stage: &Stage, args: &[&str]) -> crate::stage::Done {
    let mut command = stage.matoi();
    command.arg("serve").arg(stage.plan()).arg("--data").arg(stage.data()).args(args);
    run(&mut command)
}

#[test]
fn a_server_is_not_shown_to_other_machines() {
    let stage = Stage::with_plan(&[("matoi.yaml", PLAN)]);
    let done = serve(&stage, &["--listen", "0.0.0.0:0", "--dev"]);
    assert_eq!(done.code, 2, "{}", done.err);
    assert!(done.err.contains("there are no accounts yet"), "{}", done.err);
}

#[test]
fn a_first_start_with_a_broken_plan_says_every_problem_and_watches_nothing() {
    let stage = Stage::with_plan(&[("matoi.yaml", "matoi: 1\nnane: x\nseverities: {}\n")]);
    let done = serve(&stage, &["--listen", "127.0.0.1:0"]);
    assert_eq!(done.code, 3, "{}", done.err);
    assert!(done.out.contains("nane"), "{}", done.out);
    assert!(done.err.contains("nothing is watched"), "{}", done.err);
}

#[test]
fn a_directory_without_a_plan_says_how_to_get_one() {
    let stage = Stage::bare();
    fs::create_dir(stage.plan()).unwrap();
    let done = serve(&stage, &["--listen", "127.0.0.1:0"]);
    assert_eq!(done.code, 3, "{}", done.err);
    assert!(done.err.contains("matoi init"), "{}", done.err);
}

#[test]
fn a_file_in_the_place_of_a_plan_is_not_to_be_written_over() {
    let stage = Stage::with_plan(&[("matoi.yaml", PLAN)]);
    for command in ["check", "serve"] {
        let mut told = stage.matoi();
        told.arg(command).arg(stage.plan().join("matoi.yaml")).arg("--data").arg(stage.data());
        let done = run(&mut told);
        assert_eq!(done.code, 3, "{command}: {}", done.err);
        assert!(done.err.contains("name the one that holds it"), "{command}: {}", done.err);
        assert!(!done.err.contains("matoi init"), "{command}: {}", done.err);
    }
}

#[test]
fn two_servers_never_share_a_data_directory() {
    let mut stage = Stage::with_plan(&[("matoi.yaml", PLAN)]);
    stage.serve();
    let second = serve(&stage, &["--listen", "127.0.0.1:0", "--dev"]);
    assert_eq!(second.code, 5, "{}", second.err);
    assert!(second.err.contains("is in use by"), "{}", second.err);
    let first = stage.get(&["status"], &[]);
    assert_eq!(first["plan"]["name"], "Test", "the first one goes on");
}

#[test]
fn a_broken_plan_does_not_silence_a_team_that_had_a_good_one() {
    let mut stage = Stage::with_plan(&[("matoi.yaml", PLAN)]);
    stage.serve();
    let body = json!({ "title": "the shop is down", "severity": "P0" });
    let incident = stage.post(&["incidents"], &body)["id"].clone();
    stage.kill();
    fs::write(stage.plan().join("matoi.yaml"), "matoi: [").unwrap();
    stage.serve();
    let status = stage.get(&["status"], &[]);
    assert_eq!(status["plan"]["name"], "Test");
    assert_eq!(status["open"][0]["id"], incident);
    let plan = status["health"]["parts"].as_array().unwrap().iter().find(|it| it["name"] == "plan");
    assert_eq!(plan.unwrap()["state"], "degraded", "{status:#}");
    assert!(!status["plan"]["refused"].as_array().unwrap().is_empty(), "it says what is wrong");
    fs::remove_file(stage.plan().join("matoi.yaml")).unwrap();
    assert_eq!(run(&mut stage.command(&["plan", "reload"])).code, 5);
    let told = run(&mut stage.command(&["status"])).out;
    assert!(told.contains("could not be read") && told.contains("there is no plan"), "{told}");
}

#[test]
fn hanging_up_takes_the_plan_anew_and_a_broken_one_changes_nothing() {
    let mut stage = Stage::with_plan(&[("matoi.yaml", PLAN)]);
    stage.serve();
    let name = |stage: &Stage| stage.get(&["status"], &[])["plan"]["name"].clone();
    let plan = stage.plan().join("matoi.yaml");
    fs::write(&plan, PLAN.replace("name: Test", "name: Second")).unwrap();
    kill_process(stage.pid(), Signal::HUP).unwrap();
    wait_until("the new plan rules", || name(&stage) == "Second");
    fs::write(&plan, "matoi: 2\n").unwrap();
    kill_process(stage.pid(), Signal::HUP).unwrap();
    wait_until("the refusal is seen", || !stage.get(&["status"], &[])["plan"]["refused"].is_null());
    assert_eq!(name(&stage), "Second");
    let reload = run(&mut stage.command(&["plan", "reload"]));
    assert_eq!(reload.code, 4, "{}", reload.err);
    assert!(reload.err.contains("matoi.yaml:1:"), "{}", reload.err);
}

#[test]
fn without_dev_only_who_can_read_the_token_is_served() {
    let mut stage = Stage::with_plan(&[("matoi.yaml", PLAN)]);
    stage.serve_with(&[]);
    let token = stage.data().join("token");
    let mode = fs::metadata(&token).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "nobody else reads it");
    let found = run(&mut stage.command(&["status"]));
    assert_eq!(found.code, 0, "the commands find it: {}", found.err);
    let address = fs::read_to_string(stage.data().join("address")).unwrap();
    let mut stranger = stage.matoi();
    stranger.args(["status", "--server", address.trim(), "--data", "elsewhere"]);
    let refused = run(&mut stranger);
    assert_eq!(refused.code, 4, "{}", refused.err);
    assert!(refused.err.contains("a token is needed"), "{}", refused.err);
    stranger.env("MATOI_TOKEN", fs::read_to_string(&token).unwrap().trim());
    assert_eq!(run(&mut stranger).code, 0);
}

#[test]
fn asked_to_end_it_ends_well_and_leaves_a_running_step_to_its_shim() {
    let runbook = "---\nrunbook: {}\n---\n# Slow\n\n```bash { name=slow kind=recover timeout=60s }\n\
                   echo x >> began\nwhile ! test -e go-on; do sleep 0.05; done\n```\n\n\
                   ```bash { name=seen kind=verify }\ntest -e go-on\n```\n";
    let plan = format!("{PLAN}unattended: [slow]\n");
    let mut stage = Stage::with_plan(&[("matoi.yaml", &plan), ("runbooks/slow.md", runbook)]);
    stage.serve();
    let id = stage.post(&["runs"], &json!({ "runbook": "slow" }))["id"].clone();
    let id = id.as_str().unwrap();
    let began = stage.plan().join("began");
    wait_until("the step begins", || began.exists());
    assert!(stage.terminate(), "SIGTERM is no failure");
    assert!(!stage.data().join("address").exists(), "no command is sent to who listens there next");
    fs::write(stage.plan().join("go-on"), "").unwrap();
    std::thread::sleep(Duration::from_millis(300));
    stage.serve();
    wait_until("the run ends", || stage.get(&["runs", id], &[])["phase"]["end"] == "verified");
    assert_eq!(fs::read_to_string(began).unwrap(), "x\n", "it was performed once");
}
