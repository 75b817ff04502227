//! `contacts`: people and firms outside the team, whom a person calls and Matoi never pages.

use std::collections::BTreeMap;

use crate::plan::Contact;
use crate::plan::finding::Complaint;
use crate::plan::notation::reach::is_placeholder;
use crate::plan::read::Reader;
use crate::plan::read::calendar::hours_as_written;
use crate::plan::read::field::Fields;
use crate::plan::read::name::Kind;
use crate::plan::yaml::{Entry, Node};

pub(super) const KEYS: &[&str] = &["name", "role", "hours", "at", "note", "services"];
/// Ways to one contact.
const WAYS_MAX: usize = 20;
/// Contacts of one plan: they are shown with every incident.
const CONTACTS_MAX: usize = 200;

pub(super) fn read(reader: &mut Reader<'_>, top: &Fields<'_>) -> BTreeMap<String, Contact> {
    let entries = reader.named(top, "contacts");
    if let Some(entry) = entries.get(CONTACTS_MAX) {
        let message = format!("there are more than {CONTACTS_MAX} contacts");
        reader.findings.error(&entry.key_span, message);
    }
    let entries = entries.iter().take(CONTACTS_MAX);
    entries.map(|it| (it.key.clone(), contact(reader, it))).collect()
}

fn contact(reader: &mut Reader<'_>, entry: &Entry) -> Contact {
    let mut contact = Contact { name: entry.key.clone(), ..Contact::default() };
    let what = format!("the contact \"{}\"", entry.key);
    let Some(fields) = reader.fields(&entry.value, what, &entry.key_span, KEYS) else {
        return contact;
    };
    if let Some(name) = reader.optional_words(&fields, "name") {
        contact.name = name;
    }
    contact.role = reader.optional_words(&fields, "role");
    contact.note = reader.optional_words(&fields, "note");
    if let Some(node) = fields.get("hours") {
        // Checked like those of people, and shown as they are written.
        contact.hours = hours_as_written(reader, node, "\"hours\"").map(|it| it.1);
    }
    if let Some(node) = fields.get("services") {
        contact.services = reader.refer_each(Kind::Service, node, "\"services\"");
    }
    let is_told = match fields.get("at") {
        Some(node) => ways(reader, node, &mut contact.at),
        None => fields.slipped("at"),
    };
    if contact.at.is_empty() && !is_told {
        let complaint = Complaint::new(format!("nobody can call \"{}\"", entry.key));
        let hint = "write \"at:\" with a number, an address or a page";
        reader.findings.warning(&fields.place("at"), complaint.hint(hint));
    }
    contact
}

/// Reads ways to a contact; says whether something is wrong with one, which was told.
fn ways(reader: &mut Reader<'_>, node: &Node, ways: &mut Vec<String>) -> bool {
    let items = reader.items(node, "\"at\"");
    if items.len() > WAYS_MAX {
        reader.findings.error(&node.span, format!("more than {WAYS_MAX} ways to one contact"));
    }
    for item in items.iter().take(WAYS_MAX) {
        let Some(way) = reader.words(item, "a way to a contact") else { continue };
        if is_placeholder(&way) {
            let complaint = Complaint::new(format!("\"{way}\" is a placeholder, not a way"));
            let hint = "write a number, an address or a page";
            reader.findings.warning(&item.span, complaint.hint(hint));
        } else {
            ways.push(way);
        }
    }
    ways.len() < items.len()
}
