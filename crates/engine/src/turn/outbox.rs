//! Claims what is owed to the world, and has it carried out.

use std::sync::Arc;

use jiff::Timestamp;
use matoi_store::{Lane, StoreError};
use tokio::sync::Semaphore;

use super::Turn;
use crate::act::{LEASE, Task, tasks};
use crate::handle::Handle;

/// Pages under way at once; a mail server that hangs must not hold up the others for long.
const PAGES_MAX: usize = 64;
/// Word between workflows under way at once; each is one commit, and they share a disk.
const INNER_MAX: usize = 64;
/// Steps under way at once; each is a process on this machine.
const STEPS_MAX: usize = 200;

/// The turn of the outbox.
pub(crate) struct OutboxTurn {
    handle: Handle,
    lanes: [(Lane, Arc<Semaphore>); 3],
}

impl OutboxTurn {
    pub(crate) fn new(handle: Handle) -> OutboxTurn {
        let lane = |lane, most| (lane, Arc::new(Semaphore::new(most)));
        let lanes = [
            lane(Lane::Page, PAGES_MAX),
            lane(Lane::Inner, INNER_MAX),
            lane(Lane::Step, STEPS_MAX),
        ];
        OutboxTurn { handle, lanes }
    }

    async fn carry_out_due(&self, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let mut open = Vec::new();
        for (lane, room) in &self.lanes {
            let free = u32::try_from(room.available_permits()).unwrap_or(u32::MAX);
            if free == 0 {
                continue;
            }
            open.push(*lane);
            let claimed = self.handle.it.store.claim(&[*lane], LEASE, free, now).await?;
            for task in tasks(claimed) {
                self.begin(*lane, task, room);
            }
        }
        self.handle.it.store.next_due(&open, now).await
    }

    fn begin(&self, lane: Lane, task: Task, room: &Arc<Semaphore>) {
        let claims = u32::try_from(task.claimed().count()).unwrap_or(u32::MAX);
        let Ok(permit) = Arc::clone(room).try_acquire_many_owned(claims) else {
            // Cannot be: only this loop takes permits. The lease ends by itself.
            return;
        };
        let handle = self.handle.clone();
        let name = match lane {
            Lane::Page => "page",
            Lane::Inner => "inner",
            Lane::Step => "step",
        };
        self.handle.it.supervisor.spawn(name, async move {
            // Not dropped at a stop: a page that is dropped half-way would be sent twice, and has as long as the shutdown
            // waits. A step that its shim keeps ends its act by itself.
            handle.act(task).await;
            drop(permit);
            handle.it.outbox.notify_one();
        });
    }
}

impl Turn for OutboxTurn {
    async fn turn(&mut self, now: Timestamp) -> Option<Timestamp> {
        self.handle.it.pulse.turned("outbox", now);
        match self.carry_out_due(now).await {
            Ok(next) => next,
            Err(err) => {
                tracing::error!("what is owed cannot be found: {err}");
                self.handle.it.pulse.failed("outbox", &err.to_string());
                None
            }
        }
    }
}
