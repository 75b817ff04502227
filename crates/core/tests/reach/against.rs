//! The proof held against the real thing: an incident that opens, and that nobody answers.

use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};
use matoi_core::id::IncidentId;
use matoi_core::incident::command::{Command, Declaration};
use matoi_core::incident::draft::World;
use matoi_core::incident::event::{Event, Fact};
use matoi_core::incident::{Incident, LadderState};
use matoi_core::page::{Delivery, PageReason};
use matoi_core::plan::calendar::Hours;
use matoi_core::plan::{Clock, Limit, Plan};
use matoi_core::reach::{Opening, Wait, at, prove};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use crate::plan;

const CASES: u32 = 60;
const PEOPLE: [&str; 4] = ["ann", "bob", "cat", "dan"];
const HOURS: [&str; 7] = [
    "always",
    "emergency only",
    "mon-fri 09:00-18:00",
    "mon-sun 22:00-06:00",
    "sat-sun 10:00-16:00",
    "mon-thu 17:00-02:30",
    "mon-fri 09:00-18:00, sun 01:30-03:00",
];
const TARGETS: [&str; 11] = [
    "",
    "acknowledge: at once",
    "acknowledge: 7m",
    "respond: 4h",
    "respond: 1 business day",
    "respond: 3 business hours",
    "acknowledge: 5m, respond: 2 business hours, resolve: 9h",
    "resolve: 40m",
    "acknowledge: 7m, during: { hours: \"mon-fri 09:00-18:00\", acknowledge: 1m }",
    "respond: 30m, during: [{ hours: \"mon-fri 19:30-08:00\", respond: 1 business day }, { hours: \"sat-sun 00:00-24:00 and holidays\", respond: 2 business hours, resolve: 1h }]",
    "resolve: 9h, during: [{ hours: \"mon-sun 02:00-04:00\", acknowledge: 3m, resolve: 20m }]",
];

const PAGES: [&str; 6] =
    ["at once", "at once", "every 1h", "every 4h", "daily at 02:30", "\"business day at 09:00\""];

