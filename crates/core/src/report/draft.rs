//! Everything that the forms draw on, read once.

use jiff::Timestamp;

use crate::id::RunId;
use crate::incident::event::{Fact, Source, Times};
use crate::language::Language;
use crate::report::ledger::{Account, accounts};
use crate::report::line::{Entry, timeline_line};
use crate::report::markdown::{Document, Value};
use crate::report::names::Names;
use crate::report::overview::{Overview, SeverityChange};
use crate::report::run_story::RunStory;
use crate::report::targets::{TargetKept, targets};
use crate::report::timeline::timeline;
use crate::report::times::times;
use crate::report::voice::Voice;
use crate::report::{Material, ROWS_MAX, RUNS_MAX};
use crate::run;

/// Things that one line of a form names; tables below have all of them.
const NAMED_MAX: usize = 5;

/// The material, digested.
pub(super) struct Draft<'a> {
    pub(super) material: Material<'a>,
    pub(super) language: Language,
    names: Names<'a>,
    pub(super) overview: Overview<'a>,
    pub(super) times: Times,
    pub(super) targets: Vec<TargetKept>,
    pub(super) accounts: Vec<Account<'a>>,
    pub(super) runs: Vec<RunStory<'a>>,
    /// Runs beyond the limit.
    pub(super) runs_left_out: usize,
}

impl<'a> Draft<'a> {
    /// Reads the material.
    pub(super) fn new(material: &Material<'a>, language: Language) -> Draft<'a> {
        let runs = material.runs.iter().take(RUNS_MAX);
        Draft {
            material: *material,
            language,
            names: Names::new(material.plan, material.events, material.runs),
            overview: Overview::new(material.events),
            times: times(material.events),
            targets: targets(material),
            accounts: accounts(material.events),
            runs: runs.map(|(id, events)| run_story(material, id, events)).collect(),
            runs_left_out: material.runs.len().saturating_sub(RUNS_MAX),
        }
    }

    pub(super) fn voice(&self) -> Voice<'_> {
        Voice { names: &self.names, language: self.language }
    }

