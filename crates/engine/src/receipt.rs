//! Receipts of pages that arrived, until the database has them.
//!
//! **Limit:** only in memory: a page whose receipt was not stored when the process died is sent again, under its key.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use matoi_core::id::PageId;

/// What the far sides said of pages that they took. It holds no more than pages that are under way.
#[derive(Debug, Default)]
pub(crate) struct Receipts(Mutex<BTreeMap<PageId, String>>);

impl Receipts {
    pub(crate) fn keep(&self, page: &PageId, reference: &str) {
        self.lock().insert(page.clone(), reference.to_owned());
    }

    pub(crate) fn of(&self, page: &PageId) -> Option<String> {
        self.lock().get(page).cloned()
    }

    /// Lets go of what is stored, or not awaited any more.
    pub(crate) fn forget(&self, page: &PageId) {
        self.lock().remove(page);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<PageId, String>> {
        // Nothing in here is left half changed by a panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
