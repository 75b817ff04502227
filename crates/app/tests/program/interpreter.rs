//! Steps that the plan says how to perform, from the check to the outcome.

use crate::command::{asked, matoi};
use crate::stage::{PLAN, Stage};

const SIZE: &str = "---\nrunbook: { params: { DISK: { default: sda } } }\n---\n# Size\n\n\
    ```perl { name=size kind=diagnose expect=\"sda is full\" }\nprint \"$ENV{DISK} is full\\n\";\n```\n";

#[test]
fn a_script_of_the_plan_s_own_language_is_rehearsed_and_performed() {
    let plan = format!("{PLAN}interpreters:\n  perl: {{ run: [perl, -w], check: [perl, -c] }}\n");
    let mut stage = Stage::with_plan(&[("matoi.yaml", &plan), ("runbooks/size.md", SIZE)]);
    let checked = matoi(&stage, &["check", stage.plan().to_str().unwrap()]);
    assert!(!checked.out.contains("perl"), "{}", checked.out);
    stage.serve();
    for how in [&["run", "size", "--rehearse"][..], &["run", "size"]] {
        let run = matoi(&stage, how);
        assert_eq!(run.code, 0, "{how:?}: {} {}", run.out, run.err);
    }
    let run = asked(&stage, &["run", "size", "--detach"])["id"].as_str().unwrap().to_owned();
    let followed = matoi(&stage, &["run", "show", &run, "--follow"]);
    assert!(followed.out.contains("size"), "{}", followed.out);
}

const RESTART: &str = "---\nrunbook: { for: { service: shop } }\n---\n# Restart\n\n\
    ```action { name=restart uses=service.restart kind=recover check=up }\n```\n\n\
    ```action { name=up uses=service.status kind=verify expect=running }\n```\n";

#[test]
fn the_plan_says_how_a_service_is_restarted_and_the_runbook_when() {
    let commands = "services:\n  shop:\n    severity: P0\n    commands:\n      \
        restart: [touch, restarted]\n      status: [sh, -c, test -e restarted && echo running]\n";
    let plan = format!("{PLAN}{commands}");
    let mut stage = Stage::with_plan(&[("matoi.yaml", &plan), ("runbooks/restart.md", RESTART)]);
    let listed =
        matoi(&stage, &["run", "--plan", "restart", "--dir", stage.plan().to_str().unwrap()]);
    assert!(listed.out.contains("recover service.restart shop"), "{} {}", listed.out, listed.err);
    stage.serve();
    let rehearsed = matoi(&stage, &["run", "restart", "--rehearse"]);
    assert!(!stage.plan().join("restarted").exists(), "{}", rehearsed.out);
    let run = asked(&stage, &["run", "restart", "--detach"])["id"].as_str().unwrap().to_owned();
    // Nobody said that it may change things alone.
    assert_eq!(matoi(&stage, &["run", "click", &run, "restart"]).code, 0);
    let done = matoi(&stage, &["run", "attach", &run]);
    assert_eq!(done.code, 0, "{} {}", done.out, done.err);
    assert!(stage.plan().join("restarted").exists());
}
