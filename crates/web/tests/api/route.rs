//! Every route is written down, and everything that is written down is a route.

use std::collections::BTreeSet;

use crate::site::{Ask, Site};

const DOCUMENT: &str = include_str!("../../../../docs/api.md");
const ROUTER: &str = include_str!("../../src/lib.rs");

/// `GET /api/v1/incidents/ID` for each row of the document's tables.
fn documented() -> BTreeSet<String> {
    let rows = DOCUMENT.lines().filter_map(|it| it.strip_prefix("| `"));
    let requests = rows.filter_map(|it| it.split_once('`')).map(|(request, _)| request);
    let path = |it: &str| it.split('?').next().unwrap_or_default().to_owned();
    requests.filter(|it| it.contains(" /")).map(path).collect()
}

/// The same, from the router's text.
fn routed() -> BTreeSet<String> {
    let mut routes = BTreeSet::new();
    let mut prefix = "/api/v1";
    for line in ROUTER.lines().map(str::trim) {
        // What is nested comes first, and the outer router after it.
        if line.starts_with("Router::new()") {
            prefix = "";
        }
        let Some((path, methods)) =
            line.strip_prefix(".route(\"").and_then(|it| it.split_once('"'))
        else {
            continue;
        };
        for method in ["get", "post", "put", "patch", "delete"] {
            if methods.contains(&format!("{method}(")) {
                let path = path.replace("{id}", "ID").replace("{step}", "STEP");
                routes.insert(format!("{} {prefix}{path}", method.to_uppercase()));
            }
        }
    }
    routes
}

#[test]
fn the_document_and_the_router_know_the_same_requests() {
    let (documented, routed) = (documented(), routed());
    assert!(routed.len() > 25, "too few to be all: {routed:?}");
    let unwritten: Vec<_> = routed.difference(&documented).collect();
    let unrouted: Vec<_> = documented.difference(&routed).collect();
    assert!(unwritten.is_empty(), "docs/api.md lacks {unwritten:?}");
    assert!(unrouted.is_empty(), "the router lacks {unrouted:?}");
}

#[tokio::test]
async fn every_documented_request_reaches_something() {
    let site = Site::new().await;
    for request in documented() {
        let (method, path) = request.split_once(' ').unwrap();
        let reply = site.send(&Ask::new(method, path).json(&serde_json::json!({}))).await;
        assert!(!reply.body.contains("there is nothing at this address"), "{request}: {reply:?}");
        assert_ne!(reply.status, 0, "{request}: no answer");
    }
}

#[tokio::test]
async fn every_code_of_a_no_is_written_down() {
    let codes = include_str!("../../src/error.rs");
    let (_, list) = codes.split_once("pub(crate) enum Code {").unwrap();
    let (list, _) = list.split_once('}').unwrap();
    for code in list.split(',').map(str::trim).filter(|it| !it.is_empty()) {
        let mut word = String::new();
        for (place, letter) in code.char_indices() {
            if letter.is_uppercase() && place > 0 {
                word.push('_');
            }
            word.extend(letter.to_lowercase());
        }
        assert!(DOCUMENT.contains(&format!("`{word}` (")), "docs/api.md lacks {word}");
    }
}
