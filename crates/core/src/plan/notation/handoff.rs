//! How long a turn of a rotation lasts, and when it ends: `weekly`, `every 3 days`, `mon 09:00`, `月曜 9時`, `09:00`.

use jiff::civil::{Date, Time, Weekday};

use crate::plan::Rotate;
use crate::plan::calendar::instant;
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
        (Rotate::Weeks(_), Some(day), Some((time, _))) => Ok((day, time_of(time))),
        (Rotate::Days(_), None, Some((time, _))) => Ok((Weekday::Monday, time_of(time))),
        (Rotate::Weeks(_), _, _) => {
            Err(Complaint::new(format!("\"{text}\" is not a day and a time"))
                .hint("a weekly handoff is written mon 09:00 or 月曜 9時"))
        }
        (Rotate::Days(_), _, _) => Err(Complaint::new(format!("\"{text}\" is not a time of day"))
            .hint("a daily handoff is written 09:00 or 9時")),
    }
}

/// A turn lasts no longer than a year.
const TURN_DAYS_MAX: u16 = 366;

/// `weekly`, `daily`, `every 3 days`, `2 weeks`, `2週間ごと`.
pub(crate) fn rotate(text: &str) -> Result<Rotate, Complaint> {
    let plain = plain(text);
    match plain.as_str() {
        "weekly" | "毎週" | "週次" => return Ok(Rotate::Weeks(1)),
        "daily" | "毎日" | "日次" => return Ok(Rotate::Days(1)),
        "biweekly" | "隔週" => return Ok(Rotate::Weeks(2)),
        _ => {}
    }
    let words = plain.strip_prefix("every ").unwrap_or(&plain);
    let words =
        ["ごと", "毎", "交代"].iter().find_map(|it| words.strip_suffix(it)).unwrap_or(words);
    let units = [
        ("days", 1),
        ("day", 1),
        ("日間", 1),
        ("日", 1),
        ("weeks", 7),
        ("week", 7),
        ("週間", 7),
        ("週", 7),
    ];
    let found = units.iter().find_map(|(unit, days)| {
        let number: u16 = words.strip_suffix(unit)?.trim().parse().ok()?;
        let fits = number > 0 && number <= TURN_DAYS_MAX / days;
        fits.then_some(if *days == 7 { Rotate::Weeks(number) } else { Rotate::Days(number) })
    });
    found.ok_or_else(|| {
        let complaint = Complaint::new(format!("\"{text}\" is not a rotation"));
        complaint.hint("write weekly, daily, every 3 days or every 2 weeks")
    })
}

/// `2026-12-24 09:00`, `2026-12-24`: the beginning of that day where there is no time.
pub(crate) fn moment(text: &str, zone: &jiff::tz::TimeZone) -> Result<jiff::Timestamp, Complaint> {
    let half = half_width(text);
    let (day, rest) = half.trim().split_once([' ', 'T']).unwrap_or((half.trim(), "0:00"));
    let day = date(day)?;
    let time = minutes(rest.trim()).filter(|(it, rest)| *it <= DAY_MINUTES && rest.is_empty());
    let wrong = || {
        Complaint::new(format!("\"{text}\" is not a day and a time")).hint("write 2026-12-24 09:00")
    };
    let (time, _) = time.ok_or_else(wrong)?;
    let day = if time == DAY_MINUTES { day.tomorrow().map_err(|_| wrong())? } else { day };
    instant::begin(day, time_of(time), zone).ok_or_else(wrong)
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
