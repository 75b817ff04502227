//! `severities`: the levels, worst first.

use std::collections::BTreeMap;

use crate::plan::finding::Complaint;
use crate::plan::guess;
use crate::plan::notation::recurrence::recurrence;
use crate::plan::read::Reader;
use crate::plan::read::field::Fields;
use crate::plan::read::name::{Kind, UNKNOWN_NAME};
use crate::plan::read::promise;
use crate::plan::width::plain;
use crate::plan::yaml::{Entry, Node, Value};
use crate::plan::{Digest, Severity};

pub(super) const KEYS: &[&str] =
    &["name", "aliases", "criteria", "targets", "page", "start", "escalation"];

/// Labels and aliases with their ranks.
#[derive(Default)]
pub(crate) struct Ranks {
    labels: Vec<String>,
    by_name: BTreeMap<String, usize>,
    /// Nothing is known when the section could not be read; then every label is believed.
    unreadable: bool,
}

impl Ranks {
    pub(super) fn len(&self) -> usize {
        self.labels.len()
    }

    /// The rank of a label or alias.
    pub(super) fn rank(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    pub(super) fn mildest(&self) -> Option<&str> {
        self.labels.last().map(String::as_str)
    }

    pub(super) fn worst(&self) -> Option<&str> {
        self.labels.first().map(String::as_str)
    }

    pub(super) fn unknown(&self, name: &str) -> Option<Complaint> {
        let complaint =
            Complaint::new(format!("there is no severity \"{name}\"")).code(UNKNOWN_NAME);
        let known = self.by_name.keys().map(String::as_str);
        (!self.unreadable).then(|| complaint.maybe_hint(guess::hint(name, known)))
    }
}

pub(super) fn read(reader: &mut Reader<'_>, top: &Fields<'_>) -> Vec<Severity> {
    let node = reader.need(top, "severities");
    let entries = reader.named(top, "severities");
    reader.ranks.unreadable = entries.is_empty();
    if let Some(Node { value: Value::Map(entries), span }) = node
        && entries.is_empty()
    {
        reader.findings.error(span, "a plan needs at least one severity");
    }
    entries.iter().enumerate().map(|(rank, entry)| severity(reader, entry, rank)).collect()
}

fn severity(reader: &mut Reader<'_>, entry: &Entry, rank: usize) -> Severity {
    let label = entry.key.clone();
    let mut severity = Severity {
        label: label.clone(),
        name: None,
        aliases: Vec::new(),
        criteria: Vec::new(),
        targets: BTreeMap::new(),
        during: Vec::new(),
        digest: None,
        start: Vec::new(),
        escalation: None,
    };
    reader.ranks.labels.push(label.clone());
    claim(reader, entry, &label, rank);
    let what = format!("the severity \"{label}\"");
    let Some(fields) = reader.fields(&entry.value, what, &entry.key_span, KEYS) else {
        return severity;
    };
    severity.name = reader.optional_words(&fields, "name");
    if let Some(node) = fields.get("aliases") {
        for item in reader.items(node, "\"aliases\"") {
            if let Some(alias) = reader.words(item, "an alias") {
                claim_alias(reader, item, &alias, rank);
                severity.aliases.push(alias);
            }
        }
    }
    if let Some(node) = fields.get("criteria") {
        let items = reader.items(node, "\"criteria\"");
        severity.criteria = items.iter().filter_map(|it| reader.words(it, "a criterion")).collect();
    }
    (severity.targets, severity.during) = promise::read(reader, &fields);
    if let Some(node) = fields.get("page") {
        severity.digest = reader.parsed(node, "\"page\"", page).flatten();
    }
    if let Some(node) = fields.get("start") {
        severity.start = reader.refer_each(Kind::Runbook, node, "\"start\"");
    }
    severity.escalation =
        fields.get("escalation").and_then(|it| reader.refer(Kind::Escalation, it));
    severity
}

fn claim(reader: &mut Reader<'_>, entry: &Entry, name: &str, rank: usize) {
    if reader.ranks.by_name.insert(name.to_owned(), rank).is_some_and(|it| it != rank) {
        let message = format!("\"{name}\" is also an alias of another severity");
        reader.findings.error(&entry.key_span, message);
    }
}

fn claim_alias(reader: &mut Reader<'_>, node: &Node, alias: &str, rank: usize) {
    match reader.ranks.rank(alias) {
        Some(other) if other != rank => {
            let other = reader.ranks.labels.get(other).cloned().unwrap_or_default();
            let message = format!("\"{alias}\" already means the severity \"{other}\"");
            reader.findings.error(&node.span, message);
        }
        Some(_) | None => {
            reader.ranks.by_name.insert(alias.to_owned(), rank);
        }
    }
}

/// Words for what waits for nothing.
const AT_ONCE: [&str; 7] =
    ["at once", "immediately", "即時", "即座", "即座に", "ただちに", "すぐに"];

/// When people are paged: at once, or with others at certain times.
fn page(text: &str) -> Result<Option<Digest>, Complaint> {
    if AT_ONCE.contains(&plain(text).as_str()) {
        return Ok(None);
    }
    match recurrence(text) {
        Ok(every) => Ok(Some(Digest { every, text: text.trim().to_owned() })),
        Err(_) => {
            let complaint = Complaint::new(format!("\"{text}\" does not say when to page"));
            let hint = "write at once; or, for a digest, every 1h, every 30m, daily at 09:00, business day at 09:00";
            Err(complaint.hint(hint))
        }
    }
}

impl Reader<'_> {
    /// The label of the severity that a label or an alias names.
    pub(super) fn severity(&mut self, node: &Node) -> Option<String> {
        let name = self.words(node, "a severity")?;
        let label = self.ranks.rank(&name).and_then(|it| self.ranks.labels.get(it)).cloned();
        if label.is_none()
            && let Some(complaint) = self.ranks.unknown(&name)
        {
            self.findings.error(&node.span, complaint);
        }
        label
    }
}
