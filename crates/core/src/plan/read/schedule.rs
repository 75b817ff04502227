//! `schedules`: rotations.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time, Weekday, time};
use jiff::tz::TimeZone;

use crate::plan::calendar::Hours;
use crate::plan::finding::Complaint;
use crate::plan::notation::handoff;
use crate::plan::read::Reader;
use crate::plan::read::calendar::hours;
use crate::plan::read::field::Fields;
use crate::plan::read::group::{ambiguous, is_empty};
use crate::plan::read::name::Kind;
use crate::plan::yaml::{Entry, Node};
use crate::plan::{Layer, Override, Person, Rotate, Schedule};

pub(super) const KEYS: &[&str] = &["rotate", "handoff", "people", "from", "layers", "overrides"];
pub(super) const LAYER_KEYS: &[&str] = &["hours", "rotate", "handoff", "people", "from"];
/// Layers of one schedule.
const LAYERS_MAX: usize = 20;
pub(super) const OVERRIDE_KEYS: &[&str] = &["from", "to", "person"];
/// Overrides of one schedule; old ones may be removed.
const OVERRIDES_MAX: usize = 500;
/// Where a plan does not say when a turn ends: people are awake then.
const HANDOFF: (Weekday, Time) = (Weekday::Monday, time(9, 0, 0, 0));

pub(super) fn read(
    reader: &mut Reader<'_>,
    top: &Fields<'_>,
    people: &BTreeMap<String, Person>,
    zone: &TimeZone,
) -> BTreeMap<String, Schedule> {
    let mut schedules = BTreeMap::new();
    for entry in reader.named(top, "schedules") {
        check_meaning(reader, entry);
        if let Some(schedule) = schedule(reader, entry, zone) {
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
    for id in schedule.everybody().into_iter().filter(is_absent) {
        let message = format!("\"{id}\" is there for emergencies only and is never found on duty");
        let complaint =
            Complaint::new(message).hint("name them in a level of the escalation instead");
        reader.findings.warning(&entry.key_span, complaint);
    }
}

fn schedule(reader: &mut Reader<'_>, entry: &Entry, zone: &TimeZone) -> Option<Schedule> {
    let what = format!("the schedule \"{}\"", entry.key);
    let fields = reader.fields(&entry.value, &what, &entry.key_span, KEYS)?;
    let rotation = rotation(reader, &fields, &what, &entry.key);
    let layers = layers(reader, &fields, &entry.key);
    let overrides = overrides(reader, &fields, zone);
    Some(Schedule { layers, overrides, ..rotation? })
}

/// Whose turn follows whose, and when; without layers and overrides.
fn rotation(
    reader: &mut Reader<'_>,
    fields: &Fields<'_>,
    what: &str,
    name: &str,
) -> Option<Schedule> {
    let rotate = match reader.need(fields, "rotate") {
        Some(node) => reader.parsed(node, "\"rotate\"", handoff::rotate),
        None => None,
    };
    let people = reader.need(fields, "people");
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
    Some(Schedule {
        name: name.to_owned(),
        rotate,
        handoff_day,
        handoff_time,
        people: ids,
        from,
        layers: Vec::new(),
        overrides: Vec::new(),
    })
}

fn layers(reader: &mut Reader<'_>, fields: &Fields<'_>, name: &str) -> Vec<Layer> {
    let Some(node) = fields.get("layers") else { return Vec::new() };
    let items = reader.items(node, "\"layers\"");
    if items.len() > LAYERS_MAX {
        reader.findings.error(&node.span, format!("more than {LAYERS_MAX} layers"));
    }
    items.iter().take(LAYERS_MAX).filter_map(|it| layer(reader, it, name)).collect()
}

fn layer(reader: &mut Reader<'_>, node: &Node, name: &str) -> Option<Layer> {
    let fields = reader.fields(node, "a layer", &node.span, LAYER_KEYS)?;
    let place = reader.need(&fields, "hours");
    let hours = place.and_then(|it| hours(reader, it, "\"hours\""));
    let rotation = rotation(reader, &fields, "the layer", name);
    let (hours, rotation) = (hours?, rotation?);
    if hours == Hours::EmergencyOnly {
        let complaint = Complaint::new("a layer holds at certain hours");
        let span = place.map_or_else(|| node.span.clone(), |it| it.span.clone());
        reader.findings.error(&span, complaint.hint("write mon-sun 22:00-06:00"));
        return None;
    }
    Some(Layer { hours, rotation })
}

fn overrides(reader: &mut Reader<'_>, fields: &Fields<'_>, zone: &TimeZone) -> Vec<Override> {
    let Some(node) = fields.get("overrides") else { return Vec::new() };
    let items = reader.items(node, "\"overrides\"");
    if items.len() > OVERRIDES_MAX {
        reader.findings.error(&node.span, format!("more than {OVERRIDES_MAX} overrides"));
    }
    let items = items.iter().take(OVERRIDES_MAX);
    items.filter_map(|it| one_override(reader, it, zone)).collect()
}

fn one_override(reader: &mut Reader<'_>, node: &Node, zone: &TimeZone) -> Option<Override> {
    let fields = reader.fields(node, "an override", &node.span, OVERRIDE_KEYS)?;
    let moment = |it: &str| handoff::moment(it, zone);
    let from = reader.need(&fields, "from").and_then(|it| reader.parsed(it, "\"from\"", moment));
    let to = reader.need(&fields, "to").and_then(|it| reader.parsed(it, "\"to\"", moment));
    let person = reader.need(&fields, "person").and_then(|it| reader.refer(Kind::Person, it));
    let (from, to, person) = (from?, to?, person?);
    if to <= from {
        let complaint = Complaint::new("the override ends before it begins");
        reader.findings.error(&fields.place("to"), complaint.hint("\"to\" is not inclusive"));
        return None;
    }
    Some(Override { from, to, person })
}
