//! Waiting for the outcome of an attempt, whoever acts.

use std::future::Future;
use std::time::Duration;

use matoi_core::run::outcome::Ended;
use rustix::process::{PidfdFlags, pidfd_open};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::task::spawn_blocking;

use super::claim::Holder;
use super::exit::Exit;
use super::{Attempt, State};

/// How often the lock is looked at when there is no process to wait for: the holder is this very process, asked
/// before and dropped since, or lives where its number means nothing to us.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Waits until the attempt has ended. `begin` is awaited once, if nobody has begun, and says why it did not succeed.
///
/// Cancel-safe: nothing is kept here that is not in the folder.
pub(in crate::step) async fn settle(
    attempt: &Attempt,
    begin: impl Future<Output = Option<String>>,
) -> (Ended, Option<Exit>) {
    let mut begin = Some(begin);
    let mut failure = None;
    loop {
        match look(attempt).await {
            State::Ended(exit) => return (exit.how.ended(), Some(exit)),
            State::Lost { reason } => return (Ended::Lost { reason }, None),
            State::Held(holder) => follow(&holder).await,
            State::Open => match begin.take() {
                Some(begin) => failure = begin.await,
                None => return (give_up(attempt, failure.take()).await, None),
            },
        }
    }
}

/// Says that it did not begin, once it is certain that it never will.
async fn give_up(attempt: &Attempt, failure: Option<String>) -> Ended {
    let reason = failure.unwrap_or_else(|| "it ended without having begun".to_owned());
    let (folder, kept) = (attempt.clone(), reason.clone());
    let withdrawn = spawn_blocking(move || folder.withdraw(&kept)).await;
    loop {
        // The look comes after the withdrawal: see `Attempt::hindrance`.
        match (look(attempt).await, &withdrawn) {
            (State::Open, Ok(Ok(()))) => return Ended::NotStarted { reason },
            (State::Open, Ok(Err(err))) => {
                return Ended::Lost {
                    reason: format!("{reason}; and it cannot be withdrawn for certain: {err}"),
                };
            }
            (State::Open, Err(err)) => return Ended::Lost { reason: format!("{reason}; {err}") },
            (State::Held(holder), _) => follow(&holder).await,
            (State::Ended(exit), _) => return exit.how.ended(),
            (State::Lost { reason }, _) => return Ended::Lost { reason },
        }
    }
}

async fn look(attempt: &Attempt) -> State {
    let attempt = attempt.clone();
    match spawn_blocking(move || attempt.state()).await {
        Ok(state) => state,
        Err(err) => State::Lost { reason: format!("its folder could not be looked at: {err}") },
    }
}

/// Waits until `holder` has ended, or for a while.
async fn follow(holder: &Holder) {
    if holder.is_us() || !ended(holder).await {
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Waits for the end of the process; false when it cannot be waited for.
async fn ended(holder: &Holder) -> bool {
    let Some(pid) = holder.handle() else { return false };
    let Ok(process) = pidfd_open(pid, PidfdFlags::empty()) else { return false };
    // Only now is it certain that the number still means the same process.
    if !holder.is_alive() {
        return false;
    }
    #[expect(
        deprecated,
        reason = "unsound only for a type that lies about its descriptor, and the other is unsafe"
    )]
    match AsyncFd::with_interest(process, Interest::READABLE) {
        Ok(process) => process.readable().await.is_ok(),
        Err(_) => false,
    }
}
