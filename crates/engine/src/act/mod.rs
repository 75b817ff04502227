//! Acts: an effect of the outbox, carried out once it is claimed.

use std::time::Duration;

use jiff::SignedDuration;
use matoi_core::effect::Effect;
use matoi_store::{Claimed, StoreError};

use crate::handle::Handle;
use crate::tell::TellError;

mod digest;
mod examine;
mod inner;
mod page;
mod step;

pub(crate) use digest::{Task, tasks};

/// How long an effect is ours before another may take it; renewed while it is carried out.
pub(crate) const LEASE: SignedDuration = SignedDuration::from_secs(30);

/// Renewed well before it ends.
const RENEW: Duration = Duration::from_secs(10);

/// How an effect that could not be carried out is taken up again.
const AGAIN: SignedDuration = SignedDuration::from_secs(2);

impl Handle {
    /// Carries out a task, and keeps its claims while it lasts.
    pub(crate) async fn act(&self, task: Task) {
        let acting = async {
            match &task {
                Task::Alone(claimed) => self.carry_out(claimed).await,
                Task::Together(pages) => self.send_pages(pages).await,
            }
        };
        let mut acting = std::pin::pin!(acting);
        loop {
            tokio::select! {
                () = &mut acting => return,
                () = tokio::time::sleep(RENEW) => {
                    for claimed in task.claimed() {
                        self.renew(claimed).await;
                    }
                }
            }
        }
    }

    async fn carry_out(&self, claimed: &Claimed) {
        let effect: Effect = match serde_json::from_str(&claimed.body) {
            Ok(effect) => effect,
            Err(err) => {
                // A bug of ours. It is kept, and seen: health counts what is overdue.
                tracing::error!(effect = claimed.claim.id, "an effect cannot be read: {err}");
                return self.defer(claimed, SignedDuration::from_mins(5)).await;
            }
        };
        let done = match effect {
            // It is told of by itself, as each of several that go together.
            Effect::SendPage(page) => return self.send_pages(&[(claimed.clone(), page)]).await,
            Effect::PerformStep(call) => {
                self.perform_step(claimed, call).await.map_err(anyhow::Error::from)
            }
            Effect::ExamineStep(call) => {
                self.examine_step(claimed, &call).await.map_err(anyhow::Error::from)
            }
            Effect::CancelStep(call) => {
                self.cancel_step(claimed, &call).await.map_err(anyhow::Error::from)
            }
            Effect::RaiseAlert(_)
            | Effect::LowerAlert { .. }
            | Effect::UnwatchAlert { .. }
            | Effect::StartRun(_)
            | Effect::PassLockOn { .. }
            | Effect::TellIncident { .. } => self.tell_inner(claimed, effect).await,
        };
        if let Err(failure) = done {
            self.take_up_again(claimed, &failure).await;
        }
    }

    async fn take_up_again(&self, claimed: &Claimed, failure: &anyhow::Error) {
        let id = &claimed.claim.id;
        tracing::warn!(effect = id, "{id} is taken up again: {failure:#}");
        self.defer(claimed, AGAIN).await;
    }

    async fn renew(&self, claimed: &Claimed) {
        if let Err(err) = self.it.store.renew(&claimed.claim, LEASE, self.now()).await {
            // Correctness does not rest on the lease: keys, versions and attempt folders keep it right.
            tracing::warn!(effect = claimed.claim.id, "a lease was not renewed: {err}");
        }
    }

    /// Of what needs nothing more. A claim that is no longer ours is another's to settle.
    pub(crate) async fn settle<R: std::error::Error + 'static>(
        &self,
        claimed: &Claimed,
    ) -> Result<(), TellError<R>> {
        match self.it.store.settle(&claimed.claim, self.now()).await {
            Ok(()) | Err(StoreError::Conflict) => Ok(()),
            Err(err) => Err(TellError::store(err)),
        }
    }

    pub(crate) async fn defer(&self, claimed: &Claimed, pause: SignedDuration) {
        match self.it.store.defer(&claimed.claim, self.now() + pause).await {
            Ok(()) | Err(StoreError::Conflict) => self.it.outbox.notify_one(),
            Err(err) => {
                // The lease ends by itself, and then it is taken up again.
                tracing::warn!(effect = claimed.claim.id, "an effect was not put back: {err}");
            }
        }
    }
}
