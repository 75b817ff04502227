//! Values, written so that each stays one value where it stands. `$$NAME` is `$NAME` as it is written.

use matoi_core::runbook::environment::variables;

use crate::step::redact::{in_address, in_markup};

/// Where a value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The beginning of a URL: `$BASE/health`.
    Base,
    /// The name of a machine, or its port.
    Machine,
    /// A part of a path, a query, or a form.
    Part,
    Header,
    /// Inside a string of JSON.
    Quoted,
    /// A number of JSON, or the like.
    Bare,
    Markup,
    Text,
}

/// Why there is no request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unfilled {
    /// A variable that has no value.
    #[error("${0} has no value")]
    Missing(String),
    #[error("{0}")]
    Wrong(String),
}

type Values<'a> = &'a dyn Fn(&str, Place) -> Option<String>;

/// A text in which every value stands in the same place.
pub(super) fn fill(text: &str, place: Place, value: Values<'_>) -> Result<String, Unfilled> {
    fill_by(text, value, |_| place)
}

pub(super) fn url(text: &str, value: Values<'_>) -> Result<String, Unfilled> {
    fill_by(text, value, |before| {
        let rest = before.split_once("://").map(|(_, rest)| rest);
        match rest {
            Some(rest) if !rest.contains(['/', '?', '#']) => Place::Machine,
            None if before.is_empty() => Place::Base,
            Some(_) | None => Place::Part,
        }
    })
}

pub(super) fn json(text: &str, value: Values<'_>) -> Result<String, Unfilled> {
    fill_by(text, value, |before| if ends_quoted(before) { Place::Quoted } else { Place::Bare })
}

/// Whether a beginning of JSON ends inside a string.
fn ends_quoted(before: &str) -> bool {
    let (mut quoted, mut escaped) = (false, false);
    for it in before.chars() {
        match it {
            _ if escaped => escaped = false,
            '\\' => escaped = quoted,
            '"' => quoted = !quoted,
            _ => {}
        }
    }
    quoted
}

/// `place` is told what is written before the variable.
fn fill_by(
    text: &str,
    value: Values<'_>,
    place: impl Fn(&str) -> Place,
) -> Result<String, Unfilled> {
    let mut filled = String::with_capacity(text.len());
    let mut from = 0;
    for (span, name) in variables(text) {
        let before = text.get(..span.start).unwrap_or_default();
        let kept = text.get(from..span.start).unwrap_or_default();
        match kept.strip_suffix('$') {
            Some(kept) => {
                filled.push_str(kept);
                filled.push_str(text.get(span.clone()).unwrap_or_default());
            }
            None => {
                filled.push_str(kept);
                let place = place(before);
                let value = value(name, place).ok_or_else(|| Unfilled::Missing(name.to_owned()))?;
                filled.push_str(&written(name, &value, place).map_err(Unfilled::Wrong)?);
            }
        }
        from = span.end;
    }
    filled.push_str(text.get(from..).unwrap_or_default());
    Ok(filled)
}

fn written(name: &str, value: &str, place: Place) -> Result<String, String> {
    match place {
        Place::Base if value.starts_with("http://") || value.starts_with("https://") => {
            Ok(value.trim_end_matches('/').to_owned())
        }
        Place::Base => Err(format!("${name} begins a URL, and not with http:// or https://")),
        Place::Machine if is_machine(value) => Ok(value.to_owned()),
        Place::Machine => Err(format!("${name} cannot be part of the name of a machine")),
        Place::Part => Ok(in_address(value)),
        Place::Header | Place::Text => Ok(value.to_owned()),
        Place::Quoted => {
            let quoted = serde_json::Value::from(value).to_string();
            let inner = quoted.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
            Ok(inner.unwrap_or_default().to_owned())
        }
        Place::Bare if is_plain(value) => Ok(value.to_owned()),
        Place::Bare => {
            Err(format!("${name} is no number, true, false or null; as a text it stands in quotes"))
        }
        Place::Markup => Ok(in_markup(value)),
    }
}

fn is_machine(value: &str) -> bool {
    let fits = |it: char| it.is_alphanumeric() || matches!(it, '.' | '-' | '_' | ':' | '[' | ']');
    !value.is_empty() && value.chars().all(fits)
}

fn is_plain(value: &str) -> bool {
    use serde_json::Value;
    match serde_json::from_str(value) {
        Ok(Value::Null | Value::Bool(_) | Value::Number(_)) => true,
        Ok(Value::String(_) | Value::Array(_) | Value::Object(_)) | Err(_) => false,
    }
}
