//! Days of the week and times of day, at the beginning of a text that [`plain`](crate::plan::width::plain) gave.

use jiff::civil::{Time, Weekday};

use crate::plan::calendar::window::WEEK;

/// Hours past midnight that broadcasters and shift plans count on: `26:00` is two in the morning.
const HOUR_MAX: u32 = 29;
/// The minutes of a day.
pub(crate) const DAY_MINUTES: u32 = 24 * 60;

/// Longer words before their own beginnings.
const DAYS: [(&str, Weekday); 38] = [
    ("monday", Weekday::Monday),
    ("mon", Weekday::Monday),
    ("月曜日", Weekday::Monday),
    ("月曜", Weekday::Monday),
    ("月", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("tues", Weekday::Tuesday),
    ("tue", Weekday::Tuesday),
    ("火曜日", Weekday::Tuesday),
    ("火曜", Weekday::Tuesday),
    ("火", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("wed", Weekday::Wednesday),
    ("水曜日", Weekday::Wednesday),
    ("水曜", Weekday::Wednesday),
    ("水", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("thurs", Weekday::Thursday),
    ("thu", Weekday::Thursday),
    ("木曜日", Weekday::Thursday),
    ("木曜", Weekday::Thursday),
    ("木", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("fri", Weekday::Friday),
    ("金曜日", Weekday::Friday),
    ("金曜", Weekday::Friday),
    ("金", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sat", Weekday::Saturday),
    ("土曜日", Weekday::Saturday),
    ("土曜", Weekday::Saturday),
    ("土", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
    ("sun", Weekday::Sunday),
    ("日曜日", Weekday::Sunday),
    ("日曜", Weekday::Sunday),
    ("日", Weekday::Sunday),
    ("thur", Weekday::Thursday),
];

/// Words for several days, longer ones first.
const GROUPS: [(&str, &[Weekday]); 10] = [
    ("weekdays", WEEK.split_at(5).0),
    ("weekday", WEEK.split_at(5).0),
    ("平日", WEEK.split_at(5).0),
    ("weekends", WEEK.split_at(5).1),
    ("weekend", WEEK.split_at(5).1),
    ("週末", WEEK.split_at(5).1),
    ("every day", &WEEK),
    ("everyday", &WEEK),
    ("daily", &WEEK),
    ("毎日", &WEEK),
];

/// A day and what follows it.
pub(crate) fn day(text: &str) -> Option<(Weekday, &str)> {
    word(&DAYS, text)
}

/// A word for several days and what follows it.
pub(crate) fn day_group(text: &str) -> Option<(&'static [Weekday], &str)> {
    word(&GROUPS, text)
}

/// The first word that `text` begins with. An English word must end where it ends.
fn word<'t, T: Copy>(words: &[(&str, T)], text: &'t str) -> Option<(T, &'t str)> {
    words.iter().find_map(|(word, it)| {
        let rest = text.strip_prefix(word)?;
        let goes_on = word.is_ascii() && rest.starts_with(|it: char| it.is_ascii_alphabetic());
        (!goes_on).then_some((*it, rest))
    })
}

/// A time as minutes after midnight, and what follows it: `9`, `09:00`, `9時`, `9時30分`, `9時半`, `翌6時`, `26:00`.
pub(crate) fn minutes(text: &str) -> Option<(u32, &str)> {
    let (next_day, text) = match text.strip_prefix('翌').map(|it| it.trim_start_matches('日')) {
        Some(rest) => (DAY_MINUTES, rest),
        None => (0, text),
    };
    let (hour, rest) = number(text)?;
    if hour > HOUR_MAX {
        return None;
    }
    let (minute, rest) = if let Some(rest) = rest.strip_prefix(':') {
        number(rest)?
    } else if let Some(rest) = rest.strip_prefix('時') {
        after_hour_sign(rest)
    } else {
        (0, rest)
    };
    let total = next_day + hour * 60 + minute;
    (minute < 60).then_some((total, rest))
}

/// The minutes after `時`, where there may be none.
fn after_hour_sign(rest: &str) -> (u32, &str) {
    if let Some(rest) = rest.strip_prefix('半') {
        return (30, rest);
    }
    let minute = number(rest).and_then(|(it, rest)| Some((it, rest.strip_prefix('分')?)));
    minute.unwrap_or((0, rest))
}

/// One or two digits.
fn number(text: &str) -> Option<(u32, &str)> {
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    let (number, rest) = text.split_at_checked(digits)?;
    let number = number.parse().ok().filter(|_| digits <= 2)?;
    Some((number, rest))
}

/// The time of day of minutes after some midnight.
pub(crate) fn time_of(minutes: u32) -> Time {
    let minutes = minutes % DAY_MINUTES;
    let part = |it: u32| i8::try_from(it).expect("an hour or a minute fits");
    Time::constant(part(minutes / 60), part(minutes % 60), 0, 0)
}
