//! From Markdown to an [`Outline`].
//!
//! The tree of a CommonMark parser decides what a fence is, never a search for backticks: a fence in a list, in a
//! quote or behind `<details>` is one; indented code, a table, and what a comment holds are not.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::limits::{TEXT_CHARS_MAX, cut};

use super::comment::{self, Comment};
use super::duration;
use super::finding::Findings;
use super::outline::{Ending, Fence, Heading, Outline, Piece, Script, Task};

/// Headings below which task lists are prose.
const PROSE_HEADINGS: &[&str] = &["prerequisites", "prerequisite", "前提条件", "前提"];

/// Reads the Markdown that begins at `base`.
pub(super) fn read(text: &str, base: usize, findings: &mut Findings) -> Outline {
    let body = text.get(base..).unwrap_or_default();
    let options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS;
    let mut walker = Walker::new(text, findings);
    for (event, range) in Parser::new_ext(body, options).into_offset_iter() {
        walker.take(event, base + range.start..base + range.end);
    }
    walker.outline
}

struct Walker<'a> {
    text: &'a str,
    findings: &'a mut Findings,
    outline: Outline,
    /// The heading that is being read.
    heading: Option<Heading>,
    /// Where the code stands that is being read, and which kind it is.
    code: Option<Code>,
    items: Vec<Item>,
    quotes: usize,
    lists: usize,
    list: usize,
    off: Option<Range<usize>>,
    /// The level of the heading below which task lists are prose.
    prose: Option<usize>,
}

enum Code {
    Fence(Fence),
    Indented(Range<usize>, Script),
}

/// An item of a list that is being read.
struct Item {
    span: Range<usize>,
    text: String,
    text_state: TextState,
    /// The task of the outline that it is.
    task: Option<usize>,
    marker: Marker,
    directive: Option<Range<usize>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum TextState {
    Open,
    /// What follows is a note below the item.
    Closed,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Marker {
    Absent,
    Present,
}

impl<'a> Walker<'a> {
    fn new(text: &'a str, findings: &'a mut Findings) -> Walker<'a> {
        Walker {
            text,
            findings,
            outline: Outline::default(),
            heading: None,
            code: None,
            items: Vec::new(),
            quotes: 0,
            lists: 0,
            list: 0,
            off: None,
            prose: None,
        }
    }

    fn take(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, range),
            Event::Text(text) => self.words(&text, range),
            Event::Code(text) if self.heading.is_some() => self.words(&text, range),
            Event::Code(text) => self.words(&format!("`{text}`"), range),
            Event::SoftBreak | Event::HardBreak => self.words(" ", range),
            Event::InlineHtml(_) => self.comments(range),
            Event::TaskListMarker(_) => self.marker(),
            Event::Html(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_)
            | Event::Rule => (),
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Heading { level, .. } => self.start_heading(level, range),
            Tag::CodeBlock(kind) => self.start_code(kind, range),
            Tag::HtmlBlock => {
                self.close_item_text();
                self.html(range);
            }
            Tag::BlockQuote(_) => {
                self.close_item_text();
                self.quotes += 1;
            }
            Tag::List(_) => {
                self.close_item_text();
                self.list += usize::from(self.lists == 0);
                self.lists += 1;
            }
            Tag::Item => self.items.push(Item {
                span: self.line(range),
                text: String::new(),
                text_state: TextState::Open,
                task: None,
                marker: Marker::Absent,
                directive: None,
            }),
            Tag::Paragraph
            | Tag::FootnoteDefinition(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Table(_)
            | Tag::TableHead
            | Tag::TableRow
            | Tag::TableCell
            | Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::Link { .. }
            | Tag::Image { .. }
            | Tag::MetadataBlock(_) => (),
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::Heading(_) => self.end_heading(),
            TagEnd::CodeBlock => self.end_code(range),
            TagEnd::Paragraph => self.close_item_text(),
            TagEnd::BlockQuote(_) => self.quotes = self.quotes.saturating_sub(1),
            TagEnd::List(_) => self.lists = self.lists.saturating_sub(1),
            TagEnd::Item => self.end_item(),
            TagEnd::HtmlBlock
            | TagEnd::FootnoteDefinition
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::Table
            | TagEnd::TableHead
            | TagEnd::TableRow
            | TagEnd::TableCell
            | TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link
            | TagEnd::Image
            | TagEnd::MetadataBlock(_) => (),
        }
    }

