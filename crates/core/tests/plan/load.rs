//! What a plan means once it is loaded.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use jiff::civil::date;
use matoi_core::plan::calendar::{HolidaySet, Hours};
use matoi_core::plan::load::hash;
use matoi_core::plan::{AlertSource, Clock, Limit, SecretSource, Target, Unless, When, load};
use matoi_core::problem::Weight;
use serde_json::json;

use crate::files::{files, load_clean, load_text, parse_runbook, told};

/// A plan that uses the whole language.
const WHOLE: &str = include_str!("whole.yaml");

fn minutes(it: i64) -> SignedDuration {
    SignedDuration::from_mins(it)
}

#[test]
fn severities_keep_their_order_their_names_and_their_targets() {
    let plan = load_clean(WHOLE);
    let labels: Vec<&str> = plan.severities.iter().map(|it| it.label.as_str()).collect();
    assert_eq!(labels, ["P0", "P1", "P2", "P3"]);
    assert_eq!(plan.rank("critical"), Some(0));
    assert_eq!(plan.rank("P3"), Some(3));
    assert_eq!(plan.rank("p3"), None);
    let worst = plan.severity("SEV1").unwrap();
    assert_eq!(worst.name.as_deref(), Some("最高"));
    assert_eq!(worst.criteria, ["サービス全停止", "データ損失リスク"]);
    assert_eq!(worst.start, ["first-look"]);
    let targets = BTreeMap::from([
        (Clock::Acknowledge, Limit::Within(minutes(15))),
        (Clock::Respond, Limit::Within(SignedDuration::ZERO)),
        (Clock::Update, Limit::Within(minutes(30))),
        (Clock::Resolve, Limit::Within(minutes(240))),
        (Clock::Report, Limit::BusinessHours(SignedDuration::from_hours(4))),
        (Clock::Review, Limit::BusinessDays(5)),
    ]);
    assert_eq!(worst.targets, targets);
}

#[test]
fn targets_are_those_of_the_hours_in_which_the_clock_begins() {
    let plan = load_clean(WHOLE);
    let severity = plan.severity("P2").unwrap();
    let promised = |at: &str| {
        let targets = plan.targets_of(severity, at.parse().unwrap());
        (targets.get(&Clock::Respond).copied(), targets.get(&Clock::Resolve).copied())
    };
    let respond = |minutes_: i64| (Some(Limit::Within(minutes(minutes_))), None);
    assert_eq!(promised("2026-11-20T09:00+09"), respond(30), "Friday morning");
    assert_eq!(promised("2026-11-20T18:00+09"), respond(240), "the window is over");
    let weekend = (Some(Limit::BusinessDays(1)), Some(Limit::BusinessDays(3)));
    assert_eq!(promised("2026-11-21T03:00+09"), weekend);
    assert_eq!(promised("2026-11-23T10:00+09"), respond(240), "a holiday is no weekday");
}

#[test]
fn people_have_hours_and_ways_in_order() {
    let plan = load_clean(WHOLE);
    let yamada = &plan.people["yamada"];
    assert_eq!(
        (yamada.name.as_str(), yamada.role.as_deref()),
        ("山田太郎", Some("インフラ責任者"))
    );
    assert_eq!(yamada.hours, Hours::Always);
    let ways: Vec<_> = yamada
        .reach
        .iter()
        .map(|it| (it.channel.as_str(), it.address.as_str(), it.after))
        .collect();
    assert_eq!(
        ways,
        [
            ("slack", "@yamada", SignedDuration::ZERO),
            ("email", "yamada@oneshot.example", minutes(2)),
        ]
    );
    assert_eq!(plan.people["sato"].hours, Hours::EmergencyOnly);
    assert!(
        matches!(&plan.people["suzuki"].hours, Hours::Windows { windows, .. } if windows.len() == 2)
    );
    assert_eq!(plan.people["tanaka"].name, "tanaka");
    assert!(plan.is_armed());
}

