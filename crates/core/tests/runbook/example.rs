//! Three documents as teams write them: every feature, a branch, and an untouched page of a wiki.

use std::collections::BTreeSet;

use matoi_core::language::Language;
use matoi_core::runbook::parse::parse;
use matoi_core::runbook::{Act, Expect, Kind, OnFail, plan_text};

use crate::{names, show};

const DISK_FULL: &str = include_str!("example/disk-full.md");
const BAD_DEPLOY: &str = include_str!("example/bad-deploy.md");
const UNTOUCHED: &str = include_str!("example/untouched.md");

fn both(text: &str) -> String {
    let (runbook, _) = parse("runbooks/example.md", text.as_bytes(), &BTreeSet::new());
    let runbook = runbook.unwrap();
    format!("{}\n{}", plan_text(&runbook, Language::En), plan_text(&runbook, Language::Ja))
}

#[test]
fn a_runbook_with_everything_is_in_order() {
    assert_eq!(show(DISK_FULL), "sound\n");
    insta::assert_snapshot!(both(DISK_FULL));
}

#[test]
fn a_runbook_that_branches_is_in_order() {
    assert_eq!(show(BAD_DEPLOY), "sound\n");
    insta::assert_snapshot!(both(BAD_DEPLOY));
}

#[test]
fn an_untouched_page_is_click_to_run() {
    let shown = show(UNTOUCHED);
    insta::assert_snapshot!(shown);
    insta::assert_snapshot!(both(UNTOUCHED));
}

#[test]
fn every_part_of_a_step_arrives() {
    let (runbook, _) = parse("runbooks/disk-full.md", DISK_FULL.as_bytes(), &BTreeSet::new());
    let runbook = runbook.unwrap();
    assert_eq!(runbook.name, "disk-full");
    assert_eq!(runbook.hash.len(), 64);
    assert_eq!(
        names(&runbook),
        ["disk", "look-1", "banner", "snap", "gate", "drop", "recreate", "gone"]
    );

    let drop = runbook.step("drop").unwrap();
    assert_eq!((drop.kind, drop.timeout.as_secs(), drop.line), (Kind::Recover, 120, 39));
    assert_eq!(drop.needs, ["snap", "gate"]);
    assert_eq!((drop.check.as_deref(), drop.undo.as_deref()), (Some("gone"), Some("recreate")));
    assert_eq!(drop.on_fail, OnFail::Pause);

    let gone = runbook.step("gone").unwrap();
    assert_eq!((gone.retry, gone.every.as_secs()), (12, 10));
    assert_eq!(gone.expect, Some(Expect::Text("0".to_owned())));
    assert_eq!(gone.extra.get("on").map(String::as_str), Some("postgres"));
    assert_eq!(
        gone.act,
        Act::Perform {
            language: "sql".to_owned(),
            script: "select count(*) from pg_replication_slots where not active\n".to_owned(),
        }
    );

    let Act::Approve(gate) = &runbook.step("gate").unwrap().act else { panic!("a gate") };
    assert_eq!((gate.min, gate.not_initiator), (2, true));
    assert_eq!(gate.from, ["@sre", "@dba"]);
    assert!(gate.text.ends_with("Backup: $SNAP_LABEL"));
}

#[test]
fn the_answer_of_a_condition_does_not_end_the_run() {
    let (runbook, _) = parse("runbooks/bad-deploy.md", BAD_DEPLOY.as_bytes(), &BTreeSet::new());
    let runbook = runbook.unwrap();
    assert_eq!(runbook.step("is-deploy").unwrap().on_fail, OnFail::Continue);
    assert_eq!(runbook.step("deps").unwrap().on_fail, OnFail::Abort);
    assert_eq!(runbook.step("canary").unwrap().on_fail, OnFail::Goto("call".to_owned()));
    assert_eq!(runbook.step("canary").unwrap().needs, ["is-deploy"]);
    assert_eq!(
        runbook.step("canary-ok").unwrap().expect,
        Some(Expect::Pattern(r#""status":\s*"(ok|up)""#.to_owned()))
    );
}