    /// Text goes to the code, the heading, or the item that is open.
    fn words(&mut self, text: &str, range: Range<usize>) {
        match (&mut self.code, &mut self.heading, self.items.last_mut()) {
            (Some(Code::Fence(fence)), ..) => fence.script.push(text, range.start),
            (Some(Code::Indented(_, script)), ..) => script.push(text, range.start),
            (None, Some(heading), _) => heading.text.push_str(text),
            (None, None, Some(item)) if item.text_state == TextState::Open => {
                item.text.push_str(text)
            }
            (None, None, Some(_) | None) => (),
        }
    }

    fn start_heading(&mut self, level: HeadingLevel, range: Range<usize>) {
        self.close_item_text();
        self.off = None;
        let span = self.line(range);
        self.heading =
            Some(Heading { level: level as usize, text: String::new(), span, budget: None });
    }

    fn end_heading(&mut self) {
        let Some(mut heading) = self.heading.take() else { return };
        heading.text = cut(heading.text.trim(), TEXT_CHARS_MAX);
        if self.prose.is_some_and(|it| heading.level <= it) {
            self.prose = None;
        }
        if self.prose.is_none() && is_prose_heading(&heading.text) {
            self.prose = Some(heading.level);
        }
        self.outline.headings.push(heading);
    }

    fn start_code(&mut self, kind: CodeBlockKind<'_>, range: Range<usize>) {
        self.close_item_text();
        self.code = Some(match kind {
            CodeBlockKind::Indented => Code::Indented(self.line(range), Script::default()),
            CodeBlockKind::Fenced(_) => {
                let span = self.line(range);
                let line = self.text.get(span.clone()).unwrap_or_default();
                let marks = line.len() - line.trim_start_matches(['`', '~']).len();
                Code::Fence(Fence {
                    info: span.start + marks..span.end,
                    span,
                    script: Script::default(),
                    heading: self.outline.headings.len().checked_sub(1),
                    off: self.off.clone(),
                    ending: Ending::Closed,
                })
            }
        });
    }

    fn end_code(&mut self, range: Range<usize>) {
        match self.code.take() {
            Some(Code::Fence(mut fence)) => {
                let mark = self
                    .text
                    .get(fence.span.start..)
                    .and_then(|it| it.chars().next())
                    .unwrap_or('`');
                let content =
                    fence.script.place(fence.script.text.len()..fence.script.text.len()).end;
                let behind =
                    self.text.get(content.max(fence.span.end)..range.end).unwrap_or_default();
                if !behind.contains(mark) {
                    fence.ending = Ending::Open;
                }
                self.outline.pieces.push(Piece::Fence(fence));
            }
            Some(Code::Indented(span, script)) if is_fence(&script.text) => {
                self.findings
                    .warning(span, "indented by four or more, so this is no fence and no step")
                    .hint(
                        "indent it less, or as far as the text of the list item that it belongs to",
                    );
            }
            Some(Code::Indented(..)) | None => (),
        }
    }

    fn close_item_text(&mut self) {
        if let Some(item) = self.items.last_mut() {
            item.text_state = TextState::Closed;
        }
    }

    fn is_prose(&self) -> bool {
        self.quotes > 0 || self.off.is_some() || self.prose.is_some()
    }

    fn marker(&mut self) {
        let prose = self.is_prose();
        let (heading, list) = (self.outline.headings.len().checked_sub(1), self.list);
        let Some(item) = self.items.last_mut() else { return };
        item.marker = Marker::Present;
        if !prose {
            item.task = Some(self.outline.pieces.len());
            let task = Task {
                text: String::new(),
                span: item.span.clone(),
                directive: None,
                heading,
                list,
            };
            self.outline.pieces.push(Piece::Task(task));
        }
    }

