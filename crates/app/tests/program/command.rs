//! The commands, as a person in a hurry and as a script use them.

use std::fs;

use serde_json::{Value, json};

use crate::stage::{Done, PLAN, Stage, run, wait_until};

pub(crate) fn matoi(stage: &Stage, args: &[&str]) -> Done {
    run(&mut stage.command(args))
}

/// The answer of a command for programs.
pub(crate) fn asked(stage: &Stage, args: &[&str]) -> Value {
    let done = run(stage.command(args).args(["--format", "json"]));
    assert_eq!(done.code, 0, "{args:?}: {}", done.err);
    serde_json::from_str(&done.out).unwrap()
}

#[test]
fn a_newcomer_begins_with_a_plan_that_checks_clean() {
    let stage = Stage::bare();
    for language in ["ja", "en"] {
        let dir = stage.root().join(language);
        let done = run(stage.matoi().arg("init").arg(&dir).args(["--language", language]));
        assert_eq!(done.code, 0, "{}", done.err);
        let done = run(stage.matoi().arg("check").arg(&dir).arg("--strict"));
        assert_eq!(done.code, 0, "{}{}", done.out, done.err);
        let again = run(stage.matoi().arg("init").arg(&dir));
        assert_eq!(again.code, 4, "nothing is written over");
        assert!(again.err.contains("is there already"), "{}", again.err);
        let below_a_file = run(stage.matoi().arg("init").arg(dir.join("matoi.yaml/ops")));
        assert_eq!(below_a_file.code, 4, "{}", below_a_file.err);
    }
}

#[test]
fn a_plan_with_ten_errors_tells_ten_each_at_its_place() {
    let broken = include_str!("ten-errors.yaml");
    let stage = Stage::with_plan(&[("matoi.yaml", broken)]);
    let done = run(stage.matoi().arg("check").arg(stage.plan()));
    assert_eq!(done.code, 1);
    insta::assert_snapshot!(done.out);
    let told = run(stage.matoi().arg("check").arg(stage.plan()).args(["--format", "json"]));
    let told: Value = serde_json::from_str(&told.out).unwrap();
    let errors = told["problems"].as_array().unwrap().iter().filter(|it| it["level"] == "error");
    assert_eq!(errors.count(), 10, "{told:#}");
}

#[test]
fn a_bad_attribute_keeps_a_runbook_from_running_unattended_and_leaves_the_pager() {
    let runbook = "---\nrunbook: {}\n---\n# Bad\n\n```bash { name=a kind=recover tiemout=3s }\necho x > ran\n```\n";
    let plan = format!("{PLAN}unattended: [bad]\n");
    let mut stage = Stage::with_plan(&[("matoi.yaml", &plan), ("runbooks/bad.md", runbook)]);
    let check = run(stage.matoi().arg("check").arg(stage.plan()));
    assert_eq!(check.code, 1, "{}", check.out);
    assert!(check.out.contains("runbooks/bad.md:6:"), "{}", check.out);
    assert!(check.out.contains("did you mean"), "{}", check.out);
    assert!(check.out.contains("It would be taken, with 3 problems."), "{}", check.out);
    stage.serve();
    let begun = matoi(&stage, &["run", "bad"]);
    assert_eq!(begun.code, 7, "every step waits for a person: {}{}", begun.out, begun.err);
    assert!(begun.out.contains("matoi run click"), "{}", begun.out);
    assert!(!stage.plan().join("ran").exists());
    let declared = matoi(&stage, &["incident", "declare", "down", "--severity", "P0"]);
    assert_eq!(declared.code, 0, "{}", declared.err);
}

