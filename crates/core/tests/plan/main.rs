//! Plans, loaded whole.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod diff;
mod files;
mod fuzz;
mod holiday;
mod kinds;
mod load;
mod mend;
mod problem;
mod property;
mod seed;
mod template;
