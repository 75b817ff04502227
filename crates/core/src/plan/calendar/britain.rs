//! The bank holidays of England and Wales, by rule.
//!
//! The rules are those of the Banking and Financial Dealings Act 1971 with what was proclaimed for single years
//! since 2011 (royal weddings, jubilees, the funeral of 2022, the coronation of 2023, the moved May days of 2020);
//! the tests hold the announced years 2022 to 2028 against them, as the government lists them under
//! "UK bank holidays". A feast that falls on a weekend is a holiday itself, and so is the day in its stead.

use jiff::civil::{Date, Weekday, date};

use crate::plan::calendar::easter;

/// Days of single years.
const PROCLAIMED: [(Date, &str); 6] = [
    (date(2011, 4, 29), "Royal wedding"),
    (date(2012, 6, 5), "Diamond Jubilee"),
    (date(2020, 5, 8), "Early May bank holiday (VE day)"),
    (date(2022, 6, 3), "Platinum Jubilee"),
    (date(2022, 9, 19), "State funeral of Queen Elizabeth II"),
    (date(2023, 5, 8), "Coronation of King Charles III"),
];

/// The name of the holiday on `day`, if it is one.
pub(super) fn holiday(day: Date) -> Option<&'static str> {
    if let Some((_, name)) = PROCLAIMED.iter().find(|it| it.0 == day) {
        return Some(name);
    }
    let (year, month, number) = (day.year(), day.month(), day.day());
    match (month, number) {
        (1, 1) => return Some("New Year's Day"),
        (12, 25) => return Some("Christmas Day"),
        (12, 26) => return Some("Boxing Day"),
        _ => (),
    }
    if easter::after(year, -2) == Some(day) {
        return Some("Good Friday");
    }
    if easter::after(year, 1) == Some(day) {
        return Some("Easter Monday");
    }
    bank_monday(day).or_else(|| instead(day))
}

/// The Mondays of May and August, where they were not moved.
fn bank_monday(day: Date) -> Option<&'static str> {
    let (year, month, number) = (day.year(), day.month(), day.day());
    if year == 2022 && month == 6 && number == 2 || year == 2012 && month == 6 && number == 4 {
        return Some("Spring bank holiday");
    }
    if day.weekday() != Weekday::Monday {
        return None;
    }
    match month {
        5 if number <= 7 && year != 2020 => Some("Early May bank holiday"),
        5 if number > 24 && !matches!(year, 2012 | 2022) => Some("Spring bank holiday"),
        8 if number > 24 => Some("Summer bank holiday"),
        _ => None,
    }
}

/// The weekday in the stead of a feast on a weekend; Christmas and Boxing Day may need two.
fn instead(day: Date) -> Option<&'static str> {
    let weekday =
        |month: i8, number: i8| Date::new(day.year(), month, number).ok().map(|it| it.weekday());
    let (month, number) = (day.month(), day.day());
    match (month, number) {
        (1, 2) if weekday(1, 1) == Some(Weekday::Sunday) => Some("New Year's Day (substitute)"),
        (1, 3) if weekday(1, 1) == Some(Weekday::Saturday) => Some("New Year's Day (substitute)"),
        (12, 27) => match weekday(12, 25)? {
            // On a Sunday Boxing Day is the Monday itself, so Christmas takes the Tuesday.
            Weekday::Saturday | Weekday::Sunday => Some("Christmas Day (substitute)"),
            Weekday::Monday
            | Weekday::Tuesday
            | Weekday::Wednesday
            | Weekday::Thursday
            | Weekday::Friday => None,
        },
        (12, 28) => match weekday(12, 26)? {
            Weekday::Saturday | Weekday::Sunday => Some("Boxing Day (substitute)"),
            Weekday::Monday
            | Weekday::Tuesday
            | Weekday::Wednesday
            | Weekday::Thursday
            | Weekday::Friday => None,
        },
        _ => None,
    }
}
