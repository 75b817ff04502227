//! Every loop, turned when somebody says so: for rehearsals and tests, which hold the clock.
//!
//! **Invariant:** nothing goes on behind the caller's back. What a turn sets going is carried out within
//! [`ByHand::turn_all`], piece by piece, so that dropping its future is a crash at that very place.

use jiff::Timestamp;
use matoi_store::StoreError;

use super::Turn;
use super::chore::ChoreTurn;
use super::outbox::OutboxTurn;
use super::probe::ProbeTurn;
use super::wake::WakeTurn;
use crate::handle::Handle;

/// The loops of an engine that does not go by itself.
pub struct ByHand {
    handle: Handle,
    probe: ProbeTurn,
    chore: ChoreTurn,
    wake: WakeTurn,
    outbox: OutboxTurn,
}

impl ByHand {
    /// The loops of `handle`, in the place of [`Handle::run`]. From here on its tasks wait to be carried out.
    pub async fn start(handle: &Handle) -> Result<ByHand, StoreError> {
        handle.it.supervisor.hold();
        handle.take_up().await?;
        Ok(ByHand {
            probe: ProbeTurn::new(handle.clone()),
            chore: ChoreTurn::new(handle.clone()),
            wake: WakeTurn::new(handle.clone()),
            outbox: OutboxTurn::new(handle.clone()),
            handle: handle.clone(),
        })
    }

    /// Turns every loop once, carries out what that set going, and says when one wants to look again.
    pub async fn turn_all(&mut self) -> Option<Timestamp> {
        let probe = self.probe.turn(self.handle.now()).await;
        self.carry_out().await;
        let chore = self.chore.turn(self.handle.now()).await;
        self.carry_out().await;
        let wake = self.wake.turn(self.handle.now()).await;
        self.carry_out().await;
        let outbox = self.outbox.turn(self.handle.now()).await;
        self.carry_out().await;
        [probe, chore, wake, outbox].into_iter().flatten().min()
    }

    async fn carry_out(&self) {
        while let Some(task) = self.handle.it.supervisor.take_held() {
            task.await;
        }
    }
}
