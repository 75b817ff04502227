//! Bytes that a step printed, as text for people.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use super::attempt::stream::Kept;
use super::redact::Redactor;

/// Lines of an excerpt; what a person takes in at night.
const LINES_MAX: usize = 40;
/// Bytes from which an excerpt is taken: enough for any excerpt, however much of it is colour.
const WINDOW: usize = 64 << 10;

/// The last of a stream, of at most `chars_max` characters.
pub(super) fn last(
    path: &Path,
    kept: Kept,
    redactor: &Redactor,
    chars_max: usize,
) -> io::Result<String> {
    let from = kept.last();
    let margin = redactor.longest();
    let start = from.max(kept.len.saturating_sub((WINDOW + margin) as u64));
    let bytes = bytes(path, start, kept.len)?;
    // What begins in the margin may be the rest of a secret that began before it.
    let shown = if start == 0 { 0 } else { margin };
    let text = shown_text(&redactor.mask(&bytes, shown..bytes.len()), redactor);
    Ok(tail(text.trim_end(), chars_max))
}

/// The first of a stream, of at most `bytes_max` bytes, and whether there was more.
pub(super) fn first(
    path: &Path,
    kept: Kept,
    redactor: &Redactor,
    bytes_max: usize,
) -> io::Result<(String, bool)> {
    let end = kept.head.min((bytes_max + redactor.longest()) as u64);
    let bytes = bytes(path, 0, end)?;
    let mut text = shown_text(&redactor.mask(&bytes, 0..bytes_max), redactor);
    let more = kept.bytes > bytes_max as u64 || text.len() > bytes_max;
    // Masks and replacement characters may be longer than what they stand for.
    text.truncate(text.floor_char_boundary(bytes_max));
    Ok((text, more))
}

/// Text that can be shown, looked through once more: a colour that ended within a secret had hidden it.
pub(super) fn shown_text(masked: &[u8], redactor: &Redactor) -> String {
    redactor.text(&clean(masked))
}

/// Bytes of a file; fewer where it ends before.
pub(super) fn bytes(path: &Path, from: u64, to: u64) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.take(to.saturating_sub(from)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The last lines of `text`, with a mark where something is missing before them.
fn tail(text: &str, chars_max: usize) -> String {
    let lines = text.rmatch_indices('\n').nth(LINES_MAX - 1).map_or(0, |(at, _)| at + 1);
    let chars = match text.char_indices().rev().nth(chars_max.saturating_sub(1)) {
        Some((at, _)) if at > 0 => text.ceil_char_boundary(at + 1),
        Some(_) | None => 0,
    };
    match text.get(lines.max(chars)..) {
        Some(rest) if rest.len() < text.len() => format!("…{rest}"),
        Some(_) | None => text.to_owned(),
    }
}

/// Text that can be shown: no colours, no control characters, a new line for every way to begin one.
///
/// Characters that turn the direction of writing are replaced too: they make a text look like another one.
fn clean(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut cleaned = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(it) = rest.next() {
        match it {
            '\n' | '\t' => cleaned.push(it),
            // Progress bars return to the start of the line; each state of theirs becomes a line.
            '\r' => {
                if rest.peek() != Some(&'\n') {
                    cleaned.push('\n');
                }
            }
            '\u{1b}' => skip_sequence(&mut rest),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => cleaned.push('\u{fffd}'),
            '\0'..='\u{1f}' => {
                // The picture of the control character: ␀ for NUL.
                cleaned.push(char::from_u32(0x2400 + u32::from(it)).unwrap_or('\u{fffd}'));
            }
            '\u{7f}'..='\u{9f}' => cleaned.push('\u{fffd}'),
            _ => cleaned.push(it),
        }
    }
    cleaned
}

/// Skips what follows an escape character: `[31m` and the like, or one character.
fn skip_sequence(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    if rest.next_if_eq(&'[').is_some() {
        while rest.next_if(|it| matches!(it, ' '..='?')).is_some() {}
        rest.next_if(|it| matches!(it, '@'..='~'));
    } else {
        rest.next_if(|it| matches!(it, ' '..='~'));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_bytes_become_text_that_can_be_shown() {
        let cases: [(&[u8], &str, &str); 10] = [
            (b"plain\ttext\n", "plain\ttext\n", "tabs and new lines stay"),
            ("日本語".as_bytes(), "日本語", "so does any writing"),
            (b"a\xff\xfeb", "a\u{fffd}\u{fffd}b", "what is no UTF-8 is marked"),
            (b"a\0b", "a␀b", "NUL is shown"),
            (b"10%\r20%\r100%\r\n", "10%\n20%\n100%\n", "progress becomes lines"),
            (b"\x1b[1;31mred\x1b[0m", "red", "colours go"),
            (b"\x1b[31", "", "even when they are cut"),
            (b"\x1bMx\x1b", "x", "and other sequences"),
            ("\u{202e}txt.exe\u{9b}".as_bytes(), "\u{fffd}txt.exe\u{fffd}", "no reversed writing"),
            (b"bell\x07\x7f", "bell␇\u{fffd}", "no bells"),
        ];
        for (bytes, text, what) in cases {
            assert_eq!(clean(bytes), text, "{what}");
        }
    }

    #[test]
    fn an_excerpt_is_the_last_lines_and_characters() {
        assert_eq!(tail("abc", 3), "abc");
        assert_eq!(tail("abcd", 3), "…cd");
        assert_eq!(tail("あいうえ", 3), "…うえ");
        assert_eq!(tail("", 3), "");
        let lines: Vec<String> = (0..50).map(|it| it.to_string()).collect();
        assert_eq!(tail(&lines.join("\n"), 2000), format!("…{}", lines[10..].join("\n")));
    }
}
