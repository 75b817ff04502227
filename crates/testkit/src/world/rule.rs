//! The rules that are judged over whole timelines, once everything has come to its end.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use matoi_core::id::{PageId, RunId};
use matoi_core::incident::event::{Event, Fact};
use matoi_core::incident::{Incident, RunState};
use matoi_core::language::Language;
use matoi_core::page::PageReason;
use matoi_core::plan::{Limit, Plan, Unless};
use matoi_core::report::{self, Material};
use matoi_core::run::event::{Event as RunEvent, Fact as RunFact, Hold};
use matoi_core::run::{Phase, Run, StepState};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::plan::{ONLY_AFTER, ONLY_BEFORE, SECRET};
use super::{Broken, World};

/// Levels by time are minutes apart; two within this are a burst.
const BURST: SignedDuration = SignedDuration::from_secs(60);

/// A look may come late by five minutes, and twice in a row.
const LATE: SignedDuration = SignedDuration::from_mins(20);

type Rule = Result<(), Broken>;

impl World<'_> {
    pub(super) fn check_everything(&mut self) -> Rule {
        for (id, kept) in &self.store.incidents {
            let plan = self.plan_of(&kept.row.plan);
            let events: Vec<Event> =
                again(&kept.events.iter().map(|it| &it.1).collect::<Vec<_>>())?;
            hold(Incident::fold(&events) == Some(again(&kept.row)?), || {
                format!("{id} is not the fold of its events")
            })?;
            hold(!kept.row.is_open(), || format!("{id} is open for ever"))?;
            if let Some((page, _)) = kept.row.owed().next() {
                return Err(format!("{page} is owed for ever"));
            }
            let times: Vec<Timestamp> = kept.events.iter().map(|it| it.0).collect();
            let night = Disturbance { steps: &self.clock_steps, sleeps: &self.sleeps };
            check_levels(&events, &times, &night, plan)
                .and_then(|()| check_gaps(&events, &times, &night, plan))
                .and_then(|()| check_pages(&events, plan))
                .map_err(|err| format!("{id}: {err}\n{}", told(&events)))?;
        }
        self.check_runs()?;
        for (page, sent) in &self.reality.sent {
            hold(sent.arrived <= 1 + sent.untold, || {
                format!("{page} arrived {sent:?}", sent = sent.arrived)
            })?;
        }
        self.check_reports()?;
        let of_runs = || self.store.runs.values().flat_map(|it| &it.events).map(|it| &it.1.fact);
        let by_switch =
            of_runs().filter(|it| matches!(it, RunFact::Held { reason: Hold::Switch { .. }, .. }));
        self.tally.held_by_switch = u64::try_from(by_switch.count()).unwrap_or(0);
        let by_lock =
            of_runs().filter(|it| matches!(it, RunFact::Held { reason: Hold::Lock { .. }, .. }));
        self.tally.held_by_lock = u64::try_from(by_lock.count()).unwrap_or(0);
        self.tally.incidents = u64::try_from(self.store.incidents.len()).unwrap_or(0);
        self.tally.runs = u64::try_from(self.store.runs.len()).unwrap_or(0);
        Ok(())
    }

    fn check_runs(&self) -> Rule {
        for (id, kept) in &self.store.runs {
            let Some(runbook) = self.plan_of(&kept.row.plan).runbooks.get(&kept.row.runbook) else {
                return Err(format!("{id} has lost its runbook"));
            };
            let events: Vec<RunEvent> =
                again(&kept.events.iter().map(|it| &it.1).collect::<Vec<_>>())?;
            hold(Run::fold(&events, runbook) == Some(again(&kept.row)?), || {
                format!("{id} is not the fold of its events")
            })?;
            let ends = events.iter().filter(|it| matches!(it.fact, RunFact::Ended { .. })).count();
            let is_last = matches!(events.last().map(|it| &it.fact), Some(RunFact::Ended { .. }));
            hold(ends == 1 && is_last, || format!("{id} has {ends} ends"))?;
            hold(kept.row.runbook_hash == runbook.hash, || format!("{id} runs other bytes"))?;
        }
        Ok(())
    }

    /// A run that stands still has something that moves it, or a person who was called for it.
    pub(super) fn check_held_runs(&self) -> Rule {
        for (id, kept) in self.store.runs.iter().filter(|it| it.1.row.is_open()) {
            let (is_held, says_why) = match &kept.row.phase {
                Phase::Held { reason: Hold::Switch { .. }, .. } => {
                    return Err(format!("{id} is held by a switch that is put back"));
                }
                Phase::Held { reason: Hold::Lock { lock, .. }, .. } => {
                    hold(self.store.holder(lock).is_some(), || {
                        format!("{id} waits for {lock}, which nobody has")
                    })?;
                    continue;
                }
                Phase::Held { .. } => (true, true),
                Phase::Going => (waits_for_people(&kept.row), moves(&kept.row)),
                Phase::Ended { .. } => (false, true),
            };
            hold(says_why, || format!("nothing moves {id}: {:#?}", kept.row))?;
            let incident =
                kept.row.incident.as_ref().and_then(|it| self.store.incidents.get(&it.0));
            // Whoever resolved an incident has its runs before their eyes.
            let Some(incident) = incident.filter(|it| is_held && it.row.is_open()) else {
                continue;
            };
            let state = incident.row.runs.get(&kept.row.id).map(|it| &it.state);
            hold(matches!(state, Some(RunState::Held { .. })), || format!("{id} is held untold"))?;
            let events: Vec<&Event> = incident.events.iter().map(|it| &it.1).collect();
            hold(is_called_for(&events, &kept.row.id), || format!("nobody is called for {id}"))?;
        }
        Ok(())
    }

    /// The same events give the same report, byte for byte, and no secret is in any of it.
    fn check_reports(&mut self) -> Rule {
        for (id, kept) in &self.store.incidents {
            if self.chance.below(12) != 0 {
                continue;
            }
            let plan = self.plan_of(&kept.row.plan);
            let events: Vec<Event> = kept.events.iter().map(|it| it.1.clone()).collect();
            let of = kept.row.runs.keys().filter_map(|it| self.store.runs.get(&it.0));
            let runs: Vec<(RunId, Vec<RunEvent>)> = of
                .map(|it| (it.row.id.clone(), it.events.iter().map(|it| it.1.clone()).collect()))
                .collect();
            let language = if self.chance.percent(50) { Language::Ja } else { Language::En };
            let now = self.time;
            let first = written(plan, &events, &runs, language, now);
            let (events_again, runs_again): (Vec<Event>, Vec<_>) = again(&(&events, &runs))?;
            let second = written(plan, &events_again, &runs_again, language, now);
            hold(first == second, || format!("{id} has two reports"))?;
            let stored = text(&(&events, &runs))?;
            let is_told = first.contains(SECRET) || stored.contains(SECRET);
            hold(!is_told, || format!("the secret is in the timeline or report of {id}"))?;
            self.tally.reports += 1;
        }
        Ok(())
    }
}

