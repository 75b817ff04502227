//! What is wrong with a text that people wrote, and where.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// One thing wrong with a file, with the place and the way out.
///
/// Parsing never fails: it yields what it understood and every problem at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The file, relative to the plan's directory.
    pub file: String,
    /// Bytes of the file that are meant.
    pub span: Range<usize>,
    /// Counted from 1.
    pub line: usize,
    /// In characters, counted from 1.
    pub column: usize,
    pub weight: Weight,
    /// A lower-case fragment: `unknown key "severty"`.
    pub message: String,
    /// What to do about it: `did you mean "severity"?`.
    pub hint: Option<String>,
    /// What kind of problem it is, for programs: `restore-unwritten`. Some mistakes have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What `span` says when a word of the format is written right; only where nothing else can be meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
}

/// How much a problem weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// The file is refused.
    Error,
    /// The plan loads, and is not armed until this is mended: a placeholder instead of an address.
    Unarmed,
    /// Worth knowing.
    Warning,
}

impl Problem {
    /// A problem at `span` of `text`.
    pub fn at(
        file: &str,
        text: &str,
        span: Range<usize>,
        weight: Weight,
        message: String,
    ) -> Problem {
        let start = span.start.min(text.len());
        let before = text.get(..start).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |it| it + 1);
        Problem {
            file: file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            span: start..span.end.clamp(start, text.len()),
            weight,
            message,
            hint: None,
            code: None,
            fix: None,
        }
    }

    /// The same problem under a code.
    #[must_use]
    pub fn code(mut self, code: &str) -> Problem {
        self.code = Some(code.to_owned());
        self
    }

    /// The code that programs see: the problem's own, else by where the mistake is.
    pub fn code_or_kind(&self) -> &str {
        match (&self.code, self.weight) {
            (Some(code), _) => code,
            (None, Weight::Unarmed) => "no-way-to-reach",
            (None, Weight::Error | Weight::Warning) if self.file.ends_with(".md") => "runbook",
            (None, Weight::Error | Weight::Warning) => "plan",
        }
    }

    /// The same problem with a way out.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Problem {
        self.hint = Some(hint.into());
        self
    }
}
