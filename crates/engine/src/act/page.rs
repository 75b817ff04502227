//! One try of one page, or of several that go the same way as one.
//!
//! **Invariant:** each page is told and settled by itself. A crash in between leaves the others owed, and they go out
//! again, in the company that is left.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use matoi_core::id::PageId;
use matoi_core::incident::command::{Command, Refusal};
use matoi_core::incident::draft::World;
use matoi_core::incident::outcome::next_try;
use matoi_core::limits::SEND_TIMEOUT;
use matoi_core::page::digest::{Told, gather};
use matoi_core::page::{Delivery, Page};
use matoi_core::plan::Plan;
use matoi_store::{Claimed, StoreError};

use crate::channel::NoNotifier;
use crate::handle::Handle;
use crate::incident::IncidentView;
use crate::supervisor::words;
use crate::tell::TellError;

/// A page that is still wanted.
struct Owed<'t> {
    claimed: &'t Claimed,
    page: &'t Page,
    view: IncidentView,
}

impl Handle {
    /// Tries pages that go the same way as one, if they are still wanted, and tells each incident what became of it.
    pub(super) async fn send_pages(&self, pages: &[(Claimed, Page)]) {
        let mut owed: Vec<Owed<'_>> = Vec::new();
        for (claimed, page) in pages {
            match self.wanted(claimed, page).await {
                Ok(Some(view)) => owed.push(Owed { claimed, page, view }),
                Ok(None) => (),
                Err(failure) => self.take_up_again(claimed, &failure.into()).await,
            }
        }
        // Incidents keep the plan they began with, and a channel may be another there.
        while let Some(first) = owed.first() {
            let hash = first.view.incident.plan.clone();
            let (now, later) = owed.into_iter().partition(|it| it.view.incident.plan == hash);
            owed = later;
            match self.it.plans.of(&hash).await {
                Ok(plan) => self.send_as_one(&plan, now).await,
                Err(failure) => {
                    let failure = anyhow::Error::from(failure);
                    for it in now {
                        self.take_up_again(it.claimed, &failure).await;
                    }
                }
            }
        }
    }

    async fn send_as_one(&self, plan: &Plan, owed: Vec<Owed<'_>>) {
        let mut new: Vec<Owed<'_>> = Vec::new();
        for it in owed {
            match self.it.receipts.of(&it.page.id) {
                // It arrived, and only the word of it was not stored: a full disk must not ring all night.
                Some(reference) => self.tell(&it, Delivery::Accepted { reference }).await,
                None => new.push(it),
            }
        }
        let world = World { plan, base_url: self.it.config.base_url.as_deref() };
        let told = new.iter().map(|it| Told { incident: &it.view.incident, page: it.page });
        let Some(page) = gather(&told.collect::<Vec<_>>(), world) else { return };
        let carries: Vec<&PageId> = new.iter().map(|it| &it.page.id).collect();
        let delivery = self.try_page(plan, &page, &carries).await;
        // It may be for the sake of one of them, or of their length.
        let is_apart = matches!(delivery, Delivery::Rejected { .. }) && new.len() > 1;
        for it in &new {
            let delivery = match is_apart {
                true => self.try_page(plan, it.page, &[&it.page.id]).await,
                false => delivery.clone(),
            };
            self.tell(it, delivery).await;
        }
    }

    async fn tell(&self, owed: &Owed<'_>, delivery: Delivery) {
        if let Err(failure) = self.page_tried(owed.claimed, owed.page, delivery).await {
            self.take_up_again(owed.claimed, &failure.into()).await;
        }
    }

    /// The incident of a page that is still wanted; one that nobody needs any more is settled.
    async fn wanted(
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
    async fn page_tried(
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
    async fn try_page(&self, plan: &Plan, page: &Page, carries: &[&PageId]) -> Delivery {
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
}

fn short(time: std::time::Duration) -> String {
    format!("{} s", time.as_secs())
}
