//! The outbox: what the world is asked to do, claimed with a lease and done at least once.
//!
//! ```text
//!  commit ─▶ waiting ─claim─▶ leased ─settle─▶ done
//!              ▲                │ │
//!              └─ defer ────────┘ │   defer, release and the end of a lease give it back;
//!              └─ lease ended ────┘   the next claim has a higher generation
//! ```
//!
//! **Invariant:** a lease only saves work. What keeps it right is the generation: a worker that was given up on, and
//! comes back, is told so and changes nothing.

use jiff::{SignedDuration, Timestamp};

use crate::session::{Record, Session, Value};
use crate::{LIST_MAX, Store, StoreError, Workflow, moment};

/// A queue of its own, so that nothing slow stands before a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// People are reached.
    Page,
    /// A workflow tells another, in the order in which it was decided.
    Inner,
    /// A step is performed.
    Step,
}

/// The right to carry out an effect, until it is settled, deferred, or taken over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// `INC-20260105-001/4/0`: the idempotency key for the far side.
    pub id: String,
    pub generation: u64,
}

/// An effect to carry out now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    pub claim: Claim,
    /// Whose effect it is.
    pub workflow: Workflow,
    pub of: String,
    pub lane: Lane,
    pub body: String,
    /// Which claim this is, counted from 1.
    pub tries: u32,
    pub due_at: Timestamp,
    /// When it was due at first, however often it was deferred.
    pub first_due_at: Timestamp,
}

/// What waits in a lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Depth {
    pub lane: Lane,
    /// Effects that are not settled: due, not yet due, or under way.
    pub unsettled: u64,
    /// Of them, those that are under way.
    pub leased: u64,
    /// The earliest that any of them is due.
    pub oldest_due_at: Option<Timestamp>,
    /// Since when the longest owed of them is owed: what is deferred again and again stays owed.
    pub owed_since: Option<Timestamp>,
    /// The same of those that are not under way.
    pub idle_since: Option<Timestamp>,
}

/// Word between workflows is told in the order in which it was decided: of one workflow, only the first that is not
/// settled can be claimed, however late it is.
///
/// Each lane is read by its own index; a lane that is not wanted is an empty text and has no rows. The outer `where`
/// repeats the condition for engines on which somebody may be faster between the two.
pub(crate) const CLAIM: &str = "
update outbox set lease_until_ms = ?2, generation = generation + 1, tries = tries + 1
 where lease_until_ms <= ?1 and done_at_ms is null
   and id in (
       select id from (
           select * from (select id, due_at_ms, 0 as place from outbox
                           where lane = ?4 and done_at_ms is null and due_at_ms <= ?1 and lease_until_ms <= ?1
                           order by due_at_ms, id limit ?3) as pages
           union all
           select * from (select id, due_at_ms, 1 as place from outbox
                           where lane = ?5 and done_at_ms is null and due_at_ms <= ?1 and lease_until_ms <= ?1
                             and not exists (select 1 from outbox as word
                                              where word.workflow = outbox.workflow and word.lane = 'inner'
                                                and word.done_at_ms is null and word.place < outbox.place)
                           order by due_at_ms, id limit ?3) as inners
           union all
           select * from (select id, due_at_ms, 1 as place from outbox
                           where lane = ?6 and done_at_ms is null and due_at_ms <= ?1 and lease_until_ms <= ?1
                           order by due_at_ms, id limit ?3) as steps
       ) as ready
       order by place, due_at_ms, id limit ?3)
returning id, generation, kind, workflow, lane, body, tries, due_at_ms, first_due_at_ms";
pub(crate) const RENEW: &str = "update outbox set lease_until_ms = ?3 \
     where id = ?1 and generation = ?2 and done_at_ms is null";
pub(crate) const SETTLE: &str = "update outbox set lease_until_ms = 0, done_at_ms = ?3 \
     where id = ?1 and generation = ?2 and done_at_ms is null";
/// The generation goes up, so that what was given back cannot be settled by whoever gave it back.
pub(crate) const DEFER: &str = "update outbox set lease_until_ms = 0, generation = generation + 1, \
     due_at_ms = ?3 where id = ?1 and generation = ?2 and done_at_ms is null";
pub(crate) const RELEASE_ALL: &str = "update outbox set lease_until_ms = 0, \
     generation = generation + 1 where lane = ?1 and lease_until_ms > 0 and done_at_ms is null";
