//! From attributes as texts to what they mean, one key at a time.

use std::ops::Range;

use jiff::SignedDuration;
use regex_lite::Regex;

use crate::runbook::{Expect, OnFail, StepCondition, Wanted};

use super::attribute::{Attribute, Attributes, Key};
use super::draft::{Reference, Role};
use super::duration;
use super::finding::{Findings, quote};

/// The longest name of a step.
const NAME_CHARS_MAX: usize = 64;

/// A repetition beyond this is a watch, not a step.
const RETRY_MAX: u32 = 10_000;

/// What may follow `on-fail=`.
const ON_FAIL: &[&str] = &["abort", "continue", "pause", "escalate", "goto:NAME", "undo"];

/// Reads the attributes of one step; what it was not asked for stays, to be refused.
pub(super) struct Reader<'a> {
    pub(super) attributes: Attributes,
    pub(super) findings: &'a mut Findings,
    pub(super) references: Vec<Reference>,
}

impl Reader<'_> {
    /// The name that the author gave.
    pub(super) fn name(&mut self) -> Option<(String, Range<usize>)> {
        let it = self.attributes.take(Key::Name)?;
        if is_name(&it.value) {
            return Some((it.value, it.value_span));
        }
        self.findings
            .error(it.value_span, format!("{} cannot be the name of a step", quote(&it.value)))
            .hint("small letters of ASCII, digits, `-` and `_`, beginning with a letter or digit: `disk-full`");
        None
    }

    /// A span of time.
    pub(super) fn duration(&mut self, key: Key) -> Option<SignedDuration> {
        let it = self.attributes.take(key)?;
        match duration::read(&it.value) {
            Ok(duration) => Some(duration),
            Err(err) => {
                self.findings
                    .error(it.value_span, format!("`{}`: {err}", key.word()))
                    .hint("write `20s`, `2m`, `1h30m` or `30分`");
                None
            }
        }
    }

    /// A count.
    pub(super) fn number(&mut self, key: Key) -> Option<u32> {
        let it = self.attributes.take(key)?;
        match it.value.parse() {
            Ok(number) if number <= RETRY_MAX => Some(number),
            Ok(_) | Err(_) => {
                self.findings.error(
                    it.value_span,
                    format!(
                        "`{}`: {} is no number up to {RETRY_MAX}",
                        key.word(),
                        quote(&it.value)
                    ),
                );
                None
            }
        }
    }

    /// Whether a flag is there.
    pub(super) fn flag(&mut self, key: Key) -> bool {
        self.attributes.take(key).is_some()
    }

    /// One of several words.
    pub(super) fn choice<T: Copy>(&mut self, key: Key, choices: &[(&str, T)]) -> Option<T> {
        let it = self.attributes.take(key)?;
        let found = choices.iter().find(|(word, _)| *word == it.value).map(|(_, value)| *value);
        if found.is_none() {
            let words: Vec<_> = choices.iter().map(|(word, _)| *word).collect();
            self.findings.unknown(
                it.value_span,
                &format!("value of `{}`", key.word()),
                &it.value,
                &words,
            );
        }
        found
    }

    /// `needs=snap,gate`.
    pub(super) fn needs(&mut self) -> Vec<String> {
        let Some(it) = self.attributes.take(Key::Needs) else { return Vec::new() };
        let mut names: Vec<String> = Vec::new();
        for (name, span) in it.parts() {
            if names.contains(&name) {
                self.findings.error(span, format!("{} is listed twice", quote(&name)));
            } else if let Some(name) = self.refer(Role::Needs, name, span) {
                names.push(name);
            }
        }
        names
    }

    /// `if=step` or `if=!step`.
    pub(super) fn condition(&mut self) -> Option<StepCondition> {
        let it = self.attributes.take(Key::If)?;
        let (wanted, name) = match it.value.strip_prefix('!') {
            Some(name) => (Wanted::Failed, name.to_owned()),
            None => (Wanted::Succeeded, it.value.clone()),
        };
        let span = it.value_span.end.saturating_sub(name.len()).max(it.value_span.start)
            ..it.value_span.end;
        let step = self.refer(Role::If, name, span)?;
        Some(StepCondition { step, wanted })
    }

    /// `check=` or `undo=`.
    pub(super) fn other_step(&mut self, key: Key, role: Role) -> Option<String> {
        let it = self.attributes.take(key)?;
        self.refer(role, it.value, it.value_span)
    }

    /// `on-fail=`, with its place.
    pub(super) fn on_fail(&mut self) -> Option<(OnFail, Range<usize>)> {
        let Attribute { value, value_span, .. } = self.attributes.take(Key::OnFail)?;
        let read = match value.as_str() {
            "abort" => OnFail::Abort,
            "continue" => OnFail::Continue,
            "pause" => OnFail::Pause,
            "escalate" => OnFail::Escalate,
            "undo" => OnFail::Undo,
            other => match other.strip_prefix("goto:") {
                Some(name) => {
                    let span = value_span.end.saturating_sub(name.len()).max(value_span.start)
                        ..value_span.end;
                    OnFail::Goto(self.refer(Role::Goto, name.to_owned(), span)?)
                }
                None => {
                    self.findings.unknown(value_span, "value of `on-fail`", other, ON_FAIL);
                    return None;
                }
            },
        };
        Some((read, value_span))
    }

    /// `expect=0`, or `expect=/a regular expression/`.
    pub(super) fn expect(&mut self) -> Option<Expect> {
        let it = self.attributes.take(Key::Expect)?;
        let inside = it.value.strip_prefix('/').and_then(|it| it.strip_suffix('/'));
        let Some(pattern) = inside else { return Some(Expect::Text(it.value.trim().to_owned())) };
        match Regex::new(pattern) {
            Ok(_) => Some(Expect::Pattern(pattern.to_owned())),
            Err(err) => {
                self.findings.error(it.value_span, format!("not a regular expression: {err}"));
                None
            }
        }
    }

    /// Refuses everything that was not asked for.
    pub(super) fn refuse_rest(&mut self, place: &str) {
        std::mem::take(&mut self.attributes).refuse_rest(place, self.findings);
    }

    fn refer(&mut self, role: Role, name: String, span: Range<usize>) -> Option<String> {
        if !is_name(&name) {
            self.findings
                .error(span, format!("`{}`: {} is no name of a step", role.word(), quote(&name)));
            return None;
        }
        self.references.push(Reference { role, name: name.clone(), span });
        Some(name)
    }
}

/// Whether a text can name a step.
pub(super) fn is_name(text: &str) -> bool {
    text.len() <= NAME_CHARS_MAX
        && text.starts_with(|it: char| it.is_ascii_lowercase() || it.is_ascii_digit())
        && text
            .chars()
            .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-' || it == '_')
}