    fn end_item(&mut self) {
        let Some(item) = self.items.pop() else { return };
        if let Some(Piece::Task(task)) = item.task.and_then(|it| self.outline.pieces.get_mut(it)) {
            task.text = cut(item.text.trim(), TEXT_CHARS_MAX);
            task.directive = item.directive;
            return;
        }
        // Whatever stands between two tasks parts them.
        self.list += 1;
        if let Some(span) = item.directive {
            self.findings
                .error(span, "`step` belongs to an item of a task list that is a step")
                .hint("lists in quotes, below `Prerequisites` and below `steps: off` are prose");
        }
        let looks = ["[]", "[ ]", "[　]", "［ ］", "［　］", "［］"];
        if item.marker == Marker::Absent
            && looks.iter().any(|it| item.text.starts_with(it))
            && !self.is_prose()
        {
            self.findings
                .warning(item.span, "this looks like a task and is none")
                .hint("write `- [ ] ` with half-width brackets and a space on both sides of them");
        }
    }

    fn html(&mut self, range: Range<usize>) {
        let comments = comment::find(self.text, range.clone());
        let html = self.text.get(range.clone()).unwrap_or_default();
        let mut at = range.start;
        for line in html.split_inclusive('\n') {
            let shown = !comments.iter().any(|it| it.start <= at && at < it.end);
            if shown && is_fence(line.trim_start_matches(['>', ' ', '\t'])) {
                self.findings
                    .warning(
                        at..at + line.trim_end().len(),
                        "a fence inside HTML is no fence and no step",
                    )
                    .hint("put an empty line before it");
            }
            at += line.len();
        }
        self.comments(range);
    }

    fn comments(&mut self, range: Range<usize>) {
        for inside in comment::find(self.text, range) {
            match comment::read(self.text, inside.clone()) {
                Comment::StepsOff => self.off = Some(inside),
                Comment::StepsOn => self.off = None,
                Comment::Budget(place) => self.budget(inside, place),
                Comment::Step(place) => self.directive(inside, place),
                Comment::Broken => {
                    self.findings
                        .error(inside, "this begins like a comment for Matoi and is none")
                        .hint("known: `steps: off`, `steps: on`, `step name=…`, `budget=…`");
                }
                Comment::Prose => (),
            }
        }
    }

    fn budget(&mut self, inside: Range<usize>, place: Range<usize>) {
        let Some(heading) = &mut self.heading else {
            self.findings
                .error(inside, "a budget belongs into a heading")
                .hint("`## 2. Analysis <!-- budget=30m -->`");
            return;
        };
        if heading.budget.is_some() {
            self.findings.error(inside.clone(), "`budget` is given twice");
        }
        match duration::read(self.text.get(place.clone()).unwrap_or_default()) {
            Ok(budget) => heading.budget = Some(budget),
            Err(err) => self
                .findings
                .error(place, err.to_string())
                .hint("write `budget=30m` or `budget=1h30m`"),
        }
    }

    fn directive(&mut self, inside: Range<usize>, place: Range<usize>) {
        match self.items.last_mut() {
            Some(item) if item.directive.is_none() => item.directive = Some(place),
            Some(_) => drop(self.findings.error(inside, "a second `step` in one item")),
            None => {
                self.findings
                    .error(inside, "`step` belongs to an item of a task list")
                    .hint("`- [ ] Banner posted <!-- step name=banner -->`");
            }
        }
    }

    /// The first line of a block.
    fn line(&self, range: Range<usize>) -> Range<usize> {
        let text = self.text.get(range.clone()).unwrap_or_default();
        range.start..range.start + text.lines().next().map_or(0, |it| it.trim_end().len())
    }
}

fn is_fence(text: &str) -> bool {
    text.starts_with("```") || text.starts_with("~~~")
}

fn is_prose_heading(text: &str) -> bool {
    let bare = text
        .trim_start_matches(|it: char| {
            it.is_numeric() || it.is_whitespace() || ".．、)）".contains(it)
        })
        .trim_end_matches([':', '：', ' ']);
    PROSE_HEADINGS.contains(&bare.to_lowercase().as_str())
}
