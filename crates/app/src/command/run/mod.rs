//! `matoi run`: starts runbooks, shows runs, and passes people's answers on.

use std::collections::BTreeMap;

use matoi_core::effect::RunEnd;
use matoi_core::language::Language;
use matoi_core::run::Phase;
use matoi_core::run::event::{Hold, Purpose};
use matoi_edge::client::shape::{Run, Status};
use serde_json::{Value, json};

use crate::argument::Format;
use crate::argument::run::{RunArgs, RunCommand, State};
use crate::exit::Failure;
use crate::terminal::table::{cell, or_dash};
use crate::terminal::{Terminal, Tone, time};

use super::Desk;
use super::follow::Follow;

mod live;
mod output;
mod rehearsed;
pub(super) mod show;
mod start;

pub(super) fn perform(desk: &Desk, args: RunArgs) -> Result<(), Failure> {
    let Some(command) = args.command else { return start::perform(desk, args.start) };
    match command {
        RunCommand::List { state, incident, limit } => {
            list(desk, state, incident.as_deref(), limit)
        }
        RunCommand::Show { id, follow } => show::perform(desk, &id, follow.into()),
        RunCommand::Attach { id } => show::perform(desk, &id, Follow::Yes),
        RunCommand::Output { id, step, attempt, follow } => {
            output::perform(desk, &id, step, attempt, follow.into())
        }
        RunCommand::Click { id, step } => act(desk, &id, "start", &json!({ "step": step })),
        RunCommand::Answer { id, step, answer, reason } => {
            let body = json!({ "step": step, "answer": answer.word(), "reason": reason });
            act(desk, &id, "answer", &body)
        }
        RunCommand::Approve { id, step, reason } => {
            act(desk, &id, "vote", &json!({ "step": step, "vote": "approve", "reason": reason }))
        }
        RunCommand::Refuse { id, step, reason } => {
            act(desk, &id, "vote", &json!({ "step": step, "vote": "refuse", "reason": reason }))
        }
        RunCommand::Tick { id, step, item, note } => {
            act(desk, &id, "tick", &json!({ "step": step, "item": item, "note": note }))
        }
        RunCommand::Cancel { id, reason } => act(desk, &id, "cancel", &json!({ "reason": reason })),
    }
}

fn list(desk: &Desk, state: State, incident: Option<&str>, limit: u32) -> Result<(), Failure> {
    let connection = desk.connect()?;
    let limit = limit.to_string();
    let mut query = vec![("state", state.word()), ("limit", limit.as_str())];
    query.extend(incident.map(|it| ("incident", it)));
    let answer = connection.get(&["runs"], &query)?;
    if desk.terminal.format == Format::Json {
        desk.terminal.json(&answer);
        return Ok(());
    }
    let runs: Vec<Run> = connection.understood(answer)?;
    let status: Status = connection.get_as(&["status"], &[])?;
    let plan = status.plan.as_ref();
    let language = desk.terminal.language(plan.map_or(Language::En, |it| it.language));
    if runs.is_empty() {
        desk.terminal.say(language.pick("該当する実行はありません。", "There is no such run."));
        return Ok(());
    }
    let zone = time::zone(plan.map_or("UTC", |it| it.timezone.as_str()));
    let rows = runs.iter().map(|it| {
        [
            cell(&it.id),
            cell(&it.runbook),
            standing_text(&desk.terminal, it, language),
            time::short(it.started_at, &zone, status.now),
            or_dash(it.incident.as_deref()),
        ]
    });
    let heads = language.pick(
        ["実行", "手順書", "状態", "開始", "インシデント"],
        ["RUN", "RUNBOOK", "STATE", "BEGAN", "INCIDENT"],
    );
    desk.terminal.say(&desk.terminal.table(heads, rows.collect()));
    Ok(())
}

/// Acts, and shows where the run stands then.
fn act(desk: &Desk, id: &str, verb: &str, body: &Value) -> Result<(), Failure> {
    let connection = desk.connect()?;
    let answer = connection.post(&["runs", id, verb], body)?;
    if desk.terminal.format == Format::Json {
        desk.terminal.json(&answer);
        return Ok(());
    }
    let run: Run = connection.understood(answer)?;
    show::brief(&desk.terminal, &run, desk.terminal.language(run.language.unwrap_or_default()));
    Ok(())
}

/// Where a run or a rehearsal stands, in a word or two.
fn standing_text(terminal: &Terminal, run: &Run, language: Language) -> String {
    match (run.purpose, &run.phase) {
        (Purpose::Perform, phase) => phase_text(terminal, phase, language),
        (Purpose::Rehearse, Phase::Going) => {
            terminal.toned(Tone::Strong, language.pick("予行中", "rehearsing"))
        }
        (Purpose::Rehearse, Phase::Ended { end: RunEnd::Looked }) => {
            terminal.toned(Tone::Good, language.pick("予行済み", "rehearsed"))
        }
        (Purpose::Rehearse, Phase::Ended { end: RunEnd::Failed }) => {
            let text = language.pick("予行で問題あり", "rehearsed, and would fail");
            terminal.toned(Tone::Bad, text)
        }
        (Purpose::Rehearse, phase) => {
            let what = language.pick("予行", "rehearsal");
            format!("{what}: {}", phase_text(terminal, phase, language))
        }
    }
}

/// Where a run stands, in a word or two.
fn phase_text(terminal: &Terminal, phase: &Phase, language: Language) -> String {
    match phase {
        Phase::Going => terminal.toned(Tone::Strong, language.pick("実行中", "going")),
        Phase::Held { step, reason } => {
            let what = match reason {
                Hold::Click | Hold::Failed { .. } | Hold::Unclear { .. } => {
                    language.pick("判断待ち", "waits for a person at")
                }
                Hold::Switch { .. } => language.pick("停止中", "switched off at"),
                Hold::Lock { .. } => language.pick("順番待ち", "waits its turn at"),
            };
            terminal.toned(Tone::Doubtful, &format!("{what} {step}"))
        }
        Phase::Ended { end } => end_text(terminal, *end, language),
    }
}

/// How a run ended.
pub(super) fn end_text(terminal: &Terminal, end: RunEnd, language: Language) -> String {
    let (tone, word) = match end {
        RunEnd::Verified => (Tone::Good, language.pick("完了（検証済み）", "ended, verified")),
        RunEnd::Unverified => {
            (Tone::Doubtful, language.pick("完了（未検証）", "ended, not verified"))
        }
        RunEnd::Looked => (Tone::Good, language.pick("完了（調査のみ）", "ended, only looked")),
        RunEnd::Failed => (Tone::Bad, language.pick("失敗", "failed")),
        RunEnd::Aborted => (Tone::Bad, language.pick("中止", "aborted")),
        RunEnd::Stuck => {
            (Tone::Bad, language.pick("復元に失敗。人の確認が必要", "stuck; a person must look"))
        }
    };
    terminal.toned(tone, word)
}

/// Parameters as the interface wants them; the last of a name counts, as in a shell.
fn params(pairs: Vec<(String, String)>) -> BTreeMap<String, String> {
    pairs.into_iter().collect()
}
