//! The workshop: everything that is done to this repository, in Rust, so that it works alike on every machine.
//!
//! **Invariant:** nothing here depends on a crate of the product, so the workshop runs while the product is broken.

pub mod menu;

pub mod needs;

pub mod tidy;

pub mod bench;
pub mod reference;

mod ci;
mod install;
mod lint;
mod test;
mod workshop;

use anyhow::Result;

use menu::Task;
use workshop::Workshop;

/// Carries out `task`, from any directory of the repository.
pub fn perform(task: Task) -> Result<()> {
    let workshop = Workshop::find()?;
    match task {
        Task::Help => workshop::say(menu::HELP),
        Task::Test { args } => test::perform(&workshop, &args)?,
        Task::Lint => lint::perform(&workshop)?,
        Task::Tidy => tidy::perform(workshop.root())?,
        Task::BlessTidy => tidy::bless(workshop.root())?,
        Task::Docs => reference::write_all(&workshop)?,
        Task::CheckDocs => reference::check_all(&workshop)?,
        Task::Bench { name, args } => bench::perform(&workshop, &name, &args)?,
        Task::Ci => ci::perform(&workshop)?,
    }
    Ok(())
}
