//! Configuration of kinds: a value of the plan, read strictly, with the field named in every complaint.

use serde_json::{Map, Value};

/// A configuration that a kind refuses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct ConfigError {
    /// `expect.status`; empty when the whole is meant.
    pub field: String,
    pub problem: String,
}

impl ConfigError {
    /// Complains about `field`.
    pub fn new(field: impl Into<String>, problem: impl Into<String>) -> ConfigError {
        ConfigError { field: field.into(), problem: problem.into() }
    }
}

/// Checks that `value` is an object with no keys but `known`.
pub fn object<'a>(value: &'a Value, known: &[&str]) -> Result<&'a Map<String, Value>, ConfigError> {
    let object = value.as_object().ok_or_else(|| ConfigError::new("", "must be a mapping"))?;
    for key in object.keys() {
        if !known.contains(&key.as_str()) {
            return Err(ConfigError::new(
                key,
                format!("is unknown; known are {}", known.join(", ")),
            ));
        }
    }
    Ok(object)
}
