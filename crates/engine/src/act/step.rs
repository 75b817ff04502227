//! One attempt of one step: from the stored intent to the stored outcome.
//!
//! ```text
//!  the outbox                     here                              the attempt's folder
//!  claimed ─▶ still awaited? ─no─▶ settle
//!                │ yes
//!             permit, unless begun already ─no─▶ NotStarted
//!                │
//!             perform ───────────────────────────────────────────▶ begins once, or is found
//!             classify, tell the run, settle  ◀─────────────────── ended
//! ```
//!
//! **Invariant:** dying anywhere in here loses nothing: the entry is claimed again, and the folder tells what began.

use std::collections::BTreeMap;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use matoi_core::effect::StepCall;
use matoi_core::gate::{Permitted, Switch, Switches};
use matoi_core::id::RunId;
use matoi_core::limits::TEXT_CHARS_MAX;
use matoi_core::plan::{Host, Plan};
use matoi_core::run::command::{Command, Refusal};
use matoi_core::run::event::Output;
use matoi_core::run::outcome::{Ended, classify};
use matoi_core::runbook::environment::fill;
use matoi_core::runbook::{Act, Step};
use matoi_edge::step::{self, Adapter, Begun, Call, Keeper, Performed};
use matoi_store::Claimed;

use crate::handle::Handle;
use crate::run::{runbook_of, step_of};
use crate::tell::TellError;

/// Why an attempt cannot be performed now.
enum NotReady {
    /// It did not begin.
    NotStarted(String),
    /// It did, or nobody can tell, and what it takes to follow it is missing; it is looked at again soon.
    Begun(String),
}

impl Handle {
    /// Performs an attempt whose intent is stored, and tells the run how it ended.
    pub(super) async fn perform_step(
        &self,
        claimed: &Claimed,
        call: StepCall,
    ) -> Result<(), TellError<Refusal>> {
        let view = self.run_view(&call.run).await?;
        if !view.run.is_open() || !view.run.awaits(&call.step, call.attempt) {
            return self.settle(claimed).await;
        }
        let plan = self.it.plans.of(&call.plan).await.map_err(crate::incident::broken)?;
        let runbook = runbook_of(&plan, &view.run)?;
        let step = step_of(runbook, &call.step)?;
        let performed = match self.prepare(&plan, &runbook.secrets, step, &call).await {
            Ok(ready) => {
                tracing::info!(run = %call.run, "{}: attempt {} of {} begins", call.run, call.attempt, call.step);
                match self.perform(&plan, step, ready).await {
                    Some(performed) => performed,
                    // It goes on without us, and the next start finds it.
                    None => return Ok(()),
                }
            }
            Err(NotReady::NotStarted(reason)) => not_started(reason),
            Err(NotReady::Begun(what)) => return Err(TellError::Broken { what }),
        };
        let mut output = performed.output;
        output.folder = Some(folder_of(&call.run, &call.step, call.attempt));
        let outcome =
            classify(step.kind, &performed.ended, step.expect.as_ref(), &performed.answer);
        tracing::info!(run = %call.run, "{}: attempt {} of {}: {outcome:?}", call.run, call.attempt, call.step);
        self.it.pulse.step_ended(&outcome);
        let command =
            Command::StepEnded { step: call.step, attempt: call.attempt, outcome, output };
        self.answer_run(&call.run, command, Some(&claimed.claim)).await.map(drop)
    }

    /// Ends an attempt that runs; its own `perform` tells the run how it ended.
    pub(super) async fn cancel_step(
        &self,
        claimed: &Claimed,
        call: &StepCall,
    ) -> Result<(), TellError<Refusal>> {
        let plan = self.it.plans.of(&call.plan).await.map_err(crate::incident::broken)?;
        let step = plan.runbooks.get(&call.runbook).and_then(|it| it.step(&call.step));
        if let Some(adapter) = step.and_then(|it| self.adapter(&plan, it).ok()) {
            let folder = self.folder(&call.run, &call.step, call.attempt);
            // An attempt that is about to begin must find the mark, so there must be a place for it.
            let made = make_folder(&folder);
            made.map_err(|err| TellError::Broken {
                what: format!("cannot cancel in {}: {err}", folder.display()),
            })?;
            // An order that did not arrive is not settled: it is given again.
            let cancelled = adapter.step.cancel(folder).await;
            cancelled.map_err(|what| TellError::Broken { what })?;
        }
        self.settle(claimed).await
    }

    /// Performs, or follows what was begun; nothing, when the engine is asked to end and the attempt goes on without it.
    async fn perform(&self, plan: &Plan, step: &Step, call: Permitted<Call>) -> Option<Performed> {
        let adapter = match self.adapter(plan, step) {
            Ok(adapter) => adapter,
            Err(reason) => return Some(not_started(reason)),
        };
        let performing = adapter.step.perform(call);
        match adapter.keeper {
            Keeper::Shim => tokio::select! {
                performed = performing => Some(performed),
                () = self.it.supervisor.stopped() => None,
            },
            // It would be lost with us, so it has as long as the shutdown waits.
            Keeper::Server => Some(performing.await),
        }
    }

