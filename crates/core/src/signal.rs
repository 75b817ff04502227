//! A signal: one report from outside about a condition.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// What a probe answers. Being unwell is an answer, and so is not being able to tell.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// The target is as it should be.
    Well { took: SignedDuration, measured: Measured },
    /// The target answered, or failed to answer, in a way that is wrong.
    Unwell { reason: String, measured: Measured },
    /// The probe could not find out: its own fault, a missing tool, a name that our resolver cannot look up.
    Unknown { reason: String },
}

/// Figures by name, such as `host.cpu` in percent.
pub type Measured = BTreeMap<String, f64>;

/// A report about one alert's condition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Signal {
    /// The condition holds: something is wrong.
    Bad { reason: String },
    /// The condition does not hold.
    Good,
    /// Nobody can tell. It neither opens at once nor closes anything.
    Unknown { reason: String },
}
