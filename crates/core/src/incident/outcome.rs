//! What becomes of pages: delivered, tried again, or known to be hopeless, and never silently gone.

use jiff::{SignedDuration, Timestamp};

use super::draft::Draft;
use super::event::Fact;
use super::{Incident, PageState};
use crate::id::PageId;
use crate::limits::{PAGE_BACKOFF_MAX, PAGE_TRIED_FOR_MAX, TEXT_CHARS_MAX, cut};
use crate::page::{Delivery, PageReason};

/// The pause before the next try of a page: 1, 2, 4 … seconds, up to the limit.
pub fn backoff(tries: u32) -> SignedDuration {
    let secs = 1_i64 << tries.saturating_sub(1).min(20);
    SignedDuration::from_secs(secs).min(PAGE_BACKOFF_MAX)
}

/// When the next try of a page is due, after one that failed; the far side may ask for more time, within reason.
pub fn next_try(tries: u32, asked: Option<SignedDuration>, now: Timestamp) -> Timestamp {
    let pause = asked.map_or(SignedDuration::ZERO, |it| it.min(SignedDuration::from_mins(5)));
    now + pause.max(backoff(tries))
}

impl Draft<'_> {
    pub(super) fn page_tried(&mut self, page: &PageId, delivery: Delivery, tries: u32) {
        if !self.incident.still_wants(page) {
            return;
        }
        match delivery {
            Delivery::Accepted { reference } => {
                let reference = cut(&reference, 300);
                self.fact(Fact::PageDelivered { page: page.clone(), reference, tries });
            }
            Delivery::Rejected { reason } => {
                self.fact(Fact::PageRejected {
                    page: page.clone(),
                    reason: cut(&reason, TEXT_CHARS_MAX),
                });
                self.find_another_way(page);
            }
            Delivery::Retry { after, reason } => {
                self.page_delayed(page, after, cut(&reason, TEXT_CHARS_MAX), tries)
            }
        }
    }

    fn page_delayed(
        &mut self,
        page: &PageId,
        after: Option<SignedDuration>,
        reason: String,
        tries: u32,
    ) {
        let Some(kept) = self.incident.pages.get(page) else { return };
        if self.now.duration_since(kept.since) > PAGE_TRIED_FOR_MAX {
            self.fact(Fact::PageGivenUp { page: page.clone(), reason, tries });
            return self.find_another_way(page);
        }
        // Each try would fill the timeline; the first ones, changes, and then ever rarer ones tell as much.
        if tries.is_power_of_two() || kept.trouble.as_ref() != Some(&reason) {
            let next = self.urgency(&kept.reason).meet(next_try(tries, after, self.now));
            self.fact(Fact::PageDelayed { page: page.clone(), reason, tries, next });
        }
    }

    pub(super) fn drop_owed(&mut self, reason: &str, what: Dropped) {
        let owed: Vec<_> = self
            .incident
            .pages
            .iter()
            .filter(|(_, it)| it.state == PageState::Owed && what.covers(self.incident.need(it)))
            .map(|(id, _)| id.clone())
            .collect();
        for page in owed {
            self.fact(Fact::PageDropped { page, reason: reason.to_owned() });
        }
    }

    /// A page will never arrive: the person's other ways, else the next level, and at once.
    fn find_another_way(&mut self, page: &PageId) {
        let Some(kept) = self.incident.pages.get(page).cloned() else { return };
        if kept.reason == PageReason::Announced || !self.incident.is_open() {
            return;
        }
        self.try_next_ways();
        if self.incident.acknowledged.is_none() && !self.incident.is_anybody_reached() {
            // Without a further level the ladder's own repetition goes on, and the timeline says that this failed.
            let _ = self.climb_now(PageReason::Undeliverable { person: kept.to });
        }
    }
}

/// Which owed pages nobody needs any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dropped {
    /// Those that ask for an answer which has come.
    Alarms,
    /// Those, and the calls for a person. Word for others is still owed.
    Everything,
}

impl Dropped {
    fn covers(self, reason: &PageReason) -> bool {
        match reason {
            PageReason::Announced | PageReason::Passed => false,
            PageReason::NeedsPerson { .. } => self == Dropped::Everything,
            PageReason::FirstLevel
            | PageReason::Unanswered { .. }
            | PageReason::Condition { .. }
            | PageReason::AskedBy { .. }
            | PageReason::NextWay
            | PageReason::NobodyOnDuty
            | PageReason::Undeliverable { .. }
            | PageReason::Repeated { .. }
            | PageReason::SeverityRaised
            | PageReason::Reopened => true,
        }
    }
}

impl Incident {
    /// Whether some page to a person arrived or may still arrive.
    fn is_anybody_reached(&self) -> bool {
        self.pages
            .values()
            .filter(|it| it.reason != PageReason::Announced)
            .any(|it| matches!(it.state, PageState::Owed | PageState::Delivered))
    }
}
