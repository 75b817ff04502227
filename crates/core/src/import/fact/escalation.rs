//! Escalation: who is told when, by time or by condition, in sentences, ladders, tables and diagrams.

use crate::import::fact::pair::{is_of_facts, pairs};
use crate::import::model::Escalation;
use crate::import::outline::{Block, Fence, Kind, Table};
use crate::import::reading::Reading;
use crate::import::word::label::{Family, label};
use crate::import::word::subject::Subject;
use crate::import::word::{figure, fold, has_any, labelled};

/// Words between whom and what is done.
const TOLD: [&str; 12] = [
    "に並行連絡",
    "に報告",
    "に連絡",
    "にエスカレーション",
    "へエスカレーション",
    "へ連絡",
    "へ報告",
    "に通知",
    "へ通知",
    "を招集",
    "に引き継",
    "に依頼",
];
const TOLD_EN: [&str; 8] =
    ["escalate to ", "page ", "notify ", "contact ", "call ", "report to ", "inform ", "involve "];

pub(super) fn read(reading: &mut Reading<'_>) {
    let roles: Vec<String> = reading.document.contacts.iter().map(|it| it.role.clone()).collect();
    let blocks = reading.plain_blocks();
    // Below `エスカレーション条件:` stand conditions, wherever that is.
    let mut conditions: Option<(usize, String)> = None;
    for (_, block) in blocks {
        let about = reading.is_below(block.section, Subject::Escalation);
        match &block.kind {
            Kind::Fence(fence) if about || is_tiers(fence) => self::fence(reading, fence, block),
            Kind::Table(table) => matrix(reading, table, about),
            Kind::Item(_) if says_when(reading, block.section) && conditions.is_none() => {
                condition(reading, block, String::new());
            }
            Kind::Item(_) | Kind::Paragraph => {
                if leads_conditions(block) {
                    reading.ledger.used(&block.lines.clone().collect::<Vec<_>>(), "escalation");
                    conditions =
                        Some((block.section, reading.outline.title(block.section).to_owned()));
                } else if let (Kind::Item(_), Some((section, procedure))) =
                    (&block.kind, &conditions)
                    && *section == block.section
                {
                    condition(reading, block, procedure.clone());
                } else {
                    conditions = None;
                    if about || reading.is_about(block.section, Subject::Contact) {
                        told(reading, block, &roles, about);
                    }
                }
            }
            Kind::Heading => conditions = None,
            Kind::Fence(_) | Kind::Other => (),
        }
    }
}

/// `**エスカレーション条件**:`, `Escalate if:`.
fn leads_conditions(block: &Block) -> bool {
    // Longer ones are sentences; a sign has at most four bytes.
    if block.text.len() > 4 * 44 {
        return false;
    }
    let folded = fold(&block.text);
    let text = folded.trim_end_matches([':', ' ']);
    if text.starts_with("escalate") && (text.ends_with(" if") || text.ends_with(" when")) {
        return true;
    }
    let leads = [
        "エスカレーション条件",
        "エスカレーション基準",
        "escalate if",
        "escalate when",
        "escalation criteria",
        "escalation conditions",
        "escalation triggers",
    ];
    text.chars().count() <= 40 && leads.iter().any(|it| text.contains(it))
}

/// `## When to escalate`: the list below is of conditions.
fn says_when(reading: &Reading<'_>, section: usize) -> bool {
    let title = fold(reading.outline.title(section));
    ["when to escalate", "escalation criteria", "escalation triggers", "エスカレーション条件"]
        .iter()
        .any(|it| title.contains(it))
}

fn condition(reading: &mut Reading<'_>, block: &Block, procedure: String) {
    let lines: Vec<usize> = block.lines.clone().collect();
    let mut escalation = sentence(&block.text, &[], &lines);
    escalation.condition = Some(block.text.replace('\n', " "));
    let of = if procedure.is_empty() { String::new() } else { format!(" of {procedure}") };
    escalation.procedure = Some(procedure).filter(|it| !it.is_empty());
    reading.ledger.used(&lines, &format!("escalation{of}"));
    reading.document.escalations.push(escalation);
}

