//! Makes it go: turns that load, decide, commit, and act.
//!
//! ```text
//!  probes ─▶ turn::probe ─▶ hear ─┐                    ┌─▶ act::page ─▶ edge::notify
//!  people ─▶ Handle ──────────────┼─▶ decide, commit ─▶ outbox ─▶ turn::outbox ─▶ act::inner ─▶ tell
//!  the clock ─▶ turn::wake ───────┤        (core, store)      └─▶ act::step ─▶ edge::step
//!               turn::chore ──────┘
//! ```
//!
//! **Invariant:** the clock is read in `clock.rs`, and tasks are spawned by the supervisor, and nowhere else.
//! **Invariant:** a turn takes no input but the stored state and the time, so that after a crash it does the same.
//! **Invariant:** the world changes only for the sake of an outbox entry that is stored.

pub mod clock;
pub mod handle;
pub mod health;
pub mod plan;
pub mod supervisor;
pub mod turn;

mod act;
mod alert;
mod channel;
mod chore;
mod incident;
mod lock;
mod output;
mod practice;
mod receipt;
mod report;
mod run;
mod secret;
mod switch;
mod tell;
mod watch;

pub use chore::ChoreView;
pub use handle::{Config, Handle};
pub use incident::IncidentView;
pub use matoi_edge::step::Tools;
pub use matoi_edge::step::output::{Part, Place, Stream};
pub use output::{Followed, OutputReader, Read};
pub use practice::Practised;
pub use report::{Reports, TimelineLine};
pub use run::RunView;
pub use tell::TellError;
