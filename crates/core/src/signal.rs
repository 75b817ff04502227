//! A signal: one report from outside about a condition.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::plan::{Condition, Op};

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

impl From<Answer> for Signal {
    /// A probe's answer about its own target.
    fn from(answer: Answer) -> Signal {
        match answer {
            Answer::Well { .. } => Signal::Good,
            Answer::Unwell { reason, .. } => Signal::Bad { reason },
            Answer::Unknown { reason } => Signal::Unknown { reason },
        }
    }
}

/// Compares a figure with a condition of the plan. A figure that was not measured is not "all is well".
pub fn judge(condition: &Condition, answer: &Answer) -> Signal {
    let measured = match answer {
        Answer::Well { measured, .. } | Answer::Unwell { measured, .. } => measured,
        Answer::Unknown { reason } => return Signal::Unknown { reason: reason.clone() },
    };
    let name = match &condition.argument {
        Some(argument) => format!("{}({argument})", condition.metric),
        None => condition.metric.clone(),
    };
    let Some(value) = measured.get(&name).filter(|it| it.is_finite()) else {
        return Signal::Unknown { reason: format!("{name} was not measured") };
    };
    let holds = match condition.op {
        Op::Above => *value > condition.value,
        Op::AtLeast => *value >= condition.value,
        Op::Below => *value < condition.value,
        Op::AtMost => *value <= condition.value,
    };
    if holds {
        Signal::Bad { reason: format!("{name} is {value:.1}: {}", condition.text) }
    } else {
        Signal::Good
    }
}
