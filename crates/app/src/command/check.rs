//! `matoi check`: every problem of a plan at once.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::Path;

use matoi_core::audit::audit;
use matoi_core::audit::practice::untried;
use matoi_core::language::Language;
use matoi_core::plan::Plan;
use matoi_core::plan::load::load_with;
use matoi_core::problem::{Problem, Weight};
use matoi_core::runbook::parse::parse;
use matoi_edge::kinds::KINDS;
use matoi_edge::{plan_dir, program};
use serde_json::{Value, json};

use crate::argument::Format;
use crate::exit::{ExitKind, Failure};
use crate::terminal::Tone;

use super::Desk;
use super::practice::{self, Practice};

/// What is bad enough to end badly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rigour {
    Errors,
    /// `--strict`.
    Everything,
}

impl From<bool> for Rigour {
    fn from(strict: bool) -> Rigour {
        if strict { Rigour::Everything } else { Rigour::Errors }
    }
}

pub(super) fn perform(desk: &Desk, dir: &Path, rigour: Rigour) -> Result<(), Failure> {
    let files = plan_dir::read(dir).map_err(|err| unreadable(&err))?;
    let mut loaded = load_with(&files, parse, &KINDS);
    if let Some(plan) = &loaded.plan {
        let path = OsStr::new(desk.surroundings.get("PATH").unwrap_or_default());
        loaded.problems.extend(audit(plan, &files, &|it| program::is_here(path, it)));
    }
    let practice = loaded.plan.as_ref().map(|it| practice::ask(desk, it));
    if let (Some(plan), Some(Practice::Known(known))) = (&loaded.plan, &practice) {
        loaded.problems.extend(untried(plan, &files, known));
    }
    match desk.terminal.format {
        Format::Json => desk.terminal.json(&json!({
            "loads": loaded.plan.is_some(),
            "armed": loaded.plan.as_ref().is_some_and(Plan::is_armed),
            "hash": loaded.plan.as_ref().map(|it| it.hash.short()),
            "rehearsals_known": matches!(practice, Some(Practice::Known(_))),
            "problems": loaded.problems.iter().map(problem).collect::<Vec<Value>>(),
        })),
        Format::Human | Format::Svg => {
            show(desk, &files, loaded.plan.as_ref(), &loaded.problems);
            if let (Some(plan), Some(Practice::Unknown(why))) = (&loaded.plan, &practice) {
                desk.remark(&why.text(desk.terminal.language(plan.language)));
            }
        }
    }
    let worst = loaded.problems.iter().map(|it| it.weight).min();
    match (worst, rigour) {
        (Some(Weight::Error), _) | (Some(_), Rigour::Everything) => {
            Err(Failure::silent(ExitKind::Found))
        }
        (Some(Weight::Unarmed | Weight::Warning) | None, _) => Ok(()),
    }
}

/// A problem for programs. `weight` tells an unarmed plan from other warnings.
fn problem(problem: &Problem) -> Value {
    let level = match problem.weight {
        Weight::Error => "error",
        Weight::Unarmed | Weight::Warning => "warning",
    };
    json!({
        "level": level,
        "weight": problem.weight,
        "code": problem.code_or_kind(),
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "message": problem.message,
        "hint": problem.hint,
        "fix": problem.fix.as_ref().map(|it| json!({ "bytes": [problem.span.start, problem.span.end], "text": it })),
    })
}

/// A directory that cannot be read, as a failure with its chain.
pub(super) fn unreadable(err: &plan_dir::PlanDirError) -> Failure {
    let cause = std::error::Error::source(err).map_or_else(String::new, |it| format!(": {it}"));
    Failure::new(ExitKind::Plan, format!("{err}{cause}"))
}

fn show(desk: &Desk, files: &BTreeMap<String, Vec<u8>>, plan: Option<&Plan>, problems: &[Problem]) {
    let terminal = &desk.terminal;
    show_problems(desk, files, problems);
    let language = terminal.language(plan.map_or(Language::En, |it| it.language));
    let Some(plan) = plan else {
        let count = problems.iter().filter(|it| it.weight == Weight::Error).count();
        let text = language.pick(
            format!("計画は読み込めません。エラーが{count}件あります。"),
            format!("The plan would be refused: {}.", counted(count, "error")),
        );
        return terminal.say(&terminal.toned(Tone::Bad, &text));
    };
    terminal.say(&terminal.toned(Tone::Strong, &contents(plan, language)));
    let unsound: Vec<&str> =
        plan.runbooks.values().filter(|it| !it.sound).map(|it| it.name.as_str()).collect();
    if !unsound.is_empty() {
        let text = language.pick(
            format!("エラーのある手順は無人では実行しません: {}", unsound.join(", ")),
            format!("With errors, and so refused for unattended use: {}", unsound.join(", ")),
        );
        terminal.say(&terminal.toned(Tone::Bad, &text));
    }
    if plan.is_armed() {
        let text = match problems.len() {
            0 => language.pick("問題はありません。".to_owned(), "No problem was found.".to_owned()),
            count => language.pick(
                format!("読み込めます。問題が{count}件あります。"),
                format!("It would be taken, with {}.", counted(count, "problem")),
            ),
        };
        let tone = if unsound.is_empty() { Tone::Good } else { Tone::Doubtful };
        return terminal.say(&terminal.toned(tone, &text));
    }
    terminal.say(&terminal.toned(
        Tone::Doubtful,
        language.pick(
            "読み込めますが、まだ連絡が届きません:",
            "It would be taken, but it is not armed, so that not everybody can be reached:",
        ),
    ));
    for why in &plan.unarmed {
        terminal.say(&format!("  - {}", terminal.toned(Tone::Doubtful, why)));
    }
}

/// `1 error`, `2 errors`.
fn counted(count: usize, one: &str) -> String {
    format!("{count} {one}{}", if count == 1 { "" } else { "s" })
}

/// What the plan holds, in one line.
fn contents(plan: &Plan, language: Language) -> String {
    let counts = [
        (plan.severities.len(), "重要度", "severity", "severities"),
        (plan.people.len(), "担当者", "person", "people"),
        (plan.services.len(), "サービス", "service", "services"),
        (plan.runbooks.len(), "手順書", "runbook", "runbooks"),
    ];
    let words: Vec<String> = counts
        .iter()
        .map(|(count, ja, one, many)| {
            let en = if *count == 1 { one } else { many };
            language.pick(format!("{ja} {count}"), format!("{count} {en}"))
        })
        .collect();
    format!("{}: {}", plan.name, words.join(language.pick("、", ", ")))
}

/// Shows each problem at its place.
pub(super) fn show_problems(desk: &Desk, files: &BTreeMap<String, Vec<u8>>, problems: &[Problem]) {
    for problem in problems {
        let text = files.get(&problem.file).and_then(|it| std::str::from_utf8(it).ok());
        desk.terminal.say(&desk.terminal.problem(problem, text));
        desk.terminal.say("");
    }
}
