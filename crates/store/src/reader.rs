//! Readers: a few read-only connections, opened when needed, each used by one reader at a time.
//!
//! Readers see what was committed and never wait for the writer, nor it for them.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;
use tokio::task;

use crate::StoreError;
use crate::session::Session;

/// Connections that read. Reads take microseconds, so more would only cost memory; the next reader waits.
const READERS_MAX: u32 = 4;

/// The pool.
pub(crate) struct Readers {
    shared: Arc<Shared>,
}

struct Shared {
    path: PathBuf,
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<Session>>,
}

impl Readers {
    pub(crate) fn new(path: PathBuf) -> Readers {
        let permits = Arc::new(Semaphore::new(READERS_MAX as usize));
        Readers { shared: Arc::new(Shared { path, permits, idle: Mutex::default() }) }
    }

    /// Has `work` done on a thread that may block.
    pub(crate) async fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Session) -> Result<T, StoreError> + Send + 'static,
    {
        let permits = Arc::clone(&self.shared.permits);
        let permit = permits.acquire_owned().await.map_err(|_| closed())?;
        let shared = Arc::clone(&self.shared);
        let reading = task::spawn_blocking(move || {
            // Given back last, after the connection.
            let _permit = permit;
            let session = shared.take()?;
            let answer = work(&session);
            // After trouble the next reader opens the file anew.
            if answer.is_ok() {
                shared.idle().push(session);
            }
            answer
        });
        reading.await.unwrap_or_else(|err| Err(StoreError::corrupt(format!("a read ended: {err}"))))
    }

    /// Waits for reads that are under way, and closes every connection.
    pub(crate) async fn close(&self) {
        let permits = &self.shared.permits;
        // An error means that it was closed before.
        if let Ok(_all) = permits.acquire_many(READERS_MAX).await {
            permits.close();
            self.shared.idle().clear();
        }
    }
}

impl Shared {
    fn take(&self) -> Result<Session, StoreError> {
        let idle = self.idle().pop();
        idle.map_or_else(|| Session::open_reading(&self.path), Ok)
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Session>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn closed() -> StoreError {
    StoreError::unavailable("the store is closed")
}
