//! Facts that are written as YAML in a fence, or as lines of `key: value`, without asking for valid YAML.

use crate::import::outline::{Fence, Line};
use crate::import::word::labelled;

/// A key with what stands beside and below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) key: String,
    pub(super) line: usize,
    /// Empty where only items follow.
    pub(super) value: String,
    /// The items below it, each with its line.
    pub(super) items: Vec<(usize, String)>,
}

/// The pairs at the top of a fence.
pub(super) fn pairs(fence: &Fence) -> Vec<Pair> {
    let mut pairs: Vec<Pair> = Vec::new();
    for Line { number, text } in &fence.body {
        let bare = text.trim();
        if bare.is_empty() || bare.starts_with('#') {
            continue;
        }
        let is_below = text.starts_with([' ', '\t']) || bare.starts_with("- ");
        match (pairs.last_mut(), labelled(bare)) {
            (Some(pair), _) if is_below => {
                let item = bare.trim_start_matches("- ").trim().to_owned();
                pair.items.push((*number, item));
            }
            (_, Some((key, value))) => pairs.push(Pair {
                key: key.trim_start_matches("- ").to_owned(),
                line: *number,
                value: value.to_owned(),
                items: Vec::new(),
            }),
            (_, None) => (),
        }
    }
    pairs
}

/// Whether a fence may hold facts.
pub(super) fn is_of_facts(fence: &Fence) -> bool {
    matches!(fence.tag.as_str(), "yaml" | "yml" | "" | "text")
}
