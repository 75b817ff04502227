//! Probes: kinds of questions about whether something is well.

use futures_util::future::BoxFuture;
use matoi_core::signal::Answer;
use serde_json::Value;

use crate::config::ConfigError;

/// Every kind of probe, in the order in which the reference lists them.
pub const KINDS: &[Kind] = &[];

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
pub trait Probe: Send + Sync {
    /// Asks once. Being unwell is an answer, not an error. The caller bounds it in time.
    fn ask(&self) -> BoxFuture<'_, Answer>;
}
