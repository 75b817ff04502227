//! Names of things, as types, so that one cannot be taken for another.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The SHA-256 of bytes, as ids and accounts write it.
pub(crate) fn fingerprint(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|it| format!("{it:02x}")).collect()
}

/// An incident: `INC-20260105-001`, counted by day in the plan's zone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IncidentId(pub String);

/// A run of a runbook: `RUN-20260105-001`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(pub String);

/// A condition that is watched: one rule or one watch of one service, in every plan that has it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AlertId(pub String);

/// A page: `INC-20260105-001/4/0`, the incident, its version, and the place among that version's effects.
///
/// It is derived, never drawn, so a replay names the same page and the far side can tell a repetition.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PageId(pub String);

/// The SHA-256 of a plan: of the names and bytes of all its files.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlanHash(pub String);

impl IncidentId {
    /// Names the `number`th incident of `day`.
    pub fn new(day: Date, number: u32) -> IncidentId {
        IncidentId(format!("INC-{}-{number:03}", day.strftime("%Y%m%d")))
    }
}

impl RunId {
    /// Names the `number`th run of `day`.
    pub fn new(day: Date, number: u32) -> RunId {
        RunId(format!("RUN-{}-{number:03}", day.strftime("%Y%m%d")))
    }
}

impl PageId {
    /// Names the `ordinal`th effect of `version` of `incident`.
    pub fn new(incident: &IncidentId, version: u64, ordinal: usize) -> PageId {
        PageId(format!("{incident}/{version}/{ordinal}"))
    }
}

impl PlanHash {
    /// The first twelve digits, enough for people.
    pub fn short(&self) -> &str {
        self.0.get(..12).unwrap_or(&self.0)
    }
}

impl fmt::Display for IncidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for AlertId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for PageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