#[test]
fn a_chore_has_a_policy_of_its_owner_and_is_the_mildest_unless_it_says_so() {
    let plan = load_clean(WHOLE);
    let review = &plan.chores["error-log-review"];
    assert_eq!((review.severity.as_str(), review.within), ("P3", minutes(30)));
    assert_eq!(review.text, "毎日 9時30分");
    let policy = &plan.escalations[review.escalation.as_deref().unwrap()];
    assert_eq!(policy.levels[0].page, [Target::Schedule("primary".to_owned())]);
    assert_eq!(policy.levels.len(), 1, "the default pages the same people first");
    let capacity = &plan.chores["capacity"];
    assert_eq!((capacity.severity.as_str(), capacity.escalation.as_deref()), ("P2", Some("quiet")));
}

#[test]
fn contacts_outside_are_shown_with_the_services_that_they_are_for() {
    let plan = load_clean(WHOLE);
    let vendor = &plan.contacts["vendor"];
    assert_eq!(vendor.at, ["03-0000-0000", "https://support.example"]);
    assert_eq!(vendor.hours.as_deref(), Some("平日9-18時"));
    assert_eq!(vendor.note.as_deref(), Some("契約番号 12-345"));
    let shown =
        |service| -> Vec<&str> { plan.contacts_for(service).into_iter().map(|it| it.0).collect() };
    assert_eq!(shown(Some("postgres")), ["vendor", "cdn"]);
    assert_eq!(shown(Some("backend")), ["cdn"]);
    assert_eq!(shown(None), ["cdn"]);
}

#[test]
fn levels_wait_in_business_time_too() {
    let plan = load_clean(WHOLE);
    let after: Vec<Limit> = plan.escalations["quiet"].levels.iter().map(|it| it.after).collect();
    let hours = Limit::BusinessHours(SignedDuration::from_hours(4));
    assert_eq!(after, [Limit::Within(SignedDuration::ZERO), hours, Limit::BusinessDays(1)]);
}

#[test]
fn an_escalation_has_levels_conditions_and_a_repetition() {
    let plan = load_clean(WHOLE);
    let it = &plan.escalations["default"];
    let levels: Vec<_> =
        it.levels.iter().map(|it| (it.after, it.unless, it.page.clone())).collect();
    let person = |it: &str| Target::Person(it.to_owned());
    let within = |it| Limit::Within(minutes(it));
    assert_eq!(
        levels,
        [
            (within(0), Unless::Acknowledged, vec![Target::Schedule("primary".to_owned())]),
            (within(15), Unless::Acknowledged, vec![person("yamada"), person("tanaka")]),
            (within(60), Unless::Resolved, vec![Target::Group("managers".to_owned())]),
        ]
    );
    let conditions: Vec<_> = it.conditions.iter().map(|it| it.when.clone()).collect();
    let said = When::Said("データ不整合が見つかった".to_owned());
    let known = [When::RunFailed, When::StepUnclear, When::RunLate, When::TargetMissed];
    assert_eq!(conditions, [known.as_slice(), &[said]].concat());
    let repeat = it.repeat.unwrap();
    assert_eq!((repeat.every, repeat.times), (minutes(30), 3));
    assert_eq!(plan.escalation_for(None, None, "P3").unwrap().name, "quiet");
}

#[test]
fn channels_keep_what_only_their_kind_understands() {
    let plan = load_clean(WHOLE);
    let slack = &plan.channels["slack"];
    assert_eq!(slack.kind, "slack");
    assert_eq!(
        slack.config,
        json!({ "webhook": { "secret": "SLACK_WEBHOOK" }, "channel": "#oneshot-alerts" })
    );
    assert_eq!(plan.channels["console"].kind, "console");
    let ranks: Vec<_> = plan.notify.iter().map(|it| (it.ranks.clone(), it.to.join(" "))).collect();
    assert_eq!(
        ranks,
        [
            (0..=1, "slack".to_owned()),
            (3..=3, "console".to_owned()),
            // P0 and P2 to P3 are no neighbours.
            (0..=0, "email".to_owned()),
            (2..=3, "email".to_owned()),
            (0..=3, "console".to_owned()),
        ]
    );
}

