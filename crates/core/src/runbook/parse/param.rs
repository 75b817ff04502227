//! `params:`: the values that a run is given, with their types.

use std::collections::BTreeMap;
use std::ops::Range;

use regex_lite::Regex;

use crate::runbook::{Param, ParamKind};

use super::finding::{Findings, quote};
use super::setting::{list, map, scalar, variable};
use super::yaml::Node;

/// Keys of a parameter.
const KEYS: &[&str] = &[
    "type",
    "pattern",
    "values",
    "enum",
    "min",
    "max",
    "default",
    "required",
    "summary",
    "description",
];

/// Values that one parameter may list.
const VALUES_MAX: usize = 100;

/// Types of a parameter.
const TYPES: &[(&str, ParamKind)] = &[
    ("string", ParamKind::String),
    ("integer", ParamKind::Integer),
    ("boolean", ParamKind::Boolean),
];

/// Reads all parameters.
pub(super) fn read(node: &Node, findings: &mut Findings) -> BTreeMap<String, Param> {
    let mut params = BTreeMap::new();
    for (name, span, value) in map(node, "params", findings) {
        if variable(name, span, findings) {
            params.insert(name.to_owned(), one(name, value, findings));
        }
    }
    params
}

fn one(name: &str, node: &Node, findings: &mut Findings) -> Param {
    let mut param = Param {
        kind: ParamKind::String,
        pattern: None,
        values: Vec::new(),
        min: None,
        max: None,
        default: None,
        required: false,
        summary: None,
    };
    let mut default_span = None;
    for (key, span, value) in map(node, name, findings) {
        if !KEYS.contains(&key) {
            findings.unknown(span, "key", key, KEYS);
            continue;
        }
        if matches!(key, "values" | "enum") {
            param.values = values(value, key, span, findings);
            continue;
        }
        let Some((text, span)) = scalar(value, key, findings) else { continue };
        match key {
            "min" => param.min = number(text, span, findings),
            "max" => param.max = number(text, span, findings),
            "type" => param.kind = kind(text, span, findings).unwrap_or(param.kind),
            "pattern" => param.pattern = pattern(text, span, findings),
            "required" => param.required = boolean(text, span, findings).unwrap_or(param.required),
            "default" => {
                param.default = Some(text.to_owned());
                default_span = Some(span);
            }
            _ => param.summary = Some(text.to_owned()),
        }
    }
    bounds(name, &param, node, findings);
    if let (Some(default), Some(span)) = (&param.default, default_span) {
        if let Some(why) = param.refuses(default) {
            findings.error(span.clone(), format!("the default {} {why}", quote(default)));
        }
        if param.required {
            findings.warning(span, format!("`{name}` is required, so its default is never used"));
        }
    }
    param
}

fn kind(text: &str, span: Range<usize>, findings: &mut Findings) -> Option<ParamKind> {
    let found = TYPES.iter().find(|(word, _)| *word == text).map(|(_, kind)| *kind);
    if found.is_none() {
        let words: Vec<_> = TYPES.iter().map(|(word, _)| *word).collect();
        findings.unknown(span, "type", text, &words);
    }
    found
}

fn pattern(text: &str, span: Range<usize>, findings: &mut Findings) -> Option<String> {
    match Regex::new(text) {
        Ok(_) => Some(text.to_owned()),
        Err(err) => {
            findings.error(span, format!("not a regular expression: {err}"));
            None
        }
    }
}

fn boolean(text: &str, span: Range<usize>, findings: &mut Findings) -> Option<bool> {
    match text {
        "true" => Some(true),
        "false" => Some(false),
        other => {
            findings.error(span, format!("{} is neither `true` nor `false`", quote(other)));
            None
        }
    }
}

fn number(text: &str, span: Range<usize>, findings: &mut Findings) -> Option<i64> {
    let number = text.parse().ok();
    if number.is_none() {
        findings.error(span, format!("{} is no whole number", quote(text)));
    }
    number
}

/// The values that there are, each once.
fn values(node: &Node, key: &str, place: Range<usize>, findings: &mut Findings) -> Vec<String> {
    let mut values: Vec<String> = Vec::new();
    for node in list(node, key, findings) {
        let Some((value, span)) = scalar(node, key, findings) else { continue };
        if values.iter().any(|it| it == value) {
            findings.error(span, format!("{} is listed twice", quote(value)));
        } else {
            values.push(value.to_owned());
        }
    }
    if values.len() > VALUES_MAX {
        let message = format!("a parameter lists at most {VALUES_MAX} values");
        findings.error(place, message).hint("`pattern:` bounds a value too");
    }
    values
}

/// What only a whole number has, and what contradicts itself.
fn bounds(name: &str, param: &Param, node: &Node, findings: &mut Findings) {
    let is_bounded = param.min.is_some() || param.max.is_some();
    if is_bounded && param.kind != ParamKind::Integer {
        findings
            .error(node.span.clone(), format!("`{name}` has a `min` or a `max` and is no number"))
            .hint("`type: integer`");
    }
    if let (Some(min), Some(max)) = (param.min, param.max)
        && min > max
    {
        findings
            .error(node.span.clone(), format!("`{name}` has no value: {min} is more than {max}"));
    }
    // What is listed must be a value itself, or it is none.
    let bare = Param { values: Vec::new(), ..param.clone() };
    for value in &param.values {
        if let Some(why) = bare.refuses(value) {
            let message = format!("{} is listed for `{name}` and {why}", quote(value));
            findings.error(node.span.clone(), message);
        }
    }
}