    /// What performs a step, or why nothing does.
    pub(super) fn adapter(&self, plan: &Plan, step: &Step) -> Result<Adapter, String> {
        let Act::Perform { language, .. } = &step.act else {
            return Err("the step is nothing to perform".to_owned());
        };
        let performer = plan.performer(language, &step.extra)?;
        let adapter = step::adapter(language, performer, &self.it.config.tools);
        adapter.ok_or_else(|| format!("nothing performs steps in {language}"))
    }

    /// Everything that an attempt needs, and the permit to begin it.
    async fn prepare(
        &self,
        plan: &Plan,
        secrets: &[String],
        step: &Step,
        call: &StepCall,
    ) -> Result<Permitted<Call>, NotReady> {
        let Act::Perform { script, .. } = &step.act else {
            return Err(NotReady::NotStarted("the step is nothing to perform".to_owned()));
        };
        let folder = self.folder(&call.run, &call.step, call.attempt);
        make_folder(&folder).map_err(|err| {
            NotReady::because(&folder, format!("cannot make {}: {err}", folder.display()))
        })?;
        // Following one that began without knowing what to hide would be a leak.
        let secrets = self.secrets(plan, secrets).await;
        let secrets = secrets.map_err(|reason| NotReady::because(&folder, reason))?;
        let host = host(plan, step, call);
        let host = host.map_err(|reason| NotReady::because(&folder, reason))?;
        let ready = self.ready(step, script, call, secrets, folder);
        let ready = Call { host, ..ready };
        self.permit(call, ready).await
    }

    /// What an adapter is given, whether it performs or examines.
    pub(super) fn ready(
        &self,
        step: &Step,
        script: &str,
        call: &StepCall,
        secrets: BTreeMap<String, String>,
        folder: PathBuf,
    ) -> Call {
        Call {
            script: script.to_owned(),
            environment: environment(call),
            secrets,
            timeout: step.timeout,
            cwd: self.it.config.plan_dir.clone(),
            extra: step.extra.clone(),
            host: None,
            reading_only: !step.kind.changes_things(),
            folder,
        }
    }

    /// A switch thrown since the intent was stored still counts, unless the attempt has begun: then it is only followed.
    async fn permit(&self, call: &StepCall, ready: Call) -> Result<Permitted<Call>, NotReady> {
        let folder = ready.folder.clone();
        let switches = match step::begun(&folder) {
            Begun::Yes => Ok(Switches::default()),
            // A folder that cannot be read now may turn out to be untouched, and then it would begin.
            Begun::No | Begun::CannotTell => self.switches().await,
        };
        let permitted = switches
            .map_err(|err| format!("the switches cannot be read: {err}"))
            .and_then(|it| it.permit(&call.runbook, ready).map_err(|it| held(&it)));
        permitted.map_err(|reason| NotReady::because(&folder, reason))
    }

    /// The folder of an attempt.
    pub(crate) fn folder(&self, run: &RunId, step: &str, attempt: u32) -> PathBuf {
        self.it.config.data_dir.join(folder_of(run, step, attempt))
    }
}

impl NotReady {
    /// Only of an attempt that certainly did not begin may that be said.
    fn because(folder: &Path, reason: String) -> NotReady {
        match step::begun(folder) {
            Begun::No => NotReady::NotStarted(reason),
            Begun::Yes | Begun::CannotTell => NotReady::Begun(reason),
        }
    }
}

/// Where the step is performed, with the parameters of the run filled in.
pub(super) fn host(plan: &Plan, step: &Step, call: &StepCall) -> Result<Option<Host>, String> {
    let Act::Perform { language, .. } = &step.act else { return Ok(None) };
    let on = step.extra.get("on").map(|it| fill(it, &call.environment));
    plan.host(language, on.as_deref()).map(|it| it.cloned())
}

/// What the step sees beside the server's variables and its secrets.
fn environment(call: &StepCall) -> BTreeMap<String, String> {
    let mut environment = call.environment.clone();
    environment.insert("RUN_ID".to_owned(), call.run.0.clone());
    environment.insert("STEP_NAME".to_owned(), call.step.clone());
    environment.insert("STEP_ATTEMPT".to_owned(), call.attempt.to_string());
    environment.insert("STEP_IDEMPOTENCY_KEY".to_owned(), call.key.clone());
    if let Some(incident) = &call.incident {
        environment.insert("INCIDENT_ID".to_owned(), incident.0.clone());
    }
    environment
}

fn held(switch: &Switch) -> String {
    format!("held by the switch of {}: {}", switch.by, switch.reason)
}

fn make_folder(folder: &Path) -> std::io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// The folder of an attempt, relative to the data directory.
///
/// Names of runs and steps are ours or checked, so they are safe as names of folders.
fn folder_of(run: &RunId, step: &str, attempt: u32) -> String {
    format!("runs/{run}/{step}/{attempt}")
}

fn not_started(reason: String) -> Performed {
    let reason = matoi_core::limits::cut(&reason, TEXT_CHARS_MAX);
    Performed {
        ended: Ended::NotStarted { reason },
        answer: String::new(),
        output: Output::default(),
    }
}
