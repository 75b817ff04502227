//! From the bytes of a Markdown file to a [`Runbook`] and everything that is wrong with it.
//!
//! **Invariant:** no input makes it panic, and nothing that an author wrote for Matoi is ignored without a problem.
//! **Invariant:** every problem lies inside the file, and all are told at once.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::id::fingerprint;
use crate::limits::{RUNBOOK_BYTES_MAX, STEPS_MAX};
use crate::problem::Problem;
use crate::runbook::Runbook;

use self::draft::Draft;
use self::finding::Findings;
use self::language::Languages;
use self::outline::{Outline, Piece, Task};
use self::phase::Phases;
use self::setting::Settings;
use self::source::{FrontMatter, Source};

mod action;
mod attribute;
mod checklist;
mod comment;
mod draft;
mod duration;
mod fence;
mod finding;
mod flow;
mod gate;

mod json;
pub(crate) mod language;
pub(crate) mod lint;
mod markdown;
mod naming;
mod opening;
mod outline;
mod param;
mod phase;
pub(crate) mod placeholder;
mod reader;
mod reference;
pub(crate) mod secret;
mod setting;
pub(crate) mod shell;
mod source;
mod suggest;
mod yaml;

/// Reads a runbook. `named` are the languages that the plan names an interpreter for.
///
/// `None` stands for documentation: a file without `runbook:` in its front matter. The problems are all there are; with
/// an error among them the runbook is not sound, and is refused for unattended use.
pub fn parse(
    file: &str,
    bytes: &[u8],
    named: &BTreeSet<String>,
) -> (Option<Runbook>, Vec<Problem>) {
    let mut findings = Findings::default();
    let kept = bytes.get(..RUNBOOK_BYTES_MAX).unwrap_or(bytes);
    let source = Source::read(kept);
    let front = source.front_matter();
    let settings = setting::read(&source.text, &front, &mut findings);
    let runbook = match settings {
        Some(_) if kept.len() < bytes.len() => {
            too_large(bytes.len(), &source, &mut findings);
            Some(blank(file, bytes, settings.unwrap_or_default()))
        }
        Some(settings) => {
            let languages = Languages { named };
            Some(read(file, bytes, &source, &front, languages, settings, &mut findings))
        }
        None => {
            documentation(&source, &mut findings);
            None
        }
    };
    let sound = !findings.has_errors();
    let runbook = runbook.map(|it| Runbook { sound, ..it });
    (runbook, findings.into_problems(file, &source.text))
}

fn read(
    file: &str,
    bytes: &[u8],
    source: &Source,
    front: &FrontMatter,
    languages: Languages<'_>,
    mut settings: Settings,
    findings: &mut Findings,
) -> Runbook {
    not_text(source, findings);
    let (yaml, body) = match front {
        FrontMatter::Present { yaml, body } => (yaml.clone(), *body),
        FrontMatter::Open { yaml } => (yaml.clone(), yaml.start),
        FrontMatter::Absent => (0..0, source.start),
    };
    let Outline { headings, pieces } = markdown::read(&source.text, body, findings);
    let mut drafts = steps(&source.text, pieces, languages, &mut settings, findings);
    naming::name(&mut drafts, &headings, source, findings);
    reference::check(&mut drafts, findings);
    for draft in &drafts {
        lint::step(draft, findings);
    }
    flow::check(&drafts, &settings, &source.text, &yaml, findings);
    for (name, it) in &settings.steps {
        let names: Vec<&str> =
            drafts.iter().filter(|it| it.name.is_some()).map(|it| it.step.name.as_str()).collect();
        findings.unknown_name(it.name_span.clone(), "step", name, &names);
    }
    if settings.title.is_none() {
        settings.title = headings.iter().find(|it| it.level == 1).map(|it| it.text.clone());
    }
    let mut runbook = blank(file, bytes, settings);
    let title = runbook.title.clone();
    let mut phases = Phases::new(&headings, &title, findings);
    runbook.steps = drafts
        .into_iter()
        .map(|it| {
            let (phase, line) = (phases.of(it.heading), source.line(it.span.start));
            crate::runbook::Step { phase, line, ..it.step }
        })
        .collect();
    runbook.phases = phases.finish(findings);
    runbook
}

