//! `matoi switch`: what Matoi must not do for a while.

use matoi_core::gate::{Scope, Switches};
use matoi_core::language::Language;
use serde_json::{Value, json};

use crate::argument::Format;
use crate::argument::switch::SwitchCommand;
use crate::connection::Connection;
use crate::exit::Failure;
use crate::terminal::table::cell;
use crate::terminal::{Terminal, Tone};

use super::Desk;

pub(super) fn perform(desk: &Desk, command: SwitchCommand) -> Result<(), Failure> {
    let connection = desk.connect()?;
    let answer = ask(&connection, command)?;
    if desk.terminal.format == Format::Json {
        desk.terminal.json(&answer);
        return Ok(());
    }
    let switches: Switches = connection.understood(answer)?;
    let language = desk.terminal.language(Language::En);
    if switches.0.is_empty() {
        desk.terminal.say(
            language
                .pick("止めているものはありません。", "No switch is thrown; everything may run."),
        );
    } else {
        desk.terminal.say(&table(&desk.terminal, &switches, language));
    }
    Ok(())
}

fn ask(connection: &Connection, command: SwitchCommand) -> Result<Value, Failure> {
    match command {
        SwitchCommand::List => connection.get(&["switches"], &[]),
        SwitchCommand::Throw { runbook, reason } => {
            let body = match runbook {
                Some(runbook) => json!({ "runbook": runbook, "reason": reason }),
                None => json!({ "reason": reason }),
            };
            connection.post(&["switches"], &body)
        }
        SwitchCommand::PutBack { runbook } => {
            let query: Vec<(&str, &str)> =
                runbook.iter().map(|it| ("runbook", it.as_str())).collect();
            connection.delete(&["switches"], &query)
        }
    }
}

/// The switches that are thrown.
pub(super) fn table(terminal: &Terminal, switches: &Switches, language: Language) -> String {
    let rows = switches.0.iter().map(|it| {
        let scope = match &it.scope {
            Scope::All => language.pick("すべて", "everything").to_owned(),
            Scope::Runbook(name) => cell(name),
        };
        [terminal.toned(Tone::Doubtful, &scope), cell(&it.by), cell(&it.reason)]
    });
    let heads = language.pick(["停止中", "操作者", "理由"], ["HELD", "BY", "REASON"]);
    terminal.table(heads, rows.collect())
}
