//! `work`: the bot itself. It delivers a notice per round and writes down that it did.
//!
//! **Invariant:** two workers never run at once; the kernel's lock on `worker.lock` sees to it, not the pid file.
//! **Invariant:** a worker that learns of damage ends at once and says so; it never writes into a damaged history.

use std::fs::OpenOptions;
use std::io::Write;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use jiff::Timestamp;
use rusqlite::{Connection, params};

use crate::database::{self, Access, Judgement};
use crate::durable::remove_if_there;
use crate::init::{Member, members};
use crate::lock::Lock;
use crate::process::Identity;
use crate::row::Row;
use crate::sequence::Sequence;
use crate::system::System;
use crate::{clock, ledger};

/// The pause between two rounds when nothing else is said.
pub const EVERY: Duration = Duration::from_millis(500);
/// How often a resting worker looks for the stop file.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// Old deliveries that each round reads back: the bot notices damage by itself, sooner or later.
const READ_BACK: u32 = 5;
/// Pages that a worker keeps in memory; few, so that reading back really reads.
const CACHE_PAGES: i64 = 16;

/// How to work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// Serves only the first so many members: recovery in stages.
    pub members_max: Option<usize>,
    pub every: Duration,
    /// Ends by itself after so many rounds; without it, only when stopped.
    pub rounds: Option<u64>,
}

/// How the work ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Worked {
    /// All rounds are done, or the stop file was seen.
    Finished { rounds: u64 },
    /// The history is damaged.
    Damaged { rounds: u64, reason: String },
}

/// Works until the rounds are done, somebody stops it, or the history turns out to be damaged.
pub fn work(system: &System, work: &Work) -> anyhow::Result<Worked> {
    let lock = Lock::take(system, Duration::from_secs(1))?;
    let _lock = lock.with_context(|| match Identity::read(&system.pid()) {
        Some(it) if it.is_alive() => format!("another worker is running: process {}", it.pid),
        _ => "worker.lock is taken by another worker or a repair".to_owned(),
    })?;
    // Whoever left it behind had his way: nobody was running.
    remove_if_there(&system.stop())?;
    Identity::own()?.write(&system.pid())?;
    let worked = Worker::work(system, work);
    match &worked {
        Ok(worked) => log(system, &worked.to_string())?,
        Err(error) => log(system, &format!("failed: {error:#}"))?,
    }
    remove_if_there(&system.pid())?;
    worked
}

impl std::fmt::Display for Worked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Worked::Finished { rounds } => write!(f, "finished after {rounds} rounds"),
            Worked::Damaged { rounds, reason } => {
                write!(f, "history.db is not intact, ended after {rounds} rounds: {reason}")
            }
        }
    }
}

struct Worker<'a> {
    system: &'a System,
    db: Connection,
    members: Vec<Member>,
    next_id: i64,
    sequence: Sequence,
}

impl Worker<'_> {
    fn work(system: &System, work: &Work) -> anyhow::Result<Worked> {
        match database::judge(&system.database(), Access::Live) {
            Judgement::Intact => (),
            Judgement::Broken { reason } => return Ok(Worked::Damaged { rounds: 0, reason }),
            Judgement::Missing => {
                let reason = "there is no history.db".to_owned();
                return Ok(Worked::Damaged { rounds: 0, reason });
            }
        }
        let mut rounds = 0;
        let mut worker = match Worker::begin(system, work) {
            Ok(worker) => worker,
            Err(error) => return damaged(rounds, error),
        };
        log(system, &format!("working for {} members", worker.members.len()))?;
        while work.rounds.is_none_or(|it| rounds < it) {
            if let Err(error) = worker.round(clock::now()) {
                return damaged(rounds, error);
            }
            rounds += 1;
            if work.rounds != Some(rounds) && worker.rest(work.every) == Rested::Stopped {
                break;
            }
        }
        Ok(Worked::Finished { rounds })
    }

    fn begin<'a>(system: &'a System, work: &Work) -> anyhow::Result<Worker<'a>> {
        let mut members = members(&system.members())?;
        members.truncate(work.members_max.unwrap_or(usize::MAX));
        ensure!(!members.is_empty(), "--max-members must be at least 1");
        let db = database::open(&system.database())?;
        db.pragma_update(None, "cache_size", CACHE_PAGES)?;
        let newest: i64 =
            db.query_row("select coalesce(max(id), 0) from history", [], |it| it.get(0))?;
        // A number that was once given out names that delivery for good, even if its row was lost.
        let promised = ledger::read(&system.ledger())?.last_key_value().map_or(0, |it| *it.0);
        let next_id = newest.max(promised) + 1;
        let sequence = Sequence::seeded(clock::now().as_nanosecond().unsigned_abs() as u64);
        Ok(Worker { system, db, members, next_id, sequence })
    }

    /// Delivers one notice, and reads some old deliveries back.
    fn round(&mut self, now: Timestamp) -> anyhow::Result<()> {
        let index = usize::try_from(self.next_id).unwrap_or(0) % self.members.len();
        let member = self.members.get(index).context("there is a member for every number")?;
        let row = Row::delivery(self.next_id, &member.id, now.as_millisecond());
        let tx = self.db.transaction()?;
        database::insert(&tx, &row)?;
        tx.commit()?;
        ledger::append(&self.system.ledger(), std::iter::once(&row))?;
        log(self.system, &format!("{} no. {} to {}", row.status.word(), row.id, row.member))?;
        self.next_id += 1;
        self.read_back()
    }

    fn read_back(&mut self) -> anyhow::Result<()> {
        for _ in 0..READ_BACK {
            let id = self.sequence.below(usize::try_from(self.next_id).unwrap_or(0));
            let sql = format!("select {} from history where id >= ?1 limit 1", database::COLUMNS);
            let mut statement = self.db.prepare_cached(&sql)?;
            let found = statement.query_map(params![i64::try_from(id)?], database::row)?.next();
            if let Some(row) = found.transpose()? {
                ensure!(row.is_true(), "the checksum of no. {} is wrong", row.id);
            }
        }
        Ok(())
    }

    /// Rests between two rounds, with an eye on the stop file.
    fn rest(&self, every: Duration) -> Rested {
        let end = Instant::now() + every;
        loop {
            if self.system.stop().exists() {
                return Rested::Stopped;
            }
            match end.checked_duration_since(Instant::now()) {
                Some(left) if !left.is_zero() => thread::sleep(left.min(LOOK_EVERY)),
                _ => return Rested::Well,
            }
        }
    }
}

/// Whether the rest was cut short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rested {
    Well,
    Stopped,
}

/// Damage is an answer; anything else is an error.
fn damaged(rounds: u64, error: anyhow::Error) -> anyhow::Result<Worked> {
    match error.downcast_ref::<rusqlite::Error>() {
        Some(cause) if database::is_damage(cause) => {
            Ok(Worked::Damaged { rounds, reason: cause.to_string() })
        }
        _ => Err(error),
    }
}

/// Adds a line to the bot's log.
pub(crate) fn log(system: &System, text: &str) -> anyhow::Result<()> {
    let path = system.log();
    let line = format!("{} INFO {text}\n", clock::now());
    OpenOptions::new()
        .append(true)
        .create(true)
        .open(&path)
        .and_then(|mut it| it.write_all(line.as_bytes()))
        .with_context(|| format!("cannot write {}", path.display()))
}
