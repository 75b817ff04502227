//! Looks after the chores of the plan that rules.

use jiff::{SignedDuration, Timestamp};

use super::Turn;
use crate::handle::Handle;

/// How late a chore may begin, and its trouble be heard of.
const EVERY: SignedDuration = SignedDuration::from_secs(15);

/// The turn of the chores. It remembers nothing: what is due follows from the calendar and the runs.
pub(crate) struct ChoreTurn {
    handle: Handle,
}

impl ChoreTurn {
    pub(crate) fn new(handle: Handle) -> ChoreTurn {
        ChoreTurn { handle }
    }
}

impl Turn for ChoreTurn {
    async fn turn(&mut self, now: Timestamp) -> Option<Timestamp> {
        let handle = &self.handle;
        handle.it.pulse.turned("chore", now);
        let plan = handle.plans().current()?;
        for chore in plan.chores.values() {
            let id = chore.alert();
            match handle.look_at_chore(&plan, chore).await {
                Ok(()) => handle.it.pulse.release(&id.0),
                // It is looked at again; one that cannot be does not stop the others.
                Err(err) => {
                    tracing::error!(chore = chore.name, "a chore cannot be looked at: {err}");
                    handle.it.pulse.quarantine(&id.0, &format!("it cannot be looked at: {err}"));
                }
            }
        }
        let due = plan.chores.values().filter_map(|it| it.next_due(&plan, now)).min();
        (!plan.chores.is_empty()).then(|| due.map_or(now + EVERY, |it| it.min(now + EVERY)))
    }
}
