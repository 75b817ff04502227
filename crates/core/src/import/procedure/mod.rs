//! Procedures: which sections are one, and what their steps are.

use std::collections::BTreeMap;

use super::model::{Procedure, Step, StepKind};
use super::outline::{Block, Kind};
use super::reading::Reading;
use super::word::label::label;
use super::word::{figure, first_line, fold, has_any, labelled};
use crate::limits::STEPS_MAX;

mod card;
mod danger;
mod language;
mod pair;
mod param;
mod section;
mod shell;
mod spoken;

pub(super) use danger::told as dangers_of;
pub(super) use param::with_params;

/// Procedures of one document; more cannot be overseen.
const PROCEDURES_MAX: usize = 500;
const SYMPTOMS: [&str; 5] = ["症状", "現象", "symptom", "symptoms", "trigger"];
const CAUSES: [&str; 4] = ["原因", "影響", "cause", "impact"];
const EXPECTED: [&str; 7] =
    ["期待", "期待値", "期待結果", "合格条件", "成功条件", "expected", "expect"];

impl StepKind {
    /// Whether a machine could do it.
    pub(super) fn is_performed(self) -> bool {
        match self {
            StepKind::Command | StepKind::Sql | StepKind::Code | StepKind::Check => true,
            StepKind::Manual | StepKind::Wait | StepKind::Decision => false,
        }
    }
}

pub(super) fn read(reading: &mut Reading<'_>) {
    let units = section::units(reading);
    let mut by_unit: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (block, unit) in reading.outline.blocks.iter().enumerate() {
        if let Some(unit) = units.get(&unit.section) {
            by_unit.entry(*unit).or_default().push(block);
        }
    }
    for (unit, blocks) in by_unit {
        if reading.document.procedures.len() >= PROCEDURES_MAX {
            let line = reading.outline.sections.get(unit).map_or(1, |it| it.line);
            let text = reading.language.pick(
                format!("手順が {PROCEDURES_MAX} 件を超えました。ここから先は取り込んでいません。文書を分けてください"),
                format!("there are more than {PROCEDURES_MAX} procedures; from here on none was taken: divide the document"),
            );
            reading.ask(text, &[line]);
            break;
        }
        let mut build = Build::new(reading, unit);
        for block in blocks {
            build.block(block);
        }
        build.finish();
    }
    section::leave(reading);
}

/// A procedure in the making.
struct Build<'r, 'a> {
    reading: &'r mut Reading<'a>,
    unit: usize,
    procedure: Procedure,
    /// The heading, item or sentence above the next step.
    above: Option<(String, Vec<usize>)>,
    phase: Option<String>,
    /// The line from which on there are too many steps.
    full: Option<usize>,
}

impl<'r, 'a> Build<'r, 'a> {
    fn new(reading: &'r mut Reading<'a>, unit: usize) -> Build<'r, 'a> {
        let title = reading.outline.title(unit).to_owned();
        let alert = reading.document.thresholds.iter().find(|it| it.alert.as_ref() == Some(&title));
        let procedure = Procedure {
            alert: alert.map(|_| title.clone()),
            severity: severity_of(reading, &title),
            budget_seconds: figure::budget(&title),
            title,
            ..Procedure::default()
        };
        Build { reading, unit, procedure, above: None, phase: None, full: None }
    }

    fn block(&mut self, index: usize) {
        let Some(block) = self.reading.outline.blocks.get(index) else { return };
        if self.reading.is_form(block.lines.start) {
            return;
        }
        match &block.kind {
            Kind::Heading => {
                let title = self.reading.outline.title(block.section).to_owned();
                self.phase = (block.section != self.unit).then_some(title);
                self.above = None;
                self.procedure.lines.extend(block.lines.clone());
            }
            Kind::Paragraph => self.paragraph(block),
            Kind::Item(item) => {
                self.item(index, block, item.number.is_some(), item.is_task, item.depth)
            }
            Kind::Fence(fence) => {
                let above = self.above.take();
                let steps = language::steps(self.reading, fence, block);
                if steps.is_empty() {
                    return;
                }
                if card::is_card(fence) {
                    self.procedure.symptom = self.procedure.symptom.take().or(card::symptom(fence));
                }
                self.procedure.lines.extend(block.lines.clone());
                if let Some((_, lines)) = &above {
                    self.procedure.lines.extend(lines);
                }
                let count = steps.len();
                for mut step in steps {
                    if step.title.is_none() || count == 1 {
                        step.title = above.as_ref().map(|it| it.0.clone()).or(step.title);
                    }
                    self.push(step);
                }
            }
            Kind::Table(_) | Kind::Other => (),
        }
    }

