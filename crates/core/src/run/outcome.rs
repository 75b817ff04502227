//! From what was seen of an attempt to what is known of it.

use jiff::SignedDuration;

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