/// A sentence that says whom to tell, with a time or a condition.
fn told(reading: &mut Reading<'_>, block: &Block, roles: &[String], about: bool) {
    let lines: Vec<usize> = block.lines.clone().collect();
    if lines.iter().any(|it| reading.ledger.is_used(*it)) {
        return;
    }
    let escalation = sentence(&block.text, roles, &lines);
    let says = escalation.after_seconds.is_some()
        || escalation.after_business_days.is_some()
        || escalation.condition.is_some();
    if says && (!escalation.to.is_empty() || about && escalation.severity.is_some()) {
        reading.ledger.used(&lines, "escalation");
        reading.document.escalations.push(escalation);
    }
}

/// What a sentence says: `30分以内に技術責任者に報告`, `レベル1: 1時間で未解決`, `if not resolved in 30 min, page the CTO`.
pub(super) fn sentence(text: &str, roles: &[String], lines: &[usize]) -> Escalation {
    let mut escalation = Escalation { lines: lines.to_vec(), ..Escalation::default() };
    let found = label(text)
        .filter(|it| it.family != Family::Word || it.rest.trim_start().starts_with([':', '：']));
    if let Some(level) = &found {
        escalation.severity = Some(level.text.clone());
    }
    let body = found.as_ref().map_or(text, |it| it.rest.as_str());
    let folded = fold(body);
    if let Some(time) = figure::first(&folded) {
        escalation.after_seconds = time.seconds;
        escalation.after_business_days = time.days;
    }
    escalation.to = whom(body, roles);
    let conditional = [
        "場合",
        "未解決",
        "解決しない",
        "復旧しない",
        "継続",
        "時は",
        "発生",
        "必要",
        "疑い",
        "不明",
        "if",
        "unless",
        "when",
        "unresolved",
        "not resolved",
        "no progress",
        "no response",
    ];
    if has_any(&folded, &conditional) {
        let text = body.trim_start_matches([':', '：', ' ', '・', '-']).replace('\n', " ");
        escalation.condition = Some(text.trim().to_owned());
    }
    escalation
}

/// Whom a sentence names: the roles of the contacts that are in it, else what stands before `に連絡`.
fn whom(text: &str, roles: &[String]) -> Vec<String> {
    let folded = fold(text);
    let mut found: Vec<String> =
        roles.iter().filter(|it| folded.contains(&fold(it))).cloned().collect();
    for told in TOLD {
        let Some((before, _)) = text.split_once(told) else { continue };
        let from = before.rfind(['に', 'は', '、', '。', 'ら', ':', '：', 'で']);
        let start = from.map_or(0, |it| {
            it + before.get(it..).and_then(|it| it.chars().next()).map_or(0, char::len_utf8)
        });
        let named = names(&before.get(start..).unwrap_or_default().replace('と', "、"));
        let is_new = |it: &String| !found.iter().any(|known| known.contains(it.as_str()));
        let new: Vec<String> = named.into_iter().filter(is_new).collect();
        found.extend(new);
        break;
    }
    if !found.is_empty() {
        return found;
    }
    for told in TOLD_EN {
        let Some(at) = folded.find(told) else { continue };
        // Folded text of ASCII has the same places.
        let rest = text.get(at + told.len()..).unwrap_or_default();
        let end = rest.find([',', '.', ';', '(']).unwrap_or(rest.len());
        let rest = rest.get(..end).unwrap_or_default();
        let rest = rest.split(" if ").next().unwrap_or_default();
        let rest = rest.split(" after ").next().unwrap_or_default();
        let rest = rest.split(" within ").next().unwrap_or_default();
        return names(rest.trim_start_matches("the "));
    }
    Vec::new()
}

