//! From the files of a directory to a plan.
//!
//! **Invariant:** a plan is loaded whole or not at all, and every problem of every file is told at once.
//! **Invariant:** only errors of `matoi.yaml` refuse the plan. A runbook with errors is kept, marked unsound, and
//! is refused where it would run unattended: a slip in one procedure must not take the pager away.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use crate::id::{PlanHash, hexadecimal};
use crate::limits::{
    FORM_BYTES_MAX, FORMS_MAX, PLAN_BYTES_MAX, PROBLEMS_MAX, RUNBOOK_BYTES_MAX, RUNBOOKS_MAX,
};
use crate::plan::finding::{Complaint, Findings};
use crate::plan::kinds::Kinds;
use crate::plan::read::Shelf;
use crate::plan::yaml::Value;
use crate::plan::{Plan, agreement, read, yaml};
use crate::problem::{Problem, Weight};
use crate::runbook::Runbook;

/// The file that a plan begins with.
pub const PLAN_FILE: &str = "matoi.yaml";
/// The directory of the runbooks, with its slash.
pub const RUNBOOK_DIRECTORY: &str = "runbooks/";

/// The directory of the iCalendar files, with its slash.
pub const HOLIDAY_DIRECTORY: &str = "holidays/";
/// The directory of report forms, with its slash.
pub const TEMPLATE_DIRECTORY: &str = "templates/";

/// Reads one Markdown file: its path, its bytes, and the languages that the plan names an interpreter for. No runbook
/// means that the file is documentation.
pub type RunbookParser = fn(&str, &[u8], &BTreeSet<String>) -> (Option<Runbook>, Vec<Problem>);

/// What came of loading.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// `None` when `matoi.yaml` has errors.
    pub plan: Option<Plan>,
    /// `matoi.yaml` first, then the runbooks by name; each file from its beginning to its end.
    pub problems: Vec<Problem>,
}

/// Loads a plan from the files of its directory, by path relative to it, with `/` between the parts.
///
/// What belongs to kinds is not looked at: for a plan that ruled before, which an incident keeps whatever the kinds say now.
pub fn load(files: &BTreeMap<String, Vec<u8>>, parse_runbook: RunbookParser) -> Loaded {
    load_asking(files, parse_runbook, None)
}

/// As [`load`], and asks about everything that belongs to kinds: for a plan that is to rule from now on.
pub fn load_with(
    files: &BTreeMap<String, Vec<u8>>,
    parse_runbook: RunbookParser,
    kinds: &Kinds,
) -> Loaded {
    load_asking(files, parse_runbook, Some(*kinds))
}

fn load_asking(
    files: &BTreeMap<String, Vec<u8>>,
    parse_runbook: RunbookParser,
    kinds: Option<Kinds>,
) -> Loaded {
    let hash = hash(files);
    let mut runbook_problems = Vec::new();
    let named = languages(files.get(PLAN_FILE).map(Vec::as_slice).unwrap_or_default());
    let parse = |path: &str, bytes: &[u8]| parse_runbook(path, bytes, &named);
    let shelf = shelf(files, parse, &mut runbook_problems);
    let (mut plan, mut problems) = read_plan(files, hash, Shelf { kinds, ..shelf });
    if let Some(plan) = &mut plan {
        runbook_problems.extend(agreement::check(plan, files, kinds));
    }
    runbook_problems.sort_by(|a, b| (&a.file, a.span.start).cmp(&(&b.file, b.span.start)));
    problems.extend(runbook_problems);
    Loaded { plan, problems: bounded(problems) }
}

/// The SHA-256 of all files: for each, by path, the length and bytes of its path and of its content.
///
/// The lengths keep two different directories from looking the same.
pub fn hash(files: &BTreeMap<String, Vec<u8>>) -> PlanHash {
    let mut hash = Sha256::new();
    for (path, bytes) in files {
        for part in [path.as_bytes(), bytes] {
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part);
        }
    }
    PlanHash(hexadecimal(&hash.finalize()))
}

/// The languages that a `matoi.yaml` names an interpreter for, whatever else is wrong with it.
pub fn languages(plan: &[u8]) -> BTreeSet<String> {
    let text =
        plan.get(..PLAN_BYTES_MAX.min(plan.len())).and_then(|it| std::str::from_utf8(it).ok());
    let tree = yaml::tree::parse(text.unwrap_or_default(), &mut Findings::default());
    tree.map(|it| read::languages(&it)).unwrap_or_default()
}

