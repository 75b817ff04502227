//! Tests of `rotation`.

use jiff::Timestamp;
use jiff::civil::{Date, Weekday, date, time};
use jiff::tz::TimeZone;

use crate::plan::calendar::Calendar;
use crate::plan::notation::window;
use crate::plan::{Layer, Rotate, Schedule};

fn schedule(rotate: Rotate, from: Option<Date>) -> Schedule {
    Schedule {
        name: "primary".to_owned(),
        rotate,
        handoff_day: Weekday::Monday,
        handoff_time: time(9, 0, 0, 0),
        people: ["ann", "bob", "cho"].map(str::to_owned).to_vec(),
        from,
        layers: Vec::new(),
        overrides: Vec::new(),
    }
}

/// The instant of a local time, such as `2026-01-05 09:00`.
fn at(zone: &TimeZone, local: &str) -> Timestamp {
    let local: jiff::civil::DateTime = local.replace(' ', "T").parse().unwrap();
    zone.to_timestamp(local).unwrap()
}

#[track_caller]
fn check(schedule: &Schedule, zone: &str, now: &str, who: &str, until: &str) {
    let zone = TimeZone::get(zone).unwrap();
    let instant = at(&zone, now);
    assert_eq!(schedule.on_call(&Calendar::default(), &zone, instant), who, "{now}");
    let handoff = schedule.handoff_after(&Calendar::default(), &zone, instant);
    assert_eq!(handoff, at(&zone, until), "the turn at {now} ends at {until}");
}

#[test]
fn a_weekly_turn_ends_at_its_handoff_and_the_first_person_has_the_week_of_from() {
    let it = schedule(Rotate::Weeks(1), Some(date(2026, 1, 7)));
    check(&it, "Asia/Tokyo", "2026-01-05 09:00", "ann", "2026-01-12 09:00");
    check(&it, "Asia/Tokyo", "2026-01-07 00:00", "ann", "2026-01-12 09:00");
    check(&it, "Asia/Tokyo", "2026-01-12 08:59:59", "ann", "2026-01-12 09:00");
    check(&it, "Asia/Tokyo", "2026-01-12 09:00", "bob", "2026-01-19 09:00");
    check(&it, "Asia/Tokyo", "2026-01-19 09:00", "cho", "2026-01-26 09:00");
    check(&it, "Asia/Tokyo", "2026-01-26 09:00", "ann", "2026-02-02 09:00");
    // Before the beginning the rotation is thought backwards.
    check(&it, "Asia/Tokyo", "2026-01-05 08:59", "cho", "2026-01-05 09:00");
}

#[test]
fn without_from_turns_are_counted_from_the_first_monday_of_1970() {
    let it = schedule(Rotate::Weeks(1), None);
    check(&it, "UTC", "1970-01-05 09:00", "ann", "1970-01-12 09:00");
    check(&it, "UTC", "1970-01-12 09:00", "bob", "1970-01-19 09:00");
    check(&it, "UTC", "1970-01-05 08:00", "cho", "1970-01-05 09:00");
}

#[test]
fn a_daily_turn_ends_the_next_day() {
    let it = schedule(Rotate::Days(1), Some(date(2024, 2, 28)));
    check(&it, "Asia/Tokyo", "2024-02-28 09:00", "ann", "2024-02-29 09:00");
    check(&it, "Asia/Tokyo", "2024-02-29 09:00", "bob", "2024-03-01 09:00");
    check(&it, "Asia/Tokyo", "2024-03-01 08:59", "bob", "2024-03-01 09:00");
    check(&it, "Asia/Tokyo", "2024-03-01 09:00", "cho", "2024-03-02 09:00");
}

#[test]
fn a_handoff_stays_at_its_local_time_when_the_clocks_change() {
    let it = schedule(Rotate::Weeks(1), Some(date(2026, 3, 23)));
    // London goes forward on the 29th of March: this week has 167 hours.
    check(&it, "Europe/London", "2026-03-23 09:00", "ann", "2026-03-30 09:00");
    check(&it, "Europe/London", "2026-03-30 08:59", "ann", "2026-03-30 09:00");
    check(&it, "Europe/London", "2026-03-30 09:00", "bob", "2026-04-06 09:00");
}

