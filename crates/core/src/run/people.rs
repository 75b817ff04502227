//! What people do in a run: start, answer, vote, tick, cancel.

use super::command::Refusal;
use super::conduct::Consent;
use super::draft::Draft;
use super::event::{Answer, Fact, Hold, Settler, Skip, Verdict, Vote};
use super::{Phase, StepState};
use crate::effect::{RunEnd, Starter};
use crate::limits::{TEXT_CHARS_MAX, cut};
use crate::runbook::{Act, Approval, OnFail, Step};

impl<'a> Draft<'a> {
    /// A person starts what waits for a click.
    pub(super) fn click(&mut self, name: &str, by: String) -> Result<(), Refusal> {
        let step = self.held_at(name, |it| matches!(it, Hold::Click))?;
        if let Some(switch) = self.world.switches.covering(&self.world.runbook.name) {
            let waits = format!("a switch is thrown by {}: {}", switch.by, switch.reason);
            return Err(Refusal::NotWaiting { step: name.to_owned(), waits });
        }
        if self.consent(step, &by)? == Consent::OneMore {
            return Ok(());
        }
        self.fact(Fact::Resumed { step: name.to_owned(), by: by.clone() });
        self.tell_resumed();
        self.begin(step, Some(by));
        Ok(())
    }

    /// A person decides about a step that failed or is unclear.
    pub(super) fn answer(
        &mut self,
        name: &str,
        by: String,
        answer: Answer,
        reason: &str,
    ) -> Result<(), Refusal> {
        let step = self.held_at(name, |it| {
            matches!(it, Hold::Failed { .. } | Hold::Unclear { .. } | Hold::Click)
        })?;
        let reason = filled("the reason", reason)?;
        if answer == Answer::Rerun
            && matches!(self.run.phase, Phase::Held { reason: Hold::Click, .. })
        {
            return Err(Refusal::NotWaiting {
                step: name.to_owned(),
                waits: "it was not performed yet; start it".to_owned(),
            });
        }
        self.fact(Fact::Answered {
            step: name.to_owned(),
            by: by.clone(),
            answer,
            reason: reason.clone(),
        });
        if answer == Answer::Abort {
            self.end(RunEnd::Aborted);
            return Ok(());
        }
        self.tell_resumed();
        match answer {
            Answer::MarkDone => {
                let attempt = self.run.attempts.get(name).copied().unwrap_or(0);
                let by = Settler::Person { name: by, reason };
                self.fact(Fact::StepSettled {
                    step: name.to_owned(),
                    attempt,
                    verdict: Verdict::Applied,
                    by,
                });
            }
            Answer::Rerun => self.perform(step, Some(by), None),
            Answer::Skip => {
                let reason = Skip::Person { name: by, reason };
                self.fact(Fact::StepSkipped { step: name.to_owned(), reason });
            }
            Answer::Undo => self.start_unwinding(format!("{by}: {reason}")),
            Answer::Abort => (),
        }
        Ok(())
    }

    pub(super) fn vote(
        &mut self,
        name: &str,
        by: String,
        vote: Vote,
        reason: Option<String>,
    ) -> Result<(), Refusal> {
        let (step, approval) = self.gate(name)?;
        let Some(StepState::Gate { votes, .. }) = self.run.steps.get(name) else {
            return Err(self.not_waiting(name));
        };
        if votes.contains_key(&by) {
            return Err(Refusal::VotedAlready { step: name.to_owned(), by });
        }
        let may_not = |why: &str| Refusal::MayNotVote {
            step: name.to_owned(),
            by: by.clone(),
            why: why.to_owned(),
        };
        if !self.world.plan.voters(approval).contains(&by) {
            return Err(may_not("the gate does not name them"));
        }
        if approval.not_initiator && self.run.by == (Starter::Person { name: by.clone() }) {
            return Err(may_not("they started the run"));
        }
        let approvals = votes.len() + 1;
        let reason = reason.map(|it| cut(&it, TEXT_CHARS_MAX));
        self.fact(Fact::Voted { step: name.to_owned(), by: by.clone(), vote, reason });
        match vote {
            // One refusal closes the gate, and whoever refused knows.
            Vote::Refuse if step.on_fail == OnFail::Abort && !step.optional => {
                self.end(RunEnd::Aborted);
            }
            Vote::Refuse => {
                self.tell_resumed();
                self.give_up(step, format!("refused by {by}"));
            }
            Vote::Approve if approvals >= approval.min as usize => {
                self.fact(Fact::GatePassed { step: name.to_owned() });
                self.tell_resumed();
            }
            Vote::Approve => (),
        }
        Ok(())
    }

