//! `matoi plan reload` and `matoi plan diff`.

use std::path::Path;

use matoi_core::language::Language;
use matoi_core::plan::Plan;
use matoi_core::plan::diff::{Change, ChangeKind};
use matoi_core::plan::load::load_with;
use matoi_core::runbook::parse::parse;
use matoi_edge::client::shape::Reloaded;
use matoi_edge::kinds::KINDS;
use matoi_edge::plan_dir;
use serde_json::json;

use crate::argument::Format;
use crate::exit::{ExitKind, Failure};
use crate::terminal::Tone;

use super::Desk;
use super::check::unreadable;

pub(super) fn reload(desk: &Desk) -> Result<(), Failure> {
    let connection = desk.connect()?;
    let answer = connection.post(&["plan", "reload"], &json!({}))?;
    if desk.terminal.format == Format::Json {
        desk.terminal.json(&answer);
        return Ok(());
    }
    let reloaded: Reloaded = connection.understood(answer)?;
    let language = desk.terminal.language(Language::En);
    for problem in &reloaded.problems {
        desk.terminal.say(&desk.terminal.problem(problem, None));
    }
    let text = language.pick(
        format!("計画 {} を読み込みました。", reloaded.hash),
        format!("The plan {} rules from now on.", reloaded.hash),
    );
    desk.terminal.say(&desk.terminal.toned(Tone::Good, &text));
    Ok(())
}

pub(super) fn diff(desk: &Desk, old: &Path, new: &Path) -> Result<(), Failure> {
    let (old, new) = (load(old)?, load(new)?);
    let language = desk.terminal.language(new.language);
    let changes = matoi_core::plan::diff::diff(&old, &new, language);
    match desk.terminal.format {
        Format::Json => desk.terminal.json(&json!({ "changes": changes })),
        Format::Human | Format::Svg => show(desk, &new, &changes, language),
    }
    if changes.is_empty() { Ok(()) } else { Err(Failure::silent(ExitKind::Found)) }
}

fn load(dir: &Path) -> Result<Plan, Failure> {
    let files = plan_dir::read(dir).map_err(|err| unreadable(&err))?;
    load_with(&files, parse, &KINDS).plan.ok_or_else(|| {
        let message = format!("the plan in {} has errors", dir.display());
        Failure::new(ExitKind::Plan, message)
            .hint(format!("`matoi check {}` tells each with a way out", dir.display()))
    })
}

fn show(desk: &Desk, plan: &Plan, changes: &[Change], language: Language) {
    let terminal = &desk.terminal;
    if changes.is_empty() {
        let text = language.pick("違いはありません。", "Nothing differs.");
        return terminal.say(&terminal.toned(Tone::Good, text));
    }
    let mut section = "";
    for change in changes {
        if change.section != section {
            section = change.section;
            terminal.say(&terminal.toned(Tone::Strong, heading(section, language)));
        }
        let (sign, tone) = match change.kind {
            ChangeKind::Added => ("+", Tone::Good),
            ChangeKind::Removed => ("-", Tone::Bad),
            ChangeKind::Changed => ("~", Tone::Doubtful),
        };
        // People are called by their names.
        let of_person = matches!(change.section, "person" | "escalation");
        let name = plan.people.get(&change.name).filter(|_| of_person).map(|it| it.name.as_str());
        let text = format!("  {sign} {}: {}", name.unwrap_or(&change.name), change.text);
        terminal.say(&terminal.toned(tone, &text));
    }
}

fn heading(section: &str, language: Language) -> &str {
    match section {
        "severity" => language.pick("重要度", "Severities"),
        "person" => language.pick("担当者", "People"),
        "schedule" => language.pick("当番表", "Schedules"),
        "escalation" => language.pick("呼び出し", "Who is paged"),
        "service" => language.pick("サービス", "Services"),
        "alert" => language.pick("アラート", "Alerts"),
        "runbook" => language.pick("手順書", "Runbooks"),
        "channel" => language.pick("連絡手段", "Channels"),
        "calendar" => language.pick("営業時間と休日", "Calendar"),
        "plan" => language.pick("計画", "Plan"),
        other => other,
    }
}
