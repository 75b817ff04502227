//! Locks: who has one, and who is next.
//!
//! A run that has its lock carries it as its topic, and the store lets one open run have a topic. So two that take it at
//! once cannot both be stored, whatever each of them saw before.

use matoi_core::id::RunId;
use matoi_core::run::command::{Command, Refusal};
use matoi_store::{Claimed, StoreError, Workflow};

use crate::handle::Handle;
use crate::run::{RunView, run_of};
use crate::tell::TellError;

/// The topic of a run that has this lock.
pub(crate) fn topic(lock: &str) -> String {
    format!("lock:{lock}")
}

impl Handle {
    /// Another open run that has this lock.
    pub(crate) async fn lock_holder(
        &self,
        lock: &str,
        but: Option<&RunId>,
    ) -> Result<Option<RunId>, StoreError> {
        let row = self.it.store.load_open_by_topic(Workflow::Run, &topic(lock)).await?;
        Ok(row.map(|it| RunId(it.id)).filter(|it| Some(it) != but))
    }

    /// A run that has just got into line looks once more: whoever had the lock may have ended before this was stored,
    /// and have told nobody.
    pub(crate) async fn look_at_lock_again(&self, view: RunView) -> RunView {
        let Some(lock) = view.run.wants() else { return view };
        match self.lock_holder(lock, Some(&view.run.id)).await {
            Ok(None) => {
                let looking = Box::pin(self.tell_run(&view.run.id, Command::Wake)).await;
                looking.unwrap_or(view)
            }
            Ok(Some(_)) => view,
            Err(err) => {
                // The next start, and whoever ends a run with this lock, wakes it.
                tracing::warn!(run = %view.run.id, "a lock was not looked at again: {err}");
                view
            }
        }
    }

    /// Wakes those that wait for a lock, the longest waiting first.
    pub(crate) async fn pass_lock_on(
        &self,
        claimed: &Claimed,
        lock: &str,
    ) -> Result<(), anyhow::Error> {
        let mut waiting = Vec::new();
        let mut before = None;
        loop {
            let rows = self.next_open(Workflow::Run, &mut before).await?;
            if rows.is_empty() {
                break;
            }
            for row in &rows {
                let run = run_of(row).map_err(anyhow::Error::msg)?;
                if run.wants() == Some(lock) {
                    waiting.push(run.id);
                }
            }
        }
        for id in waiting.iter().rev() {
            match self.tell_run(id, Command::Wake).await {
                Ok(_) | Err(TellError::Refused(Refusal::Ended)) => (),
                Err(err) => return Err(err.into()),
            }
        }
        Ok(self.settle::<Refusal>(claimed).await?)
    }
}
