//! Plans whose holes an on-call engineer can count by hand.

use jiff::SignedDuration;
use matoi_core::language::Language;
use matoi_core::plan::Plan;
use matoi_core::reach::{Hole, Wait, Why, prove};

use crate::{plan, time};

const HEAD: &str = "matoi: 1\nname: Night\ntimezone: Asia/Tokyo\n\
    calendar: { business_hours: mon-fri 09:00-18:00, holidays: [jp] }\n";

fn holes(plan: &Plan, from: &str, to: &str) -> Vec<Hole> {
    let proof = prove(plan, time(from), time(to));
    proof.severities[0].policies[0].holes.clone()
}

#[test]
fn somebody_is_always_there_and_nothing_is_missed() {
    let plan = plan(&format!(
        "{HEAD}severities: {{ P1: {{ targets: {{ acknowledge: 15m }} }} }}\n\
         people: {{ ann: {{ name: Ann, reach: [console] }} }}\n\
         escalation: {{ default: [{{ page: [ann] }}] }}\n"
    ));
    let proof = prove(&plan, time("2026-01-01T00:00Z"), time("2027-01-01T00:00Z"));
    assert!(proof.holds());
    assert_eq!(proof.severities[0].worst(), Wait::For(SignedDuration::ZERO));
    let first = &proof.severities[0].policies[0].first;
    assert_eq!(first.len(), 1, "{first:#?}");
    assert_eq!(first[0].people, ["ann"]);
}

#[test]
fn a_night_with_nobody_on_duty_is_a_hole_of_the_promise() {
    // Monday the 12th is a holiday: the hole goes from Friday evening to Tuesday morning.
    let plan = plan(&format!(
        "{HEAD}severities: {{ P1: {{ targets: {{ acknowledge: 15m }} }} }}\n\
         people: {{ ann: {{ name: Ann, hours: mon-fri 09:00-18:00, reach: [console] }} }}\n\
         escalation: {{ default: [{{ page: [ann] }}] }}\n"
    ));
    let holes = holes(&plan, "2026-01-09T12:00+09", "2026-01-14T00:00+09");
    let spans: Vec<_> = holes.iter().map(|it| (it.from, it.to)).collect();
    assert_eq!(
        spans,
        [
            (time("2026-01-09T18:00+09"), time("2026-01-13T09:00+09")),
            (time("2026-01-13T18:00+09"), time("2026-01-14T00:00+09")),
        ]
    );
    assert_eq!(holes[0].wait, Wait::Forever, "the ladder has no second try");
    assert_eq!(holes[0].why, Why::NobodyOnDuty { woken: vec!["ann".to_owned()] });
}

#[test]
fn what_is_promised_for_the_night_is_held_against_the_night() {
    let plan = plan(&format!(
        "{HEAD}severities: {{ P1: {{ targets: {{ acknowledge: 15m, during: {{ hours: mon-fri 18:00-09:00, acknowledge: 30m }} }} }} }}\n\
         people: {{ ann: {{ name: Ann, hours: mon-fri 09:00-18:00, reach: [console] }} }}\n\
         escalation: {{ default: [{{ page: [ann] }}, {{ repeat: 25m, times: 1 }}] }}\n"
    ));
    // The repetition of what opens at 08:35 comes at 09:00: too late by day, and soon enough by night.
    let holes = holes(&plan, "2026-01-08T12:00+09", "2026-01-09T12:00+09");
    let spans: Vec<_> = holes.iter().map(|it| (it.from, it.to)).collect();
    assert_eq!(spans, [(time("2026-01-08T18:00+09"), time("2026-01-09T08:35+09"))]);
    let proof = prove(&plan, time("2026-01-08T12:00+09"), time("2026-01-09T12:00+09"));
    let severity = &proof.severities[0];
    let words = "within 15 min, within 30 min for mon-fri 18:00-09:00";
    assert_eq!(severity.promise(Language::En), words);
    let json = proof.to_json(&plan, Language::En);
    assert_eq!(json["severities"][0]["during"][0]["target_seconds"], 1_800);
}

#[test]
fn a_repetition_reaches_whoever_comes_in_and_the_hole_ends_where_that_is_soon_enough() {
    let plan = plan(&format!(
        "{HEAD}severities: {{ P1: {{ targets: {{ acknowledge: 15m }} }} }}\n\
         people: {{ ann: {{ name: Ann, hours: mon-fri 09:00-18:00, reach: [console] }} }}\n\
         escalation: {{ default: [{{ page: [ann] }}, {{ repeat: 10m, times: 1 }}] }}\n"
    ));
    let holes = holes(&plan, "2026-01-14T00:00+09", "2026-01-14T12:00+09");
    // From 08:50 on, the repetition meets Ann at her desk, ten minutes later: in time.
    assert_eq!(holes.len(), 1, "{holes:#?}");
    assert_eq!(holes[0].to, time("2026-01-14T08:50+09"));
}

