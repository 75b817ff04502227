//! The events of a workflow, in the order in which they happened.

use jiff::Timestamp;

use crate::session::Session;
use crate::{LIST_MAX, Store, StoreError, Workflow};

/// An event as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The commit that it came with.
    pub version: u64,
    /// Its place among the events of that commit, counted from 0.
    pub ordinal: u32,
    /// When it was committed.
    pub at: Timestamp,
    /// JSON of the core's event.
    pub body: String,
}

/// A place in the events of a workflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub version: u64,
    pub ordinal: u32,
}

pub(crate) const LIST_EVENTS: &str = "select version, ordinal, at_ms, body from event \
     where id = ?1 and (version, ordinal) > (?2, ?3) \
       and exists (select 1 from workflow where id = ?1 and kind = ?4) \
     order by version, ordinal limit ?5";

impl Store {
    /// Lists the events of a workflow after a place; at most [`LIST_MAX`] are answered, whatever is asked.
    pub async fn list_events(
        &self,
        workflow: Workflow,
        id: &str,
        after: Place,
        limit: u32,
    ) -> Result<Vec<Stored>, StoreError> {
        let id = id.to_owned();
        let read = move |session: &Session| list_events(session, workflow, &id, after, limit);
        self.inner.readers.read(read).await
    }
}

impl Place {
    /// Before the first event.
    pub const START: Place = Place { version: 0, ordinal: 0 };

    /// After the last event of `version`.
    pub fn end_of(version: u64) -> Place {
        Place { version, ordinal: u32::MAX }
    }
}

impl Stored {
    /// The place of this event, to ask for those after it.
    pub fn place(&self) -> Place {
        Place { version: self.version, ordinal: self.ordinal }
    }
}

fn list_events(
    session: &Session,
    workflow: Workflow,
    id: &str,
    after: Place,
    limit: u32,
) -> Result<Vec<Stored>, StoreError> {
    let values = [
        id.into(),
        after.version.into(),
        after.ordinal.into(),
        workflow.text().into(),
        limit.min(LIST_MAX).into(),
    ];
    session.query(LIST_EVENTS, &values, |it| {
        Ok(Stored {
            version: it.count(0)?,
            ordinal: it.count(1)?,
            at: it.timestamp(2)?,
            body: it.text(3)?,
        })
    })
}
