//! The words of a page: what, how bad, since when, why you, and the one next action.

use jiff::Timestamp;

use super::{Message, PageReason};
use crate::incident::Incident;
use crate::incident::draft::World;
use crate::language::Language;
use crate::limits::cut;
use crate::plan::{Occasion, Plan};
use crate::reason;

/// Writes the page that asks `to` for attention.
pub fn compose(
    incident: &Incident,
    world: World<'_>,
    to: &str,
    reason: &PageReason,
    now: Timestamp,
) -> Message {
    let plan = world.plan;
    let ja = plan.language;
    let url = url(incident, world);
    let mut lines = what(incident, plan, now);
    lines.push(format!(
        "{}: {}",
        ja.pick("あなたへの連絡の理由", "Why you"),
        reason_text(reason, plan, ja)
    ));
    let next = next_action(incident, to, reason, ja);
    lines.push(String::new());
    lines.push(format!("▶ {next}"));
    if let Some(url) = &url {
        lines.push(url.clone());
    }
    Message {
        subject: subject(incident, ""),
        body: lines.join("\n"),
        incident: incident.id.clone(),
        severity: incident.severity.clone(),
        url,
        incidents: Vec::new(),
    }
}

/// Writes the word for others.
pub fn announce(
    incident: &Incident,
    world: World<'_>,
    occasion: Occasion,
    now: Timestamp,
) -> Message {
    let plan = world.plan;
    let url = url(incident, world);
    let mut lines = what(incident, plan, now);
    if let Some(it) = &incident.acknowledged {
        lines.push(format!(
            "{}: {}",
            plan.language.pick("対応者", "Handled by"),
            person(plan, &it.by)
        ));
    }
    lines.extend(url.clone());
    Message {
        subject: subject(incident, occasion_word(occasion, plan.language)),
        body: lines.join("\n"),
        incident: incident.id.clone(),
        severity: incident.severity.clone(),
        url,
        incidents: Vec::new(),
    }
}

/// `[P0] 解決: db: malformed (INC-20260105-001)`, on one line whatever the title holds.
fn subject(incident: &Incident, word: &str) -> String {
    let colon = if word.is_empty() { "" } else { ": " };
    one_line(&format!("[{}] {word}{colon}{} ({})", incident.severity, incident.title, incident.id))
}

/// Without what could begin a line of its own.
pub(super) fn one_line(text: &str) -> String {
    text.chars().map(|it| if it.is_control() { ' ' } else { it }).collect()
}

fn what(incident: &Incident, plan: &Plan, now: Timestamp) -> Vec<String> {
    let ja = plan.language;
    let severity = plan.severity(&incident.severity).and_then(|it| it.name.as_deref());
    let name = severity.map_or_else(String::new, |it| format!(" ({it})"));
    let since = incident.since.to_zoned(plan.zone.clone());
    let minutes = now.duration_since(incident.since).as_mins().max(0);
    let mut lines = vec![
        incident.title.clone(),
        format!("{}: {}{name}", ja.pick("重要度", "Severity"), incident.severity),
        format!(
            "{}: {} ({})",
            ja.pick("発生", "Since"),
            since.strftime("%Y-%m-%d %H:%M:%S %Z"),
            ja.pick(format!("{minutes}分前"), format!("{minutes} min ago")),
        ),
    ];
    if let Some(service) = &incident.service {
        lines.push(format!("{}: {service}", ja.pick("サービス", "Service")));
    }
    lines.extend(alerts(incident, ja));
    lines
}

/// Alerts that one page tells of; a telephone has no room for more.
const ALERTS_SHOWN: usize = 5;

/// What fires, beyond what the title says already.
fn alerts(incident: &Incident, ja: Language) -> Vec<String> {
    let told = incident.firing().map(|(_, it)| format!("{}: {}", it.name, it.summary));
    let news: Vec<String> = told.filter(|it| *it != incident.title).collect();
    let mut lines: Vec<String> =
        news.iter().take(ALERTS_SHOWN).map(|it| format!("- {}", cut(it, 300))).collect();
    let more = news.len().saturating_sub(ALERTS_SHOWN);
    if more > 0 {
        lines.push(ja.pick(format!("- ほか{more}件"), format!("- and {more} more")));
    }
    lines
}

