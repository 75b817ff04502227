//! A rehearsal's look whether a step could be performed. It changes nothing, so it may be taken again at any time.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use matoi_core::effect::StepCall;
use matoi_core::plan::Plan;
use matoi_core::run::StepState;
use matoi_core::run::command::{Command, Refusal};
use matoi_core::run::event::Finding;
use matoi_core::runbook::{Act, Step};
use matoi_edge::step::Call;
use matoi_store::Claimed;

use crate::handle::Handle;
use crate::run::{runbook_of, step_of};
use crate::tell::TellError;

/// How long one step is examined; longer is no answer.
const EXAMINE_MAX: Duration = Duration::from_secs(30);

impl Handle {
    /// Finds out whether a step could be performed, and tells the run.
    pub(super) async fn examine_step(
        &self,
        claimed: &Claimed,
        call: &StepCall,
    ) -> Result<(), TellError<Refusal>> {
        let view = self.run_view(&call.run).await?;
        let state = view.run.steps.get(&call.step);
        if !view.run.is_open() || !matches!(state, Some(StepState::Examining { .. })) {
            return self.settle(claimed).await;
        }
        let plan = self.it.plans.of(&call.plan).await.map_err(crate::incident::broken)?;
        let runbook = runbook_of(&plan, &view.run)?;
        let step = step_of(runbook, &call.step)?;
        let finding = match self.secrets(&plan, &runbook.secrets).await {
            Ok(secrets) => {
                let examining = self.examine(&plan, step, call, secrets);
                let too_long = |_| Finding::Unproved { why: "it took too long to find out".into() };
                tokio::time::timeout(EXAMINE_MAX, examining).await.unwrap_or_else(too_long)
            }
            Err(what) => Finding::Lacks { what },
        };
        tracing::info!(run = %call.run, "{}: {} was examined: {finding:?}", call.run, call.step);
        let command = Command::StepExamined { step: call.step.clone(), finding };
        self.answer_run(&call.run, command, Some(&claimed.claim)).await.map(drop)
    }

    async fn examine(
        &self,
        plan: &Plan,
        step: &Step,
        call: &StepCall,
        secrets: BTreeMap<String, String>,
    ) -> Finding {
        let Act::Perform { script, .. } = &step.act else {
            return Finding::Unproved { why: "the step is nothing to perform".to_owned() };
        };
        let adapter = match self.adapter(plan, step) {
            Ok(adapter) => adapter,
            Err(what) => return Finding::Lacks { what },
        };
        let host = match super::step::host(plan, step, call) {
            Ok(host) => host,
            Err(what) => return Finding::Lacks { what },
        };
        let ready = self.ready(step, script, call, secrets, PathBuf::new());
        let call = Call { host, ..ready };
        adapter.step.examine(call).await
    }
}
