//! The import: what is understood of documents of many kinds, the account of their lines, and the plan that is written.
//!
//! The documents of `documents/` are nobody's: they were written for these tests, in the manner of real ones.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;

use matoi_core::import::{self, Document};
use matoi_core::plan::{Loaded, load};
use matoi_core::problem::Weight;
use matoi_core::runbook::Kind;
use matoi_core::runbook::parse::parse;

mod account;
mod again;
mod bad;
mod html;
mod said;
mod written;

/// Every document of the tests that can be imported, by name.
const DOCUMENTS: [(&str, &str); 6] = [
    ("shop.md", include_str!("documents/shop.md")),
    ("gateway.md", include_str!("documents/gateway.md")),
    ("tiers.txt", include_str!("documents/tiers.txt")),
    ("scale.md", include_str!("documents/scale.md")),
    ("search.md", include_str!("documents/search.md")),
    ("hostile.md", include_str!("documents/hostile.md")),
];

fn document(name: &str) -> Document {
    let text = DOCUMENTS.iter().find(|it| it.0 == name).unwrap().1;
    import::read(name, text.as_bytes()).unwrap()
}

/// A small document with these lines under a title of its kind.
fn small(text: &str) -> Document {
    import::read("small.md", format!("# 障害対応手順\n\n{text}").as_bytes()).unwrap()
}

/// What loading the written files comes to.
fn loaded(files: &BTreeMap<String, String>) -> Loaded {
    let bytes =
        files.iter().map(|(path, text)| (path.clone(), text.clone().into_bytes())).collect();
    load(&bytes, parse)
}

/// That the files are a plan without errors, of which nothing begins by itself.
fn assert_inert(files: &BTreeMap<String, String>, of: &str) {
    let loaded = loaded(files);
    let errors: Vec<_> = loaded.problems.iter().filter(|it| it.weight == Weight::Error).collect();
    assert!(errors.is_empty(), "{of}: {errors:#?}\n{}", files["matoi.yaml"]);
    let plan = loaded.plan.unwrap();
    for (name, text) in &plan.forms {
        let checked = matoi_core::report::own::check(text, plan.language);
        assert_eq!(checked, Ok(()), "{of}: {name}\n{text}");
    }
    assert!(plan.unattended.is_empty() && plan.alerts.is_empty(), "{of}");
    for runbook in plan.runbooks.values() {
        for step in &runbook.steps {
            let waits = matches!(step.kind, Kind::Click | Kind::Durable);
            assert!(waits, "{of}: {} begins by itself in {}", step.name, runbook.name);
        }
    }
}
