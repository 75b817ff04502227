//! Work that comes round, how long things are kept, and drills.

use crate::import::model::{Retention, Routine};
use crate::import::outline::{Block, Fence, Kind};
use crate::import::reading::Reading;
use crate::import::word::subject::Subject;
use crate::import::word::{figure, first_line, fold, has_any, labelled};

/// Words of rhythms; longer ones before their own beginnings.
const RHYTHMS: [&str; 26] = [
    "毎日",
    "日次",
    "毎週",
    "週次",
    "毎月",
    "月次",
    "四半期",
    "半期",
    "年次",
    "毎年",
    "毎時",
    "時間毎",
    "時間ごと",
    "分ごと",
    "年1回",
    "daily",
    "every day",
    "weekly",
    "every week",
    "monthly",
    "quarterly",
    "yearly",
    "annually",
    "hourly",
    "biannual",
    "every hour",
];

const DRILLS: [&str; 7] = ["訓練", "演習", "drill", "drills", "game day", "gameday", "fire drill"];

/// Whether a text says how often.
pub(in crate::import) fn is_rhythm(text: &str) -> bool {
    has_any(&fold(text), &RHYTHMS)
}

pub(super) fn read(reading: &mut Reading<'_>) {
    let blocks = reading.plain_blocks();
    for (_, block) in &blocks {
        match &block.kind {
            Kind::Item(_) | Kind::Paragraph => {
                let lines: Vec<usize> = block.lines.clone().collect();
                if lines.iter().any(|it| reading.ledger.is_used(*it)) {
                    continue;
                }
                if !kept(reading, block, &lines) && !timed(reading, block, &lines) {
                    task(reading, block, &lines);
                }
            }
            Kind::Fence(fence) => crontab(reading, fence),
            Kind::Table(table) => {
                let heads: Vec<String> = table.head.iter().map(|it| fold(it)).collect();
                let find = |words: &[&str]| heads.iter().position(|it| has_any(it, words));
                let often =
                    find(&["頻度", "実施頻度", "周期", "frequency", "cadence", "how often"]);
                let kept = find(&["保存期間", "保持期間", "retention"]);
                for row in &table.rows {
                    let what = row.cells.first().cloned().unwrap_or_default();
                    let cell = |it: Option<usize>| {
                        it.and_then(|it| row.cells.get(it)).filter(|it| !it.is_empty()).cloned()
                    };
                    if let Some(rhythm) = cell(often) {
                        put(reading, rhythm, what.clone(), vec![row.line]);
                    }
                    if let Some(text) = cell(kept) {
                        keep(reading, what, text, vec![row.line]);
                    }
                }
                if often.or(kept).is_some() {
                    reading.ledger.used(&[table.head_line, table.head_line + 1], "the routines");
                }
            }
            Kind::Heading | Kind::Other => (),
        }
    }
}

/// `- **保存期間**: 30日間`.
fn kept(reading: &mut Reading<'_>, block: &Block, lines: &[usize]) -> bool {
    let Some((label, text)) = labelled(&block.text).filter(|it| !it.1.is_empty()) else {
        return false;
    };
    if !has_any(
        &fold(label),
        &["保存期間", "保持期間", "保管期間", "世代", "retention", "kept for"],
    ) {
        return false;
    }
    let section = reading.outline.title(block.section).to_owned();
    keep(reading, section, text.to_owned(), lines.to_vec());
    true
}

fn keep(reading: &mut Reading<'_>, what: String, text: String, lines: Vec<usize>) {
    let days = figure::first(&fold(&text)).and_then(|it| it.seconds).map(|it| it / 86_400);
    reading.ledger.used(&lines, &format!("retention {what}"));
    reading.document.retention.push(Retention { what, text, days, lines });
}

/// `- **自動バックアップ**: 毎日3:00 AM (JST)`, `- 月次障害対応訓練`.
fn timed(reading: &mut Reading<'_>, block: &Block, lines: &[usize]) -> bool {
    let folded = fold(&block.text);
    let drills = has_any(&folded, &DRILLS);
    let (label, text) = labelled(&block.text).unwrap_or(("", &block.text));
    let has_time = (!label.is_empty() || drills) && has_any(&folded, &RHYTHMS) && is_rhythm(text);
    if !has_time || !(drills || text.chars().any(|it| it.is_ascii_digit())) {
        return false;
    }
    let task = if label.is_empty() { block.text.clone() } else { label.to_owned() };
    let rhythm = if label.is_empty() { rhythm_of(text) } else { text.to_owned() };
    put(reading, rhythm, task, lines.to_vec());
    true
}

fn is_drill(text: &str) -> bool {
    has_any(&fold(text), &DRILLS)
}

/// The word of a rhythm in a text.
fn rhythm_of(text: &str) -> String {
    let folded = fold(text);
    RHYTHMS
        .iter()
        .find(|it| has_any(&folded, &[it]))
        .map_or_else(String::new, |it| (*it).to_owned())
}

/// An item below a heading such as `日次タスク`.
fn task(reading: &mut Reading<'_>, block: &Block, lines: &[usize]) {
    if !matches!(block.kind, Kind::Item(_)) || !reading.is_below(block.section, Subject::Routine) {
        return;
    }
    let outline = reading.outline;
    let title = outline.upwards(block.section).map(|it| outline.title(it)).find(|it| is_rhythm(it));
    let Some(title) = title else { return };
    put(reading, rhythm_of(title), first_line(&block.text).to_owned(), lines.to_vec());
}

fn put(reading: &mut Reading<'_>, rhythm: String, task: String, lines: Vec<usize>) {
    let routine = Routine { rhythm, task, lines };
    if is_drill(&routine.task) {
        reading.ledger.used(&routine.lines, &format!("drill {}", routine.task));
        reading.document.drills.push(routine);
    } else {
        reading.ledger.used(&routine.lines, &format!("chore {}", routine.task));
        reading.document.schedules.push(routine);
    }
}

/// `0 2 * * 0 /opt/backup.sh`, also within an `echo`.
fn crontab(reading: &mut Reading<'_>, fence: &Fence) {
    for line in &fence.body {
        let text = line.text.trim().trim_start_matches("echo ").trim_matches(['"', '\'']);
        let words: Vec<&str> = text.split_whitespace().collect();
        let is_field = |it: &&&str| {
            !it.is_empty()
                && it
                    .bytes()
                    .all(|it| it.is_ascii_digit() || matches!(it, b'*' | b'/' | b',' | b'-'))
        };
        if words.len() < 6
            || words.iter().take(5).filter(is_field).count() < 5
            || !text.contains('*')
        {
            continue;
        }
        let rhythm = words.iter().take(5).copied().collect::<Vec<_>>().join(" ");
        let task = words.iter().skip(5).copied().collect::<Vec<_>>().join(" ");
        reading.document.schedules.push(Routine { rhythm, task, lines: vec![line.number] });
    }
}
