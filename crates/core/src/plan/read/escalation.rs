//! `escalation`: who is paged, in order.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use crate::plan::finding::Complaint;
use crate::plan::notation::limit;
use crate::plan::notation::when::{nearly_known, unless, when};
use crate::plan::read::Reader;
use crate::plan::read::field::Fields;
use crate::plan::read::group::is_empty;
use crate::plan::read::name::Kind;
use crate::plan::width::plain;
use crate::plan::yaml::{Entry, Node};
use crate::plan::{
    Clock, ConditionLevel, Escalation, Level, Limit, Repeat, Target, Unless, When, duration,
};

pub(super) const KEYS: &[&str] = &["page", "after", "unless", "when", "repeat", "times"];
/// The escalation that applies where nothing else does.
const DEFAULT: &str = "default";
/// Levels of one escalation.
const LEVELS_MAX: usize = 50;
/// How often a ladder begins again.
const TIMES_MAX: u32 = 100;
/// A ladder that repeats faster only hides the page before.
const REPEAT_MIN: SignedDuration = SignedDuration::from_mins(1);

pub(super) fn read(reader: &mut Reader<'_>, top: &Fields<'_>) -> BTreeMap<String, Escalation> {
    let entries = reader.named(top, "escalation");
    let has_default = entries.iter().any(|it| it.key == DEFAULT);
    let is_readable = reader.names.is_readable(Kind::Escalation);
    if !has_default && is_readable && reader.names.has_people() {
        let complaint = Complaint::new("there is no escalation \"default\"");
        let hint =
            "add \"escalation: { default: [{ page: [NAME] }] }\", so that somebody is always paged";
        reader.findings.error(&top.place("escalation"), complaint.hint(hint));
    }
    entries.iter().map(|it| (it.key.clone(), escalation(reader, it))).collect()
}

fn escalation(reader: &mut Reader<'_>, entry: &Entry) -> Escalation {
    let name = entry.key.clone();
    let mut escalation =
        Escalation { name, levels: Vec::new(), conditions: Vec::new(), repeat: None };
    let what = format!("the escalation \"{}\"", entry.key);
    let items = match entry.value.as_text() {
        None => reader.items(&entry.value, &what),
        Some(_) => {
            let complaint = Complaint::new(format!("{what} must be a list of levels"));
            reader.findings.error(&entry.value.span, complaint.hint("write - page: [NAME]"));
            return escalation;
        }
    };
    if items.len() > LEVELS_MAX {
        reader.findings.error(&entry.key_span, format!("{what} has more than {LEVELS_MAX} levels"));
    }
    let mut readable = true;
    for item in items.iter().take(LEVELS_MAX) {
        readable &= level(reader, item, &mut escalation).is_some();
    }
    if readable && escalation.levels.is_empty() {
        let complaint = Complaint::new(format!("{what} pages nobody at the beginning"));
        reader.findings.error(&entry.key_span, complaint.hint("begin with - page: [NAME]"));
    }
    escalation
}

/// Reads one item. `None` when it could not be read, which the findings say.
fn level(reader: &mut Reader<'_>, node: &Node, escalation: &mut Escalation) -> Option<()> {
    let fields = reader.fields(node, "a level", &node.span, KEYS)?;
    if fields.get("repeat").is_some() || fields.get("times").is_some() {
        only(reader, &fields, "repeat", &["repeat", "times"])?;
        return repeat(reader, &fields, node, escalation);
    }
    if let Some(condition) = fields.get("when") {
        only(reader, &fields, "when", &["when", "page"])?;
        let when = condition_of(reader, condition)?;
        let page = page(reader, &fields)?;
        escalation.conditions.push(ConditionLevel { when, page });
        return Some(());
    }
    by_time(reader, &fields, node, escalation)
}

/// Complains of a key that does not go together with `main`, which takes only `keys`.
fn only(reader: &mut Reader<'_>, fields: &Fields<'_>, main: &str, keys: &[&str]) -> Option<()> {
    let others = fields.others(keys);
    let odd = others.iter().find(|it| KEYS.contains(&it.key.as_str()));
    let Some(entry) = odd else { return Some(()) };
    let message = format!("\"{}\" does not go together with \"{main}\"", entry.key);
    let complaint = Complaint::new(message).hint("make it a level of its own");
    reader.findings.error(&entry.key_span, complaint);
    None
}

fn repeat(
    reader: &mut Reader<'_>,
    fields: &Fields<'_>,
    node: &Node,
    escalation: &mut Escalation,
) -> Option<()> {
    if escalation.repeat.is_some() {
        reader.findings.error(&node.span, "an escalation repeats in one way only");
        return None;
    }
    let every = reader.need(fields, "repeat");
    let times = reader.need(fields, "times");
    let every = every.and_then(|it| reader.parsed(it, "\"repeat\"", repeat_every));
    let times = times.and_then(|it| reader.parsed(it, "\"times\"", repeat_times));
    escalation.repeat = Some(Repeat { every: every?, times: times? });
    Some(())
}

