//! What somebody probably meant.

use std::collections::BTreeSet;

/// Longer words are not guessed at: the work grows with the square of the length.
const WORD_CHARS_MAX: usize = 60;

/// The candidate nearest to `word`, when it is near enough to be a slip of the fingers.
pub(crate) fn closest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let typed: Vec<char> = word.to_lowercase().chars().collect();
    if typed.is_empty() || typed.len() > WORD_CHARS_MAX {
        return None;
    }
    let distances = candidates.into_iter().filter_map(|it| {
        let known: Vec<char> = it.to_lowercase().chars().take(WORD_CHARS_MAX + 1).collect();
        let distance = distance(&typed, &known);
        // A third of the word may be wrong, and at least one character must be right.
        let near = distance <= (typed.len().max(known.len()) / 3).max(1);
        (near && distance < known.len()).then_some((distance, it))
    });
    distances.min().map(|(_, it)| it)
}

/// The hint for an unknown `word`: the nearest candidate, else all of them when they are few.
pub(crate) fn hint<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    const LISTED_MAX: usize = 24;
    let all: BTreeSet<&str> = candidates.into_iter().collect();
    if let Some(it) = closest(word, all.iter().copied()) {
        return Some(format!("did you mean \"{it}\"?"));
    }
    let listed: Vec<&str> = all.iter().copied().take(LISTED_MAX).collect();
    let more = if all.len() > LISTED_MAX { ", …" } else { "" };
    (!listed.is_empty()).then(|| format!("known here: {}{more}", listed.join(", ")))
}

/// How many characters must be added, removed, changed, or swapped with their neighbour.
fn distance(from: &[char], to: &[char]) -> usize {
    let mut before_last = vec![0; to.len() + 1];
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for (row, a) in from.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, b) in to.iter().enumerate() {
            let changed = last[column] + usize::from(a != b);
            let mut best = changed.min(last[column + 1] + 1).min(current[column] + 1);
            let swapped =
                row > 0 && column > 0 && from[row - 1] == *b && to[column - 1] == *a && a != b;
            if swapped {
                best = best.min(before_last[column - 1] + 1);
            }
            current.push(best);
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last.last().copied().unwrap_or_default()
}
