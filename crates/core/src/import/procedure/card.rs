//! Cards of known problems: symptom, cause and what to do, as lines of text in a fence.

use super::spoken;
use crate::import::model::Step;
use crate::import::outline::Fence;
use crate::import::word::{fold, has_any, labelled};

const SOLUTIONS: [&str; 8] =
    ["解決", "対応", "対処", "手順", "solution", "fix", "resolution", "steps"];

/// Whether a fence has a symptom and something to do.
pub(super) fn is_card(fence: &Fence) -> bool {
    if !matches!(fence.tag.as_str(), "" | "text" | "txt" | "yaml") {
        return false;
    }
    let says = |words: &[&str]| {
        let labels = fence.body.iter().filter_map(|it| labelled(&it.text));
        labels.into_iter().any(|it| has_any(&fold(it.0), words))
    };
    says(&super::SYMPTOMS) && says(&SOLUTIONS)
}

/// What is wrong, as the card says it.
pub(super) fn symptom(fence: &Fence) -> Option<String> {
    let mut said = fence.body.iter().filter_map(|it| labelled(&it.text));
    said.find(|it| has_any(&fold(it.0), &super::SYMPTOMS)).map(|it| it.1.to_owned())
}

/// What is numbered, or stands below the solution, is done by a person.
pub(super) fn steps(fence: &Fence) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut solving = false;
    for line in &fence.body {
        let text = line.text.trim();
        if let Some((label, rest)) = labelled(text)
            && has_any(&fold(label), &SOLUTIONS)
            && !text.starts_with(|it: char| it.is_ascii_digit())
        {
            solving = true;
            if !rest.is_empty() {
                steps.push(spoken::step(rest, vec![line.number]));
            }
            continue;
        }
        let bare = spoken::without_mark(text);
        if solving && !text.is_empty() {
            steps.push(spoken::step(bare.unwrap_or(text), vec![line.number]));
        }
    }
    steps
}
