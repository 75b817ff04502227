//! A loop is a turn: look at what is stored, do what is due, say when to look again.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Notify;

use crate::clock::Clock;

pub mod by_hand;
pub mod chore;
pub mod outbox;
pub mod probe;
pub mod wake;

/// The longest sleep: a lost wake-up costs at most this much.
const SLEEP_MAX: Duration = Duration::from_secs(5);

/// Looks at the stored state, does what is due at `now`, and says when it wants to look again.
///
/// It takes no other input: after a crash, and in a test, it does exactly the same thing.
pub trait Turn {
    fn turn(&mut self, now: Timestamp) -> impl Future<Output = Option<Timestamp>> + Send;
}

/// Turns until `stop`.
pub async fn run(mut it: impl Turn, clock: &Clock, wake: &Notify, stop: impl Future<Output = ()>) {
    let mut stop = pin!(stop);
    loop {
        // Listen before looking, or a wake-up between the two is lost.
        let mut woken = pin!(wake.notified());
        woken.as_mut().enable();

        let next = it.turn(clock.now()).await;
        let sleep = sleep_for(next, clock.now());
        tokio::select! {
            () = &mut stop => return,
            () = woken => (),
            () = tokio::time::sleep(sleep) => (),
        }
    }
}

fn sleep_for(next: Option<Timestamp>, now: Timestamp) -> Duration {
    let Some(next) = next else { return SLEEP_MAX };
    // Never none at all: what is due and cannot be done now must not spin.
    let wait = next.duration_since(now).unsigned_abs().min(SLEEP_MAX);
    if next <= now { Duration::from_millis(5) } else { wait.max(Duration::from_millis(1)) }
}
