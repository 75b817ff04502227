//! Tables that are written in HTML, because cells are merged or hold lists.
//!
//! **Limit:** a table within a table is text of its cell, and rows must begin on lines of their own: the account counts
//! lines, and could not tell such rows apart.

use std::ops::Range;

use super::outline::{Row, Table};

/// Columns and rows that one cell may span; more is no table that people read.
const SPAN_MAX: usize = 100;

/// HTML in the making: its text, and the line of each of its parts.
#[derive(Debug, Default)]
pub(super) struct Html {
    text: String,
    /// Where parts begin, with their lines.
    places: Vec<(usize, usize)>,
    pub(super) tables: Seen,
}

/// How much of a table was seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Seen {
    #[default]
    Nothing,
    Beginning,
    End,
}

/// A table with the lines that it stands on.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) table: Table,
    pub(super) lines: Range<usize>,
}

impl Html {
    pub(super) fn push(&mut self, line: usize, part: &str) {
        let lower = part.to_ascii_lowercase();
        if self.tables == Seen::Nothing && lower.contains("<table") {
            self.tables = Seen::Beginning;
        }
        if self.tables != Seen::Nothing && lower.contains("</table") {
            self.tables = Seen::End;
        }
        self.places.push((self.text.len(), line));
        self.text.push_str(part);
    }

    /// Every table whose rows begin on lines of their own.
    pub(super) fn found(&self) -> Vec<Found> {
        let mut reader = Reader::default();
        let mut at = 0;
        while let Some(rest) = self.text.get(at..) {
            let Some(open) = rest.find('<') else { break };
            let (text, tag) = rest.split_at(open);
            reader.text(text);
            let begins = |it: char| it.is_ascii_alphabetic() || it == '/';
            let ends = if tag.starts_with("<!--") {
                tag.find("-->").map(|it| it + 3)
            } else if tag.get(1..).is_some_and(|it| it.starts_with(begins)) {
                tag.find('>').map(|it| it + 1)
            } else {
                reader.text("<");
                Some(1)
            };
            let Some(ends) = ends else { break };
            if let Some(name) = tag.get(1..ends).and_then(|it| it.strip_suffix('>')) {
                reader.tag(&name.to_ascii_lowercase(), self.line(at + open));
            }
            at += open + ends;
        }
        reader.found.retain(|it| is_by_lines(&it.table));
        reader.found
    }

    fn line(&self, at: usize) -> usize {
        let after = self.places.partition_point(|it| it.0 <= at);
        let Some((begin, line)) = after.checked_sub(1).and_then(|it| self.places.get(it)) else {
            return 1;
        };
        let before = self.text.get(*begin..at).unwrap_or_default();
        line + before.matches('\n').count()
    }
}

fn is_by_lines(table: &Table) -> bool {
    let lines = std::iter::once(table.head_line).chain(table.rows.iter().map(|it| it.line));
    lines.clone().zip(lines.skip(1)).all(|(line, next)| line < next)
}

#[derive(Default)]
struct Reader {
    found: Vec<Found>,
    /// Tables that are open; only the outermost is read.
    depth: usize,
    table: Option<Open>,
}

/// A table in the making.
struct Open {
    begin: usize,
    rows: Vec<Row>,
    cell: Option<Cell>,
    /// What cells above reach into the next rows, by column, and into how many.
    carried: Vec<(String, usize)>,
}

struct Cell {
    text: String,
    columns: usize,
    rows: usize,
}

impl Reader {
    fn text(&mut self, text: &str) {
        if let Some(Open { cell: Some(cell), .. }) = &mut self.table {
            cell.text.push_str(&plain(text));
        }
    }

    /// A tag in lower case, without its brackets.
    fn tag(&mut self, tag: &str, line: usize) {
        let name = tag.split([' ', '\t', '\n', '\r', '>']).next().unwrap_or_default();
        match name.trim_end_matches('/') {
            "table" => {
                self.depth += 1;
                if self.depth == 1 {
                    let carried = Vec::new();
                    self.table = Some(Open { begin: line, rows: Vec::new(), cell: None, carried });
                }
            }
            "/table" => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 {
                    self.found.extend(self.table.take().and_then(|it| it.end(line)));
                }
            }
            name if self.depth == 1 => {
                if let Some(open) = &mut self.table {
                    open.tag(name, tag, line);
                }
            }
            _ => self.text(" "),
        }
    }
}

impl Open {
    fn tag(&mut self, name: &str, tag: &str, line: usize) {
        match name {
            "tr" => {
                self.end_row();
                self.rows.push(Row { line, cells: Vec::new() });
            }
            "td" | "th" => {
                self.end_cell();
                let (columns, rows) = (span(tag, "colspan"), span(tag, "rowspan"));
                self.cell = Some(Cell { text: String::new(), columns, rows });
            }
            "/td" | "/th" => self.end_cell(),
            "/tr" | "/thead" | "/tbody" | "tbody" => self.end_row(),
            "br" | "/p" | "/li" | "/div" => {
                if let Some(cell) = &mut self.cell {
                    cell.text.push('\n');
                }
            }
            _ => (),
        }
    }

