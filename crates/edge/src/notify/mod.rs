//! Notifiers: kinds of ways to reach people.

use futures_util::future::BoxFuture;
use matoi_core::page::{Delivery, Page};
use serde_json::Value;

use crate::config::ConfigError;

/// Every kind of notifier, in the order in which the reference lists them.
pub const KINDS: &[Kind] = &[];

/// A kind of notifier.
pub struct Kind {
    /// The word after `kind:` in a channel.
    pub name: &'static str,
    /// One sentence for the reference.
    pub summary: &'static str,
    /// A configuration that parses, as JSON.
    pub example: &'static str,
    /// Reads a channel's configuration; secrets are already filled in.
    pub parse: fn(&Value) -> Result<Box<dyn Notifier>, ConfigError>,
    /// Whether an address can be one of this kind: a mail address has an `@`.
    pub accepts: fn(&str) -> Result<(), String>,
}

/// A configured notifier.
pub trait Notifier: Send + Sync {
    /// Tries once. The page's id is the idempotency key for the far side. The caller bounds it in time.
    fn send<'a>(&'a self, page: &'a Page) -> BoxFuture<'a, Delivery>;
}
