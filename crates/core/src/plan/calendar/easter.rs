//! Easter, from which the moving feasts are counted.

use jiff::ToSpan;
use jiff::civil::Date;

/// Easter Sunday of a year of the Gregorian calendar, by the anonymous algorithm that Meeus gives
/// (*Astronomical Algorithms*, chapter 8).
fn sunday(year: i16) -> Option<Date> {
    let year_number = i32::from(year);
    let a = year_number % 19;
    let (b, c) = (year_number / 100, year_number % 100);
    let (d, e) = (b / 4, b % 4);
    let f = (b + 8) / 25;
    let g = (b - f + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let sum = h + l - 7 * m + 114;
    Date::new(year, i8::try_from(sum / 31).ok()?, i8::try_from(sum % 31 + 1).ok()?).ok()
}

/// The day so many days after Easter Sunday.
pub(super) fn after(year: i16, days: i32) -> Option<Date> {
    sunday(year)?.checked_add(days.days()).ok()
}
