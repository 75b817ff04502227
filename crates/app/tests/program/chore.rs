//! Chores, from the list to the person who is called.

use crate::command::{asked, matoi};
use crate::stage::{PLAN, Stage, wait_until};

#[test]
fn a_chore_is_listed_begun_by_hand_and_told_of_while_nobody_did_it() {
    let plan = format!(
        "{PLAN}contacts: {{ host: {{ name: The hosting firm, at: [\"+44 20 0000\"], note: contract 12 }} }}\n\
         chores: {{ review: {{ every: year on 01-01 at 9:00, runbook: look, owner: bob }} }}\n"
    );
    let runbook = "---\nrunbook: {}\n---\n# Look\n\n- [ ] The list of people is true\n";
    let mut stage = Stage::with_plan(&[("matoi.yaml", &plan), ("runbooks/look.md", runbook)]);
    stage.serve();
    let list = || matoi(&stage, &["chore", "list"]);
    let told = list();
    assert_eq!(told.code, 0, "{}", told.err);
    assert!(told.out.contains("review") && told.out.contains("year on 01-01"), "{}", told.out);
    let begun = asked(&stage, &["chore", "run", "review"]);
    assert!(begun["id"].as_str().unwrap().starts_with("RUN-"), "{begun:#}");
    let twice = matoi(&stage, &["chore", "run", "review"]);
    assert_eq!(twice.code, 4, "{}{}", twice.out, twice.err);
    assert!(twice.err.contains("is still open"), "{}", twice.err);
    let told = list().out;
    assert!(told.contains("not done") && told.contains("waits for a person"), "{told}");
    // Its owner hears of it, and whoever opens the incident sees whom to call.
    wait_until("the chore's incident is open", || {
        stage.get(&["incidents"], &[]).as_array().is_some_and(|it| it.len() == 1)
    });
    let id = stage.get(&["incidents"], &[])[0]["id"].clone();
    let shown = matoi(&stage, &["incident", "show", id.as_str().unwrap()]).out;
    for words in ["review", "Bob", "The hosting firm", "+44 20 0000", "contract 12"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
}
