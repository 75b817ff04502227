//! Escalations that disagree with each other, or name no severity.

use std::collections::BTreeMap;

use crate::import::model::Escalation;
use crate::import::reading::Reading;
use crate::import::word::label::label;

pub(super) fn read(reading: &mut Reading<'_>) {
    twice(reading);
    without_time(reading);
    unjoined(reading);
}

/// Severities as they are compared.
fn key(escalation: &Escalation) -> Option<String> {
    escalation.severity.as_deref().and_then(label).map(|it| it.key())
}

/// How long, where it waits at all.
fn waits(escalation: &Escalation) -> Option<(Option<i64>, Option<u32>)> {
    let says = escalation.after_seconds.is_some_and(|it| it > 0)
        || escalation.after_business_days.is_some();
    says.then_some((escalation.after_seconds, escalation.after_business_days))
}

/// Escalations of one severity that are held against each other; more are a table, not a slip.
const COMPARED_MAX: usize = 40;

/// One severity, two times, for the same kind of condition.
fn twice(reading: &mut Reading<'_>) {
    let language = reading.language;
    let mut told = Vec::new();
    let mut by_severity: BTreeMap<String, Vec<&Escalation>> = BTreeMap::new();
    for escalation in &reading.document.escalations {
        let says = waits(escalation).is_some() && escalation.condition.is_some();
        if let Some(key) = key(escalation).filter(|_| says) {
            let all = by_severity.entry(key).or_default();
            if all.len() < COMPARED_MAX {
                all.push(escalation);
            }
        }
    }
    for all in by_severity.values() {
        for (place, first) in all.iter().enumerate() {
            for second in all.iter().skip(place + 1) {
                // A table has a column for each time of the same level.
                let in_one_row = first.lines.iter().any(|it| second.lines.contains(it));
                if waits(first) == waits(second) || in_one_row {
                    continue;
                }
                let said = |it: &Escalation| it.condition.clone().unwrap_or_default();
                let of = first.severity.clone().unwrap_or_default();
                let text = language.pick(
                    format!(
                        "{of}のエスカレーションが二通りあります: 「{}」と「{}」",
                        said(first),
                        said(second)
                    ),
                    format!(
                        "{of} escalates in two ways: \"{}\" and \"{}\"",
                        said(first),
                        said(second)
                    ),
                );
                told.push((text, [first.lines.as_slice(), second.lines.as_slice()].concat()));
            }
        }
    }
    for (text, lines) in told {
        reading.contradict(text, &lines);
    }
}

/// `エスカレーション: 必要` does not say when; another place may.
fn without_time(reading: &mut Reading<'_>) {
    let language = reading.language;
    let (mut told, mut asked) = (Vec::new(), Vec::new());
    let all = &reading.document.escalations;
    let vague = all.iter().filter(|it| it.severity.is_some() && waits(it).is_none());
    for vague in vague.take(COMPARED_MAX) {
        let Some(said) = vague.condition.as_ref().filter(|it| it.chars().count() <= 6) else {
            continue;
        };
        let severity = vague.severity.clone().unwrap_or_default();
        let other = all.iter().find(|it| key(it) == key(vague) && waits(it).is_some());
        match other {
            Some(other) => {
                let exact = other.condition.clone().unwrap_or_default();
                let text = language.pick(
                    format!(
                        "{severity}のエスカレーションは「{said}」とも「{exact}」とも書かれています"
                    ),
                    format!("{severity} escalates as \"{said}\" and as \"{exact}\""),
                );
                told.push((
                    text,
                    vague.lines.iter().chain(&other.lines).copied().collect::<Vec<_>>(),
                ));
            }
            None => {
                let text = language.pick(
                    format!("{severity}はいつ、誰にエスカレーションしますか"),
                    format!("when does {severity} escalate, and to whom?"),
                );
                asked.push((text, vague.lines.clone()));
            }
        }
    }
    for (text, lines) in told {
        reading.contradict(text, &lines);
    }
    for (text, lines) in asked {
        reading.question(text, &lines);
    }
}

/// Tiers with times, severities without: nothing joins the two.
fn unjoined(reading: &mut Reading<'_>) {
    let ladder: Vec<&Escalation> = reading
        .document
        .escalations
        .iter()
        .filter(|it| {
            it.severity.is_none()
                && it.procedure.is_none()
                && waits(it).is_some()
                && !it.to.is_empty()
        })
        .collect();
    let joined = reading.document.escalations.iter().any(|it| it.severity.is_some());
    if ladder.len() < 2 || joined || reading.document.severities.is_empty() {
        return;
    }
    let lines: Vec<usize> = ladder.iter().flat_map(|it| it.lines.clone()).collect();
    let text = reading.language.pick(
        "この連絡の段階がどの重要度のものか書かれていません。すべての重要度に当てはめました",
        "nothing says for which severities these tiers are; they were taken for all of them",
    );
    reading.question(text.to_owned(), &lines);
}
