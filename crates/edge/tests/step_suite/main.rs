//! Promises of steps, kept with real processes, real files, and real kills.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod bash;
mod ending;
mod examine;
mod far;
#[path = "../far_side/mod.rs"]
mod far_side;
mod http;
mod interpreter;
mod killed;
mod once;
mod output;
mod reading;
mod secret;
mod sql;
mod sshd;
mod stage;
mod trouble;
