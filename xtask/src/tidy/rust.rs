//! Tells the code of a Rust text from its comments and its strings.
//!
//! **Invariant:** all three views have the lines of the text, so a place in one is a place in the file.

/// A Rust text, seen three ways; what does not belong to a view is blank in it.
#[derive(Clone, Debug)]
pub(super) struct Rust {
    pub code: String,
    pub comments: String,
    strings: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Code,
    Comment,
    String,
}

impl Rust {
    pub(super) fn read(text: &str) -> Rust {
        let mut painter = Painter { chars: text.chars().collect(), kinds: Vec::new() };
        painter.paint();
        let view = |kind| painter.view(kind);
        Rust { code: view(Kind::Code), comments: view(Kind::Comment), strings: view(Kind::String) }
    }

    /// What stands between quotes: each string with the line on which its text begins, counted from 1.
    pub(super) fn strings(&self) -> Vec<(usize, String)> {
        let mut strings = Vec::new();
        let mut open: Option<(usize, String)> = None;
        for (index, (string, code)) in self.strings.lines().zip(self.code.lines()).enumerate() {
            for (letter, code) in string.chars().zip(code.chars()) {
                match code {
                    // A quote stays in the code's view, so it parts two strings.
                    '"' => strings.extend(open.take()),
                    _ if letter == ' ' && open.is_none() => (),
                    _ => open.get_or_insert_with(|| (index + 1, String::new())).1.push(letter),
                }
            }
            if let Some((_, text)) = &mut open {
                text.push('\n');
            }
        }
        strings.extend(open);
        strings.into_iter().filter(|(_, text)| !text.trim().is_empty()).collect()
    }
}

/// Gives each character its kind, from the first to the last.
struct Painter {
    chars: Vec<char>,
    kinds: Vec<Kind>,
}

impl Painter {
    fn paint(&mut self) {
        while let Some(letter) = self.peek(0) {
            match (letter, self.peek(1)) {
                ('/', Some('/')) => self.line_comment(),
                ('/', Some('*')) => self.block_comment(),
                ('"', _) => self.string(),
                ('r', Some('"' | '#')) if !self.is_in_word() => self.raw_string(),
                ('\'', _) => self.letter_or_lifetime(),
                _ => self.take(1, Kind::Code),
            }
        }
    }

    fn line_comment(&mut self) {
        while self.peek(0).is_some_and(|it| it != '\n') {
            self.take(1, Kind::Comment);
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        while let Some(letter) = self.peek(0) {
            match (letter, self.peek(1)) {
                ('/', Some('*')) => {
                    depth += 1;
                    self.take(2, Kind::Comment);
                }
                ('*', Some('/')) => {
                    depth -= 1;
                    self.take(2, Kind::Comment);
                }
                _ => self.take(1, Kind::Comment),
            }
            if depth == 0 {
                return;
            }
        }
    }

    fn string(&mut self) {
        self.take(1, Kind::Code);
        while let Some(letter) = self.peek(0) {
            match letter {
                '"' => return self.take(1, Kind::Code),
                '\\' => self.take(2, Kind::String),
                _ => self.take(1, Kind::String),
            }
        }
    }

    fn raw_string(&mut self) {
        let hashes = (1..).take_while(|it| self.peek(*it) == Some('#')).count();
        // `r#name` is a word, not a string.
        if self.peek(hashes + 1) != Some('"') {
            return self.take(1, Kind::Code);
        }
        self.take(hashes + 2, Kind::Code);
        while let Some(letter) = self.peek(0) {
            let closes = letter == '"' && (1..=hashes).all(|it| self.peek(it) == Some('#'));
            if closes {
                return self.take(hashes + 1, Kind::Code);
            }
            self.take(1, Kind::String);
        }
    }

    fn letter_or_lifetime(&mut self) {
        self.take(1, Kind::Code);
        if self.peek(0) == Some('\\') {
            self.take(2, Kind::String);
            while self.peek(0).is_some_and(|it| it != '\'') {
                self.take(1, Kind::String);
            }
            self.take(1, Kind::Code);
        } else if self.peek(1) == Some('\'') {
            self.take(1, Kind::String);
            self.take(1, Kind::Code);
        }
    }

    /// Whether the character before is part of a word, so that the `r` of `for"` begins no raw string; `br` does.
    fn is_in_word(&self) -> bool {
        let at = self.kinds.len();
        let before = |back: usize| at.checked_sub(back).and_then(|it| self.chars.get(it));
        let is_word = |it: Option<&char>| it.is_some_and(|it| it.is_alphanumeric() || *it == '_');
        match before(1) {
            Some('b' | 'c') => is_word(before(2)),
            letter => is_word(letter),
        }
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.kinds.len() + ahead).copied()
    }

    fn take(&mut self, count: usize, kind: Kind) {
        let end = (self.kinds.len() + count).min(self.chars.len());
        self.kinds.resize(end, kind);
    }

    fn view(&self, kind: Kind) -> String {
        let keep = |(letter, its): (&char, &Kind)| {
            if *letter == '\n' || *its == kind { *letter } else { ' ' }
        };
        self.chars.iter().zip(&self.kinds).map(keep).collect()
    }
}
