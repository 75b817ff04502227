//! Spawns every task, names it, catches its panics, and waits for it at the end.

use std::collections::{BTreeMap, VecDeque};
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Owner of all tasks. Cloning is cheap, and all clones are one.
#[derive(Clone)]
pub struct Supervisor {
    tasks: Arc<Mutex<JoinSet<()>>>,
    /// Tasks that wait to be carried out by whoever holds the clock; absent when tasks go by themselves.
    held: Arc<Mutex<Option<VecDeque<BoxFuture<'static, ()>>>>>,
    panics: Arc<Mutex<BTreeMap<String, u32>>>,
    stop: watch::Sender<bool>,
}

impl Default for Supervisor {
    fn default() -> Supervisor {
        let (stop, _) = watch::channel(false);
        Supervisor { tasks: Arc::default(), held: Arc::default(), panics: Arc::default(), stop }
    }
}

impl Supervisor {
    /// Spawns a task. A panic in it is logged and counted, and ends nothing else.
    pub fn spawn(&self, name: &str, task: impl Future<Output = ()> + Send + 'static) {
        let name = name.to_owned();
        let panics = Arc::clone(&self.panics);
        let task = async move {
            if let Err(panic) = AssertUnwindSafe(task).catch_unwind().await {
                let what = words(&*panic);
                tracing::error!(task = name, "a bug in {name}: {what}");
                *panics.lock().unwrap_or_else(PoisonError::into_inner).entry(name).or_insert(0) +=
                    1;
            }
        };
        if let Some(held) = &mut *self.held.lock().unwrap_or_else(PoisonError::into_inner) {
            return held.push_back(task.boxed());
        }
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        // What has ended is forgotten here, so that the set does not grow for ever.
        while tasks.try_join_next().is_some() {}
        if !*self.stop.borrow() {
            tasks.spawn(task);
        }
    }

    /// Keeps tasks from here on, instead of spawning them, until somebody takes them.
    pub(crate) fn hold(&self) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.get_or_insert_default();
    }

    /// The task that was kept first.
    pub(crate) fn take_held(&self) -> Option<BoxFuture<'static, ()>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).as_mut()?.pop_front()
    }

    /// Spawns a task that is started anew, after a pause, whenever it panics.
    pub fn keep<F, T>(&self, name: &str, make: F)
    where
        F: Fn() -> T + Send + Sync + 'static,
        T: Future<Output = ()> + Send,
    {
        let (name, panics, stopping) = (name.to_owned(), Arc::clone(&self.panics), self.stopping());
        self.spawn(&name.clone(), async move {
            while let Err(panic) = AssertUnwindSafe(make()).catch_unwind().await {
                let what = words(&*panic);
                tracing::error!(task = name, "a bug in {name}, which starts anew: {what}");
                *panics
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .entry(name.clone())
                    .or_insert(0) += 1;
                if *stopping.borrow() {
                    return;
                }
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        });
    }

    /// Completes once everything should end.
    pub async fn stopped(&self) {
        let mut stopping = self.stopping();
        // The sender lives as long as `self`.
        let _ = stopping.wait_for(|it| *it).await;
    }

    /// How often each task panicked.
    pub fn panics(&self) -> BTreeMap<String, u32> {
        self.panics.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Asks every task to end, waits for `grace`, and drops those that did not.
    ///
    /// A running step is not disturbed: its shim goes on, and the next start finds it.
    pub async fn shut_down(&self, grace: Duration) {
        self.stop.send_replace(true);
        let mut tasks =
            std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        let ended =
            tokio::time::timeout(grace, async { while tasks.join_next().await.is_some() {} }).await;
        if ended.is_err() {
            tracing::warn!("{} tasks did not end within {grace:?} and are dropped", tasks.len());
            tasks.shutdown().await;
        }
    }

    fn stopping(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }
}

/// What a panic says.
pub fn words(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|it| (*it).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no words".to_owned())
}
