//! `matoi chore`: what has to be done again and again.

use matoi_core::language::Language;
use matoi_edge::client::shape::{Chore, ChoreState, Run, Status};
use serde_json::json;

use crate::argument::Format;
use crate::argument::chore::ChoreCommand;
use crate::exit::Failure;
use crate::terminal::table::{cell, or_dash};
use crate::terminal::{Terminal, Tone, clean, time};

use super::Desk;

pub(super) fn perform(desk: &Desk, command: ChoreCommand) -> Result<(), Failure> {
    match command {
        ChoreCommand::List => list(desk),
        ChoreCommand::Run { name } => run(desk, &name),
    }
}

fn list(desk: &Desk) -> Result<(), Failure> {
    let connection = desk.connect()?;
    let answer = connection.get(&["chores"], &[])?;
    if desk.terminal.format == Format::Json {
        desk.terminal.json(&answer);
        return Ok(());
    }
    let chores: Vec<Chore> = connection.understood(answer)?;
    let status: Status = connection.get_as(&["status"], &[])?;
    let plan = status.plan.as_ref();
    let language = desk.terminal.language(plan.map_or(Language::En, |it| it.language));
    if chores.is_empty() {
        let text = language.pick("計画に定期作業はありません。", "The plan has no chores.");
        desk.terminal.say(text);
        return Ok(());
    }
    let zone = time::zone(plan.map_or("UTC", |it| it.timezone.as_str()));
    let at = |it: Option<jiff::Timestamp>| match it {
        Some(it) => time::short(it, &zone, status.now),
        None => "-".to_owned(),
    };
    let rows = chores.iter().map(|it| {
        [
            cell(&it.name),
            state(&desk.terminal, it.state, language),
            at(it.last_due),
            at(it.next_due),
            cell(&it.every),
            or_dash(it.owner.as_deref()),
            or_dash(it.run.as_deref()),
        ]
    });
    let heads = language.pick(
        ["定期作業", "状態", "前回の期日", "次の期日", "期日", "担当", "最後の実行"],
        ["CHORE", "STATE", "WAS DUE", "NEXT", "EVERY", "OWNER", "LAST RUN"],
    );
    desk.terminal.say(&desk.terminal.table(heads, rows.collect()));
    for chore in &chores {
        if let Some(reason) = &chore.reason {
            let text = format!("{}: {}", clean(&chore.name), clean(reason));
            desk.terminal.say(&desk.terminal.toned(Tone::Bad, &text));
        }
    }
    Ok(())
}

fn run(desk: &Desk, name: &str) -> Result<(), Failure> {
    let connection = desk.connect()?;
    let answer = connection.post(&["chores", name, "run"], &json!({}))?;
    if desk.terminal.format == Format::Json {
        desk.terminal.json(&answer);
        return Ok(());
    }
    let run: Run = connection.understood(answer)?;
    let language = desk.terminal.language(run.language.unwrap_or_default());
    super::run::show::brief(&desk.terminal, &run, language);
    Ok(())
}

fn state(terminal: &Terminal, state: ChoreState, language: Language) -> String {
    let (tone, word) = match state {
        ChoreState::Well => (Tone::Good, language.pick("済み", "done")),
        ChoreState::Due => (Tone::Doubtful, language.pick("開始待ち", "due")),
        ChoreState::UnderWay => (Tone::Strong, language.pick("実行中", "under way")),
        ChoreState::Wrong => (Tone::Bad, language.pick("未完了", "not done")),
    };
    terminal.toned(tone, word)
}