#[test]
fn watches_have_names_and_the_rest_is_the_kinds() {
    let plan = load_clean(WHOLE);
    let names = |service: &str| -> Vec<&str> {
        plan.services[service].watch.iter().map(|it| it.alert.as_str()).collect()
    };
    assert_eq!(names("postgres"), ["postgres"]);
    assert_eq!(names("backend"), ["backend-http", "backend-http-2", "backend-tcp"]);
    assert_eq!(names("worker"), ["worker-heartbeat"]);
    let postgres = &plan.services["postgres"].watch[0];
    assert_eq!(
        (postgres.every, postgres.timeout),
        (SignedDuration::from_secs(10), SignedDuration::from_secs(3))
    );
    assert_eq!(postgres.config, json!({ "url": { "secret": "DATABASE_URL" } }));
    let backend = &plan.services["backend"];
    assert_eq!(backend.watch[0].every, matoi_core::limits::PROBE_EVERY);
    assert_eq!(backend.watch[0].lasting, minutes(1));
    assert_eq!(backend.watch[0].config["expect"], json!({ "status": 200 }));
    assert_eq!(backend.needs, ["postgres", "redis"]);
    // An alias is stored as the label that it means.
    assert_eq!(plan.services["redis"].severity.as_deref(), Some("P1"));
}

#[test]
fn alerts_are_measured_here() {
    let plan = load_clean(WHOLE);
    let AlertSource::When { condition, every } = &plan.alerts["HighCPUUsage"].source else {
        unreachable!()
    };
    assert_eq!((condition.metric.as_str(), condition.value), ("host.cpu", 80.0));
    assert_eq!(*every, SignedDuration::from_secs(15));
    assert_eq!(plan.alerts["HighCPUUsage"].lasting, minutes(5));
    assert_eq!(plan.alerts["ErrorRate"].escalation.as_deref(), Some("quiet"));
    let answer = |alert: &str, own, service| plan.runbook_for_alert(alert, own, service);
    assert_eq!(answer("HighCPUUsage", Some("first-look"), None), Some("first-look"));
    assert_eq!(answer("postgres", None, Some("postgres")), Some("first-look"));
    assert_eq!(answer("backend-tcp", None, Some("backend")), None);
}

#[test]
fn the_tiers_of_an_alert_are_rules_of_their_severities_and_one_alert() {
    let plan = load_clean(WHOLE);
    let tiers: Vec<_> = plan.alerts.values().filter(|it| it.tier_of.is_some()).collect();
    let told: Vec<_> =
        tiers.iter().map(|it| (it.name.as_str(), it.severity.as_deref(), it.lasting)).collect();
    assert_eq!(
        told,
        [("Memory P0", Some("P0"), minutes(1)), ("Memory P2", Some("P2"), minutes(5))]
    );
    assert!(tiers.iter().all(|it| it.tier_of.as_deref() == Some("Memory")));
    assert_eq!(plan.alert_called("Memory P0"), "Memory");
}

#[test]
fn the_rest_of_the_plan_is_there() {
    let plan = load_clean(WHOLE);
    assert_eq!(plan.zone.iana_name(), Some("Asia/Tokyo"));
    assert_eq!(plan.calendar.sets, [HolidaySet::Japan]);
    assert_eq!(plan.calendar.holiday(date(2026, 12, 31)), Some("年末年始"));
    assert_eq!(plan.calendar.holiday(date(2026, 6, 1)), Some("休業日"));
    assert_eq!(plan.scopes["core"], "コア機能");
    assert_eq!(plan.secrets, SecretSource::Command(["vault", "read"].map(str::to_owned).to_vec()));
    assert!(plan.unattended.contains("first-look"));
    assert_eq!(plan.schedules["primary"].from, Some(date(2026, 1, 5)));
}

#[test]
fn a_runbook_with_errors_does_not_take_the_pager_away() {
    let text = WHOLE.replace("first-look", "broken-one");
    let files = files([
        ("matoi.yaml", text.as_str()),
        ("runbooks/broken-one.md", "---\nrunbook: {}\n---\nbroken"),
        ("runbooks/deep/er.md", "---\nrunbook: {}\n---\n"),
        ("runbooks/picture.png", "no text"),
    ]);
    let loaded = load(&files, parse_runbook);
    let plan = loaded.plan.unwrap();
    assert!(!plan.runbooks["broken-one"].sound);
    insta::assert_snapshot!(told(&text, &loaded.problems));
}

