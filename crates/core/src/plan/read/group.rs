//! `groups`: named lists of people.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::plan::finding::Complaint;
use crate::plan::read::Reader;
use crate::plan::read::field::Fields;
use crate::plan::read::name::Kind;
use crate::plan::yaml::{Node, Value};

pub(super) fn read(reader: &mut Reader<'_>, top: &Fields<'_>) -> BTreeMap<String, Vec<String>> {
    let entries = reader.named(top, "groups");
    let mut groups = BTreeMap::new();
    for entry in entries {
        let what = format!("the group \"{}\"", entry.key);
        if reader.names.declares(Kind::Person, &entry.key) {
            ambiguous(reader, &entry.key, &entry.key_span, "a person and a group");
        }
        let people = reader.refer_each(Kind::Person, &entry.value, &what);
        if people.is_empty() && is_empty(&entry.value) {
            reader.findings.error(&entry.key_span, format!("{what} has nobody in it"));
        }
        groups.insert(entry.key.clone(), people);
    }
    groups
}

/// Whether a list was left empty, rather than filled with what could not be read.
pub(super) fn is_empty(node: &Node) -> bool {
    match &node.value {
        Value::Nothing => true,
        Value::List(items) => items.is_empty(),
        Value::Plain(_) | Value::Quoted(_) | Value::Map(_) | Value::Refused => false,
    }
}

/// A level pages by name, so a name must mean one of people, schedules and groups.
pub(super) fn ambiguous(reader: &mut Reader<'_>, name: &str, span: &Range<usize>, kinds: &str) {
    let complaint = Complaint::new(format!("\"{name}\" is both {kinds}"));
    reader.findings.error(span, complaint.hint("a level pages by name; rename one of them"));
}
