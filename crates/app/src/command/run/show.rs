//! `matoi run show`: where each step stands, and what the run asks of a person.

use std::time::Duration;

use jiff::Timestamp;
use matoi_core::effect::{RunEnd, Starter};
use matoi_core::language::Language;
use matoi_core::run::Phase;
use matoi_core::run::event::{Hold, Vote};
use matoi_core::runbook::Kind;
use matoi_edge::client::shape::{Run, Status, Step, StepState};

use crate::argument::Format;
use crate::connection::{Connection, Paused};
use crate::exit::{ExitKind, Failure};
use crate::terminal::table::cell;
use crate::terminal::{Terminal, Tone, clean, time};

use super::super::Desk;
use super::super::follow::{Beside, Follow, More, Of, Reader};
use super::live::Live;
use super::rehearsed::{finding_text, rehearsed};
use super::standing_text;

/// How often a program's run is asked after.
const LOOK: Duration = Duration::from_millis(300);

pub(super) fn perform(desk: &Desk, id: &str, wanted: Follow) -> Result<(), Failure> {
    let connection = desk.connect()?;
    let answer = connection.get(&["runs", id], &[])?;
    if desk.terminal.format == Format::Json {
        desk.terminal.json(&answer);
        return Ok(());
    }
    let run: Run = connection.understood(answer)?;
    if wanted == Follow::Yes {
        return follow(desk, &connection, &run, Until::Ended);
    }
    let status: Status = connection.get_as(&["status"], &[])?;
    let language = desk.terminal.language(run.language.unwrap_or_default());
    whole(&desk.terminal, &run, status.now, language);
    Ok(())
}

/// How far a run is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Until {
    Ended,
    /// Until it is a person's turn; the terminal is theirs again then.
    Asked,
}

impl Until {
    fn is_reached(self, run: &Run) -> bool {
        is_over(run) || (self == Until::Asked && waits(run))
    }
}

/// Shows what happens, and what the run asks whenever it waits for a person.
pub(super) fn follow(
    desk: &Desk,
    connection: &Connection,
    run: &Run,
    until: Until,
) -> Result<(), Failure> {
    if desk.terminal.format == Format::Json {
        return until_over(desk, connection, &run.id, until);
    }
    let language = desk.terminal.language(run.language.unwrap_or_default());
    let mut reader = Reader::new(Of::Run(&run.id), language, &run.timezone);
    let terminal = &desk.terminal;
    let live = Live::new(terminal, &run.id, language);
    let mut watch = Watch { terminal, live, last: run.clone(), until, language };
    reader.follow(desk, connection, &mut watch)?;
    let last = watch.last;
    terminal.say("");
    if is_over(&last) {
        let end = standing_text(terminal, &last, language);
        terminal.say(&format!("{}  {end}", clean(&last.id)));
        rehearsed(terminal, &last, language);
    } else {
        brief(terminal, &last, language);
    }
    if !until.is_reached(&last) {
        // Ctrl-C.
        let text =
            language.pick("実行は続いています。見るには: ", "It goes on. Watch it again with: ");
        terminal.say(&format!("{text}matoi run attach {}", clean(&last.id)));
    }
    verdict(&last)
}

/// Looks after a run while its timeline is shown.
struct Watch<'a> {
    terminal: &'a Terminal,
    live: Live<'a>,
    last: Run,
    until: Until,
    language: Language,
}

impl Beside for Watch<'_> {
    fn look(&mut self, connection: &Connection) -> Result<More, Failure> {
        let seen: Run = connection.get_as(&["runs", &self.last.id], &[])?;
        self.live.turn_to(connection, &seen);
        if self.until == Until::Ended && waits(&seen) && seen.version != self.last.version {
            brief(self.terminal, &seen, self.language);
        }
        let more = if self.until.is_reached(&seen) { More::No } else { More::Yes };
        self.last = seen;
        Ok(more)
    }

    fn pause(&mut self, connection: &Connection, time: Duration) -> Paused {
        self.live.pause(connection, time)
    }
}

