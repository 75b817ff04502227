//! From what was understood to the files of a plan, each with the lines that it comes from.
//!
//! **Invariant:** what is written loads without an error, whatever the document says, and runs nothing by itself.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::model::{Document, Procedure};
use crate::language::Language;
use crate::limits::RUNBOOKS_MAX;

mod account;
pub(super) mod again;
mod form;
mod ladder;
mod people;
mod plan;
mod routine;
mod runbook;
mod yaml;

/// The account of an import.
pub(crate) const ACCOUNT_FILE: &str = "IMPORT.md";
/// A name of a file is shown in one line.
const NAME_CHARS_MAX: usize = 60;

/// The files of a plan, by path.
pub(super) fn written(documents: &[Document], language: Language) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut names = BTreeSet::new();
    let rounds = routine::rounds(documents, language);
    let mut runbooks: Vec<(String, &Document, &Procedure)> = Vec::new();
    for document in documents {
        for procedure in &document.procedures {
            let name = free(&mut names, &file_name(&procedure.title));
            runbooks.push((name, document, procedure));
        }
    }
    let mut of_rounds = Vec::new();
    for round in &rounds {
        let name = free(&mut names, &file_name(&round.procedure.title));
        of_rounds.push(name.clone());
        runbooks.push((name, round.document, &round.procedure));
    }
    // A plan has no room for more; the account says how many are missing.
    let beyond = runbooks.split_off(runbooks.len().min(RUNBOOKS_MAX));
    let chores = plan::Chores { rounds: &rounds, names: &of_rounds };
    files.insert("matoi.yaml".to_owned(), plan::plan(documents, &runbooks, &chores, language));
    for (name, document, procedure) in &runbooks {
        files
            .insert(format!("runbooks/{name}.md"), runbook::runbook(document, procedure, language));
    }
    let (forms, forms_beyond) = form::forms(documents);
    for form in &forms {
        files.insert(form.path(), form.text.clone());
    }
    let written = account::Written {
        runbooks: &runbooks,
        runbooks_beyond: beyond.len(),
        forms: &forms,
        forms_beyond,
    };
    let account = account::account(documents, &written, &files, language);
    files.insert(ACCOUNT_FILE.to_owned(), account);
    files
}

/// A title as the name of a file, the same at every import: letters and digits of any language, and dashes.
fn file_name(title: &str) -> String {
    let half = crate::plan::width::half_width(title).to_lowercase();
    let mut name = String::new();
    for letter in half.chars() {
        if letter.is_alphanumeric() || letter == 'ー' {
            name.push(letter);
        } else if !name.ends_with('-') && !name.is_empty() {
            name.push('-');
        }
    }
    let name: String = name.trim_matches('-').chars().take(NAME_CHARS_MAX).collect();
    let name = name.trim_matches('-').to_owned();
    if name.is_empty() { "procedure".to_owned() } else { name }
}

/// `name`, or `name-2` where it is taken.
fn free(names: &mut BTreeSet<String>, name: &str) -> String {
    let mut candidate = name.to_owned();
    let mut number = 2_usize;
    while !names.insert(candidate.clone()) {
        candidate = format!("{name}-{number}");
        number += 1;
    }
    candidate
}

/// `3, 5-9`: the lines that something comes from.
pub fn lines(lines: &[usize]) -> String {
    let mut sorted = lines.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for line in sorted {
        match ranges.last_mut() {
            Some(last) if last.1 + 1 == line => last.1 = line,
            Some(_) | None => ranges.push((line, line)),
        }
    }
    let mut text = String::new();
    for (first, last) in ranges {
        let lead = if text.is_empty() { "" } else { ", " };
        let _ = match first == last {
            true => write!(text, "{lead}{first}"),
            false => write!(text, "{lead}{first}-{last}"),
        };
    }
    text
}
