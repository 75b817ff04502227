//! The national holidays of Japan, by the rules of the law.
//!
//! The rules are those in force from 2007, with every change since: Mountain Day (2016), the change of the throne
//! (2019), and the days moved for the games (2020, 2021). For earlier years the rules of 2007 are applied; nobody
//! is paged in the past. The equinoxes follow the usual approximation for 1980 to 2099; the cabinet announces the
//! true day a year ahead, and the tests hold the announced years 2019 to 2027 against it. A year outside gets the
//! nearest rule.

use jiff::civil::{Date, Weekday};

/// More than the longest row of holidays that the law can produce.
const ROW_DAYS_MAX: usize = 7;

/// The name of the holiday on `date`, if it is one.
pub(super) fn holiday(date: Date) -> Option<&'static str> {
    if let Some(name) = national(date) {
        return Some(name);
    }
    if is_substitute(date) {
        return Some("振替休日");
    }
    is_sandwiched(date).then_some("国民の休日")
}

/// A holiday that the law names.
fn national(date: Date) -> Option<&'static str> {
    let (year, month, day) = (date.year(), date.month(), date.day());
    match (month, day) {
        (1, 1) => Some("元日"),
        (2, 11) => Some("建国記念の日"),
        (2, 23) if year >= 2020 => Some("天皇誕生日"),
        (4, 29) => Some("昭和の日"),
        (5, 1) if year == 2019 => Some("天皇の即位の日"),
        (5, 3) => Some("憲法記念日"),
        (5, 4) => Some("みどりの日"),
        (5, 5) => Some("こどもの日"),
        (10, 22) if year == 2019 => Some("即位礼正殿の儀の行われる日"),
        (11, 3) => Some("文化の日"),
        (11, 23) => Some("勤労感謝の日"),
        (12, 23) if year <= 2018 => Some("天皇誕生日"),
        (3, _) if day == spring_equinox(year) => Some("春分の日"),
        (9, _) if day == autumn_equinox(year) => Some("秋分の日"),
        _ => movable(date),
    }
}

/// The holidays that are a Monday, or were moved in the years of the games.
fn movable(date: Date) -> Option<&'static str> {
    let (year, month, day) = (date.year(), date.month(), date.day());
    match (year, month, day) {
        (2020, 7, 23) | (2021, 7, 22) => return Some("海の日"),
        (2020, 7, 24) | (2021, 7, 23) => return Some("スポーツの日"),
        (2020, 8, 10) | (2021, 8, 8) => return Some("山の日"),
        (2020 | 2021, 7 | 8 | 10, _) => return None,
        _ => {}
    }
    let monday = (date.weekday() == Weekday::Monday).then_some((day - 1) / 7 + 1);
    match (month, monday) {
        (1, Some(2)) => Some("成人の日"),
        (7, Some(3)) => Some("海の日"),
        (8, _) if day == 11 && year >= 2016 => Some("山の日"),
        (9, Some(3)) => Some("敬老の日"),
        (10, Some(2)) if year >= 2020 => Some("スポーツの日"),
        (10, Some(2)) => Some("体育の日"),
        _ => None,
    }
}

/// After a national holiday on a Sunday, the first day that is none itself.
fn is_substitute(date: Date) -> bool {
    let mut before = date;
    for _ in 0..ROW_DAYS_MAX {
        match before.yesterday() {
            Ok(it) if national(it).is_some() => before = it,
            Ok(_) | Err(_) => return false,
        }
        if before.weekday() == Weekday::Sunday {
            return true;
        }
    }
    false
}

/// Between two national holidays.
fn is_sandwiched(date: Date) -> bool {
    let is_national = |it: Result<Date, jiff::Error>| it.is_ok_and(|it| national(it).is_some());
    is_national(date.yesterday()) && is_national(date.tomorrow())
}

fn spring_equinox(year: i16) -> i8 {
    equinox(year, if year < 2100 { 20_843_100 } else { 21_851_000 })
}

fn autumn_equinox(year: i16) -> i8 {
    equinox(year, if year < 2100 { 23_248_800 } else { 24_248_800 })
}

/// The day of the month, from its value for 1980 in millionths of a day.
///
/// A year is 365.242194 days; the calendar catches up with a leap day in every fourth year.
fn equinox(year: i16, base: i64) -> i8 {
    let years = i64::from(year) - 1980;
    let day = (base + 242_194 * years).div_euclid(1_000_000) - years.div_euclid(4);
    i8::try_from(day.clamp(1, 31)).expect("a value between 1 and 31 fits")
}
