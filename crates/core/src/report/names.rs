//! Who and what a timeline's identifiers mean.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use crate::id::{AlertId, PageId, RunId};
use crate::incident::event::{Event, Fact, Source};
use crate::plan::Plan;
use crate::run;

/// Who acts when no person does.
pub(super) const MATOI: &str = "Matoi";

/// Finds the words for ids: people by the plan, alerts and pages by the timeline, list items by the runs.
pub struct Names<'a> {
    plan: &'a Plan,
    alerts: BTreeMap<&'a AlertId, &'a str>,
    pages: BTreeMap<&'a PageId, Addressee<'a>>,
    lists: BTreeMap<(&'a RunId, &'a str), &'a [String]>,
}

/// Whom a page is for.
#[derive(Clone, Copy)]
pub(super) enum Addressee<'a> {
    Person { person: &'a str, channel: &'a str },
    Channel(&'a str),
}

impl<'a> Names<'a> {
    /// Reads the names that these timelines introduce.
    pub fn new(
        plan: &'a Plan,
        events: &'a [Event],
        runs: &'a [(RunId, Vec<run::event::Event>)],
    ) -> Names<'a> {
        let mut names =
            Names { plan, alerts: BTreeMap::new(), pages: BTreeMap::new(), lists: BTreeMap::new() };
        for event in events {
            names.read(&event.fact);
        }
        for (run, events) in runs {
            for event in events {
                if let run::event::Fact::ListOpened { step, items } = &event.fact {
                    names.lists.insert((run, step), items);
                }
            }
        }
        names
    }

    fn read(&mut self, fact: &'a Fact) {
        if let Fact::Opened { source: Source::Alert { alert, name }, .. }
        | Fact::AlertJoined { alert, name, .. } = fact
        {
            self.alerts.insert(alert, name);
        }
        if let Fact::Paged { page, person, channel, .. } = fact {
            self.pages.insert(page, Addressee::Person { person, channel });
        }
        if let Fact::Announced { page, channel, .. } = fact {
            self.pages.insert(page, Addressee::Channel(channel));
        }
    }

    pub(super) fn zone(&self) -> &'a TimeZone {
        &self.plan.zone
    }

    /// The person's name; with the id where two people share the name.
    pub(super) fn person(&self, id: &str) -> String {
        let Some(person) = self.plan.people.get(id).filter(|it| !it.name.trim().is_empty()) else {
            return if id.eq_ignore_ascii_case(MATOI) { MATOI.to_owned() } else { id.to_owned() };
        };
        let namesakes = self.plan.people.values().filter(|it| it.name == person.name).count();
        if namesakes > 1 { format!("{} ({id})", person.name) } else { person.name.clone() }
    }

    pub(super) fn alert<'b>(&'b self, id: &'b AlertId) -> &'b str {
        self.alerts.get(id).copied().unwrap_or(&id.0)
    }

    pub(super) fn page(&self, id: &PageId) -> Option<Addressee<'a>> {
        self.pages.get(id).copied()
    }

    /// The text of a list's item; its place is counted from 0.
    pub(super) fn item(&self, run: &RunId, step: &str, item: usize) -> Option<&'a str> {
        let items = self.lists.get(&(run, step))?;
        items.get(item).map(String::as_str)
    }
}
