//! `alerts`: named conditions.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use crate::limits::PROBE_EVERY;
use crate::plan::finding::Complaint;
use crate::plan::notation::condition::condition;
use crate::plan::read::Reader;
use crate::plan::read::field::Fields;
use crate::plan::read::name::Kind;
use crate::plan::read::tier;
use crate::plan::read::watch::{claim_alert, lasting, warn_of_worst, within};
use crate::plan::yaml::Entry;
use crate::plan::{AlertRule, AlertSource, Service, duration};

pub(super) const KEYS: &[&str] =
    &["when", "tiers", "for", "every", "from", "severity", "service", "runbook", "escalation"];
/// What one tier says.
pub(super) const TIER_KEYS: &[&str] = &["when", "for"];
/// The host is not measured more often.
const EVERY_MIN: SignedDuration = SignedDuration::from_secs(1);

pub(super) fn read(
    reader: &mut Reader<'_>,
    top: &Fields<'_>,
    services: &BTreeMap<String, Service>,
) -> BTreeMap<String, AlertRule> {
    let entries = reader.named(top, "alerts");
    let rules: Vec<AlertRule> =
        entries.iter().flat_map(|it| rules(reader, it, services).unwrap_or_default()).collect();
    rules.into_iter().map(|it| (it.name.clone(), it)).collect()
}

/// The rules of an alert: one, or one a tier.
fn rules(
    reader: &mut Reader<'_>,
    entry: &Entry,
    services: &BTreeMap<String, Service>,
) -> Option<Vec<AlertRule>> {
    claim_alert(reader, &entry.key, &entry.key_span);
    let what = format!("the alert \"{}\"", entry.key);
    let fields = reader.fields(&entry.value, what, &entry.key_span, KEYS)?;
    match fields.get("tiers") {
        Some(node) => tier::read(reader, entry, &fields, node),
        None => rule(reader, entry, &fields, services).map(|it| vec![it]),
    }
}

fn rule(
    reader: &mut Reader<'_>,
    entry: &Entry,
    fields: &Fields<'_>,
    services: &BTreeMap<String, Service>,
) -> Option<AlertRule> {
    let severity = fields.get("severity");
    let service = fields.get("service").and_then(|it| reader.refer(Kind::Service, it));
    let of_service = service.as_deref().and_then(|it| services.get(it)?.severity.as_deref());
    let service_is_known = service.is_some() == fields.get("service").is_some();
    if severity.is_none() && of_service.is_none() && service_is_known && !fields.slipped("severity")
    {
        warn_of_worst(reader, &entry.key, &entry.key_span);
    }
    let lasting = lasting(reader, fields);
    let severity = severity.and_then(|it| reader.severity(it));
    let runbook = fields.get("runbook").and_then(|it| reader.refer(Kind::Runbook, it));
    let escalation = fields.get("escalation").and_then(|it| reader.refer(Kind::Escalation, it));
    let source = source(reader, fields, entry)?;
    Some(AlertRule {
        name: entry.key.clone(),
        tier_of: None,
        source,
        lasting,
        severity,
        service,
        runbook,
        escalation,
    })
}

/// How often it is measured.
pub(super) fn every(reader: &mut Reader<'_>, fields: &Fields<'_>) -> SignedDuration {
    within(reader, fields, "every", PROBE_EVERY, EVERY_MIN..=duration::DURATION_MAX)
}

fn source(reader: &mut Reader<'_>, fields: &Fields<'_>, entry: &Entry) -> Option<AlertSource> {
    match (fields.get("when"), fields.get("from")) {
        (Some(node), None) => {
            let every = every(reader, fields);
            let condition = reader.parsed(node, "\"when\"", condition)?;
            Some(AlertSource::When { condition, every })
        }
        (None, Some(node)) => {
            if fields.get("every").is_some() {
                let complaint = Complaint::new("\"every\" does not go together with \"from\"");
                let hint = "the other system decides how often it looks";
                reader.findings.error(&fields.place("every"), complaint.hint(hint));
            }
            let system = reader.words(node, "\"from\"")?;
            let complaint =
                Complaint::new(format!("alerts from \"{system}\" are not received yet"));
            let hint = "until then, ask that system with a watch of kind http or command";
            reader.findings.error(&node.span, complaint.hint(hint));
            Some(AlertSource::From(system))
        }
        (Some(_), Some(_)) => {
            let complaint = Complaint::new(format!(
                "the alert \"{}\" has both \"when\" and \"from\"",
                entry.key
            ));
            let hint = "either Matoi measures, or another system decides";
            reader.findings.error(&fields.place("from"), complaint.hint(hint));
            None
        }
        (None, None) if fields.slipped("when") || fields.slipped("from") => None,
        (None, None) => {
            let complaint =
                Complaint::new(format!("the alert \"{}\" needs \"when\" or \"tiers\"", entry.key));
            let hint = "write when: host.cpu > 80%";
            reader.findings.error(&entry.key_span, complaint.hint(hint));
            None
        }
    }
}
