//! Forms of the document as forms of the house: what the timeline tells is filled in, and everything else is a blank.
//!
//! They lie beside the built-in forms under names of their own; nobody's report changes because of an import.

use std::collections::BTreeSet;

use super::{file_name, free};
use crate::import::model::{Document, Template};
use crate::import::word::{fold, has_any, labelled};
use crate::plan::load::TEMPLATE_DIRECTORY;
use crate::report::{INCIDENT, REVIEW};

/// Forms of one plan that an import writes.
const FORMS_MAX: usize = 20;

/// Labels, as they are compared, and what a report has for them. The first that holds counts.
const LABELS: [(&[&str], &str); 19] = [
    (&["インシデントid", "incident id", "incident number", "チケット"], "incident.id"),
    (&["件名", "タイトル", "title", "summary"], "incident.title"),
    (&["経緯", "how it came"], BLANK),
    (&["発生期間", "障害期間", "period"], "incident.began }} – {{ incident.resolved"),
    (&["影響時間", "障害時間", "duration"], "incident.duration"),
    (&["発生", "began", "started", "start time"], "incident.began"),
    (
        &["検出者", "検知者", "検知元", "発見者", "detected by", "reported by", "報告者"],
        "incident.detected_by",
    ),
    (&["検知", "検出", "発見", "detected", "detection"], "incident.detected"),
    (&["確認時刻", "確認日時", "acknowledged"], "incident.acknowledged"),
    (
        &[
            "復旧日時",
            "復旧時刻",
            "解決日時",
            "解決時刻",
            "完了時刻",
            "resolved",
            "recovered",
            "end time",
        ],
        "incident.resolved",
    ),
    (&["重要度", "深刻度", "緊急度", "レベル", "severity", "priority"], "incident.severity"),
    (&["影響範囲", "scope"], "incident.scope"),
    (
        &[
            "影響したサービス",
            "影響サービス",
            "対象システム",
            "対象サービス",
            "affected service",
            "service",
        ],
        "incident.service",
    ),
    (&["対応者", "responders"], "incident.responders"),
    (&["担当", "責任者", "owner", "incident commander"], "incident.responsible"),
    (&["データ影響", "データ損失", "data loss"], "incident.effect_on_data"),
    (&["作成日時", "作成日", "written at", "date of report"], "written_at"),
    (&["mtta"], "times.to_acknowledge"),
    (&["mttr"], "times.to_resolve"),
];

/// What stands where a person is to write.
const BLANKS: [&str; 8] = ["yyyy", "hh:mm", "[", "［", "____", "〇〇", "○○", "xxxx"];

/// A form that is written, with where it is from.
pub(super) struct Form<'d> {
    name: String,
    pub(super) document: &'d Document,
    pub(super) template: &'d Template,
    pub(super) text: String,
}

impl Form<'_> {
    pub(super) fn path(&self) -> String {
        format!("{TEMPLATE_DIRECTORY}{}.md", self.name)
    }
}

/// The reports among the forms of the documents, and for how many more there is no room.
pub(super) fn forms(documents: &[Document]) -> (Vec<Form<'_>>, usize) {
    let all = documents
        .iter()
        .flat_map(|document| document.templates.iter().map(move |it| (document, it)));
    // Under these names a form would take the place of a built-in one.
    let mut names = BTreeSet::from([INCIDENT.to_owned(), REVIEW.to_owned()]);
    let mut forms: Vec<Form<'_>> = Vec::new();
    let mut beyond = 0;
    for (document, template) in all {
        let Some(text) = template.text.as_deref().filter(|it| is_report(it)) else { continue };
        if forms.len() >= FORMS_MAX {
            beyond += 1;
            continue;
        }
        let title = text.lines().find_map(|it| it.strip_prefix("# ")).unwrap_or(&template.title);
        let name = free(&mut names, &file_name(title));
        forms.push(Form { name, document, template, text: filled(text) });
    }
    (forms, beyond)
}

/// A report has headings and fields; a message to copy has neither.
fn is_report(text: &str) -> bool {
    let headings = text.lines().filter(|it| it.starts_with('#')).count();
    let fields = text.lines().filter(|it| variable(it).is_some()).count();
    headings > 0 && fields > 1
}

