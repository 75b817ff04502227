//! `notify`: who hears of incidents beside the paged.

use std::ops::RangeInclusive;

use crate::plan::notation::when::occasion;
use crate::plan::read::Reader;
use crate::plan::read::field::Fields;
use crate::plan::read::group::is_empty;
use crate::plan::read::name::Kind;
use crate::plan::yaml::{Node, Value};
use crate::plan::{Announcement, Occasion};

pub(super) const KEYS: &[&str] = &["on", "severity", "to"];

pub(super) fn read(reader: &mut Reader<'_>, top: &Fields<'_>) -> Vec<Announcement> {
    let Some(node) = top.get("notify") else {
        return Vec::new();
    };
    let items = match &node.value {
        Value::Map(_) => std::slice::from_ref(node),
        Value::Nothing | Value::Plain(_) | Value::Quoted(_) | Value::List(_) | Value::Refused => {
            reader.items(node, "\"notify\"")
        }
    };
    items.iter().flat_map(|it| announcements(reader, it).unwrap_or_default()).collect()
}

/// The announcements of one item: several where its severities are not neighbours.
fn announcements(reader: &mut Reader<'_>, node: &Node) -> Option<Vec<Announcement>> {
    let fields = reader.fields(node, "an announcement", &node.span, KEYS)?;
    let on = reader.need(&fields, "on").map(|it| occasions(reader, it));
    let to = reader.need(&fields, "to");
    let channels = to.map(|it| reader.refer_each(Kind::Channel, it, "\"to\""));
    for item in to.map(|it| reader.items(it, "\"to\"")).unwrap_or_default() {
        if let Some(name) = item.as_text() {
            reader.check_announcement(item, name.trim());
        }
    }
    for (node, what) in [(fields.get("on"), "an occasion"), (to, "a channel")] {
        if let Some(node) = node.filter(|it| is_empty(it)) {
            reader.findings.error(&node.span, format!("{what} is missing"));
        }
    }
    let ranks = match fields.get("severity") {
        Some(node) => ranks(reader, node),
        None => vec![0..=reader.ranks.len().saturating_sub(1)],
    };
    let (on, to) = (on?, channels?);
    let announcement = |ranks| Announcement { on: on.clone(), ranks, to: to.clone() };
    Some(ranks.into_iter().map(announcement).collect())
}

fn occasions(reader: &mut Reader<'_>, node: &Node) -> Vec<Occasion> {
    let items = reader.items(node, "\"on\"");
    let mut all: Vec<_> =
        items.iter().filter_map(|it| reader.parsed(it, "an occasion", occasion)).collect();
    all.sort();
    all.dedup();
    all
}

/// The ranks of `P0..P1`, of one label, or of a list, as ranges of neighbours.
fn ranks(reader: &mut Reader<'_>, node: &Node) -> Vec<RangeInclusive<usize>> {
    let items = reader.items(node, "\"severity\"");
    let mut all: Vec<usize> = items.iter().filter_map(|it| span(reader, it)).flatten().collect();
    all.sort_unstable();
    all.dedup();
    let neighbours = all.chunk_by(|before, after| before + 1 == *after);
    neighbours.filter_map(|it| Some(*it.first()?..=*it.last()?)).collect()
}

fn span(reader: &mut Reader<'_>, node: &Node) -> Option<RangeInclusive<usize>> {
    let text = reader.words(node, "a severity")?;
    // A label may hold the sign of a range, so the whole text goes first.
    let ends = text.split_once("..").or_else(|| text.split_once(['〜', '～']));
    let Some((first, last)) = ends.filter(|_| reader.ranks.rank(&text).is_none()) else {
        let label = reader.severity(node)?;
        return reader.ranks.rank(&label).map(|it| it..=it);
    };
    let mut rank = |name: &str| {
        let label = Node { span: node.span.clone(), value: Value::Quoted(name.trim().to_owned()) };
        let label = reader.severity(&label)?;
        reader.ranks.rank(&label)
    };
    let (first, last) = (rank(first), rank(last));
    let (first, last) = (first?, last?);
    Some(first.min(last)..=first.max(last))
}
