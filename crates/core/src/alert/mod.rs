//! An alert: a condition that is watched, from the first bad look to the all-clear.
//!
//! ```text
//! Quiet ─bad─▶ Pending ─bad for long enough─▶ Firing ─good─▶ Quiet
//!   │ ▲           │ good                        ▲
//!   │ └───────────┘                             │ bad, or unknown for too long
//!   └─unknown─▶ Unsure ─────────────────────────┘
//! ```
//!
//! A plan may stop to watch it. Before it fired, it is quiet then; when it fires, it becomes Unwatched, which is neither
//! firing nor cleared, and begins anew with the first look after the watch came back.
//!
//! **Invariant:** not being able to tell neither opens an alert at once nor ever closes one.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::effect::{Effect, Raise};
use crate::id::{AlertId, PlanHash};
use crate::limits::{TEXT_CHARS_MAX, cut};
use crate::signal::Signal;

#[cfg(test)]
mod tests;

/// How long "cannot tell" may last before a person hears of it. A resolver that is away for a minute is no news.
pub const UNSURE_PATIENCE: SignedDuration = SignedDuration::from_mins(2);

/// A firing alert raises itself again this often, so that an incident closed too early comes back.
pub const RAISE_AGAIN: SignedDuration = SignedDuration::from_mins(30);

/// A condition and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    pub id: AlertId,
    pub phase: Phase,
    /// In the words of the last signal that changed something.
    pub summary: String,
    /// The topic whose incident heard that it fires, and has not heard that it is gone.
    #[serde(default)]
    pub topic: Option<String>,
}

/// Where a condition stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub enum Phase {
    Quiet,
    /// Bad, and not for long enough.
    Pending {
        since: Timestamp,
    },
    /// Nobody can tell, and not for long enough.
    Unsure {
        since: Timestamp,
    },
    Firing {
        since: Timestamp,
        raised_at: Timestamp,
    },
    /// It fired when the plan stopped to watch it. Whether it still holds, nobody can tell.
    Unwatched,
}

/// What the plan says about an alert; passed in, so that a changed plan takes effect at the next signal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub name: String,
    /// The alert that this is a tier of.
    pub tier_of: Option<String>,
    pub lasting: SignedDuration,
    pub severity: String,
    pub service: Option<String>,
    pub runbook: Option<String>,
    pub escalation: Option<String>,
    pub plan: PlanHash,
}

/// One entry of an alert's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    pub at: Timestamp,
    #[serde(flatten)]
    pub fact: Fact,
}

/// What happened. Stored for good: variants are never renamed, narrowed, or removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Fact {
    BecamePending {
        reason: String,
    },
    BecameUnsure {
        reason: String,
    },
    WentAway,
    Fired {
        since: Timestamp,
        cause: Cause,
        reason: String,
        #[serde(default)]
        topic: Option<String>,
    },
    StillFiring,
    Resolved,
    /// The plan no longer watches it.
    Unwatched,
}

/// Why an alert fired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    Bad,
    /// Nobody could tell for too long, which is for a person to know.
    CannotTell,
}

/// Events to store and effects to carry out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision {
    pub events: Vec<Event>,
    pub effects: Vec<Effect>,
}

impl Rule {
    /// Incidents of one topic are one: those of a service, or of an alert that belongs to none, with all its tiers.
    pub fn topic(&self) -> String {
        match &self.service {
            Some(service) => format!("service:{service}"),
            None => format!("alert:{}", self.tier_of.as_ref().unwrap_or(&self.name)),
        }
    }
}

impl Alert {
    /// A condition of which nothing was heard yet.
    pub fn quiet(id: AlertId) -> Alert {
        Alert { id, phase: Phase::Quiet, summary: String::new(), topic: None }
    }

    /// Decides what follows from `signal`. The same signal again changes nothing.
    pub fn decide(&self, signal: &Signal, rule: &Rule, now: Timestamp) -> Decision {
        match signal {
            Signal::Bad { reason } => self.bad(reason, rule, now),
            Signal::Unknown { reason } => self.unknown(reason, rule, now),
            Signal::Good => self.good(rule, now),
        }
    }

    /// Decides what follows from a plan that no longer watches it.
    pub fn unwatch(&self, now: Timestamp) -> Decision {
        match self.phase {
            Phase::Quiet | Phase::Unwatched => Decision::default(),
            // Nobody heard of it; and what began then may not count once somebody looks again.
            Phase::Pending { .. } | Phase::Unsure { .. } => Decision::of(now, Fact::Unwatched),
            Phase::Firing { .. } => {
                let mut decision = Decision::of(now, Fact::Unwatched);
                if let Some(topic) = self.topic.clone() {
                    let alert = self.id.clone();
                    decision.effects.push(Effect::UnwatchAlert { alert, incident_topic: topic });
                }
                decision
            }
        }
    }

    fn bad(&self, reason: &str, rule: &Rule, now: Timestamp) -> Decision {
        match self.phase {
            Phase::Quiet | Phase::Unwatched | Phase::Unsure { .. } if rule.lasting.is_zero() => {
                self.fire(now, Cause::Bad, reason, rule, now)
            }
            Phase::Quiet | Phase::Unwatched | Phase::Unsure { .. } => {
                Decision::of(now, Fact::BecamePending { reason: cut(reason, TEXT_CHARS_MAX) })
            }
            // The clock went back: count anew rather than wait for it to catch up.
            Phase::Pending { since } if since > now => {
                Decision::of(now, Fact::BecamePending { reason: cut(reason, TEXT_CHARS_MAX) })
            }
            Phase::Pending { since } if now.duration_since(since) >= rule.lasting => {
                self.fire(since, Cause::Bad, reason, rule, now)
            }
            Phase::Pending { .. } => Decision::default(),
            Phase::Firing { since, raised_at } => {
                self.still_firing(since, raised_at, reason, rule, now)
            }
        }
    }

