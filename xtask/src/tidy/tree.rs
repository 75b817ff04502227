//! The core's dependencies, as names in a file, so that a new one is a visible line in a review.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use super::Finding;

/// Where the names are kept.
pub const SNAPSHOT: &str = "xtask/tests/snapshots/core-tree.txt";

/// What `cargo tree` says of the core, for one platform, so that every machine gets the same answer.
pub(super) fn ask(root: &Path) -> Result<String> {
    let args = "tree --locked --package matoi-core --edges normal --prefix none \
                --target x86_64-unknown-linux-gnu";
    let mut cargo = Command::new("cargo");
    cargo.args(args.split_whitespace()).current_dir(root).stdin(Stdio::null());
    let output = cargo.output().context("cannot start cargo")?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "cargo tree failed: {complaint}");
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The names as they were accepted; empty before the first time.
pub(super) fn snapshot(root: &Path) -> String {
    fs::read_to_string(root.join(SNAPSHOT)).unwrap_or_default()
}

/// Accepts the core's dependencies as they are.
pub(super) fn bless(root: &Path) -> Result<()> {
    let names: Vec<String> = names(&ask(root)?).into_iter().map(|it| it + "\n").collect();
    let path = root.join(SNAPSHOT);
    fs::write(&path, names.concat()).with_context(|| format!("cannot write {}", path.display()))
}

/// Names that joined or left since they were accepted. Versions may change freely.
pub fn check(tree: &str, snapshot: &str) -> Vec<Finding> {
    let (now, accepted) = (names(tree), names(snapshot));
    let finding = |message: String| Finding { path: SNAPSHOT.to_owned(), line: 1, message };
    let joined = now.difference(&accepted).map(|it| {
        finding(format!("the core newly depends on `{it}`; if that is meant: tidy --bless"))
    });
    let left = accepted.difference(&now).map(|it| {
        finding(format!("the core no longer depends on `{it}`; remove it: tidy --bless"))
    });
    joined.chain(left).collect()
}

/// The first word of each line.
fn names(text: &str) -> BTreeSet<String> {
    text.lines().filter_map(|it| it.split_whitespace().next()).map(str::to_owned).collect()
}
