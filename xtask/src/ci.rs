//! `cargo xtask ci`: everything, the quick refusals first, each crate built once.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::workshop::{Workshop, say};
use crate::{lint, reference, test, tidy};

/// One stage.
struct Stage {
    name: &'static str,
    perform: fn(&Workshop) -> Result<()>,
}

/// Seconds first, then the build that tests and docs share, then clippy, which must check everything again.
///
/// The bans come last, since a machine without `cargo-deny` builds it first.
const STAGES: &[Stage] = &[
    Stage { name: "tidy", perform: |it| tidy::perform(it.root()) },
    Stage { name: "format", perform: lint::format },
    Stage { name: "test", perform: |it| test::perform(it, &[]) },
    Stage { name: "docs", perform: reference::check_all },
    Stage { name: "clippy", perform: lint::clippy },
    Stage { name: "deny", perform: lint::deny },
];

/// Performs the stages until one fails, and says what each took.
pub(crate) fn perform(workshop: &Workshop) -> Result<()> {
    let mut lines = Vec::new();
    let mut outcome = Ok(());
    for stage in STAGES {
        say(format_args!("\n== {}", stage.name));
        let started = Instant::now();
        outcome = (stage.perform)(workshop).with_context(|| format!("stage `{}`", stage.name));
        lines.push(line(
            stage.name,
            if outcome.is_ok() { "ok" } else { "FAILED" },
            started.elapsed(),
        ));
        if outcome.is_err() {
            break;
        }
    }
    let skipped = STAGES.iter().skip(lines.len()).map(|it| format!("{:<8} not reached", it.name));
    let skipped: Vec<String> = skipped.collect();
    lines.extend(skipped);
    say(format_args!("\n== took\n{}", lines.join("\n")));
    outcome
}

fn line(name: &str, verdict: &str, took: Duration) -> String {
    format!("{name:<8} {verdict:<6} {:>7.1} s", took.as_secs_f64())
}
