//! The federal holidays of the United States, by rule.
//!
//! The rules are those of title 5 of the United States Code, section 6103: a feast on a Saturday is observed on the
//! Friday before, and one on a Sunday on the Monday after. The day itself is a holiday too. The tests hold the years
//! against the list of the Office of Personnel Management.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// The name of the holiday on `day`, if it is one.
pub(super) fn holiday(day: Date) -> Option<&'static str> {
    if let Some(name) = fixed(day).or_else(|| moving(day)) {
        return Some(name);
    }
    let neighbour = match day.weekday() {
        Weekday::Friday => day.tomorrow().ok()?,
        Weekday::Monday => day.yesterday().ok()?,
        Weekday::Tuesday
        | Weekday::Wednesday
        | Weekday::Thursday
        | Weekday::Saturday
        | Weekday::Sunday => return None,
    };
    match fixed(neighbour)? {
        "New Year's Day" => Some("New Year's Day (observed)"),
        "Juneteenth" => Some("Juneteenth (observed)"),
        "Independence Day" => Some("Independence Day (observed)"),
        "Veterans Day" => Some("Veterans Day (observed)"),
        _ => Some("Christmas Day (observed)"),
    }
}

/// Feasts on the same date each year.
fn fixed(day: Date) -> Option<&'static str> {
    match (day.month(), day.day()) {
        (1, 1) => Some("New Year's Day"),
        (6, 19) if day.year() >= 2021 => Some("Juneteenth"),
        (7, 4) => Some("Independence Day"),
        (11, 11) => Some("Veterans Day"),
        (12, 25) => Some("Christmas Day"),
        _ => None,
    }
}

/// Feasts on a weekday of a week of a month.
fn moving(day: Date) -> Option<&'static str> {
    // Which such weekday of its month it is, and whether it is the last.
    let week = (day.day() - 1) / 7 + 1;
    let is_last = day.checked_add(7.days()).is_ok_and(|it| it.month() != day.month());
    match (day.month(), day.weekday(), week) {
        (1, Weekday::Monday, 3) => Some("Martin Luther King Jr. Day"),
        (2, Weekday::Monday, 3) => Some("Washington's Birthday"),
        (5, Weekday::Monday, _) if is_last => Some("Memorial Day"),
        (9, Weekday::Monday, 1) => Some("Labor Day"),
        (10, Weekday::Monday, 2) => Some("Columbus Day"),
        (11, Weekday::Thursday, 4) => Some("Thanksgiving Day"),
        _ => None,
    }
}
