//! Values as JSON, for configuration that a kind of the edge reads.

use serde_json::{Map, Number, Value as Json};

use crate::plan::yaml::{Entry, Node, Value};

/// The value as JSON, close to the core schema of YAML 1.2: only an unquoted text can be a number or a boolean.
pub(crate) fn json(node: &Node) -> Json {
    match &node.value {
        Value::Nothing | Value::Refused => Json::Null,
        Value::Quoted(text) => Json::String(text.clone()),
        Value::Plain(text) => plain(text),
        Value::List(items) => Json::Array(items.iter().map(json).collect()),
        Value::Map(entries) => object(entries),
    }
}

/// Entries as a JSON object.
pub(crate) fn object<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Json {
    let pairs = entries.into_iter().map(|it| (it.key.clone(), json(&it.value)));
    Json::Object(pairs.collect::<Map<_, _>>())
}

fn plain(text: &str) -> Json {
    match text {
        "true" | "True" | "TRUE" => return Json::Bool(true),
        "false" | "False" | "FALSE" => return Json::Bool(false),
        _ => {}
    }
    // A number must mean what is written: `+8190…` and `0120…` are for telephones and stay texts.
    let whole = text.parse::<i64>().ok().filter(|it| it.to_string() == text).map(Number::from);
    let is_decimal = || {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (before, after) = digits.split_once('.')?;
        let all_digits = |it: &str| !it.is_empty() && it.chars().all(|it| it.is_ascii_digit());
        (all_digits(before) && all_digits(after)).then_some(())
    };
    let number = whole.or_else(|| {
        is_decimal()?;
        text.parse::<f64>().ok().and_then(Number::from_f64)
    });
    number.map_or_else(|| Json::String(text.to_owned()), Json::Number)
}
