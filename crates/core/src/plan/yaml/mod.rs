//! YAML as a tree that remembers where everything was written.
//!
//! **Invariant:** every span is bytes of the file, on character boundaries; the scanner counts characters.
//! **Invariant:** aliases are never followed, so a small file cannot become a large tree.

use std::ops::Range;

pub(crate) mod json;
pub(crate) mod place;
pub(crate) mod tree;

#[cfg(test)]
mod tests;

/// A value and its place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    pub(crate) span: Range<usize>,
    pub(crate) value: Value,
}

/// What stands there.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// Nothing: `key:`.
    Nothing,
    /// A text without quotes, which may also be read as a number.
    Plain(String),
    /// A text in quotes or a block of text.
    Quoted(String),
    List(Vec<Node>),
    Map(Vec<Entry>),
    /// Something that was refused already; nobody should complain of it again.
    Refused,
}

/// A key with its value. No key stands twice in one mapping.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_span: Range<usize>,
    pub(crate) value: Node,
}

impl Node {
    /// The text, quoted or not.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Plain(text) | Value::Quoted(text) => Some(text),
            Value::Nothing | Value::List(_) | Value::Map(_) | Value::Refused => None,
        }
    }

    /// What it is, for messages.
    pub(crate) fn noun(&self) -> &'static str {
        match &self.value {
            Value::Nothing => "nothing",
            Value::Plain(_) | Value::Quoted(_) => "a text",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
            Value::Refused => "something that is not accepted",
        }
    }
}
