//! Steps on a host of the plan, from the check to the outcome, over a real `sshd`.

use std::fs;
use std::time::{Duration, Instant};

use crate::command::{asked, matoi};
use crate::sshd::Sshd;
use crate::stage::{PLAN, Stage};

const CLEAN: &str = "---\nrunbook: { params: { HOST: { default: db-1 } } }\n---\n# Clean\n\n\
    ```bash { name=size kind=diagnose on=$HOST }\necho \"files=3\" >> \"$STEP_OUTPUT\"\n```\n\n\
    ```sh { name=clean kind=recover on=$HOST check=cleaned }\necho \"$SIZE_FILES of $HOST\" >> cleaned\n```\n\n\
    ```bash { name=cleaned kind=verify on=db-1 expect=\"3 of db-1\" }\ncat cleaned\n```\n";

fn plan(sshd: &Sshd) -> String {
    let host = sshd.host();
    let options = host.options.join(", ");
    format!("{PLAN}hosts:\n  db-1: {{ ssh: \"{}\", options: [{options}] }}\n", host.ssh)
}

#[test]
fn a_runbook_is_rehearsed_and_performed_on_the_host_that_a_parameter_names() {
    let sshd = Sshd::start();
    let files = [("matoi.yaml", plan(&sshd)), ("runbooks/clean.md", CLEAN.to_owned())];
    let mut stage = Stage::with_plan(&files.each_ref().map(|(name, text)| (*name, text.as_str())));
    let checked = matoi(&stage, &["check", stage.plan().to_str().unwrap()]);
    assert!(!checked.out.contains("db-1"), "{}", checked.out);
    stage.serve();
    let rehearsed = matoi(&stage, &["run", "clean", "--rehearse"]);
    // What it verifies is not there yet; that is looked for on the host, and nothing is changed.
    assert!(rehearsed.out.contains("cleaned: failed"), "{} {}", rehearsed.out, rehearsed.err);
    assert!(!sshd.home().join("cleaned").exists(), "{}", rehearsed.out);

    let run = asked(&stage, &["run", "clean", "--detach"])["id"].as_str().unwrap().to_owned();
    // Nobody said that it may change things alone.
    let begun = Instant::now();
    while matoi(&stage, &["run", "click", &run, "clean"]).code != 0 {
        assert!(begun.elapsed() < Duration::from_secs(60), "it never waits for the click");
    }
    let done = matoi(&stage, &["run", "attach", &run]);
    assert_eq!(done.code, 0, "{} {}", done.out, done.err);
    assert_eq!(fs::read_to_string(sshd.home().join("cleaned")).unwrap(), "3 of db-1\n");

    // Nothing is performed here in place of a host that the plan does not have.
    let elsewhere = matoi(&stage, &["run", "clean", "HOST=db-9"]);
    assert_ne!(elsewhere.code, 0);
    let told = format!("{}{}", elsewhere.out, elsewhere.err);
    assert!(told.contains("the plan has no host \"db-9\""), "{told}");

    sshd.down(true);
    let rehearsed = matoi(&stage, &["run", "clean", "--rehearse"]);
    let told = format!("{}{}", rehearsed.out, rehearsed.err);
    assert_ne!(rehearsed.code, 0, "{told}");
    assert!(told.contains("db-1 cannot be reached"), "{told}");
}
