//! Pages of a digest: what is due at once and goes the same way goes out as one.
//!
//! **Invariant:** each page is told and settled by itself. A crash in between leaves the others owed, and they go out
//! again, in the company that is left.

use matoi_core::effect::Effect;
use matoi_core::id::PageId;
use matoi_core::incident::draft::World;
use matoi_core::page::digest::{Told, gather};
use matoi_core::page::{Delivery, Page, Urgency};
use matoi_core::plan::Plan;
use matoi_store::{Claimed, Lane};

use crate::handle::Handle;
use crate::incident::IncidentView;

/// Something to carry out.
pub(crate) enum Task {
    Alone(Claimed),
    /// Pages of a digest to the same person by the same way.
    Together(Vec<(Claimed, Page)>),
}

impl Task {
    /// What was claimed for it.
    pub(crate) fn claimed(&self) -> impl Iterator<Item = &Claimed> {
        let (alone, together) = match self {
            Task::Alone(it) => (Some(it), [].as_slice()),
            Task::Together(all) => (None, all.as_slice()),
        };
        alone.into_iter().chain(together.iter().map(|it| &it.0))
    }
}

/// What was claimed at once, with the pages of a digest put together by their way.
pub(crate) fn tasks(claimed: Vec<Claimed>) -> Vec<Task> {
    let mut tasks: Vec<Task> = Vec::new();
    for it in claimed {
        let Some(page) = gathered(&it) else {
            tasks.push(Task::Alone(it));
            continue;
        };
        let same = tasks.iter_mut().find_map(|task| match task {
            Task::Together(all) if all.first().is_some_and(|it| goes_with(&it.1, &page)) => {
                Some(all)
            }
            Task::Together(_) | Task::Alone(_) => None,
        });
        match same {
            Some(all) => all.push((it, page)),
            None => tasks.push(Task::Together(vec![(it, page)])),
        }
    }
    tasks
}

fn gathered(claimed: &Claimed) -> Option<Page> {
    if claimed.lane != Lane::Page {
        return None;
    }
    match serde_json::from_str(&claimed.body) {
        Ok(Effect::SendPage(page)) if page.urgency == Urgency::Gathered => Some(page),
        // What cannot be read is told of where it is carried out.
        Ok(_) | Err(_) => None,
    }
}

fn goes_with(a: &Page, b: &Page) -> bool {
    (&a.to, &a.channel, &a.address) == (&b.to, &b.channel, &b.address)
}

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
}
