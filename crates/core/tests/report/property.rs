//! Any text in any field leaves the form as it is.

use std::hash::{DefaultHasher, Hash, Hasher};

use matoi_core::incident::event::Event;
use matoi_core::language::Language::{En, Ja};
use matoi_core::report::{incident, review};
use matoi_core::run;
use proptest::prelude::*;
use pulldown_cmark::{HeadingLevel, Options, Parser, Tag};
use serde_json::Value;

use crate::hostile::{assert_harmless, tables};
use crate::story::Story;

/// Fields of events that hold free text; all others are times, numbers, or one of our own words.
const FIELDS: &[&str] = &[
    "id",
    "plan",
    "title",
    "severity",
    "service",
    "scope",
    "escalation",
    "topic",
    "name",
    "note",
    "alert",
    "summary",
    "by",
    "via",
    "text",
    "to",
    "from",
    "reason",
    "said",
    "page",
    "person",
    "channel",
    "address",
    "reference",
    "run",
    "runbook",
    "step",
    "runs",
    "runbook_hash",
    "what",
    "params",
    "labels",
    "items",
    "excerpt",
    "values",
    "hash",
    "folder",
];

/// Replaces every text below a field of the list, the same text always by the same.
fn poison(value: &mut Value, is_text: bool, texts: &[String]) {
    match value {
        Value::String(text) if is_text => *text = pick(text, texts),
        Value::Array(items) => items.iter_mut().for_each(|it| poison(it, is_text, texts)),
        Value::Object(fields) => {
            // A tag is not a text, though a tagged value may stand where a text does.
            let tagged = ["why", "hold", "starter", "settler", "skip", "ground", "source"];
            let is_map = is_text && !tagged.iter().any(|it| fields.contains_key(*it));
            for (key, field) in fields.iter_mut() {
                poison(field, is_map || FIELDS.contains(&key.as_str()), texts);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn pick(original: &str, texts: &[String]) -> String {
    let mut hasher = DefaultHasher::new();
    original.hash(&mut hasher);
    let place = usize::try_from(hasher.finish() % texts.len() as u64).unwrap();
    texts[place].clone()
}

fn poisoned(texts: &[String]) -> Story {
    let mut story = Story::whole();
    let mut events = serde_json::to_value(&story.events).unwrap();
    poison(&mut events, false, texts);
    story.events = serde_json::from_value::<Vec<Event>>(events).unwrap();
    for (id, events) in &mut story.runs {
        let mut value = serde_json::to_value(&*events).unwrap();
        poison(&mut value, false, texts);
        *events = serde_json::from_value::<Vec<run::event::Event>>(value).unwrap();
        id.0 = pick(&id.0, texts);
    }
    for person in story.plan.people.values_mut() {
        person.name = pick(&person.name, texts);
    }
    story
}

/// The titles of sections, which are ours.
fn sections(markdown: &str) -> usize {
    Parser::new_ext(markdown, Options::ENABLE_TABLES)
        .filter(|it| {
            matches!(
                it,
                pulldown_cmark::Event::Start(Tag::Heading {
                    level: HeadingLevel::H1 | HeadingLevel::H2,
                    ..
                })
            )
        })
        .count()
}

fn texts() -> impl Strategy<Value = Vec<String>> {
    let piece = prop_oneof![
        Just("|".to_owned()),
        Just("\\".to_owned()),
        Just("```".to_owned()),
        Just("\n\n".to_owned()),
        Just("## ".to_owned()),
        Just("| - | - |\n".to_owned()),
        Just("![a](http://b)".to_owned()),
        Just("<!--".to_owned()),
        Just("\u{202e}".to_owned()),
        Just("［要記入］".to_owned()),
        any::<String>(),
    ];
    let text = proptest::collection::vec(piece, 0..8).prop_map(|it| it.concat());
    proptest::collection::vec(text, 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_in_any_field_leaves_the_form_as_it_is(texts in texts()) {
        let story = poisoned(&texts);
        let entries = story.events.len() + story.runs[0].1.len();
        for language in [Ja, En] {
            let report = incident(&story.material(), language);
            assert_harmless(&report);
            prop_assert!((7..=8).contains(&sections(&report)));

            let review = review(&story.material(), language);
            assert_harmless(&review);
            prop_assert!((12..=13).contains(&sections(&review)));
            let rows = tables(&review).remove(0);
            prop_assert_eq!(rows.len(), entries + 1);
            for row in rows.iter().skip(1) {
                prop_assert_eq!(row.len(), 4);
                prop_assert!(row[0].starts_with("2026-01-05 0"), "{:?}", row);
            }
        }
    }
}
