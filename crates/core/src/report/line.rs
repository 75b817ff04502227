//! One line of a timeline, in the words of the report.

use jiff::Timestamp;

use crate::id::RunId;
use crate::incident;
use crate::language::Language;
use crate::report::markdown::visible;
use crate::report::names::Names;
use crate::report::voice::Voice;
use crate::report::{line_incident, line_run};
use crate::run;

/// One entry of the joint timeline of an incident and its runs.
#[derive(Clone, Copy, Debug)]
pub enum Entry<'a> {
    Incident(&'a incident::event::Event),
    Run(&'a RunId, &'a run::event::Event),
}

/// What a timeline says of one entry, as plain text.
///
/// Texts may have the line breaks of a note; no other control character is left in them.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Line {
    pub at: Timestamp,
    /// A person, or Matoi.
    pub actor: String,
    pub action: String,
    /// Empty where there is none to tell.
    pub result: String,
}

/// What one entry says, before it is made safe to show.
pub(super) struct Told {
    pub(super) actor: String,
    pub(super) action: String,
    pub(super) result: String,
}

/// Tells an entry in the words that the report uses.
pub fn timeline_line(entry: Entry<'_>, names: &Names<'_>, language: Language) -> Line {
    let voice = Voice { names, language };
    let told = match entry {
        Entry::Incident(event) => line_incident::tell(&voice, &event.fact),
        Entry::Run(run, event) => line_run::tell(&voice, run, &event.fact),
    };
    Line {
        at: entry.at(),
        actor: visible(&told.actor),
        action: visible(&told.action),
        result: visible(&told.result),
    }
}

impl Entry<'_> {
    /// When it happened.
    pub fn at(&self) -> Timestamp {
        match self {
            Entry::Incident(event) => event.at,
            Entry::Run(_, event) => event.at,
        }
    }
}

impl Told {
    /// A line of Matoi's own doing.
    pub(super) fn matoi(voice: &Voice<'_>, action: String, result: String) -> Told {
        Told { actor: voice.matoi(), action, result }
    }

    /// A line of a person's doing.
    pub(super) fn person(voice: &Voice<'_>, by: &str, action: String, result: String) -> Told {
        Told { actor: voice.person(by), action, result }
    }
}
