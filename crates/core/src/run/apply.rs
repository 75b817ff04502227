//! From events to the row: one arm per fact, no thinking.

use std::collections::{BTreeMap, BTreeSet};

use super::event::{Event, Fact, Outcome, Verdict, Vote};
use super::lock::Lock;
use super::{Phase, Run, Settling, StepState, Unwinding, Verified};
use crate::runbook::{Kind, OnExpire, Runbook, environment};

impl Run {
    /// Folds a whole timeline; `None` when it does not begin with a start.
    pub fn fold(events: &[Event], runbook: &Runbook) -> Option<Run> {
        let (first, rest) = events.split_first()?;
        let mut run = Run::from_first(first)?;
        for event in rest {
            run.apply(event, runbook);
        }
        Some(run)
    }

    /// The run that a start makes.
    pub(super) fn from_first(event: &Event) -> Option<Run> {
        let Fact::Started {
            id,
            incident,
            plan,
            runbook,
            title,
            runbook_hash,
            by,
            purpose,
            lock,
            params,
            labels,
        } = event.fact.clone()
        else {
            return None;
        };
        Some(Run {
            id,
            incident,
            plan,
            runbook,
            title,
            runbook_hash,
            by,
            purpose,
            lock: lock.map_or(Lock::None, Lock::Wanted),
            params,
            labels,
            started_at: event.at,
            last_at: event.at,
            phase: Phase::Going,
            steps: BTreeMap::new(),
            attempts: BTreeMap::new(),
            tries: BTreeMap::new(),
            values: BTreeMap::new(),
            unwinding: None,
            cancelled: None,
            phase_began: BTreeMap::new(),
            over_budget: BTreeSet::new(),
            verified: Verified::NothingYet,
            agreed: BTreeMap::new(),
        })
    }

    /// Applies one event. Total: a stored event always applies.
    #[expect(clippy::too_many_lines, reason = "one arm per fact reads better whole than split")]
    pub fn apply(&mut self, event: &Event, runbook: &Runbook) {
        let at = event.at;
        let kind_of =
            |name: &str| runbook.steps.iter().find(|it| it.name == name).map(|it| it.kind);
        match &event.fact {
            // A run starts once; `from_first` has made it.
            Fact::Started { .. } => (),
            Fact::LockTaken { lock } => self.lock = Lock::Taken(lock.clone()),
            Fact::StepStarted { step, attempt, settles, .. } => {
                self.attempts.insert(step.clone(), *attempt);
                self.phase = Phase::Going;
                if let Some(phase) =
                    runbook.steps.iter().find(|it| it.name == *step).map(|it| it.phase)
                {
                    self.phase_began.entry(phase).or_insert(at);
                }
                match settles.as_ref().and_then(|it| self.steps.get_mut(it)) {
                    Some(StepState::Unclear { settling, .. }) => {
                        let tries = match settling {
                            Settling::CheckAt { tries, .. } | Settling::Check { tries, .. } => {
                                *tries + 1
                            }
                            Settling::Open => 1,
                        };
                        *settling =
                            Settling::Check { step: step.clone(), attempt: *attempt, tries };
                    }
                    Some(_) | None => {
                        *self.tries.entry(step.clone()).or_insert(0) += 1;
                        self.is(step, StepState::Performing { attempt: *attempt, since: at });
                    }
                }
            }
            Fact::StepEnded { step, attempt, outcome, output } => {
                if let Some(unclear) = self.settled_by(step, *attempt).map(str::to_owned) {
                    if let Some(StepState::Unclear { settling, .. }) = self.steps.get_mut(&unclear)
                    {
                        *settling = Settling::Open;
                    }
                } else {
                    let kind = kind_of(step).unwrap_or(Kind::Click);
                    self.ended(step, *attempt, outcome, kind);
                    self.note_verification(kind, outcome);
                    if *outcome == Outcome::Done {
                        self.learn(step, &output.values);
                    }
                }
            }
            Fact::StepSettled { step, verdict, .. } => match verdict {
                Verdict::Applied => {
                    self.is(step, StepState::Done);
                    let kind = kind_of(step).unwrap_or(Kind::Click);
                    // A person who marks a check as done has not made it pass; what they know is theirs to say.
                    if kind != Kind::Verify {
                        self.note_verification(kind, &Outcome::Done);
                    }
                }
                Verdict::NotApplied => {
                    self.is(
                        step,
                        StepState::Failed { reason: "it did not take effect".to_owned() },
                    );
                }
                Verdict::StillUnclear => (),
            },
            Fact::StepSkipped { step, .. } => self.is(step, StepState::Skipped),
            Fact::ExaminationBegan { step } => {
                self.is(step, StepState::Examining { since: at });
            }
            Fact::StepExamined { step, finding } => {
                self.is(step, StepState::Examined { finding: finding.clone() });
            }
            Fact::RetryDue { step, at } => self.is(step, StepState::RetryAt { at: *at }),
            Fact::CheckDue { step, check, at, tries } => {
                if let Some(StepState::Unclear { settling, .. }) = self.steps.get_mut(step) {
                    *settling = Settling::CheckAt { step: check.clone(), at: *at, tries: *tries };
                }
            }
            Fact::Jumped { .. } => self.phase = Phase::Going,
            Fact::Unwinding { because, undo } => {
                self.phase = Phase::Going;
                self.unwinding = Some(Unwinding { because: because.clone(), left: undo.clone() });
            }
            Fact::GateOpened { step, text, expires } => {
                let gate = StepState::Gate {
                    opened: at,
                    expires: *expires,
                    text: text.clone(),
                    votes: BTreeMap::new(),
                };
                self.is(step, gate);
            }
            Fact::Voted { step, by, vote: Vote::Refuse, .. } => {
                self.is(step, StepState::Failed { reason: format!("refused by {by}") });
            }
            Fact::Voted { step, by, vote: Vote::Approve, .. } => {
                self.agreed.entry(step.clone()).or_default().insert(by.clone());
                if let Some(StepState::Gate { votes, .. }) = self.steps.get_mut(step) {
                    votes.insert(by.clone(), Vote::Approve);
                }
            }
            Fact::GateExpired { step, then: OnExpire::Abort } => {
                self.is(step, StepState::Failed { reason: "nobody answered in time".to_owned() });
            }
            Fact::GateExpired { step, then: OnExpire::Escalate } => {
                if let Some(StepState::Gate { expires, .. }) = self.steps.get_mut(step) {
                    *expires = None;
                }
            }
            Fact::GatePassed { step } | Fact::WaitEnded { step } => self.is(step, StepState::Done),
            Fact::ListOpened { step, items } => {
                self.is(step, StepState::List { items: items.clone(), ticked: BTreeMap::new() });
            }
            Fact::Ticked { step, item, by, .. } => {
                if let Some(StepState::List { ticked, items }) = self.steps.get_mut(step) {
                    ticked.insert(*item, by.clone());
                    if ticked.len() == items.len() {
                        self.is(step, StepState::Done);
                    }
                }
            }
            Fact::WaitStarted { step, until } => {
                self.is(step, StepState::Waiting { until: *until })
            }
            Fact::Held { step, reason } => {
                self.phase = Phase::Held { step: step.clone(), reason: reason.clone() };
            }
            Fact::Agreed { step, by } => {
                self.agreed.entry(step.clone()).or_default().insert(by.clone());
            }
            Fact::Answered { .. } | Fact::Resumed { .. } => self.phase = Phase::Going,
            Fact::BudgetExceeded { of, .. } => {
                let index = super::budget::index(of, self, runbook);
                self.over_budget.insert(index);
            }
            Fact::Cancelled { reason, .. } => {
                self.cancelled = Some(reason.clone());
                self.phase = Phase::Going;
            }
            Fact::ClockWentBack { by } => {
                self.shift_back(*by);
                self.last_at = at;
                return;
            }
            Fact::Ended { end } => self.phase = Phase::Ended { end: *end },
        }
        self.last_at = self.last_at.max(at);
    }

