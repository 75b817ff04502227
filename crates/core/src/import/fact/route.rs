//! Routing: what is told at once, what is gathered, what is reported daily, and over which channel.

use crate::import::model::Route;
use crate::import::outline::{Block, Kind};
use crate::import::reading::Reading;
use crate::import::word::figure::{first, seconds_text};
use crate::import::word::label::label;
use crate::import::word::subject::Subject;
use crate::import::word::{fold, has_any, labelled};
use crate::plan::notation::recurrence::recurrence;

const HOW: [&str; 16] = [
    "即座通知",
    "即時通知",
    "集約",
    "日次レポート",
    "週次レポート",
    "まとめ",
    "immediate notification",
    "immediate",
    "digest",
    "daily report",
    "weekly report",
    "batched",
    "hourly",
    "summary",
    "電話通知",
    "メール通知",
];

pub(super) fn read(reading: &mut Reading<'_>) {
    for (_, block) in reading.plain_blocks() {
        if !matches!(block.kind, Kind::Item(_) | Kind::Paragraph) {
            continue;
        }
        let lines: Vec<usize> = block.lines.clone().collect();
        if lines.iter().any(|it| reading.ledger.is_used(*it)) {
            continue;
        }
        let route = by_label(block).or_else(|| by_channel(reading, block));
        if let Some(route) = route {
            reading.ledger.used(&lines, &format!("route {}", route.how));
            reading.document.routes.push(Route { lines, ..route });
        }
    }
}

/// `- **1時間集約**: P2レベル問題`, `- P3: 日次レポート`.
fn by_label(block: &Block) -> Option<Route> {
    let (before, behind) = labelled(&block.text)?;
    let tells = |it: &str| has_any(&fold(it), &HOW);
    let (how, text) = if tells(before) {
        (before, behind)
    } else if tells(behind) && !severities(before).is_empty() {
        (behind, before)
    } else {
        return None;
    };
    let severities = severities(text);
    let channel = channel(text);
    (!severities.is_empty() || channel.is_some()).then(|| Route {
        how: how.to_owned(),
        severities,
        every: every(how),
        channel,
        text: text.to_owned(),
        lines: Vec::new(),
    })
}

fn severities(text: &str) -> Vec<String> {
    let is_part = |it: char| matches!(it, ' ' | ',' | '、' | '・' | '/' | '\n' | '-' | '〜');
    text.split(is_part).filter_map(label).map(|it| it.text).collect()
}

/// When what is told like this goes out: `1時間集約`, `日次レポート（9時）`, `immediate notification`.
fn every(how: &str) -> Option<String> {
    let folded = fold(how);
    let written = if has_any(&folded, &["即座", "即時", "immediate", "at once"]) {
        return Some("at once".to_owned());
    } else if let Some(seconds) = first(&folded).and_then(|it| it.seconds) {
        format!("every {}", seconds_text(seconds))
    } else if has_any(&folded, &["日次", "毎日", "daily"]) {
        let time = folded.split([' ', '(', ')', ',', '、']).find(|it| is_time(it));
        time.map_or_else(|| "daily".to_owned(), |it| format!("daily at {it}"))
    } else if has_any(&folded, &["週次", "毎週", "weekly"]) {
        "weekly".to_owned()
    } else if has_any(&folded, &["毎時", "hourly"]) {
        "every 1h".to_owned()
    } else {
        return None;
    };
    recurrence(&written).is_ok().then_some(written)
}

/// `9時`, `09:00`.
fn is_time(word: &str) -> bool {
    word.starts_with(|it: char| it.is_ascii_digit()) && word.contains(['時', ':'])
}

/// `重要なアラートは Slack チャンネル #alerts に通知されます`.
fn by_channel(reading: &Reading<'_>, block: &Block) -> Option<Route> {
    let channel = channel(&block.text)?;
    let folded = fold(&block.text);
    let tells = has_any(
        &folded,
        &[
            "通知",
            "slack",
            "teams",
            "notify",
            "notified",
            "notification",
            "notifications",
            "posted",
        ],
    );
    let about = reading.is_below(block.section, Subject::Routing);
    (tells || about).then(|| Route {
        how: "channel".to_owned(),
        severities: Vec::new(),
        every: None,
        channel: Some(channel),
        text: block.text.replace('\n', " "),
        lines: Vec::new(),
    })
}

/// `#oneshot-alerts`.
fn channel(text: &str) -> Option<String> {
    let is_part = |it: char| !(it.is_ascii_alphanumeric() || matches!(it, '-' | '_'));
    text.match_indices('#').find_map(|(at, _)| {
        let rest = text.get(at + 1..)?;
        let end = rest.find(is_part).unwrap_or(rest.len());
        let name = rest.get(..end)?;
        let speaks = name.len() > 2 && name.starts_with(|it: char| it.is_ascii_alphabetic());
        speaks.then(|| format!("#{name}"))
    })
}
