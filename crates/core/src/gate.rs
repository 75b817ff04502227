//! The gate: no act on a system without a permit, and the operators' switches that withhold it.
//!
//! Switches stop acts on systems, never pages to people.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// An act that may be performed now.
///
/// Only [`Switches::permit`] makes one, and every adapter that changes the world takes one, so code that forgets to
/// ask does not compile.
#[must_use]
#[derive(Debug)]
pub struct Permitted<T>(T);

impl<T> Permitted<T> {
    /// The act.
    pub fn into_inner(self) -> T {
        self.0
    }
}

/// An operator's "off".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Switch {
    pub scope: Scope,
    pub by: String,
    pub reason: String,
    pub at: Timestamp,
}

/// What a switch covers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Every act.
    All,
    /// Acts of one runbook.
    Runbook(String),
}

/// The switches that are thrown.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Switches(pub Vec<Switch>);

impl Switches {
    /// Permits `act`, unless any switch covers it: one "no" outweighs everything.
    pub fn permit<T>(&self, runbook: &str, act: T) -> Result<Permitted<T>, Switch> {
        match self.covering(runbook) {
            Some(switch) => Err(switch.clone()),
            None => Ok(Permitted(act)),
        }
    }

    /// The first switch that covers `runbook`.
    pub fn covering(&self, runbook: &str) -> Option<&Switch> {
        self.0.iter().find(|it| match &it.scope {
            Scope::All => true,
            Scope::Runbook(name) => name == runbook,
        })
    }
}
