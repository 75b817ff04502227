//! The words of `{ key=value }`: which there are, which there will be, and what was given.
//!
//! **Invariant:** what nobody took is a finding, so no attribute is ever without effect and without a word.

use std::ops::Range;

use super::finding::{Findings, quote};

/// A key that means something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Name,
    Kind,
    On,
    Cwd,
    Status,
    Json,
    Ca,
    Timeout,
    Retry,
    Every,
    Needs,
    If,
    OnFail,
    Check,
    Undo,
    Expect,
    Idempotent,
    Optional,
    Ignore,
    Min,
    From,
    Not,
    Expires,
    OnExpire,
    For,
    Uses,
    Service,
}

/// Every key as it is written, in the order in which people read of them.
const KEYS: &[(&str, Key)] = &[
    ("name", Key::Name),
    ("kind", Key::Kind),
    ("on", Key::On),
    ("cwd", Key::Cwd),
    ("status", Key::Status),
    ("json", Key::Json),
    ("ca", Key::Ca),
    ("timeout", Key::Timeout),
    ("retry", Key::Retry),
    ("every", Key::Every),
    ("needs", Key::Needs),
    ("if", Key::If),
    ("on-fail", Key::OnFail),
    ("check", Key::Check),
    ("undo", Key::Undo),
    ("expect", Key::Expect),
    ("idempotent", Key::Idempotent),
    ("optional", Key::Optional),
    ("ignore", Key::Ignore),
    ("min", Key::Min),
    ("from", Key::From),
    ("not", Key::Not),
    ("expires", Key::Expires),
    ("on-expire", Key::OnExpire),
    ("for", Key::For),
    ("uses", Key::Uses),
    ("service", Key::Service),
];

/// Keys of the format that nothing carries out yet.
const NOT_YET: &[&str] = &["group", "batch", "max-fail", "backoff", "ref"];

/// What a written key is.
pub(super) enum Lookup {
    Known(Key),
    /// Part of the format, and refused until something carries it out.
    NotYet,
    /// `lock`: a property of the runbook, not of a step.
    FrontMatter,
    Unknown,
}

impl Key {
    /// Looks a written key up.
    pub(super) fn look_up(word: &str) -> Lookup {
        match KEYS.iter().find(|(it, _)| *it == word) {
            Some((_, key)) => Lookup::Known(*key),
            None if NOT_YET.contains(&word) => Lookup::NotYet,
            None if word == "lock" => Lookup::FrontMatter,
            None => Lookup::Unknown,
        }
    }

    /// The key as it is written.
    pub(super) fn word(self) -> &'static str {
        KEYS.iter().find(|(_, it)| *it == self).map_or("", |(word, _)| word)
    }

    /// Whether the key stands alone.
    pub(super) fn is_flag(self) -> bool {
        matches!(self, Key::Idempotent | Key::Optional | Key::Ignore)
    }

    /// The only fence that knows this key, where there is just one.
    fn home(self) -> Option<&'static str> {
        match self {
            Key::Min | Key::From | Key::Not | Key::Expires | Key::OnExpire => Some("approval"),
            Key::For => Some("wait"),
            Key::Uses | Key::Service => Some("action"),
            Key::Status | Key::Json | Key::Ca => Some("http"),
            Key::Name
            | Key::Kind
            | Key::On
            | Key::Cwd
            | Key::Timeout
            | Key::Retry
            | Key::Every
            | Key::Needs
            | Key::If
            | Key::OnFail
            | Key::Check
            | Key::Undo
            | Key::Expect
            | Key::Idempotent
            | Key::Optional
            | Key::Ignore => None,
        }
    }

    /// All words, for did-you-mean.
    pub(super) fn words() -> Vec<&'static str> {
        KEYS.iter().map(|(word, _)| *word).collect()
    }
}

/// One attribute as it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Attribute {
    pub(super) key: Key,
    pub(super) key_span: Range<usize>,
    /// Empty for a flag.
    pub(super) value: String,
    pub(super) value_span: Range<usize>,
}

