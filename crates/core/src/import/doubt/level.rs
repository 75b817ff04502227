//! Levels whose promises their own procedures, headings or deadlines break.

use crate::import::model::{Severity, TargetKind};
use crate::import::reading::Reading;
use crate::import::word::figure;
use crate::import::word::subject::Subject;
use crate::plan::Clock;

pub(super) fn read(reading: &mut Reading<'_>) {
    budgets(reading);
    heading(reading);
    deadline_for_all(reading);
}

/// The seconds within which a severity is answered.
pub(super) fn answered(severity: &Severity) -> Option<i64> {
    let target = severity
        .targets
        .get(&Clock::Respond)
        .or_else(|| severity.targets.get(&Clock::Acknowledge))?;
    matches!(target.kind, TargetKind::Immediate | TargetKind::Duration)
        .then_some(target.seconds)
        .flatten()
}

/// Phases that take longer than what is promised.
fn budgets(reading: &mut Reading<'_>) {
    let language = reading.language;
    let mut told = Vec::new();
    for procedure in &reading.document.procedures {
        let mut phases: Vec<(String, i64)> = Vec::new();
        for phase in procedure.steps.iter().filter_map(|it| it.phase.clone()) {
            if let Some(seconds) =
                figure::budget(&phase).filter(|_| !phases.iter().any(|it| it.0 == phase))
            {
                phases.push((phase, seconds));
            }
        }
        let total: i64 = phases.iter().map(|it| it.1).sum();
        let first = phases.first().map_or(0, |it| it.1);
        for severity in &reading.document.severities {
            let is_its = procedure.severity.as_ref() == Some(&severity.label);
            let of_all = procedure.severity.is_none() && severity.rank == 0;
            let Some(promised) = answered(severity).filter(|_| is_its || of_all) else { continue };
            let taken = if is_its { total } else { first };
            if taken <= promised {
                continue;
            }
            let minutes = |it: i64| it / 60;
            let words = super::contact::promised(severity);
            let text = language.pick(
                format!(
                    "{}は「{words}」の約束ですが、「{}」の手順は{}分かかる予定です",
                    severity.label,
                    procedure.title,
                    minutes(taken)
                ),
                format!(
                    "{} is promised \"{words}\", but \"{}\" plans {} min",
                    severity.label,
                    procedure.title,
                    minutes(taken)
                ),
            );
            let lines =
                severity.lines.iter().chain(procedure.lines.first()).copied().collect::<Vec<_>>();
            told.push((text, lines));
        }
    }
    for (text, lines) in told {
        reading.contradict(text, &lines);
    }
}

/// Severities under a heading that says something else.
fn heading(reading: &mut Reading<'_>) {
    let first = reading.document.severities.first().and_then(|it| it.lines.first().copied());
    let Some(first) = first else { return };
    let block = reading.outline.blocks.iter().find(|it| it.lines.contains(&first));
    let Some(section) = block.map(|it| it.section) else { return };
    if !reading.is_about(section, Subject::Escalation) {
        return;
    }
    let title = reading.outline.title(section);
    let text = reading.language.pick(
        format!("重要度の定義が「{title}」の見出しの下にあります"),
        format!("the severities stand under the heading \"{title}\""),
    );
    let line = reading.outline.sections.get(section).map_or(0, |it| it.line);
    reading.contradict(text, &[line, first]);
}

/// Everybody must report sooner than some levels must be answered.
fn deadline_for_all(reading: &mut Reading<'_>) {
    let language = reading.language;
    let mut told = Vec::new();
    for escalation in &reading.document.escalations {
        let Some(after) = escalation.after_seconds.filter(|it| *it > 0) else { continue };
        let for_all = escalation.severity.is_none()
            && escalation.procedure.is_none()
            && escalation.condition.is_none();
        if !for_all {
            continue;
        }
        let slower: Vec<&Severity> = reading
            .document
            .severities
            .iter()
            .filter(|it| answered(it).is_some_and(|it| it > after))
            .collect();
        if slower.is_empty() {
            continue;
        }
        let labels: Vec<&str> = slower.iter().map(|it| it.label.as_str()).collect();
        let text = language.pick(
            format!(
                "すべての障害を{}分以内に報告しますが、{}の対応時間はそれより長いです",
                after / 60,
                labels.join("・")
            ),
            format!(
                "everything is reported within {} min, but {} may be answered later",
                after / 60,
                labels.join(", ")
            ),
        );
        let lines: Vec<usize> = escalation
            .lines
            .iter()
            .chain(slower.iter().flat_map(|it| &it.lines))
            .copied()
            .collect();
        told.push((text, lines));
    }
    for (text, lines) in told {
        reading.contradict(text, &lines);
    }
}
