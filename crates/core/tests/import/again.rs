//! A document that is imported again.

use std::collections::BTreeMap;

use matoi_core::import::{self, Fate, Merged};
use matoi_core::language::Language;

use crate::DOCUMENTS;

fn files(text: &str) -> BTreeMap<String, String> {
    import::plan(&[import::read("shop.md", text.as_bytes()).unwrap()], Language::Ja)
}

fn there(files: &BTreeMap<String, String>) -> BTreeMap<String, Vec<u8>> {
    files.iter().map(|(path, text)| (path.clone(), text.clone().into_bytes())).collect()
}

fn fates(merged: &[Merged]) -> BTreeMap<&str, Fate> {
    merged.iter().map(|it| (it.path.as_str(), it.fate)).collect()
}

const RUNBOOK: &str = "runbooks/決済が通らない.md";

#[test]
fn the_same_document_changes_nothing() {
    let first = files(DOCUMENTS[0].1);
    let merged = import::merge(&there(&first), &first);
    assert!(merged.iter().all(|it| it.fate == Fate::Same && it.text.is_none()), "{merged:#?}");
}

#[test]
fn what_nobody_edited_is_updated_with_its_difference() {
    let first = files(DOCUMENTS[0].1);
    let second = files(&DOCUMENTS[0].1.replace("restart payment", "restart payment-v2"));
    let merged = import::merge(&there(&first), &second);
    let runbook = merged.iter().find(|it| it.path == RUNBOOK).unwrap();
    assert_eq!(runbook.fate, Fate::Updated);
    assert!(runbook.gone.contains(&"docker compose restart payment".to_owned()), "{runbook:#?}");
    assert!(runbook.come.contains(&"docker compose restart payment-v2".to_owned()), "{runbook:#?}");
    assert_eq!(fates(&merged)["matoi.yaml"], Fate::Same);
}

#[test]
fn what_people_edited_stays_and_the_new_version_lies_beside() {
    let first = files(DOCUMENTS[0].1);
    let mut edited = there(&first);
    let armed = first[RUNBOOK].replace("```bash\n", "```bash { kind=recover }\n");
    edited.insert(RUNBOOK.to_owned(), armed.into_bytes());
    // The document did not change: theirs stays, and nothing is said beside it.
    assert_eq!(fates(&import::merge(&edited, &first))[RUNBOOK], Fate::Kept);
    let second = files(&DOCUMENTS[0].1.replace("restart payment", "restart payment-v2"));
    let merged = import::merge(&edited, &second);
    assert_eq!(fates(&merged)[format!("import-new/{RUNBOOK}").as_str()], Fate::Beside);
    assert!(merged.iter().all(|it| it.path != RUNBOOK), "theirs is not touched");
}

#[test]
fn a_line_above_moves_every_number_and_no_identity() {
    let first = files(DOCUMENTS[0].1);
    let second = files(&DOCUMENTS[0].1.replacen("この文書は", "\n\n新しい段落。\n\nこの文書は", 1));
    assert_eq!(first.keys().collect::<Vec<_>>(), second.keys().collect::<Vec<_>>());
}

#[test]
fn what_the_document_no_longer_says_is_told_and_left() {
    let first = files(DOCUMENTS[0].1);
    let shorter = DOCUMENTS[0].1.replace("### 1. 決済が通らない", "### 1. 決済の失敗が続く");
    let merged = import::merge(&there(&first), &files(&shorter));
    let gone = merged.iter().find(|it| it.fate == Fate::Gone).unwrap();
    assert_eq!((gone.path.as_str(), gone.text.as_ref()), (RUNBOOK, None));
}
