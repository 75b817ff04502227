//! A runbook: Markdown that people read on a code host and Matoi performs.
//!
//! **Invariant:** only `kind=` arms a step. A fence without it runs when a person clicks it, and never otherwise.
//! **Invariant:** the file is written to only by [`arm`], when a person says so; what happens is kept by the run.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::language::Language;

pub use param::{Param, ParamKind};

pub mod arm;
pub(crate) mod backup;
pub mod environment;
mod overview;
mod param;
pub mod parse;
pub mod program;

/// A parsed runbook.
#[derive(Clone, Debug, PartialEq)]
pub struct Runbook {
    /// The file name without `.md`.
    pub name: String,
    pub title: String,
    /// SHA-256 of the file's bytes, in hex.
    pub hash: String,
    /// Alert names that this runbook answers.
    pub for_alert: Option<String>,
    pub for_service: Option<String>,
    pub params: BTreeMap<String, Param>,
    /// Names of secrets that its steps may see.
    pub secrets: Vec<String>,
    /// A resource only one run may hold at a time.
    pub lock: Option<String>,
    pub budget: Option<SignedDuration>,
    pub phases: Vec<Phase>,
    pub steps: Vec<Step>,
    /// False when an error was found in the file: it is then refused for unattended use.
    pub sound: bool,
}

impl Runbook {
    /// The step of this name.
    pub fn step(&self, name: &str) -> Option<&Step> {
        self.steps.iter().find(|it| it.name == name)
    }
}

/// The language of steps whose command the plan says.
pub const ACTION: &str = "action";

/// Whether a step of this language is a script for a shell, whose commands can be read.
pub fn is_shell(language: &str) -> bool {
    matches!(language, "bash" | "sh" | "dash" | "ksh" | "shell" | "zsh")
}

/// The ordered steps as people read them: who may run each, for how long, and what it depends on.
pub fn plan_text(runbook: &Runbook, language: Language) -> String {
    overview::text(runbook, language)
}

/// What a run of a runbook is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    #[default]
    Perform,
    /// To find out what would happen; only looks are taken.
    Rehearse,
}

impl Purpose {
    /// Whether steps are carried out.
    pub fn is_performing(&self) -> bool {
        *self == Purpose::Perform
    }
}

/// A heading and the steps below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phase {
    pub title: String,
    pub budget: Option<SignedDuration>,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Unique; `<heading-slug>-<n>` where the author gave none.
    pub name: String,
    /// Index into [`Runbook::phases`].
    pub phase: usize,
    pub kind: Kind,
    pub act: Act,
    /// Bounds one attempt.
    pub timeout: SignedDuration,
    /// Attempts after the first that a read-only step may make.
    pub retry: u32,
    /// The pause between them.
    pub every: SignedDuration,
    /// Steps that must have succeeded.
    pub needs: Vec<String>,
    pub condition: Option<StepCondition>,
    pub on_fail: OnFail,
    /// The `verify` step that tells whether this one took effect.
    pub check: Option<String>,
    /// The `undo` step that takes this one back.
    pub undo: Option<String>,
    pub expect: Option<Expect>,
    /// Its failure does not fail the run.
    pub optional: bool,
    /// The author promises that doing it twice is the same as once.
    pub idempotent: bool,
    /// What an adapter reads: `on` (a place or a database), `cwd`.
    pub extra: BTreeMap<String, String>,
    /// The line of the fence, counted from 1.
    pub line: usize,
}

/// What a step means for the world; it decides what happens after a crash and who may start it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// No `kind=`: a person starts it.
    Click,
    /// Looks, changes nothing.
    Diagnose,
    /// Writes an artifact.
    Backup,
    /// Changes production.
    Recover,
    /// Looks whether all is well.
    Verify,
    /// Takes a `recover` back; never in the forward sequence.
    Undo,
    /// The target of `on-fail=goto:`; never in the forward sequence.
    Handler,
    /// A gate, a wait, or a list of things that people do.
    Durable,
}

impl Kind {
    /// The word that people write, or read where nothing is written.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Click => "click",
            Kind::Diagnose => "diagnose",
            Kind::Backup => "backup",
            Kind::Recover => "recover",
            Kind::Verify => "verify",
            Kind::Undo => "undo",
            Kind::Handler => "handler",
            Kind::Durable => "durable",
        }
    }

    /// Whether doing it may change something.
    pub fn changes_things(self) -> bool {
        match self {
            Kind::Click | Kind::Backup | Kind::Recover | Kind::Undo | Kind::Handler => true,
            Kind::Diagnose | Kind::Verify | Kind::Durable => false,
        }
    }

    /// Whether it is part of the sequence from first to last.
    pub fn is_forward(self) -> bool {
        match self {
            Kind::Undo | Kind::Handler => false,
            Kind::Click
            | Kind::Diagnose
            | Kind::Backup
            | Kind::Recover
            | Kind::Verify
            | Kind::Durable => true,
        }
    }
}

/// What is done.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// A text for an adapter of the edge, by language.
    Perform {
        language: String,
        script: String,
    },
    Approve(Approval),
    Wait {
        lasting: SignedDuration,
    },
    Tick {
        items: Vec<String>,
    },
}

/// A gate: people who must say yes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    pub min: u32,
    /// People and `@groups`; empty means anybody in the plan.
    pub from: Vec<String>,
    /// Whoever started the run may not vote.
    pub not_initiator: bool,
    pub expires: Option<SignedDuration>,
    pub on_expire: OnExpire,
    /// What they are asked; `$NAME` is filled in when the gate opens, and frozen.
    pub text: String,
}

/// What follows when a gate was not answered. Approving is not among the choices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnExpire {
    Escalate,
    Abort,
}

/// `if=step` or `if=!step`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepCondition {
    pub step: String,
    pub wanted: Wanted,
}

/// What a condition wants of its step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    Succeeded,
    /// It ran and failed. A step that was skipped satisfies neither.
    Failed,
}

/// What follows when a step fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OnFail {
    Abort,
    Continue,
    /// Holds the run and asks a person.
    Pause,
    /// As `Pause`, and pages the next level.
    Escalate,
    Goto(String),
    /// Undoes what was applied, in reverse, and ends the run.
    Undo,
}

/// What the answer must be; exit 0 with another answer is a failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    /// The trimmed answer is this text.
    Text(String),
    /// The answer holds a match of this regular expression.
    Pattern(String),
}
