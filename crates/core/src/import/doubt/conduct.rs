//! Rules that the document's own procedures break, and recoveries without a backup.

use crate::import::reading::Reading;
use crate::import::word::{fold, has_any};

pub(super) fn read(reading: &mut Reading<'_>) {
    alone(reading);
    if !super::backup::is_backed_up(reading) {
        unsaved(reading);
    }
}

/// Nobody decides alone, and yet something is said to be run at once.
fn alone(reading: &mut Reading<'_>) {
    let language = reading.language;
    let Some(rule) = reading.document.forbids_alone().cloned() else { return };
    let at_once = |text: &str| has_any(&fold(text), &["即座", "即時", "immediately", "at once"]);
    let mut told = Vec::new();
    for procedure in reading.document.procedures.iter().filter(|it| at_once(&it.title)) {
        let text = language.pick(
            format!(
                "「{}」は禁止ですが、「{}」は確認なしに実行する手順です",
                rule.text, procedure.title
            ),
            format!(
                "\"{}\" is forbidden, but \"{}\" is run without asking anybody",
                rule.text, procedure.title
            ),
        );
        told.push((
            text,
            rule.lines.iter().chain(procedure.lines.first()).copied().collect::<Vec<_>>(),
        ));
    }
    for (text, lines) in told {
        reading.contradict(text, &lines);
    }
}

/// Something is restored, and nothing in the document makes a backup.
fn unsaved(reading: &mut Reading<'_>) {
    let steps = reading.document.procedures.iter().flat_map(|it| &it.steps);
    let restores = steps.filter(|it| it.kind.is_performed()).find(|it| {
        let text = it.text.to_lowercase();
        text.contains("pg_restore") || text.contains("mysql <") || text.contains("restore ")
    });
    let Some(lines) = restores.map(|it| it.lines.clone()) else { return };
    let text = reading.language.pick(
        "復元の手順はありますが、バックアップを取る手順も予定もありません",
        "something is restored, but no step and no schedule makes a backup",
    );
    reading.question(text.to_owned(), &lines);
}