/// Names in a list: `開発リード、CTO`, `CTO and legal`.
pub(super) fn names(text: &str) -> Vec<String> {
    let text = text
        .replace(" and ", "、")
        .replace(" & ", "、")
        .replace(['\n', ',', '，', '+', '＋', '/'], "、");
    let parts = text.split('、').map(|it| it.trim().trim_matches(['*', '`']).to_owned());
    parts.filter(|it| !it.is_empty() && it != "-" && it.chars().count() <= 40).collect()
}

/// Whether a fence draws tiers with arrows: `Level 1: 運用チーム` and `↓ (15分以内に解決しない場合)`.
fn is_tiers(fence: &Fence) -> bool {
    let levels = fence.body.iter().filter(|it| label(&it.text).is_some()).count();
    levels >= 2 && fence.body.iter().any(|it| it.text.contains(['↓', '▼', '→']))
}

fn fence(reading: &mut Reading<'_>, fence: &Fence, block: &Block) {
    if fence.tag == "mermaid" {
        return mermaid(reading, fence);
    }
    if is_tiers(fence) {
        return tiers(reading, fence, block);
    }
    if is_of_facts(fence) {
        facts(reading, fence, block);
    }
}

/// A ladder drawn downwards: whoever is below an arrow is told when what the arrow says has come.
fn tiers(reading: &mut Reading<'_>, fence: &Fence, block: &Block) {
    let mut waiting: Option<(usize, String)> = None;
    let mut is_first = true;
    for line in fence.body.iter().filter(|it| !it.text.trim().is_empty()) {
        if line.text.contains(['↓', '▼']) {
            let text = line.text.trim().trim_start_matches(['↓', '▼', ' ']);
            waiting =
                Some((line.number, text.trim_matches(['(', ')', '（', '）', ' ']).to_owned()));
            continue;
        }
        let Some((_, who)) = labelled(&line.text) else { continue };
        let who = who.split(['(', '（']).next().unwrap_or(who).trim();
        let mut escalation = match &waiting {
            Some((number, text)) => sentence(text, &[], &[*number, line.number]),
            None => Escalation { lines: vec![line.number], ..Escalation::default() },
        };
        if is_first {
            escalation.after_seconds = Some(0);
        }
        is_first = false;
        escalation.severity = None;
        escalation.to = names(who);
        waiting = None;
        reading.document.escalations.push(escalation);
    }
    let lines: Vec<usize> = block.lines.clone().collect();
    reading.ledger.used(&lines, "escalation");
}

/// `時間制限エスカレーション:` with `- レベル1: 1時間で未解決` below, and whom under a key of its own.
fn facts(reading: &mut Reading<'_>, fence: &Fence, block: &Block) {
    let pairs = pairs(fence);
    let is_whom = |key: &str| {
        has_any(&fold(key), &["エスカレーション先", "連絡先", "escalate to", "contacts", "to"])
    };
    let to: Vec<String> = pairs
        .iter()
        .filter(|it| is_whom(&it.key))
        .flat_map(|it| it.items.iter().map(|it| it.1.clone()).chain(names(&it.value)))
        .collect();
    let mut any = false;
    for pair in pairs.iter().filter(|it| !is_whom(&it.key)) {
        let at_once = has_any(&fold(&pair.key), &["即座", "即時", "immediate", "immediately"]);
        let value = Some((pair.line, pair.value.clone())).filter(|it| !it.1.is_empty());
        for (line, text) in pair.items.iter().cloned().chain(value) {
            let mut escalation = sentence(&text, &[], &[line]);
            if at_once {
                escalation.after_seconds = Some(0);
                escalation.condition = Some(text);
            }
            if escalation.to.is_empty() {
                escalation.to.clone_from(&to);
            }
            any |= escalation.after_seconds.is_some() || escalation.condition.is_some();
            reading.document.escalations.push(escalation);
        }
    }
    if any {
        reading.ledger.used(&block.lines.clone().collect::<Vec<_>>(), "escalation");
    }
}

