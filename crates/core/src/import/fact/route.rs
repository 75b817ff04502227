//! Routing: what is told at once, what is gathered, what is reported daily, and over which channel.

use crate::import::model::Route;
use crate::import::outline::{Block, Kind};
use crate::import::reading::Reading;
use crate::import::word::label::label;
use crate::import::word::subject::Subject;
use crate::import::word::{fold, has_any, labelled};

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

/// `- **1時間集約**: P2レベル問題`.
fn by_label(block: &Block) -> Option<Route> {
    let (how, text) = labelled(&block.text)?;
    if !has_any(&fold(how), &HOW) {
        return None;
    }
    let is_part = |it: char| matches!(it, ' ' | ',' | '、' | '・' | '/' | '\n' | '-' | '〜');
    let severities: Vec<String> = text.split(is_part).filter_map(label).map(|it| it.text).collect();
    let channel = channel(text);
    (!severities.is_empty() || channel.is_some()).then(|| Route {
        how: how.to_owned(),
        severities,
        channel,
        text: text.to_owned(),
        lines: Vec::new(),
    })
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
