//! Windows: `mon-fri 09:00-18:00, sat 10:00-12:00`, `平日9-18時`, `24/7`, `緊急時のみ`.
//!
//! A time without days holds on the days named before it, else every day: `平日 9-12時、13-18時` is the same days twice.

use jiff::civil::Weekday;

use crate::plan::calendar::window::WEEK;
use crate::plan::calendar::{Hours, OnHolidays, Window};
use crate::plan::finding::Complaint;
use crate::plan::notation::clockface::{DAY_MINUTES, day, day_group, minutes, time_of};
use crate::plan::width::plain;

/// Windows that one text may name; a week has room for no more that make sense.
const WINDOWS_MAX: usize = 50;

/// Words about holidays; longer ones first.
const HOLIDAY_WORDS: [(&str, OnHolidays); 12] = [
    ("祝日を除く", OnHolidays::Off),
    ("祝日除く", OnHolidays::Off),
    ("祝日以外", OnHolidays::Off),
    ("except holidays", OnHolidays::Off),
    ("祝日を含む", OnHolidays::On),
    ("祝日含む", OnHolidays::On),
    ("祝日も", OnHolidays::On),
    ("including holidays", OnHolidays::On),
    ("and holidays", OnHolidays::On),
    ("holidays", OnHolidays::On),
    ("祝日", OnHolidays::On),
    ("祝", OnHolidays::On),
];

/// Reads hours.
pub(crate) fn hours(text: &str) -> Result<Hours, Complaint> {
    let plain = plain(text);
    match plain.as_str() {
        "always" | "24/7" | "24h" | "24時間" | "24時間365日" | "24時間対応" | "常時"
        | "いつでも" | "round the clock" => return Ok(Hours::Always),
        "emergency only" | "emergencies only" | "緊急時のみ" | "緊急のみ" => {
            return Ok(Hours::EmergencyOnly);
        }
        _ => {}
    }
    let mut reading = Reading { days: None, windows: Vec::new(), holidays: OnHolidays::Off };
    let mut rest = separators(&plain);
    while !rest.is_empty() {
        rest = reading.next(rest).ok_or_else(|| not_a_window(text, rest))?;
        rest = separators(rest);
        if reading.windows.len() > WINDOWS_MAX {
            return Err(Complaint::new(format!("more than {WINDOWS_MAX} windows in one text")));
        }
    }
    if reading.windows.is_empty() {
        return Err(not_a_window(text, ""));
    }
    Ok(Hours::Windows { windows: reading.windows, holidays: reading.holidays })
}

/// What was understood so far.
struct Reading {
    /// The days named last.
    days: Option<Vec<Weekday>>,
    windows: Vec<Window>,
    holidays: OnHolidays,
}

impl Reading {
    /// Reads one word about holidays, or one window, and gives what follows.
    fn next<'t>(&mut self, text: &'t str) -> Option<&'t str> {
        if let Some(rest) = self.holiday_word(text) {
            return Some(rest);
        }
        let mut rest = text;
        if let Some((days, after)) = days(text) {
            self.days = Some(days);
            rest = after.trim_start_matches(['の', ' ', ',', '(', ')']);
            if let Some(after) = self.holiday_word(rest) {
                rest = separators(after);
            }
        }
        let days = self.days.clone().unwrap_or_else(|| WEEK.to_vec());
        let (start, end, rest) = times(rest)?;
        self.windows.push(Window { days, start: time_of(start), end: time_of(end) });
        Some(rest)
    }

    fn holiday_word<'t>(&mut self, text: &'t str) -> Option<&'t str> {
        let mut words = HOLIDAY_WORDS.iter();
        let (rest, it) = words.find_map(|(word, it)| Some((text.strip_prefix(word)?, *it)))?;
        self.holidays = it;
        Some(rest)
    }
}

/// Days in a row: `mon-fri`, `月水金`, `sat,sun`, `平日`.
fn days(text: &str) -> Option<(Vec<Weekday>, &str)> {
    let (mut days, mut rest) = some_days(text)?;
    loop {
        let next = rest.trim_start_matches([' ', ',', '、', '・', '/', '&', 'と']);
        let next = next.strip_prefix("and ").unwrap_or(next);
        match some_days(next) {
            Some((more, after)) => {
                days.extend(more.into_iter().filter(|it| !days.contains(it)).collect::<Vec<_>>());
                rest = after;
            }
            None => return Some((days, rest)),
        }
    }
}

/// A word for several days, a day, or a range of days that may go over the weekend.
fn some_days(text: &str) -> Option<(Vec<Weekday>, &str)> {
    if let Some((days, rest)) = day_group(text) {
        return Some((days.to_vec(), rest));
    }
    let (first, rest) = day(text)?;
    let range = dash(rest).and_then(day);
    let Some((last, rest)) = range else {
        return Some((vec![first], rest));
    };
    let begin = WEEK.iter().cycle().skip_while(|it| **it != first);
    let count = usize::try_from(last.since(first)).unwrap_or_default() + 1;
    Some((begin.take(count).copied().collect(), rest))
}

/// From and to in minutes after midnight, and what follows.
fn times(text: &str) -> Option<(u32, u32, &str)> {
    for word in ["24時間", "24h", "終日", "all day"] {
        if let Some(rest) = text.strip_prefix(word) {
            return Some((0, DAY_MINUTES, rest));
        }
    }
    let (start, rest) = minutes(text)?;
    let (end, rest) = minutes(dash(rest)?)?;
    let rest = rest.strip_prefix("まで").unwrap_or(rest);
    // `22:00-06:00` wraps midnight by itself, `18:00-26:00` says so; neither lasts longer than a day.
    let lasts_a_day_at_most = end <= start + DAY_MINUTES && start < DAY_MINUTES;
    lasts_a_day_at_most.then_some((start, end, rest))
}

/// What follows a dash, or a word for it.
fn dash(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let rest = text.strip_prefix('-').or_else(|| text.strip_prefix("から"));
    rest.or_else(|| text.strip_prefix("to ")).map(str::trim_start)
}

fn separators(text: &str) -> &str {
    text.trim_start_matches([' ', ',', '、', ';', '・', '(', ')', '\n'])
}

fn not_a_window(text: &str, rest: &str) -> Complaint {
    let message = if rest.is_empty() || rest.trim() == plain(text) {
        format!("\"{text}\" is not a window")
    } else {
        format!("cannot read \"{rest}\" in the window \"{text}\"")
    };
    Complaint::new(message).hint("write mon-fri 09:00-18:00, 平日9-18時, always or emergency only")
}
