//! Steps: kinds of texts in a runbook that change or ask something.
//!
//! **Invariant:** an adapter acts only with a [`Permitted`] call, at most once per attempt folder, however often it is
//! asked: asked again, it finds what the first asking began, waits for it, and answers with its outcome.
//! **Invariant:** nothing from outside is ever put into a script. It reaches a step as environment or bound parameter; a
//! request, which has neither, gets it escaped for the place where it stands.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use futures_util::future::BoxFuture;
use jiff::SignedDuration;
use matoi_core::gate::Permitted;
use matoi_core::plan::{Host, Performer};
use matoi_core::run::event::{Finding, Output};
use matoi_core::run::outcome::Ended;

use crate::config::ConfigError;

mod attempt;
pub mod bash;
mod environment;
mod excerpt;
mod here;
mod http;
pub mod output;
mod performed;
mod redact;
mod sql;
pub mod ssh;
mod values;

/// Every kind of step, in the order in which the reference lists them.
pub const KINDS: &[Kind] = &[bash::KIND, bash::SH, sql::KIND, http::KIND];

/// How long processes have between being asked to end and being killed, when nobody says otherwise.
///
/// Long enough for a database client to roll back; short enough for a person who waits.
pub const GRACE: SignedDuration = SignedDuration::from_secs(10);

/// A kind of step.
pub struct Kind {
    /// The word after the fence: `bash`.
    pub name: &'static str,
    /// One sentence for the reference.
    pub summary: &'static str,
    /// A whole fence that parses.
    pub example: &'static str,
    /// Who keeps an attempt that runs, which tells what a shutdown may do.
    pub keeper: Keeper,
    /// Refuses a script that is none, and attributes that this kind cannot honour, before anything runs.
    pub check: fn(script: &str, extra: &BTreeMap<String, String>) -> Result<(), ConfigError>,
    pub make: fn(&Tools) -> Box<dyn Step>,
}

/// Who keeps a running attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeper {
    /// A process of its own: the server may end or be killed, and finds the outcome when it is back.
    Shim,
    /// The server: an orderly shutdown waits for the attempt, and a `kill -9` loses its outcome, which is said.
    Server,
}

/// What adapters need of the machine.
#[derive(Clone, Debug)]
pub struct Tools {
    /// Starts the shim: this program, and the argument that makes it one.
    pub shim: Vec<String>,
    /// Starts the relay of a step on another host, in the same way.
    pub relay: Vec<String>,
    /// See [`GRACE`].
    pub grace: SignedDuration,
}

/// One attempt.
#[derive(Clone)]
pub struct Call {
    /// The attempt's own folder; it exists. Everything that the attempt leaves is in it.
    pub folder: PathBuf,
    pub script: String,
    /// Parameters, labels, earlier outputs, `RUN_ID`, `STEP_NAME`, `STEP_ATTEMPT`, `INCIDENT_ID`, …
    pub environment: BTreeMap<String, String>,
    /// Reach the step as environment variables and leave it nowhere else.
    pub secrets: BTreeMap<String, String>,
    pub timeout: SignedDuration,
    /// Where a script or a command is performed, when that is not here.
    pub host: Option<Host>,
    /// The plan's directory; a `cwd` attribute is relative to it.
    pub cwd: PathBuf,
    /// Attributes of the fence that are the kind's own: `on`, `cwd`, `status`, `json`, `ca`.
    pub extra: BTreeMap<String, String>,
    /// Whether the kind must see to it that nothing is changed, as far as it can: `sql` can, `bash` cannot.
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

    /// Finds out whether the call could be performed here, and changes nothing. Its folder is not looked at.
    fn examine(&self, call: Call) -> BoxFuture<'_, Finding>;

    /// Ends a running attempt, with everything that it started. `perform` then answers [`Ended::Cancelled`].
    ///
    /// An attempt that has not begun never will, and answers [`Ended::NotStarted`]. An error says that nothing was
    /// asked of anybody, so that the caller asks again.
    fn cancel(&self, folder: PathBuf) -> BoxFuture<'_, Result<(), String>>;
}

impl Tools {
    /// Tools with the usual grace.
    pub fn new(shim: Vec<String>, relay: Vec<String>) -> Tools {
        Tools { shim, relay, grace: GRACE }
    }
}

impl Call {
    /// An attribute of the fence, with the parameters of the run filled in; one without a value stays as it is written.
    fn attribute(&self, key: &str) -> Option<String> {
        let written = self.extra.get(key)?;
        Some(matoi_core::runbook::environment::fill(written, &self.environment))
    }

    /// Where the step works.
    fn place(&self) -> PathBuf {
        match self.attribute("cwd") {
            Some(cwd) => self.cwd.join(cwd),
            None => self.cwd.clone(),
        }
    }
}

/// Whether steps of this language can be performed, and this is one; for a plan that is only read.
pub fn check(
    language: &str,
    performer: Performer<'_>,
    script: &str,
    extra: &BTreeMap<String, String>,
) -> Result<(), ConfigError> {
    match (KINDS.iter().find(|it| it.name == language), performer) {
        (_, Performer::Interpreter(_) | Performer::Command(_)) => Ok(()),
        (Some(it), Performer::Kind) => (it.check)(script, extra),
        (None, Performer::Kind) => {
            Err(crate::config::no_such_kind(language, &[], KINDS.iter().map(|it| it.name)))
        }
    }
}

/// What performs steps of one language.
pub struct Adapter {
    pub keeper: Keeper,
    pub step: Box<dyn Step>,
}

/// Finds what performs steps of a language, as the plan says.
pub fn adapter(language: &str, performer: Performer<'_>, tools: &Tools) -> Option<Adapter> {
    let step = match performer {
        Performer::Kind => {
            let kind = KINDS.iter().find(|it| it.name == language)?;
            return Some(Adapter { keeper: kind.keeper, step: (kind.make)(tools) });
        }
        Performer::Interpreter(it) => bash::interpreted(it, tools),
        Performer::Command(it) => bash::commanded(it, tools),
    };
    Some(Adapter { keeper: Keeper::Shim, step })
}

/// Whether an attempt began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    No,
    /// It can only be followed.
    Yes,
    /// Its folder cannot be read now, so it may have begun and may begin yet.
    CannotTell,
}

/// Whether the attempt in `folder` began.
pub fn begun(folder: &Path) -> Begun {
    match attempt::Attempt::at(folder).look() {
        Ok(attempt::State::Open) => Begun::No,
        Ok(attempt::State::Held(_) | attempt::State::Ended(_) | attempt::State::Lost { .. }) => {
            Begun::Yes
        }
        Err(_) => Begun::CannotTell,
    }
}

/// Cancels the attempt in `folder`, whoever keeps it.
async fn cancel(folder: PathBuf) -> Result<(), String> {
    let attempt = attempt::Attempt::at(&folder);
    let cancelled = tokio::task::spawn_blocking(move || attempt.cancel()).await;
    let cancelled = cancelled.map_err(|err| err.to_string());
    let cancelled = cancelled.and_then(|it| it.map_err(|err| err.to_string()));
    cancelled.map_err(|err| format!("cannot cancel the attempt in {}: {err}", folder.display()))
}

/// Shows names of secrets, never their values.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("folder", &self.folder)
            .field("script", &self.script)
            .field("environment", &self.environment)
            .field("secrets", &self.secrets.keys().collect::<Vec<_>>())
            .field("timeout", &self.timeout)
            .field("host", &self.host)
            .field("cwd", &self.cwd)
            .field("extra", &self.extra)
            .field("reading_only", &self.reading_only)
            .finish()
    }
}
