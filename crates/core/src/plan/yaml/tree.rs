//! Builds the tree from the scanner's events.

use std::collections::BTreeSet;
use std::mem;
use std::ops::{ControlFlow, Range};

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Tag};

use crate::plan::finding::{Complaint, Findings};
use crate::plan::yaml::place::Places;
use crate::plan::yaml::{Entry, Node, Value};

/// Values in values; a plan needs seven.
const DEPTH_MAX: usize = 32;
/// Values of one file; a thousand services with ten watches each need fewer.
const NODES_MAX: usize = 200_000;

/// Reads `text`. `None` when it is not YAML or holds nothing; the findings say which.
pub(crate) fn parse(text: &str, findings: &mut Findings) -> Option<Node> {
    let mut builder = Builder {
        text,
        places: Places::of(text),
        findings,
        open: Vec::new(),
        root: None,
        nodes: 0,
        documents: 0,
    };
    let mut events = Parser::new_from_str(text);
    while let Some(event) = events.next_event() {
        let flow = match event {
            Ok((event, span)) => builder.take(event, builder.places.bytes(&span)),
            Err(err) => builder.refuse(&err),
        };
        if flow.is_break() {
            return None;
        }
    }
    builder.root
}

struct Builder<'a> {
    text: &'a str,
    places: Places,
    findings: &'a mut Findings,
    /// From the outermost to the innermost.
    open: Vec<Open>,
    root: Option<Node>,
    nodes: usize,
    documents: usize,
}

/// A list or mapping whose end has not come.
enum Open {
    List {
        start: usize,
        items: Vec<Node>,
    },
    Map {
        start: usize,
        entries: Vec<Entry>,
        seen: BTreeSet<String>,
        expects: Expects,
    },
}

