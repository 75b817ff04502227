//! What became of a run and of each of its steps, read from its timeline.
//!
//! **Invariant:** a step is done only when an event says so; a step whose end nobody stored is not.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::effect::{RunEnd, Starter};
use crate::id::RunId;
use crate::report::times::between;
use crate::run::event::{
    Answer, Event, Fact, Finding, Hold, Outcome, Output, Settler, Skip, Verdict, Vote,
};
use crate::runbook::{OnExpire, Runbook};

/// A run as the forms describe it.
pub(super) struct RunStory<'a> {
    pub(super) id: &'a RunId,
    pub(super) runbook: Option<&'a str>,
    pub(super) title: Option<&'a str>,
    pub(super) hash: Option<&'a str>,
    pub(super) by: Option<&'a Starter>,
    pub(super) params: Option<&'a BTreeMap<String, String>>,
    pub(super) began: Option<Timestamp>,
    pub(super) ended: Option<(Timestamp, RunEnd)>,
    pub(super) cancelled: Option<(&'a str, &'a str)>,
    /// In the order of the runbook where the plan still has the same bytes, else in the order of the run.
    pub(super) steps: Vec<StepStory<'a>>,
}

/// A step as the forms describe it.
pub(super) struct StepStory<'a> {
    pub(super) name: &'a str,
    pub(super) phase: Option<&'a str>,
    pub(super) standing: Standing<'a>,
    /// When the standing came to be.
    pub(super) at: Option<Timestamp>,
    pub(super) attempts: Vec<Attempt<'a>>,
    /// Why the run waits here, if it does.
    pub(super) hold: Option<&'a Hold>,
    pub(super) asked: Option<&'a str>,
    pub(super) approvals: Vec<&'a str>,
    pub(super) items: &'a [String],
    /// Items that were ticked, by place, once each.
    pub(super) ticked: Vec<usize>,
}

/// One attempt at a step.
pub(super) struct Attempt<'a> {
    pub(super) number: u32,
    pub(super) began: Option<Timestamp>,
    pub(super) ended: Option<(Timestamp, &'a Outcome, &'a Output)>,
}

/// What is known of a step.
#[derive(Clone, Copy)]
pub(super) enum Standing<'a> {
    NotYet,
    Running,
    Done,
    Failed {
        reason: &'a str,
    },
    /// It certainly changed nothing.
    NotBegun {
        reason: &'a str,
    },
    Unclear {
        reason: &'a str,
    },
    /// The run ended, and no event tells how this attempt did.
    Lost,
    Settled {
        verdict: Verdict,
        by: &'a Settler,
    },
    MarkedDone {
        by: &'a str,
        reason: &'a str,
    },
    Skipped(&'a Skip),
    /// A rehearsal found this out, and performed nothing.
    Examined(&'a Finding),
    LeftOut {
        by: &'a str,
        reason: &'a str,
    },
    /// A gate waits for votes.
    Asked {
        expires: Option<Timestamp>,
    },
    Approved,
    Refused {
        by: &'a str,
        reason: Option<&'a str>,
    },
    Expired,
    /// A list waits for people.
    Listed,
    Waiting {
        until: Timestamp,
    },
    /// The run ended before this was finished.
    CutShort,
}

impl Attempt<'_> {
    /// How long it took: as measured, else from its two events.
    pub(super) fn took(&self) -> Option<SignedDuration> {
        let (at, _, output) = self.ended?;
        output.took.or_else(|| between(self.began, Some(at)))
    }
}