    fn unknown(&self, reason: &str, rule: &Rule, now: Timestamp) -> Decision {
        match self.phase {
            Phase::Quiet | Phase::Unwatched => {
                Decision::of(now, Fact::BecameUnsure { reason: cut(reason, TEXT_CHARS_MAX) })
            }
            Phase::Unsure { since } | Phase::Pending { since } if since > now => {
                Decision::of(now, Fact::BecameUnsure { reason: cut(reason, TEXT_CHARS_MAX) })
            }
            Phase::Unsure { since } | Phase::Pending { since }
                if now.duration_since(since) >= rule.lasting.max(UNSURE_PATIENCE) =>
            {
                self.fire(since, Cause::CannotTell, reason, rule, now)
            }
            Phase::Unsure { .. } | Phase::Pending { .. } => Decision::default(),
            Phase::Firing { since, raised_at } => {
                self.still_firing(since, raised_at, reason, rule, now)
            }
        }
    }

    fn good(&self, rule: &Rule, now: Timestamp) -> Decision {
        match self.phase {
            Phase::Quiet => Decision::default(),
            Phase::Pending { .. } | Phase::Unsure { .. } => {
                let mut decision = Decision::of(now, Fact::WentAway);
                // An incident of before it was unwatched still waits for this word.
                decision.effects.extend(self.topic.as_ref().map(|it| self.lowered(it, now)));
                decision
            }
            Phase::Firing { .. } | Phase::Unwatched => {
                let topic = self.topic.clone().unwrap_or_else(|| rule.topic());
                let mut decision = Decision::of(now, Fact::Resolved);
                decision.effects.push(self.lowered(&topic, now));
                decision
            }
        }
    }

    fn lowered(&self, topic: &str, now: Timestamp) -> Effect {
        Effect::LowerAlert { alert: self.id.clone(), incident_topic: topic.to_owned(), at: now }
    }

    fn fire(
        &self,
        since: Timestamp,
        cause: Cause,
        reason: &str,
        rule: &Rule,
        now: Timestamp,
    ) -> Decision {
        let reason = cut(reason, TEXT_CHARS_MAX);
        let raise = self.raise(since, reason.clone(), rule, now);
        let topic = Some(raise.topic.clone());
        let mut decision = Decision::of(now, Fact::Fired { since, cause, reason, topic });
        decision.effects.push(Effect::RaiseAlert(raise));
        decision
    }

    fn still_firing(
        &self,
        since: Timestamp,
        raised_at: Timestamp,
        reason: &str,
        rule: &Rule,
        now: Timestamp,
    ) -> Decision {
        if raised_at <= now && now.duration_since(raised_at) < RAISE_AGAIN {
            return Decision::default();
        }
        let mut decision = Decision::of(now, Fact::StillFiring);
        let raise = self.raise(since, cut(reason, TEXT_CHARS_MAX), rule, now);
        decision.effects.push(Effect::RaiseAlert(raise));
        decision
    }

    fn raise(&self, since: Timestamp, summary: String, rule: &Rule, now: Timestamp) -> Raise {
        Raise {
            alert: self.id.clone(),
            name: rule.name.clone(),
            summary,
            service: rule.service.clone(),
            severity: rule.severity.clone(),
            runbook: rule.runbook.clone(),
            escalation: rule.escalation.clone(),
            topic: self.raised_as(rule),
            since,
            at: now,
            plan: rule.plan.clone(),
        }
    }

    /// While it fires it stays with its topic, also when the plan moves it: the all-clear must find the same incident.
    fn raised_as(&self, rule: &Rule) -> String {
        match (&self.phase, &self.topic) {
            (Phase::Firing { .. }, Some(topic)) => topic.clone(),
            (
                Phase::Firing { .. }
                | Phase::Quiet
                | Phase::Pending { .. }
                | Phase::Unsure { .. }
                | Phase::Unwatched,
                _,
            ) => rule.topic(),
        }
    }

    /// Applies one event. Total: a stored event always applies.
    pub fn apply(&mut self, event: &Event) {
        match &event.fact {
            Fact::BecamePending { reason } => {
                self.phase = Phase::Pending { since: event.at };
                self.summary.clone_from(reason);
            }
            Fact::BecameUnsure { reason } => {
                self.phase = Phase::Unsure { since: event.at };
                self.summary.clone_from(reason);
            }
            Fact::WentAway | Fact::Resolved => {
                self.phase = Phase::Quiet;
                self.summary.clear();
                self.topic = None;
            }
            Fact::Fired { since, cause: _, reason, topic } => {
                self.phase = Phase::Firing { since: *since, raised_at: event.at };
                self.summary.clone_from(reason);
                self.topic.clone_from(topic);
            }
            Fact::Unwatched => {
                let is_told = matches!(self.phase, Phase::Firing { .. }) || self.topic.is_some();
                self.phase = if is_told { Phase::Unwatched } else { Phase::Quiet };
            }
            Fact::StillFiring => {
                if let Phase::Firing { since, .. } = self.phase {
                    self.phase = Phase::Firing { since, raised_at: event.at };
                }
            }
        }
    }
}

impl Decision {
    fn of(at: Timestamp, fact: Fact) -> Decision {
        Decision { events: vec![Event { at, fact }], effects: Vec::new() }
    }
}
