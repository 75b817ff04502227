//! Tests of duty hours and business time.

use jiff::Timestamp;
use jiff::civil::{DateTime, date};
use jiff::tz::TimeZone;

use crate::plan::Limit;
use crate::plan::calendar::{Calendar, HolidaySet, Hours};
use crate::plan::duration;
use crate::plan::notation::window;

mod japan;
mod west;

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

/// `2026-01-05 09:00` in the zone, or an instant with a `Z`.
fn at(zone: &TimeZone, text: &str) -> Timestamp {
    if text.ends_with('Z') {
        return text.parse().unwrap();
    }
    let local: DateTime = text.replace(' ', "T").parse().unwrap();
    zone.to_timestamp(local).unwrap()
}

fn japanese_calendar(business: &str) -> Calendar {
    let Hours::Windows { windows, .. } = window::hours(business).unwrap() else {
        return Calendar { sets: vec![HolidaySet::Japan], ..Calendar::default() };
    };
    Calendar { business: windows, sets: vec![HolidaySet::Japan], days: [].into() }
}

/// Checks the next duty; on duty means that it is now.
#[track_caller]
fn duty(hours: &str, place: &str, now: &str, next: &str) {
    let (hours, zone) = (window::hours(hours).unwrap(), zone(place));
    let calendar = japanese_calendar("always");
    let (now, next) = (at(&zone, now), at(&zone, next));
    let found = hours.next_duty(&calendar, &zone, now);
    assert_eq!(found.map(|it| it.to_string()), Some(next.to_string()));
    assert_eq!(hours.on_duty(&calendar, &zone, now), now == next);
}

#[test]
fn a_window_begins_inclusively_and_ends_exclusively() {
    duty("mon-fri 09:00-18:00", "Asia/Tokyo", "2026-01-06 09:00", "2026-01-06 09:00");
    duty("mon-fri 09:00-18:00", "Asia/Tokyo", "2026-01-06 17:59:59", "2026-01-06 17:59:59");
    duty("mon-fri 09:00-18:00", "Asia/Tokyo", "2026-01-06 18:00", "2026-01-07 09:00");
    duty("mon-fri 09:00-18:00", "Asia/Tokyo", "2026-01-06 08:59:59", "2026-01-06 09:00");
    duty("平日9-18時", "Asia/Tokyo", "2026-01-09 20:00", "2026-01-13 09:00");
}

#[test]
fn a_window_over_midnight_belongs_to_the_day_on_which_it_begins() {
    duty("mon-fri 22:00-06:00", "Asia/Tokyo", "2026-01-10 05:59", "2026-01-10 05:59");
    duty("mon-fri 22:00-06:00", "Asia/Tokyo", "2026-01-10 06:00", "2026-01-13 22:00");
    // Monday the 12th is a holiday, Sunday has no window: its small hours are nobody's.
    duty("mon-fri 22:00-06:00", "Asia/Tokyo", "2026-01-12 03:00", "2026-01-13 22:00");
    // Thursday's night goes on into the holiday of Friday, and Friday's does not begin.
    duty("mon-fri 22:00-06:00", "Asia/Tokyo", "2022-02-11 03:00", "2022-02-11 03:00");
    duty("mon-fri 22:00-06:00", "Asia/Tokyo", "2022-02-11 23:00", "2022-02-14 22:00");
}

#[test]
fn holidays_are_off_unless_the_hours_say_otherwise() {
    duty("9-18時", "Asia/Tokyo", "2026-01-01 10:00", "2026-01-02 09:00");
    duty("9-18時 祝日も", "Asia/Tokyo", "2026-01-01 10:00", "2026-01-01 10:00");
    duty("平日9-18時", "Asia/Tokyo", "2026-05-01 18:00", "2026-05-07 09:00");
}

#[test]
fn a_window_of_24_hours_has_no_hole_at_midnight() {
    duty("sat,sun 24h", "Asia/Tokyo", "2026-01-11 00:00", "2026-01-11 00:00");
    duty("sat,sun 00:00-24:00", "Asia/Tokyo", "2026-01-11 23:59:59", "2026-01-11 23:59:59");
    duty("sat,sun 09:00-09:00", "Asia/Tokyo", "2026-01-12 08:59", "2026-01-12 08:59");
    duty("sat,sun 24h", "Asia/Tokyo", "2026-01-12 00:00", "2026-01-17 00:00");
    duty("thu 9-18時", "Asia/Tokyo", "2024-02-29 10:00", "2024-02-29 10:00");
}

