//! What was found wrong while reading, before it is turned into problems for people.
//!
//! Finding is cheap and bounded; lines and columns are counted once, for those that are shown.

use std::ops::Range;

use crate::limits::PROBLEMS_MAX;
use crate::problem::{Problem, Weight};

/// Beyond this, findings are only counted.
const FINDINGS_MAX: usize = 1_000;

/// Something wrong at a place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Finding {
    pub(crate) span: Range<usize>,
    pub(crate) weight: Weight,
    pub(crate) complaint: Complaint,
}

/// What is wrong with a text, and the way out, without a place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Complaint {
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
    /// What kind of mistake it is, for programs.
    pub(crate) code: Option<&'static str>,
    /// The word of the format that is meant.
    pub(crate) fix: Option<String>,
}

/// Everything found in one file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Findings {
    list: Vec<Finding>,
    unlisted: usize,
    errors: usize,
}

impl Complaint {
    pub(crate) fn new(message: impl Into<String>) -> Complaint {
        Complaint { message: message.into(), hint: None, code: None, fix: None }
    }

    pub(crate) fn hint(self, hint: impl Into<String>) -> Complaint {
        Complaint { hint: Some(hint.into()), ..self }
    }

    /// The same complaint under a code, unless it has one.
    pub(crate) fn code(self, code: &'static str) -> Complaint {
        Complaint { code: self.code.or(Some(code)), ..self }
    }

    pub(crate) fn maybe_hint(self, hint: Option<String>) -> Complaint {
        Complaint { hint: hint.or(self.hint), ..self }
    }
}

impl From<String> for Complaint {
    fn from(message: String) -> Complaint {
        Complaint::new(message)
    }
}

impl From<&str> for Complaint {
    fn from(message: &str) -> Complaint {
        Complaint::new(message)
    }
}

impl Findings {
    pub(crate) fn error(&mut self, span: &Range<usize>, complaint: impl Into<Complaint>) {
        self.add(span, Weight::Error, complaint.into());
    }

    pub(crate) fn unarmed(&mut self, span: &Range<usize>, complaint: impl Into<Complaint>) {
        self.add(span, Weight::Unarmed, complaint.into());
    }

    pub(crate) fn warning(&mut self, span: &Range<usize>, complaint: impl Into<Complaint>) {
        self.add(span, Weight::Warning, complaint.into());
    }

    fn add(&mut self, span: &Range<usize>, weight: Weight, complaint: Complaint) {
        self.errors += usize::from(weight == Weight::Error);
        if self.is_full() {
            self.unlisted += 1;
        } else {
            self.list.push(Finding { span: span.clone(), weight, complaint });
        }
    }

    /// Whether more findings are only counted, so that hints for them would be in vain.
    pub(crate) fn is_full(&self) -> bool {
        self.list.len() >= FINDINGS_MAX
    }

    /// Whether the file is refused.
    pub(crate) fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// The problems in the order of the file, at most [`PROBLEMS_MAX`] and one that counts the rest.
    pub(crate) fn into_problems(mut self, file: &str, text: &str) -> Vec<Problem> {
        self.list.sort_by_key(|it| (it.span.start, it.weight));
        self.list.dedup();
        let more = self.list.len().saturating_sub(PROBLEMS_MAX) + self.unlisted;
        let weight = if self.has_errors() { Weight::Error } else { Weight::Warning };
        let mut problems: Vec<Problem> = self
            .list
            .into_iter()
            .take(PROBLEMS_MAX)
            .map(|it| it.into_problem(file, text))
            .collect();
        if more > 0 {
            let message = format!("{more} more problems are not shown");
            problems.push(
                Problem::at(file, text, text.len()..text.len(), weight, message)
                    .hint("mend the first ones and check again"),
            );
        }
        problems
    }
}

impl Finding {
    fn into_problem(self, file: &str, text: &str) -> Problem {
        let Finding { span, weight, complaint } = self;
        let mut problem = Problem::at(file, text, span, weight, complaint.message);
        problem.hint = complaint.hint;
        problem.code = complaint.code.map(str::to_owned);
        problem.fix = complaint.fix;
        // No editor counts the mark at the beginning of a file as a character.
        if problem.line == 1 && problem.column > 1 && text.starts_with('\u{feff}') {
            problem.column -= 1;
        }
        problem
    }
}
