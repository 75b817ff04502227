//! `schedules`: rotations.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time, Weekday, time};

use crate::plan::calendar::Hours;
use crate::plan::finding::Complaint;
use crate::plan::notation::handoff;
use crate::plan::read::Reader;
use crate::plan::read::field::Fields;
use crate::plan::read::group::{ambiguous, is_empty};
use crate::plan::read::name::Kind;
use crate::plan::yaml::Entry;
use crate::plan::{Person, Rotate, Schedule};

const KEYS: &[&str] = &["rotate", "handoff", "people", "from"];
/// Where a plan does not say when a turn ends: people are awake then.
const HANDOFF: (Weekday, Time) = (Weekday::Monday, time(9, 0, 0, 0));

pub(super) fn read(
    reader: &mut Reader<'_>,
    top: &Fields<'_>,
    people: &BTreeMap<String, Person>,
) -> BTreeMap<String, Schedule> {
    let mut schedules = BTreeMap::new();
    for entry in reader.named(top, "schedules") {
        check_meaning(reader, entry);
        if let Some(schedule) = schedule(reader, entry) {
            warn_of_absent(reader, entry, &schedule, people);
            schedules.insert(entry.key.clone(), schedule);
        }
    }
    schedules
}

fn check_meaning(reader: &mut Reader<'_>, entry: &Entry) {
    for (kind, kinds) in
        [(Kind::Person, "a person and a schedule"), (Kind::Group, "a group and a schedule")]
    {
        if reader.names.declares(kind, &entry.key) {
            ambiguous(reader, &entry.key, &entry.key_span, kinds);
        }
    }
}

/// Who is there for emergencies only is never found on duty, so their turns are holes.
fn warn_of_absent(
    reader: &mut Reader<'_>,
    entry: &Entry,
    schedule: &Schedule,
    people: &BTreeMap<String, Person>,
) {
    let is_absent =
        |id: &&String| people.get(*id).is_some_and(|it| it.hours == Hours::EmergencyOnly);
    for id in schedule.people.iter().filter(is_absent) {
        let message = format!("\"{id}\" is there for emergencies only and is never found on duty");
        let complaint =
            Complaint::new(message).hint("name them in a level of the escalation instead");
        reader.findings.warning(&entry.key_span, complaint);
    }
}

fn schedule(reader: &mut Reader<'_>, entry: &Entry) -> Option<Schedule> {
    let what = format!("the schedule \"{}\"", entry.key);
    let fields = reader.fields(&entry.value, &what, &entry.key_span, KEYS)?;
    let rotate = match reader.need(&fields, "rotate") {
        Some(node) => reader.parsed(node, "\"rotate\"", handoff::rotate),
        None => None,
    };
    let people = reader.need(&fields, "people");
    let ids =
        people.map(|it| reader.refer_each(Kind::Person, it, "\"people\"")).unwrap_or_default();
    if let Some(node) = people.filter(|it| is_empty(it)) {
        reader.findings.error(&node.span, format!("{what} has nobody in it"));
    }
    let from: Option<Date> =
        fields.get("from").and_then(|it| reader.parsed(it, "\"from\"", handoff::date));
    // Without a rotation nobody can tell whether a handoff is written well.
    let rotate: Rotate = rotate?;
    let (handoff_day, handoff_time) = match fields.get("handoff") {
        Some(node) => reader.parsed(node, "\"handoff\"", |it| handoff::handoff(it, rotate))?,
        None => HANDOFF,
    };
    let name = entry.key.clone();
    Some(Schedule { name, rotate, handoff_day, handoff_time, people: ids, from })
}
