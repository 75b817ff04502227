//! The example plans: each loads, reaches people, and carries every item of the document that it came from.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::SignedDuration;
use matoi_core::plan::{Plan, load_with};
use matoi_core::problem::Weight;
use matoi_core::reach::prove;
use matoi_core::report::own::check;
use matoi_core::runbook::parse::parse;
use matoi_edge::kinds::KINDS;
use matoi_edge::plan_dir;

fn examples() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let mut dirs: Vec<PathBuf> = fs::read_dir(root).unwrap().map(|it| it.unwrap().path()).collect();
    dirs.retain(|it| it.is_dir());
    dirs.sort();
    assert!(!dirs.is_empty());
    dirs
}

fn plan(dir: &Path) -> Plan {
    let loaded = load_with(&plan_dir::read(dir).unwrap(), parse, &KINDS);
    let bad: Vec<_> = loaded.problems.iter().filter(|it| it.weight == Weight::Error).collect();
    assert!(bad.is_empty(), "{}: {bad:#?}", dir.display());
    let plan = loaded.plan.as_ref().unwrap();
    assert!(plan.runbooks.values().all(|it| it.sound));
    for (name, text) in &plan.forms {
        assert_eq!(check(text, plan.language), Ok(()), "{}: {name}", dir.display());
    }
    loaded.plan.unwrap()
}

/// Whether the plan has the object that a table names: `runbook` and `frontend-down`.
fn has(plan: &Plan, kind: &str, name: &str) -> bool {
    match kind {
        "severity" => plan.severity(name).is_some(),
        "scope" => plan.scopes.contains_key(name),
        "chore" => plan.chores.contains_key(name),
        "contact" => plan.contacts.contains_key(name),
        "person" => plan.people.contains_key(name),
        "group" => plan.groups.contains_key(name),
        "schedule" => plan.schedules.contains_key(name),
        "escalation" => plan.escalations.contains_key(name),
        "channel" => plan.channels.contains_key(name),
        "service" => plan.services.contains_key(name),
        "alert" => plan.alerts.contains_key(name),
        "runbook" => plan.runbooks.contains_key(name),
        "form" => plan.forms.contains_key(name),
        other => panic!("a table names a {other}"),
    }
}

#[test]
fn every_item_of_an_example_is_carried_by_an_object_or_says_what_it_waits_for() {
    for dir in examples() {
        let plan = plan(&dir);
        let readme = fs::read_to_string(dir.join("README.md")).unwrap();
        let rows = readme.lines().filter_map(|it| {
            let cells: Vec<&str> = it.split('|').map(str::trim).collect();
            let number: usize = cells.get(1)?.parse().ok()?;
            Some((number, cells.get(3).copied().unwrap_or_default().to_owned()))
        });
        let rows: Vec<(usize, String)> = rows.collect();
        let numbers: Vec<usize> = rows.iter().map(|it| it.0).collect();
        assert!(numbers.len() >= 30, "{}", dir.display());
        assert_eq!(numbers, (1..=numbers.len()).collect::<Vec<_>>(), "{}", dir.display());
        for (number, carried) in rows {
            let mut parts = carried.split('`');
            let mut found = 0;
            while let (Some(before), Some(name)) = (parts.next(), parts.next()) {
                let kind = before.trim().rsplit([' ', ',', '、']).next().unwrap_or_default();
                assert!(
                    has(&plan, kind, name),
                    "{} {number}: there is no {kind} {name}",
                    dir.display()
                );
                found += 1;
            }
            let waits = carried.contains("待ち:") || carried.contains("waits for:");
            let is_reading = carried.contains("README");
            assert!(found > 0 || waits || is_reading, "{} {number}: {carried}", dir.display());
        }
    }
}

#[test]
fn an_example_that_is_armed_reaches_somebody_at_every_moment_of_a_year() {
    for dir in examples() {
        let plan = plan(&dir);
        if !plan.is_armed() {
            continue;
        }
        let from = "2026-12-01T00:00:00Z".parse().unwrap();
        let proof = prove(&plan, from, from + SignedDuration::from_hours(24 * 366));
        let holes = proof.severities.iter().flat_map(|it| &it.policies).flat_map(|it| &it.holes);
        let holes: Vec<_> = holes.collect();
        assert!(holes.is_empty(), "{}: {holes:#?}", dir.display());
    }
}
