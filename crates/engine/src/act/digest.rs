//! Pages of a digest: what is due at once and goes the same way is one task.

use matoi_core::effect::Effect;
use matoi_core::page::{Page, Urgency};
use matoi_store::{Claimed, Lane};

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
