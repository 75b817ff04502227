//! Steps that take each other back.

use crate::import::model::Step;
use crate::import::word::{fold, has_any};

const PAIRS: [(&str, &str); 9] = [
    ("一時停止", "再開"),
    ("無効化", "有効化"),
    ("切り離し", "切り戻し"),
    ("pause", "resume"),
    ("pause", "restore"),
    ("disable", "enable"),
    ("drain", "undrain"),
    ("cordon", "uncordon"),
    ("stop", "start"),
];

/// A step that is taken back by a later one says so.
pub(super) fn join(steps: &mut [Step]) {
    for place in 0..steps.len() {
        let Some(words) = steps.get(place).map(words) else { continue };
        let undo = steps.iter().skip(place + 1).find_map(|later| {
            let other = self::words(later);
            let takes_back = PAIRS.iter().any(|(act, undo)| {
                has_any(&words, &[act])
                    && !has_any(&words, &[undo])
                    && has_any(&other, &[undo])
                    && !has_any(&other, &[act])
            });
            takes_back.then(|| later.title.clone().unwrap_or_else(|| later.text.clone()))
        });
        if let (Some(step), Some(undo)) = (steps.get_mut(place), undo) {
            step.undo = Some(undo.lines().next().unwrap_or_default().to_owned());
        }
    }
}

/// The title, or the first line where there is none.
fn words(step: &Step) -> String {
    fold(step.title.as_deref().unwrap_or_else(|| step.text.lines().next().unwrap_or_default()))
}
