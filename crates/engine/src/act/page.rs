//! One try of one page.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use matoi_core::id::PageId;
use matoi_core::incident::command::{Command, Refusal};
use matoi_core::incident::outcome::next_try;
use matoi_core::limits::SEND_TIMEOUT;
use matoi_core::page::{Delivery, Page};
use matoi_core::plan::Plan;
use matoi_store::{Claimed, StoreError};

use crate::channel::NoNotifier;
use crate::handle::Handle;
use crate::incident::IncidentView;
use crate::supervisor::words;
use crate::tell::TellError;

impl Handle {
    /// The incident of a page that is still wanted; one that nobody needs any more is settled.
    pub(super) async fn wanted(
        &self,
        claimed: &Claimed,
        page: &Page,
    ) -> Result<Option<IncidentView>, TellError<Refusal>> {
        let view = self.incident(&page.incident).await?;
        if view.incident.still_wants(&page.id) {
            return Ok(Some(view));
        }
        self.it.receipts.forget(&page.id);
        self.settle(claimed).await?;
        Ok(None)
    }

    /// Tells the incident what became of a try, and puts off what is to be tried again.
    pub(super) async fn page_tried(
        &self,
        claimed: &Claimed,
        page: &Page,
        delivery: Delivery,
    ) -> Result<(), TellError<Refusal>> {
        let tries = claimed.tries;
        match &delivery {
            Delivery::Accepted { .. } | Delivery::Rejected { .. } => {
                let command = Command::PageTried { page: page.id.clone(), delivery, tries };
                self.answer_incident(&page.incident, command, Some(&claimed.claim)).await?;
                self.it.receipts.forget(&page.id);
                Ok(())
            }
            Delivery::Retry { after, reason } => {
                tracing::warn!(incident = %page.incident, "{} is still owed to {}: {reason}", page.id, page.to);
                let next = page.urgency.meet(next_try(tries, *after, self.now()));
                let command = Command::PageTried { page: page.id.clone(), delivery, tries };
                let view = self.tell_incident(&page.incident, command).await?;
                if !view.incident.still_wants(&page.id) {
                    return self.settle(claimed).await;
                }
                match self.it.store.defer(&claimed.claim, next).await {
                    // Somebody else has it by now, and tries it.
                    Ok(()) | Err(StoreError::Conflict) => Ok(()),
                    Err(err) => Err(TellError::store(err)),
                }
            }
        }
    }

    /// Tries a page once, and keeps the receipt for each of the pages that it carries.
    pub(super) async fn try_page(&self, plan: &Plan, page: &Page, carries: &[&PageId]) -> Delivery {
        let time = SEND_TIMEOUT.unsigned_abs();
        let tried = AssertUnwindSafe(self.try_channel(plan, page)).catch_unwind();
        let delivery = match tokio::time::timeout(time, tried).await {
            Ok(Ok(delivery)) => delivery,
            // The incident hears of it, and other ways are tried in their time.
            Ok(Err(panic)) => {
                let reason = format!("a bug in the channel {}: {}", page.channel, words(&*panic));
                tracing::error!(incident = %page.incident, "{reason}");
                Delivery::Retry { after: None, reason }
            }
            Err(_) => {
                Delivery::Retry { after: None, reason: format!("no answer within {}", short(time)) }
            }
        };
        match &delivery {
            // Before anything is told: what cannot be stored now must not go out again.
            Delivery::Accepted { reference } => {
                carries.iter().for_each(|it| self.it.receipts.keep(it, reference));
            }
            Delivery::Retry { .. } | Delivery::Rejected { .. } => {
                self.forget_notifier(plan, &page.channel);
            }
        }
        self.it.pulse.page_tried(&delivery);
        delivery
    }

    async fn try_channel(&self, plan: &Plan, page: &Page) -> Delivery {
        match self.notifier(plan, &page.channel).await {
            Ok(notifier) => notifier.send(page).await,
            Err(NoNotifier::ForGood(reason)) => Delivery::Rejected { reason },
            Err(NoNotifier::ForNow(reason)) => Delivery::Retry { after: None, reason },
        }
    }

    pub(super) async fn settle(&self, claimed: &Claimed) -> Result<(), TellError<Refusal>> {
        match self.it.store.settle(&claimed.claim, self.now()).await {
            Ok(()) | Err(StoreError::Conflict) => Ok(()),
            Err(err) => Err(TellError::store(err)),
        }
    }
}

fn short(time: std::time::Duration) -> String {
    format!("{} s", time.as_secs())
}
