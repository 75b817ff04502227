//! `cargo xtask tidy`: the house rules that no compiler knows; they also run inside `cargo test`.
//!
//! To add a rule: a module with a `check`, a line in [`CHECKS`], and a text that breaks it in `tests/check.rs`.
//!
//! **Invariant:** a check is a function of paths and texts alone, so that a test can show it a text that it must refuse.

pub mod tree;

mod decision;
mod file;
mod graph;
mod layer;
mod mark;
mod markdown;
mod module;
mod name;
mod place;
mod rust;
mod twin;

use std::fmt;
use std::path::Path;

use anyhow::{Result, bail};

pub use file::{File, tracked};

use crate::workshop::say;

/// One breach of a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    pub path: String,
    /// Counted from 1.
    pub line: usize,
    /// What is wrong and what to do instead.
    pub message: String,
}

impl Finding {
    /// A breach at `line` of `file`.
    pub fn new(file: &File, line: usize, message: impl Into<String>) -> Finding {
        Finding { path: file.path.clone(), line, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.message)
    }
}

/// One rule.
pub struct Check {
    pub name: &'static str,
    /// What holds where it finds nothing.
    pub promise: &'static str,
    pub check: fn(&[File]) -> Vec<Finding>,
}

/// Every rule over the texts of the repository.
pub const CHECKS: &[Check] = &[
    Check { name: "size", promise: "No Rust file is longer than 500 lines.", check: module::size },
    Check {
        name: "purpose",
        promise: "Every module opens with its purpose.",
        check: module::purpose,
    },
    Check {
        name: "name",
        promise: "No module or type has a name that hides the missing noun.",
        check: name::check,
    },
    Check {
        name: "mark",
        promise: "Nothing is left unfinished, ignored, or unreviewed.",
        check: mark::check,
    },
    Check {
        name: "clock",
        promise: "The clock is read in one file of the engine, and in one of the demo.",
        check: layer::clock,
    },
    Check { name: "sql", promise: "SQL is written where it is at home.", check: layer::sql },
    Check {
        name: "graph",
        promise: "Crates depend on each other only as the architecture allows, and share the lints.",
        check: graph::check,
    },
    Check {
        name: "title",
        promise: "Every document has exactly one title.",
        check: markdown::title,
    },
    Check {
        name: "link",
        promise: "Every link between documents leads to a file and a heading that are there.",
        check: markdown::link,
    },
    Check {
        name: "twin",
        promise: "A document and its Japanese twin have the same headings and the same commands.",
        check: twin::check,
    },
    Check {
        name: "decision",
        promise: "Every decision says its context, choice, cost, and what would change our mind.",
        check: decision::check,
    },
    Check {
        name: "place",
        promise: "No file names a place that only one machine has.",
        check: place::check,
    },
];

/// Fails with every breach in the repository at `root`.
pub(crate) fn perform(root: &Path) -> Result<()> {
    let findings = findings(root)?;
    if findings.is_empty() {
        say(format_args!("tidy: {} rules hold", CHECKS.len() + 2));
        return Ok(());
    }
    let lines: Vec<String> = findings.iter().map(Finding::to_string).collect();
    bail!("{} breaches of the house rules\n{}", lines.len(), lines.join("\n"))
}

/// Accepts the core's dependencies as they are.
pub(crate) fn bless(root: &Path) -> Result<()> {
    tree::bless(root)?;
    perform(root)
}

/// Every breach in the repository at `root`, those that need cargo or the place of the checkout included.
pub fn findings(root: &Path) -> Result<Vec<Finding>> {
    let files = tracked(root)?;
    let mut findings: Vec<Finding> = CHECKS.iter().flat_map(|it| (it.check)(&files)).collect();
    findings.extend(place::checkout(&files, root));
    findings.extend(tree::check(&tree::ask(root)?, &tree::snapshot(root)));
    findings.sort();
    findings.dedup();
    Ok(findings)
}

/// Breaches that name the place of the checkout itself.
pub fn names_checkout(files: &[File], root: &Path) -> Vec<Finding> {
    place::checkout(files, root)
}
