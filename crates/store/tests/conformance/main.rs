//! What every engine of the store must do, told through its public interface.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod again;
mod backup;
mod commit;
mod coverage;
mod crash;
mod disk;
mod ground;
mod health;
mod list;
mod open;
mod outbox;
mod plan;
mod race;
mod setting;
