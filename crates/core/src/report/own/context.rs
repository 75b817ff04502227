//! What a template is given. The names are a promise: templates are written against them.

use jiff::{SignedDuration, Timestamp};
use minijinja::Value;
use serde::Serialize;

use crate::report::draft::Draft;
use crate::report::line::timeline_line;
use crate::report::markdown::{self, Document};
use crate::report::next_action::next_actions;
use crate::report::run_story::RunStory;
use crate::report::standing::show;
use crate::report::timeline::timeline;
use crate::report::times::between;
use crate::report::{
    ROWS_MAX, TIMELINE_ROWS_MAX, attachment, contact, incident_form, review_form, run_section,
};

/// What stands where something was left out.
const ELLIPSIS: &str = "…";

/// Everything that a template can print.
#[derive(Serialize)]
pub(super) struct Context {
    incident: Incident,
    /// How long it took.
    times: Took,
    alerts: Vec<Alert>,
    severity_changes: Vec<String>,
    timeline: Vec<Entry>,
    runs: Vec<Run>,
    targets: Vec<Target>,
    next_actions: Vec<String>,
    /// Sections of the built-in forms, as Markdown.
    tables: Tables,
    written_at: String,
    /// The time zone of every time.
    zone: String,
    /// What stands where only a person knows.
    blank: Value,
}

#[derive(Serialize)]
struct Incident {
    id: Value,
    title: Value,
    /// With the plan's name for it.
    severity: Value,
    scope: Value,
    service: Value,
    began: Value,
    detected: Value,
    detected_by: Value,
    /// When, and by whom.
    acknowledged: Value,
    resolved: Value,
    is_resolved: bool,
    /// From the beginning to the resolution.
    duration: Value,
    responsible: Value,
    responders: Value,
    effect_on_data: Value,
}

#[derive(Serialize)]
struct Took {
    to_detect: Value,
    to_acknowledge: Value,
    to_respond: Value,
    to_resolve: Value,
}

#[derive(Serialize)]
struct Alert {
    name: String,
    summary: Option<String>,
    since: Option<String>,
    cleared: Option<String>,
}

#[derive(Serialize)]
struct Entry {
    time: String,
    who: String,
    action: String,
    result: String,
}

#[derive(Serialize)]
struct Run {
    id: String,
    title: String,
    runbook: Option<String>,
    /// How it ended, or that it goes on.
    state: String,
    began: Option<String>,
    ended: Option<String>,
    steps: Vec<Step>,
}

#[derive(Serialize)]
struct Step {
    name: String,
    phase: Option<String>,
    state: String,
    time: Option<String>,
    took: Option<String>,
}

#[derive(Serialize)]
struct Target {
    clock: String,
    limit: String,
    due: Option<String>,
    met: Option<String>,
    verdict: String,
}

#[derive(Serialize)]
struct Tables {
    timeline: Value,
    targets: Value,
    contacts: Value,
    runs: Value,
    attachments: Value,
}

impl Context {
    /// Of an incident.
    pub(super) fn of(draft: &Draft<'_>) -> Context {
        let voice = draft.voice();
        let time = |at: Timestamp| voice.time(at);
        Context {
            incident: Incident::of(draft),
            times: Took::of(draft),
            alerts: alerts(draft),
            severity_changes: severity_changes(draft),
            timeline: entries(draft),
            runs: runs(draft),
            targets: draft
                .targets
                .iter()
                .map(|it| Target {
                    clock: voice.clock(it.clock).to_owned(),
                    limit: voice.limit(it.clock, it.limit),
                    due: it.deadline.map(time),
                    met: it.met_at.map(time),
                    verdict: voice.target_verdict(it.verdict).to_owned(),
                })
                .collect(),
            next_actions: next_actions(draft),
            tables: Tables::of(draft),
            written_at: voice.time(draft.material.now),
            zone: voice.zone(draft.material.now),
            blank: ready(draft, markdown::Value::ToFill),
        }
    }

