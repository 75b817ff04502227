//! From the events of the Markdown parser to blocks and sections.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::{Block, Fence, Item, Kind, Line, Outline, Row, Section, Table};
use crate::import::html::{Html, Seen};
use crate::import::model::Link;

/// Reads a document into its outline.
pub(super) fn outline(text: &str) -> Outline {
    let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let outline = Outline { sections: vec![Section::default()], starts, ..Outline::default() };
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut walk = Walk {
        outline,
        open: None,
        items: Vec::new(),
        lists: Vec::new(),
        table: None,
        fence: None,
        link: None,
        strong: None,
        html: None,
    };
    for (event, span) in Parser::new_ext(text, options).into_offset_iter() {
        walk.step(event, span);
    }
    walk.flush();
    walk.outline
}

/// Text that is being gathered.
#[derive(Debug)]
struct Open {
    kind: Kind,
    span: Range<usize>,
    text: String,
    strong: Option<String>,
}

#[derive(Debug, Default)]
struct OpenTable {
    table: Table,
    /// Rows have begun, so that cells are no heads any more.
    in_rows: bool,
    cell: String,
}

#[derive(Debug, Default)]
struct OpenFence {
    tag: String,
    /// Texts with the lines that they begin on.
    parts: Vec<(usize, String)>,
}

struct Walk {
    outline: Outline,
    open: Option<Open>,
    /// Items that are open, and whether their text was taken.
    items: Vec<Item>,
    /// The number of the next item, for each list that is open.
    lists: Vec<Option<u64>>,
    table: Option<OpenTable>,
    fence: Option<OpenFence>,
    link: Option<Link>,
    /// HTML that may become a table, and how many blocks there were before it.
    html: Option<(Html, usize)>,
    /// Bold text at the beginning of what is open.
    strong: Option<String>,
}

