//! The post-incident report: the record that the timeline gives, and blanks for what people have to find out.

use jiff::civil::Date;
use jiff::{Span, ToSpan};

use crate::report::draft::Draft;
use crate::report::incident_form::run_title;
use crate::report::line::{Entry, timeline_line};
use crate::report::markdown::{Document, Table, Tick, Value};
use crate::report::targets::TargetKept;
use crate::report::timeline::timeline;
use crate::report::times::between;
use crate::report::voice::Voice;
use crate::report::{ROWS_MAX, TIMELINE_ROWS_MAX, attachment, contact, run_section};

/// Writes the form.
pub(super) fn write(draft: &Draft<'_>) -> String {
    let voice = draft.voice();
    let mut document = draft.open(voice.say("インシデント事後報告書", "Post-incident report"));
    document.heading(2, voice.say("インシデント概要", "Summary"));
    summary(draft, &mut document);
    document.heading(2, voice.say("根本原因分析", "Root cause"));
    causes(draft, &mut document);
    document.heading(2, voice.say("対応内容", "Response"));
    response(draft, &mut document);
    document.heading(2, voice.say("対応タイムライン", "Timeline"));
    write_timeline(draft, &mut document);
    document.heading(2, voice.say("対応時間", "Response times"));
    response_times(draft, &mut document);
    document.heading(2, voice.say("連絡の記録", "Contacts"));
    contact::write(draft, &mut document);
    document.heading(2, voice.say("実行した手順", "Runs"));
    run_section::write(draft, &mut document);
    document.heading(2, voice.say("影響評価", "Impact"));
    impact(draft, &mut document);
    document.heading(2, voice.say("改善アクション", "Improvements"));
    improvements(draft, &mut document);
    document.heading(2, voice.say("学習・改善点", "Lessons"));
    lessons(&voice, &mut document);
    document.heading(2, voice.say("添付資料", "Attachments"));
    attachment::write(draft, &mut document);
    document.finish()
}

fn summary(draft: &Draft<'_>, document: &mut Document) {
    let voice = draft.voice();
    let overview = &draft.overview;
    let id = overview.id.map(ToString::to_string);
    document.field(voice.say("インシデントID", "Incident"), Value::or_unknown(id));
    let title = overview.title.map(str::to_owned);
    document.field(voice.say("件名", "Title"), Value::or_unknown(title));
    document.field(voice.say("発生時刻", "Began"), draft.moment(draft.times.began));
    document.field(voice.say("検知時刻", "Detected"), draft.moment(draft.times.detected));
    document.field(voice.say("解決時刻", "Resolved"), draft.end());
    for earlier in overview.earlier_resolutions.iter().take(ROWS_MAX) {
        let (at, by) = (voice.time(earlier.at), voice.person(earlier.by));
        let ground = voice.ground(earlier.ground);
        document.point(
            1,
            &voice.say(
                format!("{at} に一度解決（{by}、{ground}）、その後再オープン"),
                format!("resolved at {at} by {by} ({ground}), later reopened"),
            ),
        );
    }
    document.field(voice.say("影響時間", "Duration"), duration(draft));
    document.field(voice.say("重要度", "Severity"), draft.severity());
    for change in overview.severity_changes.iter().take(ROWS_MAX) {
        document.point(1, &draft.severity_change(change));
    }
    document.field(voice.say("影響範囲", "Scope"), draft.scope());
    document.field(voice.say("影響サービス", "Service"), draft.service());
    document.field(voice.say("検出者・検出元", "Detected by"), draft.source());
    document.field(voice.say("対応者", "Responders"), draft.responders());
}

/// From the beginning, as far as it is known, to the resolution.
pub(super) fn duration(draft: &Draft<'_>) -> Value {
    let voice = draft.voice();
    match between(draft.times.began, draft.times.resolved) {
        Some(lasting) => {
            let lasting = voice.duration(lasting);
            Value::Known(voice.say(
                format!("{lasting}（発生から解決まで）"),
                format!("{lasting}, from the beginning to the resolution"),
            ))
        }
        None => Value::Unknown,
    }
}

fn causes(draft: &Draft<'_>, document: &mut Document) {
    let voice = draft.voice();
    document.field(voice.say("直接原因", "Direct cause"), Value::ToFill);
    document.field(voice.say("根本原因", "Root cause"), Value::ToFill);
    document.field(voice.say("発生経緯", "How it came about"), first_sign(draft));
    document.heading(3, voice.say("要因分析", "Contributing factors"));
    for number in 1..=3 {
        document.numbered(number, Value::ToFill);
    }
}

