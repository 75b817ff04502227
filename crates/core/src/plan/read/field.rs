//! The fields of a mapping, and values of a type.

use std::ops::Range;

use crate::limits::TEXT_CHARS_MAX;
use crate::plan::finding::Complaint;
use crate::plan::guess;
use crate::plan::read::Reader;
use crate::plan::yaml::{Entry, Node, Value};

/// Codes of mistakes; `docs/plan.md` lists them.
const UNKNOWN_KEY: &str = "unknown-key";
const MISSING_KEY: &str = "missing-key";
const NOT_AVAILABLE: &str = "not-available";
const WRONG_SHAPE: &str = "wrong-shape";
const NOT_UNDERSTOOD: &str = "not-understood";

/// The entries of a mapping whose keys are known words.
pub(super) struct Fields<'n> {
    /// For messages: `the person "yamada"`.
    what: String,
    /// Where a missing key is reported.
    at: Range<usize>,
    entries: &'n [Entry],
    /// Keys that are missing because they were written nearly right, which was told.
    slips: Vec<String>,
}

impl<'n> Fields<'n> {
    /// The value of a key, unless nothing stands there.
    pub(super) fn get(&self, key: &str) -> Option<&'n Node> {
        let entry = self.entries.iter().find(|it| it.key == key);
        entry.map(|it| &it.value).filter(|it| it.value != Value::Nothing)
    }

    /// The place of a key, else of the whole.
    pub(super) fn place(&self, key: &str) -> Range<usize> {
        let entry = self.entries.iter().find(|it| it.key == key);
        entry.map_or_else(|| self.at.clone(), |it| it.key_span.clone())
    }

    /// Whether a key was written nearly right, so that its absence needs no word.
    pub(super) fn slipped(&self, key: &str) -> bool {
        self.slips.iter().any(|it| it == key)
    }

    /// The entries that are none of `keys`.
    pub(super) fn others(&self, keys: &[&str]) -> Vec<&'n Entry> {
        self.entries.iter().filter(|it| !keys.contains(&it.key.as_str())).collect()
    }
}

