//! Markdown that outside text cannot break: escaping, tables that line up, fences that hold.
//!
//! **Invariant:** a text is plain until it enters a [`Document`], which escapes it; nothing here takes ready Markdown.
//! **Invariant:** no outside text begins a line, except inside a fence longer than any run of backticks in it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::language::Language;
use crate::limits::{TEXT_CHARS_MAX, cut};
use crate::report::{BLANK_EN, BLANK_JA};

/// Full texts that one report carries for cells that were cut; a cell beyond them is cut without one.
const FULL_TEXTS_MAX: usize = 200;
/// Columns of a heading; what it names is told in full below it.
const HEADING_WIDTH_MAX: usize = 120;

/// What stands beside a label.
pub(super) enum Value {
    /// The timeline or the plan tells it.
    Known(String),
    /// It ought to be known, and nothing tells it.
    Unknown,
    /// Only a person can tell it.
    ToFill,
    /// Something is known, and a person has to complete it.
    Partly(String),
}

impl Value {
    /// The text, or the admission that there is none.
    pub(super) fn or_unknown(text: Option<String>) -> Value {
        text.filter(|it| !it.trim().is_empty()).map_or(Value::Unknown, Value::Known)
    }

    /// The text, or a blank.
    pub(super) fn or_fill(text: Option<String>) -> Value {
        text.filter(|it| !it.trim().is_empty()).map_or(Value::ToFill, Value::Known)
    }
}

/// Whether a box is ticked.
#[derive(Clone, Copy)]
pub(super) enum Tick {
    Ticked,
    Open,
}

