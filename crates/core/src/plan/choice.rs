//! What applies when several parts of a plan have a say.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::plan::{Clock, Escalation, Limit, Person, Plan, Severity, Target};
use crate::runbook::{Approval, Kind};

/// Of some targets the one that a first page is held against: an answer, else an acknowledgement.
pub(crate) fn promised(targets: &BTreeMap<Clock, Limit>) -> Option<(Clock, Limit)> {
    let clocks = [Clock::Respond, Clock::Acknowledge].into_iter();
    clocks.into_iter().find_map(|clock| Some((clock, *targets.get(&clock)?)))
}

/// Whether an incident with these targets of `severity` wakes nobody: it promises an answer in business time only, or
/// promises none and its pages go out together.
pub(crate) fn may_wait_for_duty(severity: &Severity, targets: &BTreeMap<Clock, Limit>) -> bool {
    match promised(targets) {
        Some((_, limit)) => limit.is_business(),
        None => severity.digest.is_some(),
    }
}

impl Plan {
    /// What a severity promises for clocks that begin at `begin`: its targets, and in their stead those of the first
    /// of its hours that hold then.
    pub fn targets_of(&self, severity: &Severity, begin: Timestamp) -> BTreeMap<Clock, Limit> {
        let mut targets = severity.targets.clone();
        let holds = severity.during.iter();
        let mut holds = holds.filter(|it| it.hours.on_duty(&self.calendar, &self.zone, begin));
        if let Some(during) = holds.next() {
            targets.extend(&during.targets);
        }
        targets
    }

    /// When the first page of an incident of `severity` goes out that opens at `now`, unless it is now.
    pub fn digest_after(&self, severity: &Severity, now: Timestamp) -> Option<Timestamp> {
        severity.digest.as_ref()?.every.next_due(&self.calendar, &self.zone, now)
    }

    /// Whether a step of this kind may begin with nobody there: only an author's `kind=` lets it, and only the plan lets
    /// it change production.
    pub fn lets_alone(&self, runbook: &str, kind: Kind) -> bool {
        match kind {
            Kind::Click => false,
            Kind::Recover | Kind::Undo => self.unattended.contains(runbook),
            Kind::Diagnose | Kind::Verify | Kind::Backup | Kind::Handler | Kind::Durable => true,
        }
    }

    /// Whom a gate lets vote, each once.
    pub fn voters(&self, approval: &Approval) -> Vec<String> {
        if approval.from.is_empty() {
            return self.people.keys().cloned().collect();
        }
        let mut voters: Vec<String> = Vec::new();
        for name in &approval.from {
            let group = name.strip_prefix('@').and_then(|it| self.groups.get(it));
            let people = match group {
                Some(people) => people.clone(),
                None => vec![name.trim_start_matches('@').to_owned()],
            };
            for person in people {
                if self.people.contains_key(&person) && !voters.contains(&person) {
                    voters.push(person);
                }
            }
        }
        voters
    }

    /// How many of those whom a gate lets vote can be called to it.
    pub fn reachable_voters(&self, approval: &Approval) -> usize {
        let has_way = |it: &String| self.people.get(it).is_some_and(|it| !it.reach.is_empty());
        self.voters(approval).iter().filter(|it| has_way(it)).count()
    }

    /// The severity of an alert: its own, else its service's, else the worst.
    ///
    /// Nobody should be paged too late because a line is missing; loading the plan warned about it.
    /// `None` only for a plan without severities, which does not load.
    pub fn severity_for_alert(
        &self,
        own: Option<&str>,
        service: Option<&str>,
    ) -> Option<&Severity> {
        let of_service = || {
            let service = service.and_then(|it| self.services.get(it));
            service.and_then(|it| it.severity.as_deref()).and_then(|it| self.severity(it))
        };
        own.and_then(|it| self.severity(it)).or_else(of_service).or(self.severities.first())
    }

    /// The escalation of an incident: the alert's own, else its service's, else its severity's, else `default`.
    ///
    /// `None` only for a plan without people.
    pub fn escalation_for(
        &self,
        own: Option<&str>,
        service: Option<&str>,
        severity: &str,
    ) -> Option<&Escalation> {
        let of_service = service.and_then(|it| self.services.get(it));
        let choices = [
            own,
            of_service.and_then(|it| it.escalation.as_deref()),
            self.severity(severity).and_then(|it| it.escalation.as_deref()),
            Some("default"),
        ];
        choices.into_iter().flatten().find_map(|it| self.escalations.get(it))
    }

    /// The runbook that answers an alert: the one its rule names, else the one that says so itself, else its service's.
    pub fn runbook_for_alert(
        &self,
        alert: &str,
        own: Option<&str>,
        service: Option<&str>,
    ) -> Option<&str> {
        let says_so = || {
            let mut all = self.runbooks.values();
            let called = self.alert_called(alert);
            all.find(|it| it.for_alert.as_deref() == Some(called)).map(|it| it.name.as_str())
        };
        let of_service = || {
            let named = service.and_then(|it| self.services.get(it)?.runbook.as_deref());
            let mut all = self.runbooks.values();
            named.or_else(|| {
                let it =
                    all.find(|it| it.for_service.is_some() && it.for_service.as_deref() == service);
                it.map(|it| it.name.as_str())
            })
        };
        own.or_else(says_so)
            .or_else(of_service)
            .and_then(|it| self.runbooks.get_key_value(it))
            .map(|(name, _)| name.as_str())
    }

    /// What an alert is called: a tier by the alert that it is one of.
    pub fn alert_called<'a>(&'a self, rule: &'a str) -> &'a str {
        self.alerts.get(rule).and_then(|it| it.tier_of.as_deref()).unwrap_or(rule)
    }

    /// The people whom a level pages at `now`: the person, whoever's turn it is, or everybody of the group.
    pub fn people_of(&self, target: &Target, now: Timestamp) -> Vec<&Person> {
        let ids: Vec<&str> = match target {
            Target::Person(id) => vec![id],
            Target::Schedule(name) => {
                let schedule = self.schedules.get(name);
                schedule.map(|it| it.on_call(&self.calendar, &self.zone, now)).into_iter().collect()
            }
            Target::Group(name) => {
                self.groups.get(name).into_iter().flatten().map(String::as_str).collect()
            }
        };
        ids.into_iter().filter_map(|id| self.people.get(id)).collect()
    }
}
