//! What holds for every history: random commands at random times against one incident, and against one run.
//!
//! `PROPTEST_CASES` says how many histories; a failure prints the shortest one that fails.

#![expect(clippy::unwrap_used, reason = "a test may panic")]
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "each property looks at the few events it is about"
)]

mod attempt;
mod incident;
mod page;
mod plan;
mod run;

use proptest::test_runner::{Config, TestCaseError, TestRunner};

/// Histories of each kind where nobody says how many.
const CASES: u32 = 400;

/// Runs `check` over random values; no file of seeds is kept, since a mended bug leaves a story behind.
fn holds<S: proptest::strategy::Strategy>(
    histories: S,
    check: impl Fn(S::Value) -> Result<(), TestCaseError>,
) {
    let asked = Config::default();
    let cases = if asked.cases == 256 { CASES } else { asked.cases };
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 20_000, ..asked };
    TestRunner::new(config).run(&histories, check).unwrap_or_else(|err| panic!("{err}"));
}
