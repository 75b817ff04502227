//! The engine turned by hand and let go, against a real store, real servers, and real processes.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod again;
mod chore;
mod clock;
mod digest;
mod disk;
mod far_side;
mod kill;
mod lock;
mod mail;
mod panic;
mod person;
mod plan;
mod proof;
mod rehearsal;
mod restart;
mod stage;
mod step;
mod story;
mod webhook;
