//! Tests of the holidays of England and Wales and of the United States, against the published lists.
//!
//! The lists are those of gov.uk ("UK bank holidays") and of the Office of Personnel Management ("Federal
//! holidays"); what falls on a weekend is no day off there, and is left out of the comparison.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};

use crate::plan::calendar::HolidaySet;

/// The holidays of a year on working days, as `01-01`.
fn weekdays(set: HolidaySet, year: i16) -> Vec<String> {
    let days = date(year, 1, 1).series(1.day()).take_while(|it| it.year() == year);
    let is_work = |it: &Date| !matches!(it.weekday(), Weekday::Saturday | Weekday::Sunday);
    let holidays = days.filter(|it| is_work(it) && set.holiday(*it).is_some());
    holidays.map(|it| it.strftime("%m-%d").to_string()).collect()
}

#[track_caller]
fn check(set: HolidaySet, year: i16, expected: &str) {
    let expected: Vec<&str> = expected.split_whitespace().collect();
    assert_eq!(weekdays(set, year), expected, "{year}");
}

#[test]
fn bank_holidays_are_those_that_were_announced() {
    let set = HolidaySet::Britain;
    check(set, 2020, "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28");
    check(set, 2022, "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27");
    check(set, 2023, "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26");
    check(set, 2024, "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26");
    check(set, 2025, "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26");
    check(set, 2026, "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28");
    check(set, 2027, "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28");
    check(set, 2028, "01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26");
}

#[test]
fn federal_holidays_are_those_that_are_observed() {
    let set = HolidaySet::States;
    check(set, 2020, "01-01 01-20 02-17 05-25 07-03 09-07 10-12 11-11 11-26 12-25");
    // The new year of 2022 fell on a Saturday and was observed on the last day of 2021.
    check(set, 2021, "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31");
    check(set, 2024, "01-01 01-15 02-19 05-27 06-19 07-04 09-02 10-14 11-11 11-28 12-25");
    check(set, 2026, "01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25");
    check(set, 2027, "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31");
}

#[test]
fn a_feast_on_a_weekend_is_a_holiday_itself() {
    let names = [
        (HolidaySet::Britain, date(2027, 12, 25), "Christmas Day"),
        (HolidaySet::Britain, date(2027, 12, 27), "Christmas Day (substitute)"),
        (HolidaySet::States, date(2026, 7, 4), "Independence Day"),
        (HolidaySet::States, date(2026, 7, 3), "Independence Day (observed)"),
    ];
    for (set, day, name) in names {
        assert_eq!(set.holiday(day), Some(name), "{day}");
    }
    assert_eq!(HolidaySet::Britain.holiday(date(2026, 7, 3)), None);
}
