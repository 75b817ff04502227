//! Thresholds: a measure, a comparison, a value with its unit, and how long.

use crate::import::model::{Severity, Threshold};
use crate::import::outline::{Block, Fence, Kind, Table};
use crate::import::reading::Reading;
use crate::import::word::label::label;
use crate::import::word::subject::Subject;
use crate::import::word::{figure, fold, has_any, labelled};

const LABELS: [&str; 6] = ["閾値", "しきい値", "発報条件", "threshold", "condition", "trigger"];
const ANSWERS: [&str; 5] = ["対応", "対処", "response", "action", "actions"];
/// Words of a comparison behind the value.
const OVER: [&str; 12] = [
    "以上",
    "超",
    "を超",
    "上回",
    "over",
    "above",
    "exceeds",
    "exceed",
    "more than",
    "at least",
    "greater than",
    "or more",
];
const UNDER: [&str; 8] =
    ["未満", "以下", "下回", "below", "under", "less than", "at most", "or less"];

pub(super) fn read(reading: &mut Reading<'_>) {
    for (_, block) in reading.plain_blocks() {
        match &block.kind {
            Kind::Item(_) => item(reading, block),
            Kind::Table(table) => columns(reading, table, block.section),
            Kind::Fence(fence) if matches!(fence.tag.as_str(), "yaml" | "yml" | "" | "text") => {
                self::fence(reading, fence, block);
            }
            Kind::Fence(fence) => tests(reading, fence),
            Kind::Heading | Kind::Paragraph | Kind::Other => (),
        }
    }
    of_conditions(reading);
}

fn item(reading: &mut Reading<'_>, block: &Block) {
    let lines: Vec<usize> = block.lines.clone().collect();
    let said = labelled(&block.text);
    let is_threshold = said.is_some_and(|it| has_any(&fold(it.0), &LABELS));
    if !is_threshold && !reading.is_below(block.section, Subject::Threshold) {
        return;
    }
    if lines.iter().any(|it| reading.ledger.is_used(*it)) {
        return;
    }
    if let Some((label, text)) = said
        && has_any(&fold(label), &ANSWERS)
    {
        let section = reading.outline.title(block.section).to_owned();
        if let Some(it) =
            reading.document.thresholds.last_mut().filter(|it| it.alert.as_ref() == Some(&section))
        {
            it.response = Some(text.to_owned());
            reading.ledger.used(&lines, &format!("alert {section}"));
        }
        return;
    }
    let text = if is_threshold { said.map_or("", |it| it.1) } else { block.text.as_str() };
    let Some(mut threshold) = comparison(text) else { return };
    threshold.alert = alert_of(reading, block.section);
    put(reading, threshold, lines);
}

/// The heading that is an alert's name: one word that no prose has.
fn alert_of(reading: &Reading<'_>, section: usize) -> Option<String> {
    let title = reading.outline.title(section);
    let is_name = !title.is_empty()
        && title.is_ascii()
        && !title.contains(' ')
        && (title.contains('_') || title.bytes().skip(1).any(|it| it.is_ascii_uppercase()))
        && title.bytes().filter(u8::is_ascii_alphabetic).count() >= 4;
    is_name.then(|| title.to_owned())
}

fn put(reading: &mut Reading<'_>, mut threshold: Threshold, lines: Vec<usize>) {
    let name = threshold.alert.clone().unwrap_or_else(|| threshold.metric.clone());
    reading.ledger.used(&lines, &format!("alert {name}"));
    threshold.lines = lines;
    reading.document.thresholds.push(threshold);
}

/// Lists of measures in a fence, and rules of a monitoring system.
fn fence(reading: &mut Reading<'_>, fence: &Fence, block: &Block) {
    if fence
        .body
        .iter()
        .any(|it| it.text.trim_start().trim_start_matches("- ").starts_with("alert:"))
    {
        return rules(reading, fence);
    }
    if !reading.is_below(block.section, Subject::Threshold) {
        return;
    }
    let mut any = false;
    for line in &fence.body {
        let text = line.text.trim().trim_start_matches("- ");
        if let Some(threshold) = comparison(text) {
            put(reading, threshold, vec![line.number]);
            any = true;
        }
    }
    if any {
        let reason = reading
            .language
            .pick("閾値のない監視項目、または見出し", "a measure without a threshold, or a title");
        reading.ledger.reference(block.lines.clone(), reason);
    }
}