/// A runbook without steps.
fn blank(file: &str, bytes: &[u8], settings: Settings) -> Runbook {
    let last = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let name = last.strip_suffix(".md").unwrap_or(last).to_owned();
    Runbook {
        title: settings.title.filter(|it| !it.is_empty()).unwrap_or_else(|| name.clone()),
        name,
        hash: fingerprint(bytes),
        for_alert: settings.for_alert,
        for_service: settings.for_service,
        params: settings.params,
        secrets: settings.secrets,
        lock: settings.lock,
        budget: settings.budget,
        phases: Vec::new(),
        steps: Vec::new(),
        sound: false,
    }
}

/// Makes steps of fences and task lists, up to the limit.
fn steps(
    text: &str,
    pieces: Vec<Piece>,
    languages: Languages<'_>,
    settings: &mut Settings,
    findings: &mut Findings,
) -> Vec<Draft> {
    let mut drafts: Vec<Draft> = Vec::new();
    let mut tasks: Vec<Task> = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Task(task) if tasks.last().is_none_or(|it| checklist::continues(it, &task)) => {
                tasks.push(task)
            }
            Piece::Task(task) => {
                drafts.extend(checklist::read(
                    text,
                    std::mem::replace(&mut tasks, vec![task]),
                    settings,
                    findings,
                ));
            }
            Piece::Fence(fence) => {
                drafts.extend(checklist::read(
                    text,
                    std::mem::take(&mut tasks),
                    settings,
                    findings,
                ));
                drafts.extend(fence::read(text, fence, languages, settings, findings));
            }
        }
    }
    drafts.extend(checklist::read(text, tasks, settings, findings));
    if let Some(first) = drafts.get(STEPS_MAX) {
        let message = format!("{} steps; more than {STEPS_MAX} cannot be overseen", drafts.len());
        findings
            .error(first.span.clone(), message)
            .hint("divide the runbook; the rest is left out");
        drafts.truncate(STEPS_MAX);
    }
    drafts
}

fn not_text(source: &Source, findings: &mut Findings) {
    if let Some((span, runs)) = &source.broken {
        let message = if *runs == 1 {
            "this is not UTF-8".to_owned()
        } else {
            format!("this is not UTF-8; other places like it: {}", runs - 1)
        };
        findings.error(span.clone(), message).hint("save the file as UTF-8");
    }
}

fn too_large(bytes: usize, source: &Source, findings: &mut Findings) {
    let end = source.text.len();
    let start = source.text.char_indices().next_back().map_or(end, |(at, _)| at);
    let message = format!("{bytes} bytes; a runbook has at most {RUNBOOK_BYTES_MAX}");
    findings.error(start..end, message).hint("nothing of it is read");
}

/// Says of documentation what makes it look like a runbook.
fn documentation(source: &Source, findings: &mut Findings) {
    if let Some((span, _)) = &source.broken {
        findings
            .warning(span.clone(), "this is not UTF-8, so the file is taken for documentation")
            .hint("save the file as UTF-8");
        return;
    }
    let start = match source.front_matter() {
        FrontMatter::Present { body, .. } => body,
        FrontMatter::Open { .. } | FrontMatter::Absent => source.start,
    };
    let outline = markdown::read(&source.text, start, &mut Findings::default());
    let armed = outline.pieces.into_iter().find_map(|it| armed(&source.text, it));
    if let Some(span) = armed {
        findings
            .warning(span, "a step in a file that is no runbook")
            .hint("a runbook begins with `---`, `runbook: {}`, `---`");
    }
}

/// The place of a fence whose author wanted it to run by itself.
fn armed(text: &str, piece: Piece) -> Option<Range<usize>> {
    let Piece::Fence(fence) = piece else { return None };
    let opening = opening::read(text, fence.info);
    opening.attributes.filter(|it| it.has(attribute::Key::Kind)).map(|_| fence.span)
}
