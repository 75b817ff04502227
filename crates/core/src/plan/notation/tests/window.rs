//! Tests of windows, handoffs and holidays.

use crate::plan::Rotate;
use crate::plan::calendar::{Hours, OnHolidays};
use crate::plan::notation::{handoff, holiday, window};

/// Hours as `mon tue 09:00-18:00; holidays`.
fn shown(hours: &Hours) -> String {
    match hours {
        Hours::Always => "always".to_owned(),
        Hours::EmergencyOnly => "emergency only".to_owned(),
        Hours::Windows { windows, holidays } => {
            let windows = windows.iter().map(|it| {
                let days: Vec<String> =
                    it.days.iter().map(|day| format!("{day:?}")[..3].to_lowercase()).collect();
                let time = |it: jiff::civil::Time| it.strftime("%H:%M").to_string();
                format!("{} {}-{}", days.join(" "), time(it.start), time(it.end))
            });
            let on = match holidays {
                OnHolidays::On => "; holidays",
                OnHolidays::Off => "",
            };
            windows.collect::<Vec<_>>().join(", ") + on
        }
    }
}

#[track_caller]
fn check(text: &str, expect: &str) {
    let hours = window::hours(text);
    assert_eq!(hours.as_ref().map(shown), Ok(expect.to_owned()), "{text}");
}

#[track_caller]
fn refused(text: &str, message: &str) {
    let complaint = window::hours(text).unwrap_err();
    assert_eq!(complaint.message, message);
    assert!(complaint.hint.is_some(), "{text} is refused without a way out");
}

#[test]
fn windows_are_read_in_english() {
    check("mon-fri 09:00-18:00", "mon tue wed thu fri 09:00-18:00");
    check("Mon-Fri 9-18", "mon tue wed thu fri 09:00-18:00");
    check(
        "mon-fri 09:00-18:00, sat 10:00-12:00",
        "mon tue wed thu fri 09:00-18:00, sat 10:00-12:00",
    );
    check("mon,wed,fri 09:00-12:00", "mon wed fri 09:00-12:00");
    check(
        "mon-fri 09:00-12:00, 13:00-18:00",
        "mon tue wed thu fri 09:00-12:00, mon tue wed thu fri 13:00-18:00",
    );
    check("fri-mon 22:00-06:00", "fri sat sun mon 22:00-06:00");
    check("weekdays 9:30-17:30", "mon tue wed thu fri 09:30-17:30");
    check("sat and sun all day", "sat sun 00:00-00:00");
    check("09:00-18:00", "mon tue wed thu fri sat sun 09:00-18:00");
    check("every day 18:00-26:00", "mon tue wed thu fri sat sun 18:00-02:00");
    check("mon-fri 00:00-24:00", "mon tue wed thu fri 00:00-00:00");
    check("mon-fri 9-18 including holidays", "mon tue wed thu fri 09:00-18:00; holidays");
    check("mon-fri 9-18 (except holidays)", "mon tue wed thu fri 09:00-18:00");
    check("24/7", "always");
    check("Always", "always");
    check("emergency only", "emergency only");
}

#[test]
fn windows_are_read_in_japanese_and_full_width() {
    check("平日9-18時", "mon tue wed thu fri 09:00-18:00");
    check("平日９時〜１８時", "mon tue wed thu fri 09:00-18:00");
    check("平日　９：００－１８：００", "mon tue wed thu fri 09:00-18:00");
    check("平日9時30分から17時半まで", "mon tue wed thu fri 09:30-17:30");
    check("月-金 09:00-18:00", "mon tue wed thu fri 09:00-18:00");
    check("月曜〜金曜 9-18時、土曜日 10-12時", "mon tue wed thu fri 09:00-18:00, sat 10:00-12:00");
    check("月水金 9-12時、13-18時", "mon wed fri 09:00-12:00, mon wed fri 13:00-18:00");
    check("土日祝 10-18時", "sat sun 10:00-18:00; holidays");
    check("平日の22時-翌6時", "mon tue wed thu fri 22:00-06:00");
    check("平日9-18時（祝日を除く）", "mon tue wed thu fri 09:00-18:00");
    check("毎日 終日", "mon tue wed thu fri sat sun 00:00-00:00");
    check("平日24時間", "mon tue wed thu fri 00:00-00:00");
    check("24時間", "always");
    check("２４時間３６５日", "always");
    check("緊急時のみ", "emergency only");
}

