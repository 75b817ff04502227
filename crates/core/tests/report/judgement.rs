//! The moments of an incident, and whether its targets were kept.

use jiff::{SignedDuration, Timestamp};
use matoi_core::id::AlertId;
use matoi_core::incident::event::{Event, Fact, Ground};
use matoi_core::page::PageReason;
use matoi_core::plan::{Clock, Limit};
use matoi_core::report::Verdict::{self, Kept, Missed, NotApplicable, Running, Unknown};
use matoi_core::report::{targets, times};

use crate::plan::minutes;
use crate::story::{Story, at, event, opened};

fn acknowledged(time: &str) -> Event {
    event(time, Fact::Acknowledged { by: "sato".to_owned(), via: None })
}

fn noted(time: &str) -> Event {
    event(time, Fact::Noted { by: "sato".to_owned(), text: "looking".to_owned() })
}

fn cleared(time: &str) -> Event {
    let ground = Ground::AlertsCleared;
    event(time, Fact::Resolved { by: "matoi".to_owned(), ground })
}

fn declared(time: &str) -> Event {
    let ground = Ground::Reason { text: "done".to_owned() };
    event(time, Fact::Resolved { by: "sato".to_owned(), ground })
}

fn reopened(time: &str) -> Event {
    event(time, Fact::Reopened { by: "sato".to_owned(), reason: "again".to_owned() })
}

fn changed(time: &str, from: &str, to: &str) -> Event {
    let (by, reason) = ("sato".to_owned(), "worse".to_owned());
    event(time, Fact::SeverityChanged { by, from: from.to_owned(), to: to.to_owned(), reason })
}

fn escalated(time: &str) -> Event {
    let reason = PageReason::Unanswered { after: minutes(15) };
    event(time, Fact::Escalated { level: Some(1), reason })
}

fn joined(time: &str, since: &str) -> Event {
    let alert = AlertId("a".to_owned());
    let (name, summary) = ("a".to_owned(), "a".to_owned());
    event(time, Fact::AlertJoined { alert, name, summary, since: at(since) })
}

fn missed(time: &str, clock: Clock) -> Event {
    let (limit, deadline) = (Limit::Within(minutes(15)), at("03:27:10"));
    event(time, Fact::TargetMissed { clock, limit, deadline })
}

/// An incident that opened at 03:12:10 and began two minutes and ten seconds before.
fn incident(level: &str, events: &[Event]) -> Vec<Event> {
    let mut all = vec![event("03:12:10", opened(level))];
    all.extend_from_slice(events);
    all
}

#[test]
fn the_moments_follow_from_the_timeline() {
    struct Case<'a> {
        why: &'a str,
        events: &'a [Event],
        responded: Option<&'a str>,
        to_acknowledge: Option<i64>,
        to_resolve: Option<i64>,
    }
    let cases = [
        Case {
            why: "nobody came yet",
            events: &[],
            responded: None,
            to_acknowledge: None,
            to_resolve: None,
        },
        Case {
            why: "a note is a response, and no acknowledgement",
            events: &[noted("03:13:10")],
            responded: Some("03:13:10"),
            to_acknowledge: None,
            to_resolve: None,
        },
        Case {
            why: "the first acknowledgement counts",
            events: &[acknowledged("03:14:10"), acknowledged("03:20:00"), declared("03:42:10")],
            responded: Some("03:14:10"),
            to_acknowledge: Some(2),
            to_resolve: Some(30),
        },
        Case {
            why: "what cleared by itself was resolved, and nobody responded",
            events: &[cleared("03:22:10")],
            responded: None,
            to_acknowledge: None,
            to_resolve: Some(10),
        },
        Case {
            why: "reopened is not resolved",
            events: &[declared("03:22:10"), reopened("03:30:00")],
            responded: Some("03:22:10"),
            to_acknowledge: None,
            to_resolve: None,
        },
        Case {
            why: "the last resolution counts",
            events: &[declared("03:22:10"), reopened("03:30:00"), declared("04:12:10")],
            responded: Some("03:22:10"),
            to_acknowledge: None,
            to_resolve: Some(60),
        },
        Case {
            why: "a clock that stepped back tells no duration",
            events: &[acknowledged("03:11:00")],
            responded: Some("03:11:00"),
            to_acknowledge: None,
            to_resolve: None,
        },
    ];
    for case in cases {
        let times = times(&incident("レベル1", case.events));
        let whole = |it: Option<i64>| it.map(SignedDuration::from_mins);
        assert_eq!(times.detected, Some(at("03:12:10")), "{}", case.why);
        assert_eq!(times.responded, case.responded.map(at), "{}", case.why);
        assert_eq!(times.to_acknowledge, whole(case.to_acknowledge), "{}", case.why);
        assert_eq!(times.to_resolve, whole(case.to_resolve), "{}", case.why);
    }
}

#[test]
fn trouble_began_with_the_earliest_alert() {
    let late = incident("レベル1", &[joined("03:20:00", "03:15:00")]);
    assert_eq!(times(&late).began, Some(at("03:10:00")));
    let early = incident("レベル1", &[joined("03:20:00", "03:05:00")]);
    assert_eq!(times(&early).began, Some(at("03:05:00")));
}

