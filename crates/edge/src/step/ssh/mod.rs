//! Scripts and commands on another host, by the system's `ssh`.
//!
//! ```text
//!   server ──▶ shim ──▶ relay ══ ssh ══▶ helper ─ ─ ▶ watcher ──▶ the command
//!              local folder:             dies with    the remote folder: script, gate, stdout, stderr, exit
//!              gate, outcome             the link
//! ```
//!
//! The shim keeps the attempt here, as any other; the command that it performs is the relay. A watcher on the host keeps
//! it there: it takes a gate of its own, outlives every connection, and ends the command when its time is up. So a cut
//! connection is no failure: the relay connects again and goes on where it stopped.
//!
//! **Invariant:** what is sent to the host's shell as text is constant or numbers; values are written as octal numbers.
//! **Invariant:** secrets are in no file of the host. They reach the command as its environment, and nothing else.
//! **Invariant:** the relay says how it ended only as the host told it; what the host did not tell is `Lost`.
//! **Limit:** the host is Linux and has the programs that `watcher.sh` names.
//! **Limit:** a process that leaves its session and clears its environment is not found when the step is ended.

use std::io;

use matoi_core::plan::Host;
use serde::{Deserialize, Serialize};

use super::attempt::{Attempt, Order};
use super::bash::milliseconds;
use super::{Call, Tools};

mod examine;
mod link;
pub mod relay;
mod request;

pub(super) use examine::examine;

/// How much longer than the host we wait for its word before the attempt is given up as lost.
const SILENCE_MS: u64 = 60_000;

/// What the relay is to have performed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Remote {
    /// The host's name in the plan.
    pub(super) host: String,
    /// `ssh`, its options, and where to; the command for the host follows.
    pub(super) ssh: Vec<String>,
    /// A name that no other attempt has, of hexadecimal digits.
    pub(super) key: String,
    pub(super) command: Vec<String>,
    /// Whether the path of the script follows the command.
    pub(super) has_text: bool,
    pub(super) cwd: Option<String>,
    pub(super) timeout_ms: u64,
    pub(super) grace_ms: u64,
    /// Names of the variables that the command sees; their values are in the relay's own environment.
    pub(super) forward: Vec<String>,
}

/// The order for a shim whose command is the relay.
pub(super) fn order(
    call: &Call,
    host: &Host,
    command: &[String],
    has_text: bool,
    attempt: &Attempt,
    tools: &Tools,
) -> Result<Order, String> {
    let folder = attempt.folder().to_str().ok_or("its folder has a name that is no text")?;
    let mut relay = tools.relay.clone();
    relay.push(folder.to_owned());
    let remote = Remote {
        host: host.name.clone(),
        ssh: link::program(host),
        key: key().map_err(|err| format!("there is no random number to be had: {err}"))?,
        command: command.to_vec(),
        has_text,
        cwd: call.attribute("cwd"),
        timeout_ms: milliseconds(call.timeout),
        grace_ms: milliseconds(tools.grace),
        forward: call.environment.keys().chain(call.secrets.keys()).cloned().collect(),
    };
    Ok(Order {
        command: relay,
        bare: true,
        cwd: std::path::absolute(&call.cwd).map_err(|err| format!("cwd: {err}"))?,
        timeout_ms: remote.timeout_ms.saturating_add(remote.grace_ms).saturating_add(SILENCE_MS),
        grace_ms: remote.grace_ms.saturating_mul(2).saturating_add(SILENCE_MS / 4),
        remote: Some(remote),
    })
}

fn key() -> io::Result<String> {
    let uuid = std::fs::read_to_string("/proc/sys/kernel/random/uuid")?;
    Ok(uuid.chars().filter(char::is_ascii_hexdigit).collect())
}
