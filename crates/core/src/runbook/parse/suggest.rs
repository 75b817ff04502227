//! Did you mean …?

/// Words that other tools use, and ours for the same thing.
const SYNONYMS: &[(&str, &str)] = &[
    ("approvers", "from"),
    ("delay", "every"),
    ("depends", "needs"),
    ("depends-on", "needs"),
    ("duration", "for"),
    ("env", "params"),
    ("id", "name"),
    ("interval", "every"),
    ("label", "name"),
    ("on-failure", "on-fail"),
    ("parameters", "params"),
    ("reject", "abort"),
    ("requires", "needs"),
    ("retries", "retry"),
    ("rollback", "undo"),
    ("type", "kind"),
    ("user", "from"),
    ("when", "if"),
    ("workdir", "cwd"),
];

/// Longer words are nobody's typing mistake.
const WORD_CHARS_MAX: usize = 40;

/// The known word that was probably meant.
pub(super) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = fold(word)?;
    let synonym = SYNONYMS.iter().find(|(it, _)| *it == word).map(|(_, ours)| *ours);
    known
        .into_iter()
        .filter_map(|it| {
            let distance = if Some(it) == synonym { 0 } else { distance(&word, &fold(it)?) };
            let far = (word.chars().count().max(it.chars().count()) / 3).max(1);
            (distance <= far).then_some((distance, it))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, it)| it)
}

/// One spelling for what people do not tell apart: case, `_`, and the full-width forms of an input method.
fn fold(word: &str) -> Option<String> {
    let folded: String = word.chars().take(WORD_CHARS_MAX + 1).map(fold_char).collect();
    (folded.chars().count() <= WORD_CHARS_MAX).then_some(folded)
}

fn fold_char(it: char) -> char {
    match half_width(it) {
        '_' => '-',
        it => it.to_ascii_lowercase(),
    }
}

/// The ASCII character that a full-width one stands for.
pub(super) fn half_width(it: char) -> char {
    match it {
        '！'..='～' => u32::from(it).checked_sub(0xFEE0).and_then(char::from_u32).unwrap_or(it),
        '\u{3000}' => ' ',
        it => it,
    }
}

/// How many characters must be put in, left out, replaced, or swapped with their neighbour.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    let mut last = None;
    for (row, from) in left.chars().enumerate() {
        let mut line = vec![row + 1];
        for (column, to) in right.iter().enumerate() {
            let replaced = above[column] + usize::from(from != *to);
            let mut best = replaced.min(above[column + 1] + 1).min(line[column] + 1);
            if column > 0 && last == Some(*to) && right[column - 1] == from {
                best = best.min(before[column - 1] + 1);
            }
            line.push(best);
        }
        before = std::mem::replace(&mut above, line);
        last = Some(from);
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_nearest_word_is_suggested() {
        let known = ["name", "kind", "timeout", "retry", "needs", "on-fail", "if"];
        for (word, expected) in [
            ("timout", Some("timeout")),
            ("tiemout", Some("timeout")),
            ("on_fail", Some("on-fail")),
            ("KIND", Some("kind")),
            ("ｋｉｎｄ", Some("kind")),
            ("retries", Some("retry")),
            ("depends_on", Some("needs")),
            ("fi", Some("if")),
            ("colour", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, known), expected, "{word}");
        }
    }

    #[test]
    fn a_word_of_a_megabyte_is_not_compared() {
        assert_eq!(nearest(&"n".repeat(1 << 20), ["name"]), None);
    }
}
