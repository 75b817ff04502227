//! A small tree of YAML in which everything knows its place.
//!
//! **Invariant:** nothing is resolved: aliases are kept as such, so no file can unfold into a large one.

use std::ops::Range;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span};

/// Deeper nesting is no setting of a runbook.
const DEPTH_MAX: usize = 32;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    pub(super) span: Range<usize>,
    pub(super) value: Value,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// Nothing was written, or `~`, or `null`.
    Null,
    Scalar(String),
    List(Vec<Node>),
    /// In the order of the file, duplicates kept.
    Map(Vec<(Node, Node)>),
    Alias,
}

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct YamlError {
    pub(super) span: Range<usize>,
    pub(super) message: String,
}

/// Reads the only document of `range`.
pub(super) fn read(text: &str, range: Range<usize>) -> Result<Node, YamlError> {
    let yaml = text.get(range.clone()).unwrap_or_default();
    let places = Places::of(yaml, range.start);
    let mut builder = Builder::default();
    let mut parser = Parser::new_from_str(yaml);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|it| {
            let at = places.offset(*it.marker());
            YamlError { span: at..at, message: format!("not YAML: {}", it.info()) }
        })?;
        let span = places.range(span);
        let written = text.get(span.clone()).unwrap_or_default().trim_end().len();
        let span = span.start..span.start + written;
        builder.take(event, span).map_err(|(span, message)| YamlError { span, message })?;
    }
    Ok(builder.root.unwrap_or(Node { span: range.start..range.start, value: Value::Null }))
}

/// A container that is not closed yet.
enum Open {
    List { start: usize, nodes: Vec<Node> },
    Map { start: usize, entries: Vec<(Node, Node)>, key: Option<Node> },
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    root: Option<Node>,
}

type Wrong = (Range<usize>, String);

impl Builder {
    fn take(&mut self, event: Event<'_>, span: Range<usize>) -> Result<(), Wrong> {
        match event {
            Event::Scalar(text, style, ..) => {
                let plain = style == ScalarStyle::Plain;
                let value = match text.as_ref() {
                    "" | "~" | "null" | "Null" | "NULL" if plain => Value::Null,
                    text => Value::Scalar(text.to_owned()),
                };
                self.put(Node { span, value })
            }
            Event::Alias(_) => self.put(Node { span, value: Value::Alias }),
            Event::SequenceStart(..) => {
                self.deepen(Open::List { start: span.start, nodes: Vec::new() }, span)
            }
            Event::MappingStart(..) => {
                self.deepen(Open::Map { start: span.start, entries: Vec::new(), key: None }, span)
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(open) => self.put(open.close(span.end)),
                None => Err((span, "not YAML: an end without a beginning".to_owned())),
            },
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => Ok(()),
        }
    }

    fn deepen(&mut self, open: Open, span: Range<usize>) -> Result<(), Wrong> {
        if self.open.len() >= DEPTH_MAX {
            return Err((span, format!("nested more than {DEPTH_MAX} deep")));
        }
        self.open.push(open);
        Ok(())
    }

    fn put(&mut self, node: Node) -> Result<(), Wrong> {
        match self.open.last_mut() {
            None if self.root.is_some() => {
                return Err((node.span, "a second YAML document in the front matter".to_owned()));
            }
            None => self.root = Some(node),
            Some(Open::List { nodes, .. }) => nodes.push(node),
            Some(Open::Map { entries, key, .. }) => match key.take() {
                None => *key = Some(node),
                Some(it) => entries.push((it, node)),
            },
        }
        Ok(())
    }
}

impl Open {
    fn close(self, end: usize) -> Node {
        let (start, value) = match self {
            Open::List { start, nodes } => (start, Value::List(nodes)),
            Open::Map { start, entries, .. } => (start, Value::Map(entries)),
        };
        Node { span: start..end.max(start), value }
    }
}

/// From the parser's lines and columns to bytes of the file.
struct Places<'a> {
    yaml: &'a str,
    base: usize,
    line_starts: Vec<usize>,
}

impl<'a> Places<'a> {
    fn of(yaml: &'a str, base: usize) -> Places<'a> {
        let mut line_starts = vec![0];
        // YAML counts a lone carriage return as a line end too.
        for (at, it) in yaml.char_indices() {
            let ends = it == '\n' || (it == '\r' && yaml.as_bytes().get(at + 1) != Some(&b'\n'));
            if ends {
                line_starts.push(at + 1);
            }
        }
        Places { yaml, base, line_starts }
    }

    fn offset(&self, marker: Marker) -> usize {
        let line = marker.line().saturating_sub(1);
        let start = self.line_starts.get(line).copied().unwrap_or(self.yaml.len());
        let rest = self.yaml.get(start..).unwrap_or_default();
        let column = rest.char_indices().nth(marker.col()).map_or(rest.len(), |(at, _)| at);
        self.base + start + column
    }

    fn range(&self, span: Span) -> Range<usize> {
        let start = self.offset(span.start);
        start..self.offset(span.end).max(start)
    }
}
