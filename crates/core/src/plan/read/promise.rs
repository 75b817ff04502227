//! `targets`: what a severity promises, and what it promises within certain hours.

use std::collections::BTreeMap;

use crate::plan::calendar::Hours;
use crate::plan::notation::limit;
use crate::plan::notation::when::CLOCKS;
use crate::plan::read::Reader;
use crate::plan::read::calendar::hours_as_written;
use crate::plan::read::field::Fields;
use crate::plan::yaml::{Node, Value};
use crate::plan::{Clock, Limit, TargetsDuring};

/// Hours with targets of their own, of one severity.
const DURING_MAX: usize = 20;

pub(super) fn keys() -> Vec<&'static str> {
    CLOCKS.map(|(word, _)| word).into_iter().chain(["during"]).collect()
}

pub(super) fn during_keys() -> Vec<&'static str> {
    CLOCKS.map(|(word, _)| word).into_iter().chain(["hours"]).collect()
}

/// The promises of a severity, and those of its hours in their order.
pub(super) fn read(
    reader: &mut Reader<'_>,
    fields: &Fields<'_>,
) -> (BTreeMap<Clock, Limit>, Vec<TargetsDuring>) {
    let Some(node) = fields.get("targets") else { return Default::default() };
    let at = fields.place("targets");
    let Some(fields) = reader.fields(node, "\"targets\"", &at, &keys()) else {
        return Default::default();
    };
    let targets = limits(reader, &fields);
    let Some(node) = fields.get("during") else { return (targets, Vec::new()) };
    // One alone needs no list.
    let items = match &node.value {
        Value::Map(_) => std::slice::from_ref(node),
        Value::Nothing | Value::Plain(_) | Value::Quoted(_) | Value::List(_) | Value::Refused => {
            reader.items(node, "\"during\"")
        }
    };
    if items.len() > DURING_MAX {
        let message = format!("more than {DURING_MAX} hours with targets of their own");
        reader.findings.error(&node.span, message);
    }
    let during = items.iter().take(DURING_MAX).filter_map(|it| one(reader, it)).collect();
    (targets, during)
}

fn limits(reader: &mut Reader<'_>, fields: &Fields<'_>) -> BTreeMap<Clock, Limit> {
    let mut targets = BTreeMap::new();
    for (word, clock) in CLOCKS {
        let Some(node) = fields.get(word) else { continue };
        let what = format!("the target \"{word}\"");
        if let Some(it) = reader.parsed(node, &what, |it| limit::limit(it, clock)) {
            targets.insert(clock, it);
        }
    }
    targets
}

fn one(reader: &mut Reader<'_>, node: &Node) -> Option<TargetsDuring> {
    let fields = reader.fields(node, "an item of \"during\"", &node.span, &during_keys())?;
    let targets = limits(reader, &fields);
    let written = reader.need(&fields, "hours")?;
    let (hours, text) = hours_as_written(reader, written, "\"hours\"")?;
    match hours {
        Hours::Windows { .. } => {}
        Hours::Always | Hours::EmergencyOnly => {
            let message = "\"during\" wants windows, such as mon-fri 09:00-18:00 or 土日 0-24時";
            reader.findings.error(&written.span, message);
            return None;
        }
    }
    let is_told = CLOCKS.iter().any(|(word, _)| fields.get(word).is_some() || fields.slipped(word));
    if !is_told {
        reader.findings.warning(&node.span, "these hours promise nothing of their own");
    }
    Some(TargetsDuring { hours, text, targets })
}
