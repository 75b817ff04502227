//! Asks what the plan watches, each in its own rhythm.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use matoi_core::id::{AlertId, PlanHash};
use matoi_core::signal::Signal;
use matoi_store::StoreError;

use super::Turn;
use crate::handle::Handle;
use crate::supervisor::words;
use crate::watch::Watched;

/// The turn of the probes. What it remembers is only when it asked last; after a start, it asks at once.
pub(crate) struct ProbeTurn {
    handle: Handle,
    plan: Option<PlanHash>,
    watched: Vec<Watched>,
    /// Whether what this plan no longer watches may still be taken for watched.
    settled: bool,
    /// Asked and not answered; none is asked twice at once.
    asking: Arc<Mutex<HashSet<AlertId>>>,
}

impl ProbeTurn {
    pub(crate) fn new(handle: Handle) -> ProbeTurn {
        ProbeTurn {
            handle,
            plan: None,
            watched: Vec::new(),
            settled: false,
            asking: Arc::default(),
        }
    }

    fn follow_the_plan(&mut self, now: Timestamp) {
        let Some(plan) = self.handle.plans().current() else { return };
        if self.plan.as_ref() == Some(&plan.hash) {
            return;
        }
        self.watched = self.handle.watched(&plan, now);
        self.plan = Some(plan.hash.clone());
        self.settled = false;
        self.handle.it.pulse.watching(self.watched.len());
    }

    /// Lets go of the alerts that the plan no longer watches, so that none of them fires for ever unseen.
    async fn let_go(&mut self) -> Result<(), StoreError> {
        let Some(plan) = self.plan.as_ref().filter(|_| !self.settled) else { return Ok(()) };
        let plan = self.handle.plans().current().filter(|it| it.hash == *plan);
        // Another plan rules by now, and is followed at the next turn.
        let Some(plan) = plan else { return Ok(()) };
        let mut known: HashSet<AlertId> = self.watched.iter().map(|it| it.id.clone()).collect();
        // Other systems report these; that nothing asks about them says nothing.
        known.extend(plan.alerts.keys().map(|it| AlertId(format!("alert:{it}"))));
        known.extend(plan.chores.values().map(|it| it.alert()));
        let mut settled = true;
        for id in self.handle.known_alerts().await? {
            if known.contains(&id) {
                continue;
            }
            // The last answer is heard first, or it would have the last word.
            if lock(&self.asking).contains(&id) {
                settled = false;
                continue;
            }
            self.handle.unwatch(&id).await?;
        }
        self.settled = settled;
        Ok(())
    }

    fn begin(&self, watched: &Watched) {
        if !lock(&self.asking).insert(watched.id.clone()) {
            return;
        }
        // Given back however the task ends, or a bug in here would end the watch in silence.
        let asking = Asking { asking: Arc::clone(&self.asking), id: watched.id.clone() };
        let (handle, rule) = (self.handle.clone(), watched.rule.clone());
        let (question, timeout) = (watched.question.clone(), watched.timeout);
        self.handle.it.supervisor.spawn("ask", async move {
            let id = &asking.id;
            let asked = std::panic::AssertUnwindSafe(question.ask(&handle, timeout));
            let signal = match futures_util::FutureExt::catch_unwind(asked).await {
                Ok(signal) => signal,
                // A bug of a kind is not the target's fault, and not a reason to stop looking.
                Err(panic) => {
                    Signal::Unknown { reason: format!("a bug in the probe: {}", words(&*panic)) }
                }
            };
            handle.it.pulse.asked(&rule.name, &signal, handle.now());
            match handle.hear(id, &signal, &rule).await {
                Ok(()) => handle.it.pulse.release(&id.0),
                Err(err) => {
                    // It is asked again; what cannot be stored is not claimed. Seen until it is stored.
                    tracing::error!(alert = %id, "a signal was not stored: {err}");
                    handle.it.pulse.quarantine(&id.0, &format!("a signal was not stored: {err}"));
                }
            }
        });
    }
}

impl Turn for ProbeTurn {
    async fn turn(&mut self, now: Timestamp) -> Option<Timestamp> {
        self.handle.it.pulse.turned("probe", now);
        self.follow_the_plan(now);
        if let Err(err) = self.let_go().await {
            tracing::error!("what is no longer watched was not let go: {err}");
            self.handle.it.pulse.failed("probe", &err.to_string());
        }
        for index in 0..self.watched.len() {
            let Some(watched) = self.watched.get_mut(index) else { continue };
            // A clock that went back would otherwise keep it waiting.
            let is_due = watched.next <= now || watched.next > now + watched.every;
            if is_due {
                watched.next = now + watched.every;
                let Some(watched) = self.watched.get(index) else { continue };
                self.begin(watched);
            }
        }
        self.watched.iter().map(|it| it.next).min()
    }
}

/// A question that is under way.
struct Asking {
    asking: Arc<Mutex<HashSet<AlertId>>>,
    id: AlertId,
}

impl Drop for Asking {
    fn drop(&mut self) {
        lock(&self.asking).remove(&self.id);
    }
}

fn lock(asking: &Mutex<HashSet<AlertId>>) -> std::sync::MutexGuard<'_, HashSet<AlertId>> {
    asking.lock().unwrap_or_else(PoisonError::into_inner)
}