    pub(super) fn is(&mut self, step: &str, state: StepState) {
        self.steps.insert(step.to_owned(), state);
    }

    fn ended(&mut self, step: &str, attempt: u32, outcome: &Outcome, kind: Kind) {
        let state = match outcome {
            Outcome::Done => StepState::Done,
            Outcome::Failed { reason } | Outcome::NotStarted { reason } => {
                StepState::Failed { reason: reason.clone() }
            }
            // A look that was lost leaves no doubt about the world; it is made again.
            Outcome::Unclear { reason } if !kind.changes_things() => {
                StepState::Failed { reason: reason.clone() }
            }
            Outcome::Unclear { reason } => {
                StepState::Unclear { attempt, reason: reason.clone(), settling: Settling::Open }
            }
        };
        self.is(step, state);
    }

    /// Only an attempt that succeeded publishes what it found.
    fn learn(&mut self, step: &str, values: &BTreeMap<String, String>) {
        for (key, value) in values {
            self.values.insert(environment::name(step, key), value.clone());
        }
    }

    fn note_verification(&mut self, kind: Kind, outcome: &Outcome) {
        match (kind, outcome) {
            (Kind::Verify, Outcome::Done) => self.verified = Verified::Yes,
            (
                Kind::Verify,
                Outcome::Failed { .. } | Outcome::Unclear { .. } | Outcome::NotStarted { .. },
            ) => {
                self.verified = Verified::No;
            }
            // Even a change that failed may have changed something; only one that never began has not.
            (
                Kind::Recover | Kind::Undo | Kind::Click | Kind::Handler,
                Outcome::Done | Outcome::Failed { .. } | Outcome::Unclear { .. },
            ) => self.verified = Verified::No,
            (
                Kind::Recover | Kind::Undo | Kind::Click | Kind::Handler,
                Outcome::NotStarted { .. },
            ) => (),
            // A backup changes nothing that a check would look at.
            (Kind::Backup | Kind::Diagnose | Kind::Durable, _) => (),
        }
    }

    fn shift_back(&mut self, by: jiff::SignedDuration) {
        self.started_at -= by;
        for began in self.phase_began.values_mut() {
            *began -= by;
        }
        for state in self.steps.values_mut() {
            match state {
                StepState::Performing { since, .. } | StepState::Examining { since } => {
                    *since -= by
                }
                StepState::RetryAt { at }
                | StepState::Unclear { settling: Settling::CheckAt { at, .. }, .. }
                | StepState::Waiting { until: at } => *at -= by,
                StepState::Gate { opened, expires, .. } => {
                    *opened -= by;
                    if let Some(it) = expires {
                        *it -= by;
                    }
                }
                StepState::Done
                | StepState::Failed { .. }
                | StepState::Unclear { .. }
                | StepState::Skipped
                | StepState::Examined { .. }
                | StepState::List { .. } => (),
            }
        }
    }
}