    pub(super) fn tick(
        &mut self,
        name: &str,
        item: usize,
        by: String,
        note: Option<String>,
    ) -> Result<(), Refusal> {
        let Some(StepState::List { items, ticked }) = self.run.steps.get(name) else {
            return Err(self.not_waiting(name));
        };
        if item >= items.len() {
            return Err(Refusal::NoSuchItem {
                step: name.to_owned(),
                item: item + 1,
                count: items.len(),
            });
        }
        if let Some(before) = ticked.get(&item) {
            return Err(Refusal::TickedAlready {
                step: name.to_owned(),
                item: item + 1,
                by: before.clone(),
            });
        }
        let by = filled("the name", &by)?;
        let note = note.map(|it| cut(&it, TEXT_CHARS_MAX));
        self.fact(Fact::Ticked { step: name.to_owned(), item, by, note });
        if self.run.steps.get(name) == Some(&StepState::Done) {
            self.tell_resumed();
        }
        Ok(())
    }

    /// Ends the run, and what it is performing with it.
    pub(super) fn cancel_run(&mut self, by: String, reason: &str) -> Result<(), Refusal> {
        let reason = filled("the reason", reason)?;
        if self.run.cancelled.is_none() {
            self.fact(Fact::Cancelled { by, reason });
        }
        let performing =
            self.world.runbook.steps.iter().find_map(|step| match self.run.steps.get(&step.name) {
                Some(StepState::Performing { attempt, .. }) => Some((step, *attempt)),
                Some(_) | None => None,
            });
        if let Some((step, attempt)) = performing {
            self.cancel(step, attempt);
            return Ok(());
        }
        // A check only looks; it is ended too, and nothing depends on what it would say.
        if let Some((check, attempt)) = self.looking() {
            self.cancel(check, attempt);
        }
        self.end(RunEnd::Aborted);
        Ok(())
    }

    /// The check that looks for an unclear step's sake, and its attempt.
    fn looking(&self) -> Option<(&'a Step, u32)> {
        let (check, attempt) = self.run.steps.values().find_map(StepState::looked_for_by)?;
        Some((self.step(check)?, attempt))
    }

    fn held_at(&self, name: &str, wanted: impl Fn(&Hold) -> bool) -> Result<&'a Step, Refusal> {
        match &self.run.phase {
            Phase::Held { step, reason } if step == name && wanted(reason) => {
                self.step(name).ok_or_else(|| self.not_waiting(name))
            }
            Phase::Held { .. } | Phase::Going | Phase::Ended { .. } => Err(self.not_waiting(name)),
        }
    }

    fn gate(&self, name: &str) -> Result<(&'a Step, &'a Approval), Refusal> {
        let step = self.step(name).ok_or_else(|| self.not_waiting(name))?;
        match &step.act {
            Act::Approve(approval) => Ok((step, approval)),
            Act::Perform { .. } | Act::Wait { .. } | Act::Tick { .. } => {
                Err(self.not_waiting(name))
            }
        }
    }

    fn not_waiting(&self, name: &str) -> Refusal {
        let waiting: Vec<&str> = self
            .run
            .steps
            .iter()
            .filter(|(_, it)| matches!(it, StepState::Gate { .. } | StepState::List { .. }))
            .map(|(name, _)| name.as_str())
            .collect();
        let waits = match &self.run.phase {
            Phase::Held { step, reason } if step == name => match reason {
                Hold::Click => "it waits to be started".to_owned(),
                Hold::Failed { .. } => "it failed, and waits for an answer".to_owned(),
                Hold::Unclear { .. } => "it is unclear, and waits for an answer".to_owned(),
                Hold::Switch { .. } => "it is held by a switch".to_owned(),
                Hold::Lock { lock, by } => format!("it waits for {lock}, which {by} has"),
            },
            Phase::Held { step, .. } => format!("it waits at {step}"),
            Phase::Going if !waiting.is_empty() => format!("it waits at {}", waiting.join(", ")),
            Phase::Going => "it waits for nobody".to_owned(),
            Phase::Ended { .. } => "it has ended".to_owned(),
        };
        Refusal::NotWaiting { step: name.to_owned(), waits }
    }
}

fn filled(what: &'static str, text: &str) -> Result<String, Refusal> {
    match text.trim() {
        "" => Err(Refusal::Empty { what }),
        text => Ok(cut(text, TEXT_CHARS_MAX)),
    }
}
