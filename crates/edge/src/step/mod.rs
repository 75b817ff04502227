//! Steps: kinds of texts in a runbook that change or ask something.
//!
//! **Invariant:** an adapter acts only with a [`Permitted`] call, at most once per attempt folder, however often it is
//! asked: asked again, it finds what the first asking began, waits for it, and answers with its outcome.

use std::collections::BTreeMap;
use std::path::PathBuf;

use futures_util::future::BoxFuture;
use jiff::SignedDuration;
use matoi_core::gate::Permitted;
use matoi_core::run::event::Output;
use matoi_core::run::outcome::Ended;

/// Every kind of step, in the order in which the reference lists them.
pub const KINDS: &[Kind] = &[];

/// A kind of step.
pub struct Kind {
    /// The word after the fence: `bash`.
    pub name: &'static str,
    /// One sentence for the reference.
    pub summary: &'static str,
    /// A whole fence that parses.
    pub example: &'static str,
    pub make: fn(&Tools) -> Box<dyn Step>,
}

/// What adapters need of the machine.
#[derive(Clone, Debug)]
pub struct Tools {
    /// Starts the shim: this program, and the argument that makes it one.
    pub shim: Vec<String>,
}

/// One attempt.
#[derive(Clone, Debug)]
pub struct Call {
    /// The attempt's own folder; it exists. Everything that the attempt leaves is in it.
    pub folder: PathBuf,
    pub script: String,
    /// Parameters, labels, earlier outputs, `RUN_ID`, `STEP_NAME`, `STEP_ATTEMPT`, `INCIDENT_ID`, …
    pub environment: BTreeMap<String, String>,
    /// Reach the step as environment variables and leave it nowhere else.
    pub secrets: BTreeMap<String, String>,
    pub timeout: SignedDuration,
    /// Where it works: the plan's directory unless the step says otherwise.
    pub cwd: PathBuf,
    /// Attributes of the fence that are the kind's own: `on`, `cwd`.
    pub extra: BTreeMap<String, String>,
    /// Whether the kind must see to it that nothing is changed, as far as it can.
    pub reading_only: bool,
}

/// What was seen of an attempt.
#[derive(Clone, Debug, PartialEq)]
pub struct Performed {
    pub ended: Ended,
    /// The first of standard output, for `expect`; at most `ANSWER_BYTES_MAX`.
    pub answer: String,
    pub output: Output,
}

/// A way to perform steps of one kind.
pub trait Step: Send + Sync {
    /// Begins the attempt unless it was begun, and waits until it ended.
    ///
    /// Dropping the future leaves the attempt as it is; asking again on the same folder finds it.
    fn perform(&self, call: Permitted<Call>) -> BoxFuture<'_, Performed>;

    /// Ends a running attempt, with everything that it started. `perform` then answers [`Ended::Cancelled`].
    fn cancel(&self, folder: PathBuf) -> BoxFuture<'_, ()>;
}