impl Walk {
    fn step(&mut self, event: Event<'_>, span: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, span),
            Event::End(tag) => self.end(tag, span),
            Event::Text(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.text(&text, &span);
            }
            Event::Code(text) => self.text(&text, &span),
            Event::SoftBreak | Event::HardBreak => self.text("\n", &span),
            Event::InlineHtml(html) => {
                let is_break = html.to_ascii_lowercase().starts_with("<br");
                self.text(if is_break { "\n" } else { &html }, &span);
            }
            Event::Html(html) => {
                let line = self.outline.line(span.start);
                if let Some((open, _)) = &mut self.html {
                    open.push(line, &html);
                }
                self.flush();
                self.other(span);
            }
            Event::Rule => {
                self.flush();
                self.other(span);
            }
            Event::TaskListMarker(_) => {
                if let Some(Open { kind: Kind::Item(item), .. }) = &mut self.open {
                    item.is_task = true;
                }
            }
            Event::FootnoteReference(_) => (),
        }
    }

    fn start(&mut self, tag: Tag<'_>, span: Range<usize>) {
        match tag {
            Tag::Heading { .. } => self.begin(Kind::Heading, span),
            Tag::Paragraph => {
                // The first paragraph of an item is the item's own text.
                let is_items = matches!(&self.open, Some(Open { kind: Kind::Item(_), text, .. }) if text.is_empty());
                if !is_items {
                    self.begin(Kind::Paragraph, span);
                }
            }
            Tag::List(first) => {
                self.flush();
                self.lists.push(first);
            }
            Tag::Item => {
                self.flush();
                let number = self.lists.last().copied().flatten();
                if let Some(Some(next)) = self.lists.last_mut() {
                    *next += 1;
                }
                let depth = self.lists.len().saturating_sub(1);
                let item = Item { depth, number, is_task: false };
                self.items.push(item.clone());
                self.begin(Kind::Item(item), span.start..span.start + 1);
            }
            Tag::CodeBlock(kind) => {
                self.flush();
                let tag = match kind {
                    CodeBlockKind::Indented => "text".to_owned(),
                    CodeBlockKind::Fenced(info) => tag_of(&info),
                };
                self.fence = Some(OpenFence { tag, parts: Vec::new() });
            }
            Tag::Table(_) | Tag::TableHead | Tag::TableRow | Tag::TableCell => {
                self.start_of_table(&tag, &span);
            }
            Tag::Strong => {
                let at_start = self.open.as_ref().is_some_and(|it| it.text.trim().is_empty());
                self.strong = (at_start && self.table.is_none()).then(String::new);
            }
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                let line = self.outline.line(span.start);
                let target = dest_url.to_string();
                self.link = Some(Link { target, text: String::new(), lines: vec![line] });
            }
            Tag::HtmlBlock => {
                self.flush();
                let before = self.outline.blocks.len();
                self.html.get_or_insert_with(|| (Html::default(), before));
                self.other(span);
            }
            Tag::MetadataBlock(_) => {
                self.flush();
                self.other(span);
            }
            Tag::BlockQuote(_)
            | Tag::FootnoteDefinition(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Emphasis
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript => (),
        }
    }

    fn start_of_table(&mut self, tag: &Tag<'_>, span: &Range<usize>) {
        let line = self.outline.line(span.start);
        if matches!(tag, Tag::Table(_)) {
            self.flush();
            let table = Table { head_line: line, ..Table::default() };
            self.table = Some(OpenTable { table, ..OpenTable::default() });
            return;
        }
        let Some(open) = &mut self.table else { return };
        open.cell.clear();
        if matches!(tag, Tag::TableRow) {
            open.in_rows = true;
            open.table.rows.push(Row { line, cells: Vec::new() });
        }
    }

    fn end(&mut self, tag: TagEnd, span: Range<usize>) {
        match tag {
            TagEnd::Heading(level) => self.heading(level, &span),
            TagEnd::Paragraph => self.flush(),
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
            }
            TagEnd::Item => {
                self.flush();
                self.items.pop();
            }
            TagEnd::CodeBlock => self.end_fence(&span),
            TagEnd::TableCell => {
                if let Some(open) = &mut self.table {
                    let cell = std::mem::take(&mut open.cell).trim().to_owned();
                    match open.table.rows.last_mut() {
                        Some(row) if open.in_rows => row.cells.push(cell),
                        Some(_) | None => open.table.head.push(cell),
                    }
                }
            }
            TagEnd::Table => {
                if let Some(open) = self.table.take() {
                    let lines = self.outline.lines(&span);
                    self.put(Kind::Table(open.table), lines, String::new(), None);
                }
            }
            TagEnd::Strong => {
                if let (Some(strong), Some(open)) = (self.strong.take(), &mut self.open) {
                    open.strong = Some(strong.trim().to_owned());
                }
            }
            TagEnd::Link | TagEnd::Image => {
                self.outline.links.extend(self.link.take());
            }
            TagEnd::HtmlBlock => self.end_html(),
            TagEnd::MetadataBlock(_)
            | TagEnd::BlockQuote(_)
            | TagEnd::FootnoteDefinition
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::TableHead
            | TagEnd::TableRow
            | TagEnd::Emphasis
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript => (),
        }
    }

    fn text(&mut self, text: &str, span: &Range<usize>) {
        if let Some(open) = &mut self.fence {
            let line = self.outline.line(span.start);
            open.parts.push((line, text.to_owned()));
            return;
        }
        if let Some(link) = &mut self.link {
            link.text.push_str(text);
        }
        if let Some(open) = &mut self.table {
            open.cell.push_str(text);
            return;
        }
        if let Some(strong) = &mut self.strong {
            strong.push_str(text);
        }
        if let Some(open) = &mut self.open {
            open.text.push_str(text);
            open.span.end = open.span.end.max(span.end);
        }
    }

    fn begin(&mut self, kind: Kind, span: Range<usize>) {
        self.flush();
        self.open = Some(Open { kind, span, text: String::new(), strong: None });
    }

    /// What was gathered becomes a block.
    fn flush(&mut self) {
        self.strong = None;
        let Some(open) = self.open.take() else { return };
        let lines = self.outline.lines(&open.span);
        self.put(open.kind, lines, open.text.trim().to_owned(), open.strong);
    }

    fn heading(&mut self, level: HeadingLevel, span: &Range<usize>) {
        let Some(open) = self.open.take() else { return };
        let lines = self.outline.lines(span);
        let level = level as usize;
        // Whatever is above the last section, or is it, may be above this one.
        let last = self.outline.sections.len().saturating_sub(1);
        let outline = &self.outline;
        let is_above = |it: &usize| outline.sections.get(*it).is_some_and(|it| it.level < level);
        let parent = outline.upwards(last).find(is_above);
        let (number, title) = numbered(&open.text);
        let first = self.outline.blocks.len();
        self.outline.sections.push(Section {
            title: title.to_owned(),
            number,
            level,
            line: lines.start,
            parent,
            first,
        });
        self.put(Kind::Heading, lines, title.to_owned(), None);
    }

    fn end_fence(&mut self, span: &Range<usize>) {
        let Some(OpenFence { tag, parts }) = self.fence.take() else { return };
        let mut body: Vec<Line> = Vec::new();
        for (first, text) in parts {
            for (number, text) in (first..).zip(text.split_inclusive('\n')) {
                let line = Line { number, text: text.trim_end_matches('\n').to_owned() };
                match body.last_mut() {
                    // A line may come in several parts.
                    Some(last) if last.number == number => last.text.push_str(&line.text),
                    Some(_) | None => body.push(line),
                }
            }
        }
        let depth = self.items.len();
        let lines = self.outline.lines(span);
        self.put(Kind::Fence(Fence { tag, body, depth }), lines, String::new(), None);
    }

    /// A table in HTML, which may have blank lines and so be several blocks, becomes a table like any other.
    fn end_html(&mut self) {
        match self.html.as_ref().map(|it| it.0.tables) {
            None | Some(Seen::Beginning) => return,
            Some(Seen::Nothing) => return self.html = None,
            Some(Seen::End) => (),
        }
        let Some((html, before)) = self.html.take() else { return };
        let tables = html.found();
        let (Some(first), Some(last)) = (tables.first(), tables.last()) else { return };
        let within = first.lines.start..last.lines.end;
        let others = self.outline.blocks.split_off(before.min(self.outline.blocks.len()));
        // Lines of a table are told by it; those around it stay what they were.
        let (ahead, behind): (Vec<Block>, Vec<Block>) = others
            .into_iter()
            .filter(|it| it.lines.start < within.start || it.lines.end > within.end)
            .partition(|it| it.lines.start < within.start);
        self.outline.blocks.extend(ahead);
        for found in tables {
            self.follow(&found.table, &found.lines);
            self.put(Kind::Table(found.table), found.lines, String::new(), None);
        }
        self.outline.blocks.extend(behind);
    }

    /// Every line of a row becomes what its first line becomes.
    fn follow(&mut self, table: &Table, lines: &Range<usize>) {
        self.outline.follow.push((lines.start..table.head_line, table.head_line));
        let begins = std::iter::once(table.head_line).chain(table.rows.iter().map(|it| it.line));
        let ends = table.rows.iter().map(|it| it.line).chain([lines.end]);
        for (begin, end) in begins.zip(ends) {
            self.outline.follow.push((begin + 1..end, begin));
        }
    }

    fn other(&mut self, span: Range<usize>) {
        let lines = self.outline.lines(&span);
        self.put(Kind::Other, lines, String::new(), None);
    }

    fn put(&mut self, kind: Kind, lines: Range<usize>, text: String, strong: Option<String>) {
        if !matches!(kind, Kind::Other) {
            self.html = None;
        }
        let section = self.outline.sections.len().saturating_sub(1);
        self.outline.blocks.push(Block { kind, lines, section, text, strong });
    }
}

/// `bash` of `bash { name=x }`, `/bin/bash`, `Bash title="x"`.
fn tag_of(info: &str) -> String {
    let word = info.split([' ', '{', ',', '\t']).next().unwrap_or_default();
    word.trim_matches('.').rsplit('/').next().unwrap_or_default().to_ascii_lowercase()
}

/// The number that a heading begins with, and the rest: `1.1 フロントエンド`, `2) Stop`, `A. チェックリスト`.
fn numbered(text: &str) -> (Option<String>, &str) {
    let text = text.trim();
    let end = text.find(|it: char| !(it.is_ascii_digit() || it == '.')).unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    let digits = number.trim_end_matches('.');
    let ends =
        number.ends_with('.') || digits.contains('.') || rest.starts_with([')', '）', '．', '、']);
    if digits.is_empty() || !ends || digits.len() > 8 {
        return (None, text);
    }
    let rest = rest.trim_start_matches([')', '）', '．', '、', ' ', '\u{3000}']);
    if rest.is_empty() { (None, text) } else { (Some(digits.to_owned()), rest) }
}
