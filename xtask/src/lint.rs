//! `cargo xtask lint`: formatting, clippy, and the bans of `deny.toml`.

use anyhow::Result;

use crate::install;
use crate::workshop::Workshop;

/// Performs every lint; the cheapest first.
pub(crate) fn perform(workshop: &Workshop) -> Result<()> {
    format(workshop)?;
    deny(workshop)?;
    clippy(workshop)
}

/// Is everything formatted?
pub(crate) fn format(workshop: &Workshop) -> Result<()> {
    workshop.run("cargo", &["fmt", "--all", "--check"])
}

/// Is clippy content, warnings included?
pub(crate) fn clippy(workshop: &Workshop) -> Result<()> {
    workshop.run("cargo", &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])
}

/// Do the bans, licences, and sources hold?
///
/// Not `advisories`: they come from a database on the network that changes without us, so the same commit could pass
/// today and fail tomorrow.
pub(crate) fn deny(workshop: &Workshop) -> Result<()> {
    let deny = install::for_lints(workshop)?;
    workshop.run(deny, &["check", "--hide-inclusion-graph", "bans", "licenses", "sources"])
}