/// A table of `N` columns, so that no row can have another number of cells.
pub(super) struct Table<const N: usize> {
    titles: [&'static str; N],
    /// How wide a cell may grow before it is cut.
    widths_max: [usize; N],
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    /// A table without rows.
    pub(super) fn new(columns: [(&'static str, usize); N]) -> Table<N> {
        Table {
            titles: columns.map(|(title, _)| title),
            widths_max: columns.map(|(_, width)| width),
            rows: Vec::new(),
        }
    }

    /// Adds a row of plain texts.
    pub(super) fn row(&mut self, cells: [String; N]) {
        self.rows.push(cells);
    }
}

/// A Markdown text that grows.
pub(super) struct Document {
    text: String,
    language: Language,
    /// Whole texts of cut cells, with their numbers; a text that returns keeps its number.
    full: BTreeMap<String, usize>,
}

impl Document {
    /// An empty document.
    pub(super) fn new(language: Language) -> Document {
        Document { text: String::new(), language, full: BTreeMap::new() }
    }

    /// A heading with a blank line on either side.
    pub(super) fn heading(&mut self, depth: usize, title: &str) {
        self.gap();
        let title = narrow(&one_line(title), HEADING_WIDTH_MAX);
        self.line(&format!("{} {}", "#".repeat(depth), inline(&title)));
        self.gap();
    }

    /// A paragraph of one line.
    pub(super) fn paragraph(&mut self, text: &str) {
        self.gap();
        self.line(&bounded(text));
        self.gap();
    }

    /// `- **label**: value`
    pub(super) fn field(&mut self, label: &str, value: Value) {
        let value = self.value(value);
        self.line(&format!("- **{}**: {value}", inline(label)));
    }

    /// A point below a field or on its own.
    pub(super) fn point(&mut self, depth: usize, text: &str) {
        self.line(&format!("{}- {}", "  ".repeat(depth), bounded(text)));
    }

    /// `- [x] text`
    pub(super) fn check(&mut self, tick: Tick, value: Value) {
        let mark = match tick {
            Tick::Ticked => 'x',
            Tick::Open => ' ',
        };
        let value = self.value(value);
        self.line(&format!("- [{mark}] {value}"));
    }

    /// `1. text`
    pub(super) fn numbered(&mut self, number: usize, value: Value) {
        let value = self.value(value);
        self.line(&format!("{number}. {value}"));
    }

    /// A text as it is, in a fence that it cannot close.
    pub(super) fn fence(&mut self, text: &str) {
        self.gap();
        let shown = visible(text);
        let ticks = "`".repeat(longest_run(&shown, '`').max(2) + 1);
        self.line(&format!("{ticks}text"));
        self.line(shown.trim_end_matches('\n'));
        self.line(&ticks);
        self.gap();
    }

    /// A table whose columns line up where East Asian characters are twice as wide.
    pub(super) fn table<const N: usize>(&mut self, table: &Table<N>) {
        self.gap();
        let rows: Vec<[String; N]> =
            table.rows.iter().map(|row| self.cells(row, &table.widths_max)).collect();
        let titles = table.titles.map(inline);
        let mut widths = [3; N];
        for row in rows.iter().chain([&titles]) {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.width().max(*width);
            }
        }
        self.table_row(&titles, &widths);
        let rule: Vec<String> = widths.iter().map(|it| "-".repeat(*it)).collect();
        self.line(&format!("| {} |", rule.join(" | ")));
        for row in &rows {
            self.table_row(row, &widths);
        }
        self.gap();
    }

    /// The text, with the full texts of cells that were cut.
    pub(super) fn finish(mut self) -> String {
        let mut full: Vec<(String, usize)> = std::mem::take(&mut self.full).into_iter().collect();
        full.sort_by_key(|(_, number)| *number);
        if !full.is_empty() {
            let title =
                self.language.pick("付録: 表で省略した本文", "Appendix: texts cut in tables");
            self.heading(2, title);
        }
        for (text, number) in full {
            self.heading(
                3,
                &self.language.pick(format!("全文{number}"), format!("Full text {number}")),
            );
            self.fence(&cut(&text, TEXT_CHARS_MAX));
        }
        let kept = self.text.trim_end().len();
        self.text.truncate(kept);
        self.text.push('\n');
        self.text
    }

    /// A value as Markdown.
    pub(super) fn value(&self, value: Value) -> String {
        let blank = self.language.pick(BLANK_JA, BLANK_EN);
        match value {
            Value::Known(text) => bounded(&text),
            Value::Unknown => unknown(self.language).to_owned(),
            Value::ToFill => blank.to_owned(),
            Value::Partly(text) => format!("{blank} {}", bounded(&text)),
        }
    }

    fn cells<const N: usize>(&mut self, row: &[String; N], widths_max: &[usize; N]) -> [String; N] {
        std::array::from_fn(|column| self.cell(&row[column], widths_max[column]))
    }

    fn cell(&mut self, text: &str, width_max: usize) -> String {
        let line = one_line(text);
        if line.is_empty() {
            return "—".to_owned();
        }
        if line.width() <= width_max {
            return inline(&line);
        }
        let kept = inline(&narrow(&line, width_max));
        let note = self.full_text(text).map(|number| {
            self.language.pick(format!("（全文{number}）"), format!(" (full text {number})"))
        });
        kept + &note.unwrap_or_default()
    }

    fn full_text(&mut self, text: &str) -> Option<usize> {
        if let Some(number) = self.full.get(text) {
            return Some(*number);
        }
        if self.full.len() >= FULL_TEXTS_MAX {
            return None;
        }
        let number = self.full.len() + 1;
        self.full.insert(text.to_owned(), number);
        Some(number)
    }

    fn table_row<const N: usize>(&mut self, cells: &[String; N], widths: &[usize; N]) {
        let mut row = String::from("|");
        for (cell, width) in cells.iter().zip(widths) {
            let pad = width.saturating_sub(cell.width());
            let _ = write!(row, " {cell}{} |", " ".repeat(pad));
        }
        self.line(&row);
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }
}

/// `text` with everything that hides or reorders shown as `\u{202e}`; line breaks and tabs stay.
pub(super) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        if is_hidden(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Controls, bidirectional overrides, and characters without width that make one text look like another.
fn is_hidden(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}' => {
            true
        }
        '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}' => true,
        '\u{e0000}'..='\u{e0fff}' => true,
        _ => c.is_control(),
    }
}

