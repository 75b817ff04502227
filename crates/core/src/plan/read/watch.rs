//! `watch`: the probes of a service.

use std::collections::BTreeSet;
use std::ops::{Range, RangeInclusive};

use jiff::SignedDuration;

use crate::limits::{PROBE_EVERY, PROBE_TIMEOUT};
use crate::plan::finding::Complaint;
use crate::plan::read::Reader;
use crate::plan::read::field::Fields;
use crate::plan::read::name::Kind;
use crate::plan::yaml::json::object;
use crate::plan::yaml::{Entry, Node, Value};
use crate::plan::{Watch, duration, guess, kinds};

/// Keys that are the plan's; all others belong to the kind.
pub(super) const KEYS: &[&str] =
    &["kind", "every", "timeout", "for", "severity", "runbook", "alert"];
/// A probe does not ask more often.
const EVERY_MIN: SignedDuration = SignedDuration::from_secs(1);
/// A probe that may take longer tells nothing about now.
const TIMEOUT_MAX: SignedDuration = SignedDuration::from_mins(10);

/// Reads a list of watches, or a single one.
pub(super) fn watches(
    reader: &mut Reader<'_>,
    node: &Node,
    service: &Entry,
    service_severity: ServiceSeverity,
) -> Vec<Watch> {
    let items = match &node.value {
        Value::Map(_) => std::slice::from_ref(node),
        Value::List(items) => items.as_slice(),
        Value::Plain(_) | Value::Quoted(_) => {
            let complaint = Complaint::new("a watch must be a mapping, and this is a text");
            let hint = "write watch: [{ kind: http, url: \"http://localhost/health\" }]";
            reader.findings.error(&node.span, complaint.hint(hint));
            &[]
        }
        Value::Nothing | Value::Refused => &[],
    };
    let kinds: Vec<&str> = items.iter().map(kind_of).collect();
    let mut names = BTreeSet::new();
    let mut watches = Vec::new();
    for (item, kind) in items.iter().zip(&kinds) {
        let name = default_name(&service.key, kind, kinds.len(), &mut names);
        watches.extend(watch(reader, item, name, service_severity));
    }
    watches
}

/// Whether the service says how bad its failure is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ServiceSeverity {
    Given,
    Missing,
}

fn kind_of(node: &Node) -> &str {
    let Value::Map(entries) = &node.value else {
        return "";
    };
    let kind = entries.iter().find(|it| it.key == "kind");
    kind.and_then(|it| it.value.as_text()).unwrap_or_default()
}

/// The service's name, with the kind where it has several watches, with a number where that is not enough.
fn default_name(service: &str, kind: &str, watches: usize, taken: &mut BTreeSet<String>) -> String {
    let plain = if watches == 1 { service.to_owned() } else { format!("{service}-{kind}") };
    let numbered = (2..).map(|it| format!("{plain}-{it}"));
    let name = std::iter::once(plain.clone()).chain(numbered).find(|it| !taken.contains(it));
    let name = name.unwrap_or(plain);
    taken.insert(name.clone());
    name
}

fn watch(
    reader: &mut Reader<'_>,
    node: &Node,
    default_name: String,
    service_severity: ServiceSeverity,
) -> Option<Watch> {
    let fields = reader.open_fields(node, "a watch", &node.span)?;
    warn_of_slips(reader, &fields);
    let kind = reader.need(&fields, "kind").and_then(|it| reader.words(it, "\"kind\""));
    if let Some(kind) = &kind {
        ask_kind(reader, &fields, kind);
    }
    let every = within(reader, &fields, "every", PROBE_EVERY, EVERY_MIN..=duration::DURATION_MAX);
    let shortest = SignedDuration::from_millis(1);
    let timeout = within(reader, &fields, "timeout", PROBE_TIMEOUT, shortest..=TIMEOUT_MAX);
    let lasting = lasting(reader, &fields);
    let named = fields.get("alert");
    let alert = match named {
        Some(it) => reader.words(it, "\"alert\"").unwrap_or(default_name),
        None => default_name,
    };
    let place = named.map_or_else(|| fields.place("kind"), |it| it.span.clone());
    claim_alert(reader, &alert, &place);
    let severity = fields.get("severity");
    if severity.is_none() && service_severity == ServiceSeverity::Missing {
        warn_of_worst(reader, &alert, &place);
    }
    Some(Watch {
        alert,
        kind: kind?,
        config: object(fields.others(KEYS)),
        every,
        timeout,
        lasting,
        severity: severity.and_then(|it| reader.severity(it)),
        runbook: fields.get("runbook").and_then(|it| reader.refer(Kind::Runbook, it)),
    })
}

