//! The run of a runbook: intent stored before each act, outcome stored after it, and never a guess between.

pub mod event;
pub mod outcome;
