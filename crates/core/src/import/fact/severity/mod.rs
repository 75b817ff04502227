//! The scale of severities: gathered from tables, lists and headings, then put in order.

use std::collections::BTreeMap;

use crate::import::model::{self, Escalation, Target, TargetKind, Windowed};
use crate::import::reading::Reading;
use crate::import::word::clock::{self, Said};
use crate::import::word::figure;
use crate::import::word::hours::windows_in;
use crate::import::word::label::{Family, Label, weight};
use crate::plan::Clock;

mod list;
mod section;
mod table;

/// One place that speaks of one level.
#[derive(Clone, Debug)]
struct Found {
    label: Label,
    name: Option<String>,
    criteria: Vec<String>,
    targets: BTreeMap<Clock, Target>,
    windows: Vec<Windowed>,
    lines: Vec<usize>,
}

impl Found {
    fn new(label: Label, lines: Vec<usize>) -> Found {
        let name = label.name();
        let (criteria, windows) = (Vec::new(), Vec::new());
        Found { label, name, criteria, targets: BTreeMap::new(), windows, lines }
    }
}

/// Everything that was found, and where a time had no clock of its own.
#[derive(Default)]
struct Scale {
    found: Vec<Found>,
    bare: Vec<usize>,
    escalations: Vec<Escalation>,
}

pub(super) fn read(reading: &mut Reading<'_>) {
    let mut scale = Scale::default();
    table::read(reading, &mut scale);
    list::read(reading, &mut scale);
    section::read(reading, &mut scale);
    let Some(family) = scale.family() else { return };
    scale.tell_others(reading, family);
    scale.found.retain(|it| it.label.family == family);
    let mut severities = merged(reading, &scale);
    order(reading, family, &mut severities);
    for severity in severities.iter().map(|it| &it.0) {
        reading.ledger.used(&severity.lines, &format!("severity {}", severity.label));
    }
    ask_for_windows(reading, severities.iter().map(|it| &it.0));
    let labels: Vec<String> = severities.iter().map(|it| it.0.label.clone()).collect();
    reading.document.severities = severities.into_iter().map(|it| it.0).collect();
    for escalation in scale.escalations {
        if escalation.severity.as_ref().is_some_and(|it| labels.contains(it)) {
            let of = escalation.severity.clone().unwrap_or_default();
            reading.ledger.used(&escalation.lines, &format!("escalation {of}"));
            reading.document.escalations.push(escalation);
        }
    }
    if !scale.bare.is_empty() {
        let text = reading.language.pick(
            "「対応時間」が何までの時間か書かれていません。対応を始めるまで（respond）として取り込みました",
            "a response time does not say until what; it was taken as the time until the response begins",
        );
        reading.question(text.to_owned(), &scale.bare);
    }
}

/// Windows without hours mean nothing to a clock.
fn ask_for_windows<'s>(
    reading: &mut Reading<'_>,
    severities: impl Iterator<Item = &'s model::Severity>,
) {
    let mut asked: Vec<(&str, Vec<usize>)> = Vec::new();
    for window in severities.flat_map(|it| &it.windows) {
        let name = window.target.window.as_deref().unwrap_or_default();
        if windows_in(name).is_some() {
            continue;
        }
        match asked.iter_mut().find(|it| it.0 == name) {
            Some(known) => known.1.extend(&window.target.lines),
            None => asked.push((name, window.target.lines.clone())),
        }
    }
    for (name, lines) in asked {
        let text = reading.language.pick(
            format!("「{name}」は何曜日の何時から何時までですか"),
            format!("which days and hours are \"{name}\"?"),
        );
        reading.question(text, &lines);
    }
}

impl Scale {
    /// The family with most levels; of two, the one that speaks first.
    fn family(&self) -> Option<Family> {
        let mut counts: BTreeMap<Family, (Vec<String>, usize)> = BTreeMap::new();
        for (place, found) in self.found.iter().enumerate() {
            let entry = counts.entry(found.label.family).or_insert((Vec::new(), place));
            let key = found.label.key();
            if !entry.0.contains(&key) {
                entry.0.push(key);
            }
        }
        let best = counts.into_iter().filter(|(_, (labels, _))| labels.len() >= 2).max_by_key(
            |(family, (labels, place))| {
                // A number says more of an order than a word.
                let weight = labels.len() * 2 + usize::from(*family != Family::Word);
                (weight, std::cmp::Reverse(*place))
            },
        );
        best.map(|it| it.0)
    }

    /// A second scale is not silently dropped.
    fn tell_others(&self, reading: &mut Reading<'_>, family: Family) {
        let others: Vec<&Found> =
            self.found.iter().filter(|it| it.label.family != family).collect();
        let mut labels: Vec<&str> = others.iter().map(|it| it.label.text.as_str()).collect();
        labels.sort_unstable();
        labels.dedup();
        if labels.len() < 2 {
            return;
        }
        let text = reading.language.pick(
            format!(
                "別の段階もあります（{}）。計画の重要度とはどう対応しますか",
                labels.join("・")
            ),
            format!(
                "there are other levels too ({}); how do they go with the severities?",
                labels.join(", ")
            ),
        );
        let lines: Vec<usize> = others.iter().flat_map(|it| it.lines.first().copied()).collect();
        reading.ask(text, &lines);
    }

    /// Reads the promise of `text` under `label`; whether it was one.
    fn promise(&mut self, label: &str, text: &str, lines: &[usize]) -> Option<(Clock, Target)> {
        let said = clock::clock(label);
        let inside = clock::of_promise(text);
        let clock = match (said, inside) {
            (Some(Said::Clock(it)), _) => it,
            (Some(Said::Bare) | None, Some(it)) => it,
            (Some(Said::Bare), None) => {
                self.bare.extend(lines);
                Clock::Respond
            }
            (None, None) => return None,
        };
        Some((clock, target(text, lines)?))
    }
}

