//! An alert is a script of looks beside what follows from them.

use jiff::{SignedDuration, Timestamp};

use super::{Alert, Rule};
use crate::effect::Effect;
use crate::id::{AlertId, PlanHash};
use crate::signal::Signal;

/// Looks are `seconds:b|g|u`, and `x` is a plan that no longer watches; the answer lists what happened at which second.
fn check(lasting_secs: i64, looks: &str, expect: &str) {
    let rule = Rule {
        name: "db".into(),
        tier_of: None,
        lasting: SignedDuration::from_secs(lasting_secs),
        severity: "P0".into(),
        service: Some("bot".into()),
        runbook: None,
        escalation: None,
        plan: PlanHash("p".into()),
    };
    let mut alert = Alert::quiet(AlertId("alert:db".into()));
    let mut seen = Vec::new();
    for look in looks.split_whitespace() {
        let (second, kind) = look.split_once(':').unwrap();
        let now = Timestamp::from_second(second.parse::<i64>().unwrap() + 1_000_000).unwrap();
        let decision = match kind {
            "b" => alert.decide(&Signal::Bad { reason: "malformed".into() }, &rule, now),
            "g" => alert.decide(&Signal::Good, &rule, now),
            "x" => alert.unwatch(now),
            _ => alert.decide(&Signal::Unknown { reason: "busy".into() }, &rule, now),
        };
        for event in &decision.events {
            alert.apply(event);
            let name = serde_json::to_value(event).unwrap()["event"].as_str().unwrap().to_owned();
            seen.push(format!("{second}:{name}{}", "!".repeat(decision.effects.len())));
        }
    }
    assert_eq!(seen.join(" "), expect, "looks {looks}");
}

#[test]
fn without_a_duration_the_first_bad_look_fires() {
    check(0, "0:g 5:b 10:b", "5:fired!");
}

#[test]
fn bad_for_long_enough_fires_once() {
    check(60, "0:b 30:b 60:b 90:b", "0:became_pending 60:fired!");
}

#[test]
fn a_good_look_in_between_starts_over() {
    check(
        60,
        "0:b 30:g 60:b 119:b 120:b",
        "0:became_pending 30:went_away 60:became_pending 120:fired!",
    );
}

#[test]
fn a_good_look_resolves_and_the_next_bad_one_fires_again() {
    check(0, "0:b 10:g 20:b", "0:fired! 10:resolved! 20:fired!");
}

#[test]
fn cannot_tell_never_closes() {
    check(0, "0:b 10:u 20:u 30:g", "0:fired! 30:resolved!");
}

#[test]
fn cannot_tell_for_two_minutes_is_for_a_person_to_know() {
    check(0, "0:u 60:u 119:u 120:u", "0:became_unsure 120:fired!");
}

#[test]
fn cannot_tell_for_a_moment_is_no_news() {
    check(0, "0:u 60:g 100:u 160:u", "0:became_unsure 60:went_away 100:became_unsure");
}

#[test]
fn still_firing_is_raised_again_each_half_hour() {
    check(0, "0:b 1799:b 1800:b 1801:u 3600:u", "0:fired! 1800:still_firing! 3600:still_firing!");
}

#[test]
fn a_clock_that_goes_back_an_hour_delays_no_alert_by_an_hour() {
    check(60, "3600:b 10:b 70:b", "3600:became_pending 10:became_pending 70:fired!");
}

#[test]
fn what_is_no_longer_watched_is_not_cleared_and_begins_anew() {
    check(0, "0:x 5:b 10:x 11:x 20:g 30:g", "5:fired! 10:unwatched! 20:resolved!");
    check(0, "5:b 10:x 20:b", "5:fired! 10:unwatched! 20:fired!");
    check(
        60,
        "0:b 30:x 600:b 660:b",
        "0:became_pending 30:unwatched 600:became_pending 660:fired!",
    );
    // The incident that heard of it hears that it is well, however many looks that takes.
    check(0, "0:b 10:x 20:u 30:g", "0:fired! 10:unwatched! 20:became_unsure 30:went_away!");
    check(
        60,
        "0:b 60:b 70:x 80:b 90:x 100:u 110:g 120:b 130:g",
        "0:became_pending 60:fired! 70:unwatched! 80:became_pending 90:unwatched 100:became_unsure \
         110:went_away! 120:became_pending 130:went_away",
    );
}

#[test]
fn a_firing_alert_that_the_plan_moves_clears_where_it_was_raised() {
    let rule = |service: &str| Rule {
        name: "db".into(),
        tier_of: None,
        lasting: SignedDuration::ZERO,
        severity: "P0".into(),
        service: Some(service.into()),
        runbook: None,
        escalation: None,
        plan: PlanHash("p".into()),
    };
    let mut alert = Alert::quiet(AlertId("alert:db".into()));
    let now = Timestamp::from_second(1_000_000).unwrap();
    let bad = Signal::Bad { reason: "malformed".into() };
    for event in alert.decide(&bad, &rule("old"), now).events {
        alert.apply(&event);
    }
    let effects = alert.decide(&Signal::Good, &rule("new"), now).effects;
    let incident_topic = "service:old".to_owned();
    let lower = Effect::LowerAlert { alert: alert.id.clone(), incident_topic, at: now };
    assert_eq!(effects, [lower]);
}
