//! Times in words: `30分以内`, `即座（5分以内）`, `1-2時間`, `1営業日`, `within 15 min`, `next business day`.

use crate::import::model::TargetKind;

use super::{fold, has_any};

/// A time that a text promises or waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::import) struct Figure {
    pub(in crate::import) kind: TargetKind,
    pub(in crate::import) seconds: Option<i64>,
    pub(in crate::import) days: Option<u32>,
    /// Where its number begins in the folded text.
    pub(in crate::import) at: usize,
}

/// Longer ones before their own beginnings.
const UNITS: [(&str, i64); 24] = [
    ("秒", 1),
    ("seconds", 1),
    ("second", 1),
    ("secs", 1),
    ("sec", 1),
    ("s", 1),
    ("分", 60),
    ("minutes", 60),
    ("minute", 60),
    ("mins", 60),
    ("min", 60),
    ("m", 60),
    ("時間", 3_600),
    ("hours", 3_600),
    ("hour", 3_600),
    ("hrs", 3_600),
    ("hr", 3_600),
    ("h", 3_600),
    ("週間", 604_800),
    ("weeks", 604_800),
    ("week", 604_800),
    ("日", 86_400),
    ("days", 86_400),
    ("day", 86_400),
];
const BUSINESS_UNITS: [&str; 6] =
    ["営業日", "business days", "business day", "working days", "working day", "bd"];
const IMMEDIATE: [&str; 9] = [
    "即時",
    "即座",
    "直ちに",
    "ただちに",
    "すぐに",
    "immediate",
    "immediately",
    "at once",
    "right away",
];
const NO_NUMBER: [&str; 15] = [
    "計画的",
    "計画対応",
    "随時",
    "必要に応じて",
    "次回リリース",
    "ベストエフォート",
    "planned",
    "as needed",
    "ongoing",
    "n/a",
    "best effort",
    "best-effort",
    "next release",
    "backlog",
    "scheduled",
];

/// The promise of a cell or of the text behind a label. `None` where it is none.
pub(in crate::import) fn promise(text: &str) -> Option<Figure> {
    let folded = fold(text);
    if let Some(it) = first(&folded) {
        return Some(it);
    }
    let words = |kind, seconds| Some(Figure { kind, seconds, days: None, at: 0 });
    if has_any(&folded, &["翌営業日", "次営業日", "next business day", "next working day"])
    {
        return Some(Figure {
            kind: TargetKind::BusinessDays,
            seconds: None,
            days: Some(1),
            at: 0,
        });
    }
    if has_any(&folded, &["当日中", "当日対応", "same day", "same business day"]) {
        return Some(Figure {
            kind: TargetKind::BusinessDays,
            seconds: None,
            days: Some(0),
            at: 0,
        });
    }
    if has_any(&folded, &IMMEDIATE) {
        return words(TargetKind::Immediate, Some(0));
    }
    if has_any(&folded, &NO_NUMBER) || folded.trim() == "-" {
        return words(TargetKind::None, None);
    }
    None
}

/// The first time in a folded text that has a number and a unit; of a range its upper end.
pub(in crate::import) fn first(folded: &str) -> Option<Figure> {
    let mut at = 0;
    while let Some(found) = folded.get(at..)?.find(|it: char| it.is_ascii_digit()) {
        let start = at + found;
        let rest = folded.get(start..)?;
        let digits =
            rest.find(|it: char| !(it.is_ascii_digit() || it == '.')).unwrap_or(rest.len());
        let (number, behind) = rest.split_at(digits);
        at = start + digits;
        // `P1`, `level2`, `v1.2` and `09:00` are no times.
        let before = folded.get(..start).and_then(|it| it.chars().next_back());
        if before
            .is_some_and(|it| it.is_ascii_alphabetic() || matches!(it, ':' | '_' | '/' | '$' | '.'))
            || behind.starts_with(':')
        {
            continue;
        }
        if let Some(figure) = with_unit(number, behind, start) {
            return Some(figure);
        }
        // `1-2時間`: the upper end has the unit.
        let upper = behind.trim_start().strip_prefix(['-', '~', '〜']).map(str::trim_start);
        if let Some(upper) = upper {
            let digits = upper.find(|it: char| !(it.is_ascii_digit() || it == '.'));
            let (number, behind) = upper.split_at(digits.unwrap_or(upper.len()));
            if let Some(figure) = with_unit(number, behind, start) {
                return Some(figure);
            }
        }
    }
    None
}