/// The form with what the timeline tells in its places.
fn filled(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut columns: Option<Vec<&str>> = None;
    for line in text.lines() {
        let is_row = line.trim_start().starts_with('|');
        match (&columns, is_row) {
            (Some(columns), true) if is_blank(line) => {
                if lines.last().is_none_or(|it| it != END) {
                    lines.extend([BEGIN.to_owned(), row(columns), END.to_owned()]);
                }
            }
            (None, true) => {
                columns = timeline_columns(line);
                lines.push(plain(line));
            }
            (_, true) => lines.push(plain(line)),
            (_, false) => {
                columns = None;
                lines.push(field(line));
            }
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

/// What stands where only a person knows.
const BLANK: &str = "blank";
const BEGIN: &str = "{% for it in timeline %}";
const END: &str = "{% endfor %}";

/// What each column of a timeline shows, if a table's head is one: it has a time, and an action.
fn timeline_columns(head: &str) -> Option<Vec<&'static str>> {
    let cells = head.trim().trim_matches('|').split('|');
    let columns: Vec<&str> = cells.map(|it| column(&fold(it))).collect();
    (columns.contains(&"time") && columns.contains(&"action")).then_some(columns)
}

fn column(title: &str) -> &'static str {
    let known: [(&[&str], &str); 4] = [
        (&["時刻", "日時", "時間", "time", "when"], "time"),
        (&["実施者", "担当", "対応者", "who", "actor"], "who"),
        (&["アクション", "対応", "内容", "経過", "出来事", "action", "event", "what"], "action"),
        (&["結果", "備考", "result", "outcome"], "result"),
    ];
    known.iter().find(|it| has_any(title, it.0)).map_or("", |it| it.1)
}

fn row(columns: &[&str]) -> String {
    let cells = columns.iter().map(|it| match *it {
        "" => "{{ blank }}".to_owned(),
        known => format!("{{{{ it.{known} }}}}"),
    });
    format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
}

/// A line with its value, where it is a label with room behind it, or only room.
fn field(line: &str) -> String {
    let bare = line.trim_start_matches([' ', '-', '*', '#']);
    if let Some((label, rest)) = labelled(bare)
        && (rest.trim_matches('*').is_empty() || is_blank(rest) || is_choice(rest))
        && let Some(at) = line.find(label)
    {
        let end = at + label.len();
        let (lead, after) = (line.get(..end), line.get(end..).unwrap_or_default());
        let signs = after.len() - after.trim_start_matches([':', '：', '*', ' ', '\u{3000}']).len();
        let signs = after.get(..signs).unwrap_or_default().trim_end();
        let hint = after.get(signs.len()..).unwrap_or_default().trim();
        let lead = plain(&format!("{}{signs}", lead.unwrap_or_default()));
        return match variable(line) {
            Some(known) if known != BLANK => format!("{lead} {{{{ {known} }}}}"),
            Some(_) | None => {
                format!("{lead} {{{{ {BLANK} }}}} {}", plain(hint)).trim_end().to_owned()
            }
        };
    }
    // A box to tick is no room.
    let from = if is_box(line) { line.find(']').map_or(0, |it| it + 1) } else { 0 };
    let room = line.get(from..).and_then(|it| it.find(['[', '［'])).map(|it| from + it);
    match room {
        Some(at) if labelled(bare).is_none() => {
            let (lead, hint) = line.split_at(at);
            format!("{}{{{{ {BLANK} }}}} {}", plain(lead), plain(hint))
        }
        Some(_) | None => plain(line),
    }
}

/// The name under which a report has what a line asks for.
fn variable(line: &str) -> Option<&'static str> {
    let (label, _) = labelled(line.trim_start_matches([' ', '-', '*', '#', '|']))?;
    let label = fold(label);
    LABELS.iter().find(|it| has_any(&label, it.0)).map(|it| it.1)
}

fn is_blank(text: &str) -> bool {
    let text = fold(text);
    BLANKS.iter().any(|it| text.contains(it))
}

/// `レベル1/2/3`, `有/無`: one of these is to be left.
fn is_choice(text: &str) -> bool {
    text.contains('/') && !text.contains("://") && text.chars().count() <= 40
}

/// `- [ ] …`: a list to tick stays one.
fn is_box(line: &str) -> bool {
    let line = line.trim_start();
    ["- [ ]", "* [ ]", "- [x]"].iter().any(|it| line.starts_with(it))
}

/// Text of the document, which the template language must not take for its own.
fn plain(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        // At the end, what follows may be ours.
        let opens = letter == '{' && letters.peek().is_none_or(|it| matches!(it, '{' | '%' | '#'));
        if opens {
            safe.push_str("{{ \"{\" }}");
        } else {
            safe.push(letter);
        }
    }
    safe
}
