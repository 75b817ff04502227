//! Scales in tables: a level a row, or a level a column.

use std::collections::BTreeSet;

use super::{Found, Scale, target};
use crate::import::model::{Escalation, Windowed};
use crate::import::outline::{Kind, Table};
use crate::import::reading::Reading;
use crate::import::word::clock::{self, Said};
use crate::import::word::hours::windows_in;
use crate::import::word::label::{Family, label};
use crate::import::word::subject::Subject;
use crate::import::word::{figure, fold, has_any};
use crate::plan::Clock;

const LEVEL: [&str; 16] = [
    "レベル",
    "重要度",
    "重大度",
    "優先度",
    "障害レベル",
    "深刻度",
    "区分",
    "分類",
    "severity",
    "level",
    "sev",
    "priority",
    "classification",
    "class",
    "tier",
    "名称",
];
const CRITERIA: [&str; 14] = [
    "定義",
    "説明",
    "症状",
    "例",
    "条件",
    "影響",
    "基準",
    "definition",
    "description",
    "impact",
    "example",
    "examples",
    "criteria",
    "meaning",
];
const NAME: [&str; 4] = ["名称", "呼称", "aka", "name"];
const WINDOW: [&str; 9] = [
    "営業時間内",
    "営業時間外",
    "夜間",
    "休日",
    "in hours",
    "out of hours",
    "business hours",
    "after hours",
    "weekend",
];

/// What a column says of a level.
enum Column {
    Criteria,
    Name,
    Clock,
    /// A time that holds in a window only.
    Window,
    /// Who is told.
    Told,
    Unknown,
}

pub(super) fn read(reading: &mut Reading<'_>, scale: &mut Scale) {
    for (_, block) in reading.plain_blocks() {
        let Kind::Table(table) = &block.kind else { continue };
        let about = reading.is_below(block.section, Subject::Severity);
        if !by_row(reading, scale, table, about) {
            by_column(scale, table, about);
        }
    }
}

fn by_row(reading: &mut Reading<'_>, scale: &mut Scale, table: &Table, about: bool) -> bool {
    let head = table.head.first().map(|it| fold(it)).unwrap_or_default();
    let labels: Vec<_> =
        table.rows.iter().map(|it| it.cells.first().and_then(|it| label(it))).collect();
    let known = labels.iter().flatten().count();
    let named = has_any(&head, &LEVEL);
    let numbered = labels.iter().flatten().all(|it| it.family != Family::Word);
    if known < 2 || known * 2 < table.rows.len() || !(named || about && numbered) {
        return false;
    }
    let columns: Vec<Column> = table.head.iter().map(|it| column(it)).collect();
    // Times as heads are a matrix of who is told when.
    let is_matrix =
        table.head.iter().skip(1).filter(|it| figure::first(&fold(it)).is_some()).count() >= 2;
    if is_matrix {
        return true;
    }
    for (row, found) in table.rows.iter().zip(labels) {
        let Some(level) = found else {
            let text =
                reading.language.pick("この行の段階が分かりません", "which level is this row?");
            reading.ask(text.to_owned(), &[row.line]);
            continue;
        };
        let lines = [row.line];
        let mut found = Found::new(level.clone(), vec![row.line]);
        for ((cell, column), head) in row.cells.iter().zip(&columns).zip(&table.head).skip(1) {
            if cell.trim().is_empty() {
                continue;
            }
            cell_of(scale, &mut found, column, head, cell, &lines);
        }
        found.settle_windows();
        scale.found.push(found);
    }
    reading.ledger.used(&[table.head_line, table.head_line + 1], "the scale of severities");
    true
}

fn cell_of(
    scale: &mut Scale,
    found: &mut Found,
    column: &Column,
    head: &str,
    cell: &str,
    lines: &[usize],
) {
    match column {
        Column::Criteria => found.criteria.push(cell.replace('\n', "、")),
        Column::Name => found.name = Some(cell.to_owned()),
        Column::Clock => {
            if let Some((clock, target)) = scale.promise(head, cell, lines) {
                found.targets.insert(clock, target);
            }
        }
        Column::Window => {
            if let Some(mut target) = target(cell, lines) {
                target.window = Some(head.to_owned());
                let clock = match clock::clock(head) {
                    Some(Said::Clock(it)) => it,
                    Some(Said::Bare) | None => Clock::Respond,
                };
                found.windows.push(Windowed { clock, target });
            }
        }
        Column::Told => scale.escalations.push(Escalation {
            severity: Some(found.label.text.clone()),
            to: super::super::escalation::names(cell),
            lines: lines.to_vec(),
            ..Escalation::default()
        }),
        Column::Unknown => {
            if let Some(target) =
                target(cell, lines).filter(|it| it.seconds.is_some() || it.days.is_some())
                && let Some(clock) = clock::of_promise(cell)
            {
                found.targets.entry(clock).or_insert(target);
            }
        }
    }
}

impl Found {
    /// Of the windows of a clock one is what always holds: the one without hours where another has them, else the
    /// first.
    fn settle_windows(&mut self) {
        let mut clocks: BTreeSet<Clock> = self.windows.iter().map(|it| it.clock).collect();
        clocks.retain(|it| !self.targets.contains_key(it));
        for clock in clocks {
            let has_hours =
                |it: &Windowed| it.target.window.as_deref().and_then(windows_in).is_some();
            let of_clock = |it: &Windowed| it.clock == clock;
            let any = self.windows.iter().any(|it| of_clock(it) && has_hours(it));
            let place = self.windows.iter().position(|it| of_clock(it) && !(any && has_hours(it)));
            if let Some(place) = place.or(self.windows.iter().position(of_clock)) {
                let always = self.windows.remove(place);
                self.targets.insert(clock, always.target);
            }
        }
    }
}

fn column(head: &str) -> Column {
    let folded = fold(head);
    if has_any(
        &folded,
        &[
            "通知先",
            "エスカレーション先",
            "連絡先",
            "担当",
            "escalate to",
            "notify",
            "who",
            "owner",
        ],
    ) {
        Column::Told
    } else if has_any(&folded, &CRITERIA) {
        Column::Criteria
    } else if has_any(&folded, &WINDOW) || windows_in(head).is_some() {
        Column::Window
    } else if clock::clock(head).is_some() {
        Column::Clock
    } else if has_any(&folded, &NAME) {
        Column::Name
    } else {
        Column::Unknown
    }
}

/// `| | P1 | P2 |`, with a property a row.
fn by_column(scale: &mut Scale, table: &Table, about: bool) {
    let labels: Vec<_> = table.head.iter().skip(1).map(|it| label(it)).collect();
    let known = labels.iter().flatten().count();
    let numbered = labels.iter().flatten().all(|it| it.family != Family::Word);
    if known < 2 || known < labels.len() || !(about || numbered) {
        return;
    }
    for (column, label) in labels.into_iter().enumerate() {
        let Some(label) = label else { continue };
        let mut found = Found::new(label, vec![table.head_line]);
        for row in &table.rows {
            let (Some(head), Some(cell)) = (row.cells.first(), row.cells.get(column + 1)) else {
                continue;
            };
            if cell.trim().is_empty() {
                continue;
            }
            let lines = [row.line];
            let is_clock = matches!(clock::clock(head), Some(Said::Clock(_) | Said::Bare));
            if is_clock && let Some((clock, target)) = scale.promise(head, cell, &lines) {
                found.targets.insert(clock, target);
            } else if has_any(&fold(head), &CRITERIA) {
                found.criteria.push(cell.replace('\n', "、"));
            } else {
                continue;
            }
            found.lines.push(row.line);
        }
        scale.found.push(found);
    }
}
