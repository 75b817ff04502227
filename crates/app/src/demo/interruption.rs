//! Somebody wants the demo to end before its end: Ctrl-C, SIGTERM, or a terminal that was closed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};

/// Nobody waits longer than this for the demo to notice.
const LOOK: Duration = Duration::from_millis(50);

/// Whether such a signal came.
///
/// A signal only sets a mark, and whoever waits looks at it, so that everything that was started is ended on the way out.
#[derive(Clone, Debug)]
pub(super) struct Interruption(Arc<AtomicBool>);

impl Interruption {
    /// Listens from now on; without this, a signal would end the demo alone and leave what it started.
    pub(super) fn listen() -> anyhow::Result<Interruption> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let listening = runtime.enter();
        let listen = |kind| signal(kind).context("cannot listen for signals");
        let mut interrupt = listen(SignalKind::interrupt())?;
        let mut terminate = listen(SignalKind::terminate())?;
        let mut hangup = listen(SignalKind::hangup())?;
        drop(listening);
        let came = Arc::new(AtomicBool::new(false));
        let mark = Arc::clone(&came);
        std::thread::spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    _ = interrupt.recv() => (),
                    _ = terminate.recv() => (),
                    _ = hangup.recv() => (),
                }
            });
            mark.store(true, Ordering::SeqCst);
        });
        Ok(Interruption(came))
    }

    pub(super) fn came(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    /// An error once it came.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        anyhow::ensure!(!self.came(), "somebody ended the demo");
        Ok(())
    }

    /// Waits until it comes.
    pub(super) fn wait(&self) {
        while !self.came() {
            std::thread::sleep(LOOK);
        }
    }
}
