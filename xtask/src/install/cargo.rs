//! Programs from crates.io, built by cargo into `target/test-tools`.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::needs::{NEEDS, Need, Origin};
use crate::workshop::{self, Workshop, say};

/// Finds `name` on the PATH or among our tools, or builds it there, which takes minutes, once.
pub(super) fn program(workshop: &Workshop, name: &str) -> Result<PathBuf> {
    if let Some(program) = workshop::locate(name) {
        return Ok(program);
    }
    let program = workshop.tools().join("bin").join(name);
    if program.is_file() {
        return Ok(program);
    }
    let pinned = |it: &Need| match it.origin {
        Origin::Cargo { version } => (it.package == name).then_some(version),
        Origin::Debian { .. } | Origin::Python { .. } => None,
    };
    let version = NEEDS.iter().find_map(pinned);
    let version = version.with_context(|| format!("{name} is not on the list of needs"))?;
    say(format_args!("{name} is not on the PATH; building it once, which takes some minutes"));
    let root = workshop.tools();
    let root = root.to_str().with_context(|| format!("{} is no UTF-8", root.display()))?;
    workshop
        .run("cargo", &["install", "--locked", "--root", root, "--version", version, name])
        .with_context(|| format!("by hand: cargo install --locked {name}@{version}"))?;
    Ok(program)
}
