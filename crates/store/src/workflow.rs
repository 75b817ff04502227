//! Workflows: alerts, incidents and runs, each one row that caches its events.

use jiff::Timestamp;

use crate::session::{Record, Session, Value};
use crate::{LIST_MAX, Store, StoreError, moment};

/// A kind of workflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Workflow {
    Alert,
    Incident,
    Run,
}

/// A workflow as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub workflow: Workflow,
    /// Unique over all kinds.
    pub id: String,
    /// Counted from 1, one for each commit.
    pub version: u64,
    /// JSON of the core's state, which folding the events gives again.
    pub state: String,
    /// When it next needs attention, never earlier than was committed.
    pub wake_at: Option<Timestamp>,
    pub closed_at: Option<Timestamp>,
    /// At most one open workflow of a kind has it.
    pub topic: Option<String>,
    /// The incident of a run.
    pub parent: Option<String>,
    pub opened_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Which workflows a list shows, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    pub which: Which,
    pub parent: Option<String>,
    /// Only those that come after this place in the list.
    pub before: Option<Cursor>,
    /// At most [`LIST_MAX`] are answered, whatever is asked.
    pub limit: u32,
}

/// Whether closed ones are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    Open,
    Closed,
    All,
}

/// A place in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub opened_at: Timestamp,
    pub id: String,
}

const COLUMNS: &str = "kind, id, version, state, wake_at_ms, closed_at_ms, topic, parent, \
                       opened_at_ms, updated_at_ms";
pub(crate) const LIST_DUE: &str = "select kind, id from workflow where wake_at_ms <= ?1 \
                                   order by wake_at_ms, id limit ?2";
pub(crate) const NEXT_WAKE: &str = "select wake_at_ms from workflow where wake_at_ms is not null \
                                    order by wake_at_ms limit 1";
pub(crate) const LAST_NUMBER: &str = "select id from workflow where id >= ?1 and id < ?2 \
                                      order by length(id) desc, id desc limit 1";

impl Store {
    /// Loads one workflow.
    pub async fn load(&self, workflow: Workflow, id: &str) -> Result<Option<Row>, StoreError> {
        let id = id.to_owned();
        self.inner.readers.read(move |session| load(session, workflow, &id)).await
    }

    /// Loads the open workflow that works on `topic`.
    pub async fn load_open_by_topic(
        &self,
        workflow: Workflow,
        topic: &str,
    ) -> Result<Option<Row>, StoreError> {
        let topic = topic.to_owned();
        self.inner.readers.read(move |session| load_open(session, workflow, &topic)).await
    }

    /// Lists workflows of a kind, newest first.
    pub async fn list(&self, workflow: Workflow, filter: Filter) -> Result<Vec<Row>, StoreError> {
        self.inner.readers.read(move |session| list(session, workflow, &filter)).await
    }

    /// Lists workflows whose wake-up is due, the longest due first.
    pub async fn list_due(
        &self,
        limit: u32,
        now: Timestamp,
    ) -> Result<Vec<(Workflow, String)>, StoreError> {
        let values = [moment::past_ms(now).into(), limit.min(LIST_MAX).into()];
        let read = move |session: &Session| {
            session.query(LIST_DUE, &values, |it| Ok((Workflow::read(it, 0)?, it.text(1)?)))
        };
        self.inner.readers.read(read).await
    }

    /// When the next wake-up is due, or was.
    pub async fn next_wake(&self) -> Result<Option<Timestamp>, StoreError> {
        let read = |session: &Session| session.query_one(NEXT_WAKE, &[], |it| it.timestamp(0));
        self.inner.readers.read(read).await
    }

    /// Of each subject the workflow that closed last; nothing where none did.
    pub async fn last_closed(&self, subjects: Vec<String>) -> Result<Vec<Option<Row>>, StoreError> {
        let read = move |session: &Session| {
            let sql = last_closed_sql();
            subjects.iter().map(|it| session.query_one(&sql, &[it.into()], row)).collect()
        };
        self.inner.readers.read(read).await
    }

    /// The highest number among ids that are `prefix` and a number, or 0: the next id has the next number.
    ///
    /// Two callers may hear the same number; the second to commit it hears [`StoreError::Conflict`].
    pub async fn last_number(&self, prefix: &str) -> Result<u32, StoreError> {
        let prefix = prefix.to_owned();
        self.inner.readers.read(move |session| last_number(session, &prefix)).await
    }
}

