//! How the engine is: every part with its state, found out by looking.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use matoi_core::page::Delivery;
use matoi_core::run::event::Outcome;
use matoi_core::signal::Signal;
use matoi_store::{Depth, Lane, StoreError};
use serde::Serialize;

use crate::handle::Handle;

/// A loop that did not turn for this long is stuck; it turns every five seconds at least.
const STUCK: SignedDuration = SignedDuration::from_secs(30);

/// What is owed for this long is overdue.
const OVERDUE: SignedDuration = SignedDuration::from_secs(60);

/// A disk that does not take a small write in this time is no help in an incident.
const WRITE_MAX: std::time::Duration = std::time::Duration::from_secs(5);

/// For so long, a decision that the disk refused tells how the disk is.
const RECENT: SignedDuration = SignedDuration::from_secs(60);

/// The same of reading.
const READ_MAX: std::time::Duration = std::time::Duration::from_secs(5);

/// How the whole is.
#[derive(Clone, Debug, Serialize)]
pub struct Health {
    pub state: State,
    pub parts: Vec<Part>,
}

/// One part.
#[derive(Clone, Debug, Serialize)]
pub struct Part {
    pub name: &'static str,
    pub state: State,
    /// For people.
    pub detail: String,
}

/// How well a part does its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Ok,
    /// It works, and a person should look.
    Degraded,
    Failed,
}

/// Counts, since the process began.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub pages: BTreeMap<&'static str, u64>,
    pub steps: BTreeMap<&'static str, u64>,
    pub looks: BTreeMap<&'static str, u64>,
}

/// What the loops tell of themselves.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pulse {
    beats: Arc<Mutex<Beats>>,
}

#[derive(Debug, Default)]
struct Beats {
    turned: BTreeMap<&'static str, Timestamp>,
    failed: BTreeMap<&'static str, String>,
    quarantined: BTreeMap<String, String>,
    /// When the disk last refused a decision, and why; gone with the next that it takes.
    unstored: Option<(Timestamp, String)>,
    watching: usize,
    unknown: BTreeMap<String, String>,
    counts: Counts,
}

impl Pulse {
    pub(crate) fn turned(&self, name: &'static str, at: Timestamp) {
        let mut beats = self.lock();
        beats.turned.insert(name, at);
        beats.failed.remove(name);
    }

    pub(crate) fn failed(&self, name: &'static str, why: &str) {
        self.lock().failed.insert(name, why.to_owned());
    }

    pub(crate) fn committed(&self, outcome: &Result<(), StoreError>, at: Timestamp) {
        match outcome {
            Ok(()) => self.lock().unstored = None,
            Err(err @ StoreError::Unavailable(cause)) => {
                self.lock().unstored = Some((at, format!("{err}: {cause}")));
            }
            // These are answers about the decision, not about the disk.
            Err(
                StoreError::Conflict
                | StoreError::Missing
                | StoreError::Corrupt { .. }
                | StoreError::TooLarge { .. },
            ) => (),
        }
    }

    pub(crate) fn quarantine(&self, id: &str, why: &str) {
        self.lock().quarantined.insert(id.to_owned(), why.to_owned());
    }

    pub(crate) fn release(&self, id: &str) {
        self.lock().quarantined.remove(id);
    }

    pub(crate) fn watching(&self, count: usize) {
        let mut beats = self.lock();
        beats.watching = count;
        beats.unknown.clear();
    }

    pub(crate) fn asked(&self, name: &str, signal: &Signal, _at: Timestamp) {
        let mut beats = self.lock();
        let (word, unknown) = match signal {
            Signal::Good => ("well", None),
            Signal::Bad { .. } => ("unwell", None),
            Signal::Unknown { reason } => ("unknown", Some(reason)),
        };
        *beats.counts.looks.entry(word).or_insert(0) += 1;
        match unknown {
            Some(reason) => beats.unknown.insert(name.to_owned(), reason.clone()),
            None => beats.unknown.remove(name),
        };
    }

    pub(crate) fn page_tried(&self, delivery: &Delivery) {
        let word = match delivery {
            Delivery::Accepted { .. } => "accepted",
            Delivery::Retry { .. } => "retry",
            Delivery::Rejected { .. } => "rejected",
        };
        *self.lock().counts.pages.entry(word).or_insert(0) += 1;
    }

