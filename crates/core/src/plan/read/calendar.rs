//! `calendar`: when business is done.

use jiff::civil::Date;

use crate::plan::calendar::{Calendar, Hours, OnHolidays, Window, ics};
use crate::plan::finding::Complaint;
use crate::plan::guess;
use crate::plan::load::HOLIDAY_DIRECTORY;
use crate::plan::notation::{holiday, window};
use crate::plan::read::Reader;
use crate::plan::read::field::Fields;
use crate::plan::yaml::{Node, Value};

pub(super) const KEYS: &[&str] = &["business_hours", "holidays"];
const HOLIDAY_KEYS: &[&str] = &["date", "name"];
/// The team's own days; ten years of them are fewer.
const DAYS_MAX: usize = 2_000;

pub(super) fn read(reader: &mut Reader<'_>, top: &Fields<'_>) -> Calendar {
    let mut calendar = Calendar::default();
    let at = top.place("calendar");
    let Some(node) = top.get("calendar") else {
        return calendar;
    };
    let Some(fields) = reader.fields(node, "the calendar", &at, KEYS) else {
        return calendar;
    };
    if let Some(node) = fields.get("business_hours") {
        calendar.business = business(reader, node);
    }
    if let Some(node) = fields.get("holidays") {
        for item in reader.items(node, "\"holidays\"") {
            holiday_item(reader, item, &mut calendar);
        }
        if calendar.days.len() > DAYS_MAX {
            reader.findings.error(&node.span, format!("more than {DAYS_MAX} holidays"));
        }
    }
    calendar
}

/// A file of holidays that the calendar does not name has no effect, which nobody expects.
pub(super) fn warn_of_unused(reader: &mut Reader<'_>, top: &Fields<'_>) {
    let unused: Vec<&String> =
        reader.calendars.keys().filter(|it| !reader.calendars_used.contains(*it)).collect();
    for path in unused {
        let complaint = Complaint::new(format!("{path} is not used"));
        let hint = format!("name it: calendar: {{ holidays: [{path}] }}");
        reader.findings.warning(&top.place("calendar"), complaint.hint(hint));
    }
}

fn business(reader: &mut Reader<'_>, node: &Node) -> Vec<Window> {
    match hours(reader, node, "\"business_hours\"") {
        Some(Hours::Windows { windows, .. }) => windows,
        Some(Hours::Always) | None => Vec::new(),
        Some(Hours::EmergencyOnly) => {
            let complaint = Complaint::new("no business is done in emergencies only");
            reader.findings.error(&node.span, complaint.hint("write mon-fri 09:00-18:00"));
            Vec::new()
        }
    }
}

fn holiday_item(reader: &mut Reader<'_>, node: &Node, calendar: &mut Calendar) {
    if let Value::Map(_) = node.value {
        let Some(fields) = reader.fields(node, "a holiday", &node.span, HOLIDAY_KEYS) else {
            return;
        };
        let date = reader.need(&fields, "date").and_then(|it| days(reader, it, calendar));
        let name = reader.need(&fields, "name").and_then(|it| reader.words(it, "\"name\""));
        if let (Some(dates), Some(name)) = (date, name) {
            calendar.days.extend(dates.into_iter().map(|it| (it, name.clone())));
        }
    } else if let Some(dates) = days(reader, node, calendar) {
        let name = reader.language.pick("休業日", "closed");
        calendar.days.extend(dates.into_iter().map(|it| (it, name.to_owned())));
    }
}

/// The days of an item; a set and a file of holidays go into the calendar at once and have none.
fn days(reader: &mut Reader<'_>, node: &Node, calendar: &mut Calendar) -> Option<Vec<Date>> {
    match reader.parsed(node, "a holiday", holiday::item)? {
        holiday::Item::Days(days) => Some(days),
        holiday::Item::Set(set) => {
            if !calendar.sets.contains(&set) {
                calendar.sets.push(set);
            }
            None
        }
        holiday::Item::File(path) => {
            file(reader, node, &path, calendar);
            None
        }
    }
}

/// Takes the whole days of an iCalendar file of the plan. A file that is not understood refuses the plan.
fn file(reader: &mut Reader<'_>, node: &Node, path: &str, calendar: &mut Calendar) {
    let Some(bytes) = reader.calendars.get(path) else {
        let inside = format!("{HOLIDAY_DIRECTORY}{path}");
        let meant = if reader.calendars.contains_key(&inside) {
            Some(inside)
        } else {
            guess::closest(path, reader.calendars.keys().map(String::as_str)).map(str::to_owned)
        };
        let hint = match meant {
            Some(it) => format!("did you mean \"{it}\"?"),
            None => format!("put the file into {HOLIDAY_DIRECTORY} of the plan"),
        };
        let complaint = Complaint::new(format!("there is no file \"{path}\"")).hint(hint);
        return reader.findings.error(&node.span, complaint);
    };
    reader.calendars_used.insert(path.to_owned());
    match ics::holidays(bytes, reader.language.pick("休業日", "closed")) {
        Err(why) => {
            reader.findings.error(&node.span, format!("{path} cannot be read: {why}"));
        }
        Ok(found) => {
            if found.timed > 0 {
                let message = format!(
                    "what has a time of day in {path} is no holiday ({} left out)",
                    found.timed
                );
                reader.findings.warning(&node.span, message);
            }
            if found.days.is_empty() {
                reader.findings.warning(&node.span, format!("{path} holds no holiday"));
            }
            calendar.days.extend(found.days);
        }
    }
}

/// Hours, and the text that they were written as, for people.
pub(super) fn hours_as_written(
    reader: &mut Reader<'_>,
    node: &Node,
    what: &str,
) -> Option<(Hours, String)> {
    let hours = hours(reader, node, what)?;
    let items = reader.items(node, what);
    let texts: Vec<&str> = items.iter().filter_map(Node::as_text).map(str::trim).collect();
    Some((hours, texts.join(", ")))
}

/// Hours in one text, or in several of a list. Holidays are on when any of them says so.
pub(super) fn hours(reader: &mut Reader<'_>, node: &Node, what: &str) -> Option<Hours> {
    let items = reader.items(node, what);
    if let [one] = items {
        return reader.parsed(one, what, window::hours);
    }
    let (mut windows, mut holidays) = (Vec::new(), OnHolidays::Off);
    for item in items {
        match reader.parsed(item, what, window::hours)? {
            Hours::Windows { windows: more, holidays: OnHolidays::Off } => windows.extend(more),
            Hours::Windows { windows: more, holidays: OnHolidays::On } => {
                windows.extend(more);
                holidays = OnHolidays::On;
            }
            Hours::Always | Hours::EmergencyOnly => {
                reader.findings.error(&item.span, "this stands alone, not in a list of windows");
                return None;
            }
        }
    }
    if let (Value::List(_), []) = (&node.value, items) {
        reader.findings.error(&node.span, format!("{what} is empty"));
        return None;
    }
    Some(Hours::Windows { windows, holidays }).filter(|_| !items.is_empty())
}