/// A plan of four people, two of whom take turns.
#[derive(Clone, Debug)]
struct Shape {
    zone: &'static str,
    hours: Vec<&'static str>,
    targets: &'static str,
    page: &'static str,
    levels: Vec<(String, Vec<&'static str>)>,
    missed: Option<&'static str>,
    repeat: Option<(i64, u32)>,
    handoff: &'static str,
}

fn shape() -> impl Strategy<Value = Shape> {
    let whom = || subsequence(vec!["ann", "bob", "cat", "dan", "turns", "team"], 1..=2);
    let levels = prop::collection::vec((1..90_i64, whom()), 0..3);
    // Behind the levels that wait by the clock there may be some in business time.
    let business = subsequence(
        vec!["2 business hours", "5 business hours", "1 business day", "3 business days"],
        0..=2,
    );
    (
        select(vec!["Asia/Tokyo", "Europe/London", "America/New_York"]),
        prop::collection::vec(select(HOURS.to_vec()), 4),
        (select(TARGETS.to_vec()), select(PAGES.to_vec())),
        (whom(), levels, business, whom()),
        prop::option::of(select(PEOPLE.to_vec())),
        prop::option::of((1..200_i64, 1..4_u32)),
        select(vec![
            "daily, handoff: \"09:00\"",
            "weekly, handoff: \"wed 13:30\"",
            "every 3 days, handoff: \"21:15\", from: 2026-01-02",
            "weekly, layers: [{ hours: \"mon-sun 20:00-07:30\", rotate: daily, handoff: \"01:00\", people: [dan, bob] }]",
            "every 2 weeks, handoff: \"fri 09:00\", overrides: [{ from: 2026-03-28 12:00, to: 2026-03-29 06:00, person: bob }]",
        ]),
    )
        .prop_map(|(zone, hours, (targets, page), (first, rest, business, last), missed, repeat, handoff)| {
            let mut levels = vec![("0m".to_owned(), first)];
            let mut after = 0;
            for (gap, whom) in rest {
                // Two hours of business come after it.
                after = (after + gap).min(60 + i64::try_from(levels.len()).unwrap());
                levels.push((format!("{after}m"), whom));
            }
            levels.extend(business.into_iter().map(|it| (it.to_owned(), last.clone())));
            Shape { zone, hours, targets, page, levels, missed, repeat, handoff }
        })
}

impl Shape {
    fn plan(&self) -> Plan {
        let mut text = format!(
            "matoi: 1\nname: Any\ntimezone: {}\n\
             calendar: {{ business_hours: mon-fri 09:00-18:00, holidays: [jp] }}\n\
             severities: {{ P1: {{ targets: {{ {} }}, page: {} }} }}\npeople:\n",
            self.zone, self.targets, self.page
        );
        for (id, hours) in PEOPLE.iter().zip(&self.hours) {
            let hours = hours.replace(", ", "\", \"");
            let _ =
                writeln!(text, "  {id}: {{ hours: [\"{hours}\"], name: {id}, reach: [console] }}");
        }
        let text = text
            .replace("[\"always\"]", "always")
            .replace("[\"emergency only\"]", "emergency only");
        let mut text = text;
        let _ = writeln!(
            text,
            "groups: {{ team: [bob, dan] }}\nschedules: {{ turns: {{ rotate: {}, people: [ann, cat] }} }}\n\
             escalation:\n  default:",
            self.handoff
        );
        for (after, whom) in &self.levels {
            let _ = writeln!(text, "    - {{ after: {after}, page: [{}] }}", whom.join(", "));
        }
        if let Some(whom) = self.missed {
            let _ = writeln!(text, "    - {{ when: target missed, page: [{whom}] }}");
        }
        if let Some((every, times)) = self.repeat {
            let _ = writeln!(text, "    - {{ repeat: {every}m, times: {times} }}");
        }
        plan(&text.replace("after: 0m, ", ""))
    }
}

/// What an incident really does from `opened` on: who is paged first, and when somebody on duty is.
fn lived(plan: &Plan, opened: Timestamp) -> (Vec<String>, Wait) {
    let world = World { plan, base_url: None };
    let said = Declaration {
        by: "zoe".to_owned(),
        title: "slow".to_owned(),
        severity: "P1".to_owned(),
        service: None,
        scope: None,
        note: None,
        since: None,
    };
    let id = IncidentId("INC-20260109-001".to_owned());
    let opening = Incident::declare(id, plan.hash.clone(), said, world, opened).unwrap();
    let mut incident = opening.incident;
    let mut first = paged(&opening.events);
    let mut reached = on_duty(plan, opened, &opening.events);
    let (mut now, mut version) = (opened, 1);
    for _ in 0..4_000 {
        let owed: Vec<_> = incident.owed().map(|it| it.0.clone()).collect();
        let accepted = || Delivery::Accepted { reference: String::new() };
        let tried = |page| Command::PageTried { page, delivery: accepted(), tries: 1 };
        for command in owed.into_iter().map(tried).chain([Command::Wake]) {
            version += 1;
            let decision = incident.decide(command, world, version, now).unwrap();
            incident = decision.incident;
            if first.is_empty() {
                first = paged(&decision.events);
            }
            reached = reached.or_else(|| on_duty(plan, opened, &decision.events));
        }
        let is_over = incident.ladder.state == LadderState::Exhausted;
        match incident.wake_at(world) {
            Some(due)
                if reached.is_none()
                    && !(is_over && due > now + SignedDuration::from_hours(9_000)) =>
            {
                now = now.max(due);
            }
            Some(_) | None => break,
        }
    }
    (first, reached.map_or(Wait::Forever, |it| Wait::For(it.duration_since(opened))))
}

fn paged(events: &[Event]) -> Vec<String> {
    let people = events.iter().filter_map(|it| match &it.fact {
        Fact::Paged { person, reason, .. } if *reason != PageReason::NextWay => {
            Some(person.clone())
        }
        _ => None,
    });
    people.collect()
}

/// What is promised for an incident that opens at `opened`.
fn promise(plan: &Plan, opened: Timestamp) -> Option<Limit> {
    let targets = plan.targets_of(&plan.severities[0], opened);
    [Clock::Respond, Clock::Acknowledge].iter().find_map(|it| targets.get(it).copied())
}

fn on_duty(plan: &Plan, opened: Timestamp, events: &[Event]) -> Option<Timestamp> {
    let is_patient = match promise(plan, opened) {
        Some(it) => matches!(it, Limit::BusinessDays(_) | Limit::BusinessHours(_)),
        None => plan.severities[0].digest.is_some(),
    };
    let is_there = |id: &str, now| match &plan.people[id].hours {
        Hours::EmergencyOnly => !is_patient,
        hours => hours.on_duty(&plan.calendar, &plan.zone, now),
    };
    events.iter().find_map(|it| match &it.fact {
        Fact::Paged { person, .. } if is_there(person, it.at) => Some(it.at),
        _ => None,
    })
}

fn opening() -> impl Strategy<Value = Timestamp> {
    // Around the changes of the clocks and the new year, and anywhere in the year.
    let around = select(vec![
        "2026-03-08T00:00Z",
        "2026-03-28T12:00Z",
        "2026-10-24T12:00Z",
        "2026-12-31T00:00Z",
    ]);
    let anywhere = (0..366 * 86_400_i64).prop_map(|it| {
        "2026-01-01T00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_secs(it)
    });
    let near = (around, 0..3 * 86_400_i64)
        .prop_map(|(at, it)| at.parse::<Timestamp>().unwrap() + SignedDuration::from_secs(it));
    prop_oneof![near, anywhere]
}

fn holds<S: Strategy>(strategy: S, check: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let asked = Config::default();
    let cases = if asked.cases == 256 { CASES } else { asked.cases };
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 5_000, ..asked };
    TestRunner::new(config).run(&strategy, check).unwrap_or_else(|err| panic!("{err}"));
}