    pub(crate) fn step_ended(&self, outcome: &Outcome) {
        let word = match outcome {
            Outcome::Done => "done",
            Outcome::Failed { .. } => "failed",
            Outcome::Unclear { .. } => "unclear",
            Outcome::NotStarted { .. } => "not_started",
        };
        *self.lock().counts.steps.entry(word).or_insert(0) += 1;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Beats> {
        self.beats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Handle {
    /// How every part is.
    pub async fn health(&self) -> Health {
        let now = self.now();
        let mut parts = vec![
            self.database_health(now).await,
            self.plan_health(),
            self.outbox_health(now).await,
        ];
        parts.extend(self.loop_health(now));
        parts.push(self.probe_health());
        parts.push(self.record_health());
        let state = parts.iter().map(|it| it.state).max().unwrap_or(State::Ok);
        Health { state, parts }
    }

    /// What happened since the process began.
    pub fn counts(&self) -> Counts {
        self.it.pulse.lock().counts.clone()
    }

    async fn database_health(&self, now: Timestamp) -> Part {
        let part = |state, detail| Part { name: "database", state, detail };
        let Ok(health) = tokio::time::timeout(WRITE_MAX, self.it.store.health(now)).await else {
            return part(
                State::Failed,
                format!("a write did not reach the disk within {WRITE_MAX:?}"),
            );
        };
        // The small write of this look may still fit where no decision does.
        let refused = self.it.pulse.lock().unstored.clone();
        if let Some((at, why)) = refused.filter(|(at, _)| now.duration_since(*at) < RECENT) {
            return part(State::Failed, format!("a decision was not stored at {at}: {why}"));
        }
        match health.writable {
            Err(why) => part(State::Failed, why),
            Ok(()) => match health.free_bytes {
                Some(free) if free < 100 << 20 => {
                    part(State::Degraded, format!("{} MiB are left on the disk", free >> 20))
                }
                Some(_) | None => part(State::Ok, format!("{} KiB", health.size_bytes >> 10)),
            },
        }
    }

    fn plan_health(&self) -> Part {
        let part = |state, detail| Part { name: "plan", state, detail };
        let Some(plan) = self.plans().current() else {
            return part(State::Failed, "no plan is loaded".to_owned());
        };
        if let Some(refused) = self.plans().refused() {
            let (why, stays) = (&refused.why, plan.hash.short());
            return part(
                State::Degraded,
                format!("a newer plan was refused: {why}; {stays} stays"),
            );
        }
        if !plan.is_armed() {
            return part(State::Degraded, format!("not armed: {}", plan.unarmed.join("; ")));
        }
        part(State::Ok, format!("{} {}", plan.name, plan.hash.short()))
    }

    async fn outbox_health(&self, now: Timestamp) -> Part {
        let part = |state, detail| Part { name: "outbox", state, detail };
        let Ok(depth) = tokio::time::timeout(READ_MAX, self.it.store.outbox_depth(now)).await
        else {
            return part(State::Failed, format!("the disk did not answer within {READ_MAX:?}"));
        };
        match depth {
            Err(err) => part(State::Failed, err.to_string()),
            Ok(lanes) => {
                let owed: u64 = lanes.iter().map(|it| it.unsettled).sum();
                let since = |it: &Depth| match it.lane {
                    // A page that is under way for the tenth time is still owed.
                    Lane::Page | Lane::Inner => it.owed_since,
                    // A step may take its time.
                    Lane::Step => it.idle_since,
                };
                let oldest = lanes.iter().filter_map(since).min();
                match oldest.filter(|it| now.duration_since(*it) > OVERDUE) {
                    Some(since) => part(
                        State::Degraded,
                        format!("{owed} effects are owed, the oldest since {since}"),
                    ),
                    None => part(State::Ok, format!("{owed} effects are owed")),
                }
            }
        }
    }

    fn loop_health(&self, now: Timestamp) -> Vec<Part> {
        let beats = self.it.pulse.lock();
        // Names of parts are labels of figures, and no two may have one.
        [("probe", "probe_loop"), ("wake", "wake_loop"), ("outbox", "outbox_loop")]
            .into_iter()
            .map(|(name, shown)| {
                let part = |state, detail| Part { name: shown, state, detail };
                if let Some(why) = beats.failed.get(name) {
                    return part(State::Failed, why.clone());
                }
                match beats.turned.get(name) {
                    None => part(State::Degraded, "not started".to_owned()),
                    Some(at) if now.duration_since(*at) > STUCK => {
                        part(State::Failed, format!("stuck since {at}"))
                    }
                    Some(_) => part(State::Ok, "turns".to_owned()),
                }
            })
            .collect()
    }

    fn probe_health(&self) -> Part {
        let beats = self.it.pulse.lock();
        let part = |state, detail| Part { name: "probes", state, detail };
        match beats.unknown.iter().next() {
            Some((name, reason)) => part(
                State::Degraded,
                format!("{} cannot tell; {name}: {reason}", beats.unknown.len()),
            ),
            None => part(State::Ok, format!("{} are asked", beats.watching)),
        }
    }

    /// Rows that cannot go on, and tasks that panicked.
    fn record_health(&self) -> Part {
        let part = |state, detail| Part { name: "records", state, detail };
        let beats = self.it.pulse.lock();
        if let Some((id, why)) = beats.quarantined.iter().next() {
            return part(
                State::Failed,
                format!("{} set aside; {id}: {why}", beats.quarantined.len()),
            );
        }
        let panics = self.it.supervisor.panics();
        if panics.is_empty() {
            return part(State::Ok, "none set aside".to_owned());
        }
        let words: Vec<String> =
            panics.iter().map(|(name, count)| format!("{name} {count}×")).collect();
        part(State::Degraded, format!("bugs were met in {}", words.join(", ")))
    }
}
