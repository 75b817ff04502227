//! What a rehearsal found out, for people.

use matoi_core::language::Language;
use matoi_core::run::Phase;
use matoi_core::run::event::{Finding, Purpose};
use matoi_edge::client::shape::{Run, Step, StepState};

use crate::terminal::{Terminal, Tone, clean};

/// What would fail, and what nobody can tell beforehand; nothing of a run that performs.
pub(super) fn rehearsed(terminal: &Terminal, run: &Run, language: Language) {
    if run.purpose != Purpose::Rehearse || !matches!(run.phase, Phase::Ended { .. }) {
        return;
    }
    for step in &run.steps {
        if let Some((tone, text)) = worth_telling(step, language) {
            let line = format!("  {}: {}", clean(&step.name), clean(&text));
            terminal.say(&terminal.toned(tone, &line));
        }
    }
}

fn worth_telling(step: &Step, language: Language) -> Option<(Tone, String)> {
    match step.state.as_ref()? {
        StepState::Failed { reason } => {
            Some((Tone::Bad, format!("{}: {reason}", language.pick("失敗", "failed"))))
        }
        StepState::Examined { finding: Finding::Ready } => None,
        StepState::Examined { finding } => Some(finding_text(finding, language)),
        StepState::Performing { .. }
        | StepState::RetryAt { .. }
        | StepState::Done
        | StepState::Unclear { .. }
        | StepState::Skipped
        | StepState::Gate { .. }
        | StepState::List { .. }
        | StepState::Examining { .. }
        | StepState::Waiting { .. } => None,
    }
}

/// A finding in a few words.
pub(super) fn finding_text(finding: &Finding, language: Language) -> (Tone, String) {
    match finding {
        Finding::Ready => {
            (Tone::Good, language.pick("実行できる見込み", "could be performed").to_owned())
        }
        Finding::Lacks { what } => {
            (Tone::Bad, format!("{}: {what}", language.pick("失敗する", "would fail")))
        }
        Finding::Unproved { why } => {
            let text = language.pick("事前には確かめられない", "cannot be told beforehand");
            (Tone::Doubtful, format!("{text}: {why}"))
        }
    }
}