#[test]
fn a_reference_to_an_unreadable_file_is_dropped_and_told_once() {
    let text = WHOLE.replace("first-look", "torn");
    let files = files([("matoi.yaml", text.as_str()), ("runbooks/torn.md", "garbage")]);
    let loaded = load(&files, parse_runbook);
    assert_eq!(told(&text, &loaded.problems), "runbooks/torn.md:1:1 error: unreadable  «»\n");
    let plan = loaded.plan.unwrap();
    assert_eq!(plan.services["postgres"].runbook, None);
    assert!(plan.unattended.is_empty());
}

#[test]
fn what_runbooks_name_must_be_in_the_plan() {
    let files = files([
        ("matoi.yaml", WHOLE),
        ("runbooks/first-look.md", "---\nrunbook:\n  alert: HighCPUUsag\n---\ngate 2 @managers\n"),
        (
            "runbooks/lonely.md",
            "---\nrunbook:\n  service: postgres\n---\ngate 4 @managers yamada\n",
        ),
        ("runbooks/stranger.md", "---\nrunbook:\n  service: db\n---\n\ngate 1 @manager yamadda\n"),
    ]);
    let loaded = load(&files, parse_runbook);
    let plan = loaded.plan.unwrap();
    let sound: Vec<bool> = plan.runbooks.values().map(|it| it.sound).collect();
    assert_eq!(sound, [true, false, false]);
    insta::assert_snapshot!(told(WHOLE, &loaded.problems));
}

#[test]
fn a_plan_without_addresses_loads_and_is_not_armed() {
    let text = "
matoi: 1
name: 緊急時対応手順書
timezone: Asia/Tokyo
language: ja
severities: { Level 3: { targets: { respond: 30分以内 } } }
people:
  tech: { name: 技術責任者, reach: [連絡先を記載] }
  infra: { name: インフラ担当, reach: [[連絡先]] }
  dba: { name: データベース管理者, reach: ['console', '電話:090-XXXX-XXXX'] }
  boss: {}
  none: { reach: [] }
  ok: { reach: console }
escalation: { default: [{ page: tech }] }
";
    let loaded = load_text(text);
    assert!(loaded.problems.iter().all(|it| it.weight == Weight::Unarmed));
    insta::assert_snapshot!(told(text, &loaded.problems));
    let plan = loaded.plan.unwrap();
    assert!(!plan.is_armed());
    insta::assert_snapshot!(plan.unarmed.join("\n"));
    assert_eq!(plan.people["dba"].reach.len(), 1);
}

#[test]
fn the_smallest_plan_has_nobody_and_is_not_armed() {
    let loaded = load_text("matoi: 1\nname: x\ntimezone: UTC\nseverities: { bad: {} }\n");
    let plan = loaded.plan.unwrap();
    assert_eq!(plan.unarmed, ["nobody can be paged"]);
    assert_eq!(
        told("", &loaded.problems),
        "matoi.yaml:1:1 unarmed: nobody can be paged: the plan has no people  «»\n    add them under \"people\"\n"
    );
}

#[test]
fn an_alert_without_a_severity_is_the_worst_and_the_author_hears_of_it() {
    let text = WHOLE.replace("severity: P2, ", "");
    let loaded = load_text(&text);
    let plan = loaded.plan.unwrap();
    let rule = &plan.alerts["HighCPUUsage"];
    assert_eq!(plan.severity_for_alert(rule.severity.as_deref(), None).unwrap().label, "P0");
    insta::assert_snapshot!(told(&text, &loaded.problems));
}

#[test]
fn the_hash_depends_on_every_name_and_every_byte() {
    let hash = |all: &[(&str, &str)]| hash(&files(all.iter().copied()));
    let one = hash(&[("a", "bc"), ("d", "")]);
    assert_eq!(one, hash(&[("d", ""), ("a", "bc")]));
    for other in [
        [("a", "b"), ("d", "c")],
        [("ab", "c"), ("d", "")],
        [("a", "bc"), ("e", "")],
        [("a", "bd"), ("d", "")],
    ] {
        assert_ne!(one, hash(&other), "{other:?}");
    }
    assert_eq!(one.0.len(), 64);
}

