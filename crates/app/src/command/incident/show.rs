//! `matoi incident show`: the next action first, then everything else.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use matoi_core::incident::{AlertState, PageState, RunState};
use matoi_core::language::Language;
use matoi_core::plan::Clock;
use matoi_edge::client::shape::{ClockState, Incident, IncidentState};

use crate::argument::Format;
use crate::connection::Connection;
use crate::exit::Failure;
use crate::terminal::table::cell;
use crate::terminal::{Terminal, Tone, clean, time};

use super::super::Desk;
use super::super::follow::{Beside, Follow, More, News, Of, Reader};
use super::{next_action, state_tone, state_word};

pub(super) fn perform(desk: &Desk, id: &str, follow: Follow, count: usize) -> Result<(), Failure> {
    let connection = desk.connect()?;
    let answer = connection.get(&["incidents", id], &[])?;
    if desk.terminal.format == Format::Json {
        desk.terminal.json(&answer);
        return Ok(());
    }
    let incident: Incident = connection.understood(answer)?;
    let language = desk.terminal.language(incident.language);
    let mut reader = Reader::new(Of::Incident(id), language, &incident.timezone);
    let News { now, lines } = reader.news(&connection)?;
    show(&desk.terminal, &incident, now, language);
    let left = lines.len().saturating_sub(count);
    desk.terminal.say("");
    if left > 0 {
        let text = language.pick(
            format!("（これより前に{left}件。--lines で表示）"),
            format!("({left} earlier lines; --lines shows more)"),
        );
        desk.terminal.say(&desk.terminal.toned(Tone::Faint, &text));
    }
    for line in lines.iter().skip(left) {
        reader.show(&desk.terminal, line, now);
    }
    if follow == Follow::No || incident.summary.state == IncidentState::Resolved {
        return Ok(());
    }
    reader.follow(desk, &connection, &mut Watch { id })
}

/// Looks after an incident while its timeline is shown.
struct Watch<'a> {
    id: &'a str,
}

impl Beside for Watch<'_> {
    fn look(&mut self, connection: &Connection) -> Result<More, Failure> {
        let incident: Incident = connection.get_as(&["incidents", self.id], &[])?;
        let over =
            incident.summary.state == IncidentState::Resolved && incident.summary.pages_owed == 0;
        Ok(if over { More::No } else { More::Yes })
    }
}

fn show(terminal: &Terminal, incident: &Incident, now: Timestamp, language: Language) {
    let it = &incident.summary;
    let zone = time::zone(&incident.timezone);
    let name = it.severity_name.as_ref().map_or_else(String::new, |it| format!(" ({it})"));
    terminal.say(&format!(
        "{}  {}  {}",
        terminal.toned(Tone::Strong, &it.id),
        terminal.toned(Tone::Strong, &format!("{}{name}", it.severity)),
        terminal.toned(state_tone(it), state_word(it, language)),
    ));
    terminal.say(&terminal.toned(Tone::Strong, &it.title));
    terminal.say("");
    next_action(terminal, it);
    terminal.say("");
    facts(terminal, incident, &zone, now, language);
    clocks(terminal, incident, &zone, now, language);
    alerts(terminal, incident, &zone, now, language);
    pages(terminal, incident, language);
    runs(terminal, incident, language);
    contacts(terminal, incident, language);
}

fn facts(
    terminal: &Terminal,
    incident: &Incident,
    zone: &TimeZone,
    now: Timestamp,
    language: Language,
) {
    let it = &incident.summary;
    let fact = |ja: &str, en: &str, value: String| {
        terminal.say(&format!("{}: {value}", language.pick(ja, en)));
    };
    fact(
        "発生",
        "Since",
        format!("{} ({})", time::whole(it.since, zone), time::away(it.since, now, language)),
    );
    if let Some(service) = &it.service {
        fact("サービス", "Service", clean(service));
    }
    if let Some(by) = &it.acknowledged_by_name {
        fact("対応者", "Acknowledged by", clean(by));
    }
    if let Some(lead) = &it.lead_name {
        fact("責任者", "Led by", clean(lead));
    }
    if let Some(at) = it.resolved_at {
        fact("解決", "Resolved", time::whole(at, zone));
    }
    if let Some(at) = incident.escalation.wake_at.filter(|_| it.state != IncidentState::Resolved) {
        let text = format!("{} ({})", time::short(at, zone, now), time::away(at, now, language));
        fact("次の自動処理", "Next by itself", text);
    }
    if !incident.conditions.is_empty() {
        fact("宣言できる条件", "Conditions you can state", clean(&incident.conditions.join(", ")));
    }
}

fn clocks(
    terminal: &Terminal,
    incident: &Incident,
    zone: &TimeZone,
    now: Timestamp,
    language: Language,
) {
    if incident.clocks.is_empty() {
        return;
    }
    let rows = incident.clocks.iter().map(|it| {
        let (tone, word) = match it.state {
            ClockState::Running => (Tone::Strong, language.pick("計測中", "running")),
            ClockState::Kept => (Tone::Good, language.pick("達成", "kept")),
            ClockState::Missed => (Tone::Bad, language.pick("超過", "missed")),
        };
        let left = match it.state {
            // A promise without a number has nothing that is left.
            ClockState::Running if it.deadline == incident.summary.opened_at => {
                language.pick("すぐに", "at once").to_owned()
            }
            ClockState::Running => time::away(it.deadline, now, language),
            ClockState::Kept | ClockState::Missed => String::new(),
        };
        [
            clock_word(it.clock, language).to_owned(),
            terminal.toned(tone, word),
            time::short(it.deadline, zone, now),
            left,
        ]
    });
    let heads = language.pick(["目標", "状態", "期限", ""], ["TARGET", "STATE", "BY", ""]);
    terminal.say("");
    terminal.say(&terminal.table(heads, rows.collect()));
}