/// What the first alert said; how it came to that, only people know.
fn first_sign(draft: &Draft<'_>) -> Value {
    let voice = draft.voice();
    let first =
        draft.overview.alerts.iter().filter_map(|it| Some((it.since?, it))).min_by_key(|it| it.0);
    let Some((since, alert)) = first else { return Value::ToFill };
    let (since, said) =
        (voice.time(since), voice.because(alert.name, alert.summary.unwrap_or_default()));
    Value::Partly(voice.say(
        format!("最初の兆候は {since} のアラート {said}"),
        format!("the first sign was at {since}, alert {said}"),
    ))
}

/// The response in three lines: how it began, what was done, by which runbooks. The tables below have all of it.
fn response(draft: &Draft<'_>, document: &mut Document) {
    let voice = draft.voice();
    document.field(voice.say("初期対応", "First response"), first_response(draft));
    let runs: Vec<String> = draft.runs.iter().map(|it| run_title(draft, it)).collect();
    let done = draft.some_of(&runs).map_or(Value::ToFill, Value::Partly);
    document.field(voice.say("本格対応", "Main response"), done);
    document.field(voice.say("復旧手順", "How it was recovered"), attachment::runbooks(draft));
}

/// The first run and the first acknowledgement, in their order.
fn first_response(draft: &Draft<'_>) -> Value {
    let voice = draft.voice();
    let mut acts = Vec::new();
    if let Some((began, run)) =
        draft.runs.iter().filter_map(|it| Some((it.began?, it))).min_by_key(|it| it.0)
    {
        let (at, id) = (voice.time(began), run.id.to_string());
        acts.push((began, voice.say(format!("{at} {id} を開始"), format!("{id} began at {at}"))));
    }
    if let Some((taken, by)) = draft.times.acknowledged.zip(draft.overview.acknowledged.first()) {
        let (at, by) = (voice.time(taken), voice.person(by));
        acts.push((
            taken,
            voice.say(format!("{at} {by}が確認"), format!("{by} acknowledged at {at}")),
        ));
    }
    acts.sort_by_key(|it| it.0);
    let acts: Vec<String> = acts.into_iter().map(|(_, it)| it).collect();
    if acts.is_empty() { Value::ToFill } else { Value::Known(voice.list(&acts)) }
}

/// The whole timeline, or its beginning and its end: the resolution matters more than the middle.
pub(super) fn write_timeline(draft: &Draft<'_>, document: &mut Document) {
    let entries = timeline(&draft.material);
    if entries.is_empty() {
        document.paragraph(draft.voice().say("記録なし。", "Nothing is recorded."));
        return;
    }
    let left_out = entries.len().saturating_sub(TIMELINE_ROWS_MAX);
    if left_out == 0 {
        document.table(&timeline_table(draft, &entries));
        return;
    }
    let half = TIMELINE_ROWS_MAX / 2;
    let (beginning, rest) = entries.split_at(half);
    let (_, end) = rest.split_at(left_out);
    document.table(&timeline_table(draft, beginning));
    document.paragraph(&draft.voice().say(
        format!("ここで{left_out}件を省略（上限{TIMELINE_ROWS_MAX}件）。"),
        format!("{left_out} entries are left out here (limit {TIMELINE_ROWS_MAX})."),
    ));
    document.table(&timeline_table(draft, end));
}

fn timeline_table(draft: &Draft<'_>, entries: &[Entry<'_>]) -> Table<4> {
    let voice = draft.voice();
    let mut table = Table::new([
        (voice.say("時刻", "Time"), 24),
        (voice.say("実施者", "Who"), 24),
        (voice.say("アクション", "Action"), 60),
        (voice.say("結果", "Result"), 100),
    ]);
    for entry in entries {
        let line = timeline_line(*entry, draft.names(), draft.language);
        table.row([
            voice.time(line.at),
            line.actor,
            action(draft, entry, line.action),
            line.result,
        ]);
    }
    table
}

/// Several runs have steps of one name, so the run is told where there are several.
fn action(draft: &Draft<'_>, entry: &Entry<'_>, action: String) -> String {
    match entry {
        Entry::Run(run, _) if draft.material.runs.len() > 1 => format!("{run} {action}"),
        Entry::Run(..) | Entry::Incident(_) => action,
    }
}

