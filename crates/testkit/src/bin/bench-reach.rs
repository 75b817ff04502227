//! `cargo xtask bench reach`: the proof of a year for 50 people, 10 schedules and 5 severities.
//!
//! Its peer, measured in the same run, is asking the plan who is on duty once for every hour of that year, as a
//! program would that steps through time. Prints one JSON object.

use std::fmt::Write as _;
use std::process::ExitCode;

use anyhow::Context as _;
use jiff::{SignedDuration, Timestamp};
use matoi_core::plan::{Plan, load};
use matoi_core::reach::{Proof, prove};
use matoi_core::runbook::parse::parse;
use matoi_testkit::stopwatch::{median, millis, report, timed};
use serde_json::{Value, json};

const RUNS: usize = 11;
const PEOPLE: usize = 50;
const SCHEDULES: usize = 10;
const DAYS: i64 = 366;

fn main() -> ExitCode {
    report("reach", measure)
}

fn measure() -> anyhow::Result<Value> {
    let plan = plan()?;
    let from: Timestamp = "2026-01-01T00:00+09:00".parse()?;
    let to = from + SignedDuration::from_hours(24 * DAYS);
    let mut proofs = Vec::new();
    let mut peers = Vec::new();
    let mut last: Option<Proof> = None;
    for _ in 0..RUNS {
        let (taken, proof) = timed(|| prove(&plan, from, to));
        proofs.push(taken);
        last = Some(proof);
        peers.push(timed(|| hourly(&plan, from, to)).0);
    }
    let proof = last.context("nothing was proved")?;
    let policies = || proof.severities.iter().flat_map(|it| &it.policies);
    let (ours, peer) = (median(&mut proofs), median(&mut peers));
    Ok(json!({
        "bench": "reach",
        "aims": { "proof_ms_max": 200 },
        "people": plan.people.len(),
        "schedules": plan.schedules.len(),
        "severities": plan.severities.len(),
        "days": DAYS,
        "proof_ms": millis(ours),
        "proof_ms_all": proofs.iter().map(|it| millis(*it)).collect::<Vec<f64>>(),
        "hourly_questions_ms": millis(peer),
        "ratio": ours.as_secs_f64() / peer.as_secs_f64(),
        "holes": policies().map(|it| it.holes.len()).sum::<usize>(),
        "spans": policies().map(|it| it.first.len()).sum::<usize>(),
    }))
}

/// How many of a plan's people are on duty at each hour, in all.
fn hourly(plan: &Plan, from: Timestamp, to: Timestamp) -> usize {
    let (mut at, mut count) = (from, 0);
    while at < to {
        let present =
            plan.people.values().filter(|it| it.hours.on_duty(&plan.calendar, &plan.zone, at));
        count += present.count();
        at += SignedDuration::from_hours(1);
    }
    count
}

fn plan() -> anyhow::Result<Plan> {
    let mut text = "matoi: 1\nname: Large\ntimezone: Asia/Tokyo\n\
        calendar: { business_hours: mon-fri 09:00-18:00, holidays: [jp] }\nseverities:\n"
        .to_owned();
    for (rank, target) in [
        "acknowledge: 5m",
        "acknowledge: 15m",
        "respond: 1h",
        "respond: 4 business hours",
        "respond: 1 business day",
    ]
    .iter()
    .enumerate()
    {
        let _ =
            writeln!(text, "  P{rank}: {{ targets: {{ {target} }}, escalation: policy{rank} }}");
    }
    text.push_str("people:\n");
    let hours = [
        "always",
        "mon-fri 09:00-18:00",
        "mon-sun 22:00-06:00",
        "sat-sun 08:00-20:00",
        "mon-fri 12:00-21:00",
    ];
    for person in 0..PEOPLE {
        let hours = hours.get(person % hours.len()).copied().unwrap_or("always");
        let hours = if person < SCHEDULES { "mon-sun 06:00-23:00" } else { hours };
        let _ = writeln!(
            text,
            "  p{person}: {{ name: Person {person}, hours: {hours}, reach: [console] }}"
        );
    }
    text.push_str("schedules:\n");
    for schedule in 0..SCHEDULES {
        let people: Vec<String> = (0..PEOPLE)
            .filter(|it| it % SCHEDULES == schedule)
            .map(|it| format!("p{it}"))
            .collect();
        let rotate = if schedule % 2 == 0 {
            "weekly, handoff: \"mon 09:00\""
        } else {
            "daily, handoff: \"09:00\""
        };
        let _ = writeln!(
            text,
            "  s{schedule}: {{ rotate: {rotate}, people: [{}] }}",
            people.join(", ")
        );
    }
    text.push_str("escalation:\n  default: [{ page: [s0] }]\n");
    for policy in 0..5_usize {
        let second = policy + 5;
        let _ = writeln!(
            text,
            "  policy{policy}:\n    - page: [s{policy}]\n    - {{ after: 10m, page: [s{second}] }}\n    \
             - {{ after: 30m, page: [p{policy}, p{second}] }}\n    - {{ repeat: 30m, times: 3 }}"
        );
    }
    let files = std::collections::BTreeMap::from([("matoi.yaml".to_owned(), text.into_bytes())]);
    let loaded = load(&files, parse);
    loaded.plan.with_context(|| format!("the plan has errors: {:#?}", loaded.problems))
}
