//! What a document says, as `matoi import --format json` gives it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::language::Language;
use crate::plan::Clock;

use super::word::{fold, has_any};

/// Everything that was understood of one document, and the account of its lines.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Document {
    /// The file, as it was named.
    pub document: String,
    pub title: Option<String>,
    pub language: Language,
    /// In which questions about it are asked.
    #[serde(skip)]
    pub asked_in: Language,
    /// Worst first.
    pub severities: Vec<Severity>,
    /// The second axis of a scale: labels with their meaning.
    pub scopes: Vec<Clause>,
    pub contacts: Vec<Contact>,
    pub escalations: Vec<Escalation>,
    pub routes: Vec<Route>,
    pub thresholds: Vec<Threshold>,
    pub procedures: Vec<Procedure>,
    pub schedules: Vec<Routine>,
    pub retention: Vec<Retention>,
    pub templates: Vec<Template>,
    pub drills: Vec<Routine>,
    /// Rules of conduct: what people must and must not do.
    pub rules: Vec<Clause>,
    pub links: Vec<Link>,
    pub questions: Vec<Note>,
    pub contradictions: Vec<Note>,
    pub dangers: Vec<Note>,
    /// One entry a line, in order.
    pub account: Vec<Account>,
    pub totals: Count,
}

/// A level of the scale.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Severity {
    /// As the document writes it: `P0`, `レベル1`.
    pub label: String,
    pub name: Option<String>,
    /// 0 is worst.
    pub rank: usize,
    pub aliases: Vec<String>,
    pub criteria: Vec<String>,
    pub targets: BTreeMap<Clock, Target>,
    /// What holds in its stead within a window.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub windows: Vec<Windowed>,
    pub lines: Vec<usize>,
}

/// A promise for a window, which its target names.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Windowed {
    pub clock: Clock,
    #[serde(flatten)]
    pub target: Target,
}

/// A promise.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Target {
    /// As written.
    pub text: String,
    pub kind: TargetKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
    /// When it holds, where the document says so: `営業時間内`, `night`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<String>,
    pub lines: Vec<usize>,
}

/// How a promise is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetKind {
    Immediate,
    Duration,
    BusinessDays,
    /// Words without a time: planned, as needed.
    None,
}

/// Somebody to call.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Contact {
    pub role: String,
    pub name: Option<String>,
    pub endpoints: Vec<Endpoint>,
    /// As written.
    pub hours: Option<String>,
    /// Whether there is no way to reach them but a reminder to write one.
    pub placeholder: bool,
    /// Whether they are another company's.
    pub outside: bool,
    pub lines: Vec<usize>,
}

/// A way to somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Endpoint {
    /// `email`, `phone`, `chat`, `url`, `text`.
    pub kind: String,
    pub address: String,
}

/// Somebody is told, by time or by condition.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Escalation {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_seconds: Option<i64>,
    /// Business days are no number of seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_business_days: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// The procedure that it stands in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub procedure: Option<String>,
    pub to: Vec<String>,
    pub lines: Vec<usize>,
}

/// How a level is told: at once, gathered, or daily.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Route {
    /// As written: `1時間集約`.
    pub how: String,
    pub severities: Vec<String>,
    /// When it goes out, as a plan's `page` says it: `at once`, `every 1h`, `daily`; absent where it does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every: Option<String>,
    pub channel: Option<String>,
    pub text: String,
    pub lines: Vec<usize>,
}

/// A measure, and where it becomes bad.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Threshold {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alert: Option<String>,
    pub metric: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statistic: Option<String>,
    /// `>`, `>=`, `<`, `<=`.
    pub op: String,
    pub value: f64,
    pub unit: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub for_seconds: Option<i64>,
    /// `warn`, `critical`, `escalate`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
    /// What the document says to do then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response: Option<String>,
    pub text: String,
    pub lines: Vec<usize>,
}

/// Steps in order; it becomes one runbook.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Procedure {
    pub title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symptom: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alert: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget_seconds: Option<i64>,
    pub params: Vec<String>,
    pub steps: Vec<Step>,
    pub lines: Vec<usize>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    pub kind: StepKind,
    /// The heading or comment above it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The heading that it stands under, where the procedure has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
    /// The language of the fence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<i64>,
    /// The answer that means well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expect: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub danger: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub params: Vec<String>,
    /// The title of the step that takes this one back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undo: Option<String>,
    pub lines: Vec<usize>,
}

