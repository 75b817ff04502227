//! Which sections are procedures of their own, and which are phases of one.

use std::collections::BTreeMap;

use super::language;
use crate::import::outline::Kind;
use crate::import::reading::Reading;
use crate::import::word::label::label;
use crate::import::word::subject::Subject;
use crate::import::word::{figure, fold, has_any, labelled};

const PROBLEMS: [&str; 14] = [
    "障害",
    "エラー",
    "失敗",
    "破損",
    "低下",
    "違反",
    "停止した",
    "つながらない",
    "failure",
    "error",
    "down",
    "outage",
    "unavailable",
    "full",
];

/// Headings that name a part of any procedure, and never one of their own.
const PARTS: [&str; 36] = [
    "symptom",
    "symptoms",
    "diagnosis",
    "diagnose",
    "investigation",
    "fix",
    "mitigation",
    "mitigate",
    "resolution",
    "remediation",
    "recovery",
    "rollback",
    "verify",
    "verification",
    "validation",
    "immediate actions",
    "initial actions",
    "quick fix",
    "steps",
    "procedure",
    "prerequisites",
    "症状",
    "診断",
    "調査",
    "原因",
    "対応",
    "対処",
    "初動",
    "初動対応",
    "復旧",
    "復旧手順",
    "復旧確認",
    "確認",
    "切り戻し",
    "手順",
    "対応手順",
];

fn is_generic(title: &str) -> bool {
    let folded = fold(title);
    let bare = folded.trim_matches(|it: char| !it.is_alphanumeric());
    PARTS.contains(&bare)
}

/// Whether a heading is about what is seen when something is wrong.
pub(super) fn is_of_symptoms(title: &str) -> bool {
    let folded = fold(title);
    ["symptom", "symptoms", "症状"].contains(&folded.trim_matches(|it: char| !it.is_alphanumeric()))
}

/// For each section with steps, the section whose procedure they belong to.
pub(super) fn units(reading: &Reading<'_>) -> BTreeMap<usize, usize> {
    let outline = reading.outline;
    let mut families = Families::of(reading);
    let mut units = BTreeMap::new();
    for section in families.with_steps.clone() {
        let mut unit = section;
        // Phases of phases belong to the same flow.
        while let Some(parent) = outline.sections.get(unit).and_then(|it| it.parent)
            && families.is_phase(reading, unit, parent)
        {
            unit = parent;
        }
        for between in outline.upwards(section) {
            units.entry(between).or_insert(unit);
            if between == unit {
                break;
            }
        }
        units.insert(section, unit);
    }
    // What is seen stands beside what is done.
    for section in 1..outline.sections.len() {
        let parent = outline.sections.get(section).and_then(|it| it.parent);
        let unit = parent.and_then(|it| units.get(&it).copied());
        if let Some(unit) = unit.filter(|_| is_of_symptoms(outline.title(section))) {
            units.entry(section).or_insert(unit);
        }
    }
    units
}

/// What is known of the sections below one.
#[derive(Clone, Copy, Default)]
struct Family {
    /// How many of them, or of what is below them, have steps.
    count: usize,
    is_budgeted: bool,
    has_problem: bool,
}

/// The sections with steps, and their families, each looked at once.
struct Families {
    with_steps: Vec<usize>,
    /// For each section, those directly below it that have steps, or stand above such.
    children: Vec<Vec<usize>>,
    known: BTreeMap<usize, Family>,
}

impl Families {
    fn of(reading: &Reading<'_>) -> Families {
        let outline = reading.outline;
        let mut with_steps = Vec::new();
        let mut above = vec![false; outline.sections.len()];
        for section in 0..outline.sections.len() {
            if has_steps(reading, section) {
                with_steps.push(section);
                for it in outline.upwards(section) {
                    if let Some(place) = above.get_mut(it) {
                        *place = true;
                    }
                }
            }
        }
        let mut children = vec![Vec::new(); outline.sections.len()];
        for (section, above) in above.into_iter().enumerate() {
            let parent = outline.sections.get(section).and_then(|it| it.parent);
            if let Some(place) = parent.filter(|_| above).and_then(|it| children.get_mut(it)) {
                place.push(section);
            }
        }
        Families { with_steps, children, known: BTreeMap::new() }
    }

    fn family(&mut self, reading: &Reading<'_>, parent: usize) -> Family {
        if let Some(known) = self.known.get(&parent) {
            return *known;
        }
        let outline = reading.outline;
        let mut family = Family::default();
        for section in self.children.get(parent).into_iter().flatten().copied() {
            family.count += 1;
            family.is_budgeted |= figure::budget(outline.title(section)).is_some();
            family.has_problem |= is_problem(reading, section);
        }
        self.known.insert(parent, family);
        family
    }