/// A plan with rules of conduct beside three runbooks: one that verifies, one that does not, one that only looks.
fn with_conduct(rest: &str) -> matoi_core::plan::Loaded {
    let step =
        |name: &str, kind: &str| format!("```bash {{ name={name} kind={kind} }}\ntrue\n```\n");
    let runbook = |steps: &str| format!("---\nrunbook: {{}}\n---\n# R\n\n{steps}");
    let good = runbook(&(step("mend", "recover") + &step("well", "verify")));
    let bad = runbook(&(step("look", "verify") + &step("mend", "recover")));
    let looks = runbook(&step("look", "diagnose"));
    let text = format!("matoi: 1\nname: A\ntimezone: UTC\nseverities: {{ P1: {{}} }}\n{rest}");
    let files = files([
        ("matoi.yaml", text.as_str()),
        ("runbooks/good.md", &good),
        ("runbooks/bad.md", &bad),
        ("runbooks/looks.md", &looks),
    ]);
    load(&files, matoi_core::runbook::parse::parse)
}

#[test]
fn a_change_that_nothing_verifies_makes_its_runbook_unfit() {
    let loaded = with_conduct("conduct: { verify: required }\n");
    let plan = loaded.plan.unwrap();
    let sound = |it: &str| plan.runbooks[it].sound;
    assert_eq!((sound("good"), sound("bad"), sound("looks")), (true, false, true));
    let told: Vec<_> = loaded.problems.iter().filter(|it| it.message.contains("\"bad\"")).collect();
    assert!(told[0].message.contains("in \"mend\" and verifies nothing afterwards"), "{told:?}");
    assert!(told[0].hint.as_ref().unwrap().contains("runbooks/bad.md"), "{told:?}");
}

#[test]
fn what_runs_unattended_has_no_second_person() {
    let rules = "conduct: { second_person: [recover] }\n";
    let loaded = with_conduct(&format!("{rules}unattended: [good, looks]\n"));
    assert!(loaded.plan.is_none());
    let told: Vec<_> = loaded.problems.iter().filter(|it| it.weight == Weight::Error).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].message.contains("\"good\" runs unattended"), "{told:?}");
    assert!(with_conduct(&format!("{rules}unattended: [looks]\n")).plan.is_some());
    assert!(
        with_conduct("conduct: { second_person: [click] }\nunattended: [good]\n").plan.is_some()
    );
}

#[test]
fn a_chore_gives_only_values_that_its_runbook_takes() {
    let runbook = "---\nrunbook:\n  params:\n    DAYS: { type: integer, min: 1, max: 30 }\n    HOST: { values: [db-1, db-2] }\n---\n# Keep\n\n```bash\ntrue\n```\n";
    let with = |params: &str| {
        let plan = format!(
            "matoi: 1\nname: X\ntimezone: UTC\nseverities: {{ P1: {{}} }}\n\
             chores: {{ a: {{ every: daily, runbook: keep, params: {{ {params} }} }} }}\n"
        );
        let all = [("matoi.yaml", plan.as_str()), ("runbooks/keep.md", runbook)];
        let loaded = load(&files(all), matoi_core::runbook::parse::parse);
        let errors = loaded.problems.into_iter().filter(|it| it.weight == Weight::Error);
        errors.map(|it| it.message).collect::<Vec<_>>()
    };
    assert_eq!(with("DAYS: \"7\", HOST: db-2"), Vec::<String>::new());
    for (params, told) in [
        ("DAYS: \"31\"", "\"DAYS\" is \"31\", which is more than 30"),
        ("DAYS: \"x\"", "\"DAYS\" is \"x\", which is no whole number"),
        ("HOST: db-3", "\"HOST\" is \"db-3\", which is none of db-1, db-2"),
    ] {
        assert_eq!(with(params), [told], "{params}");
    }
}
