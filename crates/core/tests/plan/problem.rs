//! What people read when a plan is wrong.

use matoi_core::limits::{PLAN_BYTES_MAX, PROBLEMS_MAX};
use matoi_core::plan::load;
use matoi_core::problem::Weight;

use crate::files::{files, load_text, parse_runbook, told};

/// The problems of a plan that is refused.
#[track_caller]
fn refused(text: &str) -> String {
    let loaded = load_text(text);
    assert!(loaded.plan.is_none(), "a plan with errors was loaded");
    told(text, &loaded.problems)
}

/// A plan that is right, to be made wrong at one place.
const GOOD: &str = "matoi: 1
name: 例
timezone: Asia/Tokyo
severities: { P0: { aliases: [critical] }, P1: {} }
people: { ann: { reach: [console] }, bob: { reach: [console] } }
groups: { both: [ann, bob] }
escalation: { default: [{ page: ann }] }
services: { web: { severity: P1 } }
";

#[test]
fn a_plan_with_ten_different_errors_reports_ten() {
    let text = "\
matoi: 1
name: 十の間違い
timezone: Asia/Tokio
severities:
  最高: { targets: { acknowledge: 15, update: 30分ごと } }
  低: { nmae: 低い }
people:
  山田: { name: 山田太郎, hours: 平日9-25時70分, reach: [slak:@yamada] }
channels: { slack: { webhook: { secret: SLACK } } }
escalation:
  default: [{ page: [山口] }]
services:
  web: { needs: [db] }
  db: { needs: [web], runbook: first-lok }
alerts:
  CPU使用率: { when: host.cpu > 80, severity: 最高 }
";
    let loaded = load_text(text);
    let errors: Vec<_> = loaded.problems.iter().filter(|it| it.weight == Weight::Error).collect();
    let places: Vec<_> = errors.iter().map(|it| (it.line, it.column)).collect();
    insta::assert_snapshot!(refused(text));
    assert_eq!(
        places,
        [
            (3, 11),
            (5, 33),
            (6, 8),
            (8, 28),
            (8, 48),
            (9, 13),
            (11, 22),
            (14, 17),
            (14, 32),
            (16, 19),
        ]
    );
}

/// One wrong section in an otherwise good plan, with what is told.
#[track_caller]
fn wrong(sections: &[&str]) -> String {
    let tell = |section: &&str| {
        let key = section.split(':').next().unwrap();
        let kept = GOOD.lines().filter(|it| !it.starts_with(&format!("{key}:")));
        let text = kept.collect::<Vec<_>>().join("\n") + "\n" + section + "\n";
        format!("{section}\n{}\n", indented(&told(&text, &load_text(&text).problems)))
    };
    sections.iter().map(tell).collect()
}

fn indented(text: &str) -> String {
    text.lines().map(|it| format!("  | {it}\n")).collect()
}

#[test]
fn the_head_is_checked() {
    insta::assert_snapshot!(wrong(&[
        "matoi: 2",
        "matoi:",
        "name: ''",
        "name: [a]",
        "timezone: Tokyo",
        "timezone: JST",
        "timezone: Mars/Olympus",
        "language: fr",
        "severitys: {}",
        "silences: {}",
        "calendar: { business_hours: 緊急時のみ, holidays: [fr, 2026-13-01, { date: 2026-01-02 }] }",
        "calendar: mon-fri",
        "calendar: { business_hours: [], holidays: jp, buisness_hours: 9-18 }",
        "calendar: { business_hours: [mon-fri 9-18, always] }",
        "scopes: { core: , all: [x] }",
        "secrets: { from: vault }",
        "secrets: { from: { files: /a, command: [b] } }",
        "secrets: { from: { command: [] } }",
        "secrets: { from: { file: /a } }",
        "secrets: env",
    ]));
}

