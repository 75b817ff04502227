//! Scales in headings: `### Level 1: 軽微な問題`, with what it means below.

use super::{Found, Scale};
use crate::import::fact::escalation;
use crate::import::fact::pair::{is_of_facts, pairs};
use crate::import::model::Escalation;
use crate::import::outline::{Block, Fence, Kind};
use crate::import::reading::Reading;
use crate::import::word::label::{Family, Label, label};
use crate::import::word::subject::Subject;
use crate::import::word::{fold, has_any, labelled};

const MEANING: [&str; 10] = [
    "症状",
    "定義",
    "例",
    "影響",
    "条件",
    "対象",
    "symptoms",
    "definition",
    "examples",
    "criteria",
];
const OWNER: [&str; 6] = ["責任者", "担当", "対応者", "owner", "responsible", "who"];

/// Headings that are looked at; a scale has a few.
const LEVELS_MAX: usize = 500;

pub(super) fn read(reading: &mut Reading<'_>, scale: &mut Scale) {
    let outline = reading.outline;
    let sections: Vec<(usize, Label)> = (1..outline.sections.len())
        .filter(|it| outline.sections.get(*it).is_some_and(|it| !reading.is_form(it.line)))
        .filter_map(|it| Some((it, label(outline.title(it))?)))
        .filter(|(it, _)| !has_script(reading, *it))
        .take(LEVELS_MAX)
        .collect();
    for (section, level) in &sections {
        let parent = outline.sections.get(*section).and_then(|it| it.parent);
        let is_sibling = |(other, it): &&(usize, Label)| {
            other != section
                && it.family == level.family
                && outline.sections.get(*other).and_then(|it| it.parent) == parent
        };
        let about = parent.is_some_and(|it| reading.is_below(it, Subject::Severity));
        if sections.iter().filter(is_sibling).count() == 0
            || !(about || level.family != Family::Word)
        {
            continue;
        }
        one(reading, scale, *section, level);
    }
}

/// A section with commands is what to do, not what a level means.
fn has_script(reading: &Reading<'_>, section: usize) -> bool {
    let outline = reading.outline;
    let mut blocks = outline.below(section).flat_map(|it| outline.blocks_of(it));
    blocks.any(|(_, it)| matches!(&it.kind, Kind::Fence(it) if !is_of_facts(it)))
}

fn one(reading: &Reading<'_>, scale: &mut Scale, section: usize, level: &Label) {
    let outline = reading.outline;
    let line = outline.sections.get(section).map_or(0, |it| it.line);
    let mut found = Found::new(level.clone(), vec![line]);
    if found.name.is_none() {
        let rest = level.rest.trim_start_matches([':', '：', ' ', '\u{3000}', '-']).trim();
        found.name = Some(rest.to_owned()).filter(|it| !it.is_empty() && it.chars().count() <= 40);
    }
    for (_, block) in outline.blocks_of(section) {
        match &block.kind {
            Kind::Item(_) | Kind::Paragraph => text(scale, &mut found, block),
            Kind::Fence(fence) if is_of_facts(fence) => facts(scale, &mut found, fence, block),
            Kind::Fence(_) | Kind::Table(_) | Kind::Heading | Kind::Other => (),
        }
    }
    scale.found.push(found);
}

fn text(scale: &mut Scale, found: &mut Found, block: &Block) {
    let lines: Vec<usize> = block.lines.clone().collect();
    for (line, text) in (block.lines.start..).zip(block.text.lines()) {
        let said = labelled(text);
        if let Some((label, value)) = said
            && let Some((clock, target)) = scale.promise(label, value, &[line])
        {
            found.targets.insert(clock, target);
            continue;
        }
        match said {
            Some((label, value)) if has_any(&fold(label), &OWNER) => {
                owner(scale, found, value, line)
            }
            Some((label, value)) if has_any(&fold(label), &MEANING) => {
                found.criteria.extend(value.split(['、']).map(|it| it.trim().to_owned()));
            }
            Some(_) | None => found.criteria.push(text.trim().to_owned()),
        }
    }
    found.lines.extend(lines);
}

fn facts(scale: &mut Scale, found: &mut Found, fence: &Fence, block: &Block) {
    for pair in pairs(fence) {
        let key = fold(&pair.key);
        if has_any(&key, &["エスカレーション", "escalation", "escalate"]) {
            escalate(scale, found, &pair.value, pair.line);
        } else if has_any(&key, &OWNER) {
            owner(scale, found, &pair.value, pair.line);
        } else if let Some((clock, target)) = scale.promise(&pair.key, &pair.value, &[pair.line]) {
            found.targets.insert(clock, target);
        } else {
            found.criteria.extend(Some(pair.value).filter(|it| !it.is_empty()));
            found.criteria.extend(pair.items.into_iter().map(|it| it.1));
        }
    }
    found.lines.extend(block.lines.clone());
}

fn owner(scale: &mut Scale, found: &Found, who: &str, line: usize) {
    scale.escalations.push(Escalation {
        severity: Some(found.label.text.clone()),
        after_seconds: Some(0),
        to: escalation::names(who),
        lines: vec![line],
        ..Escalation::default()
    });
}

fn escalate(scale: &mut Scale, found: &Found, text: &str, line: usize) {
    let mut escalation = escalation::sentence(text, &[], &[line]);
    escalation.severity = Some(found.label.text.clone());
    scale.escalations.push(escalation);
}
