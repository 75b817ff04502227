//! The proof of a plan: who is reached when, told by stories, and held against what an incident really does.

#![expect(clippy::unwrap_used, reason = "a test may panic")]
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a property looks at the few events it is about"
)]

use std::collections::BTreeMap;

use jiff::Timestamp;
use matoi_core::plan::{Plan, load};
use matoi_core::problem::Weight;
use matoi_core::runbook::parse::parse;

mod against;
mod picture;
mod story;

/// The plan of `text`; it may be unarmed, and has no errors.
fn plan(text: &str) -> Plan {
    let files = BTreeMap::from([("matoi.yaml".to_owned(), text.as_bytes().to_vec())]);
    let loaded = load(&files, parse);
    let errors: Vec<_> = loaded.problems.iter().filter(|it| it.weight == Weight::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{text}");
    loaded.plan.unwrap()
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}
