//! What Markdown holds of interest: headings, fences, and items of task lists, in the order of the file.

use std::ops::Range;

use jiff::SignedDuration;

/// What a file holds.
#[derive(Debug, Default)]
pub(super) struct Outline {
    pub(super) headings: Vec<Heading>,
    pub(super) pieces: Vec<Piece>,
}

/// A heading.
#[derive(Debug)]
pub(super) struct Heading {
    /// From 1 to 6.
    pub(super) level: usize,
    pub(super) text: String,
    pub(super) span: Range<usize>,
    pub(super) budget: Option<SignedDuration>,
}

/// Something that may become a step.
#[derive(Debug)]
pub(super) enum Piece {
    Fence(Fence),
    Task(Task),
}

/// A fenced block.
#[derive(Debug)]
pub(super) struct Fence {
    /// The line that opens it, from the first backtick.
    pub(super) span: Range<usize>,
    /// What stands behind the backticks.
    pub(super) info: Range<usize>,
    pub(super) script: Script,
    /// Index into [`Outline::headings`].
    pub(super) heading: Option<usize>,
    /// The `steps: off` that it stands below.
    pub(super) off: Option<Range<usize>>,
    pub(super) ending: Ending,
}

/// How a fence ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Closed,
    /// It swallows everything up to the end of what it stands in.
    Open,
}

/// The text of a fence, and where in the file each part of it stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Script {
    pub(super) text: String,
    /// Pairs of an offset of `text` and one of the file.
    places: Vec<(usize, usize)>,
}

impl Script {
    /// Adds a part that stands at `at` in the file.
    pub(super) fn push(&mut self, text: &str, at: usize) {
        self.places.push((self.text.len(), at));
        self.text.push_str(text);
    }

    /// The bytes of the file that a range of the text came from.
    pub(super) fn place(&self, range: Range<usize>) -> Range<usize> {
        let start = self.offset(range.start);
        start..self.offset(range.end).max(start)
    }

    fn offset(&self, at: usize) -> usize {
        let next = self.places.partition_point(|(own, _)| *own <= at);
        let place = next.checked_sub(1).and_then(|it| self.places.get(it));
        place.map_or(0, |(own, file)| file + (at - own))
    }
}

/// An item of a task list.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) text: String,
    pub(super) span: Range<usize>,
    /// The attributes of its `<!-- step … -->`.
    pub(super) directive: Option<Range<usize>>,
    pub(super) heading: Option<usize>,
    /// Items of one list with nothing between them have one number.
    pub(super) list: usize,
}
