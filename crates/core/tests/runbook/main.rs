//! What the runbook parser promises, seen from outside.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;

use std::fmt::Write;

use matoi_core::problem::{Problem, Weight};
use matoi_core::runbook::parse::parse;
use matoi_core::runbook::{Runbook, Step};

mod attribute;
mod example;
mod front_matter;
mod lint;
mod pitfall;
mod property;
mod reference;
mod structure;

/// Reads a whole file.
fn read(text: &str) -> (Option<Runbook>, Vec<Problem>) {
    parse("runbooks/sample.md", text.as_bytes(), &BTreeSet::new())
}

/// Reads a body below an empty `runbook:`.
fn body(text: &str) -> (Runbook, Vec<Problem>) {
    let (runbook, problems) = read(&with_front(text));
    (runbook.unwrap(), problems)
}

fn with_front(text: &str) -> String {
    format!("---\nrunbook: {{}}\n---\n{text}")
}

/// The only step of a body that is in order.
fn only(text: &str) -> Step {
    let (runbook, problems) = body(text);
    assert_eq!(errors(&problems), Vec::<String>::new(), "{text}");
    assert_eq!(runbook.steps.len(), 1, "{text}");
    runbook.steps.into_iter().next().unwrap()
}

fn names(runbook: &Runbook) -> Vec<&str> {
    runbook.steps.iter().map(|it| it.name.as_str()).collect()
}

/// `line:column message` of the errors.
fn errors(problems: &[Problem]) -> Vec<String> {
    of_weight(problems, Weight::Error)
}

/// `line:column message` of the warnings.
fn warnings(problems: &[Problem]) -> Vec<String> {
    of_weight(problems, Weight::Warning)
}

/// Each error of a fence with this first line, and the text that it points at.
fn pointed(info: &str) -> Vec<String> {
    let text = with_front(&format!("```{info}\ntrue\n```\n"));
    let errors = read(&text).1.into_iter().filter(|it| it.weight == Weight::Error);
    errors.map(|it| format!("{} <- {}", it.message, text.get(it.span).unwrap())).collect()
}

fn of_weight(problems: &[Problem], weight: Weight) -> Vec<String> {
    problems
        .iter()
        .filter(|it| it.weight == weight)
        .map(|it| format!("{}:{} {}", it.line, it.column, it.message))
        .collect()
}

/// The problems as a person reads them, each with the text that it points at.
fn show(text: &str) -> String {
    let (runbook, problems) = read(text);
    let mut shown = String::new();
    let state = match &runbook {
        Some(runbook) if runbook.sound => "sound",
        Some(_) => "refused for unattended use",
        None => "documentation",
    };
    writeln!(shown, "{state}").unwrap();
    for it in problems {
        let weight = match it.weight {
            Weight::Error => "error",
            Weight::Unarmed => "unarmed",
            Weight::Warning => "warning",
        };
        let place = text.get(it.span.clone()).unwrap();
        writeln!(shown, "{}:{} {weight}: {}", it.line, it.column, it.message).unwrap();
        writeln!(shown, "    {place:?}").unwrap();
        if let Some(hint) = it.hint {
            writeln!(shown, "    {hint}").unwrap();
        }
    }
    shown
}
