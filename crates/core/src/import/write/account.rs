//! `IMPORT.md`: what became of the document, its questions, contradictions and dangers, and every line.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::form::Form;
use super::lines;
use super::yaml::one_line;
use crate::id::fingerprint;
use crate::import::model::{Account, Document, Note, Procedure, Standing};
use crate::language::Language;

/// What precedes the hash of a file that an import wrote.
pub(super) const MARK: &str = "<!-- written: ";

/// What was written beside the plan.
pub(super) struct Written<'w, 'd> {
    pub(super) runbooks: &'w [(String, &'d Document, &'d Procedure)],
    /// Procedures for which there was no room.
    pub(super) runbooks_beyond: usize,
    pub(super) forms: &'w [Form<'d>],
    /// Forms for which there was no room.
    pub(super) forms_beyond: usize,
}

pub(super) fn account(
    documents: &[Document],
    written: &Written<'_, '_>,
    files: &BTreeMap<String, String>,
    language: Language,
) -> String {
    let Written { runbooks, forms, .. } = *written;
    let mut text = String::new();
    let pick = |ja: &'static str, en: &'static str| language.pick(ja, en);
    let _ = writeln!(text, "# {}\n", pick("取り込みの記録", "What became of the document"));
    text.push_str(pick(
        "どの行が何になったかの記録です。手順はどれも、人が押すまで動きません。\n",
        "This accounts for every line. No step runs before a person clicks it.\n",
    ));
    no_room(&mut text, written, language);
    for document in documents {
        let _ = writeln!(text, "\n## {}\n", cell(&document.document));
        counts(&mut text, document, language);
        notes(&mut text, pick("質問", "Questions"), &document.questions, language);
        notes(&mut text, pick("矛盾", "Contradictions"), &document.contradictions, language);
        notes(&mut text, pick("危険な手順", "Dangers"), &document.dangers, language);
        let own: Vec<_> = runbooks.iter().filter(|it| std::ptr::eq(it.1, document)).collect();
        if !own.is_empty() {
            let _ = writeln!(text, "\n### {}\n", pick("手順書", "Runbooks"));
            for (name, _, procedure) in own {
                let _ = writeln!(
                    text,
                    "- [{}](runbooks/{}.md) ({})",
                    cell(&procedure.title),
                    name,
                    lines(&procedure.lines)
                );
            }
        }
        let own: Vec<_> = forms.iter().filter(|it| std::ptr::eq(it.document, document)).collect();
        if !own.is_empty() {
            let _ = writeln!(text, "\n### {}\n", pick("報告書の様式", "Report forms"));
            text.push_str(pick(
                "`matoi report ID --form 名前` で使えます。名前を incident.md か review.md に変えると、組み込みの様式の代わりになります。\n\n",
                "Use one with `matoi report ID --form NAME`. Called incident.md or review.md it takes the place of the built-in form.\n\n",
            ));
            for form in own {
                let (title, from) = (cell(&form.template.title), lines(&form.template.lines));
                let _ = writeln!(text, "- [{title}]({}) ({from})", form.path());
            }
        }
        every_line(&mut text, &document.account, language);
    }
    let _ = writeln!(
        text,
        "\n<!-- {} -->",
        pick(
            "次の取り込みで、人が直したファイルを見分けます",
            "for the next import, to tell what people edited"
        )
    );
    for (path, content) in files {
        let _ = writeln!(text, "{MARK}{} {path} -->", hash(content));
    }
    text
}

/// What was not written because there is too much of it.
fn no_room(text: &mut String, written: &Written<'_, '_>, language: Language) {
    let (runbooks, forms) = (written.runbooks_beyond, written.forms_beyond);
    let mut missing = Vec::new();
    if runbooks > 0 {
        missing.push(language.pick(
            format!("**手順が多すぎるため、{runbooks} 件の手順書を書き出していません。**"),
            format!("**There are too many procedures: {runbooks} runbooks were not written.**"),
        ));
    }
    if forms > 0 {
        missing.push(language.pick(
            format!("**報告書の様式が多すぎるため、{forms} 件を書き出していません。**"),
            format!("**There are too many report forms: {forms} were not written.**"),
        ));
    }
    for sentence in missing {
        let _ = writeln!(text, "\n{sentence}");
    }
}

/// The SHA-256 of a file's text.
pub(super) fn hash(text: &str) -> String {
    fingerprint(text.as_bytes())
}

fn counts(text: &mut String, document: &Document, language: Language) {
    let totals = document.totals;
    let rows = [
        (language.pick("行", "lines"), totals.lines),
        (language.pick("計画に使用", "used in the plan"), totals.used),
        (language.pick("参照として保持", "reference for people"), totals.reference),
        (language.pick("質問あり", "asked"), totals.asked),
        (language.pick("対象外", "left"), totals.left),
        (language.pick("空行", "blank"), totals.blank),
    ];
    let _ = writeln!(
        text,
        "| {} | {} |\n| --- | ---: |",
        language.pick("区分", "what"),
        language.pick("行数", "lines")
    );
    for (name, count) in rows {
        let _ = writeln!(text, "| {name} | {count} |");
    }
}

fn notes(text: &mut String, title: &str, notes: &[Note], language: Language) {
    if notes.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n### {title}\n");
    for note in notes {
        let place = match note.lines.as_slice() {
            [] => String::new(),
            numbers => format!(" ({} {})", language.pick("行", "line"), lines(numbers)),
        };
        let _ = writeln!(text, "- {}{place}", cell(&note.text));
    }
}

/// Every line, those of one fate together.
fn every_line(text: &mut String, account: &[Account], language: Language) {
    let _ = writeln!(text, "\n### {}\n", language.pick("各行の行方", "Every line"));
    let _ = writeln!(
        text,
        "| {} | {} | {} |\n| ---: | --- | --- |",
        language.pick("行", "lines"),
        language.pick("扱い", "as"),
        language.pick("内容", "what")
    );
    let mut open: Option<(usize, usize, &Account)> = None;
    for entry in account {
        let same = open.is_some_and(|it| {
            it.2.standing == entry.standing
                && it.2.object == entry.object
                && it.2.reason == entry.reason
        });
        match &mut open {
            Some(it) if same => it.1 = entry.line,
            Some(it) => {
                row(text, *it, language);
                open = Some((entry.line, entry.line, entry));
            }
            None => open = Some((entry.line, entry.line, entry)),
        }
    }
    if let Some(it) = open {
        row(text, it, language);
    }
}

fn row(text: &mut String, (first, last, entry): (usize, usize, &Account), language: Language) {
    let range = if first == last { first.to_string() } else { format!("{first}-{last}") };
    let standing = match entry.standing {
        Standing::Used => language.pick("使用", "used"),
        Standing::Reference => language.pick("参照", "reference"),
        Standing::Left => language.pick("対象外", "left"),
        Standing::Asked => language.pick("質問", "asked"),
        Standing::Blank => language.pick("空行", "blank"),
    };
    let what = entry.object.as_deref().or(entry.reason.as_deref()).unwrap_or_default();
    let _ = writeln!(text, "| {range} | {standing} | {} |", cell(what));
}

/// Outside text in Markdown: one line, and no markup.
fn cell(text: &str) -> String {
    let mut safe = String::new();
    for letter in one_line(text).chars() {
        match letter {
            '<' => safe.push_str("&lt;"),
            '|' | '[' | ']' | '\\' | '*' => {
                safe.push('\\');
                safe.push(letter);
            }
            it => safe.push(it),
        }
    }
    safe
}