/// For programs: one value, once it is over or waits for a person.
fn until_over(desk: &Desk, connection: &Connection, id: &str, until: Until) -> Result<(), Failure> {
    loop {
        let answer = connection.get(&["runs", id], &[])?;
        let run: Run = connection.understood(answer.clone())?;
        if until.is_reached(&run) || connection.pause(LOOK) == Paused::Ended {
            desk.terminal.json(&answer);
            return verdict(&run);
        }
    }
}

fn is_over(run: &Run) -> bool {
    matches!(run.phase, Phase::Ended { .. })
}

fn verdict(run: &Run) -> Result<(), Failure> {
    match run.phase {
        Phase::Ended { end: RunEnd::Verified | RunEnd::Unverified | RunEnd::Looked } => Ok(()),
        Phase::Ended { end: RunEnd::Failed | RunEnd::Aborted | RunEnd::Stuck } => {
            Err(Failure::silent(ExitKind::EndedBadly))
        }
        Phase::Going | Phase::Held { .. } => Err(Failure::silent(ExitKind::Waits)),
    }
}

/// Whether it is a person's turn.
fn waits(run: &Run) -> bool {
    let held = match &run.phase {
        // Another run has to end first.
        Phase::Held { reason: Hold::Lock { .. }, .. } => false,
        Phase::Held { .. } => true,
        Phase::Going | Phase::Ended { .. } => false,
    };
    held || run.steps.iter().any(|it| asks(it).is_some())
}

/// What a step that people perform asks, if it is open.
fn asks(step: &Step) -> Option<&StepState> {
    let state = step.state.as_ref()?;
    match state {
        StepState::Gate { .. } | StepState::List { .. } => Some(state),
        StepState::Performing { .. }
        | StepState::RetryAt { .. }
        | StepState::Done
        | StepState::Failed { .. }
        | StepState::Unclear { .. }
        | StepState::Skipped
        | StepState::Examining { .. }
        | StepState::Examined { .. }
        | StepState::Waiting { .. } => None,
    }
}

/// Where it stands, and what to do.
pub(in crate::command) fn brief(terminal: &Terminal, run: &Run, language: Language) {
    terminal.say(&format!(
        "{}  {}  {}",
        terminal.toned(Tone::Strong, &run.id),
        clean(&run.title),
        standing_text(terminal, run, language)
    ));
    rehearsed(terminal, run, language);
    if let Phase::Held { step, reason } = &run.phase {
        held(terminal, run, step, reason, language);
    }
    for step in &run.steps {
        if let Some(state) = asks(step) {
            open(terminal, run, &step.name, state, language);
        }
    }
}