#[test]
fn an_incident_that_nobody_answers_goes_the_way_that_was_proved() {
    holds((shape(), prop::collection::vec(opening(), 8)), |(shape, openings)| {
        let plan = shape.plan();
        for opened in openings {
            let proved = at(&plan, &plan.severities[0], opened).remove(0);
            let (first, wait) = lived(&plan, opened);
            prop_assert_eq!(&proved.first, &first, "opened {}", opened);
            prop_assert_eq!(proved.wait, wait, "opened {}", opened);
        }
        Ok(())
    });
}

#[test]
fn between_two_changes_every_opening_is_as_the_one_before() {
    holds(
        (shape(), opening(), prop::collection::vec(0..4 * 86_400_i64, 40)),
        |(shape, from, steps)| {
            let plan = shape.plan();
            let to = from + SignedDuration::from_hours(96);
            let proof = prove(&plan, from, to);
            let proof = &proof.severities[0];
            let policy = &proof.policies[0];
            // The holes' own edges too, to the second.
            let edges = policy.holes.iter().flat_map(|it| [it.from, it.to]);
            let second = SignedDuration::from_secs(1);
            let edges: Vec<_> = edges.flat_map(|it| [it - second, it, it + second]).collect();
            let anywhere = steps.into_iter().map(|it| from + SignedDuration::from_secs(it));
            for opened in anywhere.chain(edges).filter(|it| *it >= from && *it < to) {
                let Opening { first, wait, .. } = at(&plan, &plan.severities[0], opened).remove(0);
                let is_late = match (wait, promise(&plan, opened)) {
                    (Wait::Forever, _) => true,
                    (Wait::For(_), None) => false,
                    (Wait::For(it), Some(limit)) => {
                        opened + it > limit.deadline(&plan.calendar, &plan.zone, opened)
                    }
                };
                let hole = policy.holes.iter().find(|it| it.from <= opened && opened < it.to);
                prop_assert_eq!(
                    hole.is_some(),
                    is_late,
                    "opened {}: {:?}, {:#?}",
                    opened,
                    wait,
                    policy.holes
                );
                if let Some(hole) = hole {
                    prop_assert!(hole.wait >= wait, "opened {}: {:?} in {:?}", opened, wait, hole);
                }
                prop_assert!(policy.worst >= wait, "{:?} is worse than {:?}", wait, policy.worst);
                let paged = policy.first.iter().find(|it| it.from <= opened && opened < it.to);
                prop_assert_eq!(&paged.unwrap().people, &first, "opened {}", opened);
            }
            Ok(())
        },
    );
}
