//! What a person must fill in before a command means anything: `<commit-hash>`, `YOUR_KEY`, `FEATURE_NAME`.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::runbook::parse::placeholder;

/// The parameters that a text needs, in order.
pub(super) fn named(text: &str) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let names = found(text).into_iter().map(|it| it.1);
    names.filter(|it| seen.insert(it.clone())).collect()
}

fn found(text: &str) -> Vec<(Range<usize>, String)> {
    let mut found: Vec<(Range<usize>, String)> = placeholder::find(text)
        .into_iter()
        .filter_map(|(span, what)| Some((span, variable(what)?)))
        .collect();
    found.extend(shouted(text));
    found.sort_by_key(|it| it.0.start);
    found
}

/// `COMMIT_HASH` of `<commit-hash>`. What is not ASCII has no name for a variable.
fn variable(what: &str) -> Option<String> {
    let bare = what.trim_matches(['<', '>', '[', ']', '{', '}']);
    let name: String = bare
        .chars()
        .map(|it| if it.is_ascii_alphanumeric() { it.to_ascii_uppercase() } else { '_' })
        .collect();
    let speaks = bare.is_ascii() && name.starts_with(|it: char| it.is_ascii_alphabetic());
    speaks.then_some(name)
}

/// `FEATURE_NAME`, in quotes and all capitals: a name that somebody was to replace.
fn shouted(text: &str) -> Vec<(Range<usize>, String)> {
    let words = [
        "NAME", "ID", "REASON", "HOST", "TOKEN", "KEY", "VERSION", "TAG", "URL", "USER", "REGION",
        "ENV",
    ];
    let mut found = Vec::new();
    for quote in ['\'', '"', '('] {
        for (at, _) in text.match_indices(quote) {
            let rest = text.get(at + 1..).unwrap_or_default();
            let end = rest
                .find(|it: char| !(it.is_ascii_uppercase() || it.is_ascii_digit() || it == '_'));
            let word = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
            let closes =
                rest.get(word.len()..).is_some_and(|it| it.starts_with(['\'', '"', ')', ',']));
            let last = word.rsplit('_').next().unwrap_or_default();
            if closes
                && word.len() >= 4
                && (word.contains('_') || word == "REASON")
                && words.contains(&last)
                && !word.starts_with("YOUR_")
            {
                found.push((at + 1..at + 1 + word.len(), word.to_owned()));
            }
        }
    }
    found
}

/// A command with its placeholders as variables, which a run asks for. Within single quotes nothing is a variable,
/// so there they stay, and the runbook's own check complains of them.
pub(in crate::import) fn with_params(text: &str) -> String {
    let (mut written, mut at) = (String::with_capacity(text.len()), 0);
    let (mut quote, mut looked) = (Quote::default(), 0);
    for (span, name) in
        placeholder::find(text).into_iter().filter_map(|(span, what)| Some((span, variable(what)?)))
    {
        if span.start < at {
            continue;
        }
        let Some(lead) = text.get(at..span.start) else { continue };
        written.push_str(lead);
        quote.take(text.get(looked..span.start).unwrap_or_default());
        looked = span.start;
        match quote.open {
            Some('\'') => written.push_str(text.get(span.clone()).unwrap_or_default()),
            Some(_) => written.push_str(&format!("${{{name}}}")),
            None => written.push_str(&format!("\"${{{name}}}\"")),
        }
        at = span.end;
    }
    written.push_str(text.get(at..).unwrap_or_default());
    written
}

/// The quote that is open at the end of a text.
#[derive(Default)]
struct Quote {
    open: Option<char>,
    before: char,
}

impl Quote {
    fn take(&mut self, text: &str) {
        for letter in text.chars() {
            match (self.open, letter) {
                (None, '"' | '\'') if self.before != '\\' => self.open = Some(letter),
                (Some(it), _) if it == letter && (it == '\'' || self.before != '\\') => {
                    self.open = None;
                }
                _ => (),
            }
            self.before = letter;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{named, with_params};

    #[test]
    fn placeholders_become_variables_that_the_shell_takes_as_one_word() {
        assert_eq!(with_params("git revert <commit-hash>"), "git revert \"${COMMIT_HASH}\"");
        assert_eq!(with_params("curl \"https://<host>/x\""), "curl \"https://${HOST}/x\"");
        assert_eq!(with_params("echo '<host>'"), "echo '<host>'");
        assert_eq!(named("f('FEATURE_NAME', 'REASON')"), ["FEATURE_NAME", "REASON"]);
    }
}