/// What stands where nothing tells it.
pub(super) fn unknown(language: Language) -> &'static str {
    language.pick("不明", "unknown")
}

/// `text` on one line.
fn one_line(text: &str) -> String {
    let shown = visible(text);
    let lines: Vec<&str> = shown.lines().map(str::trim).filter(|it| !it.is_empty()).collect();
    lines.join(" ⏎ ").replace('\t', " ")
}

/// As many characters as fit, with a mark for the rest.
fn narrow(line: &str, width_max: usize) -> String {
    if line.width() <= width_max {
        return line.to_owned();
    }
    let mut width = 0;
    let kept: String = line
        .chars()
        .take_while(|c| {
            width += c.width().unwrap_or(0);
            width <= width_max
        })
        .collect();
    format!("{}…", kept.trim_end())
}

fn longest_run(text: &str, wanted: char) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if c == wanted { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

/// `text` as Markdown, no longer than any text of an event may be.
pub(super) fn bounded(text: &str) -> String {
    inline(&cut(text, TEXT_CHARS_MAX))
}

/// `text` as Markdown that reads as exactly this text, on one line.
///
/// Little is escaped, so that the file reads well before it is rendered; what is left bare has no meaning where it is.
fn inline(text: &str) -> String {
    let line = one_line(text);
    let chars: Vec<char> = line.chars().collect();
    let mut escaped = String::with_capacity(line.len() + 8);
    for (place, c) in chars.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|it| chars.get(it)).copied();
        let after = chars.get(place + 1..).unwrap_or_default();
        if needs_escape(*c, before, after) || needs_escape_here(&chars, place) {
            escaped.push('\\');
        }
        escaped.push(*c);
    }
    // Tools look for blanks by this very text, so a text that imitates one must not be found.
    escaped.replace(BLANK_JA, "&#xFF3B;要記入］")
}

fn needs_escape(c: char, before: Option<char>, after: &[char]) -> bool {
    let next = after.first();
    match c {
        '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '~' | '^' | '$' => true,
        // Between letters it marks nothing, and names of steps and variables are full of it.
        '_' => {
            !before.is_some_and(char::is_alphanumeric)
                || !next.is_some_and(|it| it.is_alphanumeric())
        }
        '&' => next.is_some_and(|it| *it == '#' || it.is_ascii_alphabetic()),
        '#' => before.is_none_or(|it| it == ' ' || it == '#'),
        // Bare addresses become links on code hosts.
        ':' => after.starts_with(&['/', '/']),
        _ => false,
    }
}

/// Whether the beginning that ends at `place` would make the line a list, a rule, or a link.
fn needs_escape_here(chars: &[char], place: usize) -> bool {
    let before = chars.get(..place).unwrap_or_default();
    // `2.4` numbers nothing; `2. 4` does.
    let stands_alone = chars.get(place + 1).is_none_or(|it| it.is_whitespace());
    match chars.get(place) {
        Some('-' | '+' | '=' | ':') => before.is_empty(),
        Some(')') => stands_alone && is_number(before),
        Some('.') => (stands_alone && is_number(before)) || ends_with_www(before),
        _ => false,
    }
}

/// Digits that a full stop makes the number of a list; a longer run makes none.
fn is_number(before: &[char]) -> bool {
    (1..=9).contains(&before.len()) && before.iter().all(char::is_ascii_digit)
}

/// `www.` alone makes a link on code hosts.
fn ends_with_www(before: &[char]) -> bool {
    before.iter().rev().take_while(|it| it.eq_ignore_ascii_case(&'w')).count() >= 3
}
#[cfg(test)]
mod tests;
