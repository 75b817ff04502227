//! `services`: what people rely on.

use std::collections::BTreeMap;

use crate::plan::Service;
use crate::plan::read::Reader;
use crate::plan::read::circle;
use crate::plan::read::field::Fields;
use crate::plan::read::interpreter;
use crate::plan::read::name::Kind;
use crate::plan::read::watch::{ServiceSeverity, watches};
use crate::plan::yaml::Entry;

pub(super) const KEYS: &[&str] =
    &["title", "scope", "needs", "watch", "runbook", "severity", "escalation", "commands"];

pub(super) fn read(reader: &mut Reader<'_>, top: &Fields<'_>) -> BTreeMap<String, Service> {
    let entries = reader.named(top, "services");
    circle::check(reader, entries);
    entries.iter().map(|it| (it.key.clone(), service(reader, it))).collect()
}

fn service(reader: &mut Reader<'_>, entry: &Entry) -> Service {
    let mut service = Service {
        name: entry.key.clone(),
        title: None,
        scope: None,
        needs: Vec::new(),
        watch: Vec::new(),
        runbook: None,
        severity: None,
        escalation: None,
        commands: BTreeMap::new(),
    };
    let what = format!("the service \"{}\"", entry.key);
    let Some(fields) = reader.fields(&entry.value, what, &entry.key_span, KEYS) else {
        return service;
    };
    service.title = reader.optional_words(&fields, "title");
    service.scope = fields.get("scope").and_then(|it| reader.refer(Kind::Scope, it));
    if let Some(node) = fields.get("needs") {
        service.needs = reader.refer_each(Kind::Service, node, "\"needs\"");
    }
    service.runbook = fields.get("runbook").and_then(|it| reader.refer(Kind::Runbook, it));
    let severity = fields.get("severity");
    service.severity = severity.and_then(|it| reader.severity(it));
    service.escalation = fields.get("escalation").and_then(|it| reader.refer(Kind::Escalation, it));
    for it in reader.named(&fields, "commands") {
        if let Some(command) =
            interpreter::program(reader, &it.value, &it.key, "write [PROGRAM, ARGUMENT]")
        {
            service.commands.insert(it.key.clone(), command);
        }
    }
    if let Some(node) = fields.get("watch") {
        let given = severity.map_or(ServiceSeverity::Missing, |_| ServiceSeverity::Given);
        service.watch = watches(reader, node, entry, given);
    }
    service
}
