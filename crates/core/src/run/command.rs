//! What is asked of a run, and the expected noes.

use super::event::{Answer, Finding, Outcome, Output, Vote};

/// What is asked of a run.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// An attempt ended.
    StepEnded {
        step: String,
        attempt: u32,
        outcome: Outcome,
        output: Output,
    },
    /// A rehearsal's look whether a step could be performed.
    StepExamined {
        step: String,
        finding: Finding,
    },
    /// A person starts what waits for a click.
    Start {
        step: String,
        by: String,
    },
    /// A person decides about a step that failed or is unclear.
    Answer {
        step: String,
        by: String,
        answer: Answer,
        reason: String,
    },
    Vote {
        step: String,
        by: String,
        vote: Vote,
        reason: Option<String>,
    },
    Tick {
        step: String,
        item: usize,
        by: String,
        note: Option<String>,
    },
    Cancel {
        by: String,
        reason: String,
    },
    /// Look what is due.
    Wake,
}

/// An expected "no".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the run has ended")]
    Ended,
    #[error(
        "{by} wants {step} to begin already; the plan's rules of conduct ask for a second person, who starts it as themselves: --as NAME"
    )]
    SecondPerson { step: String, by: String },
    #[error("the run does not wait for that at step {step:?}; {waits}")]
    NotWaiting { step: String, waits: String },
    #[error("{by} may not vote at {step}: {why}")]
    MayNotVote { step: String, by: String, why: String },
    #[error("{by} has voted at {step} already")]
    VotedAlready { step: String, by: String },
    #[error("the list {step} has no item {item}; its last is {count}")]
    NoSuchItem { step: String, item: usize, count: usize },
    #[error("item {item} of {step} is ticked already, by {by}")]
    TickedAlready { step: String, item: usize, by: String },
    #[error("step {step} names no undo step")]
    NothingToUndo { step: String },
    #[error("{what} must not be empty")]
    Empty { what: &'static str },
}
