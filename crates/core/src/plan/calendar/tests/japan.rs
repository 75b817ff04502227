//! Tests of the national holidays of Japan, against the calendars that the cabinet published.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use crate::plan::calendar::{Calendar, HolidaySet, japan};

/// Every holiday of a year as `01-01 元日`, one in a line.
fn year(year: i16) -> String {
    let days = date(year, 1, 1).series(1.day()).take_while(|it| it.year() == year);
    let lines =
        days.filter_map(|it| Some(format!("{} {}\n", it.strftime("%m-%d"), japan::holiday(it)?)));
    lines.collect()
}

#[track_caller]
fn check(of: i16, expect: &str) {
    let expect: String = expect.split_whitespace().map(|it| format!("{it} ")).collect();
    let found: String = year(of).split_whitespace().map(|it| format!("{it} ")).collect();
    assert_eq!(found, expect, "{of}");
}

#[test]
fn the_year_in_which_the_throne_changed() {
    check(
        2019,
        "01-01 元日 01-14 成人の日 02-11 建国記念の日 03-21 春分の日 04-29 昭和の日 04-30 国民の休日
         05-01 天皇の即位の日 05-02 国民の休日 05-03 憲法記念日 05-04 みどりの日 05-05 こどもの日
         05-06 振替休日 07-15 海の日 08-11 山の日 08-12 振替休日 09-16 敬老の日 09-23 秋分の日
         10-14 体育の日 10-22 即位礼正殿の儀の行われる日 11-03 文化の日 11-04 振替休日
         11-23 勤労感謝の日",
    );
}

#[test]
fn the_years_of_the_games() {
    check(
        2020,
        "01-01 元日 01-13 成人の日 02-11 建国記念の日 02-23 天皇誕生日 02-24 振替休日 03-20 春分の日
         04-29 昭和の日 05-03 憲法記念日 05-04 みどりの日 05-05 こどもの日 05-06 振替休日
         07-23 海の日 07-24 スポーツの日 08-10 山の日 09-21 敬老の日 09-22 秋分の日 11-03 文化の日
         11-23 勤労感謝の日",
    );
    check(
        2021,
        "01-01 元日 01-11 成人の日 02-11 建国記念の日 02-23 天皇誕生日 03-20 春分の日 04-29 昭和の日
         05-03 憲法記念日 05-04 みどりの日 05-05 こどもの日 07-22 海の日 07-23 スポーツの日
         08-08 山の日 08-09 振替休日 09-20 敬老の日 09-23 秋分の日 11-03 文化の日 11-23 勤労感謝の日",
    );
}

