//! Durations as people write them: `15m`, `1h30m`, `2 hours`, `15分`, `１時間３０分`.

use jiff::SignedDuration;

use crate::plan::width::plain;

/// Nothing in a plan or a runbook waits longer than a year.
pub const DURATION_MAX: SignedDuration = SignedDuration::from_hours(366 * 24);

/// Reads a duration. The message of an error says what would be right.
pub fn parse(text: &str) -> Result<SignedDuration, String> {
    let plain = plain(text);
    let mut rest = plain.as_str();
    let mut total = SignedDuration::ZERO;
    let mut smallest: Option<i64> = None;
    while !rest.is_empty() {
        let digits = rest.chars().take_while(char::is_ascii_digit).count();
        let (number, after) = rest.split_at(digits);
        let after = after.trim_start();
        let letters =
            after.find(|it: char| it.is_ascii_digit() || it == ' ').unwrap_or(after.len());
        let (unit, after) = after.split_at(letters);
        let (Ok(number), false) = (number.parse::<i64>(), unit.is_empty() && digits > 0) else {
            return Err(wrong(text, &plain));
        };
        let seconds = seconds_of(unit).ok_or_else(|| wrong(text, &plain))?;
        if smallest.is_some_and(|it| it <= seconds) {
            return Err(format!("\"{text}\" names its units out of order; write 1h30m"));
        }
        smallest = Some(seconds);
        let part = number.checked_mul(seconds).map(SignedDuration::from_secs);
        total = part
            .and_then(|it| total.checked_add(it))
            .filter(|it| *it <= DURATION_MAX)
            .ok_or_else(|| format!("\"{text}\" is longer than a year"))?;
        rest = after.trim_start();
    }
    match smallest {
        Some(_) => Ok(total),
        None => Err(wrong(text, &plain)),
    }
}

/// The seconds of a unit, in the words of both languages.
fn seconds_of(unit: &str) -> Option<i64> {
    match unit {
        "s" | "sec" | "secs" | "second" | "seconds" | "秒" | "秒間" => Some(1),
        "m" | "min" | "mins" | "minute" | "minutes" | "分" | "分間" => Some(60),
        "h" | "hr" | "hrs" | "hour" | "hours" | "時間" => Some(3_600),
        "d" | "day" | "days" | "日" | "日間" => Some(86_400),
        "w" | "week" | "weeks" | "週間" => Some(604_800),
        _ => None,
    }
}

fn wrong(text: &str, plain: &str) -> String {
    if !plain.is_empty() && plain.chars().all(|it| it.is_ascii_digit()) {
        return format!("\"{text}\" has no unit; write {plain}s, {plain}m or {plain}h");
    }
    format!("\"{text}\" is not a duration such as 30s, 15m, 1h30m or 15分")
}
