//! What contradicts itself, what is missing, and what cannot be kept: told with lines, decided by people.

use super::model::Document;
use super::reading::Reading;

mod backup;
mod between_documents;
mod conduct;
mod contact;
mod escalation;
mod level;
mod route;

/// The doubts of one document.
pub(super) fn within(reading: &mut Reading<'_>) {
    level::read(reading);
    contact::read(reading);
    escalation::read(reading);
    route::read(reading);
    backup::read(reading);
    conduct::read(reading);
    missing(reading);
}

/// The doubts between documents of one import.
pub(super) fn between(documents: &mut [Document]) {
    between_documents::read(documents);
}

/// What a plan needs and the document does not say.
fn missing(reading: &mut Reading<'_>) {
    let language = reading.language;
    let document = &reading.document;
    let mut asked: Vec<(String, Vec<usize>)> = Vec::new();
    for severity in document.severities.iter().filter(|it| it.targets.is_empty()) {
        let text = language.pick(
            format!("{}はいつまでに対応しますか", severity.label),
            format!("by when is {} answered?", severity.label),
        );
        asked.push((text, severity.lines.clone()));
    }
    let unsettled =
        document.thresholds.iter().filter(|it| it.alert.is_some() && it.severity.is_none());
    for threshold in unsettled {
        let name = threshold.alert.clone().unwrap_or_default();
        let text = language.pick(
            format!("アラート {name} の重要度はどれですか"),
            format!("which severity has the alert {name}?"),
        );
        asked.push((text, threshold.lines.clone()));
    }
    if !document.severities.is_empty() && document.contacts.is_empty() {
        let text = language.pick(
            "誰に連絡しますか。連絡先が書かれていません",
            "who is called? No contact is written down",
        );
        asked.push((text.to_owned(), Vec::new()));
    }
    let often = ["定期的な更新", "定期的に更新", "regular updates", "定期的な報告"];
    let vague = document.rules.iter().filter(|it| often.iter().any(|word| it.text.contains(word)));
    for rule in vague {
        let text = language.pick(
            format!("「{}」はどのくらいの間隔ですか", rule.text),
            format!("how often is \"{}\"?", rule.text),
        );
        asked.push((text, rule.lines.clone()));
    }
    if !reading.says_its_zone() {
        let zone = reading.document.zone();
        let text = language.pick(
            format!("どの地域の時刻ですか。計画には {zone} と書きました"),
            format!("which time zone are the times in? The plan says {zone}"),
        );
        asked.push((text, Vec::new()));
    }
    for (text, lines) in asked {
        // The lines stay what they became; the question stands beside them.
        reading.question(text, &lines);
    }
}
