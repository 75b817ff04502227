//! `matoi report`: both reports and the forms of the house, printed or written into files.

use std::path::Path;

use anyhow::Context as _;
use matoi_core::language::Language;
use matoi_edge::client::shape::Reports;
use serde_json::json;

use matoi_core::report::{INCIDENT, REVIEW};

use crate::argument::{Format, Which};
use crate::exit::{ExitKind, Failure};
use crate::terminal::clean_lines;

use super::Desk;

/// Which of the reports are meant.
pub(super) enum Wanted {
    Which(Which),
    /// A further form of the house, by name.
    Form(String),
}

pub(super) fn perform(
    desk: &Desk,
    id: &str,
    wanted: &Wanted,
    out: Option<&Path>,
) -> Result<(), Failure> {
    let connection = desk.connect()?;
    let language = desk.terminal.wanted().map(|it| it.pick("ja", "en"));
    let query: Vec<(&str, &str)> = language.iter().map(|it| ("language", *it)).collect();
    let answer = connection.get(&["incidents", id, "report"], &query)?;
    let reports: Reports = connection.understood(answer.clone())?;
    let chosen = chosen(&reports, wanted)?;
    if let Some(dir) = out {
        return write(desk, id, dir, &chosen);
    }
    if desk.terminal.format == Format::Json {
        desk.terminal.json(&answer);
        return Ok(());
    }
    let texts: Vec<String> = chosen.iter().map(|(_, text)| clean_lines(text)).collect();
    desk.terminal.say(&texts.join("\n\n---\n\n"));
    Ok(())
}

fn chosen<'r>(
    reports: &'r Reports,
    wanted: &'r Wanted,
) -> Result<Vec<(&'r str, &'r str)>, Failure> {
    let incident = (INCIDENT, reports.incident.as_str());
    let review = (REVIEW, reports.review.as_str());
    Ok(match wanted {
        Wanted::Which(Which::Incident) => vec![incident],
        Wanted::Which(Which::Review) => vec![review],
        Wanted::Which(Which::Both) => vec![incident, review],
        Wanted::Form(name) => vec![form(reports, name)?],
    })
}

/// A further form of the house.
fn form<'r>(reports: &'r Reports, name: &'r str) -> Result<(&'r str, &'r str), Failure> {
    if let Some(text) = reports.forms.get(name) {
        return Ok((name, text));
    }
    let known: Vec<&str> = reports.forms.keys().map(String::as_str).collect();
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    let message = format!("the plan has no form {name:?} in this language; it has {known}");
    Err(Failure::new(ExitKind::Refused, message)
        .hint("a form is a file of templates/ in the plan's directory; docs/report.md explains it"))
}

fn write(desk: &Desk, id: &str, dir: &Path, reports: &[(&str, &str)]) -> Result<(), Failure> {
    std::fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
    let paths: Vec<_> =
        reports.iter().map(|(kind, _)| dir.join(format!("{id}-{kind}.md"))).collect();
    // People fill in the blanks; what they wrote is not written over.
    if let Some(path) = paths.iter().find(|it| it.exists()) {
        return Err(Failure::new(
            ExitKind::Refused,
            format!("{} is there already", path.display()),
        )
        .hint("somebody may have filled in its blanks; name another directory, or move it away"));
    }
    for ((_, text), path) in reports.iter().zip(&paths) {
        std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    let written: Vec<String> = paths.iter().map(|it| it.display().to_string()).collect();
    if desk.terminal.format == Format::Json {
        desk.terminal.json(&json!({ "written": written }));
        return Ok(());
    }
    let language = desk.terminal.language(Language::En);
    for path in written {
        desk.terminal.say(&format!("{}  {path}", language.pick("作成", "wrote")));
    }
    Ok(())
}
