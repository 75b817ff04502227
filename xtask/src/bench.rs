//! `cargo xtask bench NAME`: starts a measurement.
//!
//! A measurement is a program `bench-NAME` of the testkit, so the list of them is the list of its programs.

use anyhow::{Result, bail};
use serde_json::Value;

use crate::workshop::{Workshop, say};

/// The crate whose programs measure.
const HOME: &str = "matoi-testkit";
/// What the name of such a program begins with.
const PREFIX: &str = "bench-";

/// Runs the measurement `name`, with `args` after its own `--json`; an empty name lists them.
pub(crate) fn perform(workshop: &Workshop, name: &str, args: &[String]) -> Result<()> {
    let names = names(&workshop.metadata()?);
    if name.is_empty() {
        say(listing(&names));
        return Ok(());
    }
    if !names.iter().any(|it| it == name) {
        bail!("there is no bench `{name}`; {}", listing(&names));
    }
    let program = format!("{PREFIX}{name}");
    let mut words = vec!["run", "--release", "--package", HOME, "--bin", &program, "--", "--json"];
    words.extend(args.iter().map(String::as_str));
    workshop.run("cargo", &words)
}

/// The measurements of a workspace, by what `cargo metadata` says of it.
pub fn names(metadata: &Value) -> Vec<String> {
    let list = |it: &Value, key: &str| it[key].as_array().cloned().unwrap_or_default();
    let packages = list(metadata, "packages").into_iter().filter(|it| it["name"] == HOME);
    let targets = packages.flat_map(|it| list(&it, "targets"));
    let programs = targets.filter(|it| list(it, "kind").iter().any(|kind| kind == "bin"));
    programs.filter_map(|it| Some(it["name"].as_str()?.strip_prefix(PREFIX)?.to_owned())).collect()
}

/// Says which measurements there are.
pub fn listing(names: &[String]) -> String {
    if names.is_empty() {
        return format!("{HOME} has no program `{PREFIX}NAME` yet");
    }
    format!("available: {}", names.join(", "))
}