#[test]
fn a_handoff_that_no_clock_shows_is_the_moment_of_the_jump() {
    let mut it = schedule(Rotate::Days(1), Some(date(2026, 3, 7)));
    it.handoff_time = time(2, 30, 0, 0);
    // New York jumps from 02:00 to 03:00 on the 8th of March.
    check(&it, "America/New_York", "2026-03-08 01:59:59", "ann", "2026-03-08 03:00");
    check(&it, "America/New_York", "2026-03-08 03:00", "bob", "2026-03-09 02:30");
}

#[test]
fn a_handoff_that_is_shown_twice_is_the_first() {
    let mut it = schedule(Rotate::Days(1), Some(date(2026, 10, 31)));
    it.handoff_time = time(1, 30, 0, 0);
    let zone = TimeZone::get("America/New_York").unwrap();
    // 01:30 is at 05:30Z and again at 06:30Z on the 1st of November.
    let handoff: Timestamp = "2026-11-01T05:30:00Z".parse().unwrap();
    let second: Timestamp = "2026-11-01T06:30:00Z".parse().unwrap();
    assert_eq!(
        it.handoff_after(&Calendar::default(), &zone, at(&zone, "2026-11-01 00:30")),
        handoff
    );
    assert_eq!(it.on_call(&Calendar::default(), &zone, handoff), "bob");
    assert_eq!(it.on_call(&Calendar::default(), &zone, second), "bob");
}

#[test]
fn a_turn_may_last_several_days_or_weeks() {
    let it = schedule(Rotate::Days(3), Some(date(2026, 1, 1)));
    check(&it, "Asia/Tokyo", "2026-01-01 09:00", "ann", "2026-01-04 09:00");
    check(&it, "Asia/Tokyo", "2026-01-04 08:59", "ann", "2026-01-04 09:00");
    check(&it, "Asia/Tokyo", "2026-01-04 09:00", "bob", "2026-01-07 09:00");
    check(&it, "Asia/Tokyo", "2025-12-31 12:00", "cho", "2026-01-01 09:00");
    let it = schedule(Rotate::Weeks(2), Some(date(2026, 1, 7)));
    check(&it, "Asia/Tokyo", "2026-01-05 09:00", "ann", "2026-01-19 09:00");
    check(&it, "Asia/Tokyo", "2026-01-18 23:00", "ann", "2026-01-19 09:00");
    check(&it, "Asia/Tokyo", "2026-01-19 09:00", "bob", "2026-02-02 09:00");
}

#[test]
fn an_override_goes_before_the_rotation_and_the_later_one_before_the_earlier() {
    let zone = TimeZone::get("Asia/Tokyo").unwrap();
    let mut it = schedule(Rotate::Weeks(1), Some(date(2026, 1, 5)));
    let takes_over = |from: &str, to: &str, person: &str| crate::plan::Override {
        from: at(&zone, from),
        to: at(&zone, to),
        person: person.to_owned(),
    };
    it.overrides = vec![
        takes_over("2026-01-06 00:00", "2026-01-08 00:00", "bob"),
        takes_over("2026-01-07 00:00", "2026-01-09 00:00", "cho"),
    ];
    check(&it, "Asia/Tokyo", "2026-01-05 12:00", "ann", "2026-01-06 00:00");
    check(&it, "Asia/Tokyo", "2026-01-06 12:00", "bob", "2026-01-07 00:00");
    check(&it, "Asia/Tokyo", "2026-01-07 12:00", "cho", "2026-01-08 00:00");
    check(&it, "Asia/Tokyo", "2026-01-09 00:00", "ann", "2026-01-12 09:00");
}

#[test]
fn a_layer_goes_before_the_rotation_within_its_hours() {
    let nights = Layer {
        hours: window::hours("mon-sun 22:00-06:00").unwrap(),
        rotation: Schedule {
            people: vec!["dan".to_owned(), "eve".to_owned()],
            ..schedule(Rotate::Days(1), Some(date(2026, 1, 5)))
        },
    };
    let it =
        Schedule { layers: vec![nights], ..schedule(Rotate::Weeks(1), Some(date(2026, 1, 5))) };
    check(&it, "Asia/Tokyo", "2026-01-05 21:59", "ann", "2026-01-05 22:00");
    check(&it, "Asia/Tokyo", "2026-01-05 22:00", "dan", "2026-01-06 06:00");
    check(&it, "Asia/Tokyo", "2026-01-06 06:00", "ann", "2026-01-06 09:00");
    check(&it, "Asia/Tokyo", "2026-01-06 23:00", "eve", "2026-01-07 06:00");
}
