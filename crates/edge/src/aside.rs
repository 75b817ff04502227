//! Blocking work, done aside.
//!
//! A look at a disk that does not answer cannot be broken off; the thread that looks is gone for as long as the disk is.
//! **Invariant:** one thing costs at most [`THREADS_MAX`] threads, however often it is asked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::timeout;

/// Several watches may look at one thing at the same time; more need not.
const THREADS_MAX: usize = 4;
/// How long somebody waits for those before; a disk that takes longer is dead.
const PATIENCE: Duration = Duration::from_secs(1);

/// The threads that each name still may have. Names that nobody uses are forgotten.
static PLACES: Mutex<BTreeMap<String, Arc<Semaphore>>> = Mutex::new(BTreeMap::new());

/// Earlier looks at the same thing have not come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{THREADS_MAX} earlier attempts have not come back")]
pub(crate) struct Stuck;

/// Does `work` on a thread where it may block. Dropping the future leaves the thread to finish.
pub(crate) async fn aside<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Stuck> {
    let place = match timeout(PATIENCE, places(name).acquire_owned()).await {
        Ok(Ok(place)) => place,
        Ok(Err(_)) | Err(_) => return Err(Stuck),
    };
    let task = tokio::task::spawn_blocking(move || {
        let _place = place;
        work()
    });
    match task.await {
        Ok(it) => Ok(it),
        Err(err) => match err.try_into_panic() {
            // A panic is our bug, and the supervisor's to catch.
            Ok(panic) => std::panic::resume_unwind(panic),
            // The process is shutting down.
            Err(_) => Err(Stuck),
        },
    }
}

fn places(name: &str) -> Arc<Semaphore> {
    let mut places = PLACES.lock().unwrap_or_else(PoisonError::into_inner);
    places.retain(|_, it| Arc::strong_count(it) > 1);
    let place =
        places.entry(name.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(THREADS_MAX)));
    Arc::clone(place)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn what_never_comes_back_costs_few_threads_and_frees_them_at_last() {
        let mut dams = Vec::new();
        for _ in 0..THREADS_MAX {
            let (dam, water) = mpsc::channel::<()>();
            let look = aside("a dead disk", move || water.recv().is_ok());
            let late = timeout(Duration::from_millis(5), look).await;
            assert!(late.is_err(), "the disk does not answer");
            dams.push(dam);
        }
        assert_eq!(aside("a dead disk", || true).await, Err(Stuck));
        assert_eq!(aside("another disk", || true).await, Ok(true), "others are not held up");

        drop(dams);
        assert_eq!(aside("a dead disk", || true).await, Ok(true), "the disk is back");
    }

    #[tokio::test]
    async fn many_at_once_wait_for_one_another() {
        let looks = (0..20).map(|at| aside("one disk", move || at));
        let seen = futures_util::future::join_all(looks).await;
        assert_eq!(seen, (0..20).map(Ok).collect::<Vec<_>>());
    }
}
