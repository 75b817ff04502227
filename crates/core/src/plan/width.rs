//! Full-width input, read as what it means.

/// `text` with full-width letters, digits, signs and spaces as half-width ones; character for character.
pub(crate) fn half_width(text: &str) -> String {
    text.chars().map(half_width_char).collect()
}

fn half_width_char(it: char) -> char {
    match it {
        '\u{3000}' => ' ',
        // The full-width block mirrors ASCII at a fixed distance.
        '！'..='～' => u32::from(it).checked_sub(0xFEE0).and_then(char::from_u32).unwrap_or(it),
        _ => it,
    }
}

/// As [`half_width`], in lower case and with one kind of dash, for words and windows.
///
/// Not character for character: some letters change their length in lower case.
pub(crate) fn plain(text: &str) -> String {
    let half = half_width(text);
    let dashed = half.chars().map(|it| match it {
        '~' | '〜' | '–' | '—' | '−' | '‐' | '‑' | 'ー' => '-',
        _ => it,
    });
    dashed.collect::<String>().trim().to_lowercase()
}
