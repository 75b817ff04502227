//! From the scanner's characters to bytes.

use std::ops::Range;

use saphyr_parser::{Marker, Span};

/// Where every character of a text begins.
pub(crate) struct Places {
    begins: Vec<usize>,
    len: usize,
}

impl Places {
    pub(crate) fn of(text: &str) -> Places {
        Places { begins: text.char_indices().map(|(at, _)| at).collect(), len: text.len() }
    }

    /// The byte at which the marked character begins.
    pub(crate) fn byte(&self, marker: &Marker) -> usize {
        self.begins.get(marker.index()).copied().unwrap_or(self.len)
    }

    pub(crate) fn bytes(&self, span: &Span) -> Range<usize> {
        let start = self.byte(&span.start);
        start..self.byte(&span.end).max(start)
    }
}
