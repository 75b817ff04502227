//! Notifiers: kinds of ways to reach people.
//!
//! | delivery | when |
//! | --- | --- |
//! | `Accepted` | the far side said that it took the page |
//! | `Retry` | it was not there, broke off, failed to prove who it is (TLS), or asked us to come again |
//! | `Rejected` | it said no, in a way that saying it again does not change |
//!
//! **Invariant:** a notifier tries once and adds form, never content.

use std::fmt::Debug;

use futures_util::future::BoxFuture;
use matoi_core::page::{Delivery, Page};
use serde_json::Value;

use crate::config::ConfigError;
use crate::excerpt::is_unsafe;

mod console;
mod email;
mod webhook;

/// Every kind of notifier, in the order in which the reference lists them.
pub const KINDS: &[Kind] = &[console::KIND, webhook::KIND, email::KIND];

/// Characters of an address; the longest mail address has 254.
const ADDRESS_CHARS_MAX: usize = 1_000;

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
///
/// Its `Debug` shows nothing of its configuration: any text of it may have come from a secret.
pub trait Notifier: Debug + Send + Sync {
    /// Tries once. The page's id is the idempotency key for the far side. The caller bounds it in time.
    fn send<'a>(&'a self, page: &'a Page) -> BoxFuture<'a, Delivery>;
}

/// Accepts whatever is one short line, for kinds that only pass the address on.
fn accepts_line(address: &str) -> Result<(), String> {
    if address.chars().count() > ADDRESS_CHARS_MAX {
        return Err(format!("is longer than {ADDRESS_CHARS_MAX} characters"));
    }
    if address.contains(is_unsafe) {
        return Err("contains a control character".to_owned());
    }
    Ok(())
}

/// Kinds that plans may one day name.
const LATER: &[&str] =
    &["chat", "command", "discord", "line", "phone", "push", "slack", "sms", "teams"];

/// Whether there is such a kind, and it understands `config`; for a plan that is only read.
pub fn check(kind: &str, config: &Value) -> Result<(), ConfigError> {
    match KINDS.iter().find(|it| it.name == kind) {
        Some(it) => (it.parse)(config).map(drop),
        None => Err(crate::config::no_such_kind(kind, LATER, KINDS.iter().map(|it| it.name))),
    }
}

/// Whether `address` can be one of this kind; of a kind that is not there, nothing is said.
pub fn check_address(kind: &str, address: &str) -> Result<(), String> {
    KINDS.iter().find(|it| it.name == kind).map_or(Ok(()), |it| (it.accepts)(address))
}

/// Whether a channel can be told what is meant for nobody by name: a kind that needs an address needs one of its own.
pub fn check_announcement(kind: &str, config: &Value) -> Result<(), String> {
    if check_address(kind, "").is_err() && config.get("to").is_none() {
        return Err("announces to nobody; give it an address: to: team@example.com".to_owned());
    }
    Ok(())
}
