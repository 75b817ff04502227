//! The one way in which a workflow changes: row, events and outbox together, if nobody was faster.

use jiff::Timestamp;

use crate::outbox::{self, Claim, Lane};
use crate::session::{Session, Value};
use crate::{Store, StoreError, Workflow, moment};

/// What one commit may bring; it bounds how long its neighbours wait.
pub const COMMIT_BYTES_MAX: usize = 16 << 20;

/// Effects that one commit may bring; a hundred times the most that any decision makes.
const EFFECTS_MAX: usize = 1 << 16;

/// A decision to store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    pub workflow: Workflow,
    pub id: String,
    /// The new one; 1 opens the workflow.
    pub version: u64,
    /// JSON of the core's state.
    pub state: String,
    pub wake_at: Option<Timestamp>,
    pub closed_at: Option<Timestamp>,
    /// An open workflow of the same kind and topic makes this commit a conflict.
    pub topic: Option<String>,
    pub parent: Option<String>,
    /// What it is one of many of, such as `run:disk-full`; kept as it was when the workflow opened.
    pub subject: Option<String>,
    /// JSON of the core's events, in order.
    pub events: Vec<String>,
    /// The `n`th is known as `id/version/n`, counted from 0.
    pub effects: Vec<NewEffect>,
    /// The effect that this decision answers. It is settled with it, and when the claim is stale, nothing is stored.
    pub settles: Option<Claim>,
}

/// Something to ask of the world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEffect {
    pub lane: Lane,
    /// JSON of the core's effect.
    pub body: String,
    pub due_at: Timestamp,
}

const OPEN: &str = "insert into workflow (id, kind, version, state, wake_at_ms, closed_at_ms, \
     topic, parent, opened_at_ms, updated_at_ms, subject) \
     values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, ?10)";
pub(crate) const UPDATE: &str = "update workflow set version = ?3, state = ?4, wake_at_ms = ?5, \
     closed_at_ms = ?6, topic = ?7, parent = ?8, updated_at_ms = ?9 \
     where id = ?1 and kind = ?2 and version = ?3 - 1";
const EXISTS: &str = "select 1 from workflow where id = ?1 and kind = ?2";
const ADD_EVENT: &str =
    "insert into event (id, version, ordinal, at_ms, body) values (?1, ?2, ?3, ?4, ?5)";
const ADD_EFFECT: &str = "insert into outbox (id, kind, workflow, lane, body, due_at_ms, \
     first_due_at_ms, place, lease_until_ms, generation, tries) \
     values (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, 0, 0, 0)";

impl Store {
    /// Stores a decision: row, events, and outbox together, if nobody was faster.
    ///
    /// Once this returns `Ok`, it survives a crash and a loss of power.
    pub async fn commit(&self, it: Commit, now: Timestamp) -> Result<(), StoreError> {
        it.check_size()?;
        self.inner.writer.ask(move |session| store(session, &it, now)).await
    }
}

impl Commit {
    fn check_size(&self) -> Result<(), StoreError> {
        let events: usize = self.events.iter().map(String::len).sum();
        let effects: usize = self.effects.iter().map(|it| it.body.len()).sum();
        if self.state.len() + events + effects <= COMMIT_BYTES_MAX {
            return Ok(());
        }
        let what = format!("version {} of {}", self.version, self.id);
        Err(StoreError::TooLarge { what, bytes_max: COMMIT_BYTES_MAX })
    }
}

fn store(session: &Session, it: &Commit, now: Timestamp) -> Result<(), StoreError> {
    if let Some(claim) = &it.settles {
        outbox::settle(session, claim, now)?;
    }
    store_row(session, it, now)?;
    for (ordinal, body) in (0_i64..).zip(&it.events) {
        let values = [
            Value::from(&it.id),
            it.version.into(),
            ordinal.into(),
            moment::past_ms(now).into(),
            body.into(),
        ];
        session.execute(ADD_EVENT, &values)?;
    }
    for (ordinal, effect) in it.effects.iter().enumerate() {
        let id = format!("{}/{}/{ordinal}", it.id, it.version);
        let values = [
            Value::from(&id),
            it.workflow.text().into(),
            (&it.id).into(),
            effect.lane.text().into(),
            (&effect.body).into(),
            moment::due_ms(effect.due_at).into(),
            place(it.version, ordinal)?.into(),
        ];
        session.execute(ADD_EFFECT, &values)?;
    }
    Ok(())
}

/// A number that orders all effects of a workflow.
fn place(version: u64, ordinal: usize) -> Result<i64, StoreError> {
    let place =
        version.checked_mul(EFFECTS_MAX as u64).and_then(|it| it.checked_add(ordinal as u64));
    let place = place.filter(|_| ordinal < EFFECTS_MAX).and_then(|it| i64::try_from(it).ok());
    place.ok_or_else(|| StoreError::corrupt(format!("effect {ordinal} of version {version}")))
}

fn store_row(session: &Session, it: &Commit, now: Timestamp) -> Result<(), StoreError> {
    let values = [
        Value::from(&it.id),
        it.workflow.text().into(),
        it.version.into(),
        (&it.state).into(),
        it.wake_at.map(moment::due_ms).into(),
        it.closed_at.map(moment::past_ms).into(),
        it.topic.as_ref().into(),
        it.parent.as_ref().into(),
        moment::past_ms(now).into(),
        it.subject.as_ref().into(),
    ];
    if it.version == 1 {
        return session.execute(OPEN, &values).map(drop);
    }
    let (changing, naming) = (values.get(..9), values.get(..2));
    if session.execute(UPDATE, changing.unwrap_or_default())? == 1 {
        return Ok(());
    }
    let known = session.query_one(EXISTS, naming.unwrap_or_default(), |_| Ok(()))?;
    Err(known.map_or(StoreError::Missing, |()| StoreError::Conflict))
}
