//! Reaches the world: one folder per kind of probe, notifier and step.
//!
//! **Invariant:** nothing here knows incidents, storage, or what follows from an answer. An adapter tries once, within
//! the time it is given, and says honestly what it saw; retrying and deciding are others' work.

pub mod client;
pub mod config;
pub mod notify;
pub mod plan_dir;
pub mod probe;
pub mod step;
