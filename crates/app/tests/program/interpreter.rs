//! Steps in a language that the plan names an interpreter for, from the check to the outcome.

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
