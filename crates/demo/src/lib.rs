//! The demo's patient: a bulletin bot that delivers notices and keeps its history in SQLite, to be damaged and healed.
//!
//! ```text
//!  init ─▶ work ──────────▶ history.db, ledger.jsonl, bot.log        rotate ─▶ backup/auto_<time>/
//!            ▲                  │ damage
//!            │                  ▼
//!          status ◀─ work ◀─ check ◀─ repair │ restore │ recreate ◀─ salvage ◀─ backup ◀─ stop
//! ```
//!
//! **Invariant:** nothing here knows Matoi. The bot has its own clock, its own log, and its own opinion of its data.
//! **Invariant:** damage is done to the file, never through SQLite, and every judgement about it is SQLite's.
//! **Invariant:** no verb that recovers takes away a row that a verified backup or the damaged file still holds.
//! **Invariant:** raw reading of `history.db` never happens while the same process has it open in SQLite, because
//! closing the file would drop SQLite's POSIX locks.

use std::ffi::OsString;
use std::process::ExitCode;

pub mod audit;
pub mod backup;
pub mod check;
pub mod damage;
pub mod init;
pub mod mail;
pub mod plan;
pub mod recovery;
pub mod row;
pub mod salvage;
pub mod status;
pub mod stop;
pub mod system;
pub mod worker;

mod argument;
mod clock;
mod database;
mod digest;
mod durable;
mod file;
mod ledger;
mod lock;
mod process;
mod sequence;
mod verb;

#[cfg(test)]
mod testbed;

/// Performs one verb of the patient: `init DIR`, `work DIR`, … `args` begin with the verb.
///
/// Answers 0 for yes, 1 for an honest no or a failure, 2 when the arguments make no sense.
pub fn main(args: impl Iterator<Item = OsString>) -> ExitCode {
    verb::main(args)
}