/// A timeline, for whoever reads why a rule did not hold.
fn told(events: &[Event]) -> String {
    events.iter().filter_map(|it| text(it).ok()).map(|it| it + "\n").collect()
}

fn hold(holds: bool, complaint: impl FnOnce() -> Broken) -> Rule {
    if holds { Ok(()) } else { Err(complaint()) }
}

fn text<T: Serialize>(value: &T) -> Result<String, Broken> {
    serde_json::to_string(value).map_err(|err| err.to_string())
}

/// A value as it is after it was stored and read back.
fn again<T: Serialize, U: DeserializeOwned>(value: &T) -> Result<U, Broken> {
    serde_json::from_str(&text(value)?).map_err(|err| format!("it cannot be read back: {err}"))
}

fn written(
    plan: &Plan,
    events: &[Event],
    runs: &[(RunId, Vec<RunEvent>)],
    language: Language,
    now: Timestamp,
) -> String {
    let deadline =
        |limit: &Limit, from: Timestamp| Some(limit.deadline(&plan.calendar, &plan.zone, from));
    let material = Material { plan, events, runs, deadline: &deadline, now };
    report::incident(&material, language) + &report::review(&material, language)
}

/// What moves levels away from their time without anybody being at fault.
struct Disturbance<'w> {
    steps: &'w [Timestamp],
    sleeps: &'w [(Timestamp, Timestamp)],
}

