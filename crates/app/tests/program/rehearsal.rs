//! Rehearsals, from the command to what `check` says of the runbooks.

use std::fs;

use crate::command::{asked, matoi};
use crate::stage::{PLAN, Stage};

const MEND: &str = "---\nrunbook: {}\n---\n# Mend\n\n\
    ```bash { name=look kind=diagnose }\necho looked >> looks\n```\n\n\
    ```bash { name=save kind=backup }\ncp looks looks.copy\n```\n\n\
    ```approval { name=consent min=1 from=ann }\nGo on?\n```\n\n\
    ```bash { name=mend kind=recover needs=save,consent check=well }\necho x >> mended\n```\n\n\
    - [ ] Support knows\n\n\
    ```bash { name=well kind=verify }\ntest -e looks\n```\n";

#[test]
fn a_runbook_is_rehearsed_before_the_night_and_check_knows_it() {
    let mut stage = Stage::with_plan(&[("matoi.yaml", PLAN), ("runbooks/mend.md", MEND)]);
    let dir = stage.plan();
    let dir = dir.to_str().unwrap();
    let alone = matoi(&stage, &["check", dir]);
    assert!(alone.err.contains("rehearsed is not known: there is no server here"), "{}", alone.err);
    assert!(!alone.out.contains("rehearsed"), "{}", alone.out);

    stage.serve();
    let never = matoi(&stage, &["check", dir, "--strict"]);
    assert_eq!(never.code, 1);
    assert!(never.out.contains("\"mend\" was never rehearsed, and never run"), "{}", never.out);
    assert!(never.out.contains("matoi run mend --rehearse"), "{}", never.out);

    let rehearsed = matoi(&stage, &["run", "mend", "--rehearse"]);
    assert_eq!(rehearsed.code, 0, "{}{}", rehearsed.out, rehearsed.err);
    for words in ["Started a rehearsal", "rehearsed", "cannot be told beforehand: people do it"] {
        assert!(rehearsed.out.contains(words), "{words}: {}", rehearsed.out);
    }
    assert!(!stage.plan().join("mended").exists(), "nothing was changed");
    assert!(!stage.plan().join("looks.copy").exists(), "and nothing was written");
    assert_eq!(fs::read_to_string(stage.plan().join("looks")).unwrap(), "looked\n");

    let proved = matoi(&stage, &["check", dir]);
    assert!(!proved.out.contains("rehearsed"), "{}", proved.out);
    let listed = matoi(&stage, &["runbook", "list"]).out;
    assert!(listed.contains("proved") && listed.contains("never"), "{listed}");
    let runs = matoi(&stage, &["run", "list", "--state", "all"]).out;
    assert!(runs.contains("rehearsed"), "{runs}");

    // An edit, not even reloaded yet, and what it asks for is not on this machine.
    let changed = MEND.replace("echo x", "no-such-program");
    fs::write(stage.plan().join("runbooks/mend.md"), changed).unwrap();
    let told = asked(&stage, &["check", dir]);
    let codes: Vec<&str> =
        told["problems"].as_array().unwrap().iter().filter_map(|it| it["code"].as_str()).collect();
    assert!(codes.contains(&"changed-since-rehearsed"), "{told:#}");
    assert_eq!(told["rehearsals_known"], true);
    assert_eq!(matoi(&stage, &["plan", "reload"]).code, 0);
    let fails = matoi(&stage, &["run", "mend", "--rehearse", "--language", "ja"]);
    assert_eq!(fails.code, 6, "{}{}", fails.out, fails.err);
    for words in ["予行で問題あり", "失敗する: このマシンにない: no-such-program"]
    {
        assert!(fails.out.contains(words), "{words}: {}", fails.out);
    }
    let failed = matoi(&stage, &["check", dir]);
    assert!(failed.out.contains("rehearsal or run of \"mend\" ended badly"), "{}", failed.out);
}

#[test]
fn another_plan_and_a_server_that_is_gone_tell_nothing() {
    let mut stage = Stage::with_plan(&[("matoi.yaml", PLAN), ("runbooks/mend.md", MEND)]);
    stage.serve();
    let other = PLAN.replace("name: Test", "name: Another");
    let other_dir = stage.root().join("other");
    fs::create_dir(&other_dir).unwrap();
    fs::write(other_dir.join("matoi.yaml"), other).unwrap();
    let told = matoi(&stage, &["check", other_dir.to_str().unwrap()]);
    assert!(told.err.contains("the server has another plan, \"Test\""), "{}", told.err);
    stage.kill();
    let told = matoi(&stage, &["check", stage.plan().to_str().unwrap()]);
    assert_eq!(told.code, 0, "{}{}", told.out, told.err);
    assert!(told.err.contains("rehearsed is not known"), "{}", told.err);
}
