//! Secrets that were written into a script.
//!
//! **Invariant:** what is found is named by its kind, never by its text: problems are printed and stored.

use std::ops::Range;

/// Beginnings of tokens that services give out, each with what it is.
const TOKENS: &[(&str, &str)] = &[
    ("AKIA", "a key of a cloud account"),
    ("ghp_", "a token of a code host"),
    ("glpat-", "a token of a code host"),
    ("xoxb-", "a token of a chat"),
    ("sk_live_", "a key of a payment service"),
    ("-----BEGIN", "a private key"),
];

/// Parts of names whose value is a secret.
const NAMES: &[&str] =
    &["password", "passwd", "secret", "token", "api_key", "apikey", "access_key"];

/// Every secret of a script, by its kind.
pub(crate) fn find(script: &str) -> Vec<(Range<usize>, &'static str)> {
    let mut found = Vec::new();
    let mut at = 0;
    for word in script.split_inclusive(|it: char| it.is_whitespace() || ";|&\"'`(),".contains(it)) {
        let start = at;
        at += word.len();
        let token =
            TOKENS.iter().find(|(it, _)| word.starts_with(it) && word.len() >= it.len() + 4);
        let what = match token {
            Some((_, what)) => Some(*what),
            None if is_assigned(word, script.get(at..).unwrap_or_default()) => Some("a secret"),
            None if is_in_address(word) => Some("a password in an address"),
            None => None,
        };
        if let Some(what) = what {
            found.push((start..start + word.trim_end().len().max(1), what));
        }
    }
    found
}

/// `PGPASSWORD=hunter2` and `--token=…`, also with the value in quotes.
fn is_assigned(word: &str, rest: &str) -> bool {
    let Some((name, value)) = word.split_once('=') else { return false };
    let name = name.trim_start_matches('-').to_ascii_lowercase().replace('-', "_");
    let speaking = name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_');
    if !speaking || !NAMES.iter().any(|it| name.ends_with(it)) {
        return false;
    }
    let bare = value.trim_end();
    let value = if matches!(bare, "\"" | "'") { rest } else { bare };
    value.starts_with(|it: char| it.is_ascii_alphanumeric())
}

/// `postgres://user:hunter2@host/db`.
fn is_in_address(word: &str) -> bool {
    let Some((_, rest)) = word.split_once("://") else { return false };
    let Some((user, _)) = rest.split('/').next().unwrap_or(rest).rsplit_once('@') else {
        return false;
    };
    user.split_once(':').is_some_and(|(_, it)| !it.is_empty() && !it.starts_with(['$', '<', '*']))
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn secrets_are_told_from_variables() {
        for (script, expected) in [
            ("PGPASSWORD=hunter2 psql", 1),
            ("export API_KEY=\"abc123\"", 1),
            ("mysql --password=hunter2", 1),
            ("psql postgres://app:hunter2@db/app", 1),
            ("aws configure set key AKIAIOSFODNN7EXAMPLE", 1),
            ("PGPASSWORD=$PGPASSWORD psql", 0),
            ("export API_KEY=\"$API_KEY\"", 0),
            ("TOKEN=$(cat token)", 0),
            ("psql \"postgres://app:$PGPASSWORD@db/app\"", 0),
            ("curl https://example.com/a@b:c", 0),
            ("secret_name=x", 0),
        ] {
            assert_eq!(find(script).len(), expected, "{script}");
        }
    }
}
