//! Runbooks that nobody ever tried as they are now.

use std::collections::BTreeMap;

use crate::plan::Plan;
use crate::plan::load::RUNBOOK_DIRECTORY;
use crate::practice::Standing;
use crate::problem::{Problem, Weight};
use crate::runbook::{Act, Runbook};

/// What a server knows of a runbook of the same name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// SHA-256 of the bytes that it has.
    pub hash: String,
    pub standing: Standing,
}

/// The runbooks that perform something, and were not tried with good result since they were last changed.
///
/// One with errors is left out: it can be neither run nor rehearsed before they are mended.
pub fn untried(
    plan: &Plan,
    files: &BTreeMap<String, Vec<u8>>,
    known: &BTreeMap<String, Known>,
) -> Vec<Problem> {
    let performs =
        |it: &&Runbook| it.sound && it.steps.iter().any(|it| matches!(it.act, Act::Perform { .. }));
    let of = |runbook: &Runbook| {
        let (code, message) = complaint(runbook, known.get(&runbook.name))?;
        let file = format!("{RUNBOOK_DIRECTORY}{}.md", runbook.name);
        let text = files.get(&file).and_then(|it| std::str::from_utf8(it).ok()).unwrap_or_default();
        let problem = Problem::at(&file, text, 0..0, Weight::Warning, message).code(code);
        Some(problem.hint(format!("matoi run {} --rehearse", runbook.name)))
    };
    plan.runbooks.values().filter(performs).filter_map(of).collect()
}

fn complaint(runbook: &Runbook, known: Option<&Known>) -> Option<(&'static str, String)> {
    let standing = match known {
        None => Standing::Never,
        Some(it) if it.standing == Standing::Never => Standing::Never,
        Some(it) if it.hash != runbook.hash => Standing::Changed,
        Some(it) => it.standing,
    };
    let name = &runbook.name;
    match standing {
        Standing::Proved => None,
        Standing::Never => {
            Some(("never-rehearsed", format!("\"{name}\" was never rehearsed, and never run")))
        }
        Standing::Changed => Some((
            "changed-since-rehearsed",
            format!("\"{name}\" was changed since it was rehearsed or run"),
        )),
        Standing::Failed => Some((
            "rehearsal-failed",
            format!("the last rehearsal or run of \"{name}\" ended badly"),
        )),
    }
}
