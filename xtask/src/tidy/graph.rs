//! Which crate may depend on which of ours: the table of the architecture.

use super::{File, Finding};

/// One crate and those of ours that it may use outside tests.
struct Node {
    name: &'static str,
    may: &'static [&'static str],
}

/// The table. A crate that is not here is refused, so that a new one is a decision.
const GRAPH: &[Node] = &[
    Node { name: "matoi-core", may: &[] },
    Node { name: "matoi-store", may: &["matoi-core"] },
    Node { name: "matoi-edge", may: &["matoi-core"] },
    Node { name: "matoi-engine", may: &["matoi-core", "matoi-store", "matoi-edge"] },
    Node { name: "matoi-web", may: &["matoi-core", "matoi-store", "matoi-engine"] },
    Node { name: "matoi-demo", may: &[] },
    Node {
        name: "matoi",
        may: &[
            "matoi-core",
            "matoi-store",
            "matoi-edge",
            "matoi-engine",
            "matoi-web",
            "matoi-demo",
        ],
    },
    // For tests and measurements only: nobody who is shipped may use it.
    Node {
        name: "matoi-testkit",
        may: &["matoi-core", "matoi-store", "matoi-edge", "matoi-engine"],
    },
    Node { name: "xtask", may: &[] },
];

/// The one crate that any crate's tests may use beside what the crate itself may.
const FOR_TESTS: &str = "matoi-testkit";

/// Is the graph of crates the allowed one, and does every crate take the workspace's lints?
pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let of_crate = |it: &&File| {
        let depth = it.path.split('/').count();
        it.path == "xtask/Cargo.toml"
            || (it.path.starts_with("crates/") && it.name() == "Cargo.toml" && depth == 3)
    };
    files.iter().filter(of_crate).flat_map(manifest).collect()
}

fn manifest(file: &File) -> Vec<Finding> {
    let name = file.text.lines().find_map(|it| it.strip_prefix("name = "));
    let name = name.unwrap_or_default().trim_matches('"');
    let Some(node) = GRAPH.iter().find(|it| it.name == name) else {
        let message = format!("`{name}` is not in the graph of crates; what does it forbid?");
        return vec![Finding::new(file, 1, message)];
    };
    let mut findings = Vec::new();
    let mut section = "";
    let mut lints = false;
    for (index, line) in file.text.lines().enumerate() {
        let line = line.trim();
        if let Some(header) = line.strip_prefix('[') {
            section = header.trim_end_matches(']');
        }
        lints |= section == "lints" && line == "workspace = true";
        for used in crates_in(section, line) {
            if !allows(node, section, used) {
                let message = format!("`{name}` may not depend on `{used}`");
                findings.push(Finding::new(file, index + 1, message));
            }
        }
    }
    if !lints {
        findings.push(Finding::new(file, 1, "`[lints] workspace = true` is missing"));
    }
    findings
}

fn allows(node: &Node, section: &str, used: &str) -> bool {
    let for_tests = section.contains("dev-dependencies") && used == FOR_TESTS;
    node.may.contains(&used) || for_tests
}

/// Our crates that a line of a table of dependencies names: `matoi-core.workspace = true`, `x = { package = "matoi-core" }`,
/// or the header `[dependencies.matoi-core]`.
fn crates_in<'a>(section: &str, line: &'a str) -> Vec<&'a str> {
    if !section.contains("dependencies") || line.starts_with('#') {
        return Vec::new();
    }
    let words = line.split(|it: char| !it.is_ascii_alphanumeric() && it != '-' && it != '_');
    words.filter(|it| it.starts_with("matoi-") || *it == "matoi").collect()
}