/// One thing to do, in words that can be copied.
fn next_action(incident: &Incident, to: &str, reason: &PageReason, ja: Language) -> String {
    let id = &incident.id;
    match reason {
        PageReason::NeedsPerson { .. } => ja.pick(
            format!("判断が必要です: matoi incident show {id}"),
            format!("It waits for your decision: matoi incident show {id}"),
        ),
        PageReason::Passed => ja.pick(
            format!("経過を見る: matoi incident show {id}"),
            format!("Nothing to do; to see what happened: matoi incident show {id}"),
        ),
        PageReason::FirstLevel
        | PageReason::Unanswered { .. }
        | PageReason::Condition { .. }
        | PageReason::AskedBy { .. }
        | PageReason::NextWay
        | PageReason::NobodyOnDuty
        | PageReason::Undeliverable { .. }
        | PageReason::Repeated { .. }
        | PageReason::SeverityRaised
        | PageReason::Reopened
        | PageReason::Announced => ja.pick(
            format!("対応を引き受ける: matoi incident ack {id} --as {to}"),
            format!("Take it: matoi incident ack {id} --as {to}"),
        ),
    }
}

/// Why somebody is paged, as people of this plan say it.
pub fn reason_text(reason: &PageReason, plan: &Plan, ja: Language) -> String {
    let own = |text: &str| reason::in_language(text, ja, &|it| person(plan, it).to_owned());
    match reason {
        PageReason::FirstLevel => {
            ja.pick("最初の担当です".to_owned(), "you are first in line".to_owned())
        }
        PageReason::Unanswered { after } => {
            let after = ja.duration(*after);
            ja.pick(
                format!("{after}たっても引き受けまたは解決がありません"),
                format!("nobody answered or resolved it within {after}"),
            )
        }
        PageReason::Condition { text } => ja.pick(
            format!("エスカレーション条件に該当: {text}"),
            format!("a condition holds: {text}"),
        ),
        PageReason::AskedBy { by } => {
            let by = person(plan, by);
            ja.pick(format!("{by} がエスカレーションしました"), format!("{by} escalated it"))
        }
        PageReason::NeedsPerson { what } => ja.pick(
            format!("自動では進められません: {}", own(what)),
            format!("it cannot go on by itself: {what}"),
        ),
        PageReason::NextWay => ja.pick(
            "前の連絡方法で応答がありません".to_owned(),
            "no answer by the way before".to_owned(),
        ),
        PageReason::NobodyOnDuty => ja.pick(
            "勤務時間内の担当者がいないため、時間外ですが連絡します".to_owned(),
            "nobody is on duty, so this comes outside your hours".to_owned(),
        ),
        PageReason::Undeliverable { person: whom } => {
            let whom = person(plan, whom);
            ja.pick(format!("{whom} に連絡が届きません"), format!("{whom} could not be reached"))
        }
        PageReason::Repeated { round } => ja.pick(
            format!("応答がないため再連絡します ({round}回目)"),
            format!("no answer; round {round} of paging"),
        ),
        PageReason::SeverityRaised => {
            ja.pick("重要度が上がりました".to_owned(), "the severity became worse".to_owned())
        }
        PageReason::Reopened => ja.pick("再発しました".to_owned(), "it was reopened".to_owned()),
        PageReason::Passed => ja.pick(
            "まとめてお知らせする時刻の前に、自然に解決しました".to_owned(),
            "it came and went before its digest was due".to_owned(),
        ),
        PageReason::Announced => ja.pick("お知らせ".to_owned(), "for your information".to_owned()),
    }
}

/// What is announced, in a word.
pub fn occasion_word(occasion: Occasion, ja: Language) -> &'static str {
    match occasion {
        Occasion::Opened => ja.pick("発生", "Opened"),
        Occasion::Acknowledged => ja.pick("対応開始", "Acknowledged"),
        Occasion::Escalated => ja.pick("エスカレーション", "Escalated"),
        Occasion::SeverityChanged => ja.pick("重要度変更", "Severity changed"),
        Occasion::Resolved => ja.pick("解決", "Resolved"),
        Occasion::Reopened => ja.pick("再開", "Reopened"),
    }
}

fn person<'p>(plan: &'p Plan, id: &'p str) -> &'p str {
    plan.people.get(id).map_or(id, |it| &it.name)
}

fn url(incident: &Incident, world: World<'_>) -> Option<String> {
    incidents_url(world).map(|all| format!("{all}/{}", incident.id))
}

/// Where all of them can be looked at.
pub(super) fn incidents_url(world: World<'_>) -> Option<String> {
    world.base_url.map(|base| format!("{}/incidents", base.trim_end_matches('/')))
}