    /// One of everything, to try a template on.
    pub(super) fn sample() -> Context {
        let text = || "x".to_owned();
        let some = || Some(text());
        let step = Step { name: text(), phase: some(), state: text(), time: some(), took: some() };
        Context {
            incident: Incident::sample(),
            times: Took {
                to_detect: word(),
                to_acknowledge: word(),
                to_respond: word(),
                to_resolve: word(),
            },
            alerts: vec![Alert { name: text(), summary: some(), since: some(), cleared: some() }],
            severity_changes: vec![text()],
            timeline: vec![Entry { time: text(), who: text(), action: text(), result: text() }],
            runs: vec![Run {
                id: text(),
                title: text(),
                runbook: some(),
                state: text(),
                began: some(),
                ended: some(),
                steps: vec![step],
            }],
            targets: vec![Target {
                clock: text(),
                limit: text(),
                due: some(),
                met: some(),
                verdict: text(),
            }],
            next_actions: vec![text()],
            tables: Tables {
                timeline: word(),
                targets: word(),
                contacts: word(),
                runs: word(),
                attachments: word(),
            },
            written_at: text(),
            zone: text(),
            blank: word(),
        }
    }
}

fn word() -> Value {
    Value::from_safe_string("x".to_owned())
}

/// A value in the report's own words, with its blank where it has one.
fn ready(draft: &Draft<'_>, value: markdown::Value) -> Value {
    Value::from_safe_string(Document::new(draft.language).value(value))
}

/// A section of a built-in form.
fn section(draft: &Draft<'_>, write: impl Fn(&Draft<'_>, &mut Document)) -> Value {
    let mut document = Document::new(draft.language);
    write(draft, &mut document);
    Value::from_safe_string(document.finish().trim_end().to_owned())
}

impl Incident {
    fn of(draft: &Draft<'_>) -> Incident {
        let overview = &draft.overview;
        let known = |text: Option<String>| ready(draft, markdown::Value::or_unknown(text));
        Incident {
            id: known(overview.id.map(ToString::to_string)),
            title: known(overview.title.map(str::to_owned)),
            severity: ready(draft, draft.severity()),
            scope: ready(draft, draft.scope()),
            service: ready(draft, draft.service()),
            began: ready(draft, draft.moment(draft.times.began)),
            detected: ready(draft, draft.moment(draft.times.detected)),
            detected_by: ready(draft, draft.source()),
            acknowledged: ready(draft, draft.acknowledged()),
            resolved: ready(draft, draft.end()),
            is_resolved: overview.resolution.is_some(),
            duration: ready(draft, review_form::duration(draft)),
            responsible: ready(draft, draft.responsible()),
            responders: ready(draft, draft.responders()),
            effect_on_data: ready(draft, draft.effect_on_data()),
        }
    }

    fn sample() -> Incident {
        Incident {
            id: word(),
            title: word(),
            severity: word(),
            scope: word(),
            service: word(),
            began: word(),
            detected: word(),
            detected_by: word(),
            acknowledged: word(),
            resolved: word(),
            is_resolved: true,
            duration: word(),
            responsible: word(),
            responders: word(),
            effect_on_data: word(),
        }
    }
}

impl Took {
    fn of(draft: &Draft<'_>) -> Took {
        let times = &draft.times;
        let took = |from, to| {
            let lasting: Option<SignedDuration> = between(from, to);
            ready(draft, markdown::Value::or_unknown(lasting.map(|it| draft.voice().duration(it))))
        };
        Took {
            to_detect: took(times.began, times.detected),
            to_acknowledge: took(times.detected, times.acknowledged),
            to_respond: took(times.detected, times.responded),
            to_resolve: took(times.detected, times.resolved),
        }
    }
}

impl Tables {
    fn of(draft: &Draft<'_>) -> Tables {
        Tables {
            timeline: section(draft, review_form::write_timeline),
            targets: section(draft, review_form::write_targets),
            contacts: section(draft, contact::write),
            runs: section(draft, run_section::write),
            attachments: section(draft, attachment::write),
        }
    }
}

