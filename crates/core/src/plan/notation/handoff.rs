//! When a turn of a rotation ends: `mon 09:00`, `月曜 9時`, `09:00`.

use jiff::civil::{Date, Time, Weekday};

use crate::plan::Rotate;
use crate::plan::finding::Complaint;
use crate::plan::notation::clockface::{DAY_MINUTES, day, minutes, time_of};
use crate::plan::width::{half_width, plain};

/// The handoff of a rotation. A daily one has no day; Monday is given for it and means nothing.
pub(crate) fn handoff(text: &str, rotate: Rotate) -> Result<(Weekday, Time), Complaint> {
    let plain = plain(text);
    let (named, rest) = match day(&plain) {
        Some((day, rest)) => (Some(day), rest),
        None => (None, plain.as_str()),
    };
    let rest = rest.trim_start_matches([' ', 'の']);
    let time = minutes(rest).filter(|(it, rest)| *it < DAY_MINUTES && rest.trim().is_empty());
    match (rotate, named, time) {
        (Rotate::Weekly, Some(day), Some((time, _))) => Ok((day, time_of(time))),
        (Rotate::Daily, None, Some((time, _))) => Ok((Weekday::Monday, time_of(time))),
        (Rotate::Weekly, _, _) => {
            Err(Complaint::new(format!("\"{text}\" is not a day and a time"))
                .hint("a weekly handoff is written mon 09:00 or 月曜 9時"))
        }
        (Rotate::Daily, _, _) => Err(Complaint::new(format!("\"{text}\" is not a time of day"))
            .hint("a daily handoff is written 09:00 or 9時")),
    }
}

/// `weekly` or `daily`.
pub(crate) fn rotate(text: &str) -> Result<Rotate, Complaint> {
    match plain(text).as_str() {
        "weekly" | "毎週" | "週次" => Ok(Rotate::Weekly),
        "daily" | "毎日" | "日次" => Ok(Rotate::Daily),
        _ => {
            let complaint = Complaint::new(format!("\"{text}\" is not a rotation"));
            Err(complaint.hint("write weekly or daily"))
        }
    }
}

/// `2026-01-05`.
pub(crate) fn date(text: &str) -> Result<Date, Complaint> {
    let half = half_width(text);
    let half = half.trim();
    // Only this form: a parser that also takes times and zones would take typing errors.
    let is_plain = half.len() == 10 && half.chars().all(|it| it.is_ascii_digit() || it == '-');
    half.parse().ok().filter(|_| is_plain).ok_or_else(|| {
        Complaint::new(format!("\"{text}\" is not a day of the calendar")).hint("write 2026-01-05")
    })
}
