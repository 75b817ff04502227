//! Contacts who are not there when a severity needs them.

use super::level::answered;
use crate::import::model::{Contact, Severity};
use crate::import::reading::Reading;
use crate::language::Language;
use crate::plan::Clock;
use crate::plan::calendar::Hours;
use crate::plan::notation::window;

pub(super) fn read(reading: &mut Reading<'_>) {
    domains(reading);
    let language = reading.language;
    let urgent =
        reading.document.severities.iter().find(|it| answered(it).is_some_and(|it| it <= 3_600));
    let Some(severity) = urgent else { return };
    let promise = promised(severity);
    let mut told = Vec::new();
    for contact in reading.document.contacts.iter().filter(|it| !it.outside) {
        let Some(hours) = contact.hours.as_deref() else { continue };
        let is_limited = match window::hours(hours) {
            Ok(Hours::Always) => false,
            Ok(Hours::Windows { .. } | Hours::EmergencyOnly) => true,
            Err(_) => continue,
        };
        if !is_limited {
            continue;
        }
        let who = name(contact, language);
        let text = language.pick(
            format!(
                "{}は「{promise}」の約束ですが、{who}の対応時間は「{hours}」です",
                severity.label
            ),
            format!(
                "{} is promised \"{promise}\" at any hour, but {who} is there \"{hours}\"",
                severity.label
            ),
        );
        told.push((text, severity.lines.iter().chain(&contact.lines).copied().collect::<Vec<_>>()));
    }
    for (text, lines) in told {
        reading.contradict(text, &lines);
    }
}

/// The promise in the document's own words.
pub(super) fn promised(severity: &Severity) -> String {
    let target =
        severity.targets.get(&Clock::Respond).or_else(|| severity.targets.get(&Clock::Acknowledge));
    target.map_or_else(String::new, |it| it.text.clone())
}

fn name(contact: &Contact, language: Language) -> String {
    match &contact.name {
        Some(name) => language
            .pick(format!("{}（{name}）", contact.role), format!("{} ({name})", contact.role)),
        None => contact.role.clone(),
    }
}

/// People at one domain and checks at another: one of the two may belong to another system.
fn domains(reading: &mut Reading<'_>) {
    let mails = reading.document.contacts.iter().filter(|it| !it.outside).flat_map(|it| {
        let line = it.lines.first().copied().unwrap_or_default();
        it.endpoints
            .iter()
            .filter(|it| it.kind == "email")
            .filter_map(move |it| Some((it.address.split_once('@')?.1.to_owned(), line)))
    });
    let Some((domain, line)) = mails.into_iter().next() else { return };
    let mut checks: Option<(String, usize)> = None;
    for step in reading.document.procedures.iter().flat_map(|it| &it.steps) {
        for (number, text) in step.lines.iter().zip(step.text.lines()) {
            let Some((_, rest)) = text.split_once("https://") else { continue };
            let host = rest.split(['/', ' ', '"', ':', '?']).next().unwrap_or_default();
            let is_own = text.contains("/health") || text.contains("/api/health");
            if is_own
                && !host.is_empty()
                && !host.ends_with(&domain)
                && !host.contains('$')
                && !host.contains('<')
            {
                checks.get_or_insert((host.to_owned(), *number));
            }
        }
    }
    let Some((host, number)) = checks else { return };
    let text = reading.language.pick(
        format!("連絡先は {domain} ですが、ヘルスチェックは {host} を見ています"),
        format!("the contacts are at {domain}, but the health check asks {host}"),
    );
    reading.contradict(text, &[line, number]);
}
