//! Reads the tree of `matoi.yaml` into a [`Plan`], a section per file.
//!
//! Names are declared first, so a reference is checked where it stands, whatever the order of the file.
//!
//! **Invariant:** reading goes on after an error, and every error is a finding; what could not be read
//! does not lead to a second finding elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use crate::id::PlanHash;
use crate::language::Language;
use crate::plan::finding::Findings;
use crate::plan::kinds::Kinds;
use crate::plan::read::name::Names;
use crate::plan::read::severity::Ranks;
use crate::plan::yaml::Node;
use crate::plan::{Channel, Plan};
use crate::runbook::Runbook;

mod alert;
mod calendar;
mod channel;
mod chore;
mod circle;
mod conduct;
mod contact;
mod escalation;
mod field;
mod group;
mod head;
mod host;
mod interpreter;
mod name;
mod notify;
mod person;
mod promise;
mod schedule;
mod secret;
mod service;
mod severity;
mod tier;
mod unattended;
mod watch;

/// The keys at the top of a plan.
const KEYS: &[&str] = &[
    "matoi",
    "name",
    "timezone",
    "language",
    "calendar",
    "severities",
    "scopes",
    "people",
    "contacts",
    "groups",
    "schedules",
    "escalation",
    "channels",
    "notify",
    "services",
    "alerts",
    "chores",
    "unattended",
    "conduct",
    "interpreters",
    "hosts",
    "secrets",
];

/// What a plan is read with: what is known of its names, and what was found wrong so far.
pub(crate) struct Reader<'a> {
    /// The whole file, to quote from.
    text: &'a str,
    findings: &'a mut Findings,
    names: Names,
    ranks: Ranks,
    language: Language,
    /// Names of alerts in use, by rules and by watches.
    alerts: BTreeSet<String>,
    /// Why the plan is not armed.
    unarmed: Vec<String>,
    /// Whether anybody is reached over the console that every plan has.
    console: Console,
    /// The iCalendar files of the plan, by path.
    calendars: &'a BTreeMap<String, Vec<u8>>,
    calendars_used: BTreeSet<String>,
    kinds: Option<Kinds>,
    /// The channels by name: their kind, and what the kind reads.
    channels: BTreeMap<String, Channel>,
}

/// Whether the channel `console`, which needs no configuration, is used.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Console {
    Unused,
    Used,
}

/// The Markdown files of a plan.
#[derive(Default)]
pub(crate) struct Shelf {
    pub(crate) runbooks: BTreeMap<String, Runbook>,
    /// Files without `runbook:` in their front matter.
    pub(crate) documents: BTreeSet<String>,
    /// Files that could not be read. A reference to one is dropped: the file itself has the problem.
    pub(crate) unread: BTreeSet<String>,
    /// Templates of reports, by name.
    pub(crate) forms: BTreeMap<String, String>,
    /// The iCalendar files beside them, by path.
    pub(crate) calendars: BTreeMap<String, Vec<u8>>,
    /// Whom to ask about kinds; nobody, for a plan that ruled before.
    pub(crate) kinds: Option<Kinds>,
}

/// Reads a plan. What it holds is whole only when there is no error among the findings.
pub(crate) fn plan(
    tree: &Node,
    text: &str,
    hash: PlanHash,
    shelf: Shelf,
    findings: &mut Findings,
) -> Option<Plan> {
    let mut reader = Reader {
        text,
        findings,
        names: Names::of(tree, &shelf),
        ranks: Ranks::default(),
        language: Language::default(),
        alerts: BTreeSet::new(),
        unarmed: Vec::new(),
        console: Console::Unused,
        calendars: &shelf.calendars,
        calendars_used: BTreeSet::new(),
        kinds: shelf.kinds,
        channels: BTreeMap::new(),
    };
    let top = reader.fields(tree, "the plan", &(0..0), KEYS)?;
    let head = head::read(&mut reader, &top);
    reader.language = head.language;
    let severities = severity::read(&mut reader, &top);
    // Before whoever is reached over them, so that addresses are read by their kind.
    channel::read(&mut reader, &top);
    let people = person::read(&mut reader, &top);
    let contacts = contact::read(&mut reader, &top);
    let groups = group::read(&mut reader, &top);
    let schedules = schedule::read(&mut reader, &top, &people, &head.zone);
    let mut escalations = escalation::read(&mut reader, &top);
    let notify = notify::read(&mut reader, &top);
    let services = service::read(&mut reader, &top);
    let alerts = alert::read(&mut reader, &top, &services);
    let chores = chore::read(&mut reader, &top, &mut escalations, &shelf.runbooks);
    let unattended = unattended::read(&mut reader, &top, &shelf.runbooks);
    let mut runbooks = shelf.runbooks;
    let conduct = conduct::read(&mut reader, &top, &unattended, &mut runbooks);
    channel::add_console(&mut reader);
    let calendar = calendar::read(&mut reader, &top);
    calendar::warn_of_unused(&mut reader, &top);
    let scopes = head::scopes(&mut reader, &top);
    let interpreters = interpreter::read(&mut reader, &top);
    let hosts = host::read(&mut reader, &top);
    let secrets = secret::read(&mut reader, &top);
    Some(Plan {
        hash,
        name: head.name,
        zone: head.zone,
        language: head.language,
        calendar,
        severities,
        scopes,
        people,
        contacts,
        groups,
        schedules,
        escalations,
        channels: reader.channels,
        notify,
        services,
        alerts,
        chores,
        conduct,
        unattended,
        interpreters,
        hosts,
        secrets,
        forms: shelf.forms,
        runbooks,
        unarmed: reader.unarmed,
    })
}

pub(crate) use interpreter::languages;

/// The keys of each section, by the title that the schema gives it.
#[cfg(test)]
pub(crate) fn keys() -> Vec<(&'static str, Vec<&'static str>)> {
    vec![
        ("the plan", KEYS.to_vec()),
        ("calendar", calendar::KEYS.to_vec()),
        ("a severity", severity::KEYS.to_vec()),
        ("targets", promise::keys()),
        ("targets of certain hours", promise::during_keys()),
        ("a person", person::KEYS.to_vec()),
        ("a contact", contact::KEYS.to_vec()),
        ("a schedule", schedule::KEYS.to_vec()),
        ("a layer", schedule::LAYER_KEYS.to_vec()),
        ("an override", schedule::OVERRIDE_KEYS.to_vec()),
        ("a level", escalation::KEYS.to_vec()),
        ("a channel", vec!["kind"]),
        ("an announcement", notify::KEYS.to_vec()),
        ("a service", service::KEYS.to_vec()),
        ("a watch", watch::KEYS.to_vec()),
        ("an alert", alert::KEYS.to_vec()),
        ("a tier", alert::TIER_KEYS.to_vec()),
        ("a chore", chore::KEYS.to_vec()),
        ("conduct", conduct::KEYS.to_vec()),
        ("an interpreter", interpreter::KEYS.to_vec()),
        ("a host", host::KEYS.to_vec()),
        ("secrets", secret::KEYS.to_vec()),
    ]
}