/// `A[一次対応] -->|15分| B[二次対応]`.
fn mermaid(reading: &mut Reading<'_>, fence: &Fence) {
    let mut titles: std::collections::BTreeMap<String, String> = std::collections::BTreeMap::new();
    for line in &fence.body {
        let Some((from, rest)) = line.text.split_once("--") else { continue };
        let rest = rest.trim_start_matches(['-', '>']);
        let (when, to) = match rest.trim_start().strip_prefix('|').and_then(|it| it.split_once('|'))
        {
            Some((when, to)) => (when, to),
            None => rest.split_once("-->").unwrap_or(("", rest)),
        };
        for node in [from, to] {
            let node = node.trim();
            if let Some(at) = node.find(['[', '(', '{']) {
                let title = node
                    .get(at..)
                    .unwrap_or_default()
                    .trim_matches(['[', ']', '(', ')', '{', '}', '"']);
                titles.insert(node.get(..at).unwrap_or_default().to_owned(), title.to_owned());
            }
        }
        let id = to.trim().split(['[', '(', '{']).next().unwrap_or_default();
        let who = titles.get(id).cloned().unwrap_or_else(|| id.to_owned());
        let mut escalation = sentence(when, &[], &[line.number]);
        if escalation.after_seconds.is_none() && when.trim().is_empty() {
            continue;
        }
        if escalation.condition.is_none() {
            escalation.condition = Some(when.trim().to_owned());
        }
        escalation.to = names(&who);
        reading.ledger.used(&[line.number], "escalation");
        reading.document.escalations.push(escalation);
    }
}

/// Times as heads of columns, or a time a row.
fn matrix(reading: &mut Reading<'_>, table: &Table, about: bool) {
    let times: Vec<_> = table.head.iter().map(|it| figure::promise(it)).collect();
    let count = times
        .iter()
        .skip(1)
        .filter(|it| it.as_ref().is_some_and(|it| it.seconds.is_some()))
        .count();
    if count >= 2 {
        for row in &table.rows {
            let level = row.cells.first().and_then(|it| label(it)).map(|it| it.text);
            let columns = row.cells.iter().zip(&times).skip(1);
            for (cell, time) in columns.filter(|(cell, _)| !matches!(cell.trim(), "" | "-")) {
                let Some(time) = time else { continue };
                reading.document.escalations.push(Escalation {
                    severity: level.clone(),
                    after_seconds: time.seconds,
                    to: names(cell),
                    lines: vec![table.head_line, row.line],
                    ..Escalation::default()
                });
            }
            reading.ledger.used(&[row.line], "escalation");
        }
        reading.ledger.used(&[table.head_line, table.head_line + 1], "escalation");
        return;
    }
    let find = |words: &[&str]| table.head.iter().position(|it| has_any(&fold(it), words));
    let when = find(&[
        "経過時間",
        "時間",
        "タイミング",
        "elapsed",
        "after",
        "time",
        "timing",
        "escalate after",
        "条件",
        "condition",
    ]);
    let to = find(&[
        "エスカレーション先",
        "連絡先",
        "通知先",
        "対象",
        "escalate to",
        "to",
        "notify",
        "contact",
        "who",
        "role",
    ]);
    let (Some(when), Some(to), true) = (when, to, about) else { return };
    for row in &table.rows {
        let (Some(when), Some(to)) = (row.cells.get(when), row.cells.get(to)) else { continue };
        if when == to || reading.ledger.is_used(row.line) {
            continue;
        }
        let mut escalation = sentence(when, &[], &[row.line]);
        if escalation.after_seconds.is_none()
            && escalation.condition.is_none()
            && !when.trim().is_empty()
        {
            escalation.condition = Some(when.clone());
        }
        escalation.severity = row.cells.first().and_then(|it| label(it)).map(|it| it.text);
        escalation.to = names(to);
        reading.ledger.used(&[row.line], "escalation");
        reading.document.escalations.push(escalation);
    }
}