/// What the watch's kind does not understand of it is an error here, and no surprise at night.
fn ask_kind(reader: &mut Reader<'_>, fields: &Fields<'_>, kind: &str) {
    let others = fields.others(KEYS);
    let config = object(others.iter().copied());
    if let Some(asked) = reader.kinds
        && let Err(misfit) = kinds::ask(&config, |it| (asked.watch)(kind, it))
    {
        let whole = fields.get("kind").map_or_else(|| fields.place("kind"), |it| it.span.clone());
        let (span, complaint) = misfit.placed(kind, &others, &whole);
        let meant = slip(&misfit.field).map(|it| format!("did you mean \"{it}\"?"));
        reader.findings.error(&span, complaint.maybe_hint(meant));
    }
}

/// Where no kind is asked, a key that is nearly ours would be taken for the kind's in silence.
fn warn_of_slips(reader: &mut Reader<'_>, fields: &Fields<'_>) {
    if reader.kinds.is_some() {
        return;
    }
    for entry in fields.others(KEYS) {
        if let Some(meant) = slip(&entry.key) {
            let complaint =
                Complaint::new(format!("\"{}\" is left to the kind of the watch", entry.key));
            reader
                .findings
                .warning(&entry.key_span, complaint.hint(format!("did you mean \"{meant}\"?")));
        }
    }
}

/// The key of ours that was probably meant. Only long keys: `fork` may well be a key of some kind.
fn slip(key: &str) -> Option<&'static str> {
    guess::closest(key, KEYS.iter().copied().filter(|it| it.len() >= 5))
}

/// How long a condition must hold before its alert fires.
pub(super) fn lasting(reader: &mut Reader<'_>, fields: &Fields<'_>) -> SignedDuration {
    let node = fields.get("for");
    node.and_then(|it| reader.parsed(it, "\"for\"", duration::parse)).unwrap_or_default()
}

/// The duration of a key, within bounds.
pub(super) fn within(
    reader: &mut Reader<'_>,
    fields: &Fields<'_>,
    key: &str,
    default: SignedDuration,
    bounds: RangeInclusive<SignedDuration>,
) -> SignedDuration {
    let Some(node) = fields.get(key) else {
        return default;
    };
    let Some(it) = reader.parsed(node, &format!("\"{key}\""), duration::parse) else {
        return default;
    };
    if bounds.contains(&it) {
        return it;
    }
    let (least, most) = bounds.into_inner();
    let message = if it < least {
        format!("\"{key}\" is at least {least:#}")
    } else {
        format!("\"{key}\" is at most {most:#}")
    };
    reader.findings.error(&node.span, message);
    default
}

/// Alerts are told apart by name, so two of them cannot share one.
pub(super) fn claim_alert(reader: &mut Reader<'_>, name: &str, place: &Range<usize>) {
    reader.check_name(name, place);
    if !reader.alerts.insert(name.to_owned()) {
        let complaint =
            Complaint::new(format!("two things raise the alert \"{name}\"")).code("duplicate");
        let hint = "give a watch \"alert: NAME\", or rename the alert";
        reader.findings.error(place, complaint.hint(hint));
    }
}

/// Nobody said how bad it is, so it is taken as the worst.
pub(super) fn warn_of_worst(reader: &mut Reader<'_>, alert: &str, place: &Range<usize>) {
    if let Some(worst) = reader.ranks.worst() {
        let message =
            format!("the alert \"{alert}\" has no severity and is taken as the worst, \"{worst}\"");
        let hint = "give it or its service \"severity: …\"";
        let complaint = Complaint::new(message).hint(hint).code("no-severity");
        reader.findings.warning(place, complaint);
    }
}
