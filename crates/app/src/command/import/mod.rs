//! `matoi import`: reads a team's documents, says what was understood, and writes the plan.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use matoi_core::import::{self, DOCUMENTS_MAX, Document, Fate, Merged, Note, StepKind};
use matoi_core::language::Language;
use matoi_core::plan::load::load_with;
use matoi_core::problem::Weight;
use matoi_core::runbook::parse::parse;
use matoi_edge::kinds::KINDS;
use serde_json::json;

use crate::argument::Format;
use crate::argument::import::ImportArgs;
use crate::exit::{ExitKind, Failure};
use crate::terminal::Tone;
use crate::terminal::table::cell;

use super::Desk;

mod gather;

/// Notes of a kind that are shown; the rest is counted, and IMPORT.md has all of them.
const NOTES_SHOWN: usize = 12;
/// Lines of a difference that are shown for a file.
const LINES_SHOWN: usize = 6;

pub(super) fn perform(desk: &Desk, args: &ImportArgs) -> Result<(), Failure> {
    if args.files.len() > DOCUMENTS_MAX {
        let message = format!(
            "{} documents; at most {DOCUMENTS_MAX} are imported together",
            args.files.len()
        );
        return Err(Failure::new(ExitKind::Usage, message));
    }
    let mut documents = gather::gather(desk, args)?;
    import::compare(&mut documents);
    let language = language(desk, &documents);
    let merged = match &args.out {
        Some(dir) => Some(write(dir, &documents, language)?),
        None => None,
    };
    match desk.terminal.format {
        // One document is an object, several are a list.
        Format::Json => match documents.as_slice() {
            [only] => desk.terminal.json(&json!(only)),
            all => desk.terminal.json(&json!(all)),
        },
        Format::Human | Format::Svg => {
            for document in &documents {
                show(desk, document, language);
            }
            told(desk, args, merged.as_deref(), language);
        }
    }
    Ok(())
}

fn language(desk: &Desk, documents: &[Document]) -> Language {
    desk.terminal.language(documents.first().map_or(Language::En, |it| it.language))
}

/// Writes the plan; what people edited since the last import stays.
fn write(dir: &Path, documents: &[Document], language: Language) -> Result<Vec<Merged>, Failure> {
    let refused = |path: &Path, err: std::io::Error| {
        Failure::new(ExitKind::Refused, format!("{}: {err}", path.display()))
    };
    let there = existing(dir)?;
    if !there.is_empty() && !there.contains_key("IMPORT.md") {
        let message = format!("{} holds a plan that no import wrote", dir.display());
        return Err(Failure::new(ExitKind::Refused, message)
            .hint("name a new directory, and take over by hand what you want"));
    }
    let merged = import::merge(&there, &import::plan(documents, language));
    for file in &merged {
        let Some(text) = &file.text else { continue };
        let path = dir.join(&file.path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|err| refused(parent, err))?;
        }
        // Beside first, so that a full disk leaves no half of a file.
        let beside = path.with_extension("new~");
        fs::write(&beside, text).map_err(|err| refused(&beside, err))?;
        fs::rename(&beside, &path).map_err(|err| refused(&path, err))?;
    }
    Ok(merged)
}

/// The files of a plan directory that an import may meet.
fn existing(dir: &Path) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
    let mut files = BTreeMap::new();
    let mut paths: Vec<(String, PathBuf)> =
        ["matoi.yaml", "IMPORT.md"].iter().map(|it| ((*it).to_owned(), dir.join(it))).collect();
    for folder in ["runbooks", "templates"] {
        let Ok(entries) = fs::read_dir(dir.join(folder)) else { continue };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            paths.push((format!("{folder}/{name}"), entry.path()));
        }
    }
    for (name, path) in paths {
        match fs::read(&path) {
            Ok(bytes) => drop(files.insert(name, bytes)),
            Err(err) if err.kind() == std::io::ErrorKind::NotFound => (),
            Err(err) => {
                let message = format!("{}: {err}", path.display());
                return Err(Failure::new(ExitKind::Refused, message));
            }
        }
    }
    Ok(files)
}

/// What was understood of one document.
fn show(desk: &Desk, document: &Document, language: Language) {
    let terminal = &desk.terminal;
    terminal.say(&terminal.toned(Tone::Strong, &document.document));
    let totals = document.totals;
    terminal.say(&language.pick(
        format!(
            "{}行: 使用 {}、参照 {}、質問 {}、対象外 {}、空行 {}",
            totals.lines, totals.used, totals.reference, totals.asked, totals.left, totals.blank
        ),
        format!(
            "{} lines: {} used, {} for reference, {} asked, {} left, {} blank",
            totals.lines, totals.used, totals.reference, totals.asked, totals.left, totals.blank
        ),
    ));
    let steps = || document.procedures.iter().flat_map(|it| &it.steps);
    let by_people =
        |it: &StepKind| matches!(it, StepKind::Manual | StepKind::Decision | StepKind::Wait);
    let people = steps().filter(|it| by_people(&it.kind)).count();
    let counts = [
        (document.severities.len(), "重要度", "severities"),
        (document.contacts.len(), "連絡先", "contacts"),
        (document.escalations.len(), "エスカレーション", "escalations"),
        (document.thresholds.len(), "閾値", "thresholds"),
        (document.procedures.len(), "手順", "procedures"),
        (steps().count() - people, "実行する手順", "steps to run"),
        (people, "人が行う手順", "steps for people"),
        (document.schedules.len() + document.drills.len(), "定期作業", "routines"),
        (document.templates.len(), "様式", "forms"),
    ];
    let words: Vec<String> = counts
        .iter()
        .filter(|it| it.0 > 0)
        .map(|(count, ja, en)| language.pick(format!("{ja} {count}"), format!("{count} {en}")))
        .collect();
    terminal.say(&words.join(language.pick("、", ", ")));
    notes(desk, language.pick("質問", "Questions"), &document.questions, Tone::Doubtful, language);
    notes(
        desk,
        language.pick("矛盾", "Contradictions"),
        &document.contradictions,
        Tone::Bad,
        language,
    );
    notes(desk, language.pick("危険な手順", "Dangers"), &document.dangers, Tone::Bad, language);
    terminal.say("");
}

