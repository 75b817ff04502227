//! A chore: what has to be done again and again, and whether it was.
//!
//! Nothing is remembered of it but its runs: that it was due follows from the calendar, that it was done from a run
//! that ended well. So no timer of a chore can be lost, and after a night without power the last moment at which it
//! was due is still there to be seen.
//!
//! **Invariant:** of moments that passed while nobody looked, the last is made up for and the others are told.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::effect::{RunEnd, Starter};
use crate::id::{AlertId, RunId};
use crate::language::Language;
use crate::plan::{Chore, Plan};
use crate::run::event::Hold;
use crate::run::start::Beginning;
use crate::run::{Phase, Run, StepState};

/// The label that names a run's chore.
const CHORE: &str = "chore";
/// The label with the moment at which the chore was due.
const DUE: &str = "due";
/// Moments that passed are counted no further.
const MISSED_MAX: usize = 1_000;

/// Where a chore stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It was not due yet, or was done, or a person left it out.
    Well,
    /// It was due then, and its run has not begun.
    Due { at: Timestamp, missed: usize },
    /// Its run goes on, and has time left.
    UnderWay,
    /// A person has to look.
    Wrong { reason: String },
}

impl Chore {
    /// The alert that tells of it.
    pub fn alert(&self) -> AlertId {
        AlertId(format!("alert:{}", self.name))
    }

    /// Its last moment until `now`; nothing was due before the plan had it, at `since`.
    pub fn last_due(&self, plan: &Plan, since: Timestamp, now: Timestamp) -> Option<Timestamp> {
        self.every.last_due(&plan.calendar, &plan.zone, now).filter(|it| *it >= since)
    }

    /// Its next moment after `now`.
    pub fn next_due(&self, plan: &Plan, now: Timestamp) -> Option<Timestamp> {
        self.every.next_due(&plan.calendar, &plan.zone, now)
    }

    /// Where it stands, by its runs, the newest first. `since` is when the plan first had it as it is.
    pub fn standing(
        &self,
        plan: &Plan,
        runs: &[Run],
        since: Timestamp,
        now: Timestamp,
    ) -> Standing {
        let newest = runs.first().and_then(due_of);
        // A run that began under an older plan is still this chore's, and its moment with it.
        let due = self.last_due(plan, since, now).max(newest);
        let Some(due) = due else { return Standing::Well };
        let of_due = || runs.iter().filter(|it| due_of(it) >= Some(due));
        if of_due().any(is_settled) {
            return Standing::Well;
        }
        let Some(run) = of_due().next() else {
            return Standing::Due {
                at: due,
                missed: self.missed(plan, newest.unwrap_or(since), due),
            };
        };
        match wrong_with(run, plan.language) {
            Some(reason) => Standing::Wrong { reason: self.told(reason, run) },
            None if now.duration_since(due.max(run.started_at)) > self.within => {
                let within = plan.language.duration(self.within);
                let reason = plan.language.pick(
                    format!("{} が{within}を過ぎても終わっていません", run.id),
                    format!("{} is not over after {within}", run.id),
                );
                Standing::Wrong { reason: self.told(reason, run) }
            }
            None => Standing::UnderWay,
        }
    }

    /// What is wrong, with what the chore is called, and how to see its run.
    fn told(&self, reason: String, run: &Run) -> String {
        let title = self.title.as_ref().map(|it| format!("{it}: ")).unwrap_or_default();
        format!("{title}{reason} (matoi run show {})", run.id)
    }

    /// The moments between two others, which nobody made up for.
    fn missed(&self, plan: &Plan, from: Timestamp, to: Timestamp) -> usize {
        let mut at = from;
        let moments = std::iter::from_fn(|| {
            at = self.next_due(plan, at)?;
            (at < to).then_some(())
        });
        moments.take(MISSED_MAX).count()
    }

    /// What its run is begun with.
    pub fn beginning(&self, plan: &Plan, id: RunId, due: Timestamp, by: Starter) -> Beginning {
        let labels = [(CHORE, self.name.clone()), (DUE, due.to_string())];
        Beginning {
            id,
            incident: None,
            plan: plan.hash.clone(),
            by,
            purpose: self.purpose,
            params: self.params.clone(),
            labels: labels.map(|(name, it)| (name.to_owned(), it)).into(),
        }
    }

    /// Why the plan begins a run.
    pub fn reason(&self, missed: usize) -> String {
        match missed {
            0 => format!("chore {}", self.name),
            missed => format!("chore {}, after {missed} that nobody did", self.name),
        }
    }
}

/// The chore that a run was begun for.
pub fn chore_of(labels: &BTreeMap<String, String>) -> Option<&str> {
    labels.get(DUE).and(labels.get(CHORE)).map(String::as_str)
}

fn due_of(run: &Run) -> Option<Timestamp> {
    run.labels.get(DUE)?.parse().ok()
}

/// Whether a run did it, or a person ended it, who had seen it then.
fn is_settled(run: &Run) -> bool {
    match run.phase {
        Phase::Ended { end: RunEnd::Verified | RunEnd::Unverified | RunEnd::Looked } => true,
        Phase::Ended { end: RunEnd::Failed | RunEnd::Aborted | RunEnd::Stuck } => {
            run.cancelled.is_some()
        }
        Phase::Going | Phase::Held { .. } => false,
    }
}

/// Why a run does not go on by itself, or how it ended badly.
fn wrong_with(run: &Run, language: Language) -> Option<String> {
    let waits = |step: &str| {
        Some(language.pick(
            format!("{} が {step} で担当者を待っています", run.id),
            format!("{} waits for a person at {step}", run.id),
        ))
    };
    match &run.phase {
        // Somebody threw the switch and knows, and a lock is passed on; it has the time of the run.
        Phase::Held { reason: Hold::Switch { .. } | Hold::Lock { .. }, .. } => None,
        Phase::Held { step, reason: Hold::Click | Hold::Failed { .. } | Hold::Unclear { .. } } => {
            waits(step)
        }
        Phase::Going => {
            let asks = |it: &(&String, &StepState)| match it.1 {
                StepState::Gate { .. } | StepState::List { .. } => true,
                StepState::Performing { .. }
                | StepState::RetryAt { .. }
                | StepState::Done
                | StepState::Failed { .. }
                | StepState::Unclear { .. }
                | StepState::Skipped
                | StepState::Examining { .. }
                | StepState::Examined { .. }
                | StepState::Waiting { .. } => false,
            };
            run.steps.iter().find(asks).and_then(|it| waits(it.0))
        }
        Phase::Ended { end } => {
            let how = match end {
                RunEnd::Stuck => language
                    .pick("が変更を元に戻せませんでした", "is stuck: taking a change back failed"),
                RunEnd::Aborted => language.pick("が中止されました", "was aborted"),
                RunEnd::Failed => language.pick("が失敗しました", "failed"),
                RunEnd::Verified | RunEnd::Unverified | RunEnd::Looked => return None,
            };
            Some(format!("{} {how}", run.id))
        }
    }
}