/// A promise with its words.
fn target(text: &str, lines: &[usize]) -> Option<Target> {
    let figure = figure::promise(text)?;
    let kind = figure.kind;
    let (seconds, days) = (figure.seconds, figure.days);
    let text = text.trim().to_owned();
    Some(Target { text, kind, seconds, days, window: None, lines: lines.to_vec() })
}

/// The places that speak of the same level, as one, in the order of the document.
fn merged(reading: &mut Reading<'_>, scale: &Scale) -> Vec<(model::Severity, Label)> {
    let mut severities: Vec<(model::Severity, Label)> = Vec::new();
    for found in &scale.found {
        let key = found.label.key();
        let place = severities.iter().position(|it| it.1.key() == key);
        let place = place.unwrap_or_else(|| {
            let label = found.label.text.clone();
            severities.push((model::Severity { label, ..Default::default() }, found.label.clone()));
            severities.len() - 1
        });
        let Some((severity, _)) = severities.get_mut(place) else { continue };
        if severity.name.is_none() {
            severity.name.clone_from(&found.name);
        }
        if found.label.text != severity.label && !severity.aliases.contains(&found.label.text) {
            severity.aliases.push(found.label.text.clone());
        }
        for text in found.criteria.iter().filter(|it| !it.is_empty()) {
            if !severity.criteria.contains(text) {
                severity.criteria.push(text.clone());
            }
        }
        for (clock, target) in &found.targets {
            match severity.targets.get(clock) {
                None => {
                    severity.targets.insert(*clock, target.clone());
                }
                Some(first) if (first.seconds, first.days) != (target.seconds, target.days) => {
                    let lines: Vec<usize> =
                        first.lines.iter().chain(&target.lines).copied().collect();
                    let text = reading.language.pick(
                        format!(
                            "{}の目標が二通りあります: 「{}」と「{}」",
                            severity.label, first.text, target.text
                        ),
                        format!(
                            "{} has two targets: \"{}\" and \"{}\"",
                            severity.label, first.text, target.text
                        ),
                    );
                    reading.contradict(text, &lines);
                }
                Some(_) => (),
            }
        }
        for window in &found.windows {
            if !severity.windows.contains(window) {
                severity.windows.push(window.clone());
            }
        }
        severity.lines.extend(&found.lines);
    }
    for (severity, _) in &mut severities {
        severity.lines.sort_unstable();
        severity.lines.dedup();
    }
    severities
}

/// Puts the worst first and numbers the ranks.
fn order(reading: &mut Reading<'_>, family: Family, severities: &mut [(model::Severity, Label)]) {
    severities.sort_by_key(|it| it.1.order);
    let lines: Vec<usize> =
        severities.iter().filter_map(|it| it.0.lines.first().copied()).collect();
    let by_time = direction(severities.iter().map(|it| it.0.soonest()));
    let by_words = direction(severities.iter().map(|it| it.0.weight()));
    let ascends = match (family, by_time, by_words) {
        (Family::Level, Some(time), Some(words)) if time != words => {
            let text = reading.language.pick(
                "段階の向きが、時間と定義とで逆です。時間が短い方を重いとして取り込みました",
                "the times and the criteria of the levels disagree on which is worst; the shorter time was taken as worse",
            );
            reading.contradict(text.to_owned(), &lines);
            time
        }
        (Family::Level, Some(it), _) | (Family::Level, None, Some(it)) => it,
        (Family::Level, None, None) => {
            let text = reading.language.pick(
                "段階の番号は、小さい方と大きい方のどちらが重いですか。小さい方を重いとして取り込みました",
                "is the level with the lower or with the higher number worse? The lower was taken as worse",
            );
            reading.question(text.to_owned(), &lines);
            true
        }
        (Family::P | Family::Sev | Family::S | Family::Word, time, _) => {
            if time == Some(false) {
                let text = reading.language.pick(
                    "重い段階ほど時間が長くなっています",
                    "the worse the level, the longer its time",
                );
                reading.contradict(text.to_owned(), &lines);
            }
            true
        }
    };
    if !ascends {
        severities.reverse();
    }
    for (rank, (severity, _)) in severities.iter_mut().enumerate() {
        severity.rank = rank;
    }
}

/// Whether values only rise (`true`), only fall (`false`), or say nothing.
fn direction<T: PartialOrd>(values: impl Iterator<Item = Option<T>>) -> Option<bool> {
    let known: Vec<T> = values.flatten().collect();
    let pairs = || known.iter().zip(known.iter().skip(1));
    let rises = pairs().any(|(a, b)| a < b);
    let falls = pairs().any(|(a, b)| a > b);
    match (rises, falls) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        (true, true) | (false, false) => None,
    }
}

impl model::Severity {
    /// The shortest promise in seconds; a business day counts a day.
    fn soonest(&self) -> Option<i64> {
        let seconds = |it: &Target| match it.kind {
            TargetKind::Immediate | TargetKind::Duration => it.seconds,
            TargetKind::BusinessDays => it.days.map(|it| i64::from(it.max(1)) * 86_400),
            TargetKind::None => None,
        };
        let clocks = [Clock::Acknowledge, Clock::Respond, Clock::Resolve];
        clocks.iter().find_map(|it| self.targets.get(it).and_then(seconds))
    }

    /// How bad its own words say that it is.
    fn weight(&self) -> Option<u32> {
        let name = self.name.as_deref().and_then(weight);
        name.or_else(|| self.criteria.iter().filter_map(|it| weight(it)).min())
    }
}
