//! Scales in lists: `- **P0 (Critical)**: 全システム停止`, `- P0: 15分以内に初動対応開始`.

use super::{Found, Scale, target};
use crate::import::model::Target;
use crate::import::outline::{Block, Kind};
use crate::import::reading::Reading;
use crate::import::word::clock;
use crate::import::word::label::{Family, Label, label};
use crate::import::word::subject::Subject;
use crate::import::word::{figure, fold, labelled};
use crate::plan::Clock;

pub(super) fn read(reading: &mut Reading<'_>, scale: &mut Scale) {
    let blocks = reading.plain_blocks();
    let mut place = 0;
    while let Some((index, block)) = blocks.get(place) {
        let Kind::Item(item) = &block.kind else {
            place += 1;
            continue;
        };
        let items = reading.items_from(*index);
        let about = reading.is_below(block.section, Subject::Severity);
        let levels: Vec<(&Block, Label)> = items
            .iter()
            .filter_map(|it| Some((*it, level_of(it)?)))
            .filter(|(_, it)| about || it.family != Family::Word)
            .collect();
        let is_scale = item.depth == 0 && levels.len() >= 2 && levels.len() * 2 >= items.len();
        if !is_scale && item.depth > 0 {
            place += 1;
            continue;
        }
        let last = items.last().map_or(block.lines.end, |it| it.lines.end);
        for (position, (block, level)) in levels.iter().enumerate().filter(|_| is_scale) {
            let until = levels.get(position + 1).map_or(usize::MAX, |it| it.0.lines.start);
            one(reading, scale, block, level, until);
        }
        place += 1;
        while blocks.get(place).is_some_and(|it| it.1.lines.start < last) {
            place += 1;
        }
    }
}

/// A level stands before a colon, a bracket, or is all that is bold.
fn level_of(block: &Block) -> Option<Label> {
    let found = label(&block.text)?;
    let rest = found.rest.trim_start();
    let is_told = rest.starts_with([':', '：', '(', '（', '-', '–', '—', '】', ']']);
    let is_bold = block.strong.as_deref().is_some_and(|it| label(it).is_some());
    (is_told || is_bold || rest.is_empty()).then_some(found)
}

fn one(reading: &Reading<'_>, scale: &mut Scale, block: &Block, level: &Label, until: usize) {
    let mut found = Found::new(level.clone(), block.lines.clone().collect());
    let section = reading.outline.title(block.section);
    let text = labelled(&block.text).map_or("", |it| it.1);
    meaning(scale, &mut found, section, text, block);
    // What is nested below belongs to the level.
    let first = reading.outline.first_from(block.lines.start + 1);
    let below = reading.outline.blocks.iter().skip(first);
    let below = below.take_while(|it| it.section == block.section && it.lines.start < until);
    let nested = below.filter(|it| matches!(&it.kind, Kind::Item(item) if item.depth > 0));
    for below in nested {
        let lines: Vec<usize> = below.lines.clone().collect();
        let promise =
            labelled(&below.text).and_then(|(label, text)| scale.promise(label, text, &lines));
        match promise {
            Some((clock, target)) => {
                found.targets.insert(clock, target);
            }
            None => found.criteria.push(below.text.clone()),
        }
        found.lines.extend(lines);
    }
    scale.found.push(found);
}

/// A sentence behind a level is a promise where it has a time and words of a clock, else what the level means.
fn meaning(scale: &mut Scale, found: &mut Found, section: &str, text: &str, block: &Block) {
    let lines: Vec<usize> = block.lines.clone().collect();
    for sentence in sentences(text) {
        match promise(scale, section, sentence, &lines) {
            Some((clock, target)) => {
                found.targets.entry(clock).or_insert(target);
            }
            None => found.criteria.extend(sentence.split('、').map(|it| it.trim().to_owned())),
        }
    }
}

fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split(['。', ';', '；', '\n']).flat_map(|it| it.split(". "));
    parts.map(|it| it.trim().trim_end_matches('.')).filter(|it| !it.is_empty())
}

fn promise(
    scale: &mut Scale,
    section: &str,
    text: &str,
    lines: &[usize],
) -> Option<(Clock, Target)> {
    figure::promise(text)?;
    if let Some((label, value)) = labelled(text)
        && let Some(found) = scale.promise(label, value, lines)
    {
        return Some(found);
    }
    if let Some(clock) = clock::of_promise(text) {
        return target(text, lines).map(|it| (clock, it));
    }
    if clock::clock(section).is_some() {
        return scale.promise(section, text, lines);
    }
    // A bare time behind a level: whose clock it is, nobody says.
    let has_number = figure::first(&fold(text)).is_some();
    let target = target(text, lines).filter(|_| has_number && text.chars().count() <= 12)?;
    scale.bare.extend(lines);
    Some((Clock::Respond, target))
}
