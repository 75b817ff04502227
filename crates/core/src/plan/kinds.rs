//! What the edge knows of kinds, lent to the reader of a plan, so that a watch, a channel, an address or a step that no
//! kind understands is refused where it stands, and not found out at night.
//!
//! **Invariant:** the core names no kind but the console; it hands a configuration over and places the complaint.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::{Map, Value as Json};

use crate::plan::Performer;
use crate::plan::finding::Complaint;
use crate::plan::yaml::{Entry, Value};

/// Answers about kinds. Each is asked while a plan is loaded, and touches nothing.
#[derive(Clone, Copy)]
pub struct Kinds {
    /// Whether a kind of probe understands a watch's configuration.
    pub watch: fn(kind: &str, config: &Json) -> Result<(), Misfit>,
    /// Whether a kind of notifier understands a channel's configuration.
    pub channel: fn(kind: &str, config: &Json) -> Result<(), Misfit>,
    /// Whether an address can be one of a channel of this kind.
    pub address: fn(kind: &str, address: &str) -> Result<(), String>,
    /// Whether a channel can be told something that is meant for nobody by name.
    pub announcement: fn(kind: &str, config: &Json) -> Result<(), String>,
    /// Whether a kind of step understands the script, and the attributes that are its own.
    pub step: CheckStep,
}

/// Answers for a fence: its language and who performs it, its script, and the attributes that are the kind's own.
pub type CheckStep = fn(
    language: &str,
    performer: Performer<'_>,
    script: &str,
    extra: &BTreeMap<String, String>,
) -> Result<(), String>;

/// What a kind does not understand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// `expect.status`; empty when the whole is meant.
    pub field: String,
    /// Follows the field: `is missing`.
    pub problem: String,
}

/// What may stand where a secret will: kinds want an address, a URL, or a number there, and only the secret is one.
const STAND_INS: [&str; 4] =
    ["https://secret.example/", "secret.example:1", "secret@secret.example", "1"];

/// Asks about a configuration with secrets, which are not looked up. A complaint about a secret is none.
pub(crate) fn ask(
    config: &Json,
    answer: impl Fn(&Json) -> Result<(), Misfit>,
) -> Result<(), Misfit> {
    let mut paths = Vec::new();
    let mut last = Ok(());
    for stand_in in STAND_INS {
        paths.clear();
        let filled = fill(config, stand_in, "", &mut paths);
        last = answer(&filled);
        match &last {
            Err(misfit) if paths.contains(&misfit.field) => {}
            Ok(()) | Err(_) => return last,
        }
    }
    match last {
        Err(misfit) if paths.contains(&misfit.field) => Ok(()),
        Ok(()) | Err(_) => last,
    }
}

fn fill(value: &Json, stand_in: &str, path: &str, secrets: &mut Vec<String>) -> Json {
    match value {
        Json::Object(map) if map.len() == 1 && map.get("secret").is_some_and(Json::is_string) => {
            secrets.push(path.to_owned());
            Json::String(stand_in.to_owned())
        }
        Json::Object(map) => {
            let pair = |(key, value): (&String, &Json)| {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                (key.clone(), fill(value, stand_in, &path, secrets))
            };
            Json::Object(map.iter().map(pair).collect::<Map<_, _>>())
        }
        Json::Array(items) => {
            let items = items.iter().enumerate();
            let item = |(at, value)| fill(value, stand_in, &format!("{path}[{at}]"), secrets);
            Json::Array(items.map(item).collect())
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => value.clone(),
    }
}

impl Misfit {
    /// The complaint, and its place among the entries of the configuration: as deep as the field leads, else `whole`.
    pub(crate) fn placed(
        &self,
        kind: &str,
        entries: &[&Entry],
        whole: &Range<usize>,
    ) -> (Range<usize>, Complaint) {
        let place = place_of(&self.field, entries).unwrap_or_else(|| whole.clone());
        let message = match self.field.as_str() {
            "" => format!("the kind \"{kind}\" {}", self.problem),
            field => format!("{field} of the kind \"{kind}\" {}", self.problem),
        };
        (place, Complaint::new(message))
    }
}

fn place_of(field: &str, entries: &[&Entry]) -> Option<Range<usize>> {
    // The longest key goes first: a path of a disk may hold dots.
    let leads = |entry: &&&Entry| {
        let rest = field.strip_prefix(entry.key.as_str());
        rest.is_some_and(|it| it.is_empty() || it.starts_with(['.', '[']))
    };
    let entry = entries.iter().filter(leads).max_by_key(|it| it.key.len())?;
    let rest = field.strip_prefix(entry.key.as_str())?.strip_prefix('.');
    let inner = match (&entry.value.value, rest) {
        (Value::Map(inner), Some(rest)) => place_of(rest, &inner.iter().collect::<Vec<_>>()),
        _ => None,
    };
    Some(inner.unwrap_or_else(|| entry.key_span.clone()))
}