fn with_unit(number: &str, behind: &str, at: usize) -> Option<Figure> {
    let value: f64 = number.trim_end_matches('.').parse().ok()?;
    let unit = behind.trim_start_matches([' ', '\u{3000}']);
    let ends = |word: &str| {
        let rest = unit.strip_prefix(word)?;
        let goes_on = word.is_ascii() && rest.starts_with(|it: char| it.is_ascii_alphanumeric());
        (!goes_on).then_some(rest)
    };
    if BUSINESS_UNITS.iter().any(|it| ends(it).is_some()) {
        let days = number.parse().ok().filter(|it| *it <= 366)?;
        let kind = TargetKind::BusinessDays;
        return Some(Figure { kind, seconds: None, days: Some(days), at });
    }
    // A range in the unit itself, as in `30分〜1時間`: the upper end counts.
    let (rest, seconds) = UNITS.iter().find_map(|(word, seconds)| Some((ends(word)?, *seconds)))?;
    // `5件/分` is a rate, `4時` is a time of day, and `9日` with a month before it a date.
    let total = value * f64::from(i32::try_from(seconds).ok()?);
    if !(0.0..=366.0 * 86_400.0).contains(&total) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "it is at most a year of seconds")]
    let lower =
        Figure { kind: TargetKind::Duration, seconds: Some(total.round() as i64), days: None, at };
    let upper = rest.trim_start().strip_prefix(['-', '~', '〜']).and_then(|it| {
        let it = it.trim_start();
        let digits = it.find(|it: char| !(it.is_ascii_digit() || it == '.'))?;
        let (number, behind) = it.split_at(digits);
        with_unit(number, behind, at)
    });
    Some(upper.unwrap_or(lower))
}

/// The budget in a heading: `3. 問題分析（30分以内）`, `Contain (15 min)`.
pub(in crate::import) fn budget(title: &str) -> Option<i64> {
    let folded = fold(title);
    let inside = folded.rsplit_once('(')?.1;
    first(inside)?.seconds.filter(|it| *it > 0)
}

/// `90` as `90s`, `900` as `15m`, `7200` as `2h`.
pub(in crate::import) fn seconds_text(seconds: i64) -> String {
    match seconds {
        it if it > 0 && it % 3_600 == 0 => format!("{}h", it / 3_600),
        it if it > 0 && it % 60 == 0 => format!("{}m", it / 60),
        it => format!("{it}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::{TargetKind, budget, promise};

    #[test]
    fn times_are_read_in_both_languages() {
        for (text, seconds) in [
            ("30分以内", 1_800),
            ("即座（5分以内）", 300),
            ("15分以内に初動対応開始", 900),
            ("1-2時間", 7_200),
            ("within 15 min", 900),
            ("< 1 hour", 3_600),
            ("≤5m", 300),
            ("２４時間以内", 86_400),
            ("30分〜1時間", 3_600),
            ("0-15 minutes", 900),
        ] {
            assert_eq!(promise(text).and_then(|it| it.seconds), Some(seconds), "{text}");
        }
        assert_eq!(promise("即時").map(|it| it.kind), Some(TargetKind::Immediate));
        assert_eq!(promise("1営業日以内に対応開始").and_then(|it| it.days), Some(1));
        assert_eq!(promise("翌営業日").and_then(|it| it.days), Some(1));
        assert_eq!(promise("5 business days").and_then(|it| it.days), Some(5));
        assert_eq!(promise("計画的に対応").map(|it| it.kind), Some(TargetKind::None));
        assert_eq!(promise("P1 の人"), None);
        assert_eq!(promise("09:00"), None);
    }

    #[test]
    fn a_heading_says_its_budget_in_brackets() {
        assert_eq!(budget("初期対応（15分以内）"), Some(900));
        assert_eq!(budget("Contain (5 min)"), Some(300));
        assert_eq!(budget("バックアップ"), None);
    }
}
