//! The front matter: what a runbook is for, and what its runs are given.
//!
//! **Invariant:** everything below `runbook:` is known or refused; everything beside it belongs to somebody else.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::SignedDuration;

use crate::runbook::{Param, environment};

use super::attribute::{Attribute, Attributes};
use super::finding::{Findings, quote};
use super::source::FrontMatter;
use super::suggest;
use super::yaml::{self, Node, Value};
use super::{duration, param};

/// Keys below `runbook:`.
const KEYS: &[&str] =
    &["schema", "for", "match", "params", "secrets", "lock", "budget", "timeout", "steps"];

/// A code host shows the front matter as a table; more than this nobody reads.
const FRONT_MATTER_BYTES_MAX: usize = 16 << 10;
/// Characters of the name of a lock.
const LOCK_CHARS_MAX: usize = 200;

/// What the front matter says.
#[derive(Clone, Debug, Default)]
pub(super) struct Settings {
    pub(super) title: Option<String>,
    pub(super) for_alert: Option<String>,
    pub(super) for_service: Option<String>,
    pub(super) params: BTreeMap<String, Param>,
    pub(super) secrets: Vec<String>,
    pub(super) lock: Option<String>,
    pub(super) budget: Option<SignedDuration>,
    /// Nothing could be read, so nothing can be missed in it.
    pub(super) unreadable: bool,
    /// Attributes too long for a fence, by the step's name.
    pub(super) steps: BTreeMap<String, StepSettings>,
}

impl Settings {
    fn unreadable() -> Settings {
        Settings { unreadable: true, ..Settings::default() }
    }
}

/// Attributes that the front matter gives to a step.
#[derive(Clone, Debug)]
pub(super) struct StepSettings {
    pub(super) name_span: Range<usize>,
    pub(super) attributes: Vec<Attribute>,
}

/// Reads the settings; `None` for a file that is no runbook.
pub(super) fn read(text: &str, front: &FrontMatter, findings: &mut Findings) -> Option<Settings> {
    let range = match front {
        FrontMatter::Absent => return None,
        FrontMatter::Present { yaml, .. } => yaml.clone(),
        FrontMatter::Open { yaml } => return unfinished(text, yaml.clone(), findings),
    };
    if range.len() > FRONT_MATTER_BYTES_MAX {
        let key = mentions_runbook(text, range.clone())?;
        let message =
            format!("front matter of {} bytes; the limit is {FRONT_MATTER_BYTES_MAX}", range.len());
        findings.error(key, message);
        return Some(Settings::unreadable());
    }
    match yaml::read(text, range.clone()) {
        Ok(root) => top(&root, findings),
        Err(err) if mentions_runbook(text, range).is_some() => {
            findings.error(err.span, err.message);
            Some(Settings::unreadable())
        }
        Err(err) => {
            findings
                .warning(err.span, format!("{}; the file is taken for documentation", err.message));
            None
        }
    }
}

/// Three dashes at the top and no second line of them: a rule of Markdown, unless it was meant as front matter.
fn unfinished(text: &str, range: Range<usize>, findings: &mut Findings) -> Option<Settings> {
    let key = mentions_runbook(text, range)?;
    findings.error(key, "the front matter is never closed").hint("end it with a line of `---`");
    Some(Settings::unreadable())
}

/// The place of a line that begins with `runbook:`.
fn mentions_runbook(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let mut at = range.start;
    for line in text.get(range)?.split_inclusive('\n') {
        if line.starts_with("runbook:") {
            return Some(at..at + "runbook".len());
        }
        at += line.len();
    }
    None
}