/// Reads every runbook.
fn shelf(
    files: &BTreeMap<String, Vec<u8>>,
    parse_runbook: impl Fn(&str, &[u8]) -> (Option<Runbook>, Vec<Problem>),
    problems: &mut Vec<Problem>,
) -> Shelf {
    let mut shelf = Shelf::default();
    for (path, bytes) in files {
        if path.starts_with(HOLIDAY_DIRECTORY) {
            shelf.calendars.insert(path.clone(), bytes.clone());
        }
        if let Some(name) =
            path.strip_prefix(TEMPLATE_DIRECTORY).and_then(|it| it.strip_suffix(".md"))
        {
            match form(&shelf, bytes) {
                Ok(text) => drop(shelf.forms.insert(name.to_owned(), text)),
                Err(message) => {
                    let problem = Problem::at(path, "", 0..0, Weight::Error, message);
                    problems.push(problem.hint("the built-in form is used in its place"));
                }
            }
        }
        let Some(rest) = path.strip_prefix(RUNBOOK_DIRECTORY) else { continue };
        let Some(name) = rest.strip_suffix(".md") else { continue };
        if name.contains('/') {
            let message = "this file is not read: runbooks lie directly in runbooks/".to_owned();
            problems.push(Problem::at(path, "", 0..0, Weight::Warning, message));
            continue;
        }
        if bytes.len() > RUNBOOK_BYTES_MAX {
            let message = format!("the file is larger than {RUNBOOK_BYTES_MAX} bytes");
            problems.push(Problem::at(path, "", 0..0, Weight::Error, message));
            shelf.unread.insert(name.to_owned());
            continue;
        }
        let (runbook, found) = parse_runbook(path, bytes);
        let has_errors = found.iter().any(|it| it.weight == Weight::Error);
        match runbook {
            Some(runbook) => {
                let sound = runbook.sound && !has_errors;
                shelf.runbooks.insert(name.to_owned(), Runbook { sound, ..runbook });
            }
            // A front matter that cannot be read may hold `runbook:`, so references to it are believed.
            None if has_errors => drop(shelf.unread.insert(name.to_owned())),
            None => drop(shelf.documents.insert(name.to_owned())),
        }
        problems.extend(found);
    }
    shelf
}

/// The text of a report form. Whether it can be filled in is not asked here: a slip in a form takes no pager away.
fn form(shelf: &Shelf, bytes: &[u8]) -> Result<String, String> {
    if shelf.forms.len() >= FORMS_MAX {
        return Err(format!("a plan has at most {FORMS_MAX} forms"));
    }
    if bytes.len() > FORM_BYTES_MAX {
        return Err(format!("the file is larger than {FORM_BYTES_MAX} bytes"));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "the file is not UTF-8".to_owned())?;
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}

/// Reads `matoi.yaml`.
fn read_plan(
    files: &BTreeMap<String, Vec<u8>>,
    hash: PlanHash,
    shelf: Shelf,
) -> (Option<Plan>, Vec<Problem>) {
    let refused = |text: &str, at: usize, complaint: Complaint| {
        let mut findings = Findings::default();
        findings.error(&(at..at), complaint);
        (None, findings.into_problems(PLAN_FILE, text))
    };
    let Some(bytes) = files.get(PLAN_FILE) else {
        let complaint = Complaint::new("there is no matoi.yaml");
        return refused("", 0, complaint.hint("matoi init writes one to begin with"));
    };
    if bytes.len() > PLAN_BYTES_MAX {
        let message = format!("the file is larger than {PLAN_BYTES_MAX} bytes");
        return refused("", 0, Complaint::new(message));
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(err) => {
            let valid = bytes.get(..err.valid_up_to()).and_then(|it| std::str::from_utf8(it).ok());
            let complaint = Complaint::new("the file is not UTF-8 from here on");
            let hint = "save it as UTF-8, not as Shift_JIS or another encoding";
            return refused(valid.unwrap_or_default(), err.valid_up_to(), complaint.hint(hint));
        }
    };
    let mut findings = Findings::default();
    let plan = read_text(text, hash, shelf, &mut findings);
    let plan = plan.filter(|_| !findings.has_errors());
    (plan, findings.into_problems(PLAN_FILE, text))
}

fn read_text(text: &str, hash: PlanHash, shelf: Shelf, findings: &mut Findings) -> Option<Plan> {
    if shelf.runbooks.len() > RUNBOOKS_MAX {
        findings.error(&(0..0), format!("the plan has more than {RUNBOOKS_MAX} runbooks"));
        return None;
    }
    let tree = yaml::tree::parse(text, findings);
    match tree.filter(|it| it.value != Value::Nothing) {
        Some(tree) => read::plan(&tree, text, hash, shelf, findings),
        None if findings.has_errors() => None,
        None => {
            let complaint = Complaint::new("the file holds nothing");
            findings.error(&(0..0), complaint.hint("matoi init writes a plan to begin with"));
            None
        }
    }
}

/// At most [`PROBLEMS_MAX`] problems, and one that counts the rest.
fn bounded(mut problems: Vec<Problem>) -> Vec<Problem> {
    let more = problems.len().saturating_sub(PROBLEMS_MAX + 1);
    let Some(last) = problems.get(PROBLEMS_MAX).filter(|_| more > 0).cloned() else {
        return problems;
    };
    let rest = problems.split_off(PROBLEMS_MAX);
    let weight = rest.iter().map(|it| it.weight).min().unwrap_or(Weight::Warning);
    let message = format!("{} more problems are not shown, from here on", rest.len());
    problems.push(Problem { weight, message, hint: None, ..last });
    problems
}
