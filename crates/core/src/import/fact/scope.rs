//! The second axis of a scale: how much is affected.

use crate::import::model::Clause;
use crate::import::outline::Kind;
use crate::import::reading::Reading;
use crate::import::word::labelled;
use crate::import::word::subject::Subject;

pub(super) fn read(reading: &mut Reading<'_>) {
    for (_, block) in reading.plain_blocks() {
        let Kind::Item(_) = &block.kind else { continue };
        if !reading.is_about(block.section, Subject::Scope)
            || !reading.is_below(block.section, Subject::Severity)
        {
            continue;
        }
        let Some((label, text)) = labelled(&block.text) else { continue };
        let lines: Vec<usize> = block.lines.clone().collect();
        reading.ledger.used(&lines, &format!("scope {label}"));
        let (label, text) = (label.to_owned(), text.to_owned());
        reading.document.scopes.push(Clause { label, text, lines });
    }
}
