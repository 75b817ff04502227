//! The beginning of a run, and the reasons not to begin.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Run;
use super::draft::{Decision, Draft, World};
use super::event::{Fact, Purpose};
use super::lock::lock_of;
use crate::effect::{News, StartRun, Starter};
use crate::id::{IncidentId, PlanHash, RunId};
use crate::runbook::Runbook;

/// What a run is begun with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beginning {
    pub id: RunId,
    pub incident: Option<IncidentId>,
    pub plan: PlanHash,
    pub by: Starter,
    pub purpose: Purpose,
    pub params: BTreeMap<String, String>,
    pub labels: BTreeMap<String, String>,
}

impl Beginning {
    /// A run that an incident asked for.
    pub fn asked(id: RunId, it: StartRun) -> Beginning {
        Beginning {
            id,
            incident: Some(it.incident),
            plan: it.plan,
            by: it.by,
            purpose: Purpose::Perform,
            params: it.params,
            labels: it.labels,
        }
    }
}

/// Why a run was not begun.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StartRefusal {
    #[error(
        "the runbook {runbook} has errors and is refused for unattended use; `matoi check` names them"
    )]
    Unsound { runbook: String },
    #[error("{run} of this chore is still open")]
    UnderWay { run: RunId },
    #[error("the parameter {name} has no value")]
    Missing { name: String },
    #[error("the runbook has no parameter {name}; it has {known}")]
    Unknown { name: String, known: String },
    #[error("the parameter {name} is {value:?}, which {why}")]
    Wrong { name: String, value: String, why: String },
}

impl Run {
    /// Begins a run: checks its parameters, and takes the first step.
    pub fn start(
        it: Beginning,
        world: World<'_>,
        now: Timestamp,
    ) -> Result<Decision, StartRefusal> {
        let runbook = world.runbook;
        let needs_no_person =
            matches!(it.by, Starter::Plan { .. }) || it.purpose == Purpose::Rehearse;
        if !runbook.sound && needs_no_person {
            return Err(StartRefusal::Unsound { runbook: runbook.name.clone() });
        }
        let params = fill(runbook, it.params)?;
        let lock = match it.purpose {
            Purpose::Perform => lock_of(runbook, &params),
            Purpose::Rehearse => None,
        };
        let first = Fact::Started {
            id: it.id.clone(),
            incident: it.incident,
            plan: it.plan,
            runbook: runbook.name.clone(),
            title: runbook.title.clone(),
            runbook_hash: runbook.hash.clone(),
            by: it.by,
            purpose: it.purpose,
            lock,
            params,
            labels: it.labels,
        };
        let mut draft = Draft::start(first, world, now).expect("a start makes a run");
        draft.tell(News::RunStarted { run: it.id, runbook: runbook.name.clone() });
        draft.advance();
        Ok(draft.done())
    }
}

fn fill(
    runbook: &Runbook,
    mut given: BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, StartRefusal> {
    if let Some(name) = given.keys().find(|it| !runbook.params.contains_key(*it)) {
        let known: Vec<&str> = runbook.params.keys().map(String::as_str).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        return Err(StartRefusal::Unknown { name: name.clone(), known });
    }
    let mut filled = BTreeMap::new();
    for (name, param) in &runbook.params {
        match given.remove(name).or_else(|| param.default.clone()) {
            Some(value) => {
                if let Some(why) = param.refuses(&value) {
                    return Err(StartRefusal::Wrong { name: name.clone(), value, why });
                }
                filled.insert(name.clone(), value);
            }
            None if param.required => return Err(StartRefusal::Missing { name: name.clone() }),
            None => (),
        }
    }
    Ok(filled)
}
