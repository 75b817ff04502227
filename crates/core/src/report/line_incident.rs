//! What the timeline says of each fact of an incident.

use jiff::Timestamp;

use crate::effect::RunEnd;
use crate::id::{PageId, RunId};
use crate::incident::decide::MATOI;
use crate::incident::event::{Fact, Ground, SkipReason, Source};
use crate::page::PageReason;
use crate::plan::{Clock, Limit, Occasion, When};
use crate::report::line::Told;
use crate::report::voice::Voice;

/// Tells one fact.
pub(super) fn tell(voice: &Voice<'_>, fact: &Fact) -> Told {
    match fact {
        Fact::Opened { title, severity, service, scope, source, since, .. } => {
            let places = [service.as_deref(), scope.as_deref()];
            opened(voice, title, source, opening(voice, severity, places, *since))
        }
        Fact::AlertJoined { name, summary, .. } => alert_joined(voice, name, summary),
        Fact::AlertsTruncated { limit } => alerts_truncated(voice, *limit),
        Fact::AlertCleared { alert } => alert_cleared(voice, voice.names.alert(alert)),
        Fact::AlertUnwatched { alert } => alert_unwatched(voice, voice.names.alert(alert)),
        Fact::AlertFiredAgain { alert, summary } => {
            alert_fired_again(voice, voice.names.alert(alert), summary)
        }
        Fact::Acknowledged { by, via } => acknowledged(voice, by, via.as_deref()),
        Fact::Noted { by, text } => noted(voice, by, text),
        Fact::Assigned { by, to } => assigned(voice, by, to),
        Fact::SeverityChanged { by, from, to, reason } => {
            severity_changed(voice, by, [from, to], reason)
        }
        Fact::Escalated { level, reason } => escalated(voice, *level, reason),
        Fact::ConditionMet { when, by } => condition_met(voice, when, by.as_deref()),
        Fact::Paged { person, channel, address, reason, .. } => {
            paged(voice, person, &voice.way(channel, address), reason)
        }
        Fact::PageSkipped { person, reason } => page_skipped(voice, person, reason),
        Fact::Announced { channel, occasion, .. } => announced(voice, channel, *occasion),
        Fact::PageDelivered { page, reference, tries } => {
            page_delivered(voice, page, reference, *tries)
        }
        Fact::PageDelayed { page, reason, tries, next } => {
            page_delayed(voice, page, reason, *tries, *next)
        }
        Fact::PageRejected { page, reason } => page_rejected(voice, page, reason),
        Fact::PageGivenUp { page, reason, tries } => page_given_up(voice, page, reason, *tries),
        Fact::PageDropped { page, reason } => page_dropped(voice, page, reason),
        Fact::LadderWaits { until, .. } => ladder_waits(voice, *until),
        Fact::DigestWaits { until } => digest_waits(voice, *until),
        Fact::Exhausted => exhausted(voice),
        Fact::ClockWentBack { by } => voice.clock_went_back(*by),
        Fact::TargetMissed { clock, limit, deadline } => {
            target_missed(voice, *clock, *limit, *deadline)
        }
        Fact::UpdateDue { since } => update_due(voice, *since),
        Fact::RunRequested { runbook, reason } => run_requested(voice, runbook, reason),
        Fact::RunStarted { run, runbook } => run_started(voice, run, runbook),
        Fact::RunRefused { runbook, reason } => run_refused(voice, runbook, reason),
        Fact::RunHeld { run, step, reason } => run_held(voice, run, step, reason),
        Fact::RunResumed { run } => run_resumed(voice, run),
        Fact::RunEnded { run, end } => run_ended(voice, run, *end),
        Fact::Resolved { by, ground } => resolved(voice, by, ground),
        Fact::Reopened { by, reason } => reopened(voice, by, reason),
    }
}

fn opened(voice: &Voice<'_>, title: &str, source: &Source, opening: String) -> Told {
    let action =
        voice.say(format!("インシデントを起票: {title}"), format!("Opened the incident: {title}"));
    match source {
        Source::Alert { name, .. } => {
            let alert = voice.say(format!("検知元: {name}"), format!("alert: {name}"));
            Told::matoi(voice, action, voice.list(&[opening, alert]))
        }
        Source::Person { name, note } => {
            let result = voice.because(&opening, note.as_deref().unwrap_or_default());
            Told::person(voice, name, action, result)
        }
    }
}

fn opening(
    voice: &Voice<'_>,
    severity: &str,
    places: [Option<&str>; 2],
    since: Timestamp,
) -> String {
    let since = voice.time(since);
    let mut parts = vec![voice.say(format!("重要度 {severity}"), format!("severity {severity}"))];
    parts.extend(places.into_iter().flatten().map(str::to_owned));
    parts.push(voice.say(format!("発生 {since}"), format!("began {since}")));
    voice.list(&parts)
}

fn ladder_waits(voice: &Voice<'_>, until: Timestamp) -> Told {
    let until = voice.time(until);
    let action = voice.say("勤務時間まで連絡を待機", "Paging waits for duty hours").to_owned();
    Told::matoi(voice, action, voice.say(format!("{until} から"), format!("from {until}")))
}

