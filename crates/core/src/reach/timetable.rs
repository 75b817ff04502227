//! Who is on duty and whose turn it is, laid out once as spans of time, so that a question is a look-up.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::{SignedDuration, Timestamp};

use crate::plan::calendar::Hours;
use crate::plan::{Plan, Target};

/// Beyond the span that is proved: a year in which a duty is waited for, and what a ladder may take.
const BEYOND: SignedDuration = SignedDuration::from_hours(24 * 400);

/// Spans by start; they neither overlap nor touch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Spans(Vec<Range<Timestamp>>);

impl Spans {
    /// Joins what overlaps or touches.
    pub(super) fn of(mut spans: Vec<Range<Timestamp>>) -> Spans {
        spans.sort_by_key(|it| (it.start, it.end));
        let mut joined: Vec<Range<Timestamp>> = Vec::new();
        for span in spans.into_iter().filter(|it| it.start < it.end) {
            match joined.last_mut() {
                Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
                Some(_) | None => joined.push(span),
            }
        }
        Spans(joined)
    }

    /// The span that holds `at`.
    pub(super) fn holding(&self, at: Timestamp) -> Option<&Range<Timestamp>> {
        let after = self.0.partition_point(|it| it.start <= at);
        after.checked_sub(1).and_then(|it| self.0.get(it)).filter(|it| it.contains(&at))
    }

    /// The start of the first span that begins after `at`.
    pub(super) fn next_start(&self, at: Timestamp) -> Option<Timestamp> {
        self.0.get(self.0.partition_point(|it| it.start <= at)).map(|it| it.start)
    }

    /// The next instant after `at` at which a span begins or ends.
    pub(super) fn next_change(&self, at: Timestamp) -> Option<Timestamp> {
        self.holding(at).map(|it| it.end).or_else(|| self.next_start(at))
    }
}

/// When one person is there.
#[derive(Clone, Debug)]
enum Duty {
    Always,
    /// For emergencies only.
    Emergencies,
    Within(Spans),
}

/// Whose turn it is, from each instant on.
#[derive(Clone, Debug, Default)]
struct Turns(Vec<(Timestamp, String)>);

impl Turns {
    fn at(&self, at: Timestamp) -> Option<&str> {
        let after = self.0.partition_point(|it| it.0 <= at);
        self.0.get(after.saturating_sub(1)).map(|it| it.1.as_str())
    }

    fn next_change(&self, at: Timestamp) -> Option<Timestamp> {
        self.0.get(self.0.partition_point(|it| it.0 <= at)).map(|it| it.0)
    }
}

/// The timetables of a plan's people, schedules and business.
#[derive(Clone, Debug)]
pub(super) struct Timetables {
    duties: BTreeMap<String, Duty>,
    turns: BTreeMap<String, Turns>,
    pub(super) business: Spans,
    /// The hours with targets of their own, by the label of their severity.
    promises: BTreeMap<String, Vec<Spans>>,
    /// Beyond this nothing is known.
    pub(super) end: Timestamp,
}

/// The answer about a level's people, and until when it is the same.
#[derive(Clone, Debug)]
pub(super) struct Present {
    pub(super) people: Vec<String>,
    /// Those of them who are on duty.
    pub(super) on_duty: Vec<String>,
    /// The next instant at which people or their duty change.
    pub(super) until: Timestamp,
}

