//! What the attempts left behind: folders and hashes, so that a reader can check that nothing was changed since.

use crate::report::ROWS_MAX;
use crate::report::draft::Draft;
use crate::report::markdown::{Document, Table, Value};
use crate::runbook::Kind;

/// Characters of a hash by which people tell versions apart.
const HASH_CHARS: usize = 12;

/// Writes the list of kept outputs, and blanks for what people add.
pub(super) fn write(draft: &Draft<'_>, document: &mut Document) {
    let voice = draft.voice();
    let mut table = Table::new([
        (voice.say("実行", "Run"), 24),
        (voice.say("手順", "Step"), 32),
        (voice.say("試行", "Attempt"), 8),
        (voice.say("フォルダー", "Folder"), 64),
        ("SHA-256", 64),
        (voice.say("バイト数", "Bytes"), 20),
    ]);
    let mut count = 0;
    for run in &draft.runs {
        for (step, attempt) in
            run.steps.iter().flat_map(|step| step.attempts.iter().map(move |it| (step, it)))
        {
            let Some((_, _, output)) = attempt.ended else {
                continue;
            };
            if output.folder.is_none() && output.hash.is_none() {
                continue;
            }
            count += 1;
            if count <= ROWS_MAX {
                table.row([
                    run.id.to_string(),
                    step.name.to_owned(),
                    attempt.number.to_string(),
                    output.folder.clone().unwrap_or_default(),
                    output.hash.clone().unwrap_or_default(),
                    output.bytes.to_string(),
                ]);
            }
        }
    }
    if count == 0 {
        document.paragraph(voice.say("保存された出力なし。", "No output was kept."));
    } else {
        document.table(&table);
    }
    draft.left_out(document, count.saturating_sub(ROWS_MAX));
    document.field(voice.say("診断結果", "Diagnosis"), diagnosis(draft));
    document.field(voice.say("復旧スクリプト", "Recovery scripts"), runbooks(draft));
    document.field(voice.say("ログファイル", "Log files"), Value::ToFill);
    document.field(voice.say("スクリーンショット", "Screenshots"), Value::ToFill);
}

/// The folders of what `diagnose` steps found, as far as the plan still has the bytes that ran.
fn diagnosis(draft: &Draft<'_>) -> Value {
    let mut folders: Vec<String> = Vec::new();
    for run in &draft.runs {
        let runbook = run.runbook.and_then(|it| draft.material.plan.runbooks.get(it));
        let Some(runbook) = runbook.filter(|it| run.hash == Some(it.hash.as_str())) else {
            continue;
        };
        let looked = run
            .steps
            .iter()
            .filter(|step| runbook.step(step.name).is_some_and(|it| it.kind == Kind::Diagnose));
        let attempts = looked.flat_map(|step| &step.attempts);
        folders.extend(attempts.filter_map(|it| it.ended?.2.folder.clone()));
    }
    draft.some_of(&folders).map_or(Value::ToFill, Value::Known)
}

/// The runbooks that ran, each with the version of its bytes.
pub(super) fn runbooks(draft: &Draft<'_>) -> Value {
    let voice = draft.voice();
    let mut names: Vec<String> = Vec::new();
    for run in &draft.runs {
        let Some(name) = run.runbook else { continue };
        let hash = run.hash.unwrap_or_default();
        let hash = hash.get(..HASH_CHARS).unwrap_or(hash);
        let version = voice.say(format!("版 {hash}"), format!("version {hash}"));
        let name = voice
            .aside(&format!("runbooks/{name}.md"), if hash.is_empty() { "" } else { &version });
        if !names.contains(&name) {
            names.push(name);
        }
    }
    draft.some_of(&names).map_or(Value::ToFill, Value::Known)
}
