//! Promises of steps, kept with real processes, real files, and real kills.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod bash;
mod ending;
mod examine;
mod killed;
mod once;
mod output;
mod secret;
mod sql;
mod stage;
mod trouble;
