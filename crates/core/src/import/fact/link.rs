//! Links: other documents, pages, dashboards.

use crate::import::model::Link;
use crate::import::outline::Kind;
use crate::import::reading::Reading;
use crate::import::word::labelled;

/// `- **メイン監視**: /ops/monitoring`: a place, and nothing else.
fn places(reading: &mut Reading<'_>) {
    for (_, block) in reading.plain_blocks() {
        let lines: Vec<usize> = block.lines.clone().collect();
        if !matches!(block.kind, Kind::Item(_))
            || lines.iter().any(|it| reading.ledger.is_used(*it))
        {
            continue;
        }
        let Some((text, target)) = labelled(&block.text) else { continue };
        let is_place =
            ["/", "./", "../", "http://", "https://"].iter().any(|it| target.starts_with(it));
        if is_place && !target.contains(char::is_whitespace) {
            reading.ledger.used(&lines, &format!("link {text}"));
            let (text, target) = (text.to_owned(), target.to_owned());
            reading.document.links.push(Link { text, target, lines });
        }
    }
}

pub(super) fn read(reading: &mut Reading<'_>) {
    places(reading);
    let links = reading.outline.links.clone();
    for link in links {
        if link.lines.iter().any(|it| reading.is_form(*it)) {
            continue;
        }
        reading.ledger.used(&link.lines, &format!("link {}", link.text));
        reading.document.links.push(link);
    }
}
