//! What follows from a command: one small method each, all ending in the same few thoughts.

use jiff::{SignedDuration, Timestamp};

use super::command::{Command, Declaration, Refusal, ResolveGround};
use super::draft::{Decision, Draft, Request, World};
use super::event::{Event, Fact, Ground, Source};
use super::ladder::{Climbed, condition_text};
use super::outcome::Dropped;
use super::{AlertState, Incident, RunState, Truncated};
use crate::effect::{Effect, Raise, RunEnd, StartRun, Starter};
use crate::id::{AlertId, IncidentId, PlanHash};
use crate::limits::{ALERTS_PER_INCIDENT_MAX, TEXT_CHARS_MAX, cut};
use crate::page::{PageReason, message};
use crate::plan::Occasion;

/// Who acts when nobody does.
pub const MATOI: &str = "matoi";

/// A person's clock may be ahead of ours by this much, and what it says is taken as now.
const CLOCKS_APART: SignedDuration = SignedDuration::from_mins(2);

/// Events after which an incident takes no more notes; its timeline must stay readable and its report printable.
const EVENTS_MAX: u64 = 20_000;

impl Incident {
    /// Opens an incident for an alert.
    pub fn open_for(
        id: IncidentId,
        raise: Raise,
        world: World<'_>,
        now: Timestamp,
    ) -> Option<Decision> {
        let first = Fact::Opened {
            id,
            plan: raise.plan.clone(),
            title: cut(&format!("{}: {}", raise.name, raise.summary), 200),
            severity: raise.severity.clone(),
            service: raise.service.clone(),
            scope: raise.service.as_ref().and_then(|it| world.plan.services.get(it)?.scope.clone()),
            escalation: raise.escalation.clone(),
            topic: Some(raise.topic.clone()),
            source: Source::Alert { alert: raise.alert.clone(), name: raise.name.clone() },
            since: raise.since,
        };
        let mut draft = Draft::open(first, world, now)?;
        draft.join(&raise);
        draft.opened();
        if let Some(runbook) = &raise.runbook {
            draft.request_run(runbook, format!("alert {}", raise.name));
        }
        Some(draft.done())
    }

    /// Opens an incident because a person says so.
    pub fn declare(
        id: IncidentId,
        plan: PlanHash,
        said: Declaration,
        world: World<'_>,
        now: Timestamp,
    ) -> Result<Decision, Refusal> {
        let severity = known_severity(world, &said.severity)?;
        if let Some(service) = &said.service
            && !world.plan.services.contains_key(service)
        {
            let known = list(world.plan.services.keys());
            return Err(Refusal::NoSuchService { name: service.clone(), known });
        }
        if let Some(scope) = &said.scope
            && !world.plan.scopes.contains_key(scope)
        {
            let known = list(world.plan.scopes.keys());
            return Err(Refusal::NoSuchScope { name: scope.clone(), known });
        }
        if let Some(since) = said.since.filter(|it| it.duration_since(now) > CLOCKS_APART) {
            return Err(Refusal::NotBegun { since });
        }
        let title = filled("the title", &said.title)?;
        let first = Fact::Opened {
            id,
            plan,
            title: cut(&title, 200),
            severity,
            scope: said
                .scope
                .or_else(|| world.plan.services.get(said.service.as_ref()?)?.scope.clone()),
            topic: said.service.as_ref().map(|it| format!("service:{it}")),
            service: said.service,
            escalation: None,
            source: Source::Person {
                name: said.by,
                note: said.note.map(|it| cut(&it, TEXT_CHARS_MAX)),
            },
            since: said.since.unwrap_or(now).min(now),
        };
        let mut draft = Draft::open(first, world, now).ok_or(Refusal::NotOpen)?;
        draft.opened();
        Ok(draft.done())
    }

    /// Decides what follows from `command`. `version` is the version that the decision would have.
    pub fn decide(
        &self,
        command: Command,
        world: World<'_>,
        version: u64,
        now: Timestamp,
    ) -> Result<Decision, Refusal> {
        let mut draft = Draft::new(self.clone(), world, version, now);
        if self.is_open() || matches!(command, Command::Reopen { .. }) {
            draft.mind_the_clock();
        }
        match command {
            Command::Raise(raise) => draft.raise(&raise)?,
            Command::Lower { alert } => draft.lower(&alert),
            Command::Unwatch { alert } => draft.unwatch(&alert),
            Command::Acknowledge { by, via } => draft.acknowledge(by, via)?,
            Command::Note { by, text } => draft.note(by, &text, version)?,
            Command::Assign { by, to } => draft.assign(by, to)?,
            Command::ChangeSeverity { by, to, reason } => {
                draft.change_severity(by, &to, &reason)?
            }
            Command::Escalate { by, condition } => draft.escalate(by, condition)?,
            Command::Resolve { by, ground } => draft.resolve_for(by, ground)?,
            Command::Reopen { by, reason } => draft.reopen(by, &reason)?,
            Command::RequestRun { by, runbook } => draft.request_run_for(by, &runbook)?,
            Command::PageTried { page, delivery, tries } => {
                draft.page_tried(&page, delivery, tries)
            }
            Command::Hear(news) => draft.hear(news),
            Command::Wake => draft.wake(),
        }
        draft.resolve_if_over();
        Ok(draft.done())
    }
}

