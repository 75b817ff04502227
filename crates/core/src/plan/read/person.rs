//! `people`: who can be paged, when, and how.

use std::collections::BTreeMap;

use crate::limits::PAGE_TRIED_FOR_MAX;
use crate::plan::calendar::Hours;
use crate::plan::finding::Complaint;
use crate::plan::notation::reach::{is_placeholder, reach};
use crate::plan::read::Reader;
use crate::plan::read::calendar::hours;
use crate::plan::read::field::Fields;
use crate::plan::read::name::{CONSOLE, Kind};
use crate::plan::yaml::{Entry, Node, Value};
use crate::plan::{Person, Reach};

pub(super) const KEYS: &[&str] = &["name", "role", "hours", "reach"];
/// Ways to one person.
const WAYS_MAX: usize = 20;

pub(super) fn read(reader: &mut Reader<'_>, top: &Fields<'_>) -> BTreeMap<String, Person> {
    let entries = reader.named(top, "people");
    if !reader.names.has_people() {
        let complaint = Complaint::new("nobody can be paged: the plan has no people");
        reader.findings.unarmed(&top.place("people"), complaint.hint("add them under \"people\""));
        let reason = reader.language.pick("連絡できる人がいない", "nobody can be paged");
        reader.unarmed.push(reason.to_owned());
    }
    entries.iter().map(|it| (it.key.clone(), person(reader, it))).collect()
}

fn person(reader: &mut Reader<'_>, entry: &Entry) -> Person {
    let id = entry.key.clone();
    let mut person = Person {
        id: id.clone(),
        name: id.clone(),
        role: None,
        hours: Hours::Always,
        reach: Vec::new(),
    };
    let what = format!("the person \"{id}\"");
    let Some(fields) = reader.fields(&entry.value, what, &entry.key_span, KEYS) else {
        return person;
    };
    if let Some(name) = reader.optional_words(&fields, "name") {
        person.name = name;
    }
    person.role = reader.optional_words(&fields, "role");
    if let Some(node) = fields.get("hours") {
        person.hours = hours(reader, node, "\"hours\"").unwrap_or_default();
    }
    match fields.get("reach") {
        Some(node) => person.reach = ways(reader, node, &person),
        None => nobody_can_reach(reader, &fields, &person),
    }
    person
}

fn ways(reader: &mut Reader<'_>, node: &Node, person: &Person) -> Vec<Reach> {
    let items = reader.items(node, "\"reach\"");
    let mut ways: Vec<Reach> = Vec::new();
    let mut unfilled = false;
    for item in items.iter().take(WAYS_MAX) {
        match way(reader, item) {
            Way::Open(it) => ways.push(it),
            Way::Unfilled => unfilled = true,
            Way::Refused => {}
        }
    }
    if items.len() > WAYS_MAX {
        reader.findings.error(&node.span, format!("more than {WAYS_MAX} ways to one person"));
    }
    if let (Value::List(_), []) = (&node.value, items) {
        reader.findings.unarmed(&node.span, no_way(person));
        unfilled = true;
    }
    if unfilled {
        not_armed(reader, person);
    }
    ways
}

enum Way {
    Open(Reach),
    /// A placeholder; the plan is not armed.
    Unfilled,
    Refused,
}

fn way(reader: &mut Reader<'_>, node: &Node) -> Way {
    // `reach: [[連絡先]]` is a list to YAML and a placeholder to everybody else.
    let written = match &node.value {
        Value::List(_) | Value::Map(_) => reader.text.get(node.span.clone()).unwrap_or_default(),
        Value::Plain(text) | Value::Quoted(text) => text,
        Value::Nothing | Value::Refused => return Way::Refused,
    };
    let address = match reach(written) {
        Ok(it) if it.channel == CONSOLE && it.address.is_empty() => None,
        Ok(it) if it.address.is_empty() => Some(it.channel),
        Ok(it) => Some(it.address),
        Err(_) => Some(written.to_owned()),
    };
    if address.is_some_and(|it| is_placeholder(&it)) {
        let complaint =
            Complaint::new(format!("\"{written}\" is a placeholder, not a way to a person"));
        let hint = "write the address, or console to show pages on this machine";
        reader.findings.unarmed(&node.span, complaint.hint(hint));
        return Way::Unfilled;
    }
    open_way(reader, node).map_or(Way::Refused, Way::Open)
}

fn open_way(reader: &mut Reader<'_>, node: &Node) -> Option<Reach> {
    let way = reader.parsed(node, "a way to a person", reach)?;
    // The channel stands at the beginning of the text, and so does its problem.
    let name = Node { span: node.span.clone(), value: Value::Quoted(way.channel.clone()) };
    reader.refer(Kind::Channel, &name)?;
    reader.check_address(node, &way.channel, &way.address);
    if way.after > PAGE_TRIED_FOR_MAX {
        reader.findings.error(&node.span, "a way is not used later than a day after the first");
        return None;
    }
    Some(way)
}

fn nobody_can_reach(reader: &mut Reader<'_>, fields: &Fields<'_>, person: &Person) {
    if !fields.slipped("reach") {
        reader.findings.unarmed(&fields.place("reach"), no_way(person));
    }
    not_armed(reader, person);
}

fn no_way(person: &Person) -> Complaint {
    Complaint::new(format!("there is no way to reach \"{}\"", person.id))
        .hint("write \"reach:\" with a way such as email:ann@example.com or console")
}

fn not_armed(reader: &mut Reader<'_>, person: &Person) {
    let Person { id, name, .. } = person;
    let who = if id == name { id.clone() } else { format!("{name} ({id})") };
    let reason =
        reader.language.pick(format!("{who} に連絡できない"), format!("{who} cannot be reached"));
    reader.unarmed.push(reason);
}
