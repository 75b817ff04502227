//! Texts that stand for something that somebody was to fill in: `<prod-host>`, `[連絡先]`, `YOUR_API_KEY`.

use std::ops::Range;

/// Words that are placeholders when they stand between `<` and `>`.
const WORDS: &[&str] = &[
    "branch",
    "commit",
    "container",
    "database",
    "date",
    "db",
    "domain",
    "host",
    "hostname",
    "id",
    "ip",
    "name",
    "namespace",
    "node",
    "password",
    "path",
    "pid",
    "pod",
    "port",
    "project",
    "region",
    "server",
    "service",
    "tag",
    "token",
    "url",
    "user",
    "username",
    "value",
    "version",
];

/// Every placeholder of a text.
pub(crate) fn find(text: &str) -> Vec<(Range<usize>, &str)> {
    let mut found = between(text, '<', '>', is_word);
    found.extend(between(text, '[', ']', |it| !it.is_ascii() && !it.contains(char::is_whitespace)));
    found.extend(shouted(text));
    found.sort_by_key(|(span, _)| span.start);
    found
}

fn between(
    text: &str,
    open: char,
    close: char,
    wanted: impl Fn(&str) -> bool,
) -> Vec<(Range<usize>, &str)> {
    let mut found = Vec::new();
    for (start, _) in text.match_indices(open) {
        let inside = text.get(start + 1..).unwrap_or_default();
        let Some(end) = inside.find([close, open, '\n']) else {
            break;
        };
        let inner = inside.get(..end).unwrap_or_default();
        let span = start..start + end + 2;
        if inside.get(end..).is_some_and(|it| it.starts_with(close)) && wanted(inner) {
            found.push((span.clone(), text.get(span).unwrap_or_default()));
        }
    }
    found
}

/// Redirections have spaces or paths between the signs; placeholders are one speaking word.
fn is_word(inner: &str) -> bool {
    let speaking = |it: char| it.is_alphanumeric() || it == '-' || it == '_';
    let begins = inner.starts_with(char::is_alphabetic);
    let compound = inner.contains(['-', '_']) || !inner.is_ascii();
    begins
        && inner.chars().all(speaking)
        && (compound || WORDS.contains(&inner.to_ascii_lowercase().as_str()))
}

/// `YOUR_API_KEY`, `XXXX`, `CHANGEME`.
fn shouted(text: &str) -> Vec<(Range<usize>, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    for word in
        text.split_inclusive(|it: char| !it.is_ascii_alphanumeric() && it != '_' && it != '-')
    {
        let bare = word.trim_end_matches(|it: char| !it.is_ascii_alphanumeric());
        let lower = bare.to_ascii_lowercase();
        let crosses = bare.len() >= 4 && bare.bytes().all(|it| it == b'X');
        // A variable called so is filled in by somebody.
        let variable = text.get(..at).is_some_and(|it| it.ends_with(['$', '{']));
        let yours = lower.starts_with("your_") || lower.starts_with("your-");
        if !variable && (crosses || yours || lower == "changeme") {
            found.push((at..at + bare.len(), bare));
        }
        at += word.len();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn placeholders_are_told_from_code() {
        for (text, expected) in [
            ("ssh <prod-host> uptime", &["<prod-host>"][..]),
            ("kill <pid>", &["<pid>"]),
            ("kubectl -n <NAMESPACE> get pod <pod_name>", &["<NAMESPACE>", "<pod_name>"]),
            ("echo <本番ホスト> [連絡先]", &["<本番ホスト>", "[連絡先]"]),
            ("curl -H 'Authorization: YOUR_API_KEY' XXXX", &["YOUR_API_KEY", "XXXX"]),
            ("psql < input.sql > out", &[]),
            ("sort <in >out; diff <(a) <(b)", &[]),
            ("cat <<EOF\n<b>x</b>\nEOF", &[]),
            ("if [ -f x ]; then [[ $a == b ]]; fi", &[]),
            ("mktemp /tmp/x.XXXXXX", &["XXXXXX"]),
            ("echo $YOUR_NAME ${YOUR_NAME}", &[]),
        ] {
            let found: Vec<_> = find(text).into_iter().map(|(_, it)| it).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
