//! A step before its references are checked.

use std::ops::Range;

use crate::runbook::Step;

use super::outline::Script;

/// A step, and where its parts stand in the file.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) step: Step,
    /// Where the author named it; nothing may refer to a step without.
    pub(super) name: Option<Range<usize>>,
    /// The line of the fence, or the first item.
    pub(super) span: Range<usize>,
    /// The heading that it stands below.
    pub(super) heading: Option<usize>,
    pub(super) references: Vec<Reference>,
    /// Where the author said what follows a failure.
    pub(super) on_fail: Option<Range<usize>>,
    pub(super) script: Script,
}

/// A step's mention of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    pub(super) role: Role,
    pub(super) name: String,
    pub(super) span: Range<usize>,
}

/// In which sense a step mentions another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Needs,
    If,
    Check,
    Undo,
    Goto,
}

impl Role {
    /// As it is written.
    pub(super) fn word(self) -> &'static str {
        match self {
            Role::Needs => "needs=",
            Role::If => "if=",
            Role::Check => "check=",
            Role::Undo => "undo=",
            Role::Goto => "on-fail=goto:",
        }
    }
}