impl Timetables {
    pub(super) fn of(plan: &Plan, from: Timestamp, to: Timestamp) -> Timetables {
        let end = to.checked_add(BEYOND).unwrap_or(Timestamp::MAX);
        let spans = |hours: &Hours| Spans::of(hours.spans(&plan.calendar, &plan.zone, from..end));
        // Many people share few windows.
        let mut known: Vec<(&Hours, Spans)> = Vec::new();
        let mut duties = BTreeMap::new();
        for person in plan.people.values() {
            let duty = match &person.hours {
                Hours::Always => Duty::Always,
                Hours::EmergencyOnly => Duty::Emergencies,
                hours @ Hours::Windows { .. } => {
                    let seen = known.iter().find(|it| it.0 == hours).map(|it| it.1.clone());
                    let spans = seen.unwrap_or_else(|| {
                        let spans = spans(hours);
                        known.push((hours, spans.clone()));
                        spans
                    });
                    Duty::Within(spans)
                }
            };
            duties.insert(person.id.clone(), duty);
        }
        let turns = plan.schedules.iter().map(|(name, schedule)| {
            let changes = schedule.changes(&plan.calendar, &plan.zone, &(from..end));
            let on_call = |at| schedule.on_call(&plan.calendar, &plan.zone, at).to_owned();
            let turns = changes.into_iter().map(|at| (at, on_call(at))).collect();
            (name.clone(), Turns(turns))
        });
        let business = Spans::of(plan.calendar.business_spans(&plan.zone, from..end));
        let promises = plan.severities.iter().map(|it| {
            let of_hours = it.during.iter().map(|it| spans(&it.hours));
            (it.label.clone(), of_hours.collect())
        });
        let promises = promises.collect();
        Timetables { duties, turns: turns.collect(), business, promises, end }
    }

    /// How much later than `at` the same hours of a severity still hold.
    pub(super) fn same_promise(&self, severity: &str, at: Timestamp) -> SignedDuration {
        let spans = self.promises.get(severity).into_iter().flatten();
        let changes = spans.filter_map(|it| it.next_change(at));
        changes.min().map_or(SignedDuration::MAX, |it| it.duration_since(at))
    }

    /// The people of `targets` at `at`, and who of them is on duty for a severity that may wait or not.
    pub(super) fn present(
        &self,
        plan: &Plan,
        targets: &[Target],
        at: Timestamp,
        patience: Patience,
    ) -> Present {
        let mut present =
            Present { people: Vec::new(), on_duty: Vec::new(), until: Timestamp::MAX };
        for target in targets {
            let ids: Vec<&str> = match target {
                Target::Person(id) => vec![id],
                Target::Group(name) => {
                    plan.groups.get(name).into_iter().flatten().map(String::as_str).collect()
                }
                Target::Schedule(name) => {
                    let turns = self.turns.get(name);
                    if let Some(change) = turns.and_then(|it| it.next_change(at)) {
                        present.until = present.until.min(change);
                    }
                    turns.and_then(|it| it.at(at)).into_iter().collect()
                }
            };
            for id in ids.into_iter().filter(|it| plan.people.contains_key(*it)) {
                if !present.people.iter().any(|it| it == id) {
                    present.people.push(id.to_owned());
                    self.add_duty(id, at, patience, &mut present);
                }
            }
        }
        present
    }

    fn add_duty(&self, id: &str, at: Timestamp, patience: Patience, present: &mut Present) {
        let is_on_duty = match self.duties.get(id) {
            None => false,
            Some(Duty::Always) => true,
            Some(Duty::Emergencies) => patience == Patience::None,
            Some(Duty::Within(spans)) => {
                present.until = present.until.min(spans.next_change(at).unwrap_or(self.end));
                spans.holding(at).is_some()
            }
        };
        if is_on_duty {
            present.on_duty.push(id.to_owned());
        }
    }

    /// The first instant after `at` at which one of `people` comes on duty; within a year, as pages wait for it.
    pub(super) fn next_duty(&self, people: &[String], at: Timestamp) -> Option<Timestamp> {
        let starts = people.iter().filter_map(|id| match self.duties.get(id)? {
            Duty::Always | Duty::Emergencies => None,
            Duty::Within(spans) => spans.next_start(at),
        });
        starts.min()
    }
}

/// Whether a severity may wait for duty; nobody who is there for emergencies only is woken for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Patience {
    None,
    Business,
}
