//! Every public method of the store is named in this suite, or an engine could do it differently unseen.

use std::fs;
use std::path::Path;

/// The text of every Rust file in a folder but this one.
fn text_of(folder: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut text = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let rust = path.extension().is_some_and(|it| it == "rs");
        if rust && !path.ends_with("coverage.rs") {
            text.push_str(&fs::read_to_string(path).unwrap());
        }
    }
    text
}

fn public_methods(source: &str) -> Vec<String> {
    let mut methods = Vec::new();
    let mut inside = false;
    for line in source.lines() {
        if line.starts_with("impl") {
            inside = line == "impl Store {";
        }
        let method =
            line.strip_prefix("    pub async fn ").or_else(|| line.strip_prefix("    pub fn "));
        if let Some((name, _)) = method.and_then(|it| it.split_once('('))
            && inside
        {
            methods.push(name.to_owned());
        }
    }
    methods
}

#[test]
fn every_public_method_is_named_in_the_suite() {
    let methods = public_methods(&text_of("src"));
    assert!(methods.len() > 20, "too few to be all: {methods:?}");
    let suite = text_of("tests/conformance");
    let forgotten: Vec<_> = methods
        .iter()
        .filter(|it| {
            !suite.contains(&format!(".{it}(")) && !suite.contains(&format!("Store::{it}("))
        })
        .collect();
    assert!(forgotten.is_empty(), "no conformance test names {forgotten:?}");
}
