//! From events to the row: one arm per fact, no thinking.

use std::collections::{BTreeMap, BTreeSet};

use super::event::{Event, Fact};
use super::{
    Acknowledged, AlertState, Incident, Joined, Ladder, LadderState, LadderWait, PageKept,
    PageState, Phase, RunSeen, RunState, Truncated,
};
use crate::id::PageId;
use crate::page::PageReason;
use crate::plan::Clock;

impl Incident {
    /// Folds a whole timeline; `None` when it does not begin with an opening.
    pub fn fold(events: &[Event]) -> Option<Incident> {
        let (first, rest) = events.split_first()?;
        let mut incident = Incident::from_first(first)?;
        for event in rest {
            incident.apply(event);
        }
        Some(incident)
    }

    /// The incident that an opening makes.
    pub(super) fn from_first(event: &Event) -> Option<Incident> {
        let Fact::Opened {
            id,
            plan,
            title,
            severity,
            service,
            scope,
            escalation,
            topic,
            source,
            since,
        } = event.fact.clone()
        else {
            return None;
        };
        let at = event.at;
        Some(Incident {
            id,
            plan,
            title,
            severity,
            service,
            scope,
            escalation,
            topic,
            source,
            since,
            opened_at: at,
            last_at: at,
            phase: Phase::Open,
            acknowledged: None,
            responded_at: None,
            lead: None,
            alerts: BTreeMap::new(),
            alerts_truncated: Truncated::No,
            ladder: Ladder::begun(at, 0, 0),
            pages: BTreeMap::new(),
            page_count: 0,
            conditions: BTreeSet::new(),
            runs: BTreeMap::new(),
            requested: BTreeSet::new(),
            missed: BTreeSet::new(),
            updated_at: at,
        })
    }

    /// Applies one event. Total: a stored event always applies.
    #[expect(clippy::too_many_lines, reason = "one arm per fact reads better whole than split")]
    pub fn apply(&mut self, event: &Event) {
        let at = event.at;
        match &event.fact {
            Fact::ClockWentBack { by } => {
                self.shift_back(*by);
                self.last_at = at;
                return;
            }
            // An incident opens once; `from_first` has made it.
            Fact::Opened { .. } => (),
            Fact::AlertJoined { alert, name, summary, since } => {
                let joined = Joined {
                    name: name.clone(),
                    summary: summary.clone(),
                    since: *since,
                    state: AlertState::Firing,
                };
                self.alerts.insert(alert.clone(), joined);
            }
            Fact::AlertsTruncated { .. } => self.alerts_truncated = Truncated::Yes,
            Fact::AlertCleared { alert } => {
                if let Some(it) = self.alerts.get_mut(alert) {
                    it.state = AlertState::Cleared;
                }
            }
            Fact::AlertUnwatched { alert } => {
                if let Some(it) = self.alerts.get_mut(alert) {
                    it.state = AlertState::Unwatched;
                }
            }
            Fact::AlertFiredAgain { alert, summary } => {
                if let Some(it) = self.alerts.get_mut(alert) {
                    it.state = AlertState::Firing;
                    it.summary.clone_from(summary);
                }
            }
            Fact::Acknowledged { by, .. } => {
                self.acknowledged = Some(Acknowledged { by: by.clone(), at });
                self.responded(at);
            }
            Fact::Noted { .. } => {
                self.updated_at = at;
                self.responded(at);
            }
            Fact::Assigned { to, .. } => {
                self.lead = Some(to.clone());
                self.responded(at);
            }
            Fact::SeverityChanged { by, to, .. } => {
                self.severity.clone_from(to);
                if by != super::decide::MATOI {
                    self.responded(at);
                }
            }
            Fact::Escalated { level, reason } => self.escalated(*level, reason, at),
            Fact::ConditionMet { when, .. } => {
                self.conditions.insert(when.clone());
            }
            Fact::Paged { page, person, channel, address, reason } => {
                self.page_count += 1;
                self.keep_page(page, person, channel, address, reason, at);
            }
            Fact::Announced { page, channel, .. } => {
                let (channel, address) = channel.split_once(':').unwrap_or((channel, ""));
                self.keep_page(page, channel, channel, address, &PageReason::Announced, at);
                self.updated_at = at;
            }
            Fact::PageSkipped { .. } => (),
            Fact::PageDelivered { page, tries, .. } => {
                self.settle_page(page, PageState::Delivered, *tries, None)
            }
            Fact::PageDelayed { page, reason, tries, .. } => {
                self.settle_page(page, PageState::Owed, *tries, Some(reason));
            }
            Fact::PageRejected { page, reason } => {
                self.settle_page(page, PageState::Rejected, 1, Some(reason))
            }
            Fact::PageGivenUp { page, reason, tries } => {
                self.settle_page(page, PageState::GivenUp, *tries, Some(reason));
            }
            Fact::PageDropped { page, reason } => {
                self.settle_page(page, PageState::Dropped, 0, Some(reason))
            }
            Fact::LadderWaits { until, anchor, next } => {
                self.ladder.anchor = *anchor;
                self.ladder.waits = Some(LadderWait { level: *next, until: *until });
                if let Some(next) = next {
                    self.ladder.next = *next;
                    self.ladder.state = LadderState::Climbing;
                }
            }
            Fact::DigestWaits { until } => {
                let waits = LadderWait { level: Some(0), until: *until };
                self.ladder = Ladder { waits: Some(waits), ..Ladder::begun(*until, 0, 0) };
            }
            Fact::Exhausted => self.ladder.state = LadderState::Exhausted,
            Fact::TargetMissed { clock, .. } => {
                self.missed.insert(*clock);
            }
            Fact::UpdateDue { .. } => self.updated_at = at,
            Fact::RunRequested { runbook, .. } => {
                self.requested.insert(runbook.clone());
            }
            Fact::RunStarted { run, runbook } => {
                self.requested.remove(runbook);
                self.runs.insert(
                    run.clone(),
                    RunSeen { runbook: runbook.clone(), state: RunState::Going },
                );
            }
            Fact::RunRefused { runbook, .. } => {
                self.requested.remove(runbook);
            }
            Fact::RunHeld { run, step, reason } => {
                self.run_is(run, RunState::Held { step: step.clone(), reason: reason.clone() });
            }
            Fact::RunResumed { run } => self.run_is(run, RunState::Going),
            Fact::RunEnded { run, end } => self.run_is(run, RunState::Ended { end: *end, at }),
            Fact::Resolved { by, .. } => {
                self.phase = Phase::Resolved { at };
                if by != super::decide::MATOI {
                    // Somebody knows of it.
                    self.ladder.waits = None;
                }
            }
            Fact::Reopened { .. } => {
                self.phase = Phase::Open;
                self.acknowledged = None;
                self.ladder = Ladder::begun(at, 0, 0);
                self.missed.remove(&Clock::Resolve);
                self.updated_at = at;
            }
        }
        self.last_at = self.last_at.max(at);
    }

