//! What the parser has to say, before it is given a line and a column.
//!
//! **Invariant:** a finding is never lost; beyond the limit of problems the rest are counted, errors last of all.

use std::ops::Range;

use crate::limits::{self, PROBLEMS_MAX};
use crate::problem::{Problem, Weight};
use crate::runbook::overview::visible;

use super::suggest;

/// One thing to say about a place.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    span: Range<usize>,
    weight: Weight,
    message: String,
    hint: Option<String>,
    fix: Option<String>,
}

impl Finding {
    /// Says the way out.
    pub(super) fn hint(&mut self, hint: impl Into<String>) {
        self.hint = Some(visible(&hint.into()));
    }
}

/// Everything found so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Findings {
    list: Vec<Finding>,
}

impl Findings {
    /// Notes what makes the file unfit for unattended use.
    pub(super) fn error(&mut self, span: Range<usize>, message: impl Into<String>) -> &mut Finding {
        self.push(span, Weight::Error, message.into())
    }

    /// Notes what is worth knowing.
    pub(super) fn warning(
        &mut self,
        span: Range<usize>,
        message: impl Into<String>,
    ) -> &mut Finding {
        self.push(span, Weight::Warning, message.into())
    }

    /// Notes a word of the format that is none of `known`.
    pub(super) fn unknown(&mut self, span: Range<usize>, what: &str, word: &str, known: &[&str]) {
        let nearest = suggest::nearest(word, known.iter().copied());
        self.unknown_name(span, what, word, known).fix = nearest.map(str::to_owned);
    }

    /// Notes a name of the author's that is none of `known`. Which one is meant is theirs to say.
    pub(super) fn unknown_name(
        &mut self,
        span: Range<usize>,
        what: &str,
        word: &str,
        known: &[&str],
    ) -> &mut Finding {
        let nearest = suggest::nearest(word, known.iter().copied());
        let finding = self.error(span, format!("unknown {what} {}", quote(word)));
        match nearest {
            Some(it) => finding.hint(format!("did you mean `{it}`?")),
            None if known.is_empty() => (),
            None => finding.hint(format!("known: {}", known.join(", "))),
        }
        finding
    }

    fn push(&mut self, span: Range<usize>, weight: Weight, message: String) -> &mut Finding {
        let message = visible(&message);
        self.list.push(Finding { span, weight, message, hint: None, fix: None });
        self.list.last_mut().expect("it was pushed on the line above")
    }

    /// Takes over what another reading found.
    pub(super) fn append(&mut self, mut other: Findings) {
        self.list.append(&mut other.list);
    }

    /// Whether the file is refused for unattended use.
    pub(super) fn has_errors(&self) -> bool {
        self.list.iter().any(|it| it.weight == Weight::Error)
    }

    /// The problems in the order of the file, with lines and columns.
    pub(super) fn into_problems(mut self, file: &str, text: &str) -> Vec<Problem> {
        let more = self.list.len().saturating_sub(PROBLEMS_MAX);
        if more > 0 {
            self.list.sort_by_key(|it| (it.weight, it.span.start));
            self.list.truncate(PROBLEMS_MAX);
        }
        self.list.sort_by_key(|it| it.span.start);
        let mut problems: Vec<Problem> = self
            .list
            .into_iter()
            .map(|it| {
                let mut problem = Problem::at(file, text, it.span, it.weight, it.message);
                problem.fix = it.fix;
                match it.hint {
                    Some(hint) => problem.hint(hint),
                    None => problem,
                }
            })
            .collect();
        if more > 0 {
            let message = format!("{more} more problems are not listed");
            problems.push(Problem::at(
                file,
                text,
                text.len()..text.len(),
                Weight::Warning,
                message,
            ));
        }
        problems
    }
}

/// A word of the file inside a message: short, and with what a terminal would obey made visible.
pub(super) fn quote(word: &str) -> String {
    format!("{:?}", limits::cut(word, 60))
}
