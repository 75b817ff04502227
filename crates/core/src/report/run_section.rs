//! The record of a run: what ran, who started it and why, and what each step did.

use crate::limits::cut;
use crate::report::draft::Draft;
use crate::report::line_run::measured;
use crate::report::markdown::{Document, Table, Value};
use crate::report::run_story::{Attempt, RunStory, StepStory};
use crate::report::standing::show;
use crate::report::voice::Voice;
use crate::report::{OUTPUT_CHARS_MAX, OUTPUTS_MAX, ROWS_MAX};

/// Writes every run.
pub(super) fn write(draft: &Draft<'_>, document: &mut Document) {
    let voice = draft.voice();
    if draft.runs.is_empty() {
        document.paragraph(voice.say("手順書の実行なし。", "No runbook was run."));
    }
    let mut quoted = 0;
    for run in &draft.runs {
        let title = run.title.or(run.runbook).map(|it| voice.quote(it)).unwrap_or_default();
        document.heading(3, format!("{title} {}", run.id).trim_start());
        origin(&voice, document, run);
        steps(draft, document, run);
        for (step, attempt) in
            run.steps.iter().flat_map(|step| step.attempts.iter().map(move |it| (step, it)))
        {
            quoted += output(&voice, document, step, attempt, quoted);
        }
    }
    draft.left_out(document, draft.runs_left_out);
    let unquoted = quoted.saturating_sub(OUTPUTS_MAX);
    if unquoted > 0 {
        document.paragraph(&voice.say(
            format!("このほか{unquoted}件の出力は省略（添付資料のフォルダーを参照）。"),
            format!("{unquoted} more outputs are left out; see their folders."),
        ));
    }
}

fn origin(voice: &Voice<'_>, document: &mut Document, run: &RunStory<'_>) {
    let text = |it: Option<&str>| Value::or_unknown(it.map(str::to_owned));
    document.field(voice.say("手順書", "Runbook"), text(run.runbook));
    let hash = run.hash.map(|it| voice.short(it));
    document.field(voice.say("版（SHA-256）", "Version (SHA-256)"), Value::or_unknown(hash));
    let starter = run.by.map(|it| voice.starter(it));
    document.field(voice.say("開始者と理由", "Started by"), Value::or_unknown(starter));
    let began = run.began.map(|it| voice.time(it));
    document.field(voice.say("開始", "Began"), Value::or_unknown(began));
    let ended = match run.ended {
        Some((at, end)) => voice.list(&[voice.time(at), voice.run_end(end).to_owned()]),
        None => voice.say("未終了", "not ended").to_owned(),
    };
    document.field(voice.say("終了", "Ended"), Value::Known(ended));
    if let Some((by, reason)) = run.cancelled {
        let cancelled = voice.because(&voice.person(by), reason);
        document.field(voice.say("中止の指示", "Cancelled by"), Value::Known(cancelled));
    }
    let params = run.params.into_iter().flatten().take(ROWS_MAX);
    for (name, value) in params {
        let param = format!("{name} = {value}");
        document.field(voice.say("パラメーター", "Parameter"), Value::Known(param));
    }
}

fn steps(draft: &Draft<'_>, document: &mut Document, run: &RunStory<'_>) {
    let voice = draft.voice();
    if run.steps.is_empty() {
        document.paragraph(voice.say("手順の記録なし。", "No step is recorded."));
        return;
    }
    let mut table = Table::new([
        (voice.say("フェーズ", "Phase"), 32),
        (voice.say("手順", "Step"), 32),
        (voice.say("結果", "Outcome"), 88),
        (voice.say("開始", "Began"), 24),
        (voice.say("所要時間", "Took"), 24),
        (voice.say("試行", "Attempts"), 8),
    ]);
    for step in run.steps.iter().take(ROWS_MAX) {
        let attempts = step.attempts.len();
        table.row([
            step.phase.unwrap_or_default().to_owned(),
            step.name.to_owned(),
            show(&voice, step).text,
            step.began().map(|it| voice.time(it)).unwrap_or_default(),
            step.took().map(|it| voice.duration(it)).unwrap_or_default(),
            if attempts == 0 { String::new() } else { attempts.to_string() },
        ]);
    }
    document.table(&table);
    draft.left_out(document, run.steps.len().saturating_sub(ROWS_MAX));
}

/// Quotes what an attempt left, and answers how many outputs it had to quote.
fn output(
    voice: &Voice<'_>,
    document: &mut Document,
    step: &StepStory<'_>,
    attempt: &Attempt<'_>,
    quoted: usize,
) -> usize {
    let Some((_, outcome, output)) = attempt.ended else {
        return 0;
    };
    if output.excerpt.trim().is_empty() && output.values.is_empty() {
        return 0;
    }
    if quoted >= OUTPUTS_MAX {
        return 1;
    }
    let (name, number) = (step.name, attempt.number);
    document.heading(
        4,
        &voice.say(
            format!("{name} の出力（{number}回目）"),
            format!("Output of {name}, attempt {number}"),
        ),
    );
    document.paragraph(&voice.aside(&voice.outcome(outcome), &measured(voice, output)));
    if !output.excerpt.trim().is_empty() {
        document.fence(&cut(&output.excerpt, OUTPUT_CHARS_MAX));
    }
    if !output.values.is_empty() {
        let pairs: Vec<String> = output
            .values
            .iter()
            .take(ROWS_MAX)
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        document.paragraph(voice.say("記録された値:", "Values it published:"));
        document.fence(&cut(&pairs.join("\n"), OUTPUT_CHARS_MAX));
    }
    1
}