    fn responded(&mut self, at: jiff::Timestamp) {
        self.responded_at.get_or_insert(at);
    }

    fn escalated(&mut self, level: Option<usize>, reason: &PageReason, at: jiff::Timestamp) {
        // The first level may have handed over to a later one, which is then not paged again at its own time.
        let next = level.map_or(1, |it| it + 1);
        match reason {
            PageReason::FirstLevel | PageReason::Reopened | PageReason::SeverityRaised => {
                self.ladder = Ladder::begun(at, next, 0);
            }
            PageReason::Passed => self.ladder.waits = None,
            PageReason::Repeated { round } => {
                let round = *round;
                self.ladder = Ladder::begun(at, next, round);
            }
            PageReason::Unanswered { after } => {
                // Counted from the page, not from the plan's ideal: after an outage the next gap is kept.
                self.ladder.anchor = at - *after;
                self.ladder.next = level.map_or(self.ladder.next, |it| it + 1);
                self.ladder.waits = None;
            }
            PageReason::NobodyOnDuty
            | PageReason::AskedBy { .. }
            | PageReason::Undeliverable { .. } => {
                if let Some(level) = level {
                    self.ladder.next = self.ladder.next.max(level + 1);
                }
            }
            PageReason::Condition { .. }
            | PageReason::NeedsPerson { .. }
            | PageReason::NextWay
            | PageReason::Announced => (),
        }
    }

    fn keep_page(
        &mut self,
        page: &PageId,
        to: &str,
        channel: &str,
        address: &str,
        reason: &PageReason,
        at: jiff::Timestamp,
    ) {
        let kept = PageKept {
            to: to.to_owned(),
            channel: channel.to_owned(),
            address: address.to_owned(),
            reason: reason.clone(),
            state: PageState::Owed,
            since: at,
            tries: 0,
            trouble: None,
        };
        self.pages.insert(page.clone(), kept);
    }

    fn settle_page(
        &mut self,
        page: &PageId,
        state: PageState,
        tries: u32,
        trouble: Option<&String>,
    ) {
        if let Some(it) = self.pages.get_mut(page) {
            it.state = state;
            it.tries = it.tries.max(tries);
            it.trouble = trouble.cloned();
        }
    }

    fn run_is(&mut self, run: &crate::id::RunId, state: RunState) {
        if let Some(it) = self.runs.get_mut(run) {
            it.state = state;
        }
    }
}
