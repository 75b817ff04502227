//! What a person is told to do: in lists, and hidden in what a script prints.

use crate::import::model::{Step, StepKind};
use crate::import::outline::Line;
use crate::import::word::{figure, fold, has_any, labelled};

/// A step of a person, a wait, or a decision.
pub(super) fn step(text: &str, lines: Vec<usize>) -> Step {
    let folded = fold(text);
    let waits = has_any(&folded, &["待機", "待つ", "待ち", "wait"]);
    let seconds = figure::first(&folded).and_then(|it| it.seconds).filter(|it| waits && *it > 0);
    let decides = text.trim_end().ends_with(['?', '？'])
        || has_any(&folded, &["かどうか", "判断する", "判定", "decide", "go/no-go", "検討"]);
    let kind = match (seconds, decides) {
        (Some(_), _) => StepKind::Wait,
        (None, true) => StepKind::Decision,
        (None, false) => StepKind::Manual,
    };
    Step { kind, seconds, expect: expectation(text), ..Step::manual(text.trim().to_owned(), lines) }
}

/// `- 上位者への連絡`, `1. ブラウザでログイン`, `A. サービス再起動`: the text behind its mark.
pub(super) fn without_mark(text: &str) -> Option<&str> {
    let text = text.trim();
    let signed = text.strip_prefix("- ").or_else(|| text.strip_prefix("* "));
    let bullet = signed.or_else(|| text.strip_prefix(['・', '•', '□', '☐']));
    let rest = bullet.or_else(|| {
        let (mark, rest) = text.split_once(['.', ')', '．'])?;
        let is_number =
            !mark.is_empty() && mark.len() <= 2 && mark.bytes().all(|it| it.is_ascii_digit());
        let is_letter = mark.len() == 1 && mark.bytes().all(|it| it.is_ascii_uppercase());
        (is_number || is_letter).then_some(rest)
    })?;
    Some(rest.trim()).filter(|it| !it.is_empty() && !text.ends_with([':', '：']))
}

/// What `echo "…"` or `print('…')` of a line says, when that is all the line does.
pub(super) fn printed(line: &str) -> Option<&str> {
    let line = line.trim();
    let rest = match line.strip_prefix("echo ") {
        Some(it) => {
            it.trim_start().trim_start_matches("-e ").trim_start_matches("-n ").trim_start()
        }
        None => line.strip_prefix("print(").or_else(|| line.strip_prefix("console.log("))?,
    };
    let quote = rest.chars().next().filter(|it| matches!(it, '"' | '\''))?;
    let inside = rest.get(1..)?;
    let end = inside.rfind(quote)?;
    let behind = inside.get(end + 1..)?.trim();
    let inside = inside.get(..end)?;
    // What goes on, computes, or writes to a file does more than speak.
    let only = matches!(behind, "" | ")" | ";" | ");");
    (only && !inside.contains("$(") && !inside.contains('`')).then_some(inside)
}

/// The steps that lines tell a person, by their marks.
pub(super) fn told(lines: &[Line]) -> Vec<Step> {
    let steps = lines.iter().filter_map(|line| {
        let text = printed(&line.text)?;
        let text = without_mark(text)?;
        Some(step(text, vec![line.number]))
    });
    steps.collect()
}

/// `# Expected: 200`, `期待値: OK`, `→ 401 が返ること`.
pub(super) fn expectation(text: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let bare = line.trim().trim_start_matches(['#', '-', '/', ' ', '→']);
        let (label, value) = labelled(bare)?;
        let told = has_any(&fold(label), &super::EXPECTED) && label.chars().count() <= 20;
        (told && !value.is_empty()).then(|| value.trim_matches('`').to_owned())
    })
}
