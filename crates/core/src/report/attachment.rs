//! What the attempts left behind: folders and hashes, so that a reader can check that nothing was changed since.

use crate::report::ROWS_MAX;
use crate::report::draft::Draft;
use crate::report::markdown::{Document, Table, Value};

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
    document.field(voice.say("ログファイル", "Log files"), Value::ToFill);
    document.field(voice.say("スクリーンショット", "Screenshots"), Value::ToFill);
}
