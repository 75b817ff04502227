//! Wakes what is due: the next level of an escalation, a retry, the end of a wait.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use matoi_core::id::{IncidentId, RunId};
use matoi_core::incident;
use matoi_core::run;
use matoi_store::{StoreError, Workflow};

use super::Turn;
use crate::act::LEASE;
use crate::handle::Handle;
use crate::tell::TellError;

/// Workflows that one turn wakes; the next turn follows at once.
const BATCH: u32 = 200;

/// A clock that moves by more than this beside the machine's own counter was set.
const STEP: Duration = Duration::from_secs(2);

/// One that stays due after it was woken is a bug, or waits for something else; it is not asked again before this.
const REST: Duration = Duration::from_secs(5);

/// Nothing is put off by more than this, so what is due later was put off by another clock.
const PAUSE_MAX: SignedDuration = SignedDuration::from_mins(6);

/// The turn of everything that waits for a time.
pub(crate) struct WakeTurn {
    handle: Handle,
    /// The clock at the last turn, and the machine's counter then.
    seen: Option<(Timestamp, Instant)>,
    /// The switches when everything was woken last; absent until it was, and after the clock was set.
    woken: Option<u64>,
    resting: HashMap<String, Instant>,
}

impl WakeTurn {
    pub(crate) fn new(handle: Handle) -> WakeTurn {
        WakeTurn { handle, seen: None, woken: None, resting: HashMap::new() }
    }

    /// Whether the clock was set, or this is the first turn: then nothing that was derived from it can be trusted.
    fn clock_was_set(&mut self, now: Timestamp) -> bool {
        let counter = Instant::now();
        let Some((then, before)) = self.seen.replace((now, counter)) else { return true };
        let moved = now.duration_since(then);
        let passed = counter.duration_since(before);
        moved.is_negative() || moved.unsigned_abs() + STEP < passed
    }

    async fn wake_due(&mut self, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        if self.clock_was_set(now) {
            self.woken = None;
        }
        let switches = self.handle.switches_version().await?;
        // Remembered only once it is done: what fails half-way is done again by the next turn.
        if self.woken != Some(switches) {
            self.handle.it.store.hasten(now + PAUSE_MAX, LEASE, now).await?;
            self.handle.wake_everything().await?;
            self.woken = Some(switches);
            self.handle.it.outbox.notify_one();
        }
        self.resting.retain(|_, since| since.elapsed() < REST);
        // Those that rest stand first, and must not hide the others.
        let most = BATCH.saturating_add(u32::try_from(self.resting.len()).unwrap_or(u32::MAX));
        let due = self.handle.it.store.list_due(most, now).await?;
        let mut woken = 0;
        for (workflow, id) in due {
            if self.resting.contains_key(&id) {
                continue;
            }
            woken += 1;
            if let Woken::Unmoved = self.handle.wake_one(workflow, &id).await {
                self.resting.insert(id, Instant::now());
            }
        }
        if woken > 0 {
            return Ok(Some(now));
        }
        let next = self.handle.it.store.next_wake().await?;
        // What rests is due and would make the loop spin.
        Ok(if self.resting.is_empty() { next } else { None })
    }
}

impl Turn for WakeTurn {
    async fn turn(&mut self, now: Timestamp) -> Option<Timestamp> {
        self.handle.it.pulse.turned("wake", now);
        match self.wake_due(now).await {
            Ok(next) => next,
            Err(err) => {
                tracing::error!("what is due cannot be found: {err}");
                self.handle.it.pulse.failed("wake", &err.to_string());
                None
            }
        }
    }
}

/// What a wake-up did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Woken {
    Moved,
    Unmoved,
}

impl Handle {
    /// Wakes one workflow. One that cannot be woken is set aside, and does not stop the others.
    pub(crate) async fn wake_one(&self, workflow: Workflow, id: &str) -> Woken {
        let woken = match workflow {
            // An alert moves only when it is asked about.
            Workflow::Alert => Ok(Woken::Unmoved),
            Workflow::Incident => self.wake_incident(&IncidentId(id.to_owned())).await,
            Workflow::Run => self.wake_run(&RunId(id.to_owned())).await,
        };
        woken.unwrap_or_else(|trouble| {
            tracing::error!(id, "{id} cannot go on: {trouble:#}");
            self.it.pulse.quarantine(id, &format!("{trouble:#}"));
            Woken::Unmoved
        })
    }

    async fn wake_incident(&self, id: &IncidentId) -> Result<Woken, anyhow::Error> {
        let before = self.incident(id).await?.version;
        let after = match self.tell_incident(id, incident::command::Command::Wake).await {
            Ok(view) => view.version,
            Err(TellError::Refused(_)) => before,
            Err(err) => return Err(err.into()),
        };
        self.it.pulse.release(&id.0);
        Ok(if after == before { Woken::Unmoved } else { Woken::Moved })
    }

    async fn wake_run(&self, id: &RunId) -> Result<Woken, anyhow::Error> {
        let before = self.run_view(id).await?.version;
        let after = match self.tell_run(id, run::command::Command::Wake).await {
            Ok(view) => view.version,
            Err(TellError::Refused(_)) => before,
            Err(err) => return Err(err.into()),
        };
        self.it.pulse.release(&id.0);
        Ok(if after == before { Woken::Unmoved } else { Woken::Moved })
    }
}