#[test]
fn missed_deadlines_are_told_as_the_timeline_states_them() {
    let times = times(&incident("レベル1", &[missed("03:27:10", Clock::Acknowledge)]));
    assert_eq!(times.deadlines.get(&Clock::Acknowledge), Some(&at("03:27:10")));
    assert_eq!(times.deadlines.len(), 1);
}

/// Judges one clock of an incident of the worst level, looked at at `now`.
fn check(why: &str, clock: Clock, events: &[Event], now: &str, expected: Option<Verdict>) {
    let mut story = Story::of(incident("レベル1", events));
    story.now = at(now);
    let verdicts = targets(&story.material());
    let verdict = verdicts.iter().find(|it| it.clock == clock).map(|it| it.verdict);
    assert_eq!(verdict, expected, "{why}");
}

#[test]
fn acknowledging_is_judged_by_its_deadline() {
    let clock = Clock::Acknowledge;
    check("there is time", clock, &[], "03:27:10", Some(Running));
    check("the time is over", clock, &[], "03:27:11", Some(Missed));
    check("in time", clock, &[acknowledged("03:27:10")], "04:00:00", Some(Kept));
    check("too late", clock, &[acknowledged("03:27:11")], "04:00:00", Some(Missed));
    check(
        "resolved before it was due",
        clock,
        &[cleared("03:20:00")],
        "04:00:00",
        Some(NotApplicable),
    );
    check("resolved after it was due", clock, &[cleared("03:40:00")], "04:00:00", Some(Missed));
    let stated = [missed("03:27:10", clock), acknowledged("03:27:05")];
    check("a miss that is stated stands", clock, &stated, "04:00:00", Some(Missed));
}

#[test]
fn the_other_clocks_have_their_own_marks() {
    check("a note responds", Clock::Respond, &[noted("03:20:00")], "04:00:00", Some(Kept));
    check("the next level", Clock::Escalate, &[escalated("03:27:10")], "05:00:00", Some(Kept));
    check("nobody else was called", Clock::Escalate, &[], "05:00:00", Some(Missed));
    check(
        "no need to escalate",
        Clock::Escalate,
        &[declared("03:30:00")],
        "05:00:00",
        Some(NotApplicable),
    );
    check("resolved in time", Clock::Resolve, &[declared("04:12:10")], "05:00:00", Some(Kept));
    let twice = [declared("03:30:00"), reopened("03:40:00")];
    check("reopened and late", Clock::Resolve, &twice, "05:00:00", Some(Missed));
    check("the report is not due", Clock::Report, &[], "07:12:10", Some(Running));
    check("nothing tells of a report", Clock::Report, &[], "07:12:11", Some(Unknown));
    check("a review follows a resolution", Clock::Review, &[], "05:00:00", Some(NotApplicable));
    check("its time has begun", Clock::Review, &[declared("04:00:00")], "05:00:00", Some(Running));
}

#[test]
fn updates_are_kept_while_none_became_due() {
    let due = event("03:42:10", Fact::UpdateDue { since: at("03:12:10") });
    let clock = Clock::Update;
    check("it is open", clock, &[], "03:20:00", Some(Running));
    check("one became due", clock, &[due], "04:00:00", Some(Missed));
    check("over before the first", clock, &[declared("03:30:00")], "04:00:00", Some(NotApplicable));
    check("over, and none became due", clock, &[declared("03:50:00")], "04:00:00", Some(Kept));
}

#[test]
fn a_clock_is_judged_by_the_severity_that_held_when_it_was_met() {
    let raised = [acknowledged("03:20:00"), changed("03:50:00", "レベル2", "レベル1")];
    let mut story = Story::of(incident("レベル2", &raised));
    story.now = at("04:00:00");
    let limits: Vec<(Clock, Limit)> =
        targets(&story.material()).iter().map(|it| (it.clock, it.limit)).collect();
    assert!(limits.contains(&(Clock::Resolve, Limit::Within(minutes(60)))), "the present one");
    assert!(limits.contains(&(Clock::Acknowledge, Limit::Within(minutes(15)))));
    assert!(!limits.iter().any(|it| it.0 == Clock::Respond), "the mild level promised no response");
}

#[test]
fn without_a_calendar_nothing_is_judged() {
    let story = Story::of(incident("レベル1", &[acknowledged("03:13:00")]));
    let silent = |_: &Limit, _: Timestamp| None;
    let mut material = story.material();
    material.deadline = &silent;
    let verdicts = targets(&material);
    let verdict = verdicts.iter().find(|it| it.clock == Clock::Acknowledge).map(|it| it.verdict);
    assert_eq!(verdict, Some(Unknown));
}

#[test]
fn an_unknown_severity_promises_nothing() {
    assert_eq!(targets(&Story::of(incident("レベル9", &[])).material()), []);
    assert_eq!(targets(&Story::of(Vec::new()).material()), []);
}

#[test]
fn at_once_is_judged_by_people() {
    let mut story = Story::of(incident("レベル1", &[acknowledged("03:12:40")]));
    let worst = story.plan.severities.iter_mut().find(|it| it.label == "レベル1").unwrap();
    worst.targets.insert(Clock::Acknowledge, Limit::Within(SignedDuration::ZERO));
    let all = targets(&story.material());
    let it = all.iter().find(|it| it.clock == Clock::Acknowledge).unwrap();
    assert_eq!((it.verdict, it.deadline, it.met_at), (Unknown, None, Some(at("03:12:40"))));
}