fn digest_waits(voice: &Voice<'_>, until: Timestamp) -> Told {
    let until = voice.time(until);
    let action = voice.say("まとめて連絡するため待機", "The page waits for a digest").to_owned();
    Told::matoi(voice, action, voice.say(format!("{until} に連絡"), format!("due at {until}")))
}

fn alert_joined(voice: &Voice<'_>, name: &str, summary: &str) -> Told {
    let action = voice.say(format!("アラートを検知: {name}"), format!("Alert joined: {name}"));
    Told::matoi(voice, action, summary.to_owned())
}

fn alerts_truncated(voice: &Voice<'_>, limit: usize) -> Told {
    let action = voice.say("アラートの記録を打ち切り", "Stopped listing alerts").to_owned();
    let result = voice.say(
        format!("上限{limit}件に到達、以降のアラートは一覧に含まれない"),
        format!("limit of {limit} reached, further alerts are not listed"),
    );
    Told::matoi(voice, action, result)
}

fn alert_cleared(voice: &Voice<'_>, name: &str) -> Told {
    let action = voice.say(format!("アラートが解消: {name}"), format!("Alert cleared: {name}"));
    Told::matoi(voice, action, String::new())
}

fn alert_unwatched(voice: &Voice<'_>, name: &str) -> Told {
    let action =
        voice.say(format!("アラートの監視が終了: {name}"), format!("No longer watched: {name}"));
    let result = voice.say(
        "計画から監視が外れたため、続いているかどうかは不明",
        "the plan no longer watches it, so nobody can tell whether it is over",
    );
    Told::matoi(voice, action, result.to_owned())
}

fn alert_fired_again(voice: &Voice<'_>, name: &str, summary: &str) -> Told {
    let action = voice.say(format!("アラートが再発: {name}"), format!("Alert fired again: {name}"));
    Told::matoi(voice, action, summary.to_owned())
}

fn acknowledged(voice: &Voice<'_>, by: &str, via: Option<&str>) -> Told {
    let action = voice.say("確認（対応を引き受け）", "Acknowledged").to_owned();
    let result = via.map(|it| voice.say(format!("{it} 経由"), format!("via {it}")));
    Told::person(voice, by, action, result.unwrap_or_default())
}

fn noted(voice: &Voice<'_>, by: &str, text: &str) -> Told {
    Told::person(voice, by, voice.say("メモを記録", "Noted").to_owned(), text.to_owned())
}

fn assigned(voice: &Voice<'_>, by: &str, to: &str) -> Told {
    let to = voice.person(to);
    let action = voice.say(format!("担当者を指名: {to}"), format!("Assigned to {to}"));
    Told::person(voice, by, action, String::new())
}

fn severity_changed(voice: &Voice<'_>, by: &str, change: [&str; 2], reason: &str) -> Told {
    let [from, to] = change;
    let action = voice.say(
        format!("重要度を変更: {from} → {to}"),
        format!("Changed the severity: {from} → {to}"),
    );
    let reason = if by == MATOI { voice.cause(reason) } else { reason.to_owned() };
    Told::person(voice, by, action, reason)
}

fn escalated(voice: &Voice<'_>, level: Option<usize>, reason: &PageReason) -> Told {
    let action = match level.map(|it| it.saturating_add(1)) {
        Some(level) => voice
            .say(format!("エスカレーション: 第{level}段階"), format!("Escalated to level {level}")),
        None => voice.say("エスカレーション: 条件による段階", "Escalated by condition").to_owned(),
    };
    Told::matoi(voice, action, voice.page_reason(reason))
}

fn condition_met(voice: &Voice<'_>, when: &When, by: Option<&str>) -> Told {
    let action = voice.say("エスカレーション条件が成立", "Escalation condition met").to_owned();
    let actor = by.map_or_else(|| voice.matoi(), |it| voice.person(it));
    Told { actor, action, result: voice.when(when) }
}

fn paged(voice: &Voice<'_>, person: &str, way: &str, reason: &PageReason) -> Told {
    let person = voice.aside(&voice.person(person), way);
    let action =
        voice.say(format!("呼び出しを開始: {person}"), format!("Started to page {person}"));
    Told::matoi(voice, action, voice.page_reason(reason))
}

fn page_skipped(voice: &Voice<'_>, person: &str, reason: &SkipReason) -> Told {
    let person = voice.person(person);
    let action = voice.say(format!("呼び出しを見送り: {person}"), format!("Did not page {person}"));
    Told::matoi(voice, action, voice.skip_reason(reason))
}

fn announced(voice: &Voice<'_>, channel: &str, occasion: Occasion) -> Told {
    let action =
        voice.say(format!("周知を開始: {channel}"), format!("Started to announce to {channel}"));
    Told::matoi(voice, action, voice.occasion(occasion).to_owned())
}

fn page_delivered(voice: &Voice<'_>, page: &PageId, reference: &str, tries: u32) -> Told {
    let to = voice.addressee(page);
    let action = voice.say(format!("連絡を送達: {to}"), format!("Delivered to {to}"));
    let on = voice.say(format!("{tries}回目で送達"), format!("delivered on try {tries}"));
    Told::matoi(voice, action, voice.aside(&on, &voice.receipt(reference)))
}