#[test]
fn severities_are_checked() {
    insta::assert_snapshot!(wrong(&[
        "severities: {}",
        "severities: [P0, P1]",
        "severities: { P0: { aliases: [P1] }, P1: {} }",
        "severities: { P0: { targets: { during: { hours: always, respond: 5m } } }, P1: { targets: { during: [{ respond: 5m }, { hours: mon-fri 9-18, respnd: 1h }, { hours: mon-fri 25:00 }] } } }",
        "severities: { P0: { aliases: [x] }, P1: { aliases: [x] } }",
        "severities: { P0: {}, P1: { page: every 7h } }",
        "severities: { P0: {}, P1: { page: daily at 25:00 } }",
        "severities: { P0: {}, P1: { page: never } }",
        "severities: { P0: {}, P1: { targets: { acknowlege: 15m, resolve: every 2h, update: 1 business day } } }",
        "severities: { P0: {}, P1: { start: [notes, first-look.md, other], escalation: defualt } }",
        "severities: { P0: , P1: fast }",
        "severities: { ' P0': {}, P1: {}, '': {}, '@x': {} }",
    ]));
}

#[test]
fn contacts_outside_are_checked_and_never_keep_a_plan_from_being_armed() {
    insta::assert_snapshot!(wrong(&[
        "contacts: { host: { at: [\"[連絡先]\"], hours: 平日9-25時70分 }, cdn: { name: CDN }, dns: { reach: [console] } }",
        "contacts: { host: { at: 03-0000-0000, services: [wab] } }",
        "escalation: { default: [{ page: host }] }\ncontacts: { host: { at: 03-0000-0000 } }",
    ]));
}

#[test]
fn tiers_are_checked() {
    insta::assert_snapshot!(wrong(&[
        "alerts: { a: { tiers: {} }, b: { tiers: host.cpu > 80% }, c: { tiers: { P7: host.cpu > 80% } } }",
        "alerts: { a: { tiers: { P1: host.cpu > 80%, P0: host.cpu > 70% } } }",
        "alerts: { a: { tiers: { P1: host.cpu > 80%, P0: host.memory > 90% } } }",
        "alerts: { a: { tiers: { P1: host.cpu > 80%, P1: host.cpu > 90% } } }",
        "alerts: { a: { tiers: { P0: host.cpu > 80%, critical: host.cpu > 90% } } }",
        "alerts: { a: { when: host.cpu > 80%, severity: P1, tiers: { P0: host.cpu > 90% } } }",
        "alerts: { a: { tiers: { P0: { wen: host.cpu > 90%, for: 1 } } }, a P0: { when: host.load > 4, severity: P1 } }",
    ]));
}

#[test]
fn chores_are_checked() {
    insta::assert_snapshot!(wrong(&[
        "chores: { a: {}, b: { every: sometimes, runbook: other }, c: { evry: daily, runbook: first-look } }",
        "chores: { a: { every: day at 09:30, runbook: first-look, owner: zoe, within: 10s, severity: P7 } }",
        "chores: { a: { every: daily, runbook: first-look, owner: ann, escalation: default } }",
        "chores: { a: { every: daily, runbook: first-look, params: { HOST: db-1 } } }",
        "chores: { a: { every: daily, runbook: first-look, rehearse: first-look }, b: { every: daily, rehearse: other } }",
        "chores: [a]",
    ]));
}

#[test]
fn rules_of_conduct_are_checked() {
    insta::assert_snapshot!(wrong(&[
        "conduct: { second_person: [recover, diagnose], verify: perhaps, second: x }",
        "conduct: alone",
        "conduct: { verify: required }",
        "conduct: { second_person: [recover] }\nunattended: [first-look]",
    ]));
}

#[test]
fn people_groups_and_schedules_are_checked() {
    insta::assert_snapshot!(wrong(&[
        "people: { ann: { reach: [pager:1], hour: always }, bob: { reach: [console after soon] } }",
        "people: { ann: [console], bob: { name: , reach: { console: x } } }",
        "people: [ann, bob]",
        "people: { ann: { reach: [console] }, bob: { reach: [console after 2d, 'no way'] } }",
        "groups: { both: [ann, bbo], ann: [ann], none: [] }",
        "people: { ann: { reach: [console] }, bob: { reach: [console], hours: 緊急時のみ } }\nschedules: { a: { rotate: daily, people: [ann, bob] } }",
        "schedules: { a: { rotate: monthly, people: [ann] }, b: { people: [ann] } }",
        "schedules: { a: { rotate: weekly, handoff: 09:00, people: [] }, both: { rotate: daily, people: ann } }",
        "schedules: { a: { rotate: daily, people: [ann], from: yesterday, handoff: mon 9:00, peopel: [] } }",
    ]));
}

