//! When something is due again and again: `day at 09:30`, `mon, thu at 9:00`, `month on the last business day at 18:00`,
//! `毎月第1月曜 9時`, `every 4h`, `30分ごと`.

use jiff::civil::Weekday;

use crate::plan::calendar::recurrence::{Days, MonthDay, Recurrence};
use crate::plan::calendar::window::WEEK;
use crate::plan::finding::Complaint;
use crate::plan::notation::clockface::{DAY_MINUTES, day, day_group, minutes, time_of};
use crate::plan::width::plain;

/// Where no time is written.
const NINE: u32 = 9 * 60;

/// Words for a number of months.
const MONTHS: [(&str, u8); 10] = [
    ("months", 1),
    ("monthly", 1),
    ("month", 1),
    ("毎月", 1),
    ("月次", 1),
    ("quarterly", 3),
    ("quarter", 3),
    ("四半期ごと", 3),
    ("四半期毎", 3),
    ("四半期", 3),
];

/// Minutes of a day that a step may have: each divides a day, and none is so short that it is no recurrence but a watch.
const STEPS: [i16; 10] = [15, 20, 30, 60, 120, 180, 240, 360, 480, 720];

/// Reads when something is due.
pub(crate) fn recurrence(text: &str) -> Result<Recurrence, Complaint> {
    let plain = plain(text);
    let rest = plain.strip_prefix("every ").unwrap_or(&plain);
    read(rest).ok_or_else(|| {
        let complaint = Complaint::new(format!("\"{text}\" does not say when it is due"));
        complaint.hint(
            "write day at 09:30, business day at 09:00, mon at 9:00, month on 1 at 9:00, month on the last business day at 18:00, year on 04-01 at 9:00, hour at :15, or a part of a day, every 30m or 4h",
        )
    })
}

fn read(text: &str) -> Option<Recurrence> {
    if let Some(rest) = after(text, &["hourly", "hour", "毎時"]) {
        return hour(rest);
    }
    if let Some(step) = part_of_day(text) {
        return Some(Recurrence::Clock { step, minute: 0 });
    }
    let (on, rest) = year(text).or_else(|| months(text)).or_else(|| of_week(text))?;
    let rest = rest.trim_start_matches([' ', ',', '、', 'の']);
    let rest = rest.strip_prefix("at ").unwrap_or(rest);
    let (time, rest) = if rest.is_empty() { (NINE, rest) } else { minutes(rest)? };
    let is_whole = rest.trim().is_empty() && time < DAY_MINUTES;
    is_whole.then(|| Recurrence::Days { on, time: time_of(time) })
}

/// `:15`, `15分`, or nothing, which is the full hour.
fn hour(rest: &str) -> Option<Recurrence> {
    let rest = rest.trim_start_matches([' ', ':']);
    let rest = rest.strip_prefix("at ").unwrap_or(rest).trim_start_matches(':');
    let rest = rest.trim_end_matches('分').trim();
    let minute = if rest.is_empty() { 0 } else { rest.parse::<i16>().ok()? };
    (0..60).contains(&minute).then_some(Recurrence::Clock { step: 60, minute })
}

/// `30m`, `4h`, `6時間ごと`, `2 hours`: a step of the clock.
fn part_of_day(text: &str) -> Option<i16> {
    let (number, unit) = number(text)?;
    let unit = unit.trim().trim_end_matches('に');
    let unit = ["ごと", "毎", "おき"].iter().find_map(|it| unit.strip_suffix(it)).unwrap_or(unit);
    let minutes = match unit.trim() {
        "m" | "min" | "mins" | "minute" | "minutes" | "分" => i16::from(number),
        "h" | "hour" | "hours" | "時間" => i16::from(number) * 60,
        _ => return None,
    };
    STEPS.contains(&minutes).then_some(minutes)
}

/// `year on 04-01`, `毎年4月1日`.
fn year(text: &str) -> Option<(Days, &str)> {
    let rest = after(text, &["yearly", "annually", "year", "毎年", "年次"])?;
    let rest = on(rest);
    if rest.is_empty() {
        return Some((Days::Year { month: 1, day: 1 }, rest));
    }
    let (month, rest) = number(rest)?;
    let rest = rest.strip_prefix(['-', '/', '月'])?;
    let (day, rest) = number(rest)?;
    let rest = rest.strip_prefix('日').unwrap_or(rest);
    // A year that has a 29th of February.
    let exists = jiff::civil::Date::new(2024, month, day).is_ok();
    exists.then_some((Days::Year { month, day }, rest))
}

fn months(text: &str) -> Option<(Days, &str)> {
    let (every, rest) =
        MONTHS.iter().find_map(|(word, every)| Some((*every, after(text, &[word])?)))?;
    let rest = on(rest);
    let (day, rest) = month_day(rest)?;
    Some((Days::Months { every, day }, rest))
}

