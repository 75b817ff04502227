//! `matoi incident`: what people do about an incident.

use std::io::Read;

use matoi_core::language::Language;
use matoi_edge::client::shape::{Incident, Status, Summary};
use serde_json::{Value, json};

use crate::argument::Format;
use crate::argument::incident::{DeclareArgs, IncidentCommand, State};
use crate::connection::Connection;
use crate::exit::{ExitKind, Failure};
use crate::terminal::{Tone, time};

use super::Desk;
use super::status::{incidents, next_action, state_tone, state_word};

mod show;

/// Characters of a note from standard input; a longer one is a file.
const NOTE_BYTES_MAX: u64 = 64 << 10;

pub(super) fn perform(desk: &Desk, command: IncidentCommand) -> Result<(), Failure> {
    match command {
        IncidentCommand::List { state, limit } => list(desk, state, limit),
        IncidentCommand::Show { id, follow, lines } => {
            show::perform(desk, &id, follow.into(), lines)
        }
        IncidentCommand::Declare(args) => act(desk, &["incidents"], &declaration(args)),
        IncidentCommand::Ack { id } => {
            act(desk, &["incidents", &id, "acknowledge"], &json!({ "via": "command line" }))
        }
        IncidentCommand::Note { id, text } => {
            let text = if text == "-" { from_stdin()? } else { text };
            act(desk, &["incidents", &id, "notes"], &json!({ "text": text }))
        }
        IncidentCommand::Severity { id, to, reason } => {
            act(desk, &["incidents", &id, "severity"], &json!({ "to": to, "reason": reason }))
        }
        IncidentCommand::Assign { id, to } => {
            act(desk, &["incidents", &id, "assign"], &json!({ "to": to }))
        }
        IncidentCommand::Escalate { id, condition } => {
            act(desk, &["incidents", &id, "escalate"], &json!({ "condition": condition }))
        }
        IncidentCommand::Resolve(args) => {
            let body = match args.ground.reason {
                Some(reason) => json!({ "reason": reason }),
                None => json!({ "ground": "checks" }),
            };
            act(desk, &["incidents", &args.id, "resolve"], &body)
        }
        IncidentCommand::Reopen { id, reason } => {
            act(desk, &["incidents", &id, "reopen"], &json!({ "reason": reason }))
        }
    }
}

fn declaration(args: DeclareArgs) -> Value {
    json!({
        "title": args.title,
        "severity": args.severity,
        "service": args.service,
        "scope": args.scope,
        "note": args.note,
        "since": args.since,
    })
}

fn from_stdin() -> Result<String, Failure> {
    let mut text = String::new();
    std::io::stdin()
        .take(NOTE_BYTES_MAX + 1)
        .read_to_string(&mut text)
        .map_err(|err| Failure::new(ExitKind::Usage, format!("cannot read the note: {err}")))?;
    if text.len() as u64 > NOTE_BYTES_MAX {
        return Err(Failure::new(
            ExitKind::Usage,
            format!("the note is longer than {} KiB", NOTE_BYTES_MAX >> 10),
        )
        .hint("keep the file, and note where it is"));
    }
    Ok(text)
}

fn list(desk: &Desk, state: State, limit: u32) -> Result<(), Failure> {
    let connection = desk.connect()?;
    let limit = limit.to_string();
    let answer = connection.get(&["incidents"], &[("state", state.word()), ("limit", &limit)])?;
    if desk.terminal.format == Format::Json {
        desk.terminal.json(&answer);
        return Ok(());
    }
    let list: Vec<Summary> = connection.understood(answer)?;
    let status: Status = connection.get_as(&["status"], &[])?;
    let plan = status.plan.as_ref();
    let language = desk.terminal.language(plan.map_or(Language::En, |it| it.language));
    if list.is_empty() {
        desk.terminal
            .say(language.pick("該当するインシデントはありません。", "There is no such incident."));
        return Ok(());
    }
    let zone = time::zone(plan.map_or("UTC", |it| it.timezone.as_str()));
    desk.terminal.say(&incidents(&desk.terminal, &list, &zone, status.now, language));
    Ok(())
}

/// Acts, and shows in three lines what follows from it.
fn act(desk: &Desk, path: &[&str], body: &Value) -> Result<(), Failure> {
    let connection = desk.connect()?;
    let answer = connection.post(path, body)?;
    if desk.terminal.format == Format::Json {
        desk.terminal.json(&answer);
        return Ok(());
    }
    summary(desk, &connection, answer)
}

/// The incident in three lines.
pub(super) fn summary(desk: &Desk, connection: &Connection, answer: Value) -> Result<(), Failure> {
    let incident: Incident = connection.understood(answer)?;
    let language = desk.terminal.language(incident.language);
    let it = &incident.summary;
    let terminal = &desk.terminal;
    terminal.say(&format!(
        "{}  {}  {}  {}",
        terminal.toned(Tone::Strong, &it.id),
        terminal.toned(Tone::Strong, &it.severity),
        terminal.toned(state_tone(it), state_word(it, language)),
        terminal.toned(Tone::Strong, &it.title),
    ));
    show::owed(terminal, &incident, language);
    next_action(terminal, it);
    Ok(())
}
