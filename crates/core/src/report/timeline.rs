//! The joint timeline of an incident and its runs.

use jiff::Timestamp;

use crate::incident::event::{Event, Fact};
use crate::report::Material;
use crate::report::line::Entry;

/// What goes first at one moment: under a virtual clock cause and effect often share it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    /// The incident, which starts runs.
    Cause,
    Run,
    /// What the incident heard of its runs, and what followed from it.
    News,
}

/// Every entry, in the order of time.
///
/// Each timeline keeps its own order even where a clock stepped back.
pub fn timeline<'a>(material: &Material<'a>) -> Vec<Entry<'a>> {
    let mut keyed = Vec::new();
    push(&mut keyed, material.events.iter().map(|event| (turn(event), Entry::Incident(event))));
    for (run, events) in material.runs {
        push(&mut keyed, events.iter().map(|event| (Turn::Run, Entry::Run(run, event))));
    }
    keyed.sort_by_key(|(key, _)| *key);
    keyed.into_iter().map(|(_, entry)| entry).collect()
}

/// Keys each entry by the latest key so far, so that a stable sort keeps the order of one timeline.
fn push<'a>(
    keyed: &mut Vec<((Timestamp, Turn), Entry<'a>)>,
    entries: impl Iterator<Item = (Turn, Entry<'a>)>,
) {
    let mut latest = (Timestamp::MIN, Turn::Cause);
    for (turn, entry) in entries {
        latest = latest.max((entry.at(), turn));
        keyed.push((latest, entry));
    }
}

fn turn(event: &Event) -> Turn {
    let is_news = matches!(
        event.fact,
        Fact::RunStarted { .. }
            | Fact::RunHeld { .. }
            | Fact::RunResumed { .. }
            | Fact::RunEnded { .. }
    );
    if is_news { Turn::News } else { Turn::Cause }
}
