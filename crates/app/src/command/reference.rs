//! `matoi reference`: what the program itself knows of its commands, kinds, and exit codes, as Markdown.
//!
//! **Invariant:** nothing is told here that the program does not use; a sentence is written where its thing is defined.

use std::collections::{BTreeMap, BTreeSet};

use clap::{Arg, Command, CommandFactory};
use matoi_core::runbook::parse::parse;
use matoi_edge::{notify, probe, step};
use serde_json::json;

use crate::argument::Arguments;
use crate::exit::{self, Failure};

use super::Desk;

pub(super) fn perform(desk: &Desk) -> Result<(), Failure> {
    desk.terminal.json(&json!(pages()));
    Ok(())
}

fn pages() -> BTreeMap<&'static str, String> {
    BTreeMap::from([
        ("commands.md", commands()),
        ("exit-codes.md", exit_codes()),
        ("plan.md", format!("{ORIGIN}\n{}", matoi_core::plan::schema::reference())),
        ("probes.md", probes()),
        ("notifiers.md", notifiers()),
        ("steps.md", steps()),
    ])
}

const ORIGIN: &str = "<!-- Written by `cargo xtask docs` from the program; do not edit. -->\n";

fn exit_codes() -> String {
    let mut page = format!(
        "{ORIGIN}\n# Exit codes\n\n| code | means |\n| --- | --- |\n| 0 | It was done. |\n"
    );
    for (kind, meaning) in exit::KINDS {
        page.push_str(&format!("| {} | {meaning} |\n", kind.code()));
    }
    page
}

fn probes() -> String {
    let mut page = format!(
        "{ORIGIN}\n# Kinds of probes\n\nA watch of a service names one of these as its `kind`; `every`, `timeout`, `for`, `alert`, `severity` and `runbook` are every watch's.\n"
    );
    for kind in probe::KINDS {
        page.push_str(&section(kind.name, kind.summary, "json", kind.example));
    }
    page
}

fn notifiers() -> String {
    let mut page =
        format!("{ORIGIN}\n# Kinds of channels\n\nA channel names one of these as its `kind`.\n");
    for kind in notify::KINDS {
        page.push_str(&section(kind.name, kind.summary, "json", kind.example));
    }
    page
}

fn steps() -> String {
    let mut page =
        format!("{ORIGIN}\n# Languages of steps\n\nA fence in one of these languages is a step.\n");
    for kind in step::KINDS.iter().filter(|it| is_performed(it.example)) {
        page.push_str(&section(kind.name, kind.summary, "markdown", kind.example));
    }
    page
}

/// Whether the format has this fence as a step yet; a kind may be ready before it.
fn is_performed(fence: &str) -> bool {
    let text = format!("---\nrunbook: {{}}\n---\n{fence}");
    let (runbook, _) = parse("runbooks/example.md", text.as_bytes(), &BTreeSet::new());
    runbook.is_some_and(|it| !it.steps.is_empty())
}

fn section(name: &str, summary: &str, language: &str, example: &str) -> String {
    let example = example.trim_end();
    format!("\n## {name}\n\n{summary}\n\n````{language}\n{example}\n````\n")
}

fn commands() -> String {
    let mut command = Arguments::command();
    // Fills in what clap makes up itself, such as --help.
    command.build();
    let mut page = format!("{ORIGIN}\n# Commands\n\n");
    page.push_str("Every command also understands the options of the section `Everywhere`.\n");
    page.push_str("\n## Everywhere\n\n");
    for arg in command.get_arguments().filter(|it| it.is_global_set()) {
        page.push_str(&argument(arg));
    }
    for sub in command.get_subcommands().filter(|it| !it.is_hide_set()) {
        describe(&mut page, sub, "matoi");
    }
    page
}

fn describe(page: &mut String, command: &Command, before: &str) {
    let name = format!("{before} {}", command.get_name());
    let about = command.get_long_about().or(command.get_about()).map(ToString::to_string);
    page.push_str(&format!("\n## {name}\n\n{}\n", sentences(&ended(&about.unwrap_or_default()))));
    let arguments: Vec<String> = command
        .get_arguments()
        .filter(|it| !it.is_global_set() && !it.is_hide_set() && it.get_id() != "help")
        .map(argument)
        .collect();
    if !arguments.is_empty() {
        page.push('\n');
        page.push_str(&arguments.concat());
    }
    for sub in command.get_subcommands().filter(|it| !it.is_hide_set() && it.get_name() != "help") {
        describe(page, sub, &name);
    }
}

fn argument(arg: &Arg) -> String {
    let help = arg.get_long_help().or(arg.get_help()).map(ToString::to_string).unwrap_or_default();
    let mut notes = Vec::new();
    let values: Vec<String> = arg
        .get_possible_values()
        .iter()
        .filter(|it| !it.is_hide_set())
        .map(|it| match it.get_help() {
            Some(help) => {
                format!("`{}` ({})", it.get_name(), help.to_string().trim_end_matches('.'))
            }
            None => format!("`{}`", it.get_name()),
        })
        .collect();
    if !values.is_empty() && arg.get_action().takes_values() {
        notes.push(format!("One of {}.", values.join(", ")));
    }
    let defaults: Vec<String> =
        arg.get_default_values().iter().map(|it| format!("`{}`", it.to_string_lossy())).collect();
    if !defaults.is_empty() && arg.get_action().takes_values() {
        notes.push(format!("By default {}.", defaults.join(", ")));
    }
    if let Some(name) = arg.get_env() {
        notes.push(format!("Also `{}`.", name.to_string_lossy()));
    }
    let form = arg.to_string();
    let text = [ended(&help), notes.join(" ")].join(" ");
    format!("- `{form}`: {}\n", text.trim())
}

/// What clap took the full stop from.
fn ended(text: &str) -> String {
    let text = text.trim_end();
    match text.chars().next_back() {
        None | Some('.' | '`' | ':') => text.to_owned(),
        Some(_) => format!("{text}."),
    }
}

/// One sentence a line, as in every document of the project; indented blocks stay as they are.
fn sentences(text: &str) -> String {
    let mut out = Vec::new();
    for block in text.split("\n\n") {
        out.push(block.replace(". ", ".\n"));
    }
    out.join("\n\n")
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_command_and_kind_is_told() {
        let pages = super::pages();
        for words in [
            "## matoi incident declare",
            "## matoi run answer",
            "`--reason <REASON>`",
            "Also `MATOI_DATA`.",
        ] {
            assert!(pages["commands.md"].contains(words), "{words}");
        }
        for kind in matoi_edge::probe::KINDS {
            assert!(pages["probes.md"].contains(&format!("## {}\n", kind.name)));
        }
        for kind in matoi_edge::step::KINDS {
            assert!(pages["steps.md"].contains(&format!("## {}\n", kind.name)));
        }
    }
}
