//! Services that need each other in a circle can never come back in order.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::plan::finding::Complaint;
use crate::plan::read::Reader;
use crate::plan::yaml::{Entry, Node, Value};

/// What each service needs, with the place where it says so.
type Needs<'n> = BTreeMap<&'n str, Vec<(&'n str, &'n Range<usize>)>>;

/// Circles that are told; each may be long.
const CIRCLES_MAX: usize = 20;
/// Services of a circle that are named.
const NAMED_MAX: usize = 12;

/// Complains once of every circle, at the need that closes it.
pub(super) fn check(reader: &mut Reader<'_>, services: &[Entry]) {
    let needs: Needs<'_> = services.iter().map(|it| (it.key.as_str(), needs_of(it))).collect();
    let mut search = Search { needs, done: BTreeSet::new(), circles: Vec::new() };
    for service in services {
        search.down_from(&service.key);
    }
    for (circle, closed_at) in search.circles {
        let message = format!("services need each other in a circle: {circle}");
        let hint = "remove one of these needs; recovery has to begin somewhere";
        reader.findings.error(closed_at, Complaint::new(message).hint(hint));
    }
}

/// A search through everything that is needed.
struct Search<'n> {
    needs: Needs<'n>,
    /// Services that lead into no circle that is not told yet.
    done: BTreeSet<&'n str>,
    circles: Vec<(String, &'n Range<usize>)>,
}

impl<'n> Search<'n> {
    /// Walks down from `start`, on its own stack: a plan may have thousands of services in a row.
    fn down_from(&mut self, start: &'n str) {
        if self.done.contains(start) {
            return;
        }
        // Each service on the way with the number of its needs that were followed.
        let mut way: Vec<(&str, usize)> = vec![(start, 0)];
        let mut on_way: BTreeSet<&str> = BTreeSet::from([start]);
        while let Some((service, followed)) = way.last_mut() {
            let service = *service;
            let Some((next, at)) = self.needs.get(service).and_then(|it| it.get(*followed)) else {
                self.done.insert(service);
                on_way.remove(service);
                way.pop();
                continue;
            };
            *followed += 1;
            if on_way.contains(next) && self.circles.len() < CIRCLES_MAX {
                let circle = way.iter().map(|(it, _)| *it).skip_while(|it| it != next);
                self.circles.push((named(circle, next), at));
            } else if !on_way.contains(next) && !self.done.contains(next) {
                way.push((next, 0));
                on_way.insert(next);
            }
        }
    }
}

/// The services of a circle, back to the first.
fn named<'n>(circle: impl Iterator<Item = &'n str>, first: &str) -> String {
    let mut names: Vec<&str> = circle.take(NAMED_MAX + 1).collect();
    if names.len() > NAMED_MAX {
        names.truncate(NAMED_MAX);
        names.push("…");
    }
    names.push(first);
    names.join(" → ")
}

fn needs_of(service: &Entry) -> Vec<(&str, &Range<usize>)> {
    let Value::Map(fields) = &service.value.value else {
        return Vec::new();
    };
    let node = fields.iter().find(|it| it.key == "needs").map(|it| &it.value);
    let items: &[Node] = match node.map(|it| &it.value) {
        Some(Value::List(items)) => items,
        Some(Value::Plain(_) | Value::Quoted(_)) => node.map_or(&[], std::slice::from_ref),
        Some(Value::Nothing | Value::Map(_) | Value::Refused) | None => &[],
    };
    items.iter().filter_map(|it| Some((it.as_text()?.trim(), &it.span))).collect()
}
