//! Which languages are performed, and what is said of a fence in another that looks as if it were meant to be.

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
    /// Never a step.
    Prose,
}

/// Every language that is or will be a step.
const LANGUAGES: &[(&str, Meaning)] = &[
    ("bash", Meaning::Script),
    ("sh", Meaning::Script),
    ("sql", Meaning::Script),
    ("http", Meaning::Script),
    ("approval", Meaning::Approval),
    ("wait", Meaning::Wait),
    ("shell", Meaning::NotYet),
    ("zsh", Meaning::NotYet),
    ("python", Meaning::NotYet),
    ("action", Meaning::NotYet),
    ("runbook", Meaning::NotYet),
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

impl Meaning {
    /// Looks up a language in lower case.
    pub(super) fn of(word: &str) -> Meaning {
        LANGUAGES.iter().find(|(it, _)| *it == word).map_or(Meaning::Prose, |(_, it)| *it)
    }
}

/// Says of a fence that is no step what its author may not expect.
pub(super) fn prose(text: &str, fence: &Fence, opening: Opening, findings: &mut Findings) {
    let rest = text.get(opening.rest.clone()).unwrap_or_default();
    let keys = keys(rest);
    if keys.contains(&"ignore") {
        return;
    }
    let word = &opening.language;
    let bare: String = word.chars().take_while(char::is_ascii_alphanumeric).collect();
    let known = LANGUAGES.iter().map(|(it, _)| *it);
    let meant = if Meaning::of(&bare) != Meaning::Prose {
        Some(bare.as_str())
    } else {
        suggest::nearest(word, known)
    };
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
    } else if bare != *word && Meaning::of(&bare) != Meaning::Prose {
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
        None => {
            finding.hint("steps are written in `bash`, `sh`, `sql`, `http`, `approval` and `wait`")
        }
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