fn notes(desk: &Desk, title: &str, notes: &[Note], tone: Tone, language: Language) {
    if notes.is_empty() {
        return;
    }
    let terminal = &desk.terminal;
    terminal.say("");
    terminal.say(&terminal.toned(tone, &format!("{title} ({})", notes.len())));
    for note in notes.iter().take(NOTES_SHOWN) {
        let place = match note.lines.as_slice() {
            [] => String::new(),
            lines => format!("  {} {}", language.pick("行", "line"), import::lines(lines)),
        };
        terminal.say(&format!("  - {}{}", cell(&note.text), terminal.toned(Tone::Faint, &place)));
    }
    if let Some(more) = notes.len().checked_sub(NOTES_SHOWN).filter(|it| *it > 0) {
        let text = language.pick(format!("  ほか {more} 件"), format!("  and {more} more"));
        terminal.say(&terminal.toned(Tone::Faint, &text));
    }
}

/// What was written, and what to do next.
fn told(desk: &Desk, args: &ImportArgs, merged: Option<&[Merged]>, language: Language) {
    let terminal = &desk.terminal;
    let (Some(merged), Some(dir)) = (merged, &args.out) else {
        let files: Vec<String> = args.files.iter().map(|it| it.display().to_string()).collect();
        terminal.say(&language.pick(
            format!(
                "何も書いていません。計画を書くには:\n  matoi import {} --out ops",
                files.join(" ")
            ),
            format!(
                "Nothing was written. To write the plan:\n  matoi import {} --out ops",
                files.join(" ")
            ),
        ));
        return;
    };
    for file in merged {
        fate(desk, dir, file, language);
    }
    let loads = load(dir);
    let dir = dir.display();
    terminal.say(&terminal.toned(
        if loads { Tone::Good } else { Tone::Bad },
        &if loads {
            language.pick(
                "計画として読み込めます。手順はどれも、人が押すまで動きません。".to_owned(),
                "It loads as a plan. No step runs before a person clicks it.".to_owned(),
            )
        } else {
            language.pick(
                "このままでは読み込めません。`matoi check` が理由を示します。".to_owned(),
                "It does not load as it is; `matoi check` says why.".to_owned(),
            )
        },
    ));
    terminal.say(&language.pick(
        format!("\n次に:\n  {dir}/IMPORT.md           質問に答える\n  matoi check {dir}        残る問題\n  matoi reach {dir}        誰にいつ届くか"),
        format!("\nNext:\n  {dir}/IMPORT.md           answer its questions\n  matoi check {dir}        what remains\n  matoi reach {dir}        who is reached when"),
    ));
}

fn fate(desk: &Desk, dir: &Path, file: &Merged, language: Language) {
    let terminal = &desk.terminal;
    let (word, tone) = match file.fate {
        Fate::New => (language.pick("作成", "wrote"), Tone::Good),
        Fate::Same => return,
        Fate::Updated => (language.pick("更新", "updated"), Tone::Good),
        Fate::Kept => (language.pick("保持（編集済み）", "kept, you edited it"), Tone::Strong),
        Fate::Beside => (
            language.pick("編集済みのため別に作成", "you edited it, so the new one lies beside"),
            Tone::Doubtful,
        ),
        Fate::Gone => (
            language.pick(
                "文書からなくなりました（残しています）",
                "no longer in the document; left as it is",
            ),
            Tone::Doubtful,
        ),
    };
    let path = dir.join(&file.path);
    terminal.say(&format!("{}  {}", terminal.toned(tone, word), cell(&path.display().to_string())));
    if file.path.ends_with("IMPORT.md") {
        return;
    }
    for (sign, lines, tone) in [("-", &file.gone, Tone::Bad), ("+", &file.come, Tone::Good)] {
        for line in lines.iter().take(LINES_SHOWN) {
            terminal.say(&terminal.toned(tone, &format!("    {sign} {line}")));
        }
        if lines.len() > LINES_SHOWN {
            let more = lines.len() - LINES_SHOWN;
            terminal.say(&terminal.toned(Tone::Faint, &format!("    {sign} … {more}")));
        }
    }
}

/// Whether what lies there is taken as a plan.
fn load(dir: &Path) -> bool {
    let Ok(files) = matoi_edge::plan_dir::read(dir) else { return false };
    let loaded = load_with(&files, parse, &KINDS);
    loaded.plan.is_some() && loaded.problems.iter().all(|it| it.weight != Weight::Error)
}
