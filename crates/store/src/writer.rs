//! The writer: one thread that owns the one connection that writes, and groups whatever waits into one transaction.
//!
//! Each piece of work runs in a savepoint, so that a refusal is taken back alone and its neighbours are stored. When
//! the disk fails, nothing of the group is stored and everybody in it hears why. Answers are sent after the commit,
//! and a commit returns after its fsync.
//!
//! **Invariant:** `Ok` is sent only after a commit that the engine confirmed.
//! **Invariant:** no piece of work ends the thread: an error of the disk, a refusal, and a panic are answers.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use tokio::sync::{mpsc, oneshot};

use crate::StoreError;
use crate::lock::DirectoryLock;
use crate::session::Session;

/// Work that waits. A thousand writers at once is a storm; beyond it callers wait before they queue, and the sources
/// of the storm feel it.
pub(crate) const QUEUE_MAX: usize = 1_024;
/// Work that shares a transaction. It bounds how long the first of a group waits for the last: some milliseconds.
const GROUP_MAX: usize = 256;

/// The way to the thread.
pub(crate) struct Writer {
    queue: Mutex<Option<mpsc::Sender<Box<dyn Job>>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    tally: Arc<Tally>,
}

/// What was done since the store was opened.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Pieces of work that were stored.
    pub(crate) commits: AtomicU64,
    /// Transactions that they shared.
    pub(crate) transactions: AtomicU64,
}

/// A piece of work, whatever its answer is.
trait Job: Send {
    /// Works inside a savepoint; an error takes its changes back.
    fn work(&mut self, session: &Session) -> Result<(), StoreError>;
    /// Tells the caller, given what became of the transaction.
    fn answer(self: Box<Self>, transaction: &Result<(), StoreError>);
}

/// A question and where its answer goes.
struct Ask<F, T> {
    work: Option<F>,
    outcome: Option<Result<T, StoreError>>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl Writer {
    /// Starts the thread. It holds the directory's lock for as long as it may write.
    pub(crate) fn start(session: Session, lock: DirectoryLock) -> std::io::Result<Writer> {
        let (queue, jobs) = mpsc::channel(QUEUE_MAX);
        let tally = Arc::new(Tally::default());
        let counts = Arc::clone(&tally);
        let thread = thread::Builder::new().name("matoi-store".to_owned()).spawn(move || {
            write_until_closed(&session, jobs, &counts);
            drop(session);
            drop(lock);
        })?;
        Ok(Writer { queue: Mutex::new(Some(queue)), thread: Mutex::new(Some(thread)), tally })
    }

    /// Has `work` done in a transaction. Once this returns `Ok`, it is on disk.
    ///
    /// A caller that stops waiting does not stop the work.
    pub(crate) async fn ask<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Session) -> Result<T, StoreError> + Send + 'static,
    {
        let Some(queue) = unpoisoned(&self.queue).clone() else {
            return Err(closed());
        };
        let (reply, answer) = oneshot::channel();
        let job = Ask { work: Some(work), outcome: None, reply };
        queue.send(Box::new(job)).await.map_err(|_| closed())?;
        // A sender kept here would keep the thread from seeing that the store was closed.
        drop(queue);
        answer.await.unwrap_or_else(|_| Err(closed()))
    }

    /// Work that waits now.
    pub(crate) fn queued(&self) -> usize {
        unpoisoned(&self.queue).as_ref().map_or(0, |it| it.max_capacity() - it.capacity())
    }

    pub(crate) fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Refuses new work; what is queued is still done.
    pub(crate) fn refuse(&self) {
        *unpoisoned(&self.queue) = None;
    }

    /// Waits until everything that was queued is done and the file is closed. Blocks.
    pub(crate) fn join(&self) {
        if let Some(thread) = unpoisoned(&self.thread).take()
            && thread.join().is_err()
        {
            tracing::error!("the writer of the database ended with a panic");
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.refuse();
        self.join();
    }
}

impl<F, T> Job for Ask<F, T>
where
    T: Send,
    F: FnOnce(&Session) -> Result<T, StoreError> + Send,
{
    fn work(&mut self, session: &Session) -> Result<(), StoreError> {
        let work = self.work.take().expect("a job is worked on once");
        // The savepoint takes back whatever was half done, so nothing broken is seen afterwards.
        let outcome = catch_unwind(AssertUnwindSafe(|| work(session)))
            .unwrap_or_else(|_| Err(StoreError::corrupt("a bug ended this change")));
        let verdict = outcome.as_ref().map(drop).map_err(Clone::clone);
        self.outcome = Some(outcome);
        verdict
    }

    fn answer(self: Box<Self>, transaction: &Result<(), StoreError>) {
        let outcome = match transaction {
            Ok(()) => self.outcome.unwrap_or_else(|| Err(closed())),
            Err(err) => Err(err.clone()),
        };
        // A caller that has gone away does not need the answer.
        let _ = self.reply.send(outcome);
    }
}

fn write_until_closed(session: &Session, mut queue: mpsc::Receiver<Box<dyn Job>>, tally: &Tally) {
    let mut jobs = Vec::with_capacity(GROUP_MAX);
    while queue.blocking_recv_many(&mut jobs, GROUP_MAX) > 0 {
        let transaction = write_group(session, &mut jobs).map(|stored| {
            tally.transactions.fetch_add(1, Ordering::Relaxed);
            tally.commits.fetch_add(stored, Ordering::Relaxed);
        });
        if transaction.is_err() {
            session.rollback();
        }
        for job in jobs.drain(..) {
            job.answer(&transaction);
        }
    }
}

/// Writes a group in one transaction and counts what was stored; an error means that nothing was.
fn write_group(session: &Session, jobs: &mut [Box<dyn Job>]) -> Result<u64, StoreError> {
    let mut stored = 0;
    session.begin()?;
    for job in jobs {
        session.execute("savepoint piece", &[])?;
        match job.work(session) {
            Ok(()) => stored += 1,
            // The engine may have taken back everything already, so nobody's work can be trusted to be there.
            Err(err @ StoreError::Unavailable(_)) => return Err(err),
            Err(
                StoreError::Conflict
                | StoreError::Missing
                | StoreError::Corrupt { .. }
                | StoreError::TooLarge { .. },
            ) => drop(session.execute("rollback to piece", &[])?),
        }
        session.execute("release piece", &[])?;
    }
    session.commit()?;
    Ok(stored)
}

fn closed() -> StoreError {
    StoreError::unavailable("the store is closed")
}

/// The lock is held for a moment and nothing in it can be half done, so a panic elsewhere does not matter here.
fn unpoisoned<T>(it: &Mutex<T>) -> MutexGuard<'_, T> {
    it.lock().unwrap_or_else(PoisonError::into_inner)
}
