//! The report: a timeline as people file it, in Markdown, in Japanese and in English.
//!
//! ```text
//! events ─▶ overview, ledger, runs ─▶ form (incident, review) ─▶ Document ─▶ Markdown
//!             times, targets            Voice: one set of words
//! ```
//!
//! **Invariant:** nothing is claimed that no event tells. What is not known is printed as unknown, an unclear step as
//! unclear, an owed page as not delivered, and what only people know as a blank that tools can find.
//! **Invariant:** the same material gives the same bytes.
//! **Invariant:** outside text is escaped in one place, [`markdown`], and never becomes structure.

mod attachment;
mod contact;
mod draft;
mod incident_form;
mod ledger;
mod line;
mod line_incident;
mod line_run;
mod markdown;
mod names;
mod next_action;
mod overview;
pub mod own;
mod review_form;
mod run_section;
mod run_story;
mod standing;
mod targets;
mod timeline;
mod times;
mod voice;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::id::RunId;
use crate::incident;
use crate::language::Language;
use crate::plan::{Limit, Plan};
use crate::run;

pub use self::line::{Entry, Line, timeline_line};
pub use self::names::Names;
pub use self::targets::{TargetKept, Verdict, targets};
pub use self::timeline::timeline;
pub use self::times::times;

/// The name of the incident report, and of the template that takes its place.
pub const INCIDENT: &str = "incident";
/// The name of the post-incident report, and of the template that takes its place.
pub const REVIEW: &str = "review";

/// What a person has to fill in, in Japanese reports; outside text never contains it unescaped.
pub const BLANK_JA: &str = "［要記入］";
/// What a person has to fill in, in English reports; outside text never contains it unescaped.
pub const BLANK_EN: &str = "[to fill in]";

/// Rows of a timeline that a report prints; the middle is left out, and the report says how much.
pub const TIMELINE_ROWS_MAX: usize = 2_000;
/// Rows of any other table or list; more are counted.
const ROWS_MAX: usize = 500;
/// Runs that a report describes; more are counted.
const RUNS_MAX: usize = 100;
/// Outputs of attempts that a report quotes; the rest are in their folders.
const OUTPUTS_MAX: usize = 200;
/// Characters of one quoted output.
const OUTPUT_CHARS_MAX: usize = crate::limits::EXCERPT_CHARS_MAX;

/// What a report is made from.
#[derive(Clone, Copy)]
pub struct Material<'a> {
    /// The plan that the incident began with.
    pub plan: &'a Plan,
    pub events: &'a [incident::event::Event],
    /// Its runs, in the order in which they started.
    pub runs: &'a [(RunId, Vec<run::event::Event>)],
    /// When a limit that begins at a moment ends; the calendar knows, and `None` where it cannot tell.
    pub deadline: &'a dyn Fn(&Limit, Timestamp) -> Option<Timestamp>,
    pub now: Timestamp,
}

/// The incident report: what is known now, also while the incident is open. In the form of the house, if it has one.
pub fn incident(material: &Material<'_>, language: Language) -> String {
    in_form(&draft::Draft::new(material, language), INCIDENT, incident_form::write)
}

/// The post-incident report: everything that happened, and blanks for what only people know.
/// In the form of the house, if it has one.
pub fn review(material: &Material<'_>, language: Language) -> String {
    in_form(&draft::Draft::new(material, language), REVIEW, review_form::write)
}

/// Every other form of the house that there is for this language, by name.
pub fn others(material: &Material<'_>, language: Language) -> BTreeMap<String, String> {
    let draft = draft::Draft::new(material, language);
    let names = material.plan.forms.keys().map(|it| it.split('.').next().unwrap_or(it));
    let names: BTreeSet<&str> = names.filter(|it| ![INCIDENT, REVIEW].contains(it)).collect();
    let there = |it: &&str| own::find(material.plan, it, language).is_some();
    let written = |it: &str| (it.to_owned(), in_form(&draft, it, |_| String::new()));
    names.into_iter().filter(there).map(written).collect()
}

/// A form of the house; where there is none, or it cannot be filled in, the built-in one, which then says why.
fn in_form(
    draft: &draft::Draft<'_>,
    name: &str,
    built_in: impl Fn(&draft::Draft<'_>) -> String,
) -> String {
    let Some((name, text)) = own::find(draft.material.plan, name, draft.language) else {
        return built_in(draft);
    };
    own::write(draft, text).unwrap_or_else(|err| {
        let path = format!("templates/{name}.md");
        let notice = draft.language.pick(
            format!("{path} は使えませんでした（{}行目）: {}", err.line, err.message),
            format!("{path} could not be used, line {}: {}", err.line, err.message),
        );
        format!("> ⚠ {}\n\n{}", markdown::bounded(&notice), built_in(draft))
    })
}
