//! The runbooks of the plan that rules, with what is known of each from its last run and its last rehearsal.

use std::sync::Arc;

use matoi_core::plan::Plan;
use matoi_core::practice::{Standing, Trial, standing};
use matoi_core::run::Run;
use matoi_core::run::command::Refusal;
use matoi_core::run::event::Purpose;
use matoi_store::Row;

use crate::handle::Handle;
use crate::run::run_of;
use crate::tell::TellError;

/// What is known of a runbook.
#[derive(Clone, Debug)]
pub struct Practised {
    /// Its name; the plan has the rest.
    pub runbook: String,
    pub standing: Standing,
    pub last_run: Option<Trial>,
    pub last_rehearsal: Option<Trial>,
}

impl Handle {
    /// Every runbook of the plan that rules, by name.
    pub async fn practice(&self) -> Result<(Arc<Plan>, Vec<Practised>), TellError<Refusal>> {
        let Some(plan) = self.it.plans.current() else {
            return Err(TellError::Missing { what: "plan that rules".to_owned() });
        };
        let of = |purpose| plan.runbooks.keys().map(move |it| subject(purpose, it));
        let subjects = of(Purpose::Perform).chain(of(Purpose::Rehearse)).collect();
        let mut rows = self.it.store.last_closed(subjects).await.map_err(TellError::store)?;
        let rehearsals = rows.split_off(plan.runbooks.len());
        let mut all = Vec::with_capacity(rows.len());
        for (runbook, (run, rehearsal)) in plan.runbooks.values().zip(rows.iter().zip(&rehearsals))
        {
            let trials = [trial(run.as_ref())?, trial(rehearsal.as_ref())?];
            let standing = standing(runbook, &trials);
            let [last_run, last_rehearsal] = trials;
            let runbook = runbook.name.clone();
            all.push(Practised { runbook, standing, last_run, last_rehearsal });
        }
        Ok((plan, all))
    }
}

/// What the store knows a run as.
pub(crate) fn subject_of(run: &Run) -> String {
    subject(run.purpose, &run.runbook)
}

fn subject(purpose: Purpose, runbook: &str) -> String {
    match purpose {
        Purpose::Perform => format!("run:{runbook}"),
        Purpose::Rehearse => format!("rehearsal:{runbook}"),
    }
}

fn trial(row: Option<&Row>) -> Result<Option<Trial>, TellError<Refusal>> {
    let Some(row) = row else { return Ok(None) };
    let run = run_of(row).map_err(|what| TellError::Broken { what })?;
    Ok(Trial::of(&run))
}
