//! Makes the machine ready: installs what is missing of the list, and nothing else.
//!
//! **Invariant:** where all is there, nothing is changed and no network is used.

mod cargo;
mod debian;
mod python;

use std::path::PathBuf;

use anyhow::Result;

use crate::needs::Asker;
use crate::workshop::Workshop;

/// Sees to it that tests find what they need; answers with the Python that has it.
pub(crate) fn for_tests(workshop: &Workshop) -> Result<PathBuf> {
    let python = python::ready(workshop);
    debian::install_missing(workshop, Asker::Test, python.is_some())?;
    match python {
        Some(python) => Ok(python),
        None => python::install(workshop),
    }
}

/// Sees to it that lints find what they need; answers with the `cargo-deny` to use.
pub(crate) fn for_lints(workshop: &Workshop) -> Result<PathBuf> {
    cargo::program(workshop, "cargo-deny")
}