impl Attribute {
    /// The parts between commas, each with its own place where the value is written without escapes.
    pub(super) fn parts(&self) -> Vec<(String, Range<usize>)> {
        let exact = self.value_span.len() == self.value.len();
        let mut at = self.value_span.start;
        let mut parts = Vec::new();
        for part in self.value.split(',') {
            let lead = part.len() - part.trim_start().len();
            let trimmed = part.trim();
            let span = at + lead..at + lead + trimmed.len();
            parts.push((trimmed.to_owned(), if exact { span } else { self.value_span.clone() }));
            at += part.len() + 1;
        }
        parts
    }
}

/// The attributes of one fence, to be taken one by one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Attributes {
    list: Vec<Attribute>,
}

impl Attributes {
    /// Adds a written pair, or says why it cannot be one.
    pub(super) fn add(
        &mut self,
        word: &str,
        key_span: Range<usize>,
        value: Option<(String, Range<usize>)>,
        findings: &mut Findings,
    ) {
        let key = match Key::look_up(word) {
            Lookup::Known(key) => key,
            Lookup::NotYet => {
                findings.error(key_span, format!("`{word}` is not available yet"));
                return;
            }
            Lookup::FrontMatter => {
                findings
                    .error(key_span, format!("`{word}` is no attribute of a step"))
                    .hint(format!("write `{word}:` under `runbook:` at the top of the file"));
                return;
            }
            Lookup::Unknown => {
                findings.unknown(key_span, "attribute", word, &Key::words());
                return;
            }
        };
        match value {
            None if !key.is_flag() => {
                findings
                    .error(key_span, format!("`{word}` needs a value"))
                    .hint(format!("`{word}=…`"));
            }
            Some((value, span)) if key.is_flag() => match value.as_str() {
                "true" => self.insert(
                    Attribute { key, key_span, value: String::new(), value_span: span },
                    findings,
                ),
                "false" => (),
                value => {
                    findings
                        .error(span, format!("`{word}` is on or off, not {}", quote(value)))
                        .hint(format!("`{word}`"));
                }
            },
            None => {
                let value_span = key_span.clone();
                self.insert(
                    Attribute { key, key_span, value: String::new(), value_span },
                    findings,
                );
            }
            Some((value, value_span)) => {
                self.insert(Attribute { key, key_span, value, value_span }, findings)
            }
        }
    }

    /// Adds an attribute, unless its key is there already.
    pub(super) fn insert(&mut self, attribute: Attribute, findings: &mut Findings) {
        if self.has(attribute.key) {
            findings
                .error(attribute.key_span, format!("`{}` is given twice", attribute.key.word()));
            return;
        }
        self.list.push(attribute);
    }

    /// Whether the key was given.
    pub(super) fn has(&self, key: Key) -> bool {
        self.list.iter().any(|it| it.key == key)
    }

    /// The value of a key that others take later.
    pub(super) fn value(&self, key: Key) -> Option<&str> {
        self.list.iter().find(|it| it.key == key).map(|it| it.value.as_str())
    }

    /// The place of a value that others take later.
    pub(super) fn place(&self, key: Key) -> Option<Range<usize>> {
        self.list.iter().find(|it| it.key == key).map(|it| it.value_span.clone())
    }

    /// Takes an attribute out.
    pub(super) fn take(&mut self, key: Key) -> Option<Attribute> {
        let at = self.list.iter().position(|it| it.key == key)?;
        Some(self.list.remove(at))
    }

    /// What was given, in its order.
    pub(super) fn into_list(self) -> Vec<Attribute> {
        self.list
    }

    /// Says of everything left that it has no meaning in `place`.
    pub(super) fn refuse_rest(self, place: &str, findings: &mut Findings) {
        for it in self.list {
            let finding = findings
                .error(it.key_span, format!("`{}` has no meaning in {place}", it.key.word()));
            match it.key.home() {
                Some(home) => finding.hint(format!("it belongs to a fence of its own: `{home}`")),
                None => finding.hint("leave it out"),
            }
        }
    }
}