    fn end_cell(&mut self) {
        let Some(cell) = self.cell.take() else { return };
        self.carry();
        let Some(row) = self.rows.last_mut() else { return };
        let lines = cell.text.lines().map(str::trim).filter(|it| !it.is_empty());
        let mut text = lines.collect::<Vec<_>>().join("\n");
        for _ in 0..cell.columns {
            let column = row.cells.len();
            if cell.rows > 1 {
                if self.carried.len() <= column {
                    self.carried.resize(column + 1, (String::new(), 0));
                }
                if let Some(it) = self.carried.get_mut(column) {
                    *it = (text.clone(), cell.rows - 1);
                }
            }
            // What spans several columns stands in the first of them.
            row.cells.push(std::mem::take(&mut text));
        }
    }

    /// Takes over what cells above reach into the next columns of this row.
    fn carry(&mut self) {
        let Some(row) = self.rows.last_mut() else { return };
        while let Some((text, left)) = self.carried.get_mut(row.cells.len()).filter(|it| it.1 > 0) {
            *left -= 1;
            row.cells.push(text.clone());
        }
    }

    fn end_row(&mut self) {
        self.end_cell();
        if self.rows.last().is_some_and(|it| !it.cells.is_empty()) {
            self.carry();
        }
    }

    fn end(mut self, line: usize) -> Option<Found> {
        self.end_row();
        let mut rows = self.rows.into_iter().filter(|it| !it.cells.is_empty());
        let head = rows.next()?;
        let rows: Vec<Row> = rows.collect();
        (!rows.is_empty()).then(|| Found {
            table: Table { head: head.cells, head_line: head.line, rows },
            lines: self.begin..line + 1,
        })
    }
}

/// The number of an attribute, in quotes or bare; 1 where there is none.
fn span(tag: &str, name: &str) -> usize {
    let value = tag.split_once(name).map(|it| it.1.trim_start_matches([' ', '=', '"', '\'']));
    let digits = value.map(|it| it.split(|it: char| !it.is_ascii_digit()).next());
    let number = digits.flatten().and_then(|it| it.parse().ok());
    number.unwrap_or(1).clamp(1, SPAN_MAX)
}

/// With the few names that tables use.
fn plain(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let names = [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'")];
    let plain = names.iter().fold(text.to_owned(), |it, (name, sign)| it.replace(name, sign));
    plain.replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::{Found, Html, plain};

    fn found(text: &str) -> Vec<Found> {
        let mut html = Html::default();
        for (line, part) in (1..).zip(text.split_inclusive('\n')) {
            html.push(line, part);
        }
        html.found()
    }

    #[test]
    fn merged_cells_stand_in_each_row_that_they_reach() {
        let text = "<table>\n<thead>\n<tr><th>L</th><th colspan=2>T</th></tr>\n</thead>\n\
                    <tr>\n<td rowspan=\"2\">P0</td>\n<td>a<br/>b</td><td>1&lt;2 &amp; x</td>\n</tr>\n\
                    <tr><td>c</td><td><b>d</b></td></tr>\n<!-- <tr> -->\n<tr><td>P1<td>e<td>f\n</table>\n";
        let all = found(text);
        let table = &all[0].table;
        assert_eq!(table.head, ["L", "T", ""]);
        let rows: Vec<_> = table.rows.iter().map(|it| (it.line, it.cells.join("|"))).collect();
        let told: Vec<_> = rows.iter().map(|(line, it)| (*line, it.as_str())).collect();
        assert_eq!(told, [(5, "P0|a\nb|1<2 & x"), (9, "P0|c|d"), (11, "P1|e|f")]);
        assert_eq!(all[0].lines, 1..13);
    }

    #[test]
    fn what_is_no_table_by_lines_is_none() {
        for text in [
            "<table><tr><td>a</td></tr><tr><td>b</td></tr></table>\n",
            "<table>\n<tr><td>only a head</td></tr>\n</table>\n",
            "<table>\n<tr><td>never ended\n",
            "<table>\n<!-- never ended\n</table>\n",
            "<table>\n</table>\n",
            "a < b <table",
        ] {
            assert!(found(text).is_empty(), "{text}");
        }
        let huge = format!(
            "<table>\n<tr><th>a\n<tr><td colspan={} rowspan=99999999999>x\n</table>\n",
            usize::MAX
        );
        assert_eq!(found(&huge)[0].table.rows[0].cells.len(), 100, "no table is that wide");
        assert_eq!(plain("&amp;lt;"), "&lt;", "a name is read once");
    }
}
