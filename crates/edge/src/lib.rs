//! Reaches the world: one folder per kind of probe, notifier and step.
//!
//! **Invariant:** nothing here knows incidents, storage, or what follows from an answer. An adapter tries once, within
//! the time it is given, and says honestly what it saw; retrying and deciding are others' work.

pub mod client;
pub mod config;
pub mod kinds;
pub mod plan_dir;
pub mod secret;

pub mod notify;
pub mod probe;
pub mod program;
pub mod step;

mod aside;
mod crypto;
mod excerpt;
mod fault;
mod http;

#[cfg(test)]
#[path = "../tests/far_side/mod.rs"]
mod far_side;

pub use crypto::install_crypto;
