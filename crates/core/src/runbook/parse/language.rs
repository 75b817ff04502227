//! Which languages are performed, and what is said of a fence in another that looks as if it were meant to be.

use std::collections::BTreeSet;

use super::finding::{Findings, quote};
use super::opening::Opening;
use super::outline::Fence;
use super::suggest;

/// What a fence of a language is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// An adapter performs its text.
    Script,
    Approval,
    Wait,
    /// Part of the format, and nothing carries it out yet.
    NotYet,
    /// Looks like a script, and the plan names no interpreter for it.
    Unnamed,
    /// Never a step.
    Prose,
}

/// Every language that is or will be a step, whatever the plan says.
const LANGUAGES: &[(&str, Meaning)] = &[
    ("bash", Meaning::Script),
    ("sh", Meaning::Script),
    ("sql", Meaning::Script),
    ("http", Meaning::Script),
    ("approval", Meaning::Approval),
    ("wait", Meaning::Wait),
    ("action", Meaning::Script),
    ("runbook", Meaning::NotYet),
];

/// Languages of scripts for which many a page waits for an interpreter.
const UNNAMED: &[&str] = &["shell", "zsh", "python"];

/// Words for a fence that shows something. As a language of steps they would turn every example into a button.
const SHOWN: &[&str] = &[
    "text", "txt", "plain", "console", "output", "log", "diff", "json", "yaml", "yml", "toml",
    "ini", "xml", "html", "csv", "markdown", "md", "mermaid",
];

/// Keys that nobody writes but to make a step run by itself.
const ARMING: &[&str] = &["kind", "uses"];

/// Keys that other tools hardly write.
const OURS: &[&str] = &[
    "timeout",
    "retry",
    "needs",
    "on-fail",
    "undo",
    "expect",
    "idempotent",
    "expires",
    "on-expire",
];

/// Why a plan cannot name an interpreter for a language.
pub(crate) fn refusal(word: &str) -> Option<&'static str> {
    if LANGUAGES.iter().any(|(it, _)| *it == word) {
        return Some("is a language of Matoi's own");
    }
    SHOWN.contains(&word).then_some("is a word for fences that show something")
}

/// The languages of steps: Matoi's own, and those that the plan names an interpreter for.
#[derive(Clone, Copy)]
pub(super) struct Languages<'a> {
    pub(super) named: &'a BTreeSet<String>,
}

impl Languages<'_> {
    /// Looks up a language in lower case.
    pub(super) fn meaning(self, word: &str) -> Meaning {
        match LANGUAGES.iter().find(|(it, _)| *it == word) {
            Some((_, it)) => *it,
            None if self.named.contains(word) => Meaning::Script,
            None if UNNAMED.contains(&word) => Meaning::Unnamed,
            None => Meaning::Prose,
        }
    }

    fn known(&self) -> impl Iterator<Item = &str> {
        let ours = LANGUAGES.iter().map(|(it, _)| it).chain(UNNAMED).copied();
        ours.chain(self.named.iter().map(String::as_str))
    }
}

/// Says of a fence that is no step what its author may not expect.
pub(super) fn prose(
    text: &str,
    fence: &Fence,
    opening: Opening,
    languages: Languages<'_>,
    findings: &mut Findings,
) {
    let rest = text.get(opening.rest.clone()).unwrap_or_default();
    let keys = keys(rest);
    if keys.contains(&"ignore") {
        return;
    }
    let word = &opening.language;
    let bare: String = word.chars().take_while(char::is_ascii_alphanumeric).collect();
    let is_other = bare != *word && languages.meaning(&bare) != Meaning::Prose;
    let meant =
        if is_other { Some(bare.as_str()) } else { suggest::nearest(word, languages.known()) };
    let finding = if let Some(key) = keys.iter().find(|it| ARMING.contains(it)) {
        findings.error(
            fence.span.clone(),
            format!("{} is no language of a step, so `{key}` has no effect", quote(word)),
        )
    } else if let Some(key) = keys.iter().find(|it| OURS.contains(it)) {
        findings.warning(
            fence.span.clone(),
            format!("{} is no language of a step, so `{key}` has no effect", quote(word)),
        )
    } else if is_other {
        findings.warning(
            fence.span.clone(),
            format!("{} is not `{bare}`, so this is no step", quote(word)),
        )
    } else if word == "console" && fence.script.text.lines().any(|it| it.starts_with("$ ")) {
        let hint = "to perform it, write `bash` and leave the prompts out";
        findings
            .warning(fence.span.clone(), "`console` shows what was typed, and is no step")
            .hint(hint);
        return;
    } else {
        return;
    };
    match meant {
        Some(it) => finding.hint(format!("did you mean `{it}`?")),
        None => finding.hint(
            "steps are written in `bash`, `sh`, `sql`, `http`, `action`, `approval`, `wait`, and what the plan names under `interpreters`",
        ),
    }
}

/// The words before `=` or standing alone, as far as any tool's attributes can be told apart.
fn keys(rest: &str) -> Vec<&str> {
    let inside = rest.trim_start_matches('{');
    inside
        .split(|it: char| it.is_whitespace() || "{},".contains(it))
        .filter_map(|it| it.split(['=', ':']).next())
        .map(|it| it.trim_matches('"'))
        .filter(|it| !it.is_empty())
        .collect()
}