/// Nobody waits longer for the next level than the plan says, whatever the clock does; only a node that is down waits.
fn check_gaps(events: &[Event], times: &[Timestamp], night: &Disturbance<'_>, plan: &Plan) -> Rule {
    let after = |level: usize| {
        let level = plan.escalations.get("default").and_then(|it| it.levels.get(level));
        match level.map(|it| it.after) {
            Some(Limit::Within(after)) => after,
            // The world's ladders wait elapsed time.
            Some(Limit::BusinessHours(_) | Limit::BusinessDays(_)) | None => SignedDuration::ZERO,
        }
    };
    let mut before: Option<(usize, Timestamp)> = None;
    for (event, time) in events.iter().zip(times) {
        let Fact::Escalated { level: Some(level), reason } = &event.fact else { continue };
        if let (PageReason::Unanswered { .. }, Some((from, since))) = (reason, before) {
            let slept = night.sleeps.iter().any(|(down, up)| *down <= *time && since <= *up);
            let gap = after(*level) - after(from);
            // What passed between the last event and a step of the clock is known to nobody, and counts anew.
            let stepped = night.steps.iter().any(|it| since <= *it && *it <= *time);
            let most = gap + LATE + if stepped { gap } else { SignedDuration::ZERO };
            hold(slept || time.duration_since(since) <= most, || {
                format!("level {level} waits from {since} to {time}")
            })?;
        }
        // Levels that were asked for come before their time, and the next keeps its own.
        let is_timed =
            !matches!(reason, PageReason::AskedBy { .. } | PageReason::Undeliverable { .. });
        before = is_timed.then_some((*level, *time));
    }
    Ok(())
}

/// No level is skipped, none comes twice in a round, and none comes in a burst.
fn check_levels(
    events: &[Event],
    times: &[Timestamp],
    night: &Disturbance<'_>,
    plan: &Plan,
) -> Rule {
    let (mut last, mut taken) = (None::<usize>, false);
    let mut before: Option<Timestamp> = None;
    let Some(policy) = plan.escalations.get("default") else { return Ok(()) };
    for (event, time) in events.iter().zip(times) {
        if let Fact::Acknowledged { .. } = event.fact {
            taken = true;
        }
        if let Fact::Reopened { .. } = event.fact {
            taken = false;
        }
        let Fact::Escalated { level: Some(level), reason } = &event.fact else { continue };
        match reason {
            PageReason::FirstLevel
            | PageReason::Reopened
            | PageReason::SeverityRaised
            | PageReason::Repeated { .. } => (),
            PageReason::Unanswered { .. } => {
                let from = last.map_or(0, |it| it + 1);
                let left_out = policy.levels.get(from..*level).unwrap_or_default();
                let may = left_out.iter().all(|it| taken && it.unless == Unless::Acknowledged);
                hold(*level >= from && may, || format!("level {level} follows {last:?}"))?;
                let is_for_all =
                    policy.levels.get(*level).is_some_and(|it| it.unless == Unless::Resolved);
                hold(!taken || is_for_all, || format!("level {level} is paged although taken"))?;
                let is_burst = before.is_some_and(|it| {
                    let stepped = night.steps.iter().any(|step| it <= *step && *step <= *time);
                    !stepped && time.duration_since(it) < BURST
                });
                hold(!is_burst, || format!("level {level} comes in a burst at {time}"))?;
                before = Some(*time);
            }
            // It is over, and only told.
            PageReason::Passed => (),
            PageReason::AskedBy { .. } | PageReason::Undeliverable { .. } => {
                hold(last.is_none_or(|it| *level > it), || format!("level {level} comes twice"))?;
            }
            PageReason::Condition { .. }
            | PageReason::NeedsPerson { .. }
            | PageReason::NextWay
            | PageReason::NobodyOnDuty
            | PageReason::Announced => return Err(format!("a level is reached by {reason:?}")),
        }
        last = Some(*level);
    }
    Ok(())
}

/// What is known of an incident at one place of its timeline.
#[derive(Default)]
struct Known<'e> {
    pages: BTreeSet<&'e PageId>,
    reached: BTreeSet<&'e str>,
    /// The level or condition that became due last, and when.
    due: Option<(Timestamp, &'e PageReason)>,
    /// When a run last told something.
    news: Option<Timestamp>,
    taken: Option<Timestamp>,
    /// Who was paged although somebody has the incident, as meant, and may be by a further way.
    called: BTreeSet<&'e str>,
}

