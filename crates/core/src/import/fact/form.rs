//! Forms to fill in: reports, messages, minutes. They look like plan and are none.

use crate::import::model::Template;
use crate::import::outline::{Fence, Kind};
use crate::import::reading::Reading;
use crate::import::word::subject::Subject;
use crate::import::word::{fold, has_any, labelled};

/// What stands where a person is to write.
const BLANKS: [&str; 9] = ["yyyy", "hh:mm", "[", "［", "____", "〇〇", "○○", "{{", "<!--"];

pub(super) fn read(reading: &mut Reading<'_>) {
    fences(reading);
    sections(reading);
}

fn fences(reading: &mut Reading<'_>) {
    let outline = reading.outline;
    for block in &outline.blocks {
        let Kind::Fence(fence) = &block.kind else { continue };
        let is_markdown = matches!(fence.tag.as_str(), "markdown" | "md");
        let is_text = matches!(fence.tag.as_str(), "" | "text" | "txt" | "plaintext");
        let told = reading.is_about(block.section, Subject::Template);
        if !(is_markdown || is_text && (told || is_blank_form(fence)) && !fence.is_diagram()) {
            continue;
        }
        let title = outline.title(block.section).to_owned();
        let lines: Vec<usize> = block.lines.clone().collect();
        reading.ledger.used(&lines, &format!("template {title}"));
        reading.mark_form(block.lines.clone());
        let texts = fence.body.iter().map(|it| it.text.as_str());
        let fields = texts.clone().filter_map(field).collect();
        let text = is_markdown.then(|| texts.map(|it| format!("{it}\n")).collect());
        reading.document.templates.push(Template { title, text, fields, lines });
    }
}

/// Whether most labels of a text have nothing behind them, or only a reminder to write.
fn is_blank_form(fence: &Fence) -> bool {
    let texts = || fence.body.iter().filter(|it| !it.text.trim().is_empty());
    let is_blank = |text: &str| match labelled(text) {
        Some((_, rest)) => {
            let rest = fold(rest);
            rest.is_empty() || BLANKS.iter().any(|it| rest.contains(it))
        }
        None => false,
    };
    let blanks = texts().filter(|it| is_blank(&it.text)).count();
    blanks >= 2 && blanks * 3 >= texts().count()
}

fn field(line: &str) -> Option<String> {
    let text = line.trim().trim_start_matches(['-', '*', '#', ' ', '[', ']', '|']);
    let name = match labelled(text) {
        Some((label, _)) => label,
        None if line.trim_start().starts_with("## ") => text,
        None => return None,
    };
    let name = name.replace("**", "").trim().to_owned();
    (!name.is_empty() && name.chars().count() <= 40).then_some(name)
}

/// A form may stand in the document itself, under a heading that says so.
fn sections(reading: &mut Reading<'_>) {
    let outline = reading.outline;
    for (index, section) in outline.sections.iter().enumerate().skip(1) {
        let names = ["テンプレート", "template", "templates", "雛形", "ひな形", "文例"];
        if !has_any(&fold(&section.title), &names) || reading.is_form(section.line) {
            continue;
        }
        let blocks = outline.below(index).flat_map(|it| outline.blocks_of(it)).map(|it| it.1);
        let texts: Vec<&str> = blocks
            .filter(|it| !matches!(it.kind, Kind::Fence(_)))
            .map(|it| it.text.as_str())
            .collect();
        let fields: Vec<String> = texts.iter().filter_map(|it| field(it)).collect();
        let is_blank = |it: &&&str| BLANKS.iter().any(|blank| fold(it).contains(blank));
        if fields.len() < 2 && texts.iter().filter(is_blank).count() < 2 {
            continue;
        }
        let range = section.line..outline.end_of(index);
        let lines: Vec<usize> = range.clone().collect();
        reading.ledger.used(&lines, &format!("template {}", section.title));
        reading.mark_form(range);
        let title = section.title.clone();
        reading.document.templates.push(Template { title, text: None, fields, lines });
    }
}
