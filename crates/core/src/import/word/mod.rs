//! Words: how a text is compared, and what its words may mean.

pub(super) mod clock;
pub(super) mod figure;
pub(super) mod hours;
pub(super) mod label;
pub(super) mod subject;
pub(super) mod tongue;

/// `text` as it is compared: half-width, in lower case, with one kind of dash.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            it if it.is_ascii() => folded.push(it.to_ascii_lowercase()),
            '〜' | '–' | '—' | '−' | '‐' | '‑' => folded.push('-'),
            '≧' => folded.push('≥'),
            '≦' => folded.push('≤'),
            '\u{3000}' => folded.push(' '),
            // The full-width block mirrors ASCII at a fixed distance.
            '！'..='～' => {
                let half = u32::from(letter).checked_sub(0xFEE0).and_then(char::from_u32);
                folded.push(half.unwrap_or(letter).to_ascii_lowercase());
            }
            // Kana and Han have no case.
            '\u{3001}'..='\u{9fff}' => folded.push(letter),
            it => folded.extend(it.to_lowercase()),
        }
    }
    folded
}

/// Whether `folded` has the word. An English one must begin and end there.
pub(super) fn has(folded: &str, word: &str) -> bool {
    let (text, word) = (folded.as_bytes(), word.as_bytes());
    let (Some(first), Some(last)) = (word.first(), word.last()) else { return true };
    let is_english = word.is_ascii();
    let goes_on = |it: Option<&u8>| it.is_some_and(u8::is_ascii_alphabetic);
    let Some(room) = text.len().checked_sub(word.len()) else { return false };
    // Texts are short and words shorter, so that looking is cheaper than preparing to look.
    (0..=room).any(|at| {
        let end = at + word.len();
        text.get(at) == Some(first)
            && text.get(end - 1) == Some(last)
            && text.get(at..end) == Some(word)
            && !(is_english
                && (goes_on(at.checked_sub(1).and_then(|it| text.get(it)))
                    || goes_on(text.get(end))))
    })
}

/// Whether `folded` has one of the words.
pub(super) fn has_any(folded: &str, words: &[&str]) -> bool {
    words.iter().any(|it| has(folded, it))
}

/// The label and the text of `label: text`; a colon in a time, or in an address, is none.
pub(super) fn labelled(text: &str) -> Option<(&str, &str)> {
    for (at, sign) in text.char_indices().filter(|(_, it)| matches!(it, ':' | '：')) {
        let (label, rest) = (text.get(..at)?, text.get(at + sign.len_utf8()..)?);
        if label.chars().count() > 60 || label.contains('\n') {
            return None;
        }
        let is_time = label.ends_with(|it: char| it.is_ascii_digit())
            && rest.starts_with(|it: char| it.is_ascii_digit());
        if is_time || rest.starts_with("//") {
            continue;
        }
        return Some((label.trim(), rest.trim()));
    }
    None
}

/// Characters that nobody sees: control characters, marks of byte order, and what turns the direction of a text.
pub(super) fn is_unseen(it: char) -> bool {
    it.is_control()
        || matches!(
            it,
            '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        )
}

/// The first line of a text, for names.
pub(super) fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default().trim()
}