    pub(super) fn names(&self) -> &Names<'a> {
        &self.names
    }

    /// The title, and the line that says when and in which zone.
    pub(super) fn open(&self, form: &str) -> Document {
        let voice = self.voice();
        let mut document = Document::new(self.language);
        let id = self.overview.id.map_or_else(|| voice.unknown(), ToString::to_string);
        document.heading(1, &format!("{form}: {id}"));
        let now = voice.time(self.material.now);
        let zone = voice.zone(self.material.now);
        document.paragraph(&voice.say(
            format!("作成時刻: {now}。時刻はすべて {zone} で表記。"),
            format!("Written at {now}. All times are in {zone}."),
        ));
        document
    }

    pub(super) fn moment(&self, at: Option<Timestamp>) -> Value {
        Value::or_unknown(at.map(|it| self.voice().time(it)))
    }

    /// The end of the response, or the admission that there is none yet.
    pub(super) fn end(&self) -> Value {
        let voice = self.voice();
        let Some(resolved) = self.times.resolved else {
            let text = if self.overview.earlier_resolutions.is_empty() {
                voice.say("未解決（対応中）", "not resolved yet")
            } else {
                voice.say("未解決（再オープン後、対応中）", "not resolved, after it was reopened")
            };
            return Value::Known(text.to_owned());
        };
        let earlier = self.overview.earlier_resolutions.len();
        let note = if earlier == 0 {
            String::new()
        } else {
            voice.say(
                format!("最終の解決時刻。これ以前に{earlier}回解決"),
                format!(
                    "the last one; resolved before: {}",
                    voice.plural(earlier, "time", "times")
                ),
            )
        };
        Value::Known(voice.aside(&voice.time(resolved), &note))
    }

    /// The severity as it is now, with the plan's name for it.
    pub(super) fn severity(&self) -> Value {
        let voice = self.voice();
        Value::or_unknown(self.overview.severity.map(|label| {
            let severity = self.material.plan.severity(label);
            let name = severity.and_then(|it| it.name.as_deref()).unwrap_or_default();
            voice.aside(label, name)
        }))
    }

    /// One change of the severity in a sentence.
    pub(super) fn severity_change(&self, change: &SeverityChange<'_>) -> String {
        let voice = self.voice();
        let by = voice.person(change.by);
        let text = voice.say(
            format!("{}: {} から {} へ変更（{by}）", voice.time(change.at), change.from, change.to),
            format!("{}: from {} to {} by {by}", voice.time(change.at), change.from, change.to),
        );
        voice.because(&text, change.reason)
    }

    /// The second axis, with its meaning.
    pub(super) fn scope(&self) -> Value {
        Value::or_fill(self.overview.scope.map(|label| {
            let meaning = self.material.plan.scopes.get(label).map(String::as_str);
            self.voice().aside(label, meaning.unwrap_or_default())
        }))
    }

    pub(super) fn service(&self) -> Value {
        Value::or_fill(self.overview.service.map(|name| {
            let service = self.material.plan.services.get(name);
            let title = service.and_then(|it| it.title.as_deref()).unwrap_or_default();
            self.voice().aside(name, title)
        }))
    }

    /// Who or what noticed.
    pub(super) fn source(&self) -> Value {
        let voice = self.voice();
        Value::or_unknown(self.overview.source.map(|source| match source {
            Source::Alert { name, .. } => {
                voice.say(format!("監視アラート {name}"), format!("alert {name}"))
            }
            Source::Person { name, .. } => voice.person(name),
        }))
    }

    /// Who is responsible: the assigned, else those who acknowledged.
    pub(super) fn responsible(&self) -> Value {
        let voice = self.voice();
        let people = match self.overview.assigned {
            Some(person) => vec![person],
            None => self.overview.acknowledged.clone(),
        };
        if people.is_empty() {
            return Value::Known(voice.say("未定（確認者なし）", "nobody yet").to_owned());
        }
        Value::Known(voice.people(people))
    }

    /// When somebody first took it over, and who.
    pub(super) fn acknowledged(&self) -> Value {
        let voice = self.voice();
        let first = self.times.acknowledged.zip(self.overview.acknowledged.first());
        Value::Known(match first {
            Some((at, by)) => voice.aside(&voice.time(at), &voice.person(by)),
            None => voice.say("未確認", "not yet").to_owned(),
        })
    }

    /// Everybody who did something about it, in the order in which they came.
    pub(super) fn responders(&self) -> Value {
        let voice = self.voice();
        let mut actors: Vec<String> = Vec::new();
        for entry in timeline(&self.material) {
            let line = timeline_line(entry, &self.names, self.language);
            let reported =
                matches!(entry, Entry::Incident(it) if matches!(it.fact, Fact::Opened { .. }));
            if !reported && line.actor != voice.matoi() && !actors.contains(&line.actor) {
                actors.push(line.actor);
            }
            if actors.len() >= ROWS_MAX {
                break;
            }
        }
        if actors.is_empty() {
            return Value::Known(voice.say("記録なし", "none recorded").to_owned());
        }
        Value::Known(voice.list(&actors))
    }

    /// No event tells whether data was lost; whoever fills it in chooses one of three.
    pub(super) fn effect_on_data(&self) -> Value {
        let choice = self.voice().say("あり・なし・不明のいずれか", "some, none, or not known");
        Value::Partly(choice.to_owned())
    }

    /// The first few in one line, and how many more there are.
    pub(super) fn some_of(&self, all: &[String]) -> Option<String> {
        let shown = all.get(..all.len().min(NAMED_MAX)).filter(|it| !it.is_empty())?;
        let list = self.voice().list(shown);
        Some(match all.len() - shown.len() {
            0 => list,
            more => self
                .voice()
                .say(format!("{list}、ほか{more}件"), format!("{list}, and {more} more")),
        })
    }

    /// The line for what a bound left out, if it left out anything.
    pub(super) fn left_out(&self, document: &mut Document, count: usize) {
        if let Some(line) = self.more(count) {
            document.paragraph(&line);
        }
    }

    /// The words for what a bound left out, if it left out anything.
    pub(super) fn more(&self, count: usize) -> Option<String> {
        let words = || {
            self.voice()
                .say(format!("このほか{count}件は省略。"), format!("{count} more left out."))
        };
        (count > 0).then(words)
    }
}

/// Reads a run; the plan's runbook tells its order and phases while it still has the bytes that ran.
fn run_story<'a>(
    material: &Material<'a>,
    id: &'a RunId,
    events: &'a [run::event::Event],
) -> RunStory<'a> {
    let plan = material.plan;
    let runbook = |name: &str, hash: &str| plan.runbooks.get(name).filter(|it| it.hash == hash);
    RunStory::new(id, events, runbook, material.now)
}