fn rules(reading: &mut Reading<'_>, fence: &Fence) {
    let mut open: Option<(Threshold, Vec<usize>)> = None;
    let mut done = Vec::new();
    for line in &fence.body {
        let text = line.text.trim().trim_start_matches("- ");
        let Some((key, value)) = labelled(text) else { continue };
        let value = value.trim_matches(['"', '\'']);
        match (key, &mut open) {
            ("alert", _) => {
                done.extend(open.take());
                let alert = Some(value.to_owned());
                open = Some((Threshold { alert, ..Threshold::default() }, vec![line.number]));
            }
            ("expr", Some((threshold, lines))) => {
                if let Some(found) = comparison(value) {
                    *threshold = Threshold { alert: threshold.alert.clone(), ..found };
                }
                threshold.text = value.to_owned();
                lines.push(line.number);
            }
            ("for", Some((threshold, lines))) => {
                threshold.for_seconds = figure::first(&fold(value)).and_then(|it| it.seconds);
                lines.push(line.number);
            }
            ("severity", Some((threshold, lines))) => {
                threshold.severity = severity_called(reading, value);
                threshold.tier = Some(value.to_owned());
                lines.push(line.number);
            }
            _ => (),
        }
    }
    done.extend(open);
    for (threshold, lines) in done {
        put(reading, threshold, lines);
    }
}

/// The severity that a monitoring system calls so, where the document has one of that label or name.
fn severity_called(reading: &Reading<'_>, word: &str) -> Option<String> {
    let wanted = fold(word);
    let is_it = |it: &&Severity| {
        fold(&it.label) == wanted || it.name.as_deref().is_some_and(|it| fold(it) == wanted)
    };
    reading.document.severities.iter().find(is_it).map(|it| it.label.clone())
}

/// `[ "$DISK_USAGE" -gt 90 ]` and `"$MEMORY_USAGE > 90" | bc`: thresholds that hide in a script. The line stays a step's.
fn tests(reading: &mut Reading<'_>, fence: &Fence) {
    for line in &fence.body {
        let text = line.text.as_str();
        let signs = [
            (" -gt ", ">"),
            (" -ge ", ">="),
            (" -lt ", "<"),
            (" -le ", "<="),
            (" > ", ">"),
            (" < ", "<"),
        ];
        let Some((at, sign, op)) =
            signs.iter().find_map(|(sign, op)| Some((text.find(sign)?, *sign, *op)))
        else {
            continue;
        };
        let before = text.get(..at).unwrap_or_default();
        let Some(name) = before.rfind('$').and_then(|it| before.get(it + 1..)) else { continue };
        let name = name.trim_matches(['"', '{', '}', '\'']);
        let folded = name.to_ascii_lowercase();
        let measures = ["usage", "percent", "cpu", "mem", "disk", "load", "latency", "rate"];
        if !measures.iter().any(|it| folded.contains(it))
            || !name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_')
        {
            continue;
        }
        let behind = text.get(at + sign.len()..).unwrap_or_default();
        let digits =
            behind.find(|it: char| !(it.is_ascii_digit() || it == '.')).unwrap_or(behind.len());
        let Some(value) = behind.get(..digits).and_then(|it| it.parse().ok()) else { continue };
        let unit = if folded.contains("usage") || folded.contains("percent") { "%" } else { "" };
        let (metric, unit, op) = (name.to_owned(), unit.to_owned(), op.to_owned());
        let text = text.trim().to_owned();
        let lines = vec![line.number];
        reading.document.thresholds.push(Threshold {
            metric,
            op,
            value,
            unit,
            text,
            lines,
            ..Threshold::default()
        });
    }
}

/// `| メトリクス | 警告 | 緊急 | 継続時間 |`.
fn columns(reading: &mut Reading<'_>, table: &Table, section: usize) {
    let tier = |head: &str| {
        let head = fold(head);
        if has_any(&head, &["緊急", "重大", "critical", "crit", "page"]) {
            Some("critical")
        } else if has_any(&head, &["警告", "注意", "warning", "warn"]) {
            Some("warn")
        } else if has_any(&head, &["閾値", "しきい値", "threshold", "条件", "condition", "異常"])
        {
            Some("")
        } else {
            None
        }
    };
    let tiers: Vec<Option<&str>> = table.head.iter().map(|it| tier(it)).collect();
    let is_scale = table.head.first().is_some_and(|it| label(it).is_some());
    let about = reading.is_below(section, Subject::Threshold);
    let named = tiers.iter().flatten().any(|it| !it.is_empty())
        || table.head.iter().any(|it| has_any(&fold(it), &LABELS));
    if is_scale || tiers.iter().skip(1).flatten().count() == 0 || !(about || named) {
        return;
    }
    let lasting = table
        .head
        .iter()
        .position(|it| has_any(&fold(it), &["継続", "継続時間", "期間", "duration", "for"]));
    let mut any = false;
    for row in &table.rows {
        if reading.ledger.is_used(row.line) {
            continue;
        }
        let metric = row.cells.first().cloned().unwrap_or_default();
        for (cell, tier) in row.cells.iter().zip(&tiers).skip(1) {
            let Some(tier) = tier else { continue };
            let Some(mut found) = compared(cell) else { continue };
            found.metric.clone_from(&metric);
            found.tier = Some((*tier).to_owned()).filter(|it| !it.is_empty());
            let duration =
                lasting.and_then(|it| row.cells.get(it)).and_then(|it| figure::first(&fold(it)));
            found.for_seconds = found.for_seconds.or(duration.and_then(|it| it.seconds));
            put(reading, found, vec![row.line]);
            any = true;
        }
    }
    if any {
        reading.ledger.used(&[table.head_line, table.head_line + 1], "the thresholds");
    }
}

