//! The incident report: what is known at this moment, in the form that teams send round.

use crate::incident::event::{Ground, Source};
use crate::plan::Clock;
use crate::report::draft::Draft;
use crate::report::markdown::{Document, Tick, Value};
use crate::report::next_action::next_actions;
use crate::report::overview::AlertSeen;
use crate::report::run_story::{RunStory, StepStory};
use crate::report::standing::show;
use crate::report::targets::Verdict;
use crate::report::{ROWS_MAX, attachment};

/// Writes the form.
pub(super) fn write(draft: &Draft<'_>) -> String {
    let voice = draft.voice();
    let mut document = draft.open(voice.say("インシデント報告", "Incident report"));
    document.heading(2, voice.say("基本情報", "Basics"));
    basics(draft, &mut document);
    document.heading(2, voice.say("症状", "Symptoms"));
    symptoms(draft, &mut document);
    document.heading(2, voice.say("実施済み対応", "What was done"));
    measures(draft, &mut document);
    document.heading(2, voice.say("現在の状況", "Where it stands"));
    standing(draft, &mut document);
    document.heading(2, voice.say("次のアクション", "What comes next"));
    next(draft, &mut document);
    document.heading(2, voice.say("添付情報", "Attachments"));
    attachment::write(draft, &mut document);
    document.finish()
}

fn basics(draft: &Draft<'_>, document: &mut Document) {
    let voice = draft.voice();
    let overview = &draft.overview;
    let id = overview.id.map(ToString::to_string);
    document.field(voice.say("インシデントID", "Incident"), Value::or_unknown(id));
    document
        .field(voice.say("件名", "Title"), Value::or_unknown(overview.title.map(str::to_owned)));
    document.field(voice.say("発生時刻", "Began"), draft.moment(draft.times.began));
    document.field(voice.say("検知時刻", "Detected"), draft.moment(draft.times.detected));
    document.field(voice.say("検出者・検出元", "Detected by"), draft.source());
    document.field(voice.say("確認時刻", "Acknowledged"), draft.acknowledged());
    document.field(voice.say("対応完了時刻", "Resolved"), draft.end());
    document.field(voice.say("重要度", "Severity"), draft.severity());
    for change in overview.severity_changes.iter().take(ROWS_MAX) {
        document.point(1, &draft.severity_change(change));
    }
    document.field(voice.say("影響範囲", "Scope"), draft.scope());
    document.field(voice.say("影響サービス", "Service"), draft.service());
    document.field(voice.say("担当", "Responsible"), draft.responsible());
}

fn symptoms(draft: &Draft<'_>, document: &mut Document) {
    let voice = draft.voice();
    let alerts = &draft.overview.alerts;
    document.field(voice.say("現象", "What is seen"), phenomenon(draft));
    for alert in alerts.iter().take(ROWS_MAX) {
        document.point(1, &symptom(draft, alert));
    }
    if let Some(limit) = draft.overview.alerts_limit {
        document.point(
            1,
            &voice.say(
                format!("アラートは上限の{limit}件まで記録、以降は一覧に含まれない"),
                format!("only the first {limit} alerts were recorded"),
            ),
        );
    }
    document.field(voice.say("エラーメッセージ", "Error message"), Value::ToFill);
    document.field(voice.say("再現方法", "How to reproduce"), Value::ToFill);
}

fn phenomenon(draft: &Draft<'_>) -> Value {
    if let Some(Source::Person { note: Some(note), .. }) = draft.overview.source {
        return Value::or_fill(Some(note.clone()));
    }
    let count = draft.overview.alerts.len();
    if count == 0 {
        return Value::ToFill;
    }
    Value::Known(draft.voice().say(
        format!("以下のアラートを検知（{count}件）"),
        draft.voice().plural(count, "alert", "alerts"),
    ))
}

fn symptom(draft: &Draft<'_>, alert: &AlertSeen<'_>) -> String {
    let voice = draft.voice();
    let state = match alert.cleared {
        Some(at) => {
            let at = voice.time(at);
            voice.say(format!("解消 {at}"), format!("cleared {at}"))
        }
        None if let Some(at) = alert.unwatched => {
            let at = voice.time(at);
            voice.say(format!("監視終了 {at}"), format!("no longer watched since {at}"))
        }
        None => voice.say("継続中", "still firing").to_owned(),
    };
    let mut asides = Vec::new();
    if let Some(since) = alert.since {
        let since = voice.time(since);
        asides.push(voice.say(format!("発生 {since}"), format!("since {since}")));
    }
    asides.push(state);
    let text = voice.because(alert.name, alert.summary.unwrap_or_default());
    voice.aside(&text, &voice.list(&asides))
}

fn measures(draft: &Draft<'_>, document: &mut Document) {
    let voice = draft.voice();
    if draft.runs.is_empty() {
        document.paragraph(voice.say("手順書の実行なし。", "No runbook was run."));
    }
    for run in &draft.runs {
        document.heading(3, &run_title(draft, run));
        for step in run.steps.iter().take(ROWS_MAX) {
            measure(draft, document, step);
        }
        draft.left_out(document, run.steps.len().saturating_sub(ROWS_MAX));
    }
    draft.left_out(document, draft.runs_left_out);
    if !draft.overview.refused.is_empty() {
        document.heading(3, voice.say("開始できなかった手順書", "Runbooks that could not start"));
    }
    for (runbook, reason) in draft.overview.refused.iter().take(ROWS_MAX) {
        document.check(Tick::Open, Value::Known(voice.because(&format!("❌ {runbook}"), reason)));
    }
    document.heading(3, voice.say("その他の対応", "Beside the runbooks"));
    document.check(Tick::Open, Value::ToFill);
}