impl Draft<'_> {
    /// What every opening brings: pages, word for others, and the severity's runbooks.
    fn opened(&mut self) {
        self.announce(Occasion::Opened);
        self.climb();
        self.start_runbooks();
    }

    fn start_runbooks(&mut self) {
        let Some(severity) = self.world.plan.severity(&self.incident.severity) else { return };
        for runbook in &severity.start {
            self.request_run(runbook, format!("severity {}", severity.label));
        }
        let service =
            self.incident.service.as_ref().and_then(|it| self.world.plan.services.get(it));
        if let Some(service) = service
            && let Some(runbook) = &service.runbook
        {
            self.request_run(runbook, format!("service {}", service.name));
        }
    }

    /// A wake-up may come late, twice, or for nothing: it only asks what is due.
    fn wake(&mut self) {
        if !self.incident.is_open() {
            return self.tell_what_passed();
        }
        self.try_next_ways();
        self.climb();
        self.miss_targets();
        self.mind_the_update();
    }

    /// A closed incident takes no alert, and says so: whoever raises it opens another.
    fn raise(&mut self, raise: &Raise) -> Result<(), Refusal> {
        self.must_be_open()?;
        match self.incident.alerts.get(&raise.alert).map(|it| it.state) {
            // It was heard already; what people made of it since, such as a milder severity, stands.
            Some(AlertState::Firing) => return Ok(()),
            Some(AlertState::Cleared | AlertState::Unwatched) => {
                self.fact(Fact::AlertFiredAgain {
                    alert: raise.alert.clone(),
                    summary: raise.summary.clone(),
                });
            }
            None => self.join(raise),
        }
        let plan = self.world.plan;
        if let (Some(new), Some(old)) =
            (plan.rank(&raise.severity), plan.rank(&self.incident.severity))
            && new < old
        {
            let reason = format!("alert {} is {}", raise.name, raise.severity);
            self.severity_becomes(MATOI.to_owned(), raise.severity.clone(), reason);
        }
        if let Some(runbook) = &raise.runbook {
            self.request_run(runbook, format!("alert {}", raise.name));
        }
        Ok(())
    }

    fn join(&mut self, raise: &Raise) {
        if self.incident.alerts.len() < ALERTS_PER_INCIDENT_MAX {
            self.fact(Fact::AlertJoined {
                alert: raise.alert.clone(),
                name: raise.name.clone(),
                summary: raise.summary.clone(),
                since: raise.since,
            });
        } else if self.incident.alerts_truncated == Truncated::No {
            self.fact(Fact::AlertsTruncated { limit: ALERTS_PER_INCIDENT_MAX });
        }
    }

    fn lower(&mut self, alert: &AlertId) {
        let state = self.incident.alerts.get(alert).map(|it| it.state);
        if self.incident.is_open() && state.is_some_and(|it| it != AlertState::Cleared) {
            self.fact(Fact::AlertCleared { alert: alert.clone() });
        }
    }

    /// Not cleared: the incident waits for a person who knows, or for the watch to come back.
    fn unwatch(&mut self, alert: &AlertId) {
        let state = self.incident.alerts.get(alert).map(|it| it.state);
        if self.incident.is_open() && state == Some(AlertState::Firing) {
            self.fact(Fact::AlertUnwatched { alert: alert.clone() });
        }
    }

    fn acknowledge(&mut self, by: String, via: Option<String>) -> Result<(), Refusal> {
        self.must_be_open()?;
        let by = filled("the name", &by)?;
        if let Some(before) = &self.incident.acknowledged {
            return Err(Refusal::AlreadyAcknowledged { by: before.by.clone() });
        }
        self.fact(Fact::Acknowledged { by: by.clone(), via });
        self.drop_owed(&format!("acknowledged by {by}"), Dropped::Alarms);
        self.announce(Occasion::Acknowledged);
        Ok(())
    }

    fn note(&mut self, by: String, text: &str, version: u64) -> Result<(), Refusal> {
        if version > EVENTS_MAX {
            return Err(Refusal::TooMany { limit: EVENTS_MAX });
        }
        let text = cut(&filled("the note", text)?, TEXT_CHARS_MAX);
        self.fact(Fact::Noted { by: filled("the name", &by)?, text });
        Ok(())
    }

    fn assign(&mut self, by: String, to: String) -> Result<(), Refusal> {
        self.must_be_open()?;
        if !self.world.plan.people.contains_key(&to) {
            return Err(Refusal::NoSuchPerson {
                name: to,
                known: list(self.world.plan.people.keys()),
            });
        }
        self.fact(Fact::Assigned { by, to });
        Ok(())
    }

    fn change_severity(&mut self, by: String, to: &str, reason: &str) -> Result<(), Refusal> {
        self.must_be_open()?;
        let to = known_severity(self.world, to)?;
        if to == self.incident.severity {
            return Err(Refusal::SameSeverity { label: to });
        }
        let reason = cut(&filled("the reason", reason)?, TEXT_CHARS_MAX);
        self.severity_becomes(by, to, reason);
        Ok(())
    }

    /// A worse severity pages its own first level, even when somebody has the incident: its people must know.
    fn severity_becomes(&mut self, by: String, to: String, reason: String) {
        let plan = self.world.plan;
        let is_worse = plan.rank(&to) < plan.rank(&self.incident.severity);
        self.fact(Fact::SeverityChanged { by, from: self.incident.severity.clone(), to, reason });
        self.announce(Occasion::SeverityChanged);
        if is_worse {
            self.page_level(0, PageReason::SeverityRaised);
            self.start_runbooks();
        }
    }

    fn escalate(&mut self, by: String, condition: Option<String>) -> Result<(), Refusal> {
        self.must_be_open()?;
        let Some(text) = condition else {
            return match self.climb_now(PageReason::AskedBy { by }) {
                Climbed::Yes => Ok(()),
                Climbed::NoFurther => Err(Refusal::NoFurtherLevel),
            };
        };
        let policy = self.incident.policy(self.world);
        let levels = policy.map(|it| it.conditions.as_slice()).unwrap_or_default();
        let Some(level) = levels.iter().find(|it| condition_text(&it.when) == text) else {
            let known: Vec<String> = levels.iter().map(|it| condition_text(&it.when)).collect();
            return Err(Refusal::NoSuchCondition { condition: text, known: list(known.iter()) });
        };
        self.condition(level.when.clone(), Some(by));
        Ok(())
    }

    fn resolve_for(&mut self, by: String, ground: ResolveGround) -> Result<(), Refusal> {
        self.must_be_open()?;
        let ground = match ground {
            ResolveGround::Reason(text) => {
                Ground::Reason { text: cut(&filled("the reason", &text)?, TEXT_CHARS_MAX) }
            }
            ResolveGround::Checks => {
                if let Some((_, alert)) = self.incident.firing().next() {
                    return Err(Refusal::NotVerified {
                        why: format!("the alert {} still fires", alert.name),
                    });
                }
                if let Some((_, alert)) = self.incident.unwatched().next() {
                    return Err(Refusal::NotVerified {
                        why: format!("the plan no longer watches the alert {}", alert.name),
                    });
                }
                let runs = self.incident.verifying_runs();
                if runs.is_empty() {
                    return Err(Refusal::NotVerified {
                        why: "no run ended with its checks passed".to_owned(),
                    });
                }
                Ground::Checks { runs }
            }
        };
        self.resolve(filled("the name", &by)?, ground);
        Ok(())
    }

    fn resolve(&mut self, by: String, ground: Ground) {
        self.fact(Fact::Resolved { by, ground });
        self.drop_owed("resolved", Dropped::Everything);
        self.announce(Occasion::Resolved);
    }

    /// Resolves by itself only on evidence: every alert cleared, nothing running or asked for, and the last run, if
    /// there was any, verified. Evidence of before is none against a person who reopens, so some has to be new.
    fn resolve_if_over(&mut self) {
        let is_evidence = |it: &Event| {
            matches!(
                it.fact,
                Fact::AlertCleared { .. } | Fact::RunEnded { .. } | Fact::RunRefused { .. }
            )
        };
        if !self.events().iter().any(is_evidence) {
            return;
        }
        let it = &self.incident;
        let idle = it.requested.is_empty()
            && it.runs.values().all(|run| matches!(run.state, RunState::Ended { .. }));
        if !it.is_open() || it.alerts.is_empty() || it.alerts_truncated == Truncated::Yes {
            return;
        }
        if !idle || it.firing().chain(it.unwatched()).next().is_some() {
            return;
        }
        let looked =
            |run: &super::RunSeen| matches!(run.state, RunState::Ended { end: RunEnd::Looked, .. });
        let ground = if it.runs.values().all(looked) {
            Ground::AlertsCleared
        } else {
            let runs = it.verifying_runs();
            if runs.is_empty() {
                return;
            }
            Ground::Checks { runs }
        };
        self.resolve(MATOI.to_owned(), ground);
    }

    fn reopen(&mut self, by: String, reason: &str) -> Result<(), Refusal> {
        if self.incident.is_open() {
            return Err(Refusal::NotResolved);
        }
        let reason = cut(&filled("the reason", reason)?, TEXT_CHARS_MAX);
        self.fact(Fact::Reopened { by: filled("the name", &by)?, reason });
        self.announce(Occasion::Reopened);
        self.page_level(0, PageReason::Reopened);
        self.call_for_held_runs();
        Ok(())
    }

    fn request_run_for(&mut self, by: String, runbook: &str) -> Result<(), Refusal> {
        self.must_be_open()?;
        if !self.world.plan.runbooks.contains_key(runbook) {
            let known = list(self.world.plan.runbooks.keys());
            return Err(Refusal::NoSuchRunbook { name: runbook.to_owned(), known });
        }
        self.ask_for_run(runbook, format!("asked by {by}"), Starter::Person { name: by });
        Ok(())
    }

    /// Asks for a runbook of the plan's choice, once an incident.
    fn request_run(&mut self, runbook: &str, reason: String) {
        let seen = self.incident.requested.contains(runbook)
            || self.incident.runs.values().any(|it| it.runbook == runbook);
        if !seen {
            self.ask_for_run(runbook, reason.clone(), Starter::Plan { reason });
        }
    }

    fn ask_for_run(&mut self, runbook: &str, reason: String, by: Starter) {
        self.fact(Fact::RunRequested { runbook: runbook.to_owned(), reason });
        let mut labels = std::collections::BTreeMap::new();
        labels.insert("severity".to_owned(), self.incident.severity.clone());
        labels.insert("title".to_owned(), self.incident.title.clone());
        if let Some(service) = &self.incident.service {
            labels.insert("service".to_owned(), service.clone());
        }
        if let Some((_, alert)) = self.incident.firing().next() {
            labels.insert("alert".to_owned(), alert.name.clone());
            labels.insert("summary".to_owned(), alert.summary.clone());
        }
        self.effect(Effect::StartRun(StartRun {
            incident: self.incident.id.clone(),
            runbook: runbook.to_owned(),
            plan: self.incident.plan.clone(),
            by,
            params: std::collections::BTreeMap::new(),
            labels,
        }));
    }

    /// Tells the channels that want to hear of it.
    pub(super) fn announce(&mut self, occasion: Occasion) {
        let plan = self.world.plan;
        let Some(rank) = plan.rank(&self.incident.severity) else { return };
        let rules =
            plan.notify.iter().filter(|it| it.on.contains(&occasion) && it.ranks.contains(&rank));
        let mut told: Vec<&str> = Vec::new();
        for to in rules.flat_map(|it| &it.to) {
            if told.contains(&to.as_str()) {
                continue;
            }
            told.push(to);
            let id = self.next_page_id();
            self.fact(Fact::Announced { page: id.clone(), channel: to.clone(), occasion });
            let (channel, address) = to.split_once(':').unwrap_or((to, ""));
            let message = message::announce(&self.incident, self.world, occasion, self.now);
            self.send(
                id,
                Request { to: channel, channel, address, reason: PageReason::Announced },
                message,
            );
        }
    }

    pub(super) fn must_be_open(&self) -> Result<(), Refusal> {
        if self.incident.is_open() { Ok(()) } else { Err(Refusal::NotOpen) }
    }
}

fn known_severity(world: World<'_>, label: &str) -> Result<String, Refusal> {
    let severity = world.plan.severity(label).ok_or_else(|| Refusal::NoSuchSeverity {
        label: label.to_owned(),
        known: list(world.plan.severities.iter().map(|it| &it.label)),
    })?;
    Ok(severity.label.clone())
}

fn filled(what: &'static str, text: &str) -> Result<String, Refusal> {
    match text.trim() {
        "" => Err(Refusal::Empty { what }),
        text => Ok(text.to_owned()),
    }
}

fn list<'a>(names: impl Iterator<Item = &'a String>) -> String {
    let names: Vec<&str> = names.map(String::as_str).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