#[test]
fn the_years_2022_to_2027() {
    check(
        2022,
        "01-01 元日 01-10 成人の日 02-11 建国記念の日 02-23 天皇誕生日 03-21 春分の日 04-29 昭和の日
         05-03 憲法記念日 05-04 みどりの日 05-05 こどもの日 07-18 海の日 08-11 山の日 09-19 敬老の日
         09-23 秋分の日 10-10 スポーツの日 11-03 文化の日 11-23 勤労感謝の日",
    );
    check(
        2023,
        "01-01 元日 01-02 振替休日 01-09 成人の日 02-11 建国記念の日 02-23 天皇誕生日 03-21 春分の日
         04-29 昭和の日 05-03 憲法記念日 05-04 みどりの日 05-05 こどもの日 07-17 海の日 08-11 山の日
         09-18 敬老の日 09-23 秋分の日 10-09 スポーツの日 11-03 文化の日 11-23 勤労感謝の日",
    );
    check(
        2024,
        "01-01 元日 01-08 成人の日 02-11 建国記念の日 02-12 振替休日 02-23 天皇誕生日 03-20 春分の日
         04-29 昭和の日 05-03 憲法記念日 05-04 みどりの日 05-05 こどもの日 05-06 振替休日 07-15 海の日
         08-11 山の日 08-12 振替休日 09-16 敬老の日 09-22 秋分の日 09-23 振替休日 10-14 スポーツの日
         11-03 文化の日 11-04 振替休日 11-23 勤労感謝の日",
    );
    check(
        2025,
        "01-01 元日 01-13 成人の日 02-11 建国記念の日 02-23 天皇誕生日 02-24 振替休日 03-20 春分の日
         04-29 昭和の日 05-03 憲法記念日 05-04 みどりの日 05-05 こどもの日 05-06 振替休日 07-21 海の日
         08-11 山の日 09-15 敬老の日 09-23 秋分の日 10-13 スポーツの日 11-03 文化の日 11-23 勤労感謝の日
         11-24 振替休日",
    );
    check(
        2026,
        "01-01 元日 01-12 成人の日 02-11 建国記念の日 02-23 天皇誕生日 03-20 春分の日 04-29 昭和の日
         05-03 憲法記念日 05-04 みどりの日 05-05 こどもの日 05-06 振替休日 07-20 海の日 08-11 山の日
         09-21 敬老の日 09-22 国民の休日 09-23 秋分の日 10-12 スポーツの日 11-03 文化の日
         11-23 勤労感謝の日",
    );
    check(
        2027,
        "01-01 元日 01-11 成人の日 02-11 建国記念の日 02-23 天皇誕生日 03-21 春分の日 03-22 振替休日
         04-29 昭和の日 05-03 憲法記念日 05-04 みどりの日 05-05 こどもの日 07-19 海の日 08-11 山の日
         09-20 敬老の日 09-23 秋分の日 10-11 スポーツの日 11-03 文化の日 11-23 勤労感謝の日",
    );
}

#[test]
fn the_holidays_of_an_earlier_emperor_and_two_mondays_in_a_row() {
    let check = |day: Date, name| assert_eq!(japan::holiday(day), name, "{day}");
    check(date(2018, 12, 23), Some("天皇誕生日"));
    check(date(2018, 12, 24), Some("振替休日"));
    check(date(2015, 8, 11), None);
    check(date(2009, 9, 22), Some("国民の休日"));
    check(date(2015, 9, 22), Some("国民の休日"));
    check(date(2032, 9, 21), Some("国民の休日"));
    check(date(2009, 5, 6), Some("振替休日"));
}

#[test]
fn the_equinoxes_stay_in_their_days_for_a_century() {
    for year in 1980..2100 {
        let spring = (19..=22).filter(|it| japan::holiday(date(year, 3, *it)) == Some("春分の日"));
        let autumn = (21..=24).filter(|it| japan::holiday(date(year, 9, *it)) == Some("秋分の日"));
        assert_eq!((spring.count(), autumn.count()), (1, 1), "{year}");
    }
    let spring: Vec<i8> = [2000, 2012, 2016, 2030, 2060, 2092, 2099]
        .into_iter()
        .filter_map(|year| {
            (19..=22).find(|it| japan::holiday(date(year, 3, *it)) == Some("春分の日"))
        })
        .collect();
    assert_eq!(spring, [20, 20, 20, 20, 20, 19, 20]);
}

#[test]
fn any_year_can_be_asked() {
    for day in [Date::MIN, Date::MAX, date(0, 2, 29), date(1900, 1, 1), date(2400, 2, 29)] {
        let _ = japan::holiday(day);
    }
}

#[test]
fn the_teams_own_days_have_their_own_names() {
    let days =
        [(date(2026, 12, 29), "年末休業".to_owned()), (date(2026, 1, 1), "創立記念日".to_owned())];
    let calendar =
        Calendar { sets: vec![HolidaySet::Japan], days: days.into(), ..Calendar::default() };
    assert_eq!(calendar.holiday(date(2026, 12, 29)), Some("年末休業"));
    assert_eq!(calendar.holiday(date(2026, 1, 1)), Some("創立記念日"));
    assert_eq!(calendar.holiday(date(2026, 2, 11)), Some("建国記念の日"));
    assert_eq!(calendar.holiday(date(2026, 2, 12)), None);
    assert!(!Calendar::default().is_holiday(date(2026, 1, 1)));
}
