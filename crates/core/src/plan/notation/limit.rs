//! Limits: `15m`, `30分以内`, `at once`, `1 business day`, `4営業時間`, `every 30m`.

use jiff::SignedDuration;

use crate::plan::finding::Complaint;
use crate::plan::width::plain;
use crate::plan::{Clock, Limit, duration};

/// A year has fewer.
const BUSINESS_MAX: u32 = 366;
/// Stakeholders are not told more often than this.
const UPDATE_MIN: SignedDuration = SignedDuration::from_mins(1);

/// Reads the limit of a clock.
pub(crate) fn limit(text: &str, clock: Clock) -> Result<Limit, Complaint> {
    let plain = plain(text);
    let words = plain.strip_suffix("以内").unwrap_or(&plain);
    let words = words.strip_prefix("within ").unwrap_or(words).trim();
    let (words, repeats) = without_every(words);
    match clock {
        Clock::Update => return update(text, words),
        Clock::Acknowledge
        | Clock::Respond
        | Clock::Escalate
        | Clock::Resolve
        | Clock::Report
        | Clock::Review => {}
    }
    if repeats == Repeats::Yes {
        let complaint = Complaint::new(format!("\"{text}\" repeats, and this target does not"));
        return Err(complaint.hint("only \"update\" takes every …"));
    }
    if matches!(words, "at once" | "immediately" | "即座" | "即時" | "すぐ" | "直ちに") {
        return Ok(Limit::Within(SignedDuration::ZERO));
    }
    // `即座（5分以内）`: the number is what can be kept.
    let at_once = ["at once", "即座", "即時"].iter().find_map(|it| words.strip_prefix(it));
    if let Some(inside) = at_once.and_then(|it| it.trim().strip_prefix('(')?.strip_suffix(')')) {
        return limit(inside, clock).map_err(|_| not_a_limit(text));
    }
    if let Some(limit) = business(words) {
        return limit;
    }
    match duration::parse(words) {
        Ok(it) if it.is_zero() => {
            Err(Complaint::new(format!("\"{text}\" is no time")).hint("write \"at once\""))
        }
        Ok(it) => Ok(Limit::Within(it)),
        Err(_) => Err(not_a_limit(text)),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Repeats {
    Yes,
    No,
}

/// The words without `every` or `ごと`.
fn without_every(words: &str) -> (&str, Repeats) {
    let prefix = words.strip_prefix("every ");
    let suffix = || ["ごと", "毎", "おき"].iter().find_map(|it| words.strip_suffix(it));
    match prefix.or_else(suffix) {
        Some(it) => (it.trim(), Repeats::Yes),
        None => (words, Repeats::No),
    }
}

fn update(text: &str, words: &str) -> Result<Limit, Complaint> {
    match duration::parse(words) {
        Ok(it) if it >= UPDATE_MIN => Ok(Limit::Within(it)),
        Ok(_) => Err(Complaint::new(format!("\"{text}\" is more often than every minute"))),
        Err(_) => {
            let complaint = Complaint::new(format!("\"{text}\" does not say how often"));
            Err(complaint.hint("write every 30m or 30分ごと"))
        }
    }
}

/// `None` when the words are not about business time.
fn business(words: &str) -> Option<Result<Limit, Complaint>> {
    if matches!(words, "next business day" | "翌営業日") {
        return Some(Ok(Limit::BusinessDays(1)));
    }
    let days = ["business days", "business day", "営業日"];
    let hours = ["business hours", "business hour", "営業時間"];
    let before = |units: &[&str]| {
        let number = units.iter().find_map(|it| words.strip_suffix(it))?;
        Some(number.trim().to_owned())
    };
    if let Some(number) = before(&days) {
        return Some(count(&number).map(Limit::BusinessDays));
    }
    let number = before(&hours)?;
    let lasting = |it| Limit::BusinessHours(SignedDuration::from_hours(i64::from(it)));
    Some(count(&number).map(lasting))
}

fn count(number: &str) -> Result<u32, Complaint> {
    match number.parse::<u32>() {
        Ok(it) if (1..=BUSINESS_MAX).contains(&it) => Ok(it),
        Ok(_) | Err(_) => {
            let complaint =
                Complaint::new(format!("\"{number}\" is not a number from 1 to {BUSINESS_MAX}"));
            Err(complaint.hint("write 1 business day or 4 business hours"))
        }
    }
}

fn not_a_limit(text: &str) -> Complaint {
    Complaint::new(format!("\"{text}\" is not a limit"))
        .hint("write 15m, 2h, at once, 1 business day or 4 business hours")
}