/// A run's title, its number, and how it stands.
pub(super) fn run_title(draft: &Draft<'_>, run: &RunStory<'_>) -> String {
    let voice = draft.voice();
    let state = run_state(draft, run);
    let title = run.title.or(run.runbook).map(|it| voice.quote(it)).unwrap_or_default();
    format!("{title} {}: {state}", run.id).trim_start().to_owned()
}

/// How a run ended, or that it goes on.
pub(super) fn run_state(draft: &Draft<'_>, run: &RunStory<'_>) -> &'static str {
    let voice = draft.voice();
    match run.ended {
        Some((_, end)) => voice.run_end(end),
        None => voice.say("実行中", "running"),
    }
}

fn measure(draft: &Draft<'_>, document: &mut Document, step: &StepStory<'_>) {
    let voice = draft.voice();
    let shown = show(&voice, step);
    let mut asides = Vec::new();
    asides.extend(step.at.map(|it| voice.time(it)));
    asides.extend(step.took().map(|it| voice.duration(it)));
    let attempts = step.attempts.len();
    if attempts > 1 {
        asides.push(voice.say(format!("{attempts}回試行"), format!("{attempts} attempts")));
    }
    let place = match step.phase {
        Some(phase) => format!("{phase} › {}", step.name),
        None => step.name.to_owned(),
    };
    let mut text = format!("{place} — {}", shown.text);
    if !asides.is_empty() {
        text.push_str(" — ");
        text.push_str(&voice.list(&asides));
    }
    document.check(shown.tick, Value::Known(text));
}

fn standing(draft: &Draft<'_>, document: &mut Document) {
    let voice = draft.voice();
    document.field(voice.say("システム状態", "State of the system"), system_state(draft));
    document.field(voice.say("データ影響", "Effect on data"), draft.effect_on_data());
    document.field(voice.say("復旧予想時間", "Expected recovery"), expected(draft));
    for target in draft.targets.iter().filter(|it| it.verdict == Verdict::Running) {
        let name = voice.clock(target.clock);
        let limit = voice.limit(target.clock, target.limit);
        let due = target.deadline.map(|it| {
            let it = voice.time(it);
            voice.say(format!("期限 {it}"), format!("due {it}"))
        });
        document.field(
            &voice.say(format!("目標（{name}）"), format!("Target: {name}")),
            Value::Known(voice.aside(&limit, &due.unwrap_or_default())),
        );
    }
}

/// Only what the watch and the runs saw; a system may be worse than they know.
fn system_state(draft: &Draft<'_>) -> Value {
    let voice = draft.voice();
    if let Some(resolution) = &draft.overview.resolution {
        let ground = voice.ground(resolution.ground);
        return match resolution.ground {
            Ground::Checks { .. } => {
                Value::Known(voice.say(format!("復旧: {ground}"), format!("recovered: {ground}")))
            }
            Ground::AlertsCleared | Ground::Reason { .. } => Value::Partly(
                voice.say(format!("解決の根拠: {ground}"), format!("resolved on: {ground}")),
            ),
        };
    }
    let firing: Vec<String> =
        draft.overview.firing().take(5).map(|it| it.name.to_owned()).collect();
    let count = draft.overview.firing().count();
    if count > 0 {
        let names = voice.list(&firing);
        return Value::Partly(voice.say(
            format!("アラート継続中（{count}件）: {names}"),
            format!("{}: {names}", voice.plural(count, "alert still fires", "alerts still fire")),
        ));
    }
    if draft.overview.alerts.is_empty() {
        return Value::ToFill;
    }
    let unwatched: Vec<String> =
        draft.overview.unwatched().take(5).map(|it| it.name.to_owned()).collect();
    if !unwatched.is_empty() {
        let names = voice.list(&unwatched);
        return Value::Partly(voice.say(
            format!("監視されなくなったため不明: {names}"),
            format!("unknown, since nothing watches it any more: {names}"),
        ));
    }
    Value::Partly(
        voice
            .say("アラートはすべて解消、解決は未宣言", "every alert cleared, not declared resolved")
            .to_owned(),
    )
}

/// Nothing in a timeline foretells; the promise is the nearest thing.
fn expected(draft: &Draft<'_>) -> Value {
    let voice = draft.voice();
    if draft.overview.resolution.is_some() {
        return Value::Known(voice.say("解決済み", "resolved").to_owned());
    }
    let promise = draft.targets.iter().find(|it| it.clock == Clock::Resolve);
    match promise.and_then(|it| it.deadline) {
        Some(deadline) => {
            let deadline = voice.time(deadline);
            Value::Partly(voice.say(
                format!("解決の目標期限は {deadline}"),
                format!("the target to resolve is {deadline}"),
            ))
        }
        None => Value::ToFill,
    }
}

fn next(draft: &Draft<'_>, document: &mut Document) {
    let actions = next_actions(draft);
    let count = actions.len();
    for (place, action) in actions.into_iter().enumerate() {
        document.numbered(place + 1, Value::Known(action));
    }
    document.numbered(count + 1, Value::ToFill);
}
