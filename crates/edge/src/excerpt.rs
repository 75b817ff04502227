//! Words of the outside, made fit to stand in a reason.

use matoi_core::limits;

/// Characters of somebody else's text that a reason repeats.
const CHARS_MAX: usize = 200;
/// Shorter words are not taken for secrets: removing every `ok` would make reasons unreadable.
const SECRET_BYTES_MIN: usize = 6;

/// The first line of `text` that says something, short and without characters that move the cursor or turn the text
/// around; a reason is shown in terminals.
pub(crate) fn excerpt(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    limits::cut(line.replace(is_unsafe, " ").trim(), CHARS_MAX)
}

/// As [`excerpt`], of bytes that may be anything, and without `secrets`. They go first: of one that the excerpt cuts in
/// two, the rest would be shown.
pub(crate) fn excerpt_without<'a>(
    bytes: &[u8],
    secrets: impl IntoIterator<Item = &'a str>,
) -> String {
    excerpt(&hide(&String::from_utf8_lossy(bytes), secrets))
}

/// `text` without `secrets` and their lines: who is told a secret may repeat it.
///
/// The longest go first, so that a part of one does not leave the rest of it behind.
pub(crate) fn hide<'a>(text: &str, secrets: impl IntoIterator<Item = &'a str>) -> String {
    let parts = secrets.into_iter().flat_map(|it| std::iter::once(it).chain(it.lines()));
    let mut secrets: Vec<&str> =
        parts.map(str::trim).filter(|it| it.len() >= SECRET_BYTES_MIN).collect();
    secrets.sort_by_key(|it| std::cmp::Reverse(it.len()));
    secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret, "[hidden]"))
}

/// Control characters, and those that change the direction of text.
pub(crate) fn is_unsafe(it: char) -> bool {
    it.is_control() || matches!(it, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_repeats_one_short_harmless_line() {
        let long = "x".repeat(300);
        for (text, expected) in [
            ("", ""),
            ("\n\n  down  \nsecond", "down"),
            ("\u{1b}[31mred\u{7}", "[31mred"),
            ("pay \u{202e}drawkcab", "pay  drawkcab"),
            ("障害です。復旧中", "障害です。復旧中"),
            (long.as_str(), &format!("{}… (100 more characters)", "x".repeat(200))),
        ] {
            assert_eq!(excerpt(text), expected);
        }
        assert_eq!(excerpt_without(b"\xff\xfe\n", []), "\u{fffd}\u{fffd}");
    }

    #[test]
    fn a_secret_is_hidden_whole_and_a_short_word_is_left() {
        let said = hide("token hunter2-long, ok", ["ok", "hunter2", "hunter2-long"]);
        assert_eq!(said, "token [hidden], ok");
    }

    #[test]
    fn a_secret_that_would_be_cut_is_hidden_and_so_is_each_line_of_one() {
        let text = format!("{} hunter2-long", "x".repeat(192));
        assert_eq!(
            excerpt_without(text.as_bytes(), ["hunter2-long"]),
            format!("{} [hidden… (1 more characters)", "x".repeat(192))
        );
        let key = "-----BEGIN KEY-----\nMIIEpAIBAAK\n-----END KEY-----\n";
        assert_eq!(excerpt_without(b"bad key MIIEpAIBAAK\nat line 2", [key]), "bad key [hidden]");
    }
}
