//! Restores from what nobody writes, and ages that a command reads otherwise than its comment.

use crate::import::model::StepKind;
use crate::import::reading::Reading;
use crate::import::word::{figure, fold};
use crate::runbook::backup;

pub(super) fn read(reading: &mut Reading<'_>) {
    restores(reading);
    ages(reading);
}

/// A line of a script with its number.
fn lines(reading: &Reading<'_>) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for block in &reading.outline.blocks {
        let crate::import::outline::Kind::Fence(fence) = &block.kind else { continue };
        let is_shell = matches!(fence.tag.as_str(), "bash" | "sh" | "shell" | "zsh" | "console");
        if is_shell && !reading.is_form(block.lines.start) {
            lines.extend(fence.body.iter().map(|it| (it.number, it.text.clone())));
        }
    }
    lines
}

fn restores(reading: &mut Reading<'_>) {
    for (number, path) in backup::unwritten(&lines(reading)) {
        let text = reading.language.pick(
            format!("復元に使う {path} を書き出す手順がありません"),
            format!("a restore reads {path}, and nothing in the document writes it"),
        );
        reading.contradict(text, &[number]);
    }
}

/// `-mtime +1` removes what is older than two days, whatever the comment above says.
fn ages(reading: &mut Reading<'_>) {
    let mut above: Option<(usize, i64)> = None;
    let mut told = Vec::new();
    for (number, text) in lines(reading) {
        let trimmed = text.trim();
        if let Some(comment) = trimmed.strip_prefix('#') {
            let says = comment.contains("以上前")
                || comment.contains("より古い")
                || comment.contains("older");
            let figure = says.then(|| figure::first(&fold(comment))).flatten();
            above = figure.and_then(|it| it.seconds).map(|it| (number, it));
            continue;
        }
        let days = trimmed
            .split_once("-mtime +")
            .and_then(|it| it.1.split_whitespace().next().and_then(|it| it.parse::<i64>().ok()));
        if let (Some(days), Some((line, seconds))) = (days, above) {
            let hours = days.saturating_add(1).saturating_mul(24);
            if hours.saturating_mul(3_600) != seconds {
                told.push((hours, seconds / 3_600, [line, number]));
            }
        }
        if !trimmed.is_empty() {
            above = None;
        }
    }
    for (hours, said, lines) in told {
        let text = reading.language.pick(
            format!("コメントは{said}時間ですが、`-mtime` は{hours}時間より古いものを対象にします"),
            format!("the comment says {said} h, but `-mtime` takes what is older than {hours} h"),
        );
        reading.contradict(text, &lines);
    }
}

/// Whether anything in the document makes a backup.
pub(super) fn is_backed_up(reading: &Reading<'_>) -> bool {
    let steps = reading.document.procedures.iter().flat_map(|it| &it.steps);
    let speaks = |text: &str| {
        let text = fold(text);
        text.contains("backup") || text.contains("バックアップ") || text.contains("pg_dump")
    };
    steps.filter(|it| it.kind == StepKind::Command).any(|it| speaks(&it.text))
        || reading.document.schedules.iter().any(|it| speaks(&it.task))
}
