//! A parameter, and what a value of it may be. There is one place that says no, whoever gives the value: a person, a
//! chore, or the default of the runbook itself.

use regex_lite::Regex;

/// A value that a run is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    pub kind: ParamKind,
    /// A regular expression that the whole value must match.
    pub pattern: Option<String>,
    /// The only values that there are, where they are listed.
    pub values: Vec<String>,
    /// The least and the most of a whole number.
    pub min: Option<i64>,
    pub max: Option<i64>,
    pub default: Option<String>,
    pub required: bool,
    pub summary: Option<String>,
}

/// The type of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamKind {
    String,
    Integer,
    Boolean,
}

impl Param {
    /// Why this is no value of it: `is no whole number`.
    pub fn refuses(&self, value: &str) -> Option<String> {
        if value.contains('\0') {
            return Some("holds a NUL byte".to_owned());
        }
        match self.kind {
            ParamKind::String => (),
            ParamKind::Integer => match value.parse::<i64>() {
                Err(_) => return Some("is no whole number".to_owned()),
                Ok(number) => {
                    if let Some(min) = self.min.filter(|it| number < *it) {
                        return Some(format!("is less than {min}"));
                    }
                    if let Some(max) = self.max.filter(|it| number > *it) {
                        return Some(format!("is more than {max}"));
                    }
                }
            },
            ParamKind::Boolean if value == "true" || value == "false" => (),
            ParamKind::Boolean => return Some("is neither true nor false".to_owned()),
        }
        if !self.values.is_empty() && !self.values.iter().any(|it| it == value) {
            return Some(format!("is none of {}", self.values.join(", ")));
        }
        let pattern = self.pattern.as_ref()?;
        match Regex::new(&format!("^(?:{pattern})$")) {
            Ok(it) if it.is_match(value) => None,
            Ok(_) => Some(format!("does not match {pattern}")),
            Err(err) => Some(format!("cannot be checked: {err}")),
        }
    }
}
