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

use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;

use matoi_core::effect::StepCall;
use matoi_core::gate::{Permitted, Switches};
use matoi_core::limits::TEXT_CHARS_MAX;
use matoi_core::plan::Plan;
use matoi_core::run::command::{Command, Refusal};
use matoi_core::run::event::Output;
use matoi_core::run::outcome::{Ended, classify};
use matoi_core::runbook::{Act, Step};
use matoi_edge::step::{self, Call, Performed};
use matoi_store::Claimed;

use crate::handle::Handle;
use crate::run::runbook_of;
use crate::tell::TellError;

impl Handle {
    /// Performs an attempt whose intent is stored, and tells the run how it ended.
    pub(super) async fn perform_step(
        &self,
        claimed: &Claimed,
        call: StepCall,
    ) -> Result<(), TellError<Refusal>> {
        let view = self.run_view(&call.run).await?;
        if !view.run.is_open() || !view.run.awaits(&call.step, call.attempt) {
            return self.settle_step(claimed).await;
        }
        let plan = self.it.plans.of(&call.plan).await.map_err(crate::incident::broken)?;
        let runbook = runbook_of(&plan, &view.run)?;
        let Some(step) = runbook.steps.iter().find(|it| it.name == call.step) else {
            return Err(TellError::Broken {
                what: format!("{} has no step {}", call.runbook, call.step),
            });
        };
        let performed = match self.prepare(&plan, &runbook.secrets, step, &call).await {
            Ok(ready) => {
                tracing::info!(run = %call.run, "{}: attempt {} of {} begins", call.run, call.attempt, call.step);
                self.perform(step, ready).await
            }
            Err(reason) => not_started(reason),
        };
        let mut output = performed.output;
        output.folder = Some(relative_folder(&call));
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
        let step = plan
            .runbooks
            .get(&call.runbook)
            .and_then(|it| it.steps.iter().find(|it| it.name == call.step));
        if let Some(Act::Perform { language, .. }) = step.map(|it| &it.act)
            && let Some(kind) = step::KINDS.iter().find(|it| it.name == language)
        {
            (kind.make)(&self.it.config.tools).cancel(self.folder(call)).await;
        }
        self.settle_step(claimed).await
    }

    async fn perform(&self, step: &Step, call: Permitted<Call>) -> Performed {
        let Act::Perform { language, .. } = &step.act else {
            return not_started("the step is nothing to perform".to_owned());
        };
        match step::KINDS.iter().find(|it| it.name == language) {
            Some(kind) => (kind.make)(&self.it.config.tools).perform(call).await,
            None => not_started(format!("there is no kind of step {language}")),
        }
    }

    /// Everything that an attempt needs, and the permit to begin it.
    async fn prepare(
        &self,
        plan: &Plan,
        secrets: &[String],
        step: &Step,
        call: &StepCall,
    ) -> Result<Permitted<Call>, String> {
        let Act::Perform { script, .. } = &step.act else {
            return Err("the step is nothing to perform".to_owned());
        };
        let folder = self.folder(call);
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true).mode(0o700);
        builder
            .create(&folder)
            .map_err(|err| format!("cannot make {}: {err}", folder.display()))?;
        let mut environment = call.environment.clone();
        environment.insert("RUN_ID".to_owned(), call.run.0.clone());
        environment.insert("STEP_NAME".to_owned(), call.step.clone());
        environment.insert("STEP_ATTEMPT".to_owned(), call.attempt.to_string());
        environment.insert("STEP_IDEMPOTENCY_KEY".to_owned(), call.key.clone());
        if let Some(incident) = &call.incident {
            environment.insert("INCIDENT_ID".to_owned(), incident.0.clone());
        }
        let ready = Call {
            script: script.clone(),
            environment,
            secrets: self.secrets(plan, secrets).await?,
            timeout: step.timeout,
            cwd: self.it.config.plan_dir.clone(),
            extra: step.extra.clone(),
            reading_only: !step.kind.changes_things(),
            folder,
        };
        self.permit(call, ready).await
    }

    /// A switch thrown since the intent was stored still counts, unless the attempt has begun: then it is only followed.
    async fn permit(&self, call: &StepCall, ready: Call) -> Result<Permitted<Call>, String> {
        let switches = if step::was_begun(&ready.folder) {
            Switches::default()
        } else {
            self.switches().await.map_err(|err| format!("the switches cannot be read: {err}"))?
        };
        switches
            .permit(&call.runbook, ready)
            .map_err(|switch| format!("held by the switch of {}: {}", switch.by, switch.reason))
    }

    fn folder(&self, call: &StepCall) -> PathBuf {
        self.it.config.data_dir.join(relative_folder(call))
    }

    async fn settle_step(&self, claimed: &Claimed) -> Result<(), TellError<Refusal>> {
        match self.it.store.settle(&claimed.claim, self.now()).await {
            Ok(()) | Err(matoi_store::StoreError::Conflict) => Ok(()),
            Err(err) => Err(TellError::store(err)),
        }
    }
}

/// Names of runs and steps are ours or checked, so they are safe as names of folders.
fn relative_folder(call: &StepCall) -> String {
    format!("runs/{}/{}/{}", call.run, call.step, call.attempt)
}

fn not_started(reason: String) -> Performed {
    let reason = matoi_core::limits::cut(&reason, TEXT_CHARS_MAX);
    Performed {
        ended: Ended::NotStarted { reason },
        answer: String::new(),
        output: Output::default(),
    }
}
