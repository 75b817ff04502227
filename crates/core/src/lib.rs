//! Decides: given state, a command and `now`, what follows.
//!
//! Data flows one way: signal → alert → incident → page → run → report.
//!
//! **Invariant:** nothing here reads a clock, draws a random number, touches a file or a socket, waits, or logs.
//! Everything is a function of its arguments, so the same code runs in the server, in a story, and in the simulator.

pub mod id;
pub mod language;
pub mod limits;
pub mod practice;
pub mod problem;
pub mod reason;

pub mod plan;
pub mod runbook;

pub mod audit;
pub mod import;
pub mod reach;

pub mod signal;

pub mod alert;
pub mod chore;
pub mod incident;
pub mod page;

pub mod gate;
pub mod run;

pub mod effect;
pub mod report;
