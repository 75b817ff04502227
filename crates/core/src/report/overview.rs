//! What an incident is, read from its timeline.

use jiff::Timestamp;

use crate::id::{AlertId, IncidentId};
use crate::incident::event::{Event, Fact, Ground, Source};

/// An incident as its forms describe it; every field is empty where no event tells it.
#[derive(Default)]
pub(super) struct Overview<'a> {
    pub(super) id: Option<&'a IncidentId>,
    pub(super) title: Option<&'a str>,
    /// As it is now.
    pub(super) severity: Option<&'a str>,
    pub(super) severity_changes: Vec<SeverityChange<'a>>,
    pub(super) service: Option<&'a str>,
    pub(super) scope: Option<&'a str>,
    pub(super) escalation: Option<&'a str>,
    pub(super) source: Option<&'a Source>,
    pub(super) alerts: Vec<AlertSeen<'a>>,
    /// The limit at which alerts ceased to be listed.
    pub(super) alerts_limit: Option<usize>,
    /// Who was assigned last.
    pub(super) assigned: Option<&'a str>,
    /// Everybody who acknowledged, once each.
    pub(super) acknowledged: Vec<&'a str>,
    /// The last level by time that became due.
    pub(super) level: Option<usize>,
    pub(super) exhausted: bool,
    pub(super) resolution: Option<Resolution<'a>>,
    pub(super) earlier_resolutions: Vec<Resolution<'a>>,
    /// Runbooks that could not be started, with the reasons.
    pub(super) refused: Vec<(&'a str, &'a str)>,
}

/// A change of the severity.
pub(super) struct SeverityChange<'a> {
    pub(super) at: Timestamp,
    pub(super) by: &'a str,
    pub(super) from: &'a str,
    pub(super) to: &'a str,
    pub(super) reason: &'a str,
}

/// An alert of the incident, as it is now.
pub(super) struct AlertSeen<'a> {
    pub(super) alert: &'a AlertId,
    pub(super) name: &'a str,
    pub(super) summary: Option<&'a str>,
    pub(super) since: Option<Timestamp>,
    pub(super) cleared: Option<Timestamp>,
    /// Since when nobody can tell, because no plan watches it.
    pub(super) unwatched: Option<Timestamp>,
}

/// A resolution, whether it lasted or not.
pub(super) struct Resolution<'a> {
    pub(super) at: Timestamp,
    pub(super) by: &'a str,
    pub(super) ground: &'a Ground,
}

impl<'a> Overview<'a> {
    /// Reads a timeline.
    pub(super) fn new(events: &'a [Event]) -> Overview<'a> {
        let mut overview = Overview::default();
        for event in events {
            overview.read(event);
        }
        overview
    }

    /// Alerts that still fire, as far as anybody can tell.
    pub(super) fn firing(&self) -> impl Iterator<Item = &AlertSeen<'a>> {
        self.alerts.iter().filter(|it| it.cleared.is_none() && it.unwatched.is_none())
    }

    /// Alerts that did not clear before the plan ceased to watch them.
    pub(super) fn unwatched(&self) -> impl Iterator<Item = &AlertSeen<'a>> {
        self.alerts.iter().filter(|it| it.cleared.is_none() && it.unwatched.is_some())
    }

    fn read(&mut self, event: &'a Event) {
        let at = event.at;
        match &event.fact {
            Fact::Opened { .. } => self.open(&event.fact),
            Fact::AlertJoined { alert, name, summary, since } => {
                let seen = self.alert(alert, name);
                seen.name = name;
                seen.summary = Some(summary);
                seen.since = Some(*since);
                seen.cleared = None;
            }
            Fact::AlertsTruncated { limit } => self.alerts_limit = Some(*limit),
            // One that was not listed any more is not listed for having cleared.
            Fact::AlertCleared { alert } => {
                let seen = self.alerts.iter_mut().filter(|it| it.alert == alert);
                seen.for_each(|it| it.cleared = Some(at));
            }
            Fact::AlertUnwatched { alert } => {
                let seen = self.alerts.iter_mut().filter(|it| it.alert == alert);
                seen.for_each(|it| it.unwatched = Some(at));
            }
            Fact::AlertFiredAgain { alert, summary } => {
                let seen = self.alert(alert, &alert.0);
                seen.summary = Some(summary);
                (seen.cleared, seen.unwatched) = (None, None);
            }
            Fact::Acknowledged { by, .. } if !self.acknowledged.contains(&by.as_str()) => {
                self.acknowledged.push(by);
            }
            Fact::Assigned { to, .. } => self.assigned = Some(to),
            Fact::SeverityChanged { by, from, to, reason } => {
                self.severity = Some(to);
                self.severity_changes.push(SeverityChange { at, by, from, to, reason });
            }
            Fact::Escalated { level, .. } => self.level = level.or(self.level),
            Fact::Exhausted => self.exhausted = true,
            Fact::RunRefused { runbook, reason } => self.refused.push((runbook, reason)),
            Fact::Resolved { by, ground } => {
                self.earlier_resolutions.extend(self.resolution.take());
                self.resolution = Some(Resolution { at, by, ground });
            }
            Fact::Reopened { .. } => self.earlier_resolutions.extend(self.resolution.take()),
            Fact::Acknowledged { .. }
            | Fact::Noted { .. }
            | Fact::ConditionMet { .. }
            | Fact::Paged { .. }
            | Fact::PageSkipped { .. }
            | Fact::Announced { .. }
            | Fact::PageDelivered { .. }
            | Fact::PageDelayed { .. }
            | Fact::PageRejected { .. }
            | Fact::PageGivenUp { .. }
            | Fact::PageDropped { .. }
            | Fact::TargetMissed { .. }
            | Fact::LadderWaits { .. }
            | Fact::DigestWaits { .. }
            | Fact::ClockWentBack { .. }
            | Fact::UpdateDue { .. }
            | Fact::RunRequested { .. }
            | Fact::RunStarted { .. }
            | Fact::RunHeld { .. }
            | Fact::RunResumed { .. }
            | Fact::RunEnded { .. } => {}
        }
    }

    fn open(&mut self, fact: &'a Fact) {
        let Fact::Opened { id, title, severity, service, scope, escalation, source, .. } = fact
        else {
            return;
        };
        self.id = Some(id);
        self.title = Some(title);
        self.severity = Some(severity);
        self.service = service.as_deref();
        self.scope = scope.as_deref();
        self.escalation = escalation.as_deref();
        self.source = Some(source);
        if let Source::Alert { alert, name } = source {
            self.alert(alert, name);
        }
    }

    /// The alert of this id, which is listed from here on.
    fn alert(&mut self, alert: &'a AlertId, name: &'a str) -> &mut AlertSeen<'a> {
        let place = self.alerts.iter().position(|it| it.alert == alert).unwrap_or_else(|| {
            let seen = AlertSeen {
                alert,
                name,
                summary: None,
                since: None,
                cleared: None,
                unwatched: None,
            };
            self.alerts.push(seen);
            self.alerts.len() - 1
        });
        &mut self.alerts[place]
    }
}
