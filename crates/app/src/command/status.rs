//! `matoi status`: everything on one screen.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use matoi_core::language::Language;
use matoi_core::limits::cut;
use matoi_edge::client::shape::{Condition, Health, OnCall, PlanShown, Status, Summary};

use crate::argument::Format;
use crate::exit::Failure;
use crate::terminal::table::{cell, or_dash};
use crate::terminal::{Terminal, Tone, clean, time};

use super::{Desk, switch};

/// Characters of a title in a list; `show` has the whole.
const TITLE_CHARS: usize = 80;

pub(super) fn perform(desk: &Desk) -> Result<(), Failure> {
    let connection = desk.connect()?;
    let answer = connection.get(&["status"], &[])?;
    if desk.terminal.format == Format::Json {
        desk.terminal.json(&answer);
        return Ok(());
    }
    let status: Status = connection.understood(answer)?;
    show(&desk.terminal, &status);
    Ok(())
}

fn show(terminal: &Terminal, status: &Status) {
    let plan = status.plan.as_ref();
    let language = terminal.language(plan.map_or(Language::En, |it| it.language));
    let zone = time::zone(plan.map_or("UTC", |it| it.timezone.as_str()));
    head(terminal, status, language);
    if status.open.is_empty() {
        terminal.say(&terminal.toned(
            Tone::Good,
            language.pick("対応中のインシデントはありません。", "No incident is open."),
        ));
    } else {
        terminal.say(&incidents(terminal, &status.open, &zone, status.now, language));
        more(terminal, status, language);
        if let Some(worst) = status.open.first() {
            terminal.say("");
            next_action(terminal, worst);
        }
    }
    on_call(terminal, &status.on_call, &zone, status.now, language);
    if !status.switches.0.is_empty() {
        terminal.say("");
        terminal.say(&switch::table(terminal, &status.switches, language));
    }
    health(terminal, &status.health, language);
}

/// Says how many are open that the table has no room for.
fn more(terminal: &Terminal, status: &Status, language: Language) {
    let count = status.open_count.saturating_sub(status.open.len());
    if count > 0 {
        let text = language.pick(
            format!("ほかに{count}件が未解決です。"),
            format!("{count} more are open, no worse than these."),
        );
        terminal.say("");
        terminal.say(&format!(
            "{}\n  matoi incident list --limit 1000",
            terminal.toned(Tone::Doubtful, &text)
        ));
    }
}

fn head(terminal: &Terminal, status: &Status, language: Language) {
    match &status.plan {
        None => terminal.say(&terminal.toned(
            Tone::Bad,
            language.pick("計画が読み込まれていません。", "No plan is loaded; nothing is watched."),
        )),
        Some(plan) => {
            let line = format!("{}  {}  matoi {}", plan.name, plan.hash, status.version);
            terminal.say(&terminal.toned(Tone::Strong, &line));
            plan_remarks(terminal, plan, language);
        }
    }
    terminal.say("");
}

fn plan_remarks(terminal: &Terminal, plan: &PlanShown, language: Language) {
    if !plan.armed {
        let text = language
            .pick("連絡が届かない人がいます:", "Not armed, so that not everybody can be reached:");
        terminal.say(&terminal.toned(Tone::Doubtful, text));
        for why in &plan.unarmed {
            terminal.say(&format!("  - {}", clean(why)));
        }
    }
    if let Some(refused) = &plan.refused {
        let text = match refused.len() {
            0 => language.pick(
                "計画を読み直せませんでした。前の計画で動いています。理由は下にあります。".to_owned(),
                "The plan could not be read again, and the one before rules; why stands below."
                    .to_owned(),
            ),
            count => language.pick(
                format!("新しい計画は問題が{count}件あり、読み込まれていません。`matoi check` で確認できます。"),
                format!("A newer plan was refused, with {count} remarks; `matoi check` tells them."),
            ),
        };
        terminal.say(&terminal.toned(Tone::Bad, &text));
    }
}

/// Incidents as a table.
pub(super) fn incidents(
    terminal: &Terminal,
    list: &[Summary],
    zone: &TimeZone,
    now: Timestamp,
    language: Language,
) -> String {
    let rows = list.iter().map(|it| {
        [
            cell(&it.id),
            terminal.toned(severity_tone(it), &it.severity),
            terminal.toned(state_tone(it), state_word(it, language)),
            format!(
                "{} ({})",
                time::short(it.since, zone, now),
                time::away(it.since, now, language)
            ),
            or_dash(it.lead_name.as_deref().or(it.acknowledged_by_name.as_deref())),
            cell(&cut(&it.title, TITLE_CHARS)),
        ]
    });
    let heads = language.pick(
        ["インシデント", "重要度", "状態", "発生", "対応者", "内容"],
        ["INCIDENT", "SEVERITY", "STATE", "SINCE", "WHO HAS IT", "WHAT"],
    );
    terminal.table(heads, rows.collect())
}

fn severity_tone(it: &Summary) -> Tone {
    match it.rank {
        Some(0) => Tone::Bad,
        Some(1) => Tone::Doubtful,
        Some(_) | None => Tone::Strong,
    }
}

/// Of the state of an incident.
pub(super) fn state_tone(it: &Summary) -> Tone {
    use matoi_edge::client::shape::IncidentState::{Acknowledged, Open, Resolved};
    match it.state {
        Open => Tone::Bad,
        Acknowledged => Tone::Doubtful,
        Resolved => Tone::Good,
    }
}

/// The state of an incident.
pub(super) fn state_word(it: &Summary, language: Language) -> &'static str {
    use matoi_edge::client::shape::IncidentState::{Acknowledged, Open, Resolved};
    match it.state {
        Open => language.pick("未対応", "open"),
        Acknowledged => language.pick("対応中", "acknowledged"),
        Resolved => language.pick("解決済み", "resolved"),
    }
}

/// The one next action.
pub(super) fn next_action(terminal: &Terminal, it: &Summary) {
    terminal.say(&format!("▶ {}", terminal.toned(Tone::Strong, &it.next_action.text)));
    if let Some(command) = &it.next_action.command {
        terminal.say(&format!("  {}", clean(command)));
    }
}

fn on_call(
    terminal: &Terminal,
    list: &[OnCall],
    zone: &TimeZone,
    now: Timestamp,
    language: Language,
) {
    if list.is_empty() {
        return;
    }
    let rows = list.iter().map(|it| {
        let until = it.until.map(|it| time::short(it, zone, now));
        [cell(&it.schedule), cell(&it.name), or_dash(until.as_deref())]
    });
    let heads = language.pick(["当番表", "当番", "交代"], ["SCHEDULE", "ON CALL", "UNTIL"]);
    terminal.say("");
    terminal.say(&terminal.table(heads, rows.collect()));
}

fn health(terminal: &Terminal, health: &Health, language: Language) {
    if health.state == Condition::Ok {
        return;
    }
    terminal.say("");
    let title = language.pick("Matoi 自身に注意が必要です:", "Matoi itself needs attention:");
    terminal.say(&terminal.toned(Tone::Doubtful, title));
    for part in &health.parts {
        let tone = match part.state {
            Condition::Ok => continue,
            Condition::Degraded => Tone::Doubtful,
            Condition::Failed => Tone::Bad,
        };
        terminal.say(&format!("  {}  {}", terminal.toned(tone, &part.name), clean(&part.detail)));
    }
}
