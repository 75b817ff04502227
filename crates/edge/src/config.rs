//! Configuration of kinds: a value of the plan, read strictly, with the field named in every complaint.
//!
//! **Invariant:** a complaint names a field and never repeats its value, which may have come from a secret.

use std::ops::RangeInclusive;
use std::time::Duration;

use jiff::SignedDuration;
use serde_json::{Map, Value};

#[cfg(test)]
mod tests;

/// Bytes of one text; a longer one is a file pasted in the wrong place.
const TEXT_BYTES_MAX: usize = 16 << 10;
/// Characters of an unknown key that a complaint repeats.
const KEY_CHARS_MAX: usize = 60;

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

/// Complains of a kind that is not there, whether because it is not made yet or because nobody has heard of it.
pub(crate) fn no_such_kind(
    kind: &str,
    later: &[&str],
    known: impl Iterator<Item = &'static str>,
) -> ConfigError {
    let known: Vec<&str> = known.collect();
    let what = if later.contains(&kind) { "is not available yet" } else { "is unknown" };
    ConfigError::new("", format!("{what}; known are {}", known.join(", ")))
}

/// Checks that `value` is an object with no keys but `known`.
pub fn object<'a>(value: &'a Value, known: &[&str]) -> Result<&'a Map<String, Value>, ConfigError> {
    Fields::read(value, known).map(|fields| fields.map)
}

/// A mapping of the plan, read field by field.
#[derive(Clone)]
pub struct Fields<'a> {
    /// What leads here, with a dot at its end; empty at the top.
    path: String,
    map: &'a Map<String, Value>,
}

impl<'a> Fields<'a> {
    /// Takes `value` as a mapping with no keys but `known`.
    pub fn read(value: &'a Value, known: &[&str]) -> Result<Fields<'a>, ConfigError> {
        Fields::at(String::new(), value, known)
    }

    fn at(path: String, value: &'a Value, known: &[&str]) -> Result<Fields<'a>, ConfigError> {
        let whole = path.trim_end_matches('.').to_owned();
        let map = value.as_object().ok_or_else(|| {
            ConfigError::new(whole, format!("must be a mapping, not {}", shape(value)))
        })?;
        if let Some(key) = map.keys().find(|key| !known.contains(&key.as_str())) {
            let key = matoi_core::limits::cut(key, KEY_CHARS_MAX);
            let problem = match known {
                [] => "is unknown; nothing is configured here".to_owned(),
                known => format!("is unknown; known are {}", known.join(", ")),
            };
            return Err(ConfigError::new(format!("{path}{key}"), problem));
        }
        Ok(Fields { path, map })
    }

    /// Complains about `key`.
    pub fn wrong(&self, key: &str, problem: impl Into<String>) -> ConfigError {
        ConfigError::new(format!("{}{key}", self.path), problem)
    }

    /// The value of `key` as it stands.
    pub fn value(&self, key: &str) -> Option<&'a Value> {
        self.map.get(key)
    }

    /// A text that may be left out.
    pub fn text(&self, key: &str) -> Result<Option<&'a str>, ConfigError> {
        self.value(key).map(|value| self.text_of(key, value)).transpose()
    }

    /// A text that must be there.
    pub fn required_text(&self, key: &str) -> Result<&'a str, ConfigError> {
        self.text(key)?.ok_or_else(|| self.wrong(key, "is missing"))
    }

    /// A whole number within `range`.
    pub fn whole(&self, key: &str, range: RangeInclusive<u64>) -> Result<Option<u64>, ConfigError> {
        let Some(value) = self.value(key) else { return Ok(None) };
        value.as_u64().filter(|it| range.contains(it)).map(Some).ok_or_else(|| {
            let (from, to) = (range.start(), range.end());
            self.wrong(key, format!("must be a whole number from {from} to {to}"))
        })
    }

    /// `true` or `false`.
    pub fn truth(&self, key: &str) -> Result<Option<bool>, ConfigError> {
        let Some(value) = self.value(key) else { return Ok(None) };
        let truth = value.as_bool();
        truth.map(Some).ok_or_else(|| self.wrong(key, "must be true or false"))
    }

    /// A duration such as `5s`, above zero and at most `max`.
    pub fn duration(&self, key: &str, max: Duration) -> Result<Option<Duration>, ConfigError> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        let duration = text.parse::<SignedDuration>().ok().and_then(|it| it.try_into().ok());
        let duration = duration.filter(|it: &Duration| !it.is_zero() && *it <= max);
        duration.map(Some).ok_or_else(|| {
            self.wrong(key, format!("must be a duration such as 5s, at most {}s", max.as_secs()))
        })
    }

    /// A list of at most `count_max` texts.
    pub fn texts(&self, key: &str, count_max: usize) -> Result<Option<Vec<&'a str>>, ConfigError> {
        let Some(value) = self.value(key) else { return Ok(None) };
        let list = value.as_array().ok_or_else(|| self.wrong(key, "must be a list of texts"))?;
        if list.len() > count_max {
            return Err(self.wrong(key, format!("has more than {count_max} entries")));
        }
        let entry = |(at, value)| self.text_of(&format!("{key}[{at}]"), value);
        list.iter().enumerate().map(entry).collect::<Result<_, _>>().map(Some)
    }

    /// A mapping of at most `count_max` names to texts; none when it is left out.
    pub fn pairs(
        &self,
        key: &str,
        count_max: usize,
    ) -> Result<Vec<(&'a str, &'a str)>, ConfigError> {
        let Some(value) = self.value(key) else { return Ok(Vec::new()) };
        let map = value.as_object().ok_or_else(|| self.wrong(key, "must be a mapping to texts"))?;
        if map.len() > count_max {
            return Err(self.wrong(key, format!("has more than {count_max} entries")));
        }
        let entry = |(name, value): (&'a String, &'a Value)| {
            let at = format!("{key}.{}", matoi_core::limits::cut(name, KEY_CHARS_MAX));
            Ok((name.as_str(), self.text_of(&at, value)?))
        };
        map.iter().map(entry).collect()
    }

    /// A mapping inside this one, with no keys but `known`.
    pub fn fields(&self, key: &str, known: &[&str]) -> Result<Option<Fields<'a>>, ConfigError> {
        let Some(value) = self.value(key) else { return Ok(None) };
        Fields::at(format!("{}{key}.", self.path), value, known).map(Some)
    }

    fn text_of(&self, key: &str, value: &'a Value) -> Result<&'a str, ConfigError> {
        let text = value
            .as_str()
            .ok_or_else(|| self.wrong(key, format!("must be a text, not {}", shape(value))))?;
        if text.is_empty() {
            return Err(self.wrong(key, "is empty"));
        }
        if text.len() > TEXT_BYTES_MAX {
            return Err(self.wrong(key, format!("is longer than {} KiB", TEXT_BYTES_MAX >> 10)));
        }
        if text.contains('\0') {
            return Err(self.wrong(key, "contains a NUL character"));
        }
        Ok(text)
    }
}

/// What a value is, for people who wrote something else.
fn shape(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    }
}
