//! `matoi runbook`: the runbooks, and whether each was ever tried.

use jiff::tz::TimeZone;
use matoi_core::language::Language;
use matoi_core::practice::Standing;
use matoi_edge::client::shape::{Runbook, Status, Tried};

use crate::argument::Format;
use crate::argument::runbook::RunbookCommand;
use crate::exit::Failure;
use crate::terminal::table::cell;
use crate::terminal::{Terminal, Tone, time};

use super::Desk;
use super::run::end_text;

pub(super) fn perform(desk: &Desk, command: &RunbookCommand) -> Result<(), Failure> {
    match command {
        RunbookCommand::List => list(desk),
    }
}

fn list(desk: &Desk) -> Result<(), Failure> {
    let connection = desk.connect()?;
    let answer = connection.get(&["runbooks"], &[])?;
    if desk.terminal.format == Format::Json {
        desk.terminal.json(&answer);
        return Ok(());
    }
    let runbooks: Vec<Runbook> = connection.understood(answer)?;
    let status: Status = connection.get_as(&["status"], &[])?;
    let plan = status.plan.as_ref();
    let language = desk.terminal.language(plan.map_or(Language::En, |it| it.language));
    if runbooks.is_empty() {
        let text = language.pick("計画に手順書はありません。", "The plan has no runbooks.");
        desk.terminal.say(text);
        return Ok(());
    }
    let zone = time::zone(plan.map_or("UTC", |it| it.timezone.as_str()));
    let tried = |it: Option<&Tried>| tried(&desk.terminal, it, &zone, status.now, language);
    let rows = runbooks.iter().map(|it| {
        [
            cell(&it.name),
            standing(&desk.terminal, it.standing, language),
            tried(it.last_run.as_ref()),
            tried(it.last_rehearsal.as_ref()),
        ]
    });
    let heads = language.pick(
        ["手順書", "状態", "最後の実行", "最後の予行"],
        ["RUNBOOK", "STATE", "LAST RUN", "LAST REHEARSAL"],
    );
    desk.terminal.say(&desk.terminal.table(heads, rows.collect()));
    if let Some(it) = runbooks.iter().find(|it| it.standing != Standing::Proved) {
        let text = language.pick("予行する: ", "Rehearse one with: ");
        let command = format!("{text}matoi run {} --rehearse", it.name);
        desk.terminal.say(&desk.terminal.toned(Tone::Faint, &command));
    }
    Ok(())
}

fn tried(
    terminal: &Terminal,
    it: Option<&Tried>,
    zone: &TimeZone,
    now: jiff::Timestamp,
    language: Language,
) -> String {
    let Some(it) = it else { return language.pick("なし", "never").to_owned() };
    let at = time::short(it.ended_at, zone, now);
    format!("{at} {} {}", cell(&it.id), end_text(terminal, it.end, language))
}

fn standing(terminal: &Terminal, standing: Standing, language: Language) -> String {
    let (tone, word) = match standing {
        Standing::Proved => (Tone::Good, language.pick("確認済み", "proved")),
        Standing::Changed => {
            (Tone::Doubtful, language.pick("確認後に変更", "changed since it was tried"))
        }
        Standing::Failed => (Tone::Bad, language.pick("最後は失敗", "failed the last time")),
        Standing::Never => (Tone::Doubtful, language.pick("未確認", "never tried")),
    };
    terminal.toned(tone, word)
}
