//! Probes: kinds of questions about whether something is well.
//!
//! Three answers are possible, and the difference matters at night:
//!
//! | answer | when |
//! | --- | --- |
//! | `Well` | the target answered as its watch expects |
//! | `Unwell` | the target answered otherwise, refused, broke off, or failed to prove who it is (TLS) |
//! | `Unknown` | our side cannot tell: a name that does not resolve, no route, no permission, a missing tool, no memory |
//!
//! **Invariant:** nothing of a probe outlives its question for long: dropping the future closes its connections, kills
//! its processes, and interrupts its queries.

use std::fmt::Debug;

use futures_util::future::BoxFuture;
use matoi_core::signal::Answer;
use serde_json::Value;

use crate::config::ConfigError;

mod command;
mod dns;
pub mod host;
mod http;
mod sqlite;
mod tcp;

/// Every kind of probe, in the order in which the reference lists them.
pub const KINDS: &[Kind] =
    &[http::KIND, tcp::KIND, dns::KIND, command::KIND, host::KIND, sqlite::KIND];

/// A kind of probe.
pub struct Kind {
    /// The word after `kind:` in a plan.
    pub name: &'static str,
    /// One sentence for the reference.
    pub summary: &'static str,
    /// A configuration that parses, as JSON.
    pub example: &'static str,
    pub parse: fn(&Value) -> Result<Box<dyn Probe>, ConfigError>,
}

/// A configured probe.
///
/// Its `Debug` shows nothing of its configuration: any text of it may have come from a secret.
pub trait Probe: Debug + Send + Sync {
    /// Asks once. Being unwell is an answer, not an error. The caller bounds it in time.
    fn ask(&self) -> BoxFuture<'_, Answer>;
}

/// Kinds that plans may one day name.
const LATER: &[&str] = &["docker", "heartbeat", "mysql", "ping", "postgres", "redis", "tls"];

/// Whether there is such a kind, and it understands `config`; for a plan that is only read.
pub fn check(kind: &str, config: &Value) -> Result<(), ConfigError> {
    match KINDS.iter().find(|it| it.name == kind) {
        Some(it) => (it.parse)(config).map(drop),
        None => Err(crate::config::no_such_kind(kind, LATER, KINDS.iter().map(|it| it.name))),
    }
}
