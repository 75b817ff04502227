//! `matoi run RUNBOOK`: begins a run, or shows what it would do.

use std::collections::BTreeSet;
use std::time::Duration;

use matoi_core::language::Language;
use matoi_core::plan::load::load_with;
use matoi_core::run::event::Purpose;
use matoi_core::runbook::parse::parse;
use matoi_core::runbook::plan_text;
use matoi_edge::client::shape::{Incident, Run};
use matoi_edge::kinds::KINDS;
use matoi_edge::plan_dir;
use serde_json::{Value, json};

use crate::argument::Format;
use crate::argument::run::StartArgs;
use crate::connection::{Connection, Paused};
use crate::exit::{ExitKind, Failure};
use crate::terminal::Tone;

use super::super::Desk;
use super::super::check::{show_problems, unreadable};
use super::{params, show};

/// How often the incident is asked whether its run began.
const LOOK: Duration = Duration::from_millis(100);

pub(super) fn perform(desk: &Desk, args: StartArgs) -> Result<(), Failure> {
    let Some(runbook) = args.runbook.clone() else {
        return Err(Failure::new(ExitKind::Usage, "no runbook is named"));
    };
    if args.plan {
        return overview(desk, &runbook, &args);
    }
    let connection = desk.connect()?;
    let answer = match &args.incident {
        Some(incident) => for_incident(&connection, incident, &runbook)?,
        None => {
            let purpose = if args.rehearse { Purpose::Rehearse } else { Purpose::Perform };
            let body = json!({
                "runbook": runbook, "params": params(args.params), "purpose": purpose,
            });
            connection.post(&["runs"], &body)?
        }
    };
    if args.detach && desk.terminal.format == Format::Json {
        desk.terminal.json(&answer);
        return Ok(());
    }
    let run: Run = connection.understood(answer)?;
    if desk.terminal.format == Format::Human {
        let language = desk.terminal.language(run.language.unwrap_or_default());
        let text = format!("{}  {}", run.id, run.title);
        desk.terminal.say(&desk.terminal.toned(Tone::Strong, &text));
        if args.detach {
            let text = language.pick("経過: ", "Follow it with: ");
            desk.terminal.say(&format!("{text}matoi run attach {}", run.id));
        }
    }
    if args.detach { Ok(()) } else { show::follow(desk, &connection, &run, show::Until::Asked) }
}

/// Asks the incident for the run, and waits until it began or was refused.
fn for_incident(connection: &Connection, incident: &str, runbook: &str) -> Result<Value, Failure> {
    let before: Incident = connection.get_as(&["incidents", incident], &[])?;
    let before: BTreeSet<String> = before.runs.into_iter().map(|it| it.id).collect();
    let mut answer =
        connection.post(&["incidents", incident, "runs"], &json!({ "runbook": runbook }))?;
    loop {
        let seen: Incident = connection.understood(answer)?;
        let begun = seen.runs.iter().find(|it| it.runbook == runbook && !before.contains(&it.id));
        if let Some(run) = begun {
            return connection.get(&["runs", &run.id], &[]);
        }
        if !seen.requested.iter().any(|it| it == runbook) {
            return Err(Failure::new(ExitKind::Refused, format!("{runbook} did not begin"))
                .hint(format!("`matoi incident show {incident}` tells why")));
        }
        if connection.pause(LOOK) == Paused::Ended {
            return Err(Failure::new(
                ExitKind::Unavailable,
                format!("{runbook} is asked for, and has not begun yet"),
            )
            .hint(format!("`matoi incident show {incident}` tells what becomes of it")));
        }
        answer = connection.get(&["incidents", incident], &[])?;
    }
}

/// `--plan`: from the files, without a server.
fn overview(desk: &Desk, name: &str, args: &StartArgs) -> Result<(), Failure> {
    let files = plan_dir::read(&args.dir).map_err(|err| unreadable(&err))?;
    let loaded = load_with(&files, parse, &KINDS);
    let Some(plan) = loaded.plan else {
        show_problems(desk, &files, &loaded.problems);
        return Err(Failure::new(ExitKind::Plan, "the plan has errors"));
    };
    let Some(runbook) = plan.runbooks.get(name) else {
        let known: Vec<&str> = plan.runbooks.keys().map(String::as_str).collect();
        return Err(Failure::new(
            ExitKind::Plan,
            format!("there is no runbook {name:?} in {}", args.dir.display()),
        )
        .hint(format!(
            "it has {}",
            if known.is_empty() { "none".to_owned() } else { known.join(", ") }
        )));
    };
    let language: Language = desk.terminal.language(plan.language);
    let text = plan_text(runbook, language);
    match desk.terminal.format {
        Format::Json => desk.terminal.json(&json!({
            "runbook": runbook.name,
            "hash": runbook.hash,
            "sound": runbook.sound,
            "steps": runbook.steps.iter().map(|it| json!({
                "name": it.name, "kind": it.kind, "line": it.line, "needs": it.needs, "check": it.check, "undo": it.undo,
                "timeout": it.timeout.to_string(), "retry": it.retry,
            })).collect::<Vec<_>>(),
        })),
        Format::Human | Format::Svg => desk.terminal.say(text.trim_end()),
    }
    Ok(())
}