/// `1`, `the 15th`, `last day`, `first business day`, `2nd mon`, `末日`, `第1営業日`, `第3月曜`, `5日`; the first where nothing
/// is written.
fn month_day(text: &str) -> Option<(MonthDay, &str)> {
    if text.is_empty() || text.starts_with("at ") {
        return Some((MonthDay::Day(1), text));
    }
    let words = [
        ("last business day", MonthDay::LastBusiness),
        ("最終営業日", MonthDay::LastBusiness),
        ("最後の営業日", MonthDay::LastBusiness),
        ("first business day", MonthDay::FirstBusiness),
        ("1st business day", MonthDay::FirstBusiness),
        ("第1営業日", MonthDay::FirstBusiness),
        ("最初の営業日", MonthDay::FirstBusiness),
        ("last day", MonthDay::Last),
        ("最終日", MonthDay::Last),
        ("末日", MonthDay::Last),
        ("末", MonthDay::Last),
        ("初日", MonthDay::Day(1)),
    ];
    if let Some(found) = words.iter().find_map(|(word, it)| Some((*it, text.strip_prefix(word)?))) {
        return Some(found);
    }
    if let Some((nth, rest)) = ordinal(text)
        && let Some((weekday, rest)) = day(rest.trim_start())
    {
        return Some((MonthDay::Nth(nth, weekday), rest));
    }
    let (number, rest) = number(text)?;
    let ends = ["st", "nd", "rd", "th", "日"];
    let rest = ends.iter().find_map(|it| rest.strip_prefix(it)).unwrap_or(rest);
    // `1時` is a time, and no day.
    let is_day = (1..=31).contains(&number) && !rest.starts_with([':', '時']);
    is_day.then_some((MonthDay::Day(number), rest))
}

fn ordinal(text: &str) -> Option<(i8, &str)> {
    let words = [("first ", 1), ("second ", 2), ("third ", 3), ("fourth ", 4)];
    if let Some(found) = words.iter().find_map(|(word, it)| Some((*it, text.strip_prefix(word)?))) {
        return Some(found);
    }
    let (number, rest) = number(text.strip_prefix('第').unwrap_or(text))?;
    let ends = ["st ", "nd ", "rd ", "th "];
    let is_japanese = text.starts_with('第');
    let rest = ends.iter().find_map(|it| rest.strip_prefix(it)).or(is_japanese.then_some(rest))?;
    (1..=4).contains(&number).then_some((number, rest))
}

/// Days of the week, alone or in a row.
fn of_week(text: &str) -> Option<(Days, &str)> {
    if let Some(rest) = after(text, &["business days", "business day", "営業日"]) {
        return Some((Days::Business, rest));
    }
    if let Some(rest) = after(text, &["weekdays", "weekday", "平日"]) {
        return Some((Days::Weekdays, rest));
    }
    if let Some(rest) = after(text, &["毎日", "日次", "daily", "days", "day"]) {
        return Some((Days::Week(WEEK.to_vec()), rest));
    }
    let rest = after(text, &["weekly", "week", "毎週", "週次"]);
    let has_word = rest.is_some();
    let mut rest = on(rest.unwrap_or(text));
    if has_word && rest.is_empty() {
        return Some((Days::Week(vec![Weekday::Monday]), rest));
    }
    let mut found: Vec<Weekday> = Vec::new();
    while let Some((more, after)) = some_days(rest) {
        found.extend(more);
        rest = after.trim_start_matches([' ', ',', '、', '・', '&', 'と']);
    }
    (!found.is_empty()).then_some((Days::Week(found), rest))
}

fn some_days(text: &str) -> Option<(Vec<Weekday>, &str)> {
    if let Some((days, rest)) = day_group(text) {
        return Some((days.to_vec(), rest));
    }
    let (first, rest) = day(text)?;
    let Some((last, rest)) = rest.strip_prefix('-').and_then(day) else {
        return Some((vec![first], rest));
    };
    let days = first.cycle_forward().take(7);
    let mut row: Vec<Weekday> = days.take_while(|it| *it != last).collect();
    row.push(last);
    Some((row, rest))
}

/// What follows one of the words.
fn after<'t>(text: &'t str, words: &[&str]) -> Option<&'t str> {
    words.iter().find_map(|word| {
        let rest = text.strip_prefix(word)?;
        let goes_on = word.is_ascii() && rest.starts_with(|it: char| it.is_ascii_alphanumeric());
        (!goes_on).then_some(rest)
    })
}

/// Without `on`, `on the` and what joins words.
fn on(text: &str) -> &str {
    let text = text.trim_start_matches([' ', 'の', ',']);
    let text = text.strip_prefix("on ").unwrap_or(text).trim_start();
    text.strip_prefix("the ").unwrap_or(text).trim_start()
}

fn number(text: &str) -> Option<(i8, &str)> {
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    let (number, rest) = text.split_at_checked(digits)?;
    Some((number.parse().ok().filter(|_| digits <= 2)?, rest))
}