/// The alerts; the last row counts those that have no room.
fn alerts(draft: &Draft<'_>) -> Vec<Alert> {
    let all = &draft.overview.alerts;
    let time = |at: Timestamp| draft.voice().time(at);
    let shown = all.iter().take(ROWS_MAX).map(|it| Alert {
        name: it.name.to_owned(),
        summary: it.summary.map(str::to_owned),
        since: it.since.map(time),
        cleared: it.cleared.map(time),
    });
    let rest = draft.more(all.len().saturating_sub(ROWS_MAX));
    let rest = rest.map(|it| Alert {
        name: ELLIPSIS.into(),
        summary: Some(it),
        since: None,
        cleared: None,
    });
    shown.chain(rest).collect()
}

fn severity_changes(draft: &Draft<'_>) -> Vec<String> {
    let all = &draft.overview.severity_changes;
    let shown = all.iter().take(ROWS_MAX).map(|it| draft.severity_change(it));
    shown.chain(draft.more(all.len().saturating_sub(ROWS_MAX))).collect()
}

/// The timeline; where it is too long its beginning and its end, with a line that counts the rest.
fn entries(draft: &Draft<'_>) -> Vec<Entry> {
    let voice = draft.voice();
    let all = timeline(&draft.material);
    let left_out = all.len().saturating_sub(TIMELINE_ROWS_MAX);
    let (first, rest) = all.split_at(all.len().min(TIMELINE_ROWS_MAX / 2));
    let last = rest.get(left_out.min(rest.len())..).unwrap_or_default();
    let told = |it: &crate::report::Entry<'_>| {
        let line = timeline_line(*it, draft.names(), draft.language);
        Entry {
            time: voice.time(line.at),
            who: line.actor,
            action: line.action,
            result: line.result,
        }
    };
    let mut entries: Vec<Entry> = first.iter().map(told).collect();
    if left_out > 0 {
        entries.push(Entry {
            time: ELLIPSIS.to_owned(),
            who: voice.matoi(),
            action: voice.say(
                format!("ここで{left_out}件を省略"),
                format!("{left_out} entries are left out here"),
            ),
            result: String::new(),
        });
    }
    entries.extend(last.iter().map(told));
    entries
}

/// The runs; the last one counts those that have no room.
fn runs(draft: &Draft<'_>) -> Vec<Run> {
    let rest = draft.more(draft.runs_left_out).map(|it| Run {
        id: ELLIPSIS.to_owned(),
        title: it,
        runbook: None,
        state: String::new(),
        began: None,
        ended: None,
        steps: Vec::new(),
    });
    draft.runs.iter().map(|it| run(draft, it)).chain(rest).collect()
}

fn run(draft: &Draft<'_>, run: &RunStory<'_>) -> Run {
    let voice = draft.voice();
    let time = |at: Timestamp| voice.time(at);
    let step = |it: &crate::report::run_story::StepStory<'_>| Step {
        name: it.name.to_owned(),
        phase: it.phase.map(str::to_owned),
        state: show(&voice, it).text,
        time: it.at.map(time),
        took: it.took().map(|it| voice.duration(it)),
    };
    let rest = draft.more(run.steps.len().saturating_sub(ROWS_MAX));
    let rest = rest.map(|state| Step {
        name: ELLIPSIS.to_owned(),
        phase: None,
        state,
        time: None,
        took: None,
    });
    Run {
        id: run.id.to_string(),
        title: run.title.or(run.runbook).unwrap_or_default().to_owned(),
        runbook: run.runbook.map(str::to_owned),
        state: incident_form::run_state(draft, run).to_owned(),
        began: run.began.map(time),
        ended: run.ended.map(|it| time(it.0)),
        steps: run.steps.iter().take(ROWS_MAX).map(step).chain(rest).collect(),
    }
}
