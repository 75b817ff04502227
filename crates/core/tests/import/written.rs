//! The plan that is written.

use matoi_core::import;
use matoi_core::language::Language;

use crate::{DOCUMENTS, assert_inert, document, loaded};

#[test]
fn whatever_is_imported_loads_and_nothing_of_it_begins_by_itself() {
    for language in [Language::Ja, Language::En] {
        for (name, _) in DOCUMENTS {
            assert_inert(&import::plan(&[document(name)], language), name);
        }
        let all: Vec<_> = DOCUMENTS.iter().map(|it| document(it.0)).collect();
        assert_inert(&import::plan(&all, language), "all together");
    }
}

#[test]
fn a_plan_from_a_document() {
    let files = import::plan(&[document("shop.md")], Language::Ja);
    let mut text = String::new();
    for (path, content) in &files {
        if path != "IMPORT.md" {
            text.push_str(&format!("==== {path}\n{content}\n"));
        }
    }
    insta::assert_snapshot!(text);
}

#[test]
fn the_account_as_people_read_it() {
    let files = import::plan(&[document("gateway.md")], Language::En);
    let account = &files["IMPORT.md"];
    // The hashes at the end are for the next import.
    let shown: Vec<&str> = account.lines().filter(|it| !it.starts_with("<!--")).collect();
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn severities_keep_their_order_and_their_promises() {
    let plan = loaded(&import::plan(&[document("shop.md")], Language::Ja)).plan.unwrap();
    let labels: Vec<_> = plan.severities.iter().map(|it| it.label.as_str()).collect();
    assert_eq!(labels, ["SEV1", "SEV2", "SEV3"]);
    assert_eq!(plan.severities[0].targets.len(), 2);
    assert_eq!(plan.severities[0].escalation.as_deref(), Some("SEV1"));
    assert!(!plan.is_armed(), "nobody has a way yet");
}
