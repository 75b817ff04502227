//! From the bytes of a file to a text whose every offset is an offset of the file.

use std::ops::Range;

/// A file as text.
pub(super) struct Source {
    /// As long as the file: a byte that is no UTF-8 became one `?`.
    pub(super) text: String,
    /// Behind the byte-order mark.
    pub(super) start: usize,
    /// The first run of bytes that are no UTF-8, and how many runs there are.
    pub(super) broken: Option<(Range<usize>, usize)>,
    line_starts: Vec<usize>,
}

impl Source {
    /// Reads bytes, whatever they are.
    pub(super) fn read(bytes: &[u8]) -> Source {
        let mut text = String::with_capacity(bytes.len());
        let (mut first, mut runs, mut last_end) = (None, 0, usize::MAX);
        for chunk in bytes.utf8_chunks() {
            text.push_str(chunk.valid());
            let count = chunk.invalid().len();
            if count > 0 {
                let here = text.len()..text.len() + count;
                if here.start == last_end {
                    first = first
                        .map(|it: Range<usize>| if runs == 1 { it.start..here.end } else { it });
                } else {
                    first = first.or(Some(here.clone()));
                    runs += 1;
                }
                last_end = here.end;
                text.extend(std::iter::repeat_n('?', count));
            }
        }
        let broken = first.map(|it| (it, runs));
        let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let line_starts =
            std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Source { text, start, broken, line_starts }
    }

    /// The line of an offset, counted from 1.
    pub(super) fn line(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|it| *it <= offset)
    }

    /// Splits off the front matter.
    pub(super) fn front_matter(&self) -> FrontMatter {
        let mut lines = self.text.get(self.start..).unwrap_or_default().split_inclusive('\n');
        let mut at = self.start;
        match lines.next() {
            Some(line) if line.trim_end() == "---" => at += line.len(),
            Some(_) | None => return FrontMatter::Absent,
        }
        let yaml = at;
        for line in lines {
            if matches!(line.trim_end(), "---" | "...") {
                return FrontMatter::Present { yaml: yaml..at, body: at + line.len() };
            }
            at += line.len();
        }
        FrontMatter::Open { yaml: yaml..at }
    }
}

/// What stands at the top of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum FrontMatter {
    /// No line of three dashes.
    Absent,
    /// One such line and no second.
    Open {
        yaml: Range<usize>,
    },
    Present {
        yaml: Range<usize>,
        body: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::{FrontMatter, Source};

    #[test]
    fn every_offset_stays_where_it_was() {
        let source = Source::read(b"a\xff\xfeb\n\xe3\x81\nc");
        assert_eq!(source.text, "a??b\n??\nc");
        assert_eq!(source.broken, Some((1..3, 2)));
        assert_eq!([source.line(0), source.line(4), source.line(5), source.line(9)], [1, 1, 2, 3]);
    }

    #[test]
    fn front_matter_is_found_behind_a_mark_and_with_any_line_end() {
        for (text, expected) in [
            ("---\na: 1\n---\nb", FrontMatter::Present { yaml: 4..9, body: 13 }),
            ("\u{feff}---\r\na: 1\r\n---\r\nb", FrontMatter::Present { yaml: 8..14, body: 19 }),
            ("--- \na: 1\n...", FrontMatter::Present { yaml: 5..10, body: 13 }),
            ("---\n---", FrontMatter::Present { yaml: 4..4, body: 7 }),
            ("---\na: 1\n", FrontMatter::Open { yaml: 4..9 }),
            ("----\na: 1\n---\n", FrontMatter::Absent),
            ("\n---\na: 1\n---\n", FrontMatter::Absent),
            ("", FrontMatter::Absent),
        ] {
            assert_eq!(Source::read(text.as_bytes()).front_matter(), expected, "{text:?}");
        }
    }
}
