//! What holds for every attempt: the intent first, one at a time, and never a second one by guess.

use std::collections::BTreeMap;

use matoi_core::effect::{Effect, RunEnd};
use matoi_core::run::event::{Answer, Event, Fact, Outcome, Verdict};
use matoi_core::runbook::{Kind, Runbook};
use proptest::prelude::*;

/// Whether a further attempt of a step that changes things would be a guess.
#[derive(Clone, Copy, PartialEq, Eq)]
enum May {
    Begin,
    /// It was begun, and nobody knows that it changed nothing.
    Not,
}

/// Checks a whole timeline, and the effects of its last decision, which stored the last `news` events.
pub(crate) fn check_attempts(
    events: &[Event],
    effects: &[Effect],
    news: usize,
    runbook: &Runbook,
) -> Result<(), TestCaseError> {
    intents_are_asked_for(&events[events.len() - news..], effects)?;
    one_at_a_time(events)?;
    never_twice_by_guess(events, runbook)?;
    verified_is_verified(events, runbook)
}

fn intents_are_asked_for(news: &[Event], effects: &[Effect]) -> Result<(), TestCaseError> {
    let intents: Vec<_> = news
        .iter()
        .filter_map(|it| match &it.fact {
            Fact::StepStarted { step, attempt, .. } => Some((step, *attempt)),
            _ => None,
        })
        .collect();
    let asked: Vec<_> = effects
        .iter()
        .filter_map(|it| match it {
            Effect::PerformStep(call) => Some((&call.step, call.attempt)),
            _ => None,
        })
        .collect();
    prop_assert_eq!(intents, asked);
    Ok(())
}

fn one_at_a_time(events: &[Event]) -> Result<(), TestCaseError> {
    let mut running: Option<(&str, u32)> = None;
    let mut attempts: BTreeMap<&str, u32> = BTreeMap::new();
    for event in events {
        match &event.fact {
            Fact::StepStarted { step, attempt, .. } => {
                prop_assert_eq!(running, None, "{} begins beside it", step);
                let before = attempts.insert(step, *attempt).unwrap_or(0);
                prop_assert_eq!(
                    *attempt,
                    before + 1,
                    "an attempt of {} is skipped or repeated",
                    step
                );
                running = Some((step, *attempt));
            }
            Fact::StepEnded { step, attempt, .. } => {
                prop_assert_eq!(running.take(), Some((step.as_str(), *attempt)));
            }
            _ => (),
        }
    }
    Ok(())
}

/// A further attempt of a change follows only from certainty, a promise, or a person.
fn never_twice_by_guess(events: &[Event], runbook: &Runbook) -> Result<(), TestCaseError> {
    let mut may: BTreeMap<&str, May> = BTreeMap::new();
    for event in events {
        match &event.fact {
            Fact::StepStarted { step, settles: None, .. } => {
                let it = runbook.step(step).unwrap();
                if it.kind.changes_things() && !it.idempotent {
                    let before = may.insert(step, May::Not);
                    prop_assert!(before != Some(May::Not), "{step} is performed again by guess");
                }
            }
            Fact::StepEnded { step, outcome: Outcome::NotStarted { .. }, .. }
            | Fact::StepSettled { step, verdict: Verdict::NotApplied, .. }
            | Fact::Answered { step, answer: Answer::Rerun, .. } => {
                may.extend([(step.as_str(), May::Begin)])
            }
            _ => (),
        }
    }
    Ok(())
}

/// A run ends as verified only when a check said so after the last change.
fn verified_is_verified(events: &[Event], runbook: &Runbook) -> Result<(), TestCaseError> {
    let kind = |step: &str| runbook.step(step).unwrap().kind;
    let mut verified = false;
    for event in events {
        match &event.fact {
            Fact::StepEnded { step, outcome, .. } => match (kind(step), outcome) {
                (Kind::Verify, outcome) => verified = *outcome == Outcome::Done,
                (Kind::Diagnose | Kind::Backup | Kind::Durable, _)
                | (_, Outcome::NotStarted { .. }) => (),
                (Kind::Click | Kind::Recover | Kind::Undo | Kind::Handler, _) => verified = false,
            },
            Fact::StepSettled { step, verdict: Verdict::Applied, .. } => {
                verified = kind(step) == Kind::Verify;
            }
            Fact::Ended { end: RunEnd::Verified } => {
                prop_assert!(verified, "it claims to be verified");
            }
            _ => (),
        }
    }
    Ok(())
}
