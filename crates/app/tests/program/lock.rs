//! Locks, as somebody sees them whose run has to wait.

use std::fs;

use crate::command::{asked, matoi};
use crate::stage::{PLAN, Stage};

const ALONE: &str = "---\nrunbook: { lock: the shop }\n---\n# Mend\n\n\
    ```sh { name=mend kind=diagnose }\nuntil test -e go; do sleep 0.1; done\n```\n";

#[test]
fn who_wants_what_another_run_has_sees_whose_turn_it_is() {
    let mut stage = Stage::with_plan(&[("matoi.yaml", PLAN), ("runbooks/mend.md", ALONE)]);
    stage.serve();
    let begin = || asked(&stage, &["run", "mend", "--detach"])["id"].as_str().unwrap().to_owned();
    let (first, second) = (begin(), begin());
    let listed = matoi(&stage, &["run", "list"]).out;
    assert!(listed.contains("waits its turn at mend") && listed.contains("going"), "{listed}");
    let shown = matoi(&stage, &["run", "show", &second]).out;
    assert!(shown.contains(&format!("{first} has the shop")), "{shown}");
    fs::write(stage.plan().join("go"), "").unwrap();
    // It is nobody's turn but the other run's, so the command goes on waiting.
    let followed = matoi(&stage, &["run", "show", &second, "--follow"]);
    assert_eq!(followed.code, 0, "{}", followed.out);
    assert!(followed.out.contains("Took the lock the shop"), "{}", followed.out);
}