#[test]
fn an_incident_from_its_declaration_to_its_report() {
    let mut stage = Stage::with_plan(&[("matoi.yaml", PLAN)]);
    stage.serve();
    let declared =
        asked(&stage, &["incident", "declare", "the shop answers slowly", "--severity", "P1"]);
    let id = declared["id"].as_str().unwrap();
    let in_words = |args: &[&str]| {
        let done = matoi(&stage, args);
        assert_eq!(done.code, 0, "{args:?}: {}", done.err);
        done.out
    };
    assert!(in_words(&["status"]).contains(&format!("matoi incident ack {id}")), "the next action");
    in_words(&["incident", "ack", id, "--as", "ann"]);
    assert!(in_words(&["incident", "list"]).contains("acknowledged"));
    in_words(&["incident", "note", id, "db-1 swaps"]);
    in_words(&["incident", "severity", id, "P0", "--reason", "everybody is hit"]);
    in_words(&["incident", "assign", id, "bob"]);
    let again = matoi(&stage, &["incident", "ack", id, "--as", "bob"]);
    assert_eq!(again.code, 4, "taken already: {}", again.err);
    let on_checks = matoi(&stage, &["incident", "resolve", id, "--checks"]);
    assert_eq!(on_checks.code, 4, "nothing verified it: {}", on_checks.err);
    in_words(&["incident", "resolve", id, "--reason", "db-1 was rebooted"]);
    in_words(&["incident", "reopen", id, "--reason", "slow again"]);
    let resolved = asked(&stage, &["incident", "resolve", id, "--reason", "db-1 was replaced"]);
    assert_eq!(resolved["state"], "resolved");
    let shown = in_words(&["incident", "show", id, "--follow", "--lines", "100"]);
    for words in ["db-1 swaps", "everybody is hit", "slow again", "db-1 was replaced"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    let report = in_words(&["report", id, "--language", "ja"]);
    assert!(
        report.contains("# インシデント報告") && report.contains("everybody is hit"),
        "{report}"
    );
    let out = stage.root().join("reports");
    in_words(&["report", id, "--out", out.to_str().unwrap()]);
    assert_eq!(fs::read_dir(&out).unwrap().count(), 2);
    let over = matoi(&stage, &["report", id, "--out", out.to_str().unwrap()]);
    assert_eq!(over.code, 4, "blanks that were filled in are kept: {}", over.err);
}

#[test]
fn what_the_server_refuses_has_its_code_and_a_way_out() {
    let mut stage = Stage::with_plan(&[("matoi.yaml", PLAN)]);
    let away = matoi(&stage, &["status"]);
    assert_eq!(away.code, 5, "{}", away.err);
    assert!(away.err.contains("matoi serve"), "{}", away.err);
    stage.serve();
    for (args, code, words) in [
        (&["incident", "show", "INC-20000101-001"][..], 4, "there is no incident"),
        (&["incident", "show", "../status"], 4, ""),
        (&["incident", "declare", "x", "--severity", "P9"], 4, "it has P0, P1"),
        (&["incident", "declare", "x", "--severity", "P0", "--scope", "none"], 4, "no scope"),
        (&["incident", "declare", " ", "--severity", "P0"], 4, "must not be empty"),
        (
            &["incident", "declare", "x", "--severity", "P0", "--since", "2100-01-01T00:00:00Z"],
            4,
            "is in the future",
        ),
        (&["incident", "list", "--limit", "5000"], 2, "1..=1000"),
        (&["incident", "resolve", "INC-1"], 2, "--reason"),
        (&["run", "nothing"], 4, "there is no runbook nothing"),
        (&["run", "show", "RUN-1"], 4, "there is no run"),
        (&["switch", "put-back"], 4, "not thrown"),
        (&["incedent", "list"], 2, "incident"),
    ] {
        let done = matoi(&stage, args);
        assert_eq!(done.code, code, "{args:?}: {}{}", done.out, done.err);
        assert!(done.err.contains(words), "{args:?}: {}", done.err);
    }
}

const LOOKS: &str = "---\nrunbook:\n  params: { HOST: { type: string, pattern: \"^db-[0-9]+$\", default: db-1 } }\n---\n\
    # Look and mend\n\n## 1. Look\n\n```bash { name=look kind=diagnose }\necho \"host $HOST\"\n```\n\n\
    - [ ] Nobody runs a bulk load\n\n\
    ```bash { name=mend kind=recover check=mended }\necho \"$HOST\" >> mended\n```\n\n\
    ```bash { name=mended kind=verify retry=0 }\ntest -e mended\n```\n";

#[test]
fn a_run_asks_people_and_goes_on_with_their_answers() {
    let mut stage = Stage::with_plan(&[("matoi.yaml", PLAN), ("runbooks/look.md", LOOKS)]);
    stage.serve();
    let plan_only = run(stage.matoi().args(["run", "look", "--plan", "--dir"]).arg(stage.plan()));
    assert_eq!(plan_only.code, 0, "{}", plan_only.err);
    assert!(
        plan_only.out.contains("mend") && plan_only.out.contains("recover bash"),
        "{}",
        plan_only.out
    );
    assert!(!stage.plan().join("mended").exists(), "nothing is performed");
    let wrong = matoi(&stage, &["run", "look", "HOST=db-1; rm -rf /"]);
    assert_eq!(wrong.code, 4, "{}", wrong.err);

    let begun = asked(&stage, &["run", "look", "HOST=db-7", "--detach"]);
    let id = begun["id"].as_str().unwrap();
    let state = |step: &str| -> Value {
        let run = stage.get(&["runs", id], &[]);
        let steps = run["steps"].as_array().unwrap();
        steps.iter().find(|it| it["name"] == step).unwrap()["state"]["state"].clone()
    };
    let list = || -> String {
        let run = stage.get(&["runs", id], &[]);
        let steps = run["steps"].as_array().unwrap();
        steps.iter().find(|it| it["act"] == "list").unwrap()["name"].as_str().unwrap().to_owned()
    };
    wait_until("the list is open", || state(&list()) == "list");
    let shown = matoi(&stage, &["run", "show", id]).out;
    assert!(shown.contains("[ ] 1. Nobody runs a bulk load"), "{shown}");
    let ticked = matoi(&stage, &["run", "tick", id, &list(), "1", "--as", "ann"]);
    assert_eq!(ticked.code, 0, "{}", ticked.err);
    // The plan does not let it run unattended, so a person starts it.
    wait_until("it waits for a click", || stage.get(&["runs", id], &[])["phase"]["step"] == "mend");
    let shown = matoi(&stage, &["run", "show", id]).out;
    assert!(shown.contains(&format!("matoi run click {id} mend")), "{shown}");
    assert_eq!(matoi(&stage, &["run", "click", id, "mend", "--as", "ann"]).code, 0);
    let followed = matoi(&stage, &["run", "show", id, "--follow"]);
    assert_eq!(followed.code, 0, "{}", followed.err);
    assert!(followed.out.contains("ended, verified"), "{}", followed.out);
    assert_eq!(fs::read_to_string(stage.plan().join("mended")).unwrap(), "db-7\n");
}

#[test]
fn a_run_that_fails_ends_with_a_code_of_its_own() {
    let runbook =
        "---\nrunbook: {}\n---\n# Fails\n\n```bash { name=no kind=diagnose }\nexit 3\n```\n";
    let mut stage = Stage::with_plan(&[("matoi.yaml", PLAN), ("runbooks/fails.md", runbook)]);
    stage.serve();
    let done = matoi(&stage, &["run", "fails"]);
    assert_eq!(done.code, 6, "{}{}", done.out, done.err);
    assert!(done.out.contains("failed: exit status 3"), "{}", done.out);
}

#[test]
fn a_switch_holds_a_run_and_says_by_whom() {
    let runbook = "---\nrunbook: {}\n---\n# Mend\n\n```bash { name=mend kind=recover }\necho x >> mended\n```\n";
    let plan = format!("{PLAN}unattended: [mend]\n");
    let mut stage = Stage::with_plan(&[("matoi.yaml", &plan), ("runbooks/mend.md", runbook)]);
    stage.serve();
    let thrown = matoi(&stage, &["switch", "throw", "--reason", "a drill", "--as", "ann"]);
    assert_eq!(thrown.code, 0, "{}", thrown.err);
    let begun = asked(&stage, &["run", "mend", "--detach"]);
    let id = begun["id"].as_str().unwrap();
    wait_until("it is held", || stage.get(&["runs", id], &[])["phase"]["phase"] == "held");
    let shown = matoi(&stage, &["run", "show", id]).out;
    assert!(shown.contains("ann switched it off: a drill"), "{shown}");
    assert!(!stage.plan().join("mended").exists());
    assert_eq!(matoi(&stage, &["switch", "put-back", "--as", "ann"]).code, 0);
    wait_until("it goes on", || stage.get(&["runs", id], &[])["phase"]["phase"] == "ended");
    assert_eq!(fs::read_to_string(stage.plan().join("mended")).unwrap(), "x\n");
}

#[test]
fn an_id_is_never_broken_however_narrow_the_terminal() {
    let mut stage = Stage::with_plan(&[("matoi.yaml", PLAN)]);
    stage.serve();
    let declared = asked(&stage, &["incident", "declare", "it is slow", "--severity", "P0"]);
    let id = declared["id"].as_str().unwrap();
    for args in [&["incident", "list"][..], &["incident", "list", "--language", "ja"]] {
        let done = run(stage.command(args).env("COLUMNS", "45"));
        assert!(done.out.lines().any(|it| it.starts_with(id)), "{}", done.out);
    }
}

#[test]
fn a_terminal_obeys_nothing_that_came_from_outside() {
    let mut stage = Stage::with_plan(&[("matoi.yaml", PLAN)]);
    stage.serve();
    let title = "down \u{1b}]0;pwned\u{7}\u{1b}[2J <b>x</b>";
    let body = json!({ "title": title, "severity": "P0", "note": "\u{1b}[31mred" });
    let id = stage.post(&["incidents"], &body)["id"].clone();
    for args in
        [&["status"][..], &["incident", "show", id.as_str().unwrap()], &["incident", "list"]]
    {
        let out = matoi(&stage, args).out;
        assert!(!out.contains('\u{1b}') && !out.contains('\u{7}'), "{out:?}");
        assert!(out.contains("pwned"), "it is shown, and not obeyed: {out:?}");
    }
}

#[test]
fn shells_complete_every_command() {
    let stage = Stage::bare();
    for shell in ["bash", "zsh", "fish"] {
        let done = run(stage.matoi().args(["completions", shell]));
        assert_eq!(done.code, 0, "{}", done.err);
        assert!(done.out.contains("acknowledge") || done.out.contains("declare"), "{shell}");
    }
    let bash = run(stage.matoi().args(["completions", "bash"])).out;
    let script = stage.root().join("completions");
    fs::write(&script, bash).unwrap();
    let read =
        run(std::process::Command::new("bash").args(["--noprofile", "--norc", "-n"]).arg(script));
    assert_eq!(read.code, 0, "bash reads it: {}", read.err);
}

#[test]
fn a_plan_is_proved_before_it_is_needed() {
    let office = PLAN.replace("hours: always", "hours: mon-fri 09:00-18:00");
    let stage = Stage::with_plan(&[("matoi.yaml", &office)]);
    let reach = |args: &[&str]| run(stage.matoi().arg("reach").arg(stage.plan()).args(args));
    let week = ["--from", "2026-12-07", "--days", "7"];
    let done = reach(&week);
    assert_eq!(done.code, 1, "{}{}", done.out, done.err);
    insta::assert_snapshot!(done.out);
    let json = reach(&[&week[..], &["--format", "json"]].concat());
    let told: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(told["severities"][0]["target_seconds"], 300);
    assert_eq!(told["severities"][0]["holes"].as_array().unwrap().len(), 11, "{told:#}");
    let svg = reach(&[&week[..], &["--format", "svg"]].concat());
    assert!(svg.out.starts_with("<svg ") && svg.out.ends_with("</svg>\n"), "{}", svg.out);
    let night = reach(&["--at", "2026-12-08T23:30"]);
    assert_eq!(night.code, 0, "{}", night.err);
    assert!(night.out.contains("Ann") && night.out.contains("never"), "{}", night.out);
    let around = Stage::with_plan(&[("matoi.yaml", PLAN)]);
    let done = run(around.matoi().arg("reach").arg(around.plan()));
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    let no_picture = run(around.matoi().args(["status", "--format", "svg"]));
    assert_eq!(no_picture.code, 2);
}

#[test]
fn a_plan_that_is_written_well_and_cannot_keep_its_promises_is_told_so() {
    let plan = PLAN.replace("resolve: 4h } }", "resolve: 30m }, start: [fix] }")
        + "chores: { tidy: { every: daily, runbook: fix, owner: ann } }\n";
    let runbook = "---\nrunbook: { budget: 2h }\n---\n# Fix\n\n```bash { name=back kind=recover }\n\
        cp backup/latest.db shop.db\nno-such-program --now\n```\n";
    let stage = Stage::with_plan(&[("matoi.yaml", &plan), ("runbooks/fix.md", runbook)]);
    let check = |args: &[&str]| run(stage.matoi().arg("check").arg(stage.plan()).args(args));
    assert_eq!(check(&[]).code, 0, "warnings do not refuse a plan");
    assert_eq!(check(&["--strict"]).code, 1);
    let told: Value = serde_json::from_str(&check(&["--format", "json"]).out).unwrap();
    let mut codes: Vec<_> = told["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["code"].as_str().unwrap())
        .collect();
    codes.sort_unstable();
    assert_eq!(
        codes,
        [
            "chore-waits",
            "command-missing",
            "restore-unwritten",
            "runbook",
            "target-shorter-than-budget"
        ],
        "{told:#}"
    );
    let first = &told["problems"][0];
    for key in ["level", "code", "file", "line", "column", "message", "hint"] {
        assert!(!first[key].is_null(), "{key}: {first:#}");
    }
}

#[test]
fn two_plans_differ_in_words_and_for_people() {
    let runbook = "---\nrunbook: {}\n---\n# Fix\n\n```bash { name=look }\nuptime\n```\n";
    let old = Stage::with_plan(&[("matoi.yaml", PLAN), ("runbooks/fix.md", runbook)]);
    let changed = PLAN
        .replace("acknowledge: 15m", "acknowledge: 30m")
        .replace("- page: [ann]", "- page: [bob]")
        .replace(
            "hours: always, reach: [console] }\nescalation",
            "hours: mon-fri 09:00-18:00, reach: [console] }\nescalation",
        );
    let armed = runbook.replace("name=look", "name=look kind=diagnose");
    let new = Stage::with_plan(&[("matoi.yaml", &changed), ("runbooks/fix.md", &armed)]);
    let diff = |a: &Stage, b: &Stage, args: &[&str]| {
        run(a.matoi().args(["plan", "diff"]).arg(a.plan()).arg(b.plan()).args(args))
    };
    let done = diff(&old, &new, &[]);
    assert_eq!(done.code, 1, "{}", done.err);
    insta::assert_snapshot!(done.out);
    let same = diff(&old, &old, &[]);
    assert_eq!((same.code, same.out.as_str()), (0, "Nothing differs.\n"));
    let told: Value = serde_json::from_str(&diff(&old, &new, &["--format", "json"]).out).unwrap();
    let of_ann = told["changes"].as_array().unwrap().iter().find(|it| it["name"] == "ann").unwrap();
    assert_eq!(of_ann["people"], json!(["ann"]), "{told:#}");
}

#[test]
fn a_step_is_armed_by_somebodys_word_and_the_file_says_whose() {
    let runbook = "---\nrunbook: {}\n---\n# Fix\n\n```bash\nuptime\n```\n\n```bash\nssh <prod-host> reboot\n```\n";
    let stage = Stage::with_plan(&[("matoi.yaml", PLAN), ("runbooks/fix.md", runbook)]);
    let file = stage.plan().join("runbooks/fix.md");
    let arm =
        |args: &[&str]| run(stage.matoi().arg("arm").args(args).arg("--dir").arg(stage.plan()));
    let listed = arm(&["fix"]);
    assert_eq!(listed.code, 0, "{}", listed.err);
    assert!(
        listed.out.contains("fix-1") && listed.out.contains("waits for a click"),
        "{}",
        listed.out
    );
    let unasked = arm(&["fix", "fix-1", "--kind", "diagnose"]);
    assert_eq!(unasked.code, 4, "nobody could be asked: {}", unasked.err);
    assert_eq!(fs::read_to_string(&file).unwrap(), runbook, "nothing was written");
    let open = arm(&["fix", "fix-2", "--kind", "recover", "--yes"]);
    assert_eq!(open.code, 4);
    assert!(open.err.contains("<prod-host> is still to be filled in"), "{}", open.err);
    let armed = arm(&["fix", "fix-1", "--kind", "diagnose", "--yes", "--as", "ann"]);
    assert_eq!(armed.code, 0, "{}", armed.err);
    let text = fs::read_to_string(&file).unwrap();
    assert!(
        text.contains("<!-- armed as diagnose by ann on 20")
            && text.contains("```bash { kind=diagnose }"),
        "{text}"
    );
    let again = arm(&["fix", "fix-1", "--kind", "recover", "--yes"]);
    assert!(again.err.contains("armed already, as diagnose"), "{}", again.err);
    let climbs = arm(&["../../etc/passwd"]);
    assert_eq!(climbs.code, 3, "{}", climbs.err);
}

#[test]
fn an_editor_is_given_the_schema_of_a_plan() {
    let stage = Stage::bare();
    let done = run(stage.matoi().arg("schema"));
    assert_eq!(done.code, 0, "{}", done.err);
    let schema: Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert!(schema["properties"]["escalation"].is_object());
}

#[test]
fn slips_of_the_fingers_are_mended_when_somebody_says_so() {
    let runbook = "---\nrunbook: {}\n---\n\n```bash { kind=diagnose timout=5s }\ntrue\n```\n";
    let stage = Stage::with_plan(&[("matoi.yaml", PLAN), ("runbooks/look.md", runbook)]);
    let dir = stage.plan();
    let check = |more: &[&str]| {
        let args: Vec<&str> =
            ["check", dir.to_str().unwrap()].into_iter().chain(more.iter().copied()).collect();
        matoi(&stage, &args)
    };
    let text = || fs::read_to_string(dir.join("runbooks/look.md")).unwrap();
    let refused = check(&["--fix"]);
    assert!(refused.err.contains("runbooks/look.md:5  timout → timeout"), "{}", refused.err);
    assert_eq!((refused.code, text().as_str()), (4, runbook), "nobody said yes");
    let told = check(&["--format", "json"]).out;
    assert!(told.contains("\"text\": \"timeout\""), "{told}");
    let mended = check(&["--fix", "--yes"]);
    assert_eq!(mended.code, 0, "{} {}", mended.out, mended.err);
    assert_eq!(text(), runbook.replace("timout", "timeout"));
    let again = check(&["--fix", "--yes"]);
    assert!(again.err.contains("Nothing can be mended by machine."), "{}", again.err);
}