impl<'a> RunStory<'a> {
    /// Reads a run's timeline; `runbooks` finds the runbook of a name and hash.
    pub(super) fn new(
        id: &'a RunId,
        events: &'a [Event],
        runbook: impl Fn(&str, &str) -> Option<&'a Runbook>,
        now: Timestamp,
    ) -> RunStory<'a> {
        let mut story = RunStory {
            id,
            runbook: None,
            title: None,
            hash: None,
            by: None,
            params: None,
            began: None,
            ended: None,
            cancelled: None,
            steps: Vec::new(),
        };
        for event in events {
            if let Fact::Started { runbook: name, runbook_hash, .. } = &event.fact
                && let Some(runbook) = runbook(name, runbook_hash)
            {
                story.steps = planned(runbook);
            }
            story.read(event);
        }
        let until = story.ended.map_or(now, |(at, _)| at);
        for step in &mut story.steps {
            step.close(until, story.ended.is_some().then_some(until));
        }
        story
    }

    fn read(&mut self, event: &'a Event) {
        let at = event.at;
        match &event.fact {
            Fact::Started { runbook, title, runbook_hash, by, params, .. } => {
                self.params = Some(params);
                self.runbook = Some(runbook);
                self.title = Some(title);
                self.hash = Some(runbook_hash);
                self.by = Some(by);
                self.began = Some(at);
            }
            Fact::StepStarted { step, .. }
            | Fact::StepEnded { step, .. }
            | Fact::StepSettled { step, .. }
            | Fact::StepSkipped { step, .. }
            | Fact::StepExamined { step, .. }
            | Fact::GateOpened { step, .. }
            | Fact::Voted { step, .. }
            | Fact::GateExpired { step, .. }
            | Fact::WaitEnded { step }
            | Fact::GatePassed { step }
            | Fact::ListOpened { step, .. }
            | Fact::Ticked { step, .. }
            | Fact::WaitStarted { step, .. }
            | Fact::Held { step, .. }
            | Fact::Answered { step, .. }
            | Fact::Agreed { step, .. }
            | Fact::Resumed { step, .. } => self.step(step).read(event),
            Fact::Cancelled { by, reason } => self.cancelled = Some((by, reason)),
            Fact::Ended { end } => self.ended = Some((at, *end)),
            // What comes before and after tells it; the timeline has the words.
            Fact::RetryDue { .. }
            | Fact::ExaminationBegan { .. }
            | Fact::LockTaken { .. }
            | Fact::CheckDue { .. }
            | Fact::Jumped { .. }
            | Fact::Unwinding { .. } => {}
            Fact::BudgetExceeded { .. } | Fact::ClockWentBack { .. } => {}
        }
    }

    /// The step of this name, which is listed from here on.
    fn step(&mut self, name: &'a str) -> &mut StepStory<'a> {
        let place = self.steps.iter().position(|it| it.name == name).unwrap_or_else(|| {
            self.steps.push(StepStory::new(name, None));
            self.steps.len() - 1
        });
        &mut self.steps[place]
    }
}

/// The forward steps of a runbook, none of them begun.
fn planned(runbook: &Runbook) -> Vec<StepStory<'_>> {
    let forward = runbook.steps.iter().filter(|it| it.kind.is_forward());
    forward
        .map(|it| {
            let phase = runbook.phases.get(it.phase);
            StepStory::new(&it.name, phase.map(|it| it.title.as_str()))
        })
        .collect()
}

