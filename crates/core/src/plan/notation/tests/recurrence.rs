//! Tests of when chores and digests are due.

use jiff::Timestamp;
use jiff::civil::{Weekday, time};
use jiff::tz::TimeZone;

use crate::plan::calendar::recurrence::{Days, MonthDay, Recurrence};
use crate::plan::calendar::window::WEEK;
use crate::plan::calendar::{Calendar, HolidaySet, Window};
use crate::plan::notation::recurrence::recurrence;

#[track_caller]
fn check(texts: &[&str], on: Days, hour: i8, minute: i8) {
    let expected = Recurrence::Days { on, time: time(hour, minute, 0, 0) };
    for text in texts {
        assert_eq!(recurrence(text), Ok(expected.clone()), "{text}");
    }
}

#[test]
fn days_and_weeks_are_read_in_both_languages() {
    let week = |days: &[Weekday]| Days::Week(days.to_vec());
    let (mon, thu) = (Weekday::Monday, Weekday::Thursday);
    check(&["day at 09:30", "every day at 9:30", "毎日 9時30分", "毎日９時半"], week(&WEEK), 9, 30);
    check(&["daily", "毎日", "日次"], week(&WEEK), 9, 0);
    check(&["business day at 8:00", "営業日 8時", "営業日の8:00"], Days::Business, 8, 0);
    check(&["weekdays at 8:00", "平日8時"], Days::Weekdays, 8, 0);
    check(&["mon at 10:00", "every week on mon at 10:00", "毎週月曜 10時"], week(&[mon]), 10, 0);
    check(&["mon, thu at 9:00", "月、木 9時", "毎週月・木の9時"], week(&[mon, thu]), 9, 0);
    check(&["weekly", "毎週", "週次"], week(&[mon]), 9, 0);
}

#[test]
fn months_years_and_hours_are_read_in_both_languages() {
    let month = |texts: &[&str], day, hour| check(texts, Days::Months { every: 1, day }, hour, 0);
    month(&["month on 1 at 9:00", "month on the 1st", "monthly", "毎月"], MonthDay::Day(1), 9);
    month(&["毎月1日 9時", "月次"], MonthDay::Day(1), 9);
    month(&["month on the last day at 18:00", "毎月末日 18時", "毎月末18時"], MonthDay::Last, 18);
    month(&["month on the last business day at 18:00"], MonthDay::LastBusiness, 18);
    month(&["毎月最終営業日 18:00"], MonthDay::LastBusiness, 18);
    month(&["month on first business day at 8:00", "毎月第1営業日8時"], MonthDay::FirstBusiness, 8);
    let second = MonthDay::Nth(2, Weekday::Monday);
    month(&["month on the 2nd mon", "month on second monday at 9:00"], second, 9);
    month(&["毎月第2月曜 9時"], second, 9);
    let quarter = Days::Months { every: 3, day: MonthDay::Day(1) };
    check(&["quarterly", "quarter on 1 at 9:00", "四半期ごと", "四半期 1日 9時"], quarter, 9, 0);
    let april = Days::Year { month: 4, day: 1 };
    check(&["year on 04-01 at 9:00", "毎年4月1日 9時", "毎年４月１日"], april, 9, 0);
    for (text, minute) in [("hour", 0), ("hour at :15", 15), ("毎時", 0), ("毎時15分", 15)] {
        assert_eq!(recurrence(text), Ok(Recurrence::Clock { step: 60, minute }), "{text}");
    }
}

#[test]
fn parts_of_a_day_are_read_in_both_languages() {
    let parts = [
        ("every 1h", 60),
        ("1時間ごと", 60),
        ("１時間毎", 60),
        ("every 30m", 30),
        ("15 minutes", 15),
        ("３０分ごとに", 30),
        ("every 4 hours", 240),
        ("12h", 720),
    ];
    for (text, step) in parts {
        assert_eq!(recurrence(text), Ok(Recurrence::Clock { step, minute: 0 }), "{text}");
    }
    for text in ["every 5h", "every 7m", "every 5m", "every 24h", "every 0h", "every 99h"] {
        assert!(recurrence(text).is_err(), "{text}: {:?}", recurrence(text));
    }
}

#[test]
fn what_does_not_say_when_is_refused() {
    let wrong =
        ["", "sometimes", "at 9:00", "年", "day at 25:00", "day at 9:00 or so", "hour at :60"];
    let never = ["month on 32", "year on 02-30", "毎月0日", "month on the 5th mon"];
    for text in wrong.iter().chain(&never) {
        assert!(recurrence(text).is_err(), "{text}: {:?}", recurrence(text));
    }
}

