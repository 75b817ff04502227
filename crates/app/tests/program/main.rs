//! The real program, as people and machines meet it: started, asked, killed, and started again.

#![expect(clippy::unwrap_used, reason = "a test may panic")]
#![expect(clippy::disallowed_methods, reason = "a test passes its own environment on")]

mod chore;
mod command;
mod conduct;
mod demo;
mod example;
mod form;
mod host;
mod import;
mod interpreter;
mod killed;
mod lock;
mod output;
mod rehearsal;
mod serve;
#[path = "../../../edge/tests/step_suite/sshd.rs"]
#[expect(dead_code, reason = "the tests of the adapter cut the line at more places")]
mod sshd;
mod stage;
