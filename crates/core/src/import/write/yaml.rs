//! YAML that is written: every text that is not plainly a word stands in quotes.

use crate::import::word::is_unseen;

/// A text as a scalar.
pub(super) fn text(text: &str) -> String {
    let plain = !text.is_empty()
        && text.chars().count() < 200
        && text
            .chars()
            .all(|it| it.is_alphanumeric() || matches!(it, '-' | '_' | '.' | '/' | 'ー'))
        && text.starts_with(char::is_alphabetic)
        && !matches!(
            text.to_ascii_lowercase().as_str(),
            "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n"
        );
    if plain { text.to_owned() } else { quoted(text) }
}

/// A text in double quotes, without what a plan refuses.
pub(super) fn quoted(text: &str) -> String {
    serde_json::to_string(&one_line(text)).unwrap_or_else(|_| "\"\"".to_owned())
}

/// A list in one line.
pub(super) fn list<'t>(texts: impl IntoIterator<Item = &'t String>) -> String {
    let items: Vec<String> = texts.into_iter().map(|it| text(it)).collect();
    format!("[{}]", items.join(", "))
}

/// A text in one line, as for a comment.
pub(super) fn one_line(text: &str) -> String {
    let words = text.replace(['\n', '\r', '\t'], " ");
    let clean: String = words.chars().filter(|it| !is_unseen(*it)).collect();
    crate::limits::cut(clean.trim(), 500)
}