fn calendar() -> Calendar {
    let days = WEEK.split_at(5).0.to_vec();
    let business = vec![Window { days, start: time(9, 0, 0, 0), end: time(18, 0, 0, 0) }];
    Calendar { business, sets: vec![HolidaySet::Japan], ..Calendar::default() }
}

/// The moments around `now`: the last one that is over or now, and the next.
#[track_caller]
fn around(text: &str, zone: &str, now: &str, last: &str, next: &str) {
    let (zone, it) = (TimeZone::get(zone).unwrap(), recurrence(text).unwrap());
    let at = |it: &str| it.parse::<Timestamp>().unwrap();
    assert_eq!(it.last_due(&calendar(), &zone, at(now)), Some(at(last)), "last of {text}");
    assert_eq!(it.next_due(&calendar(), &zone, at(now)), Some(at(next)), "next of {text}");
}

/// When, where, now, the moment before, the moment after. The twelfth of January is a holiday in Japan; in March no
/// clock of New York shows 02:30, and in November each shows 01:30 twice.
const MOMENTS: [[&str; 5]; 16] = [
    [
        "day at 09:30",
        "Asia/Tokyo",
        "2026-01-05T09:30+09",
        "2026-01-05T09:30+09",
        "2026-01-06T09:30+09",
    ],
    [
        "day at 09:30",
        "Asia/Tokyo",
        "2026-01-05T09:29:59+09",
        "2026-01-04T09:30+09",
        "2026-01-05T09:30+09",
    ],
    [
        "business day at 9:00",
        "Asia/Tokyo",
        "2026-01-12T12:00+09",
        "2026-01-09T09:00+09",
        "2026-01-13T09:00+09",
    ],
    [
        "month on 31 at 9:00",
        "Asia/Tokyo",
        "2026-02-28T10:00+09",
        "2026-02-28T09:00+09",
        "2026-03-31T09:00+09",
    ],
    [
        "month on the last business day at 18:00",
        "Asia/Tokyo",
        "2026-02-01T00:00+09",
        "2026-01-30T18:00+09",
        "2026-02-27T18:00+09",
    ],
    [
        "month on the 1st mon at 9:00",
        "Asia/Tokyo",
        "2026-02-10T00:00+09",
        "2026-02-02T09:00+09",
        "2026-03-02T09:00+09",
    ],
    [
        "quarter on 1 at 9:00",
        "Asia/Tokyo",
        "2026-03-15T00:00+09",
        "2026-01-01T09:00+09",
        "2026-04-01T09:00+09",
    ],
    [
        "year on 02-29 at 9:00",
        "Asia/Tokyo",
        "2026-06-01T00:00+09",
        "2026-02-28T09:00+09",
        "2027-02-28T09:00+09",
    ],
    [
        "hour at :15",
        "Asia/Tokyo",
        "2026-01-05T09:14:59+09",
        "2026-01-05T08:15+09",
        "2026-01-05T09:15+09",
    ],
    [
        "every 4h",
        "Asia/Kathmandu",
        "2026-01-05T08:00+05:45",
        "2026-01-05T08:00+05:45",
        "2026-01-05T12:00+05:45",
    ],
    [
        "every 30m",
        "Asia/Tokyo",
        "2026-01-05T23:59:59+09",
        "2026-01-05T23:30+09",
        "2026-01-06T00:00+09",
    ],
    // No clock shows 02:00 that night, so the step that begins then is left out.
    ["every 2h", "America/New_York", "2026-03-08T05:30Z", "2026-03-08T05:00Z", "2026-03-08T08:00Z"],
    // Each hour is an hour long, also the one that comes twice.
    [
        "every 1h",
        "America/New_York",
        "2026-11-01T05:59:59Z",
        "2026-11-01T05:00Z",
        "2026-11-01T06:00Z",
    ],
    [
        "hour at :15",
        "Australia/Lord_Howe",
        "2026-04-04T14:50Z",
        "2026-04-04T14:15Z",
        "2026-04-04T15:45Z",
    ],
    [
        "day at 02:30",
        "America/New_York",
        "2026-03-08T12:00Z",
        "2026-03-08T07:00Z",
        "2026-03-09T06:30Z",
    ],
    [
        "day at 01:30",
        "America/New_York",
        "2026-11-01T06:45Z",
        "2026-11-01T05:30Z",
        "2026-11-02T06:30Z",
    ],
];

#[test]
fn moments_are_local_times_over_holidays_month_ends_and_changes_of_the_clocks() {
    for [text, zone, now, last, next] in MOMENTS {
        around(text, zone, now, last, next);
    }
}
