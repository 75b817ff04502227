//! Reports and timelines: everything that is stored of an incident, as people read it.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use matoi_core::id::{IncidentId, RunId};
use matoi_core::incident::command::Refusal;
use matoi_core::language::Language;
use matoi_core::plan::{Limit, Plan};
use matoi_core::report::{self, Entry, Line, Material, Names, timeline_line};
use matoi_core::{incident, run};
use matoi_store::Which;

use crate::handle::Handle;
use crate::incident::broken;
use crate::tell::TellError;

/// The reports of an incident, as Markdown.
#[derive(Clone, Debug)]
pub struct Reports {
    pub incident: String,
    pub review: String,
    /// Further forms of the house, by name.
    pub forms: BTreeMap<String, String>,
}

/// A line of a timeline, and the run that it is from.
#[derive(Clone, Debug)]
pub struct TimelineLine {
    pub run: Option<RunId>,
    /// The place among the events of the incident, or of that run, counted from 0. A line keeps it for ever, while its
    /// place among all lines may still change.
    pub place: usize,
    pub line: Line,
}

/// Everything that is stored of an incident.
struct Story {
    plan: Arc<Plan>,
    events: Vec<incident::event::Event>,
    /// Oldest first, as a report is read.
    runs: Vec<(RunId, Vec<run::event::Event>)>,
}

impl Handle {
    /// Writes the reports of an incident from its timeline, in the plan's language unless another is asked for.
    pub async fn reports(
        &self,
        id: &IncidentId,
        language: Option<Language>,
    ) -> Result<Reports, TellError<Refusal>> {
        let story = self.story(id).await?;
        let language = language.unwrap_or(story.plan.language);
        let now = self.now();
        // A long timeline takes a while to write.
        let write = move || {
            story.with(now, |material| Reports {
                incident: report::incident(material, language),
                review: report::review(material, language),
                forms: report::others(material, language),
            })
        };
        let written = tokio::task::spawn_blocking(write).await;
        written.map_err(|err| TellError::Broken { what: format!("a bug while writing: {err}") })
    }

    /// The timeline of an incident and its runs, line by line.
    pub async fn timeline(
        &self,
        id: &IncidentId,
        language: Option<Language>,
    ) -> Result<Vec<TimelineLine>, TellError<Refusal>> {
        let story = self.story(id).await?;
        let language = language.unwrap_or(story.plan.language);
        Ok(story.with(self.now(), |material| {
            let names = Names::new(material.plan, material.events, material.runs);
            let mut places: BTreeMap<Option<RunId>, usize> = BTreeMap::new();
            let line = |entry: Entry<'_>| {
                let run = match entry {
                    Entry::Incident(_) => None,
                    Entry::Run(run, _) => Some(run.clone()),
                };
                // Merging keeps the order within each.
                let next = places.entry(run.clone()).or_insert(0);
                let place = *next;
                *next += 1;
                TimelineLine { run, place, line: timeline_line(entry, &names, language) }
            };
            report::timeline(material).into_iter().map(line).collect()
        }))
    }

    /// The timeline of one run, line by line.
    pub async fn run_timeline(
        &self,
        id: &RunId,
        language: Option<Language>,
    ) -> Result<Vec<Line>, TellError<run::command::Refusal>> {
        let view = self.run_view(id).await?;
        let plan = self.it.plans.of(&view.run.plan).await.map_err(broken)?;
        let language = language.unwrap_or(plan.language);
        let runs = [(id.clone(), self.run_events(id).await?)];
        let names = Names::new(&plan, &[], &runs);
        let [(_, events)] = &runs;
        Ok(events.iter().map(|it| timeline_line(Entry::Run(id, it), &names, language)).collect())
    }

    async fn story(&self, id: &IncidentId) -> Result<Story, TellError<Refusal>> {
        let view = self.incident(id).await?;
        let plan = self.it.plans.of(&view.incident.plan).await.map_err(broken)?;
        let events = self.incident_events(id).await?;
        let mut runs = Vec::new();
        for run in self
            .runs(Which::All, Some(id), matoi_store::LIST_MAX)
            .await
            .map_err(TellError::elsewhere)?
        {
            let events = self.run_events(&run.run.id).await.map_err(TellError::elsewhere)?;
            runs.push((run.run.id, events));
        }
        runs.reverse();
        Ok(Story { plan, events, runs })
    }
}

impl Story {
    fn with<T>(&self, now: Timestamp, make: impl FnOnce(&Material<'_>) -> T) -> T {
        let plan = &self.plan;
        let deadline =
            |limit: &Limit, from: Timestamp| Some(limit.deadline(&plan.calendar, &plan.zone, from));
        make(&Material { plan, events: &self.events, runs: &self.runs, deadline: &deadline, now })
    }
}
