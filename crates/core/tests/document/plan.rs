//! `docs/plan.md`: its examples load, and it has every key.

use std::collections::BTreeMap;

use matoi_core::plan::{Loaded, load};
use matoi_core::runbook::parse::parse;

use crate::fence::{examples, known, manual, told};

/// A plan with everything that partial examples name, a section a line.
const BASE: &str = "\
matoi: 1
name: Manual
timezone: Asia/Tokyo
severities: { P1: {}, P2: {}, P3: {} }
people: { ann: { reach: [console] }, bob: { reach: [console] } }
groups: { leads: [ann] }
schedules: { primary: { rotate: daily, people: [ann] } }
escalation: { default: [{ page: [ann] }] }
channels: { mail: { kind: email } }
";

const RUNBOOK: &str = "---\nrunbook: {}\n---\n# First look\n";
const HOLIDAYS: &str = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Founding day\nDTSTART;VALUE=DATE:20260701\nEND:VEVENT\nEND:VCALENDAR\n";

fn load_text(text: &str) -> Loaded {
    let mut files = BTreeMap::from([
        ("matoi.yaml".to_owned(), text.as_bytes().to_vec()),
        ("runbooks/first-look.md".to_owned(), RUNBOOK.as_bytes().to_vec()),
    ]);
    if text.contains("holidays/company.ics") {
        files.insert("holidays/company.ics".to_owned(), HOLIDAYS.as_bytes().to_vec());
    }
    load(&files, parse)
}

/// The base with the sections of `part` instead of its own.
fn completed(part: &str) -> String {
    let is_key = |line: &&str| !line.starts_with([' ', '#', '-']) && line.contains(':');
    let keys: Vec<&str> =
        part.lines().filter(is_key).filter_map(|it| it.split(':').next()).collect();
    let kept = BASE.lines().filter(|line| !keys.contains(&line.split(':').next().unwrap()));
    kept.map(|it| format!("{it}\n")).collect::<String>() + part
}

#[test]
fn every_example_is_what_the_manual_says_it_is() {
    let manual = manual("plan.md");
    let examples = examples(&manual, "yaml");
    assert!(examples.len() >= 15, "only {} examples", examples.len());
    for it in examples {
        let is_whole = it.text.starts_with("matoi: 1");
        let text = if is_whole { it.text.clone() } else { completed(&it.text) };
        let loaded = load_text(&text);
        assert_eq!(told(&loaded.problems), it.told, "below \"{}\":\n{text}", it.place);
        let refused = it.told.contains("error: ");
        assert_eq!(loaded.plan.is_none(), refused, "below \"{}\":\n{text}", it.place);
    }
}

#[test]
fn every_key_that_the_reader_knows_is_in_the_manual() {
    let manual = manual("plan.md");
    let unknown = [
        "zzzzzzzz: 1",
        "calendar: { zzzzzzzz: 1 }",
        "calendar: { holidays: [{ zzzzzzzz: 1 }] }",
        "severities: { P1: { zzzzzzzz: 1 } }",
        "severities: { P1: { targets: { zzzzzzzz: 1 } } }",
        "severities: { P1: { targets: { during: { zzzzzzzz: 1 } } } }",
        "people: { ann: { zzzzzzzz: 1 } }",
        "contacts: { ann: { zzzzzzzz: 1 } }",
        "chores: { look: { zzzzzzzz: 1 } }",
        "schedules: { primary: { zzzzzzzz: 1 } }",
        "schedules: { primary: { rotate: daily, people: ann, layers: [{ zzzzzzzz: 1 }] } }",
        "schedules: { primary: { rotate: daily, people: ann, overrides: [{ zzzzzzzz: 1 }] } }",
        "escalation: { default: [{ zzzzzzzz: 1 }] }",
        "notify: [{ zzzzzzzz: 1 }]",
        "notify: [{ on: zzzzzzzz, to: console }]",
        "services: { a: { zzzzzzzz: 1 } }",
        "alerts: { a: { zzzzzzzz: 1 } }",
        "alerts: { a: { tiers: { P1: { zzzzzzzz: 1 } } } }",
        "secrets: { zzzzzzzz: 1 }",
        "secrets: { from: { zzzzzzzz: 1 } }",
        "escalation: { default: [{ page: ann }, { after: 1m, unless: zzzzzzzz, page: ann }] }",
    ];
    for part in unknown {
        let problems = load_text(&completed(part)).problems;
        let words = known(&problems);
        assert!(!words.is_empty(), "{part}: {}", told(&problems));
        for word in words.iter().map(|it| it.replace(' ', "_")) {
            let is_told = ["`", "`{ ", ", "].iter().any(|before| {
                let after = ["`", ":", ","];
                after.iter().any(|after| manual.contains(&format!("{before}{word}{after}")))
            });
            assert!(is_told, "{part}: the manual does not have `{word}`");
        }
    }
}
