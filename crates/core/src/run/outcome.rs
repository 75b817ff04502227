//! From what was seen of an attempt to what is known of it.

use jiff::SignedDuration;

use super::event::Outcome;
use crate::runbook::{Expect, Kind};

/// How an attempt ended, as far as anybody saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// By itself, with this status.
    Exited { code: i32 },
    /// By a signal that was not ours.
    Killed { signal: i32 },
    /// By us, because its time was up.
    TimedOut { after: SignedDuration },
    /// By us, because a person cancelled it.
    Cancelled,
    /// It began, and nobody saw the end.
    Lost { reason: String },
    /// It certainly did not begin.
    NotStarted { reason: String },
}

/// The table of outcomes.
///
/// A step that may have changed something and was cut off is unclear, never failed: "failed" would claim that nothing
/// happened. The script's own word, its status, is believed.
pub fn classify(kind: Kind, ended: &Ended, expect: Option<&Expect>, answer: &str) -> Outcome {
    let cut_off = |reason: String| {
        if kind.changes_things() { Outcome::Unclear { reason } } else { Outcome::Failed { reason } }
    };
    match ended {
        Ended::Exited { code: 0 } => expected(expect, answer),
        Ended::Exited { code } => Outcome::Failed { reason: format!("exit status {code}") },
        Ended::Killed { signal } => cut_off(format!("killed by signal {signal}")),
        Ended::TimedOut { after } => cut_off(format!("timed out after {after:#}")),
        Ended::Cancelled => cut_off("cancelled".to_owned()),
        // A look whose end nobody saw is simply made again; that is the run's to decide.
        Ended::Lost { reason } => Outcome::Unclear { reason: reason.clone() },
        Ended::NotStarted { reason } => Outcome::NotStarted { reason: reason.clone() },
    }
}

/// Verifies by meaning: exit 0 with the wrong answer is a failure.
fn expected(expect: Option<&Expect>, answer: &str) -> Outcome {
    let kept = match expect {
        None => return Outcome::Done,
        Some(Expect::Text(text)) => answer.trim() == text.trim(),
        Some(Expect::Pattern(pattern)) => match regex_lite::Regex::new(pattern) {
            Ok(pattern) => pattern.is_match(answer),
            Err(err) => {
                return Outcome::Failed { reason: format!("expect is not a pattern: {err}") };
            }
        },
    };
    if kept {
        return Outcome::Done;
    }
    let wanted = match expect {
        Some(Expect::Text(text)) => format!("{text:?}"),
        Some(Expect::Pattern(pattern)) => format!("/{pattern}/"),
        None => String::new(),
    };
    let shown = crate::limits::cut(answer.trim(), 200);
    Outcome::Failed { reason: format!("the answer was {shown:?}, expected {wanted}") }
}
