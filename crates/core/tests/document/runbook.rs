//! `docs/runbook.md`: its examples are in order or wrong as it says, and it has every key.

use std::collections::BTreeSet;

use matoi_core::problem::Problem;
use matoi_core::runbook::Runbook;
use matoi_core::runbook::parse::parse;

use crate::fence::{examples, known, manual, told};

fn read(text: &str) -> (Option<Runbook>, Vec<Problem>) {
    parse("runbooks/example.md", text.as_bytes(), &BTreeSet::from(["python".to_owned()]))
}

#[test]
fn every_example_is_what_the_manual_says_it_is() {
    let manual = manual("runbook.md");
    let examples = examples(&manual, "markdown");
    assert!(examples.len() >= 10, "only {} examples", examples.len());
    for it in examples {
        let is_whole = it.text.starts_with("---");
        let front = if is_whole { "" } else { "---\nrunbook: {}\n---\n" };
        let text = format!("{front}{}", it.text);
        let (runbook, problems) = read(&text);
        assert_eq!(told(&problems), it.told, "below \"{}\":\n{text}", it.place);
        let is_sound = runbook.is_some_and(|it| it.sound);
        assert_eq!(is_sound, !it.told.contains("error: "), "below \"{}\":\n{text}", it.place);
    }
}

#[test]
fn every_key_that_the_parser_knows_is_in_the_manual() {
    let manual = manual("runbook.md");
    let fence = |info: &str| format!("---\nrunbook: {{}}\n---\n```{info}\ntrue\n```\n");
    let front = |settings: &str| format!("---\nrunbook: {{ {settings} }}\n---\n");
    let unknown = [
        front("zzzzzzzz: 1"),
        front("for: { zzzzzzzz: 1 }"),
        front("params: { A: { zzzzzzzz: 1 } }"),
        front("params: { A: { type: zzzzzzzz } }"),
        fence("bash { zzzzzzzz=1 }"),
        fence("bash { kind=zzzzzzzz }"),
        fence("bash { kind=recover on-fail=zzzzzzzz }"),
        fence("approval { not=zzzzzzzz }"),
        fence("approval { expires=1m on-expire=zzzzzzzz }"),
    ];
    for text in unknown {
        let problems = read(&text).1;
        let words = known(&problems);
        assert!(!words.is_empty(), "{text}: {}", told(&problems));
        for word in words {
            let word = word.replace("NAME", "");
            let is_told = manual.contains(&format!("`{word}`"))
                || [":", "=", " ", "N"].iter().any(|it| manual.contains(&format!("`{word}{it}")))
                || manual.contains(&format!("={word}`"));
            assert!(is_told, "the manual does not have `{word}`, of\n{text}");
        }
    }
}