/// Conditions of escalation that compare something are a tier above the alerts.
fn of_conditions(reading: &mut Reading<'_>) {
    let conditions: Vec<_> = reading
        .document
        .escalations
        .iter()
        .filter_map(|it| {
            let mut found = comparison(it.condition.as_deref()?)?;
            found.tier = Some("escalate".to_owned());
            found.lines.clone_from(&it.lines);
            Some(found)
        })
        .collect();
    reading.document.thresholds.extend(conditions);
}

/// `CPU使用率 > 80%（5分間継続）`, `メモリ使用率が95%以上`, `p95 latency above 2s for 5 min`.
pub(super) fn comparison(text: &str) -> Option<Threshold> {
    // A bare time is a wait, not a measure, and a level of people is none either.
    compared(text).filter(|it| !it.metric.is_empty() && it.metric.chars().count() <= 60)
}

/// The same, where the measure may stand elsewhere.
fn compared(text: &str) -> Option<Threshold> {
    let folded = fold(text);
    let (op, at, value_at) = sign(&folded).or_else(|| words(&folded))?;
    let value_text = folded.get(value_at..)?;
    let digits = value_text
        .find(|it: char| !(it.is_ascii_digit() || it == '.' || it == ','))
        .unwrap_or(value_text.len());
    let (number, behind) = match value_text.split_at_checked(digits) {
        Some(it) => it,
        None => (value_text, ""),
    };
    let value: f64 = number.replace(',', "").trim_end_matches('.').parse().ok()?;
    let unit = unit(behind);
    let metric = measure(text, &folded, at)?;
    let rest = behind.get(unit.len()..).unwrap_or_default();
    let for_seconds = lasting(&folded, rest);
    let statistic =
        ["p50", "p90", "p95", "p99", "平均", "最大", "average", "avg", "mean", "max", "median"]
            .iter()
            .find(|it| has_any(&folded, &[it]))
            .map(|it| (*it).to_owned());
    let tier = if has_any(&folded, &["警告", "warn", "warning"]) {
        Some("warn".to_owned())
    } else {
        None
    };
    Some(Threshold {
        metric,
        statistic,
        op: op.to_owned(),
        value,
        unit: unit.trim().to_owned(),
        for_seconds,
        tier,
        text: text.replace('\n', " ").trim().to_owned(),
        ..Threshold::default()
    })
}

/// A comparison by its sign: which, where it begins, and where its value does.
fn sign(folded: &str) -> Option<(&'static str, usize, usize)> {
    let signs = [(">=", ">="), ("≥", ">="), ("<=", "<="), ("≤", "<="), (">", ">"), ("<", "<")];
    let at = folded.find(['>', '<', '≥', '≤'])?;
    let rest = folded.get(at..)?;
    let (sign, op) = signs.iter().find(|(sign, _)| rest.starts_with(sign))?;
    let before = folded.get(..at)?;
    if before.ends_with(['-', '=', '|']) {
        return None;
    }
    let behind = rest.get(sign.len()..)?;
    let value = behind.find(|it: char| !it.is_whitespace())?;
    let start = at + sign.len() + value;
    folded.get(start..)?.starts_with(|it: char| it.is_ascii_digit()).then_some((*op, at, start))
}

/// A comparison by words behind a value with its unit, or before it.
fn words(folded: &str) -> Option<(&'static str, usize, usize)> {
    let mut from = 0;
    while let Some(found) = folded.get(from..)?.find(|it: char| it.is_ascii_digit()) {
        let start = from + found;
        let rest = folded.get(start..)?;
        let digits =
            rest.find(|it: char| !(it.is_ascii_digit() || it == '.')).unwrap_or(rest.len());
        from = start + digits;
        let behind = rest.get(digits..)?;
        let unit = unit(behind);
        let next = behind.get(unit.len()..)?.trim_start_matches([' ', 'を', '\u{3000}']);
        let is_time = ["秒", "分", "時間", "s", "min", "h", "日"].contains(&unit.trim());
        let before = folded.get(..start)?.trim_end();
        let lead = |words: &[&str]| words.iter().any(|it| before.ends_with(it));
        let trail = |words: &[&str]| words.iter().any(|it| next.starts_with(it));
        let op = if trail(&OVER) || lead(&OVER) {
            if next.starts_with("以上") || lead(&["at least"]) { ">=" } else { ">" }
        } else if trail(&UNDER) || lead(&UNDER) {
            if next.starts_with("以下") || lead(&["at most"]) { "<=" } else { "<" }
        } else {
            continue;
        };
        // `30分以上復旧しない` waits; `レスポンス時間が2秒以上` measures.
        let measures = has_any(
            folded,
            &["レスポンス", "応答", "遅延", "latency", "response time", "duration"],
        );
        if is_time && !measures {
            continue;
        }
        if unit.trim().is_empty() && !lead(&OVER) && !lead(&UNDER) && !next.starts_with("以") {
            continue;
        }
        return Some((op, start, start));
    }
    None
}