fn clock_word(clock: Clock, language: Language) -> &'static str {
    match clock {
        Clock::Acknowledge => language.pick("確認", "acknowledge"),
        Clock::Respond => language.pick("初動", "respond"),
        Clock::Update => language.pick("経過報告", "update"),
        Clock::Escalate => language.pick("エスカレーション", "escalate"),
        Clock::Resolve => language.pick("解決", "resolve"),
        Clock::Report => language.pick("報告", "report"),
        Clock::Review => language.pick("振り返り", "review"),
    }
}

fn alerts(
    terminal: &Terminal,
    incident: &Incident,
    zone: &TimeZone,
    now: Timestamp,
    language: Language,
) {
    if incident.alerts.is_empty() {
        return;
    }
    let rows = incident.alerts.iter().map(|it| {
        let (tone, word) = match it.state {
            AlertState::Firing => (Tone::Bad, language.pick("発報中", "firing")),
            AlertState::Cleared => (Tone::Good, language.pick("復旧", "cleared")),
            AlertState::Unwatched => (Tone::Bad, language.pick("監視終了", "not watched")),
        };
        [
            cell(&it.name),
            terminal.toned(tone, word),
            time::short(it.since, zone, now),
            cell(&it.summary),
        ]
    });
    let heads =
        language.pick(["アラート", "状態", "発生", "内容"], ["ALERT", "STATE", "SINCE", "WHAT"]);
    terminal.say("");
    terminal.say(&terminal.table(heads, rows.collect()));
}

fn pages(terminal: &Terminal, incident: &Incident, language: Language) {
    if incident.pages.is_empty() {
        return;
    }
    let rows = incident.pages.iter().map(|it| {
        let (tone, word) = page_word(it.state, language);
        let trouble = it.trouble.as_deref().filter(|_| it.state != PageState::Delivered);
        let why = trouble.map_or_else(|| cell(&it.reason), |it| terminal.toned(Tone::Bad, it));
        let way = match it.address.as_str() {
            "" => cell(&it.channel),
            address => cell(&format!("{} {address}", it.channel)),
        };
        [cell(&it.to_name), way, terminal.toned(tone, word), it.tries.to_string(), why]
    });
    let heads = language
        .pick(["連絡先", "手段", "状態", "試行", "理由"], ["PAGED", "BY", "STATE", "TRIES", "WHY"]);
    terminal.say("");
    terminal.say(&terminal.table(heads, rows.collect()));
}

fn contacts(terminal: &Terminal, incident: &Incident, language: Language) {
    if incident.contacts.is_empty() {
        return;
    }
    let rows = incident.contacts.iter().map(|it| {
        let note = [&it.role, &it.note].into_iter().flatten().map(String::as_str);
        let ways = match it.at.as_slice() {
            [] => terminal.toned(Tone::Doubtful, language.pick("未記入", "not written")),
            ways => cell(&ways.join(", ")),
        };
        let hours = it.hours.as_deref().unwrap_or_default();
        [cell(&it.name), ways, cell(hours), cell(&note.collect::<Vec<_>>().join("; "))]
    });
    let heads = language
        .pick(["社外の連絡先", "連絡手段", "時間", "備考"], ["OUTSIDE", "AT", "HOURS", "ABOUT"]);
    terminal.say("");
    terminal.say(&terminal.table(heads, rows.collect()));
}

fn page_word(state: PageState, language: Language) -> (Tone, &'static str) {
    match state {
        PageState::Owed => (Tone::Doubtful, language.pick("未達", "owed")),
        PageState::Delivered => (Tone::Good, language.pick("受領", "delivered")),
        PageState::Rejected => (Tone::Bad, language.pick("拒否", "rejected")),
        PageState::GivenUp => (Tone::Bad, language.pick("断念", "given up")),
        PageState::Dropped => (Tone::Faint, language.pick("不要", "not needed")),
    }
}

fn runs(terminal: &Terminal, incident: &Incident, language: Language) {
    if incident.runs.is_empty() && incident.requested.is_empty() {
        return;
    }
    let mut rows: Vec<[String; 3]> = incident
        .runs
        .iter()
        .map(|it| {
            let state = match &it.state {
                RunState::Going => terminal.toned(Tone::Strong, language.pick("実行中", "going")),
                RunState::Held { step, reason } => terminal.toned(
                    Tone::Doubtful,
                    &format!("{} {step}: {reason}", language.pick("保留", "held at")),
                ),
                RunState::Ended { end, .. } => {
                    super::super::run::end_text(terminal, *end, language)
                }
            };
            [cell(&it.id), cell(&it.runbook), state]
        })
        .collect();
    let asked = language.pick("開始待ち", "about to begin");
    rows.extend(incident.requested.iter().map(|it| ["-".to_owned(), cell(it), asked.to_owned()]));
    let heads = language.pick(["実行", "手順書", "状態"], ["RUN", "RUNBOOK", "STATE"]);
    terminal.say("");
    terminal.say(&terminal.table(heads, rows));
}

/// Says how many pages are still owed, if any.
pub(super) fn owed(terminal: &Terminal, incident: &Incident, language: Language) {
    let count = incident.summary.pages_owed;
    if count > 0 {
        let text = language.pick(
            format!("まだ届いていない連絡が{count}件あります。再送を続けます。"),
            match count {
                1 => "1 page is on its way or still owed; it is tried until it arrives.".to_owned(),
                _ => format!(
                    "{count} pages are on their way or still owed; they are tried until they arrive."
                ),
            },
        );
        terminal.say(&terminal.toned(Tone::Doubtful, &text));
    }
}
