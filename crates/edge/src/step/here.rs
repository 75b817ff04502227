//! Attempts that the server itself carries out, since no process could keep them for it.

use futures_util::FutureExt;
use tokio::task::spawn_blocking;

use super::attempt::claim::{Acted, carry_out};
use super::attempt::stream::Streams;
use super::attempt::{Attempt, Order, follow};
use super::bash::milliseconds;
use super::{Call, Performed, environment, performed};

/// Begins the attempt unless it was begun, and waits for its end.
///
/// `ready` finds what it takes, so that its absence is no attempt; `act` then acts, with the gate taken.
pub(super) async fn perform<T>(
    call: Call,
    ready: impl FnOnce(&Call) -> Result<T, String> + Send + 'static,
    act: impl FnOnce(&Call, &Attempt, T, &mut Streams) -> Acted + Send + 'static,
) -> Performed {
    let attempt = Attempt::at(&call.folder);
    let secrets = call.secrets.clone();
    let begin = begin(call, attempt.clone(), ready, act).map(|it| it.err());
    let (ended, exit) = follow::settle(&attempt, begin).await;
    performed::read(attempt, ended, exit, &secrets).await
}

/// Acts to the end, also when whoever waits for it goes away.
async fn begin<T>(
    call: Call,
    attempt: Attempt,
    ready: impl FnOnce(&Call) -> Result<T, String> + Send + 'static,
    act: impl FnOnce(&Call, &Attempt, T, &mut Streams) -> Acted + Send + 'static,
) -> Result<(), String> {
    let acting = spawn_blocking(move || {
        if let Some(reason) = attempt.hindrance() {
            return Err(reason);
        }
        environment::check_all(&call)?;
        let found = ready(&call)?;
        let order = Order {
            command: Vec::new(),
            bare: true,
            cwd: call.place(),
            timeout_ms: milliseconds(call.timeout),
            grace_ms: 0,
            remote: None,
        };
        attempt
            .prepare(&call.script, &order)
            .and_then(|()| carry_out(&attempt, |_, streams| act(&call, &attempt, found, streams)))
            .map_err(|err| format!("its folder cannot be written: {err}"))
    });
    acting.await.map_err(|err| format!("it broke off: {err}"))?
}
