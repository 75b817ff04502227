//! A document that is being read: what it says, what was understood so far, and the ledger of its lines.

use std::cell::OnceCell;
use std::ops::Range;

use super::account::Ledger;
use super::model::{Document, Note};
use super::outline::{Block, Kind, Outline};
use super::source::Source;
use super::word::subject::{Subject, subjects};
use super::word::{fold, has_any};
use crate::language::Language;

/// Words of response documents; one of them stands in nearly every heading of one.
const RESPONSE: [&str; 30] = [
    "障害",
    "緊急",
    "インシデント",
    "復旧",
    "エスカレーション",
    "監視",
    "アラート",
    "バックアップ",
    "リストア",
    "切り戻し",
    "ロールバック",
    "運用",
    "incident",
    "outage",
    "on-call",
    "oncall",
    "runbook",
    "rollback",
    "restore",
    "severity",
    "alert",
    "alerts",
    "backup",
    "recovery",
    "emergency",
    "escalation",
    "failover",
    "disaster",
    "troubleshooting",
    "downtime",
];

/// A document that is being read.
pub(super) struct Reading<'a> {
    pub(super) outline: &'a Outline,
    /// In which questions are asked.
    pub(super) language: Language,
    pub(super) document: Document,
    pub(super) ledger: Ledger,
    /// What each section's own heading is about.
    subjects: Vec<Vec<Subject>>,
    /// For each line, whether it belongs to a form to fill in.
    forms: Vec<bool>,
    /// Notes beyond the limit of each kind: questions, contradictions, dangers.
    unlisted: [usize; 3],
    text: &'a str,
    /// The whole text as it is compared; most documents are known without it.
    folded: OnceCell<String>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(
        source: &'a Source,
        outline: &'a Outline,
        language: Language,
        asked_in: Language,
    ) -> Reading<'a> {
        let title = outline.sections.iter().find(|it| it.level == 1).map(|it| it.title.clone());
        let document = Document {
            document: source.name.clone(),
            title,
            language,
            asked_in,
            ..Document::default()
        };
        Reading {
            outline,
            language: asked_in,
            document,
            ledger: Ledger::of(&source.text),
            subjects: outline.sections.iter().map(|it| subjects(&it.title)).collect(),
            forms: vec![false; source.text.lines().count() + 2],
            unlisted: [0; 3],
            text: &source.text,
            folded: OnceCell::new(),
        }
    }

    /// Whether a section's own heading is about `subject`.
    pub(super) fn is_about(&self, section: usize, subject: Subject) -> bool {
        self.subjects.get(section).is_some_and(|it| it.contains(&subject))
    }

    /// Whether a section, or one that it stands in, is about `subject`.
    pub(super) fn is_below(&self, section: usize, subject: Subject) -> bool {
        self.outline.upwards(section).any(|it| self.is_about(it, subject))
    }

    /// Whether a line belongs to a form, which is never read as plan.
    pub(super) fn is_form(&self, line: usize) -> bool {
        self.forms.get(line).copied().unwrap_or_default()
    }

    /// Lines that are a form from now on.
    pub(super) fn mark_form(&mut self, lines: Range<usize>) {
        for line in lines {
            if let Some(place) = self.forms.get_mut(line) {
                *place = true;
            }
        }
    }

    /// The blocks that may be read as plan, with their indices.
    pub(super) fn plain_blocks(&self) -> Vec<(usize, &'a Block)> {
        let blocks = self.outline.blocks.iter().enumerate();
        blocks.filter(|(_, it)| !self.is_form(it.lines.start)).collect()
    }

    /// The items of a list that begins at block `first`, at its own depth, until the list ends.
    pub(super) fn items_from(&self, first: usize) -> Vec<&'a Block> {
        let Some(Block { kind: Kind::Item(item), section, .. }) = self.outline.blocks.get(first)
        else {
            return Vec::new();
        };
        let mut items = Vec::new();
        for block in self.outline.blocks.iter().skip(first) {
            match &block.kind {
                Kind::Item(it) if block.section == *section && it.depth == item.depth => {
                    items.push(block)
                }
                Kind::Item(it) if block.section == *section && it.depth > item.depth => (),
                Kind::Fence(it) if block.section == *section && it.depth > item.depth => (),
                Kind::Paragraph if block.section == *section && item.depth > 0 => (),
                Kind::Heading
                | Kind::Paragraph
                | Kind::Table(_)
                | Kind::Item(_)
                | Kind::Fence(_)
                | Kind::Other => break,
            }
        }
        items
    }

    /// A question about lines that became nothing because of it.
    pub(super) fn ask(&mut self, text: String, lines: &[usize]) {
        self.ledger.asked(lines, &text);
        self.question(text, lines);
    }

    /// A question beside what the lines became.
    pub(super) fn question(&mut self, text: String, lines: &[usize]) {
        let [unlisted, _, _] = &mut self.unlisted;
        note(&mut self.document.questions, unlisted, text, lines);
    }

    pub(super) fn danger(&mut self, text: String, lines: &[usize]) {
        if let Some(known) = self.document.dangers.iter_mut().find(|it| it.text == text) {
            let last = known.lines.last().copied();
            known.lines.extend(lines.iter().filter(|it| Some(**it) != last));
            return;
        }
        let [_, _, unlisted] = &mut self.unlisted;
        note(&mut self.document.dangers, unlisted, text, lines);
    }

    pub(super) fn contradict(&mut self, text: String, lines: &[usize]) {
        let mut lines = lines.to_vec();
        lines.sort_unstable();
        lines.dedup();
        let [_, unlisted, _] = &mut self.unlisted;
        note(&mut self.document.contradictions, unlisted, text, &lines);
    }

    /// Headings of sections that became something are used with it; prose is kept for people.
    pub(super) fn leave_the_rest(&mut self) {
        let (prose, html, heading, list) = self.language.pick(
            ("説明文", "HTML・区切り・前付け", "見出し", "一覧"),
            ("prose", "HTML, a rule, or front matter", "a heading", "a list"),
        );
        let fence = self.language.pick("コードの例", "code that is no step");
        let table = self.language.pick("表", "a table");
        for (lines, lead) in &self.outline.follow {
            self.ledger.follow(lines.clone(), *lead);
        }
        for block in &self.outline.blocks {
            let reason = match &block.kind {
                Kind::Heading => heading,
                Kind::Paragraph => prose,
                Kind::Item(_) => list,
                Kind::Table(_) => table,
                Kind::Fence(_) => fence,
                Kind::Other => html,
            };
            match &block.kind {
                Kind::Heading | Kind::Paragraph | Kind::Other => {
                    self.ledger.reference(block.lines.clone(), reason);
                }
                Kind::Fence(fence) if fence.is_diagram() => {
                    let reason = self.language.pick("図", "a diagram");
                    self.ledger.reference(block.lines.clone(), reason);
                }
                Kind::Item(_) | Kind::Table(_) | Kind::Fence(_) => {
                    let text = self.language.pick(
                        format!("{reason}: 計画にする規則に当てはまりません"),
                        format!("{reason}: no rule makes it part of a plan"),
                    );
                    self.ledger.left(block.lines.clone(), &text);
                }
            }
        }
    }

    fn folded(&self) -> &str {
        self.folded.get_or_init(|| fold(self.text))
    }

    /// Whether the document names a time zone.
    pub(super) fn says_its_zone(&self) -> bool {
        ["JST", "UTC", "GMT", "日本時間", "Asia/Tokyo", "ime zone", "imezone"]
            .iter()
            .any(|it| self.text.contains(it))
    }

    /// Whether the document is about responding to failures at all.
    pub(super) fn is_response_document(&self) -> bool {
        let document = &self.document;
        let has_plan = !document.severities.is_empty()
            || !document.escalations.is_empty()
            || !document.thresholds.is_empty();
        let runs =
            document.procedures.iter().any(|it| it.steps.iter().any(|it| it.kind.is_performed()));
        let speaks = |title: &str| has_any(&fold(title), &RESPONSE);
        let titles = self.outline.sections.iter().filter(|it| speaks(&it.title)).count();
        if titles > 0 {
            return has_plan || runs || !document.contacts.is_empty();
        }
        let often = || RESPONSE.iter().map(|it| self.folded().matches(it).count()).sum::<usize>();
        (has_plan || runs) && often() >= if has_plan { 3 } else { 5 }
    }

    pub(super) fn finish(self) -> Document {
        let reason = self.language.pick("読み取れません", "it was not understood");
        let (account, totals) = self.ledger.finish(reason);
        let mut document = Document { account, totals, ..self.document };
        let kinds = [&mut document.questions, &mut document.contradictions, &mut document.dangers];
        for (notes, more) in kinds.into_iter().zip(self.unlisted) {
            for note in notes.iter_mut() {
                note.lines.sort_unstable();
                note.lines.dedup();
            }
            if more > 0 {
                let text = self.language.pick(
                    format!("ほかに {more} 件あります。先に上のものを直してください"),
                    format!("{more} more are not listed; mend these first"),
                );
                notes.push(Note { text, lines: Vec::new() });
            }
        }
        document
    }
}

/// Notes of one kind; more are counted, since nobody reads them.
const NOTES_MAX: usize = 300;

fn note(notes: &mut Vec<Note>, unlisted: &mut usize, text: String, lines: &[usize]) {
    let note = Note { text, lines: lines.to_vec() };
    if notes.contains(&note) {
        return;
    }
    if notes.len() >= NOTES_MAX {
        *unlisted += 1;
    } else {
        notes.push(note);
    }
}
