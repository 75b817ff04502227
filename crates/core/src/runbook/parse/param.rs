//! `params:`: the values that a run is given, with their types.

use std::collections::BTreeMap;
use std::ops::Range;

use regex_lite::Regex;

use crate::runbook::{Param, ParamKind};

use super::finding::{Findings, quote};
use super::setting::{map, scalar, variable};
use super::yaml::Node;

/// Keys of a parameter.
const KEYS: &[&str] = &["type", "pattern", "default", "required", "summary", "description"];

/// Keys of the format that nothing carries out yet.
const NOT_YET: &[&str] = &["min", "max", "enum", "values"];

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
        default: None,
        required: false,
        summary: None,
    };
    let mut default_span = None;
    for (key, span, value) in map(node, name, findings) {
        if NOT_YET.contains(&key) {
            findings
                .error(span, format!("`{key}` is not available yet"))
                .hint("`pattern:` bounds a value");
            continue;
        }
        if !KEYS.contains(&key) {
            findings.unknown(span, "key", key, KEYS);
            continue;
        }
        let Some((text, span)) = scalar(value, key, findings) else { continue };
        match key {
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
    if let (Some(default), Some(span)) = (&param.default, default_span) {
        check_default(&param, default, span.clone(), findings);
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

fn check_default(param: &Param, default: &str, span: Range<usize>, findings: &mut Findings) {
    let typed = match param.kind {
        ParamKind::String => true,
        ParamKind::Integer => default.parse::<i64>().is_ok(),
        ParamKind::Boolean => matches!(default, "true" | "false"),
    };
    if !typed {
        let word = TYPES.iter().find(|(_, it)| *it == param.kind).map_or("", |(word, _)| word);
        findings.error(span, format!("the default {} is no {word}", quote(default)));
        return;
    }
    let whole = param.pattern.as_deref().and_then(|it| Regex::new(&format!("^(?:{it})$")).ok());
    if whole.is_some_and(|it| !it.is_match(default)) {
        findings.error(span, format!("the default {} does not match the pattern", quote(default)));
    }
}
