//! Tests of `choice`.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::plan::{Plan, Target, load};

const PLAN: &str = "
matoi: 1
name: choices
timezone: Asia/Tokyo
severities:
  P0: {}
  P1: { aliases: [warning] }
  P2: { escalation: quiet }
people:
  ann: { reach: [console] }
  bob: { reach: [console] }
groups: { both: [ann, bob] }
schedules: { primary: { rotate: weekly, from: 2026-01-05, people: [ann, bob] } }
escalation:
  default: [{ page: primary }]
  quiet: [{ page: bob }]
  database: [{ page: both }]
services:
  web: { severity: warning }
  db: { escalation: database }
";

fn plan() -> Plan {
    let files = BTreeMap::from([("matoi.yaml".to_owned(), PLAN.as_bytes().to_vec())]);
    let loaded = load(&files, |_, _, _| (None, Vec::new()));
    assert_eq!(loaded.problems, []);
    loaded.plan.unwrap()
}

#[test]
fn a_severity_is_the_alerts_own_else_its_services_else_the_worst() {
    let plan = plan();
    let check = |own, service, expect| {
        let severity = plan.severity_for_alert(own, service);
        assert_eq!(severity.map(|it| it.label.as_str()), Some(expect));
    };
    check(Some("P2"), Some("web"), "P2");
    check(Some("warning"), None, "P1");
    check(None, Some("web"), "P1");
    check(None, Some("db"), "P0");
    check(None, None, "P0");
}

#[test]
fn an_escalation_is_the_alerts_own_else_its_services_else_its_severitys_else_the_default() {
    let plan = plan();
    let check = |own, service, severity, expect| {
        let escalation = plan.escalation_for(own, service, severity);
        assert_eq!(escalation.map(|it| it.name.as_str()), Some(expect));
    };
    check(Some("quiet"), Some("db"), "P0", "quiet");
    check(None, Some("db"), "P2", "database");
    check(None, Some("web"), "P2", "quiet");
    check(None, None, "P1", "default");
}

#[test]
fn a_target_is_a_person_a_turn_or_everybody_of_a_group() {
    let plan = plan();
    let check = |target: Target, now: &str, expect: &[&str]| {
        let now: Timestamp = now.parse().unwrap();
        let people: Vec<&str> =
            plan.people_of(&target, now).iter().map(|it| it.id.as_str()).collect();
        assert_eq!(people, expect);
    };
    check(Target::Person("bob".to_owned()), "2026-01-06T00:00:00Z", &["bob"]);
    check(Target::Schedule("primary".to_owned()), "2026-01-06T00:00:00Z", &["ann"]);
    check(Target::Schedule("primary".to_owned()), "2026-01-13T00:00:00Z", &["bob"]);
    check(Target::Group("both".to_owned()), "2026-01-06T00:00:00Z", &["ann", "bob"]);
    check(Target::Person("nobody".to_owned()), "2026-01-06T00:00:00Z", &[]);
}
