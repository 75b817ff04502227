//! The document as blocks, each with its lines and the section that it stands in.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::model::Link;

/// The blocks of a document in order, and its sections.
#[derive(Debug, Default)]
pub(super) struct Outline {
    pub(super) blocks: Vec<Block>,
    /// The first has no heading: what stands before all of them.
    pub(super) sections: Vec<Section>,
    pub(super) links: Vec<Link>,
    starts: Vec<usize>,
}

/// What stands between two headings.
#[derive(Clone, Debug, Default)]
pub(super) struct Section {
    /// Without its number.
    pub(super) title: String,
    /// `1.1`, where the heading begins so.
    pub(super) number: Option<String>,
    pub(super) level: usize,
    pub(super) line: usize,
    pub(super) parent: Option<usize>,
    /// Where its own blocks begin.
    first: usize,
}

/// A heading, a paragraph, an item of a list, a table, a fence.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub(super) kind: Kind,
    /// Counted from 1, the end not inclusive.
    pub(super) lines: Range<usize>,
    pub(super) section: usize,
    /// Without its marks.
    pub(super) text: String,
    /// Its beginning where that is bold: `P0 (Critical)` of `**P0 (Critical)**: …`.
    pub(super) strong: Option<String>,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    Heading,
    Paragraph,
    Item(Item),
    Table(Table),
    Fence(Fence),
    /// HTML, a rule, front matter: kept to be read by people.
    Other,
}

#[derive(Clone, Debug)]
pub(super) struct Item {
    /// 0 for an item of a list that is in no other.
    pub(super) depth: usize,
    pub(super) number: Option<u64>,
    pub(super) is_task: bool,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    pub(super) head: Vec<String>,
    pub(super) head_line: usize,
    pub(super) rows: Vec<Row>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    pub(super) line: usize,
    pub(super) cells: Vec<String>,
}

#[derive(Clone, Debug)]
pub(super) struct Fence {
    /// The first word behind the fence, in lower case.
    pub(super) tag: String,
    pub(super) body: Vec<Line>,
    /// Items that it is nested in.
    pub(super) depth: usize,
}

impl Fence {
    /// Whether arrows lead from box to box.
    pub(super) fn is_diagram(&self) -> bool {
        let is_text = matches!(self.tag.as_str(), "" | "text" | "txt" | "mermaid" | "plaintext");
        let draws =
            |it: &Line| it.text.contains(['↓', '→', '│', '┌', '└', '▼']) || it.text.contains("-->");
        is_text && self.body.iter().any(draws)
    }
}

/// A line of a fence, without the indent of the list that the fence stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) number: usize,
    pub(super) text: String,
}

impl Outline {
    pub(super) fn read(text: &str) -> Outline {
        let starts =
            std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
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
        };
        for (event, span) in Parser::new_ext(text, options).into_offset_iter() {
            walk.step(event, span);
        }
        walk.flush();
        walk.outline
    }

    fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|it| *it <= offset)
    }

    fn lines(&self, span: &Range<usize>) -> Range<usize> {
        let first = self.line(span.start);
        first..self.line(span.end.saturating_sub(1).max(span.start)) + 1
    }

    /// The sections from `section` up to the root, itself first.
    pub(super) fn upwards(&self, section: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(Some(section), |it| self.sections.get(*it)?.parent)
    }

    pub(super) fn title(&self, section: usize) -> &str {
        self.sections.get(section).map_or("", |it| it.title.as_str())
    }

    /// Indices of the blocks that stand directly in `section`, its heading left out.
    pub(super) fn blocks_of(&self, section: usize) -> impl Iterator<Item = (usize, &Block)> + '_ {
        let start = self.sections.get(section).map_or(0, |it| it.first);
        let end = self.sections.get(section + 1).map_or(self.blocks.len(), |it| it.first);
        let blocks = self.blocks.iter().enumerate().take(end).skip(start);
        blocks.filter(|(_, it)| !matches!(it.kind, Kind::Heading))
    }

    /// The sections below `section`, itself first.
    pub(super) fn below(&self, section: usize) -> std::ops::Range<usize> {
        let level = self.sections.get(section).map_or(0, |it| it.level);
        let after = self.sections.iter().skip(section + 1).position(|it| it.level <= level);
        section..after.map_or(self.sections.len(), |it| section + 1 + it)
    }

    /// The index of the first block that begins on `line` or later.
    pub(super) fn first_from(&self, line: usize) -> usize {
        self.blocks.partition_point(|it| it.lines.start < line)
    }

    /// The first line behind everything in `section` and below it.
    pub(super) fn end_of(&self, section: usize) -> usize {
        let level = self.sections.get(section).map_or(0, |it| it.level);
        let after = self.sections.iter().skip(section + 1).find(|it| it.level <= level);
        after.map_or(self.starts.len() + 1, |it| it.line)
    }
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
            Event::Html(_) | Event::Rule => {
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
            Tag::HtmlBlock | Tag::MetadataBlock(_) => {
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
            TagEnd::HtmlBlock
            | TagEnd::MetadataBlock(_)
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

    fn other(&mut self, span: Range<usize>) {
        let lines = self.outline.lines(&span);
        self.put(Kind::Other, lines, String::new(), None);
    }

    fn put(&mut self, kind: Kind, lines: Range<usize>, text: String, strong: Option<String>) {
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
