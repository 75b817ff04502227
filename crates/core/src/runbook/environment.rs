//! The variables by which steps see parameters and one another's outputs.
//!
//! **Invariant:** nothing from outside becomes part of a script; it is a variable, or it is not there.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Runbook;

/// First words of variables that belong to Matoi, to the shell, or to the loader of programs.
///
/// A step called `ld` could otherwise publish `preload` and so choose what every later step loads.
const RESERVED_PREFIXES: &[&str] = &["BASH", "DYLD", "INCIDENT", "LD", "MATOI", "RUN", "STEP"];

/// Single variables that decide what a script does, whoever sets them.
const RESERVED: &[&str] = &[
    "CDPATH",
    "ENV",
    "EUID",
    "GLOBIGNORE",
    "HOME",
    "IFS",
    "LANG",
    "PATH",
    "PPID",
    "PS4",
    "PWD",
    "SHELL",
    "SHELLOPTS",
    "TMPDIR",
    "TZ",
    "UID",
    "USER",
];

/// The variable in which later steps see what `step` published under `key`: `$SNAP_LABEL` for `snap` and `label`.
///
/// A leading digit gets an underscore before it, since a shell reads `$1ST_LABEL` as `$1` and a text.
pub fn name(step: &str, key: &str) -> String {
    format!("{}_{}", prefix(step), upper_snake(key))
}

/// What the variables of a step's outputs begin with.
pub(super) fn prefix(step: &str) -> String {
    let upper = upper_snake(step);
    if upper.starts_with(|it: char| it.is_ascii_digit()) { format!("_{upper}") } else { upper }
}

fn upper_snake(text: &str) -> String {
    text.chars()
        .map(|it| if it.is_ascii_alphanumeric() { it.to_ascii_uppercase() } else { '_' })
        .collect()
}

/// Whether a script of this runbook asks for what `step` publishes: `$SNAP_LABEL`, `${SNAP_LABEL}`, or bound, `:SNAP_LABEL`.
///
/// A parameter, a secret, and what the script itself sets may begin with the name of a step, and are none of its outputs.
pub(crate) fn asks_for(script: &str, step: &str, runbook: &Runbook) -> bool {
    let lead = format!("{}_", prefix(step));
    script.match_indices(&lead).any(|(at, _)| {
        let before = script.get(..at).unwrap_or_default();
        let rest = script.get(at..).unwrap_or_default();
        let end = rest.find(|it: char| !it.is_ascii_alphanumeric() && it != '_');
        let name = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        let is_given =
            runbook.params.contains_key(name) || runbook.secrets.iter().any(|it| it == name);
        let is_own = script.contains(&format!("{name}="));
        before.ends_with(['$', '{', ':', '@']) && !is_given && !is_own
    })
}

/// Whether `name` can be a variable of a shell.
pub fn is_variable(name: &str) -> bool {
    name.chars()
        .enumerate()
        .all(|(at, it)| it == '_' || it.is_ascii_alphabetic() || (at > 0 && it.is_ascii_digit()))
        && (1..=64).contains(&name.len())
}

/// Whether a runbook may not set this variable, neither by a parameter nor by an output.
pub fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name)
        || RESERVED_PREFIXES.iter().any(|it| {
            name.strip_prefix(it).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
        })
}

/// Every `$NAME` and `${NAME}` of a text, with its place.
pub fn variables(text: &str) -> Vec<(Range<usize>, &str)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|it| it.find('$')).map(|it| from + it) {
        from = at + 1;
        let rest = text.get(from..).unwrap_or_default();
        let (lead, inner) = match rest.strip_prefix('{') {
            Some(inner) => (1, inner),
            None => (0, rest),
        };
        let length =
            inner.bytes().take_while(|it| it.is_ascii_alphanumeric() || *it == b'_').count();
        let name = inner.get(..length).unwrap_or_default();
        let closed = lead == 0 || inner.get(length..).is_some_and(|it| it.starts_with('}'));
        if is_variable(name) && closed {
            found.push((at..from + lead * 2 + length, name));
            from += lead * 2 + length;
        }
    }
    found
}

/// `text` with its variables filled in; one without a value stays as it is written.
pub fn fill(text: &str, values: &BTreeMap<String, String>) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut from = 0;
    for (span, name) in variables(text) {
        filled.push_str(text.get(from..span.start).unwrap_or_default());
        let written = text.get(span.clone()).unwrap_or_default();
        filled.push_str(values.get(name).map_or(written, String::as_str));
        from = span.end;
    }
    filled.push_str(text.get(from..).unwrap_or_default());
    filled
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::{asks_for, fill, is_reserved, is_variable, name, variables};

    #[test]
    fn a_variable_is_named_after_its_step_and_key() {
        for (step, key, expected) in [
            ("snap", "label", "SNAP_LABEL"),
            ("slots-gone", "used_pct", "SLOTS_GONE_USED_PCT"),
            ("1st", "a.b", "_1ST_A_B"),
        ] {
            assert_eq!(name(step, key), expected);
        }
    }

    #[test]
    fn outputs_of_a_step_are_told_from_what_only_sounds_like_them() {
        let text = "---\nrunbook:\n  params: { SAVE_DIR: { default: / } }\n  secrets: [SAVE_KEY]\n---\n# X\n";
        let (runbook, _) =
            super::super::parse::parse("runbooks/x.md", text.as_bytes(), &BTreeSet::new());
        let runbook = runbook.unwrap();
        for (script, asks) in [
            ("restore \"$SAVE_LABEL\"", true),
            ("restore ${SAVE_LABEL:-none}", true),
            ("select :SAVE_LABEL", true),
            ("ls $SAVE_DIR", false),
            ("login $SAVE_KEY", false),
            ("SAVE_AT=/x\nls $SAVE_AT", false),
            ("ls $AUTOSAVE_LABEL; echo SAVE_LABEL; ls $SAVEX_LABEL", false),
        ] {
            assert_eq!(asks_for(script, "save", &runbook), asks, "{script}");
        }
    }

    #[test]
    fn what_decides_how_scripts_run_is_reserved() {
        for it in ["PATH", "LD_PRELOAD", "BASH_ENV", "STEP_OUTPUT", "MATOI_LABEL_HOST", "RUN"] {
            assert!(is_reserved(it), "{it}");
        }
        for it in ["HOST", "PGPASSWORD", "LDAP_URL", "STEPS", "RUNNER"] {
            assert!(!is_reserved(it), "{it}");
        }
    }

    #[test]
    fn a_variable_is_a_word_of_the_shell() {
        assert!(
            is_variable("_A1") && !is_variable("1A") && !is_variable("") && !is_variable("ホスト")
        );
    }

    #[test]
    fn variables_are_found_with_their_places() {
        let found: Vec<_> =
            variables("$A/${B_1} $1 $ ${C ${} 障害$D").into_iter().map(|(_, it)| it).collect();
        assert_eq!(found, ["A", "B_1", "D"]);
    }

    #[test]
    fn filling_leaves_what_has_no_value() {
        let values = BTreeMap::from([("HOST".to_owned(), "$X".to_owned())]);
        assert_eq!(fill("drop on ${HOST}, $HOST: $GONE", &values), "drop on $X, $X: $GONE");
    }
}
