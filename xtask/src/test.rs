//! `cargo xtask test`: makes the machine ready, builds, and runs all tests.

use anyhow::Result;

use crate::install;
use crate::workshop::{self, Workshop};

/// The variable that tells tests which Python has what they need.
const PYTHON: &str = "MATOI_TEST_PYTHON";

/// Runs all tests; `args` go to `cargo test`.
///
/// The last line is cargo's own: nothing is said after a success.
pub(crate) fn perform(workshop: &Workshop, args: &[String]) -> Result<()> {
    let python = install::for_tests(workshop)?;
    // Every failure in one go: a second round of a CI costs more than the rest of this one.
    let mut words = vec!["test", "--no-fail-fast"];
    // Who asks for one package does not want to build the others.
    if !names_package(args) {
        build(workshop)?;
        words.push("--workspace");
    }
    words.extend(args.iter().map(String::as_str));
    let mut test = workshop.command("cargo", &words);
    test.env(PYTHON, python);
    workshop::run(test)
}

fn names_package(args: &[String]) -> bool {
    let mut of_cargo = args.iter().take_while(|it| *it != "--");
    of_cargo.any(|it| it.starts_with("-p") || it.starts_with("--package"))
}

/// Builds all crates in the one way that tests, docs, and people share.
///
/// With `--package` instead, cargo would choose other features and build the dependencies again.
pub(crate) fn build(workshop: &Workshop) -> Result<()> {
    workshop.run("cargo", &["build", "--workspace"])
}