impl<'a> StepStory<'a> {
    fn new(name: &'a str, phase: Option<&'a str>) -> StepStory<'a> {
        StepStory {
            name,
            phase,
            standing: Standing::NotYet,
            at: None,
            attempts: Vec::new(),
            hold: None,
            asked: None,
            approvals: Vec::new(),
            items: &[],
            ticked: Vec::new(),
        }
    }

    /// The first of its attempts.
    pub(super) fn began(&self) -> Option<Timestamp> {
        self.attempts.first().and_then(|it| it.began).or(self.at)
    }

    /// How long the last attempt took.
    pub(super) fn took(&self) -> Option<SignedDuration> {
        self.attempts.last().and_then(Attempt::took)
    }

    fn read(&mut self, event: &'a Event) {
        let at = event.at;
        match &event.fact {
            Fact::StepStarted { attempt, .. } => {
                self.attempts.push(Attempt { number: *attempt, began: Some(at), ended: None });
                self.become_at(Standing::Running, at);
            }
            Fact::StepEnded { attempt, outcome, output, .. } => {
                self.attempt(*attempt).ended = Some((at, outcome, output));
                self.become_at(standing(outcome), at);
            }
            Fact::StepSettled { verdict, by, .. } => {
                self.become_at(Standing::Settled { verdict: *verdict, by }, at);
            }
            Fact::StepSkipped { reason, .. } => self.become_at(Standing::Skipped(reason), at),
            Fact::StepExamined { finding, .. } => self.become_at(Standing::Examined(finding), at),
            Fact::GateOpened { text, expires, .. } => {
                self.asked = Some(text);
                self.become_at(Standing::Asked { expires: *expires }, at);
            }
            Fact::Voted { by, vote, reason, .. } => self.vote(by, *vote, reason.as_deref(), at),
            // One that was escalated still waits for its votes.
            Fact::GateExpired { then: OnExpire::Escalate, .. } => {}
            Fact::GateExpired { then: OnExpire::Abort, .. } => {
                self.become_at(Standing::Expired, at)
            }
            Fact::WaitEnded { .. } => self.become_at(Standing::Done, at),
            Fact::GatePassed { .. } => self.become_at(Standing::Approved, at),
            Fact::ListOpened { items, .. } => {
                self.items = items;
                self.become_at(Standing::Listed, at);
            }
            Fact::Ticked { item, .. } => self.tick(*item, at),
            Fact::WaitStarted { until, .. } => {
                self.become_at(Standing::Waiting { until: *until }, at);
            }
            Fact::Held { reason, .. } => self.hold = Some(reason),
            Fact::Answered { by, answer, reason, .. } => self.answer(by, *answer, reason, at),
            Fact::Resumed { .. } => self.hold = None,
            // It still waits to be started.
            Fact::Agreed { .. } => (),
            // These are the run's and never come here.
            Fact::Started { .. }
            | Fact::ExaminationBegan { .. }
            | Fact::LockTaken { .. }
            | Fact::RetryDue { .. }
            | Fact::CheckDue { .. }
            | Fact::Jumped { .. }
            | Fact::Unwinding { .. }
            | Fact::ClockWentBack { .. }
            | Fact::BudgetExceeded { .. }
            | Fact::Cancelled { .. }
            | Fact::Ended { .. } => {}
        }
    }

    fn become_at(&mut self, standing: Standing<'a>, at: Timestamp) {
        self.standing = standing;
        self.at = Some(at);
        self.hold = None;
    }

    /// The attempt of this number; one that ended without having begun is listed all the same.
    fn attempt(&mut self, number: u32) -> &mut Attempt<'a> {
        let place = self.attempts.iter().rposition(|it| it.number == number).unwrap_or_else(|| {
            self.attempts.push(Attempt { number, began: None, ended: None });
            self.attempts.len() - 1
        });
        &mut self.attempts[place]
    }

    fn vote(&mut self, by: &'a str, vote: Vote, reason: Option<&'a str>, at: Timestamp) {
        match vote {
            Vote::Approve => {
                if !self.approvals.contains(&by) {
                    self.approvals.push(by);
                }
            }
            Vote::Refuse => self.become_at(Standing::Refused { by, reason }, at),
        }
    }

    fn tick(&mut self, item: usize, at: Timestamp) {
        if !self.ticked.contains(&item) {
            self.ticked.push(item);
        }
        if !self.items.is_empty() && self.items_open() == 0 {
            self.become_at(Standing::Done, at);
        }
    }

    /// Items that nobody ticked yet.
    pub(super) fn items_open(&self) -> usize {
        (0..self.items.len()).filter(|it| !self.ticked.contains(it)).count()
    }

    fn answer(&mut self, by: &'a str, answer: Answer, reason: &'a str, at: Timestamp) {
        self.hold = None;
        match answer {
            Answer::MarkDone => self.become_at(Standing::MarkedDone { by, reason }, at),
            Answer::Skip => self.become_at(Standing::LeftOut { by, reason }, at),
            Answer::Rerun | Answer::Undo | Answer::Abort => {}
        }
    }

    /// Says what is true at the end of what is known: a wait is over when its time has come, and nothing goes on in a
    /// run that ended.
    fn close(&mut self, until: Timestamp, ended: Option<Timestamp>) {
        if let Standing::Waiting { until: wanted } = self.standing
            && wanted <= until
        {
            self.become_at(Standing::Done, wanted);
        }
        let Some(ended) = ended else {
            return;
        };
        self.hold = None;
        match self.standing {
            Standing::Running => self.become_at(Standing::Lost, ended),
            Standing::Asked { .. } | Standing::Listed | Standing::Waiting { .. } => {
                self.become_at(Standing::CutShort, ended);
            }
            Standing::NotYet
            | Standing::Done
            | Standing::Failed { .. }
            | Standing::NotBegun { .. }
            | Standing::Unclear { .. }
            | Standing::Lost
            | Standing::Settled { .. }
            | Standing::MarkedDone { .. }
            | Standing::Skipped(_)
            | Standing::Examined(_)
            | Standing::LeftOut { .. }
            | Standing::Approved
            | Standing::Refused { .. }
            | Standing::Expired
            | Standing::CutShort => {}
        }
    }
}

fn standing(outcome: &Outcome) -> Standing<'_> {
    match outcome {
        Outcome::Done => Standing::Done,
        Outcome::Failed { reason } => Standing::Failed { reason },
        Outcome::Unclear { reason } => Standing::Unclear { reason },
        Outcome::NotStarted { reason } => Standing::NotBegun { reason },
    }
}
