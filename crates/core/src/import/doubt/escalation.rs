//! Escalations that disagree with each other, or name no severity.

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

/// One severity, two times, for the same kind of condition.
fn twice(reading: &mut Reading<'_>) {
    let language = reading.language;
    let mut told = Vec::new();
    let all = &reading.document.escalations;
    for (place, first) in all.iter().enumerate() {
        for second in all.iter().skip(place + 1) {
            let same = key(first).is_some() && key(first) == key(second);
            let (Some(one), Some(other)) = (waits(first), waits(second)) else { continue };
            // A table has a column for each time of the same level.
            let in_one_row = first.lines.iter().any(|it| second.lines.contains(it));
            if !same
                || one == other
                || in_one_row
                || first.condition.is_none()
                || second.condition.is_none()
            {
                continue;
            }
            let said = |it: &Escalation| it.condition.clone().unwrap_or_default();
            let text = language.pick(
                format!(
                    "{}のエスカレーションが二通りあります: 「{}」と「{}」",
                    first.severity.clone().unwrap_or_default(),
                    said(first),
                    said(second)
                ),
                format!(
                    "{} escalates in two ways: \"{}\" and \"{}\"",
                    first.severity.clone().unwrap_or_default(),
                    said(first),
                    said(second)
                ),
            );
            told.push((text, first.lines.iter().chain(&second.lines).copied().collect::<Vec<_>>()));
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
    for vague in all.iter().filter(|it| it.severity.is_some() && waits(it).is_none()) {
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
        reading.document.questions.push(crate::import::Note { text, lines });
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
    reading.document.questions.push(crate::import::Note { text: text.to_owned(), lines });
}