pub(crate) const NEXT_FREE: &str = "select due_at_ms from outbox where lane = ?1 \
     and done_at_ms is null and lease_until_ms <= ?2 \
     and (lane <> 'inner' or not exists (select 1 from outbox as word \
       where word.workflow = outbox.workflow and word.lane = 'inner' \
         and word.done_at_ms is null and word.place < outbox.place)) \
     order by due_at_ms limit 1";
pub(crate) const NEXT_LEASE_END: &str = "select lease_until_ms from outbox where lane = ?1 \
     and done_at_ms is null and lease_until_ms > 0 and lease_until_ms > ?2 \
     order by lease_until_ms limit 1";
pub(crate) const HASTEN_DUE: &str =
    "update outbox set due_at_ms = ?2 where lane = ?1 and done_at_ms is null and due_at_ms > ?3";
pub(crate) const HASTEN_LEASE: &str = "update outbox set lease_until_ms = ?2 \
     where lane = ?1 and done_at_ms is null and lease_until_ms > 0 and lease_until_ms > ?2";
pub(crate) const DEPTH: &str = "select cast(count(*) as bigint), min(due_at_ms), \
     min(first_due_at_ms), min(case when lease_until_ms <= ?2 then first_due_at_ms end), \
     (select cast(count(*) as bigint) from outbox \
       where lane = ?1 and lease_until_ms > 0 and lease_until_ms > ?2 and done_at_ms is null) \
     from outbox where lane = ?1 and done_at_ms is null";

impl Store {
    /// Claims effects of `lanes` that are due, pages first and then the longest due, for as long as `lease`.
    ///
    /// At most [`LIST_MAX`] are claimed, whatever is asked.
    pub async fn claim(
        &self,
        lanes: &[Lane],
        lease: SignedDuration,
        limit: u32,
        now: Timestamp,
    ) -> Result<Vec<Claimed>, StoreError> {
        let (lanes, lease_end) = (lanes.to_vec(), moment::lease_end_ms(now, lease));
        self.inner.writer.ask(move |session| claim(session, &lanes, lease_end, limit, now)).await
    }

    /// Lengthens the lease of a claim to `lease` from `now`.
    pub async fn renew(
        &self,
        claim: &Claim,
        lease: SignedDuration,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (claim, end) = (claim.clone(), moment::lease_end_ms(now, lease));
        self.inner.writer.ask(move |session| change(session, RENEW, &claim, end)).await
    }

    /// Ends an effect without a decision; with one, [`Commit::settles`](crate::Commit::settles) does it.
    pub async fn settle(&self, claim: &Claim, now: Timestamp) -> Result<(), StoreError> {
        let claim = claim.clone();
        self.inner.writer.ask(move |session| settle(session, &claim, now)).await
    }

    /// Gives an effect back, to be claimed again from `due_at` on. The claim is stale afterwards.
    pub async fn defer(&self, claim: &Claim, due_at: Timestamp) -> Result<(), StoreError> {
        let (claim, due) = (claim.clone(), moment::due_ms(due_at));
        self.inner.writer.ask(move |session| change(session, DEFER, &claim, due)).await
    }

    /// Gives every leased effect back and counts them.
    ///
    /// Only for the start: this process alone has the directory, so every lease is of a dead one.
    pub async fn release_all(&self) -> Result<usize, StoreError> {
        let release = |session: &Session| {
            let lanes = Lane::ALL.iter();
            lanes.map(|lane| session.execute(RELEASE_ALL, &[lane.text().into()])).sum()
        };
        self.inner.writer.ask(release).await
    }

    /// Makes due at `now` what would be due after `latest`, and lets no lease last for longer than `lease` from `now`.
    ///
    /// For a clock that went back: what was put off by seconds would otherwise wait until the clock has caught up.
    pub async fn hasten(
        &self,
        latest: Timestamp,
        lease: SignedDuration,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (due, latest) = (moment::due_ms(now), moment::due_ms(latest));
        let lease_end = moment::lease_end_ms(now, lease);
        let hasten = move |session: &Session| {
            for lane in Lane::ALL {
                let lane = Value::from(lane.text());
                session.execute(HASTEN_DUE, &[lane, due.into(), latest.into()])?;
                session.execute(HASTEN_LEASE, &[lane, lease_end.into()])?;
            }
            Ok(())
        };
        self.inner.writer.ask(hasten).await
    }

