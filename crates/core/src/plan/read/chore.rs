//! `chores`: what has to be done again and again.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use crate::plan::finding::Complaint;
use crate::plan::notation::recurrence::recurrence;
use crate::plan::read::Reader;
use crate::plan::read::field::Fields;
use crate::plan::read::name::Kind;
use crate::plan::read::watch::{claim_alert, within};
use crate::plan::yaml::Entry;
use crate::plan::{Chore, Escalation, Level, Limit, Unless, duration};
use crate::runbook::{Purpose, Runbook};

pub(super) const KEYS: &[&str] = &[
    "title",
    "every",
    "runbook",
    "rehearse",
    "params",
    "owner",
    "within",
    "severity",
    "escalation",
];
/// Chores of one plan: each is looked at several times a minute.
const CHORES_MAX: usize = 500;
/// How long a run may take where nobody says.
const WITHIN: SignedDuration = SignedDuration::from_hours(1);
const WITHIN_MIN: SignedDuration = SignedDuration::from_mins(1);
/// An owner who does not answer is not the last to hear of it.
const NEXT_AFTER: Limit = Limit::Within(SignedDuration::from_hours(1));

pub(super) fn read(
    reader: &mut Reader<'_>,
    top: &Fields<'_>,
    escalations: &mut BTreeMap<String, Escalation>,
    runbooks: &BTreeMap<String, Runbook>,
) -> BTreeMap<String, Chore> {
    let entries = reader.named(top, "chores");
    if let Some(entry) = entries.get(CHORES_MAX) {
        let message = format!("there are more than {CHORES_MAX} chores");
        reader.findings.error(&entry.key_span, message);
    }
    let mut chores = BTreeMap::new();
    for entry in entries.iter().take(CHORES_MAX) {
        if let Some(chore) = chore(reader, entry, escalations, runbooks) {
            chores.insert(entry.key.clone(), chore);
        }
    }
    chores
}

fn chore(
    reader: &mut Reader<'_>,
    entry: &Entry,
    escalations: &mut BTreeMap<String, Escalation>,
    runbooks: &BTreeMap<String, Runbook>,
) -> Option<Chore> {
    // It is told of under its own name, as an alert is.
    claim_alert(reader, &entry.key, &entry.key_span);
    let what = format!("the chore \"{}\"", entry.key);
    let fields = reader.fields(&entry.value, what, &entry.key_span, KEYS)?;
    let title = reader.optional_words(&fields, "title");
    let every = reader.need(&fields, "every");
    let text = every.and_then(|it| it.as_text()).unwrap_or_default().trim().to_owned();
    let every = every.and_then(|it| reader.parsed(it, "\"every\"", recurrence));
    let (purpose, key) = match (fields.get("rehearse"), fields.get("runbook")) {
        (Some(_), Some(_)) => {
            let complaint = Complaint::new("a chore runs a runbook or rehearses one, not both");
            let hint = "write two chores";
            reader.findings.error(&fields.place("rehearse"), complaint.hint(hint));
            (Purpose::Rehearse, "rehearse")
        }
        (Some(_), None) => (Purpose::Rehearse, "rehearse"),
        (None, _) => (Purpose::Perform, "runbook"),
    };
    let runbook = reader.need(&fields, key);
    let runbook = runbook.and_then(|it| reader.refer(Kind::Runbook, it));
    if let Some(unsound) = runbook.as_deref().and_then(|it| runbooks.get(it)).filter(|it| !it.sound)
    {
        let name = &unsound.name;
        let complaint = Complaint::new(format!(
            "the runbook \"{name}\" has errors, so this chore cannot begin"
        ));
        let hint = format!("mend runbooks/{name}.md");
        reader.findings.warning(&fields.place(key), complaint.hint(hint));
    }
    let within = within(reader, &fields, "within", WITHIN, WITHIN_MIN..=duration::DURATION_MAX);
    let params = params(reader, &fields, runbook.as_deref().and_then(|it| runbooks.get(it)));
    let severity = match fields.get("severity") {
        Some(it) => reader.severity(it),
        None => reader.ranks.mildest().map(str::to_owned),
    };
    let (escalation, owner) = heard_by(reader, &fields, &entry.key, escalations);
    Some(Chore {
        name: entry.key.clone(),
        title,
        every: every?,
        text,
        runbook: runbook?,
        purpose,
        params,
        within,
        severity: severity?,
        escalation,
        owner,
    })
}

/// The escalation of a chore. That of an owner is made here: the owner, and after an hour whoever else is paged first.
fn heard_by(
    reader: &mut Reader<'_>,
    fields: &Fields<'_>,
    chore: &str,
    escalations: &mut BTreeMap<String, Escalation>,
) -> (Option<String>, Option<String>) {
    let escalation = fields.get("escalation").and_then(|it| reader.refer(Kind::Escalation, it));
    let Some(node) = fields.get("owner") else { return (escalation, None) };
    let owner = node.as_text().map(|it| it.trim().to_owned());
    let Some(target) = reader.target(node) else { return (escalation, owner) };
    if fields.get("escalation").is_some() {
        let complaint = Complaint::new("a chore has an owner or an escalation, not both");
        let hint = "the owner is the first level; write the others as an escalation";
        reader.findings.error(&fields.place("escalation"), complaint.hint(hint));
        return (escalation, owner);
    }
    let first = Level {
        after: Limit::Within(SignedDuration::ZERO),
        unless: Unless::Acknowledged,
        page: vec![target.clone()],
    };
    let mut levels = vec![first];
    let next = escalations.get("default").and_then(|it| it.levels.first());
    if let Some(next) = next.filter(|it| it.page != [target]) {
        levels.push(Level { after: NEXT_AFTER, ..next.clone() });
    }
    let name = format!("chore {chore}");
    let own = Escalation { name: name.clone(), levels, conditions: Vec::new(), repeat: None };
    if escalations.insert(name.clone(), own).is_some() {
        let message = format!("the escalation \"{name}\" is made for the owner of this chore");
        let complaint = Complaint::new(message).hint("give yours another name");
        reader.findings.error(&fields.place("owner"), complaint);
    }
    (Some(name), owner)
}

/// The values of the runbook's parameters; one without a value would keep the run from ever beginning.
fn params(
    reader: &mut Reader<'_>,
    fields: &Fields<'_>,
    runbook: Option<&Runbook>,
) -> BTreeMap<String, String> {
    let mut params = BTreeMap::new();
    for entry in reader.named(fields, "params") {
        if let Some(value) = reader.text(&entry.value, &format!("the value of \"{}\"", entry.key)) {
            let value = value.to_owned();
            let param = runbook.and_then(|it| it.params.get(&entry.key));
            if let Some(why) = param.and_then(|it| it.refuses(&value)) {
                let message = format!("\"{}\" is {value:?}, which {why}", entry.key);
                reader.findings.error(&entry.value.span, message);
            }
            params.insert(entry.key.clone(), value);
        }
        if let Some(runbook) = runbook
            && !runbook.params.contains_key(&entry.key)
        {
            let message =
                format!("the runbook \"{}\" has no parameter \"{}\"", runbook.name, entry.key);
            reader.findings.error(&entry.key_span, message);
        }
    }
    let Some(runbook) = runbook else { return params };
    for (name, param) in &runbook.params {
        if param.required && param.default.is_none() && !params.contains_key(name) {
            let message = format!(
                "the runbook \"{}\" needs a value of its parameter \"{name}\"",
                runbook.name
            );
            let complaint = Complaint::new(message).hint(format!("write params: {{ {name}: … }}"));
            reader.findings.error(&fields.place("params"), complaint);
        }
    }
    params
}