fn held(terminal: &Terminal, run: &Run, step: &str, reason: &Hold, language: Language) {
    let id = clean(&run.id);
    let name = clean(step);
    match reason {
        Hold::Click => {
            let text = language.pick(
                format!("{name} は人が開始する手順です。内容を確認してください。"),
                format!("{name} waits for a person to start it. Read it first:"),
            );
            terminal.say(&format!("▶ {}", terminal.toned(Tone::Strong, &text)));
            script(terminal, run, step);
            let agreed = run.steps.iter().find(|it| it.name == step).map(|it| it.agreed.as_slice());
            if let Some(people @ [_, ..]) = agreed {
                let people: Vec<_> = people.iter().map(|it| clean(it)).collect();
                let people = people.join(", ");
                let text = language.pick(
                    format!("{people} は同意しました。もう一人が開始してください。"),
                    format!("{people} wants it to begin; a second person has to start it."),
                );
                terminal.say(&terminal.toned(Tone::Doubtful, &text));
            }
            terminal.say(&format!("  matoi run click {id} {name}"));
        }
        Hold::Failed { reason } | Hold::Unclear { reason } => {
            let what = match run.phase {
                Phase::Held { reason: Hold::Unclear { .. }, .. } => language.pick(
                    "の結果は分かりません。対象を確かめてから答えてください",
                    "may or may not have taken effect. Look at the system, then answer",
                ),
                Phase::Going | Phase::Held { .. } | Phase::Ended { .. } => language
                    .pick("が失敗しました。どうするか決めてください", "failed. Decide what to do"),
            };
            let text = format!("{name} {what}: {}", clean(reason));
            terminal.say(&format!("▶ {}", terminal.toned(Tone::Bad, &text)));
            script(terminal, run, step);
            for (word, ja, en) in ANSWERS {
                let meaning = terminal.toned(Tone::Faint, language.pick(ja, en));
                terminal.say(&format!(
                    "  matoi run answer {id} {name} {word} --reason \"…\"   {meaning}"
                ));
            }
        }
        Hold::Switch { switch } => {
            let text = language.pick(
                format!("{} が停止しています: {}", switch.by, switch.reason),
                format!("{} switched it off: {}", switch.by, switch.reason),
            );
            terminal.say(&format!("▶ {}", terminal.toned(Tone::Doubtful, &text)));
            terminal.say("  matoi switch list");
        }
        Hold::Lock { lock, by } => {
            let (lock, by) = (clean(lock), clean(&by.0));
            let text = language.pick(
                format!("{lock} を {by} が使っています。終わると自動で進みます。"),
                format!("{by} has {lock}; this goes on by itself when that ends."),
            );
            terminal.say(&format!("▶ {}", terminal.toned(Tone::Doubtful, &text)));
            terminal.say(&format!("  matoi run show {by}"));
        }
    }
}

/// The answers that a person can give, with what follows.
const ANSWERS: &[(&str, &str, &str)] = &[
    ("done", "効果があった。次へ進む", "it took effect; go on"),
    ("rerun", "効果がなかった。もう一度実行する", "it did not; perform it again"),
    ("skip", "飛ばして次へ進む", "leave it out and go on"),
    ("undo", "これまでの変更を取り消して終わる", "take back what was applied, and end"),
    ("abort", "ここで終わる", "end here"),
];

fn open(terminal: &Terminal, run: &Run, step: &str, state: &StepState, language: Language) {
    let id = clean(&run.id);
    let name = clean(step);
    match state {
        StepState::Gate { text, votes, .. } => {
            let title = language.pick("承認が必要です", "It waits for approval");
            terminal.say(&format!("▶ {}", terminal.toned(Tone::Strong, title)));
            for line in text.lines() {
                terminal.say(&format!("    {}", clean(line)));
            }
            for (who, vote) in votes {
                let word = match vote {
                    Vote::Approve => language.pick("承認", "yes"),
                    Vote::Refuse => language.pick("却下", "no"),
                };
                terminal.say(&format!("    {}: {word}", clean(who)));
            }
            terminal.say(&format!("  matoi run approve {id} {name}"));
            terminal.say(&format!("  matoi run refuse {id} {name} --reason \"…\""));
        }
        StepState::List { items, ticked } => {
            let title = language.pick(
                "人が行う作業です。終えたら記録してください",
                "For people to do. Tick what is done",
            );
            terminal.say(&format!("▶ {}", terminal.toned(Tone::Strong, title)));
            for (at, item) in items.iter().enumerate() {
                let by = ticked.get(&at.to_string());
                let mark = if by.is_some() { "x" } else { " " };
                let who = by.map_or_else(String::new, |it| format!(" ({})", clean(it)));
                terminal.say(&format!("    [{mark}] {}. {}{who}", at + 1, clean(item)));
            }
            terminal.say(&format!("  matoi run tick {id} {name} 1"));
        }
        StepState::Performing { .. }
        | StepState::RetryAt { .. }
        | StepState::Done
        | StepState::Failed { .. }
        | StepState::Unclear { .. }
        | StepState::Skipped
        | StepState::Examining { .. }
        | StepState::Examined { .. }
        | StepState::Waiting { .. } => (),
    }
}