    /// Whether `section` is a part of `parent`'s procedure rather than one of its own.
    fn is_phase(&mut self, reading: &Reading<'_>, section: usize, parent: usize) -> bool {
        let outline = reading.outline;
        if parent > 0 && is_generic(outline.title(section)) {
            return true;
        }
        let is_title = parent == 0 || outline.sections.get(parent).is_none_or(|it| it.level <= 1);
        if is_title || label(outline.title(section)).is_some() {
            return false;
        }
        let number =
            |section: usize| outline.sections.get(section).and_then(|it| it.number.as_ref());
        let Some(own) = number(section) else {
            // Below a phase, what has no number is a part of it.
            let above = outline.sections.get(parent).and_then(|it| it.parent);
            let is_numbered = number(parent).is_some();
            return above.is_some_and(|it| is_numbered && self.is_phase(reading, parent, it));
        };
        let family = self.family(reading, parent);
        if family.has_problem && !family.is_budgeted {
            return false;
        }
        let is_check = reading.is_about(parent, Subject::Verification)
            && !reading.is_about(parent, Subject::Routine);
        family.count >= 2 && (family.is_budgeted || own.contains('.') || is_check)
    }
}

/// Whether a section has something to do, of its own.
fn has_steps(reading: &Reading<'_>, section: usize) -> bool {
    let line = reading.outline.sections.get(section).map_or(0, |it| it.line);
    if reading.is_form(line) || is_reading(reading, section) {
        return false;
    }
    let mut items = 0;
    for (_, block) in reading.outline.blocks_of(section) {
        let is_taken = reading.ledger.is_used(block.lines.start);
        match &block.kind {
            Kind::Fence(fence) if !is_taken && language::is_step(fence) => return true,
            Kind::Item(item) if !is_taken => {
                items += usize::from(
                    item.is_task || item.number.is_some() || lists_work(reading, section),
                );
            }
            Kind::Fence(_)
            | Kind::Item(_)
            | Kind::Heading
            | Kind::Paragraph
            | Kind::Table(_)
            | Kind::Other => (),
        }
    }
    items >= 2
        && (reading.is_below(section, Subject::Response)
            || reading.is_below(section, Subject::Verification))
}

/// Whether the bullets of a section are work, and not prose.
pub(super) fn lists_work(reading: &Reading<'_>, section: usize) -> bool {
    let subjects = [Subject::Verification];
    subjects.iter().any(|it| reading.is_below(section, *it))
        && !reading.is_about(section, Subject::Conduct)
}

/// Places of files, tips and set-up are fenced too, and are no procedures.
fn is_reading(reading: &Reading<'_>, section: usize) -> bool {
    let about = |subject| reading.is_about(section, subject);
    let is_procedure =
        about(Subject::Response) || about(Subject::Verification) || about(Subject::Backup);
    let urgent = ["緊急", "障害", "復旧", "emergency", "incident", "recovery", "outage"];
    // The title of the document is about everything.
    let is_urgent = |it: usize| {
        let level = reading.outline.sections.get(it).map_or(0, |it| it.level);
        it != section && level > 1 && has_any(&fold(reading.outline.title(it)), &urgent)
    };
    if reading.outline.upwards(section).any(is_urgent) {
        return false;
    }
    let parent = reading.outline.sections.get(section).and_then(|it| it.parent);
    let below = parent.is_some_and(|it| reading.is_about(it, Subject::Reading));
    (about(Subject::Reading) || below) && !is_procedure
}

/// Whether a section is about one thing that goes wrong.
fn is_problem(reading: &Reading<'_>, section: usize) -> bool {
    let has_symptom = reading.outline.blocks_of(section).any(|(_, block)| {
        let by_label =
            labelled(&block.text).is_some_and(|it| has_any(&fold(it.0), &super::SYMPTOMS));
        let by_card = matches!(&block.kind, Kind::Fence(it) if super::card::is_card(it));
        by_label || by_card
    });
    has_symptom || has_any(&fold(reading.outline.title(section)), &PROBLEMS)
}

/// Says why fences that look like commands became no steps.
pub(super) fn leave(reading: &mut Reading<'_>) {
    let reason = reading.language.pick(
        "手順ではありません（設定・場所・改善の説明）",
        "no procedure: a set-up, a place, or a tip",
    );
    for block in &reading.outline.blocks {
        let Kind::Fence(fence) = &block.kind else { continue };
        if language::is_file_map(fence) || is_reading(reading, block.section) {
            reading.ledger.reference(block.lines.clone(), reason);
        }
    }
}