/// Every page is new, has its reason, follows the pinned plan, and after the acknowledgement is meant to be.
fn check_pages(events: &[Event], plan: &Plan) -> Rule {
    let other = if plan.people.contains_key(ONLY_BEFORE) { ONLY_AFTER } else { ONLY_BEFORE };
    let mut known = Known::default();
    for event in events {
        if let Fact::Paged { page, person, reason, .. } = &event.fact {
            hold(known.pages.insert(page), || format!("{page} is made twice"))?;
            hold(person != other, || format!("{page} goes to {person} of the other plan"))?;
            hold(known.explains(person, reason, event.at), || format!("{page} has no {reason:?}"))?;
            let is_further =
                *reason == PageReason::NextWay && known.called.contains(person.as_str());
            hold(known.taken.is_none() || is_further || is_meant(reason), || {
                format!("{page} is made for {person} after the acknowledgement: {reason:?}")
            })?;
        }
        known.learn(event);
    }
    Ok(())
}

impl<'e> Known<'e> {
    fn learn(&mut self, event: &'e Event) {
        let fact = &event.fact;
        if let Fact::Paged { person, reason, .. } = fact {
            let outlives = matches!(reason, PageReason::NeedsPerson { .. });
            if outlives || (self.taken.is_some() && is_meant(reason)) {
                self.called.insert(person);
            }
            self.reached.insert(person);
        } else if let Fact::Acknowledged { .. } = fact {
            self.taken = Some(event.at);
        } else if let Fact::Reopened { .. } = fact {
            self.taken = None;
            // What came to hold meanwhile is called for.
            self.news = Some(event.at);
        } else if let Fact::Escalated { reason, .. } = fact {
            self.due = Some((event.at, reason));
        } else if let Fact::RunHeld { .. } | Fact::RunEnded { .. } | Fact::RunRefused { .. } = fact
        {
            self.news = Some(event.at);
        }
    }

    /// The level, the condition, or the news for whose sake somebody is paged was stored just before.
    fn explains(&self, person: &str, reason: &PageReason, at: Timestamp) -> bool {
        match reason {
            PageReason::NextWay => self.reached.contains(person),
            PageReason::NeedsPerson { .. } => self.news == Some(at),
            PageReason::FirstLevel
            | PageReason::Unanswered { .. }
            | PageReason::Condition { .. }
            | PageReason::AskedBy { .. }
            | PageReason::Undeliverable { .. }
            | PageReason::Repeated { .. }
            | PageReason::SeverityRaised
            | PageReason::Passed
            | PageReason::Reopened => self.due == Some((at, reason)),
            // Everybody of these plans is always on duty, and what is announced is no page.
            PageReason::NobodyOnDuty | PageReason::Announced => false,
        }
    }
}

/// Whether somebody may be paged although somebody has the incident.
fn is_meant(reason: &PageReason) -> bool {
    match reason {
        PageReason::NeedsPerson { .. }
        | PageReason::Condition { .. }
        | PageReason::AskedBy { .. }
        | PageReason::SeverityRaised
        // That its level waits for the end, and not for an answer, is checked with the ladder.
        | PageReason::Unanswered { .. } => true,
        PageReason::FirstLevel
        | PageReason::NextWay
        | PageReason::NobodyOnDuty
        | PageReason::Undeliverable { .. }
        | PageReason::Repeated { .. }
        | PageReason::Reopened
        | PageReason::Passed
        | PageReason::Announced => false,
    }
}

/// Whether a page to a person, or one that was owed to them already, follows the last word that this run is held.
fn is_called_for(events: &[&Event], run: &RunId) -> bool {
    let held = events
        .iter()
        .rposition(|it| matches!(&it.fact, Fact::RunHeld { run: it, .. } if it == run));
    let after = held.and_then(|it| events.get(it..)).unwrap_or_default();
    after.iter().any(|it| {
        matches!(
            &it.fact,
            Fact::Paged { reason: PageReason::NeedsPerson { .. }, .. } | Fact::PageSkipped { .. }
        )
    })
}

fn waits_for_people(run: &Run) -> bool {
    run.steps.values().any(|it| matches!(it, StepState::Gate { .. } | StepState::List { .. }))
}

fn moves(run: &Run) -> bool {
    run.steps.values().any(|it| match it {
        StepState::Performing { .. }
        | StepState::RetryAt { .. }
        | StepState::Gate { .. }
        | StepState::List { .. }
        | StepState::Waiting { .. }
        | StepState::Examining { .. }
        | StepState::Unclear { .. } => true,
        StepState::Done
        | StepState::Failed { .. }
        | StepState::Skipped
        | StepState::Examined { .. } => false,
    })
}
