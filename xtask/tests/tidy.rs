//! The repository keeps its own rules.

use std::path::Path;

use xtask::tidy::{self, tree};

#[test]
fn the_repository_is_tidy() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize();
    let findings =
        tidy::findings(&root.expect("the repository is there")).expect("the files can be read");
    let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert!(lines.is_empty(), "breaches of the house rules:\n{}", lines.join("\n"));
}

#[test]
fn a_dependency_that_joins_or_leaves_the_core_is_told_and_a_new_version_is_not() {
    let accepted = "jiff\nserde\n";
    let check = |tree: &str| -> Vec<String> {
        tree::check(tree, accepted).into_iter().map(|it| it.message).collect()
    };
    assert_eq!(check("jiff v0.2.43\nserde v1.0.229\nserde v1.0.229 (*)\n"), [""; 0]);
    assert_eq!(
        check("jiff v0.2.43\ntokio v1.54.1\n"),
        [
            "the core newly depends on `tokio`; if that is meant: tidy --bless",
            "the core no longer depends on `serde`; remove it: tidy --bless",
        ]
    );
}