fn page_delayed(
    voice: &Voice<'_>,
    page: &PageId,
    reason: &str,
    tries: u32,
    next: Timestamp,
) -> Told {
    let to = voice.addressee(page);
    let next = voice.time(next);
    let action = voice.say(format!("連絡が未達: {to}"), format!("Not delivered yet to {to}"));
    let tried = voice.say(format!("{tries}回目は不成功"), format!("try {tries} did not succeed"));
    let next = voice.say(format!("次回 {next}"), format!("next at {next}"));
    Told::matoi(voice, action, voice.aside(&voice.because(&tried, reason), &next))
}

fn page_rejected(voice: &Voice<'_>, page: &PageId, reason: &str) -> Told {
    let to = voice.addressee(page);
    let action = voice.say(format!("連絡を拒否された: {to}"), format!("Rejected: page to {to}"));
    Told::matoi(voice, action, reason.to_owned())
}

fn page_given_up(voice: &Voice<'_>, page: &PageId, reason: &str, tries: u32) -> Told {
    let to = voice.addressee(page);
    let action = voice.say(format!("連絡を断念: {to}"), format!("Gave up the page to {to}"));
    let tried =
        voice.say(format!("{tries}回試行、未達"), format!("not delivered after {tries} tries"));
    Told::matoi(voice, action, voice.because(&tried, reason))
}

fn page_dropped(voice: &Voice<'_>, page: &PageId, reason: &str) -> Told {
    let to = voice.addressee(page);
    let action = voice.say(format!("連絡を取りやめ: {to}"), format!("Dropped the page to {to}"));
    Told::matoi(
        voice,
        action,
        voice.because(voice.say("未達のまま不要", "no longer needed"), reason),
    )
}

fn exhausted(voice: &Voice<'_>) -> Told {
    let action = voice
        .say("エスカレーションの全段階を終了", "No level of the escalation is left")
        .to_owned();
    let result =
        voice.say("これ以上の呼び出し先なし", "there is nobody further to page").to_owned();
    Told::matoi(voice, action, result)
}

fn target_missed(voice: &Voice<'_>, clock: Clock, limit: Limit, deadline: Timestamp) -> Told {
    let name = voice.clock(clock);
    let limit = voice.limit(clock, limit);
    let deadline = voice.time(deadline);
    let action = voice.say(format!("目標を超過: {name}"), format!("Missed a target: {name}"));
    let result = voice
        .say(format!("目標 {limit}、期限 {deadline}"), format!("target {limit}, due {deadline}"));
    Told::matoi(voice, action, result)
}

fn update_due(voice: &Voice<'_>, since: Timestamp) -> Told {
    let since = voice.time(since);
    let action = voice.say("状況更新の期限に到達", "An update for stakeholders is due").to_owned();
    let result = voice.say(format!("起点 {since}"), format!("counted from {since}"));
    Told::matoi(voice, action, result)
}

fn run_requested(voice: &Voice<'_>, runbook: &str, reason: &str) -> Told {
    let action = voice
        .say(format!("手順書の実行を要求: {runbook}"), format!("Requested the runbook {runbook}"));
    Told::matoi(voice, action, voice.cause(reason))
}

fn run_started(voice: &Voice<'_>, run: &RunId, runbook: &str) -> Told {
    let action = voice
        .say(format!("手順書の実行開始を記録: {runbook}"), format!("A run of {runbook} began"));
    Told::matoi(voice, action, run.to_string())
}

fn run_refused(voice: &Voice<'_>, runbook: &str, reason: &str) -> Told {
    let action =
        voice.say(format!("手順書を開始できず: {runbook}"), format!("Could not start {runbook}"));
    Told::matoi(voice, action, voice.reason(reason))
}

fn run_held(voice: &Voice<'_>, run: &RunId, step: &str, reason: &str) -> Told {
    let action = voice.say(
        format!("実行が保留中: {run} 手順 {step}"),
        format!("Run {run} is held at step {step}"),
    );
    Told::matoi(voice, action, voice.reason(reason))
}

fn run_resumed(voice: &Voice<'_>, run: &RunId) -> Told {
    let action = voice.say(format!("実行が再開: {run}"), format!("Run {run} goes on"));
    Told::matoi(voice, action, String::new())
}

fn run_ended(voice: &Voice<'_>, run: &RunId, end: RunEnd) -> Told {
    let action = voice.say(format!("実行が終了: {run}"), format!("Run {run} ended"));
    Told::matoi(voice, action, voice.run_end(end).to_owned())
}

fn resolved(voice: &Voice<'_>, by: &str, ground: &Ground) -> Told {
    let action = voice.say("インシデントを解決", "Resolved the incident").to_owned();
    Told::person(voice, by, action, voice.ground(ground))
}

fn reopened(voice: &Voice<'_>, by: &str, reason: &str) -> Told {
    let action = voice.say("インシデントを再オープン", "Reopened the incident").to_owned();
    Told::person(voice, by, action, reason.to_owned())
}