impl Row {
    /// The place of this row in a list, to ask for those after it.
    pub fn cursor(&self) -> Cursor {
        Cursor { opened_at: self.opened_at, id: self.id.clone() }
    }
}

impl Workflow {
    /// Every kind.
    pub const ALL: [Workflow; 3] = [Workflow::Alert, Workflow::Incident, Workflow::Run];

    /// As it is stored, and as metrics name it.
    pub fn text(self) -> &'static str {
        match self {
            Workflow::Alert => "alert",
            Workflow::Incident => "incident",
            Workflow::Run => "run",
        }
    }

    pub(crate) fn read(record: &Record<'_>, column: usize) -> Result<Workflow, StoreError> {
        let text = record.text(column)?;
        Workflow::ALL
            .into_iter()
            .find(|it| it.text() == text)
            .ok_or_else(|| StoreError::corrupt(format!("a workflow of kind {text:?}")))
    }
}

fn load(session: &Session, workflow: Workflow, id: &str) -> Result<Option<Row>, StoreError> {
    let sql = format!("select {COLUMNS} from workflow where id = ?1 and kind = ?2");
    session.query_one(&sql, &[id.into(), workflow.text().into()], row)
}

fn load_open(
    session: &Session,
    workflow: Workflow,
    topic: &str,
) -> Result<Option<Row>, StoreError> {
    session.query_one(&load_open_sql(), &[workflow.text().into(), topic.into()], row)
}

pub(crate) fn load_open_sql() -> String {
    format!(
        "select {COLUMNS} from workflow where kind = ?1 and topic = ?2 and closed_at_ms is null"
    )
}

pub(crate) fn last_closed_sql() -> String {
    format!(
        "select {COLUMNS} from workflow where subject = ?1 and closed_at_ms is not null \
         order by closed_at_ms desc, id desc limit 1"
    )
}

fn list(session: &Session, workflow: Workflow, filter: &Filter) -> Result<Vec<Row>, StoreError> {
    let limit = filter.limit.min(LIST_MAX);
    let mut values: Vec<Value<'_>> = vec![workflow.text().into(), limit.into()];
    if let Some(before) = &filter.before {
        values.push(moment::past_ms(before.opened_at).into());
        values.push((&before.id).into());
    }
    if let Some(parent) = &filter.parent {
        values.push(parent.into());
    }
    session.query(&list_sql(filter), &values, row)
}

/// One of a dozen texts, so that the engine can use an index for each.
pub(crate) fn list_sql(filter: &Filter) -> String {
    let which = match filter.which {
        Which::Open => " and closed_at_ms is null",
        Which::Closed => " and closed_at_ms is not null",
        Which::All => "",
    };
    let before = match &filter.before {
        Some(_) => " and (opened_at_ms, id) < (?3, ?4)",
        None => "",
    };
    let parent = match (&filter.parent, &filter.before) {
        (Some(_), Some(_)) => " and parent = ?5",
        (Some(_), None) => " and parent = ?3",
        (None, _) => "",
    };
    format!(
        "select {COLUMNS} from workflow where kind = ?1{which}{before}{parent} \
         order by opened_at_ms desc, id desc limit ?2"
    )
}

fn last_number(session: &Session, prefix: &str) -> Result<u32, StoreError> {
    // Ids are compared by code point, and the digits are the code points from `0` to just before `:`.
    let (first, end) = (format!("{prefix}0"), format!("{prefix}:"));
    let values = [(&first).into(), (&end).into()];
    let last = session.query_one(LAST_NUMBER, &values, |it| it.text(0))?;
    last.map_or(Ok(0), |id| {
        let number = id.strip_prefix(prefix).and_then(|it| it.parse().ok());
        number.ok_or_else(|| StoreError::corrupt(format!("an id {id} without a number")))
    })
}

fn row(record: &Record<'_>) -> Result<Row, StoreError> {
    Ok(Row {
        workflow: Workflow::read(record, 0)?,
        id: record.text(1)?,
        version: record.count(2)?,
        state: record.text(3)?,
        wake_at: record.maybe_timestamp(4)?,
        closed_at: record.maybe_timestamp(5)?,
        topic: record.maybe_text(6)?,
        parent: record.maybe_text(7)?,
        opened_at: record.timestamp(8)?,
        updated_at: record.timestamp(9)?,
    })
}