fn top(root: &Node, findings: &mut Findings) -> Option<Settings> {
    let Value::Map(entries) = &root.value else { return None };
    let named = |wanted: &str| {
        let wanted = wanted.to_owned();
        entries.iter().filter(move |(key, _)| key.value == Value::Scalar(wanted.clone()))
    };
    let mut found = named("runbook");
    let Some((_, value)) = found.next() else {
        for (key, _) in entries {
            if let Value::Scalar(word) = &key.value
                && suggest::nearest(word, ["runbook"]).is_some()
            {
                findings
                    .warning(
                        key.span.clone(),
                        format!("{} does not make this file a runbook", quote(word)),
                    )
                    .hint("did you mean `runbook:`?");
            }
        }
        return None;
    };
    for (key, _) in found {
        findings.error(key.span.clone(), "`runbook` is given twice");
    }
    let mut settings = Settings::default();
    for (key, value) in named("title") {
        match &value.value {
            Value::Scalar(title) => settings.title = Some(title.trim().to_owned()),
            Value::Null | Value::List(_) | Value::Map(_) | Value::Alias => {
                findings.warning(
                    key.span.clone(),
                    "`title` is no text, so the first heading is the title",
                );
            }
        }
    }
    below(value, &mut settings, findings);
    Some(settings)
}

fn below(runbook: &Node, settings: &mut Settings, findings: &mut Findings) {
    let (mut purpose, mut bound, mut listed) = (None, None, Vec::new());
    for (key, key_span, value) in map(runbook, "runbook", findings) {
        match key {
            "schema" => schema(value, findings),
            "for" | "match" => {
                once(&mut purpose, key, key_span, findings);
                read_purpose(value, settings, findings);
            }
            "params" => settings.params = param::read(value, findings),
            "secrets" => listed = secrets(value, findings),
            "lock" => settings.lock = lock(value, key_span, findings),
            "budget" | "timeout" => {
                once(&mut bound, key, key_span, findings);
                settings.budget = read_duration(value, key, findings).or(settings.budget);
            }
            "steps" => settings.steps = steps(value, findings),
            unknown => findings.unknown(key_span, "key", unknown, KEYS),
        }
    }
    for (name, span) in listed {
        if settings.params.contains_key(&name) {
            findings.error(span, format!("`{name}` is both a parameter and a secret"));
        }
        settings.secrets.push(name);
    }
}

/// The name of the resource, in which parameters are filled in when a run begins.
fn lock(value: &Node, key_span: Range<usize>, findings: &mut Findings) -> Option<String> {
    let (name, _) = scalar(value, "lock", findings)?;
    if name.chars().count() > LOCK_CHARS_MAX {
        findings.error(key_span, format!("a lock has at most {LOCK_CHARS_MAX} characters"));
        return None;
    }
    Some(name.to_owned())
}

/// Two keys of one meaning may not both be there.
fn once<'a>(seen: &mut Option<&'a str>, key: &'a str, span: Range<usize>, findings: &mut Findings) {
    if let Some(other) = seen.replace(key) {
        findings.error(span, format!("`{key}` and `{other}` mean the same, and both are given"));
    }
}

fn schema(value: &Node, findings: &mut Findings) {
    if let Some((text, span)) = scalar(value, "schema", findings)
        && text != "1"
    {
        findings
            .error(span, format!("unknown schema {}", quote(text)))
            .hint("this program reads `schema: 1`");
    }
}

fn read_purpose(value: &Node, settings: &mut Settings, findings: &mut Findings) {
    for (key, span, value) in map(value, "for", findings) {
        let slot = match key {
            "alert" => &mut settings.for_alert,
            "service" => &mut settings.for_service,
            unknown => {
                findings.unknown(span, "key", unknown, &["alert", "service"]);
                continue;
            }
        };
        *slot = scalar(value, key, findings).map(|(it, _)| it.to_owned());
    }
}

fn secrets(value: &Node, findings: &mut Findings) -> Vec<(String, Range<usize>)> {
    let mut names: Vec<(String, Range<usize>)> = Vec::new();
    for node in list(value, "secrets", findings) {
        let Some((name, span)) = scalar(node, "secrets", findings) else { continue };
        if variable(name, span.clone(), findings) {
            if names.iter().any(|(it, _)| it == name) {
                findings.error(span, format!("`{name}` is listed twice"));
                continue;
            }
            names.push((name.to_owned(), span));
        }
    }
    names
}