#[test]
fn escalations_are_checked() {
    insta::assert_snapshot!(wrong(&[
        "escalation: {}",
        "escalation: { other: [{ page: ann }] }",
        "escalation: { default: [] }",
        "escalation: { default: ann }",
        "escalation: { default: [{ page: [] }] }",
        "escalation: { default: [{ page: [anne, both, '@both'] }] }",
        "escalation: { default: [{ after: 5m, page: ann }] }",
        "escalation: { default: [{ page: ann }, { page: bob }] }",
        "escalation: { default: [{ page: ann }, { after: 1h, page: bob }, { after: 30m, page: both }] }",
        "escalation: { default: [{ page: ann }, { after: 5m, unless: solved, page: bob }] }",
        "escalation: { default: [{ page: ann }, { repeat: 30m }, { repeat: 5s, times: many }] }",
        "escalation: { default: [{ page: ann }, { repeat: 30m, times: 3 }, { repeat: 1h, times: 1 }] }",
        "escalation: { default: [{ page: ann }, { when: run faild, page: bob }] }",
        "escalation: { default: [{ page: ann }, { when: run failed, after: 5m, page: bob }] }",
        "escalation: { default: [{ page: ann }, { repeat: 30m, times: 3, page: bob }] }",
        "escalation: { default: [{ pages: ann }] }",
        "escalation: { default: [{ page: ann }, { after: 1営業日, page: bob }, { after: 30h, page: ann }] }",
        "escalation: { default: [{ page: ann }, { after: 4h, page: bob }, { after: 2 business hours, page: ann }] }",
        "escalation: { default: [{ page: ann }, { after: 2 business days, page: bob }, { after: 1営業日, page: ann }] }",
    ]));
}

#[test]
fn channels_and_announcements_are_checked() {
    insta::assert_snapshot!(wrong(&[
        "channels: { team: { webhook: x } }",
        "channels: { team: slack }",
        "notify: [{ on: [open, resolved], severity: P0..P9, to: [consol] }]",
        "notify: [{ severity: high, to: [] }]",
        "notify: console",
        "notify: { on: [], to: console, severity: P2 }",
    ]));
}

#[test]
fn services_and_alerts_are_checked() {
    insta::assert_snapshot!(wrong(&[
        "services: { web: { need: [db], needs: [db], scope: core, severity: P7 } }",
        "services: { a: { needs: [b] }, b: { needs: [c] }, c: { needs: [a, c] }, d: { needs: [a] } }",
        "services: { web: { severity: P1, watch: { url: x } } }",
        "services: { web: { severity: P1, watch: [{ kind: http, evrey: 10s, every: 1ms, timeout: 1h, for: soon }] } }",
        "services: { web: { watch: { kind: http } } }",
        "services: { web: { severity: P1, watch: http } }",
        "services: { web: { severity: P1, watch: { kind: http } }, db: { severity: P1, watch: { kind: tcp, alert: web } } }",
        "alerts: { A: { severity: P1 }, B: { when: host.cpu > 1%, from: x, severity: P1 } }",
        "alerts: { A: { from: x, every: 5m, severity: P1 }, B: { when: host.cpu > 1%, every: 1d, for: 1x, severity: P1 } }",
        "alerts: { A: { when: p95(http.duration) > 2s, severity: P1, service: wbe, runbook: x } }",
        "alerts: { A: { when: host.cpu > 80% } }",
        "unattended: [notes]",
    ]));
}

#[test]
fn a_section_that_cannot_be_read_leads_to_no_second_problem() {
    insta::assert_snapshot!(wrong(&[
        "people: ann",
        "severities: P0",
        "services: &x { web: {} }",
        "groups: *people"
    ]));
}