    fn paragraph(&mut self, block: &Block) {
        let lines: Vec<usize> = block.lines.clone().collect();
        if self.speaks(block, &lines) {
            return;
        }
        let text = first_line(&block.text).trim_end_matches([':', '：']).to_owned();
        let is_title = block.text.trim_end().ends_with([':', '：'])
            || block.strong.as_ref().is_some_and(|it| it.trim_end_matches([':', '：']) == text);
        if is_title && text.chars().count() <= 60 {
            self.above = Some((text, lines));
        }
    }

    /// Symptoms, causes and expectations are the procedure's; whether it was one.
    fn speaks(&mut self, block: &Block, lines: &[usize]) -> bool {
        let Some((label, text)) = labelled(&block.text) else { return false };
        let label = fold(label);
        if text.is_empty() {
            return false;
        }
        if has_any(&label, &SYMPTOMS) {
            self.procedure.symptom = Some(text.replace('\n', " "));
        } else if has_any(&label, &EXPECTED) {
            match self.procedure.steps.last_mut() {
                Some(step) => step.expect = Some(text.to_owned()),
                None => return false,
            }
        } else if !has_any(&label, &CAUSES) {
            return false;
        }
        self.procedure.lines.extend(lines);
        true
    }

    fn item(&mut self, index: usize, block: &Block, numbered: bool, task: bool, depth: usize) {
        let lines: Vec<usize> = block.lines.clone().collect();
        if lines.iter().any(|it| self.reading.ledger.is_used(*it)) || self.speaks(block, &lines) {
            return;
        }
        if section::is_of_symptoms(self.reading.outline.title(block.section)) {
            let said = self.procedure.symptom.take().unwrap_or_default();
            let gap = if said.is_empty() { "" } else { ", " };
            self.procedure.symptom = Some(format!("{said}{gap}{}", block.text.replace('\n', " ")));
            self.procedure.lines.extend(lines);
            return;
        }
        let next = self.reading.outline.blocks.get(index + 1);
        let leads = next.is_some_and(|it| match &it.kind {
            Kind::Fence(fence) => fence.depth > depth,
            Kind::Item(item) => item.depth > depth,
            Kind::Heading | Kind::Paragraph | Kind::Table(_) | Kind::Other => false,
        });
        let text = block.text.replace('\n', " ");
        if leads {
            self.above = Some((text.trim_end_matches([':', '：']).to_owned(), lines));
            return;
        }
        let below = self.above.clone();
        if numbered || task || depth > 0 || section::lists_work(self.reading, block.section) {
            let mut step = spoken::step(&text, lines.clone());
            if depth > 0
                && let Some((title, above)) = below
            {
                step.title = Some(title);
                self.procedure.lines.extend(above);
            }
            self.procedure.lines.extend(lines);
            self.push(step);
        }
    }

    fn push(&mut self, mut step: Step) {
        if self.procedure.steps.len() >= STEPS_MAX {
            let text = self.reading.language.pick(
                format!(
                    "「{}」の手順が {STEPS_MAX} を超えました。ここから先は取り込んでいません",
                    self.procedure.title
                ),
                format!(
                    "\"{}\" has more than {STEPS_MAX} steps; from here on none was taken",
                    self.procedure.title
                ),
            );
            if self.full.is_none() {
                self.full = step.lines.first().copied();
                self.reading.ask(text, &step.lines);
            }
            return;
        }
        step.phase.clone_from(&self.phase);
        for param in &step.params {
            if !self.procedure.params.contains(param) {
                self.procedure.params.push(param.clone());
            }
        }
        self.procedure.steps.push(step);
    }

    fn finish(self) {
        let Build { reading, mut procedure, full, .. } = self;
        if procedure.steps.is_empty() {
            return;
        }
        pair::join(&mut procedure.steps);
        if let Some(full) = full {
            procedure.lines.retain(|it| *it < full);
        }
        procedure.lines.sort_unstable();
        procedure.lines.dedup();
        reading.ledger.used(&procedure.lines, &format!("runbook {}", procedure.title));
        for step in &procedure.steps {
            danger::tell(reading, step);
        }
        reading.document.procedures.push(procedure);
    }
}

/// The severity that a title names: `P1: 緊急対応`, `即座実行手順（レベル1）`.
fn severity_of(reading: &Reading<'_>, title: &str) -> Option<String> {
    let inside = title.split(['(', '（']).nth(1).and_then(label);
    let found = label(title).or(inside)?;
    let severities = &reading.document.severities;
    let known =
        severities.iter().find(|it| label(&it.label).is_some_and(|it| it.key() == found.key()));
    known.map(|it| it.label.clone())
}