/// The unit at the beginning of a text, with the blanks before it.
fn unit(text: &str) -> &str {
    let units = [
        "件/分",
        "件/秒",
        "件/時間",
        "回/分",
        "/分",
        "/時間",
        "/秒",
        "/min",
        "/s",
        "/h",
        "req/s",
        "rps",
        "%",
        "％",
        "ms",
        "ミリ秒",
        "秒",
        "分",
        "時間",
        "件",
        "回",
        "gb",
        "mb",
        "kb",
        "tb",
        "min",
        "seconds",
        "s",
        "errors/min",
        "日",
    ];
    let blanks = text.len() - text.trim_start_matches(' ').len();
    let bare = text.get(blanks..).unwrap_or_default();
    for unit in units {
        let Some(rest) = bare.strip_prefix(unit) else { continue };
        if unit.is_ascii()
            && unit.ends_with(|it: char| it.is_ascii_alphabetic())
            && rest.starts_with(|it: char| it.is_ascii_alphabetic())
        {
            continue;
        }
        return text.get(..blanks + unit.len()).unwrap_or_default();
    }
    ""
}

/// What is measured: the text before the comparison, without its bracket and its particles.
fn measure(text: &str, folded: &str, at: usize) -> Option<String> {
    // Places of folded text are those of the text in characters.
    let chars = folded.get(..at)?.chars().count();
    let before: String = text.chars().take(chars).collect();
    let before = before.trim().trim_end_matches(['(', '（', ' ', ':', '：']);
    let lowered = before.to_lowercase();
    let mut cut = before;
    for word in OVER.iter().chain(&UNDER) {
        if lowered.ends_with(word) && lowered.len() == before.len() {
            cut = before.get(..before.len() - word.len()).unwrap_or(before);
        }
    }
    let cut = cut.trim().trim_end_matches(['が', 'は', 'の', '、']);
    let cut = cut.trim_end_matches(" is").trim_end_matches(" are").trim();
    Some(cut.trim_start_matches(['-', '*', ' ', '・']).to_owned())
}

/// `5分間継続`, `for 5 min`, `10分継続` in what follows the value.
fn lasting(folded: &str, rest: &str) -> Option<i64> {
    let says = has_any(folded, &["継続", "連続", "for", "続"]);
    says.then(|| figure::first(rest)).flatten().and_then(|it| it.seconds)
}

#[cfg(test)]
mod tests {
    use super::comparison;

    #[test]
    fn comparisons_are_read_with_unit_and_duration() {
        for (text, metric, op, value, unit, lasting) in [
            ("CPU使用率 > 80%（5分間継続）", "CPU使用率", ">", 80.0, "%", Some(300)),
            ("DB接続エラー > 5件/分", "DB接続エラー", ">", 5.0, "件/分", None),
            ("API応答時間 (>2秒で警告)", "API応答時間", ">", 2.0, "秒", None),
            ("メモリ使用率が95%以上", "メモリ使用率", ">=", 95.0, "%", None),
            ("レスポンス時間 > 2秒（p95、5分間継続）", "レスポンス時間", ">", 2.0, "秒", Some(300)),
            ("ディスク使用率＞８５％", "ディスク使用率", ">", 85.0, "%", None),
            ("error rate above 5% for 10 min", "error rate", ">", 5.0, "%", Some(600)),
            ("同時接続数 (>1000で警告)", "同時接続数", ">", 1000.0, "", None),
        ] {
            let found = comparison(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(found.metric, metric, "{text}");
            assert_eq!(
                (found.op.as_str(), found.value, found.unit.as_str()),
                (op, value, unit),
                "{text}"
            );
            assert_eq!(found.for_seconds, lasting, "{text}");
        }
        for text in ["30分以上復旧しない", "a -> b", "<branch> を確認", "5分以内に対応", "> 引用"]
        {
            assert_eq!(comparison(text), None, "{text}");
        }
    }
}