fn repeat_every(text: &str) -> Result<SignedDuration, Complaint> {
    match duration::parse(text)? {
        it if it < REPEAT_MIN => Err("a ladder repeats after a minute at the earliest".into()),
        it => Ok(it),
    }
}

fn repeat_times(text: &str) -> Result<u32, Complaint> {
    match plain(text).trim_end_matches('回').parse::<u32>() {
        Ok(it) if (1..=TIMES_MAX).contains(&it) => Ok(it),
        Ok(_) | Err(_) => Err(format!("\"{text}\" is not a number from 1 to {TIMES_MAX}").into()),
    }
}

fn condition_of(reader: &mut Reader<'_>, node: &Node) -> Option<When> {
    let sentence = reader.words(node, "\"when\"")?;
    let when = when(&sentence);
    if let When::Said(said) = &when
        && let Some(known) = nearly_known(said)
    {
        let complaint =
            Complaint::new(format!("\"{said}\" is a sentence that a person must say holds"));
        reader.findings.warning(&node.span, complaint.hint(format!("did you mean \"{known}\"?")));
    }
    Some(when)
}

fn by_time(
    reader: &mut Reader<'_>,
    fields: &Fields<'_>,
    node: &Node,
    escalation: &mut Escalation,
) -> Option<()> {
    let after = match fields.get("after") {
        Some(it) => Some(reader.parsed(it, "\"after\"", after)?),
        None => None,
    };
    let unless = match fields.get("unless") {
        Some(it) => reader.parsed(it, "\"unless\"", unless)?,
        None => Unless::Acknowledged,
    };
    let page = page(reader, fields)?;
    let place = fields.get("after").map_or(&node.span, |it| &it.span);
    let after =
        in_order(escalation.levels.last(), after).map_err(|it| reader.findings.error(place, it));
    escalation.levels.push(Level { after: after.ok()?, unless, page });
    Some(())
}

/// Levels wait elapsed time, or business time.
fn after(text: &str) -> Result<Limit, Complaint> {
    let wrong = match duration::parse(text) {
        Ok(it) => return Ok(Limit::Within(it)),
        Err(it) => it,
    };
    match limit::limit(text, Clock::Escalate) {
        Ok(it @ (Limit::BusinessDays(_) | Limit::BusinessHours(_))) => Ok(it),
        Ok(Limit::Within(_)) | Err(_) => Err(wrong.into()),
    }
}

/// Levels go up: the first at once, each later than the one before.
fn in_order(before: Option<&Level>, after: Option<Limit>) -> Result<Limit, Complaint> {
    const AT_ONCE: Limit = Limit::Within(SignedDuration::ZERO);
    match (before, after) {
        (None, None | Some(AT_ONCE)) => Ok(AT_ONCE),
        (None, Some(_)) => Err(Complaint::new("the first level does not wait")
            .hint("remove \"after\": somebody is paged at once")),
        (Some(_), None) => Err(Complaint::new("a later level needs \"after\"")
            .hint("write after: 15m, or page both in one level")),
        (Some(level), Some(it)) if is_later(level.after, it) => Ok(it),
        (Some(level), Some(it)) if level.after.is_business() && !it.is_business() => {
            Err(Complaint::new("elapsed time does not follow business time")
                .hint("write later levels in business time too, such as after: 2 business days"))
        }
        (Some(_), Some(_)) => Err(Complaint::new("a level comes no later than the one before")
            .hint("\"after\" is counted from the beginning of the incident")),
    }
}

/// Whether a level comes later whenever the ladder begins. An hour of business takes an hour at least.
fn is_later(before: Limit, after: Limit) -> bool {
    match (before, after) {
        (Limit::Within(a), Limit::Within(b) | Limit::BusinessHours(b))
        | (Limit::BusinessHours(a), Limit::BusinessHours(b)) => b > a,
        (Limit::BusinessDays(a), Limit::BusinessDays(b)) => b > a,
        (Limit::Within(_) | Limit::BusinessHours(_), Limit::BusinessDays(days)) => days > 0,
        (Limit::BusinessHours(_) | Limit::BusinessDays(_), Limit::Within(_))
        | (Limit::BusinessDays(_), Limit::BusinessHours(_)) => false,
    }
}

fn page(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Option<Vec<Target>> {
    let node = reader.need(fields, "page")?;
    if is_empty(node) {
        reader.findings.error(&node.span, "a level pages nobody");
        return None;
    }
    let mut targets = Vec::new();
    let items = reader.items(node, "\"page\"");
    for item in items {
        let target = reader.target(item);
        targets.extend(target.filter(|it| !targets.contains(it)));
    }
    (!targets.is_empty()).then_some(targets)
}