#[test]
fn what_may_wait_for_business_keeps_a_promise_in_business_time() {
    let plan = plan(&format!(
        "{HEAD}severities: {{ P3: {{ targets: {{ respond: 1 business day }} }} }}\n\
         people: {{ ann: {{ name: Ann, hours: mon-fri 09:00-18:00, reach: [console] }} }}\n\
         escalation: {{ default: [{{ page: [ann] }}] }}\n"
    ));
    let proof = prove(&plan, time("2026-01-01T00:00+09"), time("2027-01-01T00:00+09"));
    assert!(proof.holds(), "{:#?}", proof.severities[0].policies[0].holes);
    // The new year of 2026: from Thursday the 1st to Friday the 2nd, and Golden Week from Saturday to Wednesday.
    let Wait::For(worst) = proof.severities[0].worst() else { panic!("it waits for ever") };
    assert_eq!(worst.as_hours(), 24 * 5 + 15, "Friday evening to Thursday morning of May");
}

#[test]
fn somebody_on_duty_without_a_way_is_told_apart() {
    let plan = plan(&format!(
        "{HEAD}severities: {{ P1: {{ targets: {{ acknowledge: 15m }} }} }}\n\
         people: {{ ann: {{ name: Ann }}, bob: {{ name: Bob, reach: [console] }} }}\n\
         escalation: {{ default: [{{ page: [ann] }}, {{ after: 30m, page: [bob] }}] }}\n"
    ));
    let holes = holes(&plan, "2026-01-14T00:00+09", "2026-01-15T00:00+09");
    assert_eq!(holes.len(), 1, "{holes:#?}");
    assert_eq!(holes[0].wait, Wait::For(SignedDuration::from_mins(30)));
    assert_eq!(holes[0].why, Why::NoWay { people: vec!["ann".to_owned()] });
    let words = holes[0].why.words(&plan, Language::Ja);
    assert_eq!(words, "担当のAnnに連絡する手段がありません");
}

#[test]
fn the_night_on_which_the_clocks_change_is_an_hour_longer() {
    let text = "matoi: 1\nname: Night\ntimezone: Europe/London\n\
         severities: { P1: { targets: { acknowledge: 15m } } }\n\
         people: { ann: { name: Ann, hours: mon-sun 08:00-22:00, reach: [console] } }\n\
         escalation: { default: [{ page: [ann] }] }\n";
    let holes = holes(&plan(text), "2026-10-24T12:00Z", "2026-10-25T12:00Z");
    assert_eq!(holes.len(), 1, "{holes:#?}");
    assert_eq!(holes[0].to.duration_since(holes[0].from), SignedDuration::from_hours(11));
}

#[test]
fn a_service_with_an_escalation_of_its_own_is_proved_too() {
    let plan = plan(&format!(
        "{HEAD}severities: {{ P1: {{ targets: {{ acknowledge: 15m }} }} }}\n\
         people:\n  ann: {{ name: Ann, reach: [console] }}\n  \
         bob: {{ name: Bob, hours: mon-fri 09:00-18:00, reach: [console] }}\n\
         escalation: {{ default: [{{ page: [ann] }}], shop: [{{ page: [bob] }}] }}\n\
         services: {{ shop: {{ escalation: shop }} }}\n"
    ));
    let proof = prove(&plan, time("2026-01-14T00:00+09"), time("2026-01-15T00:00+09"));
    let policies = &proof.severities[0].policies;
    let names: Vec<_> = policies.iter().map(|it| (it.policy.as_str(), it.holes.len())).collect();
    assert_eq!(names, [("default", 0), ("shop", 2)]);
    let json = proof.to_json(&plan, Language::En);
    assert_eq!(json["severities"][0]["target_seconds"], 900);
    assert_eq!(json["severities"][0]["worst_seconds"], serde_json::Value::Null);
    assert_eq!(json["severities"][0]["holes"][0]["policy"], "shop");
}

#[test]
fn a_promise_that_is_kept_to_the_second_is_no_hole() {
    let plan = plan(
        "matoi: 1\nname: Any\ntimezone: Asia/Tokyo\ncalendar: { business_hours: mon-fri 09:00-18:00 }\n\
         severities: { P1: { targets: { respond: 3 business hours } } }\n\
         people:\n  ann: { hours: always, reach: [] }\n  bob: { hours: always, reach: [console] }\n\
         escalation:\n  default:\n    - page: [ann]\n    - { after: 181m, page: [bob] }\n",
    );
    // Before business the promise stands still at noon, and the page comes 181 minutes after the opening.
    let holes = holes(&plan, "2026-03-09T20:00:00Z", "2026-03-10T00:00:00Z");
    assert_eq!(holes.len(), 1, "{holes:#?}");
    assert_eq!(holes[0].from, time("2026-03-09T23:59:01Z"), "at 08:59:00 it is kept");
}

#[test]
fn a_page_and_a_missed_promise_at_one_moment_go_out_together() {
    let plan = plan(&format!(
        "{HEAD}severities: {{ P1: {{ page: every 4h, targets: {{ respond: 3 business hours }} }} }}\n\
         people: {{ ann: {{ reach: [console] }}, bob: {{ reach: [console] }} }}\n\
         escalation: {{ default: [{{ page: [ann] }}, {{ when: target missed, page: [bob] }}] }}\n"
    ));
    // Opened before business, it is promised for noon, and the digest goes out at noon.
    let proof = prove(&plan, time("2026-03-08T23:00Z"), time("2026-03-09T00:00Z"));
    let first = &proof.severities[0].policies[0].first;
    assert_eq!(first[0].people, ["ann", "bob"], "{first:#?}");
}