#[test]
fn hours_follow_the_local_clock_over_its_changes() {
    // London jumps from 01:00 to 02:00 on the 29th of March 2026.
    duty("09:00-18:00", "Europe/London", "2026-03-28T09:00:00Z", "2026-03-28T09:00:00Z");
    duty("09:00-18:00", "Europe/London", "2026-03-29T08:00:00Z", "2026-03-29T08:00:00Z");
    // A window inside the hour that is left out is left out with it.
    duty("01:15-01:45", "Europe/London", "2026-03-29T00:50:00Z", "2026-03-30T00:15:00Z");
    // One that begins inside begins with the jump.
    duty("01:30-04:00", "Europe/London", "2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z");
    // One that ends inside ends with it.
    duty("00:00-01:30", "Europe/London", "2026-03-29T00:59:59Z", "2026-03-29T00:59:59Z");
    duty("00:00-01:30", "Europe/London", "2026-03-29T01:00:00Z", "2026-03-29T23:00:00Z");
}

#[test]
fn where_an_hour_comes_twice_windows_meet_without_a_hole() {
    // New York shows 01:00 to 02:00 twice on the 1st of November 2026, from 05:00Z and from 06:00Z.
    duty("00:00-01:30", "America/New_York", "2026-11-01T06:29:59Z", "2026-11-01T06:29:59Z");
    duty("00:00-01:30", "America/New_York", "2026-11-01T06:30:00Z", "2026-11-02T05:00:00Z");
    duty("01:30-09:00", "America/New_York", "2026-11-01T05:29:59Z", "2026-11-01T05:30:00Z");
    duty("01:30-09:00", "America/New_York", "2026-11-01T06:10:00Z", "2026-11-01T06:10:00Z");
}

#[test]
fn who_is_only_there_for_emergencies_is_never_found_on_duty() {
    let (hours, zone) = (window::hours("緊急時のみ").unwrap(), zone("Asia/Tokyo"));
    let now = at(&zone, "2026-01-06 10:00");
    assert!(!hours.on_duty(&Calendar::default(), &zone, now));
    assert_eq!(hours.next_duty(&Calendar::default(), &zone, now), None);
}

#[test]
fn a_duty_that_never_comes_is_not_looked_for_for_ever() {
    let hours = window::hours("mon 09:00-18:00").unwrap();
    let zone = zone("Asia/Tokyo");
    let days = date(2026, 1, 1).series(jiff::Span::new().days(1)).take(800);
    let days = days.map(|it| (it, "closed".to_owned())).collect();
    let calendar = Calendar { days, ..Calendar::default() };
    assert_eq!(hours.next_duty(&calendar, &zone, at(&zone, "2026-01-06 10:00")), None);
}

/// Checks a deadline with business on weekdays from 9 to 18, in Tokyo.
#[track_caller]
fn deadline(limit: &str, from: &str, expect: &str) {
    deadline_in("平日9-18時", limit, from, expect);
}

#[track_caller]
fn deadline_in(business: &str, limit: &str, from: &str, expect: &str) {
    let zone = zone("Asia/Tokyo");
    let calendar = japanese_calendar(business);
    let limit = match limit.split_once(' ') {
        Some((days, "days")) => Limit::BusinessDays(days.parse().unwrap()),
        Some((hours, _)) => Limit::BusinessHours(duration::parse(hours).unwrap()),
        None => Limit::Within(duration::parse(limit).unwrap()),
    };
    let found = limit.deadline(&calendar, &zone, at(&zone, from));
    assert_eq!(found.to_string(), at(&zone, expect).to_string(), "{limit:?} from {from}");
}

#[test]
fn elapsed_time_does_not_care_for_business() {
    deadline("15m", "2026-01-10 23:50", "2026-01-11 00:05");
    deadline("0s", "2026-01-10 23:50", "2026-01-10 23:50");
}