fn script(terminal: &Terminal, run: &Run, step: &str) {
    let script = run.steps.iter().find(|it| it.name == step).and_then(|it| it.script.as_deref());
    for line in script.unwrap_or_default().lines() {
        terminal.say(&format!("    {}", terminal.toned(Tone::Faint, line)));
    }
}

fn whole(terminal: &Terminal, run: &Run, now: Timestamp, language: Language) {
    brief(terminal, run, language);
    let zone = time::zone(&run.timezone);
    let by = match &run.by {
        Starter::Plan { reason } => {
            format!("{} ({})", language.pick("計画", "the plan"), clean(reason))
        }
        Starter::Person { name } => clean(name),
    };
    let began = format!(
        "{} ({})",
        time::whole(run.started_at, &zone),
        time::away(run.started_at, now, language)
    );
    terminal.say("");
    terminal.say(&format!("{}: {began}, {by}", language.pick("開始", "Began")));
    if let Some(incident) = &run.incident {
        terminal.say(&format!(
            "{}: {}",
            language.pick("インシデント", "Incident"),
            clean(incident)
        ));
    }
    let rows = run.steps.iter().enumerate().map(|(at, it)| {
        [
            (at + 1).to_string(),
            cell(&it.name),
            kind_text(it),
            state_text(terminal, it.state.as_ref(), now, language),
            it.attempts.to_string(),
        ]
    });
    let heads = language
        .pick(["", "手順", "種類", "状態", "試行"], ["", "STEP", "KIND", "STATE", "ATTEMPTS"]);
    terminal.say("");
    terminal.say(&terminal.table(heads, rows.collect()));
}

/// `recover bash`; what Matoi or people do themselves needs one word only.
fn kind_text(step: &Step) -> String {
    match step.kind {
        Kind::Durable => clean(&step.act),
        Kind::Click
        | Kind::Diagnose
        | Kind::Backup
        | Kind::Recover
        | Kind::Verify
        | Kind::Undo
        | Kind::Handler => format!("{} {}", step.kind.word(), clean(&step.act)),
    }
}

fn state_text(
    terminal: &Terminal,
    state: Option<&StepState>,
    now: Timestamp,
    language: Language,
) -> String {
    let Some(state) = state else { return "-".to_owned() };
    let (tone, text) = match state {
        StepState::Performing { since, .. } => (
            Tone::Strong,
            format!(
                "{} ({})",
                language.pick("実行中", "running"),
                time::away(*since, now, language)
            ),
        ),
        StepState::RetryAt { at } => (
            Tone::Doubtful,
            format!(
                "{} ({})",
                language.pick("再試行待ち", "again"),
                time::away(*at, now, language)
            ),
        ),
        StepState::Done => (Tone::Good, language.pick("完了", "done").to_owned()),
        StepState::Failed { reason } => {
            (Tone::Bad, format!("{}: {reason}", language.pick("失敗", "failed")))
        }
        StepState::Unclear { reason, .. } => {
            (Tone::Bad, format!("{}: {reason}", language.pick("不明", "unclear")))
        }
        StepState::Skipped => (Tone::Faint, language.pick("省略", "left out").to_owned()),
        StepState::Gate { .. } => {
            (Tone::Doubtful, language.pick("承認待ち", "waits for approval").to_owned())
        }
        StepState::List { items, ticked } => (
            Tone::Doubtful,
            format!("{} {}/{}", language.pick("作業中", "for people"), ticked.len(), items.len()),
        ),
        StepState::Examining { .. } => {
            (Tone::Strong, language.pick("点検中", "being examined").to_owned())
        }
        StepState::Examined { finding } => finding_text(finding, language),
        StepState::Waiting { until } => (
            Tone::Strong,
            format!("{} ({})", language.pick("待機中", "waits"), time::away(*until, now, language)),
        ),
    };
    terminal.toned(tone, &text)
}