impl Step {
    /// What a person does.
    pub(super) fn manual(text: String, lines: Vec<usize>) -> Step {
        Step {
            kind: StepKind::Manual,
            title: None,
            phase: None,
            language: None,
            text,
            seconds: None,
            expect: None,
            danger: None,
            params: Vec::new(),
            undo: None,
            lines,
        }
    }
}

/// What a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    Command,
    Sql,
    /// A program in a language that no step runs.
    Code,
    Manual,
    Wait,
    Decision,
    Check,
}

/// Work that comes round.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Routine {
    /// As written: `日次`, `毎日3:00 AM (JST)`, `0 * * * *`.
    pub rhythm: String,
    pub task: String,
    pub lines: Vec<usize>,
}

/// How long something is kept.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Retention {
    pub what: String,
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<i64>,
    pub lines: Vec<usize>,
}

/// A form that people fill in; never read as plan.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Template {
    pub title: String,
    /// As the document has it, where it is Markdown.
    #[serde(skip)]
    pub text: Option<String>,
    pub fields: Vec<String>,
    pub lines: Vec<usize>,
}

/// Another document or page.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Link {
    pub text: String,
    pub target: String,
    pub lines: Vec<usize>,
}

/// A label with what it means.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Clause {
    pub label: String,
    pub text: String,
    pub lines: Vec<usize>,
}

/// Something that a person must look at.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Note {
    pub text: String,
    pub lines: Vec<usize>,
}

/// What became of one line.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Account {
    /// Counted from 1.
    pub line: usize,
    #[serde(rename = "as")]
    pub standing: Standing,
    /// What it became: `severity P0`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What a line is to the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Used,
    /// Kept for people to read.
    Reference,
    /// Not understood, or not for a plan.
    Left,
    /// A person must say what it means.
    Asked,
    Blank,
}

/// How many lines are what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    pub lines: usize,
    pub used: usize,
    pub reference: usize,
    pub left: usize,
    pub asked: usize,
    pub blank: usize,
}

impl Link {
    /// The path of another document, relative to the one that has the link: `../手順.md` for `../%E6%89%8B%E9%A0%86.md#1`.
    pub fn document(&self) -> Option<String> {
        let path = self.target.split('#').next().unwrap_or_default();
        let path = percent_encoding::percent_decode_str(path).decode_utf8().ok()?;
        let is_relative = !path.contains("://") && !path.starts_with('/');
        let is_text = [".md", ".markdown", ".txt"].iter().any(|it| path.ends_with(it));
        (is_relative && is_text && !path.contains('\0')).then(|| path.into_owned())
    }
}

impl Document {
    /// The time zone of a plan whose document names none; it is asked.
    pub(super) fn zone(&self) -> &'static str {
        self.language.pick("Asia/Tokyo", "UTC")
    }

    /// The rule that nobody decides alone, if there is one.
    pub(super) fn forbids_alone(&self) -> Option<&Clause> {
        const WORDS: [&str; 5] = ["一人で", "単独", "alone", "single-handed", "without a second"];
        let forbids = |text: &str| has_any(&fold(text), &WORDS);
        self.rules.iter().find(|it| forbids(&it.text) || forbids(&it.label))
    }

    /// The procedure in which an escalation stands; of several with one title, the nearest.
    pub(super) fn procedure_of(&self, it: &Escalation) -> Option<&Procedure> {
        let title = it.procedure.as_deref()?;
        let line = it.lines.first().copied().unwrap_or_default();
        let apart = |it: &&Procedure| it.lines.iter().map(|it| it.abs_diff(line)).min();
        self.procedures.iter().filter(|it| it.title == title).min_by_key(apart)
    }

    /// When a severity is told, by what says so.
    pub(super) fn routes_of(&self, severity: &Severity) -> impl Iterator<Item = (&Route, &str)> {
        let is_named = |it: &String| *it == severity.label || severity.aliases.contains(it);
        let of = self.routes.iter().filter(move |it| it.severities.iter().any(is_named));
        of.filter_map(|it| Some((it, it.every.as_deref()?)))
    }
}