#[test]
fn what_is_no_window_says_what_would_be() {
    refused("", "\"\" is not a window");
    refused("business hours", "\"business hours\" is not a window");
    refused("平日", "\"平日\" is not a window");
    refused(
        "mon-fri 9-18, someday",
        "cannot read \"someday\" in the window \"mon-fri 9-18, someday\"",
    );
    refused("mon-fri 09:00-25:70", "\"mon-fri 09:00-25:70\" is not a window");
    refused("mon-fri 9:00", "\"mon-fri 9:00\" is not a window");
    refused("monthly 9-18", "\"monthly 9-18\" is not a window");
    refused("01:00-26:00", "\"01:00-26:00\" is not a window");
    refused("9-翌18時", "\"9-翌18時\" is not a window");
    refused("祝日", "\"祝日\" is not a window");
    let many = "mon 9-18,".repeat(60);
    assert_eq!(window::hours(&many).unwrap_err().message, "more than 50 windows in one text");
}

#[test]
fn handoffs_are_read_by_their_rotation() {
    let check = |text: &str, rotate, expect: Option<(&str, &str)>| {
        let found = handoff::handoff(text, rotate).ok();
        let found =
            found.map(|(day, time)| (format!("{day:?}"), time.strftime("%H:%M").to_string()));
        assert_eq!(found, expect.map(|(day, time)| (day.to_owned(), time.to_owned())), "{text}");
    };
    check("mon 09:00", Rotate::Weeks(1), Some(("Monday", "09:00")));
    check("金曜 １７時半", Rotate::Weeks(1), Some(("Friday", "17:30")));
    check("日曜日の0時", Rotate::Weeks(1), Some(("Sunday", "00:00")));
    check("09:00", Rotate::Weeks(1), None);
    check("mon", Rotate::Weeks(1), None);
    check("mon 09:00 sharp", Rotate::Weeks(1), None);
    check("09:00", Rotate::Days(1), Some(("Monday", "09:00")));
    check("mon 09:00", Rotate::Days(1), None);
    check("24:00", Rotate::Days(1), None);
}

#[test]
fn holidays_are_sets_days_and_ranges() {
    let check = |text: &str, expect: Result<usize, &str>| {
        let found = holiday::item(text).map(|it| match it {
            holiday::Item::Set(_) => 0,
            holiday::Item::Days(days) => days.len(),
            holiday::Item::File(_) => 0,
        });
        assert_eq!(found.map_err(|it| it.message), expect.map_err(str::to_owned), "{text}");
    };
    check("jp", Ok(0));
    check("ＪＰ", Ok(0));
    check("2026-12-29", Ok(1));
    check("2026-12-29..2027-01-03", Ok(6));
    check("２０２４-０２-２８..２０２４-０３-０１", Ok(3));
    check("2026-02-29", Err("\"2026-02-29\" is not a day of the calendar"));
    check("2026-12-29 10:00", Err("\"2026-12-29 10:00\" is not a day of the calendar"));
    check("2027-01-03..2026-12-29", Err("\"2027-01-03..2026-12-29\" ends before it begins"));
    check("2026-01-01..2027-01-03", Err("\"2026-01-01..2027-01-03\" is longer than 100 days"));
    check("fr", Err("there is no set of holidays \"fr\""));
    check("..", Err("\"\" is not a day of the calendar"));
}
