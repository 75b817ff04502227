//! The document as blocks, each with its lines and the section that it stands in.

use std::ops::Range;

use super::model::Link;

mod walk;

/// The blocks of a document in order, and its sections.
#[derive(Debug, Default)]
pub(super) struct Outline {
    pub(super) blocks: Vec<Block>,
    /// The first has no heading: what stands before all of them.
    pub(super) sections: Vec<Section>,
    pub(super) links: Vec<Link>,
    /// Lines of tables in HTML that are part of a row, with the line that the row begins on.
    pub(super) follow: Vec<(Range<usize>, usize)>,
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
        walk::outline(text)
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
