//! Rules of conduct: what everybody must and must not do.

use crate::import::model::Clause;
use crate::import::outline::{Block, Kind};
use crate::import::reading::Reading;
use crate::import::word::subject::Subject;

pub(super) fn read(reading: &mut Reading<'_>) {
    let mut above = String::new();
    for (index, block) in reading.plain_blocks() {
        let Block { kind: Kind::Item(item), section, text, lines, .. } = block else { continue };
        if !reading.is_about(*section, Subject::Conduct) {
            continue;
        }
        if item.depth == 0 {
            above.clone_from(text);
            let next = reading.outline.blocks.get(index + 1);
            let heads =
                next.is_some_and(|it| matches!(&it.kind, Kind::Item(item) if item.depth > 0));
            if heads {
                reading.ledger.used(&lines.clone().collect::<Vec<_>>(), "rules of conduct");
                continue;
            }
            above = reading.outline.title(*section).to_owned();
        }
        let lines: Vec<usize> = lines.clone().collect();
        reading.ledger.used(&lines, "rules of conduct");
        reading.document.rules.push(Clause { label: above.clone(), text: text.clone(), lines });
    }
}