#[test]
fn a_file_that_cannot_be_read_has_one_problem() {
    let told_of = |bytes: &[u8]| {
        let mut files = files([]);
        files.insert("matoi.yaml".to_owned(), bytes.to_vec());
        let loaded = load(&files, parse_runbook);
        assert!(loaded.plan.is_none());
        told("", &loaded.problems)
    };
    let told = [
        told(GOOD, &load(&files([]), parse_runbook).problems),
        told_of(b""),
        told_of(b"# only a comment\n"),
        told_of("name: 日本\n  x: \u{3000}\n".as_bytes()),
        told_of(b"matoi: 1\nname: \x93\xfa\x96\x7b\n"),
        told_of(&b"#".repeat(PLAN_BYTES_MAX + 1)),
        told_of(b"- 1\n"),
        told_of(b"hello"),
    ];
    insta::assert_snapshot!(told.concat());
}

#[test]
fn a_plan_from_another_editor_loads_the_same() {
    let windows = format!("\u{feff}{}", GOOD.replace('\n', "\r\n"));
    assert!(load_text(&windows).plan.is_some());
    let wrong = windows.replace("matoi: 1", "matoi: 9");
    let loaded = load_text(&wrong);
    assert_eq!((loaded.problems[0].line, loaded.problems[0].column), (1, 8));
    assert_eq!(&wrong[loaded.problems[0].span.clone()], "9");
}

#[test]
fn more_problems_than_anybody_reads_are_counted() {
    let text =
        GOOD.to_owned() + &(0..1000).map(|it| format!("unknown-{it}: x\n")).collect::<String>();
    let loaded = load_text(&text);
    assert_eq!(loaded.problems.len(), PROBLEMS_MAX + 1);
    let last = loaded.problems.last().unwrap();
    assert_eq!(
        (last.message.as_str(), last.weight),
        ("800 more problems are not shown", Weight::Error)
    );
}

#[test]
fn the_good_plan_of_these_tests_is_good() {
    assert_eq!(told(GOOD, &load_text(GOOD).problems), "");
}

#[test]
fn a_key_that_is_nearly_right_is_one_problem_and_not_many() {
    insta::assert_snapshot!(wrong(&[
        "peopel: { ann: { reach: [console] } }",
        "severitys: { P0: {}, P1: {} }",
        "escalations: { default: [{ page: ann }] }",
        "channels: { team: { knd: slack } }",
        "services: { web: { severty: P1 } }",
        "people: { ann: { reah: [console] }, bob: { reach: [console] } }",
    ]));
}

#[test]
fn circles_in_a_large_plan_are_found_in_time() {
    let mut text = GOOD.replace("services: { web: { severity: P1 } }\n", "services:\n");
    for it in 0..5_000 {
        text += &format!("  s{it}: {{ needs: [s{}, s0] }}\n", (it + 1) % 5_000);
    }
    let loaded = load_text(&text);
    assert!(loaded.plan.is_none());
    assert_eq!(loaded.problems.len(), 20);
    let last = "services need each other in a circle: s0 → s1 → s2 → s3 → s4 → s5 → s6 → s7 → s8 → s9 → s10 → s11 → … → s0";
    assert!(loaded.problems.iter().any(|it| it.message == last));
}

#[test]
fn mistakes_have_codes_for_programs() {
    let text = format!(
        "{GOOD}nane: x\nalerts: {{ a: {{ when: host.cpu > 80% }}, b: {{ when: hot, severity: P7 }} }}\n\
         notify: {{ to: [a, {{ b: c }}] }}\nsilences: {{}}\nscopes: {{ a: x, a: y }}\n"
    );
    let codes: Vec<String> = load_text(&text)
        .problems
        .iter()
        .map(|it| format!("{}: {}", it.code_or_kind(), it.message))
        .collect();
    insta::assert_snapshot!(codes.join("\n"));
}

#[test]
fn an_interpreter_that_could_not_perform_a_script_is_refused() {
    insta::assert_snapshot!(refused(&format!(
        "{GOOD}interpreters:
  bash: [/opt/bash/bin/bash, -e]
  yaml: [kubectl, apply, -f]
  Python: python3
  ruby: ruby -w
  own: [tools/own, run]
  zsh: {{ check: [zsh, -n] }}
  perl: {{ run: [perl], chekc: [perl, -c] }}
  awk: []
"
    )));
}
