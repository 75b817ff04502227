//! The engine turned by hand and let go, against a real store, real servers, and real processes.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod far_side;
mod kill;
mod proof;
mod stage;
mod story;