#[test]
fn business_hours_count_only_while_business_is_done() {
    deadline("4h of business", "2026-01-06 10:00", "2026-01-06 14:00");
    deadline("4h of business", "2026-01-06 16:00", "2026-01-07 11:00");
    deadline("8h of business", "2026-01-06 10:00", "2026-01-06 18:00");
    deadline("9h of business", "2026-01-06 10:00", "2026-01-07 10:00");
    deadline("1h of business", "2026-01-10 12:00", "2026-01-13 10:00");
    // Friday evening, a weekend, and the holiday of Monday.
    deadline("2h of business", "2026-01-09 17:00", "2026-01-13 10:00");
    deadline("0s of business", "2026-01-10 12:00", "2026-01-10 12:00");
    deadline_in("9-18時, 10-12時", "9h of business", "2026-01-06 09:00", "2026-01-06 18:00");
    deadline_in("平日22-翌6時", "4h of business", "2026-01-09 22:00", "2026-01-10 02:00");
}

#[test]
fn without_business_hours_every_day_but_a_holiday_counts_whole() {
    deadline_in("always", "4h of business", "2026-01-10 22:00", "2026-01-11 02:00");
    deadline_in("always", "4h of business", "2026-01-11 22:00", "2026-01-13 02:00");
    deadline_in("always", "1 days", "2026-01-10 22:00", "2026-01-12 00:00");
}

#[test]
fn a_business_day_ends_with_business_so_many_business_days_later() {
    deadline("1 days", "2026-01-06 10:00", "2026-01-07 18:00");
    deadline("1 days", "2026-01-06 23:00", "2026-01-07 18:00");
    deadline("1 days", "2026-01-09 10:00", "2026-01-13 18:00");
    deadline("1 days", "2026-01-11 10:00", "2026-01-13 18:00");
    deadline("5 days", "2026-01-06 10:00", "2026-01-14 18:00");
    deadline("1 days", "2024-02-28 10:00", "2024-02-29 18:00");
    deadline("1 days", "2026-05-01 19:00", "2026-05-07 18:00");
    deadline("0 days", "2026-01-06 10:00", "2026-01-06 18:00");
    deadline("0 days", "2026-01-06 18:00", "2026-01-07 18:00");
    // A night that outlasts the next day's business ends that day too.
    deadline_in("火 16:45-翌5時、水 0:00-0:15", "1 days", "2026-01-05 10:00", "2026-01-07 05:00");
    deadline_in("火 16:45-翌5時、水 0:00-0:15", "1 days", "2026-01-06 10:00", "2026-01-07 05:00");
    // A night belongs to its evening, and the last window of a day ends the day.
    deadline_in("平日22-翌6時", "1 days", "2026-01-07 02:00", "2026-01-08 06:00");
    deadline_in("平日9-12時、13-17時", "1 days", "2026-01-06 10:00", "2026-01-07 17:00");
}

#[test]
fn without_any_business_a_deadline_is_elapsed_time() {
    let days = date(2026, 1, 1).series(jiff::Span::new().days(1)).take(4_000);
    let days = days.map(|it| (it, "closed".to_owned())).collect();
    let calendar = Calendar { days, ..Calendar::default() };
    let zone = zone("Asia/Tokyo");
    let from = at(&zone, "2026-01-06 10:00");
    let hours = Limit::BusinessHours(duration::parse("4h").unwrap());
    assert_eq!(hours.deadline(&calendar, &zone, from), at(&zone, "2026-01-06 14:00"));
    let days = Limit::BusinessDays(2);
    assert_eq!(days.deadline(&calendar, &zone, from), at(&zone, "2026-01-08 10:00"));
}

#[test]
fn the_edges_of_time_break_nothing() {
    let calendar = japanese_calendar("平日9-18時");
    for zone in ["Asia/Tokyo", "America/New_York", "Pacific/Apia"].map(zone) {
        for now in [Timestamp::MIN, Timestamp::MAX, at(&zone, "2011-12-30T10:00:00Z")] {
            let hours = window::hours("mon-fri 22:00-06:00").unwrap();
            let _ = hours.next_duty(&calendar, &zone, now);
            let _ = Limit::BusinessDays(366).deadline(&calendar, &zone, now);
            let _ = Limit::Within(duration::DURATION_MAX).deadline(&calendar, &zone, now);
        }
    }
}
