//! The second person, as two people at two machines meet the rule.

use std::fs;

use crate::command::{asked, matoi};
use crate::stage::{PLAN, Stage, wait_until};

const MEND: &str = "---\nrunbook: {}\n---\n# Mend\n\n\
    ```bash { name=mend kind=recover }\necho x >> mended\n```\n\n\
    ```bash { name=well kind=verify }\ntest -e mended\n```\n";

#[test]
fn a_recovery_begins_once_two_people_want_it_to() {
    let plan = format!("{PLAN}conduct: {{ second_person: [recover] }}\n");
    let mut stage = Stage::with_plan(&[("matoi.yaml", &plan), ("runbooks/mend.md", MEND)]);
    stage.serve();
    let begun = asked(&stage, &["run", "mend", "--detach"]);
    let id = begun["id"].as_str().unwrap();
    let run = || stage.get(&["runs", id], &[]);
    wait_until("it waits for a click", || run()["phase"]["step"] == "mend");

    let first = matoi(&stage, &["run", "click", id, "mend", "--as", "ann"]);
    assert_eq!(first.code, 0, "{}", first.err);
    assert!(first.out.contains("a second person has to start it"), "{}", first.out);
    let again = matoi(&stage, &["run", "click", id, "mend", "--as", "ann"]);
    assert_ne!(again.code, 0);
    assert!(again.err.contains("second person"), "{}", again.err);
    assert_eq!(run()["steps"][0]["agreed"], serde_json::json!(["ann"]));
    assert!(!stage.plan().join("mended").exists(), "one person is not enough");

    // It is remembered over a restart.
    stage.kill();
    stage.serve();
    assert_eq!(matoi(&stage, &["run", "click", id, "mend", "--as", "bob"]).code, 0);
    let followed = matoi(&stage, &["run", "show", id, "--follow"]);
    assert!(followed.out.contains("ended, verified"), "{}", followed.out);
    assert_eq!(fs::read_to_string(stage.plan().join("mended")).unwrap(), "x\n");
}
