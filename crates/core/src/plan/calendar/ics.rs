//! Holidays out of an iCalendar file: its events that last whole days.
//!
//! **Invariant:** what is not understood is told, never left out in silence: a holiday that is missing moves deadlines.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;

use crate::limits::cut;

/// Nobody is closed for longer; a slip in the year would close for ever.
pub(crate) const EVENT_DAYS_MAX: usize = 100;
/// Characters of a line that a complaint repeats.
const SHOWN_CHARS_MAX: usize = 60;

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Holidays {
    pub(crate) days: BTreeMap<Date, String>,
    /// Events with a time of day: meetings, not holidays.
    pub(crate) timed: usize,
}

/// An event that is being read.
#[derive(Default)]
struct Event {
    start: Option<Moment>,
    end: Option<Moment>,
    days: Option<usize>,
    /// The line that says that it repeats.
    repeats: Option<String>,
    summary: String,
    is_cancelled: bool,
}

#[derive(Clone, Copy)]
enum Moment {
    Day(Date),
    Time,
}

/// Reads a file; `unnamed` is what a holiday without a summary is called. The complaint names the line.
pub(crate) fn holidays(bytes: &[u8], unnamed: &str) -> Result<Holidays, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    let mut holidays = Holidays::default();
    let mut event: Option<Event> = None;
    let lines = unfolded(text.trim_start_matches('\u{feff}'));
    match lines.first() {
        Some((_, line)) if line.trim().eq_ignore_ascii_case("BEGIN:VCALENDAR") => {}
        Some(_) | None => return Err("it does not begin with BEGIN:VCALENDAR".to_owned()),
    }
    for (number, line) in lines {
        let wrong = |why: &str| format!("line {number}: {why}: {}", cut(&line, SHOWN_CHARS_MAX));
        let Some((name, value)) = line.split_once(':') else {
            if line.trim().is_empty() {
                continue;
            }
            return Err(wrong("this is no line of iCalendar"));
        };
        let name = name.split(';').next().unwrap_or_default().to_ascii_uppercase();
        let value = value.trim();
        match (name.as_str(), &mut event) {
            ("BEGIN", None) if value.eq_ignore_ascii_case("VEVENT") => {
                event = Some(Event::default());
            }
            ("END", Some(_)) if value.eq_ignore_ascii_case("VEVENT") => {
                let ended = event.take().unwrap_or_default();
                ended.enter(&mut holidays, unnamed, |why| wrong(why))?;
            }
            ("DTSTART", Some(it)) => it.start = Some(moment(value).ok_or_else(|| wrong(NO_DAY))?),
            ("DTEND", Some(it)) => it.end = Some(moment(value).ok_or_else(|| wrong(NO_DAY))?),
            ("DURATION", Some(it)) if value.contains('T') => it.end = Some(Moment::Time),
            ("DURATION", Some(it)) => {
                it.days = Some(days_of(value).ok_or_else(|| wrong("this is no duration"))?);
            }
            ("SUMMARY", Some(it)) => it.summary = unescaped(value),
            ("STATUS", Some(it)) => it.is_cancelled = value.eq_ignore_ascii_case("CANCELLED"),
            ("RRULE" | "RDATE", Some(it)) => {
                it.repeats = Some(wrong(
                    "a holiday that repeats is not read; write each day as an event of its own",
                ));
            }
            _ => {}
        }
    }
    match event {
        Some(_) => Err("its last event has no END:VEVENT".to_owned()),
        None => Ok(holidays),
    }
}

const NO_DAY: &str = "this is no day of the calendar";

impl Event {
    /// Adds its days to those that are known.
    fn enter(
        self,
        holidays: &mut Holidays,
        unnamed: &str,
        wrong: impl Fn(&str) -> String,
    ) -> Result<(), String> {
        if self.is_cancelled {
            return Ok(());
        }
        let first = match self.start {
            None => return Err(wrong("the event that ends here has no DTSTART")),
            Some(Moment::Time) => {
                holidays.timed += 1;
                return Ok(());
            }
            Some(Moment::Day(it)) => it,
        };
        let count = match (self.end, self.days) {
            (Some(Moment::Day(end)), _) => {
                // The end is the day after the last.
                usize::try_from(first.duration_until(end).as_hours() / 24).unwrap_or_default()
            }
            (Some(Moment::Time), _) => {
                holidays.timed += 1;
                return Ok(());
            }
            (None, Some(days)) => days,
            (None, None) => 1,
        };
        if let Some(why) = self.repeats {
            return Err(why);
        }
        if count > EVENT_DAYS_MAX {
            let why = format!("the event that ends here is longer than {EVENT_DAYS_MAX} days");
            return Err(wrong(&why));
        }
        let name = if self.summary.is_empty() { unnamed } else { &self.summary };
        for day in first.series(1.day()).take(count.max(1)) {
            holidays.days.insert(day, name.to_owned());
        }
        Ok(())
    }
}

/// Lines with their numbers; one that begins with a blank goes on the one before.
fn unfolded(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some((_, before))) => before.push_str(rest),
            (Some(_), None) | (None, _) => lines.push((index + 1, line.to_owned())),
        }
    }
    lines
}

/// `20261229`, or a time. Midnight stands for the day: some programs write whole days so.
fn moment(value: &str) -> Option<Moment> {
    let (day, time) = value.split_once('T').unwrap_or((value, "000000"));
    let digits =
        |it: &str| it.parse::<i16>().ok().filter(|_| it.bytes().all(|it| it.is_ascii_digit()));
    let (year, month_day) = day.split_at_checked(4)?;
    let (month, day) = month_day.split_at_checked(2)?;
    let day = Some(day).filter(|it| it.len() == 2)?;
    let small = |it: &str| digits(it).and_then(|it| i8::try_from(it).ok());
    let date = Date::new(digits(year)?, small(month)?, small(day)?).ok()?;
    match time {
        "000000" => Some(Moment::Day(date)),
        // A moment of UTC is midnight somewhere else.
        _ => Some(Moment::Time),
    }
}

/// `P1D` or `P2W`.
fn days_of(value: &str) -> Option<usize> {
    let rest = value.strip_prefix('P')?;
    let (number, each) = match (rest.strip_suffix('D'), rest.strip_suffix('W')) {
        (Some(it), _) => (it, 1),
        (None, Some(it)) => (it, 7),
        (None, None) => return None,
    };
    number.parse::<usize>().ok()?.checked_mul(each)
}

fn unescaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut signs = value.chars();
    while let Some(it) = signs.next() {
        match it {
            '\\' => match signs.next() {
                Some('n' | 'N') => text.push(' '),
                Some(it) => text.push(it),
                None => {}
            },
            it if it.is_control() => text.push(' '),
            it => text.push(it),
        }
    }
    text.trim().to_owned()
}