impl Reader<'_> {
    /// The fields of a mapping. Keys that are none of `keys` are errors.
    pub(super) fn fields<'n>(
        &mut self,
        node: &'n Node,
        what: impl Into<String>,
        at: &Range<usize>,
        keys: &[&str],
    ) -> Option<Fields<'n>> {
        let mut fields = self.open_fields(node, what, at)?;
        for entry in fields.others(keys) {
            let complaint = match not_yet(&entry.key) {
                Some(_) => Complaint::new(format!("\"{}\" is not available yet", entry.key)),
                None => Complaint::new(format!("unknown key \"{}\"", entry.key)),
            };
            if self.findings.is_full() {
                self.findings.error(&entry.key_span, complaint.code(UNKNOWN_KEY));
                continue;
            }
            let meant = guess::closest(&entry.key, keys.iter().copied()).map(str::to_owned);
            fields.slips.extend(meant.clone());
            let hint = not_yet(&entry.key)
                .map(str::to_owned)
                .or_else(|| guess::hint(&entry.key, keys.iter().copied()));
            let code = if not_yet(&entry.key).is_some() { NOT_AVAILABLE } else { UNKNOWN_KEY };
            let fix = meant.filter(|_| code == UNKNOWN_KEY);
            let complaint = Complaint { fix, ..complaint.maybe_hint(hint).code(code) };
            self.findings.error(&entry.key_span, complaint);
        }
        Some(fields)
    }

    /// The fields of a mapping that may hold keys we do not know.
    pub(super) fn open_fields<'n>(
        &mut self,
        node: &'n Node,
        what: impl Into<String>,
        at: &Range<usize>,
    ) -> Option<Fields<'n>> {
        let what = what.into();
        match &node.value {
            Value::Map(entries) => {
                Some(Fields { what, at: at.clone(), entries, slips: Vec::new() })
            }
            Value::Nothing => {
                Some(Fields { what, at: at.clone(), entries: &[], slips: Vec::new() })
            }
            Value::Plain(_) | Value::Quoted(_) | Value::List(_) => {
                let message = format!("{what} must be a mapping, and this is {}", node.noun());
                self.findings.error(&node.span, Complaint::new(message).code(WRONG_SHAPE));
                None
            }
            Value::Refused => None,
        }
    }

    /// The value of a key that must be there.
    pub(super) fn need<'n>(&mut self, fields: &Fields<'n>, key: &str) -> Option<&'n Node> {
        let value = fields.get(key);
        if value.is_none() && !fields.slipped(key) {
            let is_empty = fields.entries.iter().any(|it| it.key == key);
            let message = if is_empty {
                format!("\"{key}\" of {} is empty", fields.what)
            } else {
                format!("{} needs \"{key}\"", fields.what)
            };
            self.findings.error(&fields.place(key), Complaint::new(message).code(MISSING_KEY));
        }
        value
    }

    /// The entries of a section whose keys are names: each name must be fit to be one.
    pub(super) fn named<'n>(&mut self, fields: &Fields<'n>, key: &str) -> &'n [Entry] {
        let entries = self.entries(fields, key);
        for entry in entries {
            self.check_name(&entry.key, &entry.key_span);
        }
        entries
    }

    /// The entries of a section, whatever its keys are.
    pub(super) fn entries<'n>(&mut self, fields: &Fields<'n>, key: &str) -> &'n [Entry] {
        let Some(node) = fields.get(key) else {
            return &[];
        };
        let section = self.open_fields(node, format!("\"{key}\""), &fields.place(key));
        section.map_or(&[], |it| it.entries)
    }

    /// The items of a list; a single value counts as a list of one.
    pub(super) fn items<'n>(&mut self, node: &'n Node, what: &str) -> &'n [Node] {
        match &node.value {
            Value::List(items) => items,
            Value::Plain(_) | Value::Quoted(_) => std::slice::from_ref(node),
            Value::Map(_) => {
                let message = format!("{what} must be a list, and this is a mapping");
                self.findings.error(&node.span, Complaint::new(message).code(WRONG_SHAPE));
                &[]
            }
            Value::Nothing | Value::Refused => &[],
        }
    }

    /// A text.
    pub(super) fn text<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n str> {
        let Some(text) = node.as_text() else {
            if node.value != Value::Refused {
                let message = format!("{what} must be a text, and this is {}", node.noun());
                self.findings.error(&node.span, Complaint::new(message).code(WRONG_SHAPE));
            }
            return None;
        };
        if text.chars().count() > TEXT_CHARS_MAX {
            let message = format!("{what} is longer than {TEXT_CHARS_MAX} characters");
            self.findings.error(&node.span, message);
            return None;
        }
        if text.chars().any(|it| it.is_control() && !matches!(it, '\n' | '\t')) {
            self.findings.error(&node.span, format!("{what} holds a control character"));
            return None;
        }
        Some(text)
    }

    /// A text that must say something.
    pub(super) fn words(&mut self, node: &Node, what: &str) -> Option<String> {
        let text = self.text(node, what)?.trim();
        if text.is_empty() {
            self.findings.error(&node.span, format!("{what} is empty"));
            return None;
        }
        Some(text.to_owned())
    }

    /// A text with a grammar of its own.
    pub(super) fn parsed<T, E: Into<Complaint>>(
        &mut self,
        node: &Node,
        what: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.text(node, what)?;
        match parse(text) {
            Ok(it) => Some(it),
            Err(complaint) => {
                let complaint: Complaint = complaint.into();
                self.findings.error(&node.span, complaint.code(NOT_UNDERSTOOD));
                None
            }
        }
    }

    /// A program with its arguments; `ways` says how it is written.
    pub(super) fn command(&mut self, node: &Node, key: &str, ways: &str) -> Option<Vec<String>> {
        let items = self.items(node, &format!("\"{key}\""));
        let parts: Vec<String> = items
            .iter()
            .filter_map(|it| self.text(it, "a part of the command"))
            .map(str::to_owned)
            .collect();
        if items.is_empty() || parts.first().is_some_and(|it| it.trim().is_empty()) {
            self.findings.error(&node.span, Complaint::new("the command is empty").hint(ways));
            return None;
        }
        (parts.len() == items.len()).then_some(parts)
    }

    /// The text of an optional key.
    pub(super) fn optional_words(&mut self, fields: &Fields<'_>, key: &str) -> Option<String> {
        let node = fields.get(key)?;
        self.words(node, &format!("\"{key}\""))
    }
}

/// Keys that the format foresees and that this version does not carry out, with what to do until then.
fn not_yet(key: &str) -> Option<&'static str> {
    match key {
        "templates" => Some("a form is a file of templates/, and is used as it lies there"),
        "routes" => Some("write who hears beside the paged as notify"),
        "digests" | "digest" => {
            Some("write it at the severity whose pages may wait: page: daily at 09:00")
        }
        "thresholds" => Some("write each threshold as an alert: { when: host.cpu > 80% }"),
        "silences" => Some("change the schedule itself until then"),
        "flags" | "places" | "hosts" | "drills" => Some("leave it out until then"),
        _ => None,
    }
}
