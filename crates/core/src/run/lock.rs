//! The lock: of the runs that name one resource, one goes on at a time, and the others wait in line.
//!
//! **Invariant:** a run takes its lock before its first step, and has it until it ends, whatever it waits for.
//! **Invariant:** nobody is called because a run waits for its lock; whoever has the other run can end it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::draft::Draft;
use super::event::{Fact, Hold};
use super::{Phase, Run};
use crate::effect::Effect;
use crate::id::RunId;
use crate::runbook::{Runbook, environment};

/// What a run has of its lock.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "lock", content = "of", rename_all = "snake_case")]
pub enum Lock {
    /// It needs none.
    #[default]
    None,
    Wanted(String),
    Taken(String),
}

impl Lock {
    pub(super) fn is_none(&self) -> bool {
        *self == Lock::None
    }
}

/// The resource that a run of this runbook holds, with its parameters filled in. A rehearsal holds none.
pub fn lock_of(runbook: &Runbook, params: &BTreeMap<String, String>) -> Option<String> {
    let defaults = runbook.params.iter().filter_map(|(name, it)| {
        Some((name.clone(), params.get(name).or(it.default.as_ref())?.clone()))
    });
    runbook.lock.as_ref().map(|it| environment::fill(it, &defaults.collect()))
}

impl Run {
    /// The lock that it waits for.
    pub fn wants(&self) -> Option<&str> {
        match &self.lock {
            Lock::Wanted(lock) if self.is_open() => Some(lock),
            Lock::Wanted(_) | Lock::Taken(_) | Lock::None => None,
        }
    }

    /// The lock that it has; nobody else can take it while it is open.
    pub fn has(&self) -> Option<&str> {
        match &self.lock {
            Lock::Taken(lock) if self.is_open() => Some(lock),
            Lock::Taken(_) | Lock::Wanted(_) | Lock::None => None,
        }
    }
}

impl Draft<'_> {
    /// Takes the lock that the run wants, or gets into line.
    pub(super) fn take_lock(&mut self, lock: String) {
        let Some(by) = self.world.holder.cloned() else {
            return self.fact(Fact::LockTaken { lock });
        };
        let steps = &self.world.runbook.steps;
        let first = steps.first().map_or_else(String::new, |it| it.name.clone());
        self.fact(Fact::Held { step: first, reason: Hold::Lock { lock, by } });
    }

    /// Looks at the lock again, if the run waits for it: it may be free, or somebody else's by now.
    pub(super) fn ask_for_lock(&mut self) {
        let Phase::Held { step, reason: Hold::Lock { by, .. } } = &self.run.phase else { return };
        if self.world.holder == Some(by) {
            return;
        }
        let step = step.clone();
        self.fact(Fact::Resumed { step, by: crate::incident::decide::MATOI.to_owned() });
    }

    /// The run ended: those in line look again.
    pub(super) fn release_lock(&mut self) {
        if let Lock::Taken(lock) = self.run.lock.clone() {
            self.effect(Effect::PassLockOn { lock, from: self.run.id.clone() });
        }
    }
}

/// Who holds the lock that a run wants, for the [`World`](super::draft::World).
pub type Holder<'a> = Option<&'a RunId>;