/// What the next value in a mapping is.
enum Expects {
    Key,
    Of {
        key: String,
        key_span: Range<usize>,
    },
    /// The value of a key that was refused.
    Ignored,
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, span: Range<usize>) -> ControlFlow<()> {
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
            Event::DocumentStart(_) => return self.begin_document(&span),
            Event::Alias(_) => {
                let complaint = Complaint::new("aliases are not used in a plan");
                self.findings.error(&span, complaint.hint("write the value out"));
                return self.place(Node { span, value: Value::Refused });
            }
            Event::Scalar(text, style, anchor, tag) => {
                let inner = self.without_properties(span, anchor, tag.as_deref());
                let value = scalar(text.into_owned(), style);
                return self.place(Node { span: inner, value });
            }
            Event::SequenceStart(anchor, tag) => {
                let start = self.without_properties(span, anchor, tag.as_deref()).start;
                return self.descend(Open::List { start, items: Vec::new() });
            }
            Event::MappingStart(anchor, tag) => {
                let start = self.without_properties(span, anchor, tag.as_deref()).start;
                let (entries, seen) = (Vec::new(), BTreeSet::new());
                return self.descend(Open::Map { start, entries, seen, expects: Expects::Key });
            }
            Event::SequenceEnd | Event::MappingEnd => return self.ascend(span.end),
        }
        ControlFlow::Continue(())
    }

    fn begin_document(&mut self, span: &Range<usize>) -> ControlFlow<()> {
        self.documents += 1;
        if self.documents == 1 {
            return ControlFlow::Continue(());
        }
        let complaint = Complaint::new("a plan is one document, and another begins here");
        self.findings.error(span, complaint.hint("remove the line \"---\" and what follows it"));
        ControlFlow::Break(())
    }

    /// Complains of an anchor or a tag. The value is read as if it had none.
    fn without_properties(
        &mut self,
        span: Range<usize>,
        anchor: usize,
        tag: Option<&Tag>,
    ) -> Range<usize> {
        if anchor != 0 {
            let complaint = Complaint::new("anchors are not used in a plan");
            self.findings.error(&span, complaint.hint("remove the \"&…\" before the value"));
        }
        if let Some(tag) = tag {
            let complaint = Complaint::new(format!("the tag \"{tag}\" is not used in a plan"));
            self.findings.error(&span, complaint.hint("quote the text when it begins with \"!\""));
        }
        span
    }

    fn descend(&mut self, open: Open) -> ControlFlow<()> {
        self.open.push(open);
        if self.open.len() <= DEPTH_MAX {
            return ControlFlow::Continue(());
        }
        let at = self.open.last().map_or(0, Open::start);
        self.findings.error(&(at..at), too_deep());
        ControlFlow::Break(())
    }

    fn ascend(&mut self, end: usize) -> ControlFlow<()> {
        let Some(open) = self.open.pop() else {
            return ControlFlow::Continue(());
        };
        let start = open.start();
        let value = match open {
            Open::List { items, .. } => Value::List(items),
            Open::Map { entries, .. } => Value::Map(entries),
        };
        // A block ends where the next thing begins; what is meant ends with its last visible character.
        let written = self.text.get(start..end).unwrap_or_default().trim_end();
        let span = start..start + written.len();
        self.place(Node { span, value })
    }

    /// Puts a complete value where it belongs.
    fn place(&mut self, node: Node) -> ControlFlow<()> {
        self.nodes += 1;
        if self.nodes > NODES_MAX {
            let message = format!("the file holds more than {NODES_MAX} values");
            self.findings.error(&node.span, message);
            return ControlFlow::Break(());
        }
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::List { items, .. }) => items.push(node),
            Some(Open::Map { entries, seen, expects, .. }) => {
                match mem::replace(expects, Expects::Key) {
                    Expects::Key => *expects = key(node, seen, self.findings),
                    Expects::Ignored => {}
                    Expects::Of { key, key_span } => {
                        entries.push(Entry { key, key_span, value: node });
                    }
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// A text that is no YAML has one problem; what follows it would be guesswork.
    fn refuse(&mut self, err: &ScanError) -> ControlFlow<()> {
        let at = self.places.byte(err.marker());
        let next = self.text.get(at..).and_then(|it| it.chars().next());
        let span = at..at + next.map_or(0, char::len_utf8);
        // The scanner looks ahead, and gives up by itself where brackets go on for ever.
        if err.info().contains("recursion limit") {
            self.findings.error(&span, too_deep());
            return ControlFlow::Break(());
        }
        let complaint = Complaint::new(format!("not valid YAML: {}", err.info()));
        let hint = self.way_out(at, next, err.info()).map(str::to_owned);
        self.findings.error(&span, complaint.maybe_hint(hint));
        ControlFlow::Break(())
    }

    /// What usually mends a text that the scanner refuses.
    fn way_out(&self, at: usize, next: Option<char>, info: &str) -> Option<&'static str> {
        let before = self.text.get(..at)?;
        let line_start = before.rfind('\n').map_or(0, |it| it + 1);
        let line = self.text.get(line_start..)?.lines().next().unwrap_or_default();
        let indent = line.get(..line.len() - line.trim_start().len())?;
        if indent.contains('\t') {
            return Some("indent with spaces; YAML does not take tabs");
        }
        if indent.contains('\u{3000}') {
            return Some("indent with half-width spaces");
        }
        if matches!(next, Some('@' | '%' | '`')) {
            return Some("put the text in quotes");
        }
        // A key with a full-width colon runs on into the next line.
        let line_before = before.lines().rev().nth(1).unwrap_or_default();
        if [line_before, line].iter().any(|it| it.contains('：') && !it.contains(": ")) {
            return Some("after a key, write a half-width \": \"");
        }
        let known = [
            ("quoted scalar", "the quote that begins here is not closed"),
            ("flow sequence", "a \"[\" before this place is not closed"),
            ("flow mapping", "a \"{\" before this place is not closed"),
            ("block mapping", "is this line indented like the lines it belongs to?"),
            ("block collection", "is this line indented like the lines it belongs to?"),
            ("unknown anchor", "put a text that begins with \"*\" in quotes"),
            ("mapping values", "put a text that holds \": \" in quotes"),
        ];
        known.iter().find(|(sign, _)| info.contains(sign)).map(|(_, it)| *it)
    }
}

impl Open {
    fn start(&self) -> usize {
        match self {
            Open::List { start, .. } | Open::Map { start, .. } => *start,
        }
    }
}

/// Reads a key, and says what is expected after it.
fn key(node: Node, seen: &mut BTreeSet<String>, findings: &mut Findings) -> Expects {
    let Some(text) = node.as_text() else {
        findings.error(&node.span, format!("a key must be a text, and this is {}", node.noun()));
        return Expects::Ignored;
    };
    if !seen.insert(text.to_owned()) {
        let complaint =
            Complaint::new(format!("the key \"{text}\" stands here twice")).code("duplicate");
        findings.error(&node.span, complaint.hint("only the first is read; remove one"));
        return Expects::Ignored;
    }
    Expects::Of { key: text.to_owned(), key_span: node.span.clone() }
}

fn too_deep() -> String {
    format!("values are nested more than {DEPTH_MAX} deep")
}

fn scalar(text: String, style: ScalarStyle) -> Value {
    match style {
        ScalarStyle::Plain => match text.as_str() {
            "" | "~" | "null" | "Null" | "NULL" => Value::Nothing,
            _ => Value::Plain(text),
        },
        ScalarStyle::SingleQuoted
        | ScalarStyle::DoubleQuoted
        | ScalarStyle::Literal
        | ScalarStyle::Folded => Value::Quoted(text),
    }
}