    /// When an effect of `lanes` may next be claimed, or could already be: one is due, or a lease ends.
    pub async fn next_due(
        &self,
        lanes: &[Lane],
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let lanes = lanes.to_vec();
        self.inner.readers.read(move |session| next_due(session, &lanes, now)).await
    }

    /// What waits in each lane.
    pub async fn outbox_depth(&self, now: Timestamp) -> Result<Vec<Depth>, StoreError> {
        let read = move |session: &Session| {
            Lane::ALL.into_iter().map(|lane| depth(session, lane, now)).collect()
        };
        self.inner.readers.read(read).await
    }
}

impl Lane {
    /// Every lane, the most urgent first.
    pub const ALL: [Lane; 3] = [Lane::Page, Lane::Inner, Lane::Step];

    /// As it is stored, and as metrics name it.
    pub fn text(self) -> &'static str {
        match self {
            Lane::Page => "page",
            Lane::Inner => "inner",
            Lane::Step => "step",
        }
    }

    /// Pages come first; the others share what is left by age, so that neither starves.
    fn place(self) -> u8 {
        match self {
            Lane::Page => 0,
            Lane::Inner | Lane::Step => 1,
        }
    }

    fn read(record: &Record<'_>, column: usize) -> Result<Lane, StoreError> {
        let text = record.text(column)?;
        Lane::ALL
            .into_iter()
            .find(|it| it.text() == text)
            .ok_or_else(|| StoreError::corrupt(format!("an effect of lane {text:?}")))
    }
}

/// Settles an effect inside a transaction.
pub(crate) fn settle(session: &Session, claim: &Claim, now: Timestamp) -> Result<(), StoreError> {
    change(session, SETTLE, claim, moment::past_ms(now))
}

/// Changes one claimed effect, unless the claim is stale.
fn change(session: &Session, sql: &str, claim: &Claim, ms: i64) -> Result<(), StoreError> {
    let values = [(&claim.id).into(), claim.generation.into(), ms.into()];
    match session.execute(sql, &values)? {
        1 => Ok(()),
        _ => Err(StoreError::Conflict),
    }
}

fn claim(
    session: &Session,
    lanes: &[Lane],
    lease_end: i64,
    limit: u32,
    now: Timestamp,
) -> Result<Vec<Claimed>, StoreError> {
    let wanted = |lane: Lane| if lanes.contains(&lane) { lane.text() } else { "" };
    let values = [
        Value::Int(moment::past_ms(now)),
        lease_end.into(),
        limit.min(LIST_MAX).into(),
        wanted(Lane::Page).into(),
        wanted(Lane::Inner).into(),
        wanted(Lane::Step).into(),
    ];
    let mut found = session.query(CLAIM, &values, claimed)?;
    // No engine promises an order of what an update returns.
    found.sort_by(|a, b| order(a).cmp(&order(b)));
    Ok(found)
}

fn order(it: &Claimed) -> (u8, Timestamp, &str) {
    (it.lane.place(), it.due_at, &it.claim.id)
}

fn claimed(record: &Record<'_>) -> Result<Claimed, StoreError> {
    Ok(Claimed {
        claim: Claim { id: record.text(0)?, generation: record.count(1)? },
        workflow: Workflow::read(record, 2)?,
        of: record.text(3)?,
        lane: Lane::read(record, 4)?,
        body: record.text(5)?,
        tries: record.count(6)?,
        due_at: record.timestamp(7)?,
        first_due_at: record.timestamp(8)?,
    })
}

fn next_due(
    session: &Session,
    lanes: &[Lane],
    now: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    let mut next = None;
    for lane in lanes {
        for sql in [NEXT_FREE, NEXT_LEASE_END] {
            let values = [lane.text().into(), moment::past_ms(now).into()];
            let found = session.query_one(sql, &values, |it| it.timestamp(0))?;
            next = [next, found].into_iter().flatten().min();
        }
    }
    Ok(next)
}

fn depth(session: &Session, lane: Lane, now: Timestamp) -> Result<Depth, StoreError> {
    let values = [lane.text().into(), moment::past_ms(now).into()];
    let read = |it: &Record<'_>| {
        Ok(Depth {
            lane,
            unsettled: it.count(0)?,
            oldest_due_at: it.maybe_timestamp(1)?,
            owed_since: it.maybe_timestamp(2)?,
            idle_since: it.maybe_timestamp(3)?,
            leased: it.count(4)?,
        })
    };
    session
        .query_one(DEPTH, &values, read)?
        .ok_or_else(|| StoreError::corrupt("a count without a row"))
}
