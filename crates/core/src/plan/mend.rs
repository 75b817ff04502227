//! Mends what is mechanical in the files of a plan: words of the format that are written nearly right.
//!
//! **Invariant:** no step may begin by itself afterwards that could not before, and no step is another step; that is for
//! people to write. A file in which mending would do so, or would help nothing, is left as it is, and that is said.

use std::collections::BTreeMap;

use crate::plan::load::{Loaded, PLAN_FILE, RunbookParser, languages, load};
use crate::problem::{Problem, Weight};

/// What would be mended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mending {
    pub files: Vec<Mended>,
    pub left: Vec<Left>,
}

/// A file with its words written right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mended {
    /// Relative to the plan's directory.
    pub file: String,
    pub text: String,
    pub words: Vec<Word>,
}

/// One word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Counted from 1.
    pub line: usize,
    pub was: String,
    pub is: String,
}

/// A file that is not mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    pub file: String,
    pub why: &'static str,
}

/// Finds what can be mended of the problems that loading found. Nothing is written.
pub fn mend(
    files: &BTreeMap<String, Vec<u8>>,
    loaded: &Loaded,
    parse_runbook: RunbookParser,
) -> Mending {
    let mut mending = Mending::default();
    let mut by_file: BTreeMap<&str, Vec<&Problem>> = BTreeMap::new();
    for problem in loaded.problems.iter().filter(|it| it.fix.is_some()) {
        by_file.entry(&problem.file).or_default().push(problem);
    }
    for (file, problems) in by_file {
        let text = files.get(file).and_then(|it| std::str::from_utf8(it).ok());
        let Some((text, words)) = text.and_then(|it| written_right(it, &problems)) else {
            continue;
        };
        let judgement = match file == PLAN_FILE {
            true if words.iter().any(|it| BEGINS.contains(&it.is.as_str())) => Err(FOR_YOU),
            true => judge_plan(files, loaded, &text, parse_runbook),
            false => judge_runbook(files, file, &text, parse_runbook),
        };
        let file = file.to_owned();
        match judgement {
            Ok(()) => mending.files.push(Mended { file, text, words }),
            Err(why) => mending.left.push(Left { file, why }),
        }
    }
    mending
}

/// The text with every word replaced that stands where its problem says.
fn written_right(text: &str, problems: &[&Problem]) -> Option<(String, Vec<Word>)> {
    let mut right = String::with_capacity(text.len());
    let (mut words, mut at) = (Vec::new(), 0);
    for problem in problems {
        let Some(is) = &problem.fix else { continue };
        let was = text.get(problem.span.clone()).unwrap_or_default();
        // A key in quotes, or one that another problem covers, is for people.
        if problem.span.start < at || was.is_empty() || !was.chars().all(is_of_a_word) {
            continue;
        }
        right.push_str(text.get(at..problem.span.start)?);
        right.push_str(is);
        at = problem.span.end;
        words.push(Word { line: problem.line, was: was.to_owned(), is: is.clone() });
    }
    right.push_str(text.get(at..)?);
    (!words.is_empty()).then_some((right, words))
}

fn is_of_a_word(it: char) -> bool {
    it.is_alphanumeric() || matches!(it, '-' | '_')
}

/// Keys of a plan by which something begins by itself.
const BEGINS: &[&str] = &["unattended", "start"];

const FOR_YOU: &str =
    "something would begin by itself, or become another step; that is for you to write";
const NO_BETTER: &str = "it would have as many mistakes as before";

fn judge_plan(
    files: &BTreeMap<String, Vec<u8>>,
    loaded: &Loaded,
    text: &str,
    parse_runbook: RunbookParser,
) -> Result<(), &'static str> {
    let mut files = files.clone();
    files.insert(PLAN_FILE.to_owned(), text.as_bytes().to_vec());
    let after = load(&files, parse_runbook);
    let of_plan = |it: &Loaded| errors(it.problems.iter().filter(|it| it.file == PLAN_FILE));
    if of_plan(&after) < of_plan(loaded) { Ok(()) } else { Err(NO_BETTER) }
}

fn judge_runbook(
    files: &BTreeMap<String, Vec<u8>>,
    file: &str,
    text: &str,
    parse_runbook: RunbookParser,
) -> Result<(), &'static str> {
    let bytes = |file: &str| files.get(file).map(Vec::as_slice).unwrap_or_default();
    let named = languages(bytes(PLAN_FILE));
    let (before, problems) = parse_runbook(file, bytes(file), &named);
    let (after, problems_after) = parse_runbook(file, text.as_bytes(), &named);
    let (Some(before), Some(after)) = (before, after) else {
        return Err("it would be a runbook, or none any more");
    };
    let steps = |it: &crate::runbook::Runbook| -> Vec<_> {
        it.steps.iter().map(|it| (it.line, it.kind, it.act.clone())).collect()
    };
    if steps(&before) != steps(&after) {
        return Err(FOR_YOU);
    }
    let errors = |it: &[Problem]| errors(it.iter());
    if errors(&problems_after) < errors(&problems) { Ok(()) } else { Err(NO_BETTER) }
}

fn errors<'p>(problems: impl Iterator<Item = &'p Problem>) -> usize {
    problems.filter(|it| it.weight == Weight::Error).count()
}
