//! `20s`, `2m`, `1h30m`, `30分`, `１時間３０分`.

use jiff::SignedDuration;
use thiserror::Error;

use super::suggest::half_width;

/// A year: beyond it somebody forgot a unit.
const SECONDS_MAX: i64 = 366 * 24 * 3600;

/// Units with their seconds.
const UNITS: &[(&str, i64)] = &[
    ("h", 3600),
    ("時間", 3600),
    ("hour", 3600),
    ("hours", 3600),
    ("m", 60),
    ("分", 60),
    ("min", 60),
    ("minute", 60),
    ("minutes", 60),
    ("s", 1),
    ("秒", 1),
    ("sec", 1),
    ("second", 1),
    ("seconds", 1),
];

/// Why a text is no duration.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(super) enum DurationError {
    #[error("no duration is written here")]
    Empty,
    #[error("a number is missing before `{0}`")]
    Number(String),
    #[error("a unit is missing after `{0}`")]
    Unit(String),
    #[error("`{0}` is no unit of time")]
    UnknownUnit(String),
    #[error("units must go from large to small, each once")]
    Order,
    #[error("a duration of nothing")]
    Zero,
    #[error("longer than a year")]
    TooLong,
}

/// Reads a duration; every character counts, nothing is skipped but spaces.
pub(super) fn read(text: &str) -> Result<SignedDuration, DurationError> {
    let folded: String = text.trim().chars().take(100).map(half_width).collect();
    let mut rest = folded.as_str();
    if rest.is_empty() {
        return Err(DurationError::Empty);
    }
    let (mut total, mut smallest) = (0_i64, i64::MAX);
    while !rest.is_empty() {
        let (digits, after) = split(rest, |it| it.is_ascii_digit());
        let (unit, after) = split(after.trim_start(), |it| it.is_alphabetic());
        if digits.is_empty() {
            return Err(DurationError::Number(rest.chars().take(20).collect()));
        }
        if unit.is_empty() {
            return Err(DurationError::Unit(digits.to_owned()));
        }
        let seconds = UNITS
            .iter()
            .find(|(word, _)| *word == unit)
            .map(|(_, seconds)| *seconds)
            .ok_or_else(|| DurationError::UnknownUnit(unit.to_owned()))?;
        if seconds >= smallest {
            return Err(DurationError::Order);
        }
        smallest = seconds;
        let number: i64 = digits.parse().map_err(|_| DurationError::TooLong)?;
        total = number
            .checked_mul(seconds)
            .and_then(|it| it.checked_add(total))
            .ok_or(DurationError::TooLong)?;
        rest = after.trim_start();
    }
    match total {
        0 => Err(DurationError::Zero),
        1..=SECONDS_MAX => Ok(SignedDuration::from_secs(total)),
        _ => Err(DurationError::TooLong),
    }
}

fn split(text: &str, wanted: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|it: char| !wanted(it)).unwrap_or(text.len());
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::{DurationError, read};

    #[test]
    fn durations_of_both_languages_are_read() {
        for (text, seconds) in [
            ("20s", 20),
            ("2m", 120),
            ("1h", 3600),
            ("1h30m", 5400),
            ("1h 30m", 5400),
            (" 90 min ", 5400),
            ("30秒", 30),
            ("1時間30分", 5400),
            ("１時間３０分", 5400),
            ("１５ｍ", 900),
        ] {
            assert_eq!(read(text).map(|it| it.as_secs()), Ok(seconds), "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused_with_its_reason() {
        for (text, expected) in [
            ("", DurationError::Empty),
            ("45", DurationError::Unit("45".to_owned())),
            ("m", DurationError::Number("m".to_owned())),
            ("5x", DurationError::UnknownUnit("x".to_owned())),
            ("30m1h", DurationError::Order),
            ("1m1m", DurationError::Order),
            ("0s", DurationError::Zero),
            ("9999h", DurationError::TooLong),
            ("99999999999999999999s", DurationError::TooLong),
            ("-5m", DurationError::Number("-5m".to_owned())),
            ("1.5h", DurationError::Unit("1".to_owned())),
        ] {
            assert_eq!(read(text), Err(expected), "{text}");
        }
    }
}
