//! A shell script as commands and words, as far as a lint needs it.
//!
//! It is no parser of bash: it keeps quoted text together, leaves out comments and here-documents, and parts commands
//! where the shell would. What it misreads costs a warning at most, since nothing is decided by it.

use std::ops::Range;

/// Words that stand before a command and are none.
const LEADS: &[&str] = &[
    "!", "$", "do", "elif", "else", "env", "exec", "if", "nohup", "sudo", "then", "time", "until",
    "while", "{",
];

/// One simple command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Command {
    /// `A=b` before the command, or alone.
    pub(crate) assignments: Vec<Word>,
    pub(crate) words: Vec<Word>,
}

/// A word without its quotes, and where it stands in the script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) span: Range<usize>,
}

impl Command {
    /// The program.
    pub(crate) fn program(&self) -> &str {
        let path = self.words.first().map_or("", |it| it.text.as_str());
        path.rsplit('/').next().unwrap_or(path)
    }

    /// Its arguments.
    pub(crate) fn arguments(&self) -> &[Word] {
        self.words.get(1..).unwrap_or_default()
    }

    /// Whether one of the arguments is this word.
    pub(super) fn has(&self, word: &str) -> bool {
        self.arguments().iter().any(|it| it.text == word)
    }

    /// Whether a short option is among the arguments, alone or with others: `f` in `-rf`.
    pub(super) fn has_option(&self, letter: char) -> bool {
        self.arguments().iter().any(|it| {
            it.text.strip_prefix('-').is_some_and(|it| {
                it.chars().take_while(char::is_ascii_alphabetic).any(|it| it == letter)
                    && !it.starts_with('-')
            })
        })
    }

    /// From the first word to the last.
    pub(crate) fn span(&self) -> Range<usize> {
        let all = || self.assignments.iter().chain(&self.words);
        let start = all().map(|it| it.span.start).min().unwrap_or_default();
        start..all().map(|it| it.span.end).max().unwrap_or(start)
    }
}

/// Splits a script.
pub(crate) fn commands(script: &str) -> Vec<Command> {
    let mut splitter = Splitter {
        script,
        at: 0,
        found: Vec::new(),
        open: Command::default(),
        documents: Vec::new(),
    };
    while splitter.step() {}
    splitter.end_command();
    splitter.found
}

struct Splitter<'a> {
    script: &'a str,
    at: usize,
    found: Vec<Command>,
    open: Command,
    /// Words that end the here-documents of this line.
    documents: Vec<String>,
}

impl Splitter<'_> {
    fn peek(&self) -> Option<char> {
        self.script.get(self.at..)?.chars().next()
    }

    fn rest_starts(&self, with: &str) -> bool {
        self.script.get(self.at..).is_some_and(|it| it.starts_with(with))
    }

    /// Takes a word or a sign; false at the end.
    fn step(&mut self) -> bool {
        let Some(it) = self.peek() else { return false };
        match it {
            '\n' => {
                self.at += 1;
                self.end_command();
                self.skip_documents();
            }
            ';' | '&' | '|' | '(' | ')' | '`' => {
                self.at += 1;
                self.end_command();
            }
            '#' => self.at = self.line_end(),
            '<' if self.rest_starts("<<") && !self.rest_starts("<<<") => self.document(),
            it if it.is_whitespace() => self.at += it.len_utf8(),
            _ => self.word(),
        }
        true
    }

    fn line_end(&self) -> usize {
        self.script
            .get(self.at..)
            .and_then(|it| it.find('\n'))
            .map_or(self.script.len(), |it| self.at + it)
    }

    fn document(&mut self) {
        self.at += 2;
        if self.rest_starts("-") {
            self.at += 1;
        }
        while self.peek().is_some_and(|it| it == ' ' || it == '\t') {
            self.at += 1;
        }
        let before = self.open.words.len();
        if self.peek().is_some_and(|it| !it.is_whitespace()) {
            self.word();
        }
        // The word is a mark, no argument.
        let words = self.open.words.split_off(before.min(self.open.words.len()));
        self.documents.extend(words.into_iter().map(|it| it.text));
    }

    fn skip_documents(&mut self) {
        for mark in std::mem::take(&mut self.documents) {
            while self.at < self.script.len() {
                let end = self.line_end();
                let line = self.script.get(self.at..end).unwrap_or_default();
                self.at = (end + 1).min(self.script.len());
                if line.trim_start_matches('\t') == mark {
                    break;
                }
            }
        }
    }

    fn word(&mut self) {
        let start = self.at;
        let mut text = String::new();
        let mut quote = None;
        while let Some(it) = self.peek() {
            match (quote, it) {
                (None, '"' | '\'') => quote = Some(it),
                (Some(open), it) if open == it => quote = None,
                (Some('"') | None, '\\') => {
                    self.at += 1;
                    match self.peek() {
                        Some('\n') | None => (),
                        Some(next) => text.push(next),
                    }
                    if self.peek().is_none() {
                        break;
                    }
                }
                (None, it) if it.is_whitespace() || ";&|()`".contains(it) => break,
                (_, it) => text.push(it),
            }
            self.at += self.peek().map_or(0, char::len_utf8);
        }
        self.put(Word { text, span: start..self.at });
    }

    fn put(&mut self, word: Word) {
        if self.open.words.is_empty() {
            if is_assignment(&word.text) {
                self.open.assignments.push(word);
                return;
            }
            if LEADS.contains(&word.text.as_str()) {
                return;
            }
        }
        self.open.words.push(word);
    }

    fn end_command(&mut self) {
        let command = std::mem::take(&mut self.open);
        if command != Command::default() {
            self.found.push(command);
        }
    }
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| crate::runbook::environment::is_variable(name))
}

#[cfg(test)]
mod tests {
    use super::commands;

    fn check(script: &str, expected: &[&str]) {
        let found: Vec<String> = commands(script)
            .iter()
            .map(|it| {
                let words = it.assignments.iter().chain(&it.words);
                words.map(|it| format!("<{}>", it.text)).collect()
            })
            .collect();
        assert_eq!(found, expected, "{script}");
    }

    #[test]
    fn commands_are_parted_where_the_shell_parts_them() {
        check("a b; c|d&&e\nf", &["<a><b>", "<c>", "<d>", "<e>", "<f>"]);
        check("x=$(top -b)", &["<x=$>", "<top><-b>"]);
        check("if ! grep -q a; then b; fi", &["<grep><-q><a>", "<b>", "<fi>"]);
    }

    #[test]
    fn quoted_text_stays_together() {
        check(
            "psql -c \"DROP TABLE a; b\" 'c d' e\\ f",
            &["<psql><-c><DROP TABLE a; b><c d><e f>"],
        );
        check("'open", &["<open>"]);
        check("a\\", &["<a>"]);
    }

    #[test]
    fn what_is_no_command_is_left_out() {
        check("a # tail -f\nA=1 B=2 sudo rm x", &["<a>", "<A=1><B=2><rm><x>"]);
        check("cat <<'EOF' > f\ntop\nEOF\nls", &["<cat><>><f>", "<ls>"]);
        check("cat <<-A <<B\n1\n\tA\n2\nB\nls\\\n -l", &["<cat>", "<ls><-l>"]);
    }
}
