//! Documents that say different things of the same, and links to documents that are not there.

use crate::import::model::{Document, Note, Severity, Threshold};
use crate::import::word::fold;
use crate::import::word::label::{Family, label};

/// Documents beyond which they are no longer held against each other; that is said.
const COMPARED_MAX: usize = 50;

pub(super) fn read(documents: &mut [Document]) {
    let names: Vec<String> = documents.iter().map(|it| short(&it.document).to_owned()).collect();
    let copies: Vec<Document> = documents.iter().take(COMPARED_MAX).cloned().collect();
    let many = documents.len() > COMPARED_MAX;
    for (place, document) in documents.iter_mut().enumerate() {
        links(document, &names);
        for (other_place, other) in copies.iter().enumerate() {
            if other_place != place && place < COMPARED_MAX {
                severities(document, other);
                thresholds(document, other);
            }
        }
        if many && place == 0 {
            let text = document.asked_in.pick(
                format!("文書が多いため、最初の {COMPARED_MAX} 件だけを互いに比べました"),
                format!("of so many documents only the first {COMPARED_MAX} were held against each other"),
            );
            document.questions.push(Note { text, lines: Vec::new() });
        }
    }
}

/// The name of a document, without the directories before it.
fn short(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

fn put(document: &mut Document, text: String, lines: &[usize]) {
    let note = Note { text, lines: lines.to_vec() };
    if !document.contradictions.contains(&note) {
        document.contradictions.push(note);
    }
}

fn severities(document: &mut Document, other: &Document) {
    let language = document.asked_in;
    let pairs: Vec<(Severity, Severity)> = document
        .severities
        .iter()
        .filter_map(|it| {
            let key = label(&it.label)?.key();
            let twin = other
                .severities
                .iter()
                .find(|it| label(&it.label).is_some_and(|it| it.key() == key))?;
            Some((it.clone(), twin.clone()))
        })
        .collect();
    if let [(first, a), .., (last, b)] = pairs.as_slice()
        && (first.rank < last.rank) != (a.rank < b.rank)
    {
        let text = language.pick(
            format!("段階の向きが {} と逆です（{}）", short(&other.document), first.label),
            format!(
                "the levels run the other way than in {} ({})",
                short(&other.document),
                first.label
            ),
        );
        let lines = first.lines.clone();
        return put(document, text, &lines);
    }
    for (own, twin) in pairs {
        for (clock, target) in &own.targets {
            let Some(there) = twin.targets.get(clock) else { continue };
            if (target.seconds, target.days) == (there.seconds, there.days) {
                continue;
            }
            let text = language.pick(
                format!(
                    "{}の目標は「{}」ですが、{}では「{}」です",
                    own.label,
                    target.text,
                    short(&other.document),
                    there.text
                ),
                format!(
                    "{} is \"{}\" here and \"{}\" in {}",
                    own.label,
                    target.text,
                    there.text,
                    short(&other.document)
                ),
            );
            put(document, text, &target.lines);
        }
    }
    shifted(document, other);
    named(document, other);
}

/// One scale begins with P0, the other with P1.
fn shifted(document: &mut Document, other: &Document) {
    let worst = |it: &Document| it.severities.first().and_then(|it| label(&it.label));
    let (Some(own), Some(there)) = (worst(document), worst(other)) else { return };
    let numbered = |it: Family| matches!(it, Family::P | Family::Sev | Family::S);
    if own.family != there.family || !numbered(own.family) || own.order == there.order {
        return;
    }
    let text = document.asked_in.pick(
        format!(
            "最も重い段階は{}ですが、{}では{}です",
            own.text,
            short(&other.document),
            there.text
        ),
        format!(
            "the worst level is {} here and {} in {}",
            own.text,
            there.text,
            short(&other.document)
        ),
    );
    let lines = document.severities.first().map(|it| it.lines.clone()).unwrap_or_default();
    put(document, text, &lines);
}

/// A word that is the worst of all in one document, and not in the other.
fn named(document: &mut Document, other: &Document) {
    let names = |it: &Severity| {
        // `重要な問題` and `重大（システム停止）` are called by their first word.
        let word = |it: &String| {
            let folded = fold(it);
            folded.split(['(', 'な']).next().unwrap_or_default().trim().to_owned()
        };
        let all = it.name.iter().chain(&it.aliases).map(word);
        all.filter(|it| !it.is_empty() && !it.contains(char::is_numeric)).collect::<Vec<String>>()
    };
    let mut found: Vec<(String, String, Vec<usize>)> = Vec::new();
    for own in &document.severities {
        let mine = names(own);
        for there in &other.severities {
            let shared = names(there).into_iter().find(|it| mine.contains(it));
            if let Some(word) = shared.filter(|_| (own.rank == 0) != (there.rank == 0)) {
                found.push((word, there.label.clone(), own.lines.clone()));
            }
        }
    }
    for (word, there, lines) in found {
        let other = short(&other.document);
        let text = document.asked_in.pick(
            format!("「{word}」は{other}の{there}と同じ言葉ですが、最も重いかどうかが違います"),
            format!(
                "\"{word}\" is also {there} in {other}, and is the worst in one of the two only"
            ),
        );
        put(document, text, &lines);
    }
}

fn thresholds(document: &mut Document, other: &Document) {
    let same = |a: &Threshold, b: &Threshold| {
        let core = |it: &Threshold| {
            fold(&it.metric).replace(['率', ' ', '_'], "").replace("使用", "usage")
        };
        // An alert without a tier is the first that anybody hears, as a warning is.
        let tier = |it: &Threshold| it.tier.clone().unwrap_or_else(|| "warn".to_owned());
        core(a) == core(b) && a.unit == b.unit && tier(a) == tier(b)
    };
    let found: Vec<(Threshold, Threshold)> = document
        .thresholds
        .iter()
        .filter_map(|it| {
            Some((it.clone(), other.thresholds.iter().find(|there| same(it, there))?.clone()))
        })
        .filter(|(a, b)| (a.value - b.value).abs() > f64::EPSILON || a.for_seconds != b.for_seconds)
        .collect();
    for (own, there) in found {
        let text = document.asked_in.pick(
            format!(
                "{}の閾値は「{}」ですが、{}では「{}」です",
                own.metric,
                own.text,
                short(&other.document),
                there.text
            ),
            format!(
                "the threshold of {} is \"{}\" here and \"{}\" in {}",
                own.metric,
                own.text,
                there.text,
                short(&other.document)
            ),
        );
        put(document, text, &own.lines);
    }
}

/// A relative link to a document that was not given.
fn links(document: &mut Document, names: &[String]) {
    let language = document.asked_in;
    let is_missing = |path: &String| !names.iter().any(|it| it == short(path));
    let missing: Vec<(String, Vec<usize>)> = document
        .links
        .iter()
        .filter_map(|it| Some((it.document().filter(is_missing)?, it.lines.clone())))
        .collect();
    for (target, lines) in missing {
        let text = language.pick(
            format!("{target} も取り込みますか。この文書から参照されています"),
            format!("should {target} be imported too? This document refers to it"),
        );
        let note = Note { text, lines };
        if !document.questions.contains(&note) {
            document.questions.push(note);
        }
    }
}
