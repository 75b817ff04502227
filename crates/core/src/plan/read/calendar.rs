//! `calendar`: when business is done.

use jiff::civil::Date;

use crate::plan::calendar::{Calendar, Hours, OnHolidays, Window};
use crate::plan::finding::Complaint;
use crate::plan::notation::{holiday, window};
use crate::plan::read::Reader;
use crate::plan::read::field::Fields;
use crate::plan::yaml::{Node, Value};

const KEYS: &[&str] = &["business_hours", "holidays"];
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

/// The days of an item; a set of holidays goes into the calendar at once and has none.
fn days(reader: &mut Reader<'_>, node: &Node, calendar: &mut Calendar) -> Option<Vec<Date>> {
    match reader.parsed(node, "a holiday", holiday::item)? {
        holiday::Item::Days(days) => Some(days),
        holiday::Item::Set(set) => {
            if !calendar.sets.contains(&set) {
                calendar.sets.push(set);
            }
            None
        }
    }
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