fn steps(value: &Node, findings: &mut Findings) -> BTreeMap<String, StepSettings> {
    let mut steps = BTreeMap::new();
    for (name, name_span, value) in map(value, "steps", findings) {
        let mut given = Vec::new();
        for (key, key_span, value) in map(value, name, findings) {
            if matches!(key, "name" | "kind" | "ignore") {
                findings
                    .error(key_span, format!("`{key}` is written at the fence"))
                    .hint("whoever reads the step must see there what it is");
                continue;
            }
            let Some(value) = attribute_value(value, key, findings) else { continue };
            let mut attributes = Attributes::default();
            attributes.add(key, key_span, Some(value), findings);
            given.extend(attributes.into_list());
        }
        steps.insert(name.to_owned(), StepSettings { name_span, attributes: given });
    }
    steps
}

/// A scalar, or a list of them, which is written with commas at a fence.
fn attribute_value(
    value: &Node,
    key: &str,
    findings: &mut Findings,
) -> Option<(String, Range<usize>)> {
    if let Value::List(nodes) = &value.value {
        let parts: Option<Vec<_>> =
            nodes.iter().map(|it| scalar(it, key, findings).map(|(text, _)| text)).collect();
        return Some((parts?.join(","), value.span.clone()));
    }
    scalar(value, key, findings).map(|(text, span)| (text.to_owned(), span))
}

/// Whether a name can be a variable that a runbook may set.
pub(super) fn variable(name: &str, span: Range<usize>, findings: &mut Findings) -> bool {
    if !environment::is_variable(name) {
        findings
            .error(span, format!("{} cannot be the name of a variable", quote(name)))
            .hint("letters of ASCII, digits and `_`, not beginning with a digit: `DB_HOST`");
        return false;
    }
    if environment::is_reserved(name) {
        findings
            .error(span, format!("`{name}` belongs to Matoi or to the shell"))
            .hint("choose another name, such as `DB_HOST`");
        return false;
    }
    true
}

/// The entries of a mapping with distinct keys.
pub(super) fn map<'a>(
    node: &'a Node,
    what: &str,
    findings: &mut Findings,
) -> Vec<(&'a str, Range<usize>, &'a Node)> {
    let mut found: Vec<(&str, Range<usize>, &Node)> = Vec::new();
    match &node.value {
        Value::Null => (),
        Value::Map(entries) => {
            for (key, value) in entries {
                match &key.value {
                    Value::Scalar(word) if found.iter().any(|(it, ..)| it == word) => {
                        findings.error(key.span.clone(), format!("{} is given twice", quote(word)));
                    }
                    Value::Scalar(word) => found.push((word, key.span.clone(), value)),
                    Value::Null | Value::List(_) | Value::Map(_) | Value::Alias => {
                        findings.error(key.span.clone(), format!("a key of `{what}` is no text"));
                    }
                }
            }
        }
        Value::Scalar(_) | Value::List(_) | Value::Alias => {
            findings.error(node.span.clone(), format!("`{what}` must hold keys and values"));
        }
    }
    found
}

/// The nodes of a list.
pub(super) fn list<'a>(node: &'a Node, what: &str, findings: &mut Findings) -> &'a [Node] {
    match &node.value {
        Value::List(nodes) => nodes,
        Value::Null => &[],
        Value::Scalar(_) | Value::Map(_) | Value::Alias => {
            findings.error(node.span.clone(), format!("`{what}` must be a list")).hint("`[A, B]`");
            &[]
        }
    }
}

/// A single text.
pub(super) fn scalar<'a>(
    node: &'a Node,
    what: &str,
    findings: &mut Findings,
) -> Option<(&'a str, Range<usize>)> {
    match &node.value {
        Value::Scalar(text) => Some((text, node.span.clone())),
        Value::Null => {
            findings.error(node.span.clone(), format!("`{what}` has no value"));
            None
        }
        Value::List(_) | Value::Map(_) => {
            findings.error(node.span.clone(), format!("`{what}` must be a single value"));
            None
        }
        Value::Alias => {
            findings
                .error(node.span.clone(), "aliases of YAML are not read here")
                .hint("write the value out");
            None
        }
    }
}

fn read_duration(node: &Node, what: &str, findings: &mut Findings) -> Option<SignedDuration> {
    let (text, span) = scalar(node, what, findings)?;
    match duration::read(text) {
        Ok(duration) => Some(duration),
        Err(err) => {
            findings
                .error(span, format!("`{what}`: {err}"))
                .hint("write `20s`, `2m`, `1h30m` or `30分`");
            None
        }
    }
}
