//! `tiers` of an alert: the same figure, worse from value to value.
//!
//! Each is a rule of its own under the name of its severity, and all are one incident, which becomes worse as they do.

use jiff::SignedDuration;

use crate::plan::finding::Complaint;
use crate::plan::notation::condition::condition;
use crate::plan::read::Reader;
use crate::plan::read::alert::{TIER_KEYS, every};
use crate::plan::read::field::Fields;
use crate::plan::read::name::Kind;
use crate::plan::read::watch::{claim_alert, lasting};
use crate::plan::yaml::{Entry, Node, Value};
use crate::plan::{AlertRule, AlertSource, Condition, Op};

/// Tiers of one alert.
const TIERS_MAX: usize = 10;

/// One tier as it is written.
struct Tier {
    severity: String,
    condition: Condition,
    lasting: SignedDuration,
}

pub(super) fn read(
    reader: &mut Reader<'_>,
    entry: &Entry,
    fields: &Fields<'_>,
    node: &Node,
) -> Option<Vec<AlertRule>> {
    for key in ["when", "from", "severity"] {
        if fields.get(key).is_some() {
            let message = format!("\"{key}\" does not go together with \"tiers\"");
            let complaint = Complaint::new(message)
                .hint("write tiers: { P2: host.cpu > 80%, P0: host.cpu > 95% }");
            reader.findings.error(&fields.place(key), complaint);
        }
    }
    let (general, every) = (lasting(reader, fields), every(reader, fields));
    let service = fields.get("service").and_then(|it| reader.refer(Kind::Service, it));
    let runbook = fields.get("runbook").and_then(|it| reader.refer(Kind::Runbook, it));
    let escalation = fields.get("escalation").and_then(|it| reader.refer(Kind::Escalation, it));
    let entries = reader.open_fields(node, "\"tiers\"", &node.span)?.others(&[]);
    if entries.is_empty() || entries.len() > TIERS_MAX {
        reader.findings.error(&node.span, format!("an alert has from 1 to {TIERS_MAX} tiers"));
        return None;
    }
    let mut tiers: Vec<Tier> = Vec::new();
    for it in entries {
        if let Some(tier) = tier(reader, it, general) {
            match disagreement(reader, &tiers, &tier) {
                Some(complaint) => reader.findings.error(&it.key_span, complaint),
                None => tiers.push(tier),
            }
        }
    }
    let rules = tiers.into_iter().map(|tier| {
        let name = format!("{} {}", entry.key, tier.severity);
        claim_alert(reader, &name, &entry.key_span);
        AlertRule {
            name,
            tier_of: Some(entry.key.clone()),
            source: AlertSource::When { condition: tier.condition, every },
            lasting: tier.lasting,
            severity: Some(tier.severity),
            service: service.clone(),
            runbook: runbook.clone(),
            escalation: escalation.clone(),
        }
    });
    Some(rules.collect())
}

/// `P0: host.cpu > 95%`, or with a time of its own: `P0: { when: host.cpu > 95%, for: 1m }`.
fn tier(reader: &mut Reader<'_>, entry: &Entry, general: SignedDuration) -> Option<Tier> {
    let name = Node { span: entry.key_span.clone(), value: Value::Quoted(entry.key.clone()) };
    let severity = reader.severity(&name);
    let (when, lasting) = match &entry.value.value {
        Value::Map(_) => {
            let what = format!("the tier \"{}\"", entry.key);
            let fields = reader.fields(&entry.value, what, &entry.key_span, TIER_KEYS)?;
            let own = fields.get("for").is_some();
            let lasting = if own { lasting(reader, &fields) } else { general };
            (reader.need(&fields, "when")?, lasting)
        }
        Value::Nothing | Value::Plain(_) | Value::Quoted(_) | Value::List(_) | Value::Refused => {
            (&entry.value, general)
        }
    };
    let condition = reader.parsed(when, "the condition of a tier", condition)?;
    Some(Tier { severity: severity?, condition, lasting })
}

/// Tiers are of one figure, and a worse one begins further on: another order would never be seen, or always.
fn disagreement(reader: &Reader<'_>, tiers: &[Tier], tier: &Tier) -> Option<Complaint> {
    let rank = |it: &Tier| reader.ranks.rank(&it.severity);
    let is_upward = |op: Op| match op {
        Op::Above | Op::AtLeast => true,
        Op::Below | Op::AtMost => false,
    };
    let mut complaint = None;
    for other in tiers {
        let (a, b) = (&tier.condition, &other.condition);
        if (&a.metric, &a.argument, is_upward(a.op)) != (&b.metric, &b.argument, is_upward(b.op)) {
            let message = "the tiers of one alert compare one figure in one direction";
            complaint = Some(Complaint::new(message).hint("write two alerts"));
        } else if rank(tier) == rank(other) {
            let message = format!("two tiers have the severity \"{}\"", tier.severity);
            complaint = Some(Complaint::new(message));
        } else {
            let is_worse = rank(tier) < rank(other);
            let is_further = if is_upward(a.op) { a.value > b.value } else { a.value < b.value };
            if is_worse != is_further || a.value == b.value {
                let message = format!(
                    "\"{}\" and \"{}\" are the wrong way round: the worse severity must begin further on",
                    a.text, b.text
                );
                complaint = Some(Complaint::new(message));
            }
        }
    }
    complaint
}