fn response_times(draft: &Draft<'_>, document: &mut Document) {
    let voice = draft.voice();
    let times = &draft.times;
    let lasting = |from, to| match between(from, to) {
        Some(it) => Value::Known(voice.duration(it)),
        None => Value::Unknown,
    };
    document.field(
        voice.say("発生から検知まで", "Beginning to detection"),
        lasting(times.began, times.detected),
    );
    document.field(
        voice.say("検知から確認まで（MTTA）", "Detection to acknowledgement (MTTA)"),
        lasting(times.detected, times.acknowledged),
    );
    document.field(
        voice.say("検知から初動まで", "Detection to first response"),
        lasting(times.detected, times.responded),
    );
    document.field(
        voice.say("検知から解決まで（MTTR）", "Detection to resolution (MTTR)"),
        lasting(times.detected, times.resolved),
    );
    document.heading(3, voice.say("目標との比較", "Against the targets"));
    write_targets(draft, document);
}

/// What was promised, and whether it was kept.
pub(super) fn write_targets(draft: &Draft<'_>, document: &mut Document) {
    let voice = draft.voice();
    if draft.targets.is_empty() {
        document
            .paragraph(voice.say("この重要度に目標の定めなし。", "This severity has no targets."));
        return;
    }
    let mut table = Table::new([
        (voice.say("項目", "Clock"), 24),
        (voice.say("目標", "Target"), 32),
        (voice.say("期限", "Due"), 24),
        (voice.say("実績", "Met"), 24),
        (voice.say("判定", "Verdict"), 24),
    ]);
    for target in &draft.targets {
        table.row(target_row(&voice, target));
    }
    document.table(&table);
}

fn target_row(voice: &Voice<'_>, target: &TargetKept) -> [String; 5] {
    [
        voice.clock(target.clock).to_owned(),
        voice.limit(target.clock, target.limit),
        target.deadline.map(|it| voice.time(it)).unwrap_or_default(),
        target.met_at.map(|it| voice.time(it)).unwrap_or_default(),
        voice.target_verdict(target.verdict).to_owned(),
    ]
}

fn impact(draft: &Draft<'_>, document: &mut Document) {
    let voice = draft.voice();
    let stopped = match draft.times.to_resolve {
        Some(lasting) => {
            let lasting = voice.duration(lasting);
            Value::Partly(voice.say(
                format!("参考: 検知から解決まで {lasting}。実際の停止時間とは異なる場合があります"),
                format!("for reference: {lasting} from detection to resolution; the outage itself may differ"),
            ))
        }
        None => Value::ToFill,
    };
    document.field(voice.say("システム停止時間", "Downtime"), stopped);
    document.field(voice.say("影響ユーザー数", "Users affected"), Value::ToFill);
    document.field(voice.say("データ影響", "Effect on data"), draft.effect_on_data());
    document.field(voice.say("ビジネス影響", "Effect on the business"), Value::ToFill);
}

/// Three horizons, counted from the day of the resolution.
fn improvements(draft: &Draft<'_>, document: &mut Document) {
    let voice = draft.voice();
    let zone = draft.names().zone();
    let day = draft.times.resolved.map(|it| it.to_zoned(zone.clone()).date());
    let horizons = [
        (voice.say("即座に実施", "At once"), Span::new()),
        (voice.say("1週間以内に実施", "Within a week"), 1.week()),
        (voice.say("1ヶ月以内に実施", "Within a month"), 1.month()),
    ];
    for (title, span) in horizons {
        let due = due(&voice, day, span);
        document.heading(3, &voice.aside(title, &due));
        document.check(Tick::Open, Value::ToFill);
        document.check(Tick::Open, Value::ToFill);
    }
    document.heading(3, voice.say("監視の強化", "Better monitoring"));
    document.check(Tick::Open, Value::ToFill);
}

fn due(voice: &Voice<'_>, day: Option<Date>, span: Span) -> String {
    match day.and_then(|it| it.checked_add(span).ok()) {
        Some(due) => voice.say(format!("期限 {due}"), format!("due {due}")),
        None => voice.say("期限は解決日から起算", "counted from the resolution").to_owned(),
    }
}

fn lessons(voice: &Voice<'_>, document: &mut Document) {
    document.field(voice.say("良かった点", "What went well"), Value::ToFill);
    document.field(voice.say("改善すべき点", "What to do better"), Value::ToFill);
    document.field(voice.say("手順書の更新", "Runbooks to change"), Value::ToFill);
}
