//! Every rule refuses what breaks it and leaves in peace what only looks alike.

use std::path::Path;

use xtask::tidy::{CHECKS, File, names_checkout};

/// Texts by path, and the places at which one rule must find a breach.
struct Case {
    check: &'static str,
    shows: &'static str,
    files: &'static [(&'static str, &'static str)],
    finds: &'static [&'static str],
}

#[test]
fn every_rule_finds_its_breaches_and_nothing_else() {
    for case in CASES {
        let check = CHECKS.iter().find(|it| it.name == case.check);
        let check = check.unwrap_or_else(|| panic!("no rule is named {}", case.check));
        let files: Vec<File> =
            case.files.iter().map(|(path, text)| File::new(*path, *text)).collect();
        let findings = (check.check)(&files);
        let places: Vec<String> =
            findings.iter().map(|it| format!("{}:{}", it.path, it.line)).collect();
        assert_eq!(places, case.finds, "{}: {}\n{findings:#?}", case.check, case.shows);
    }
}

#[test]
fn no_rule_is_without_a_breach_and_without_a_look_alike() {
    for check in CHECKS {
        let of_check = || CASES.iter().filter(|it| it.check == check.name);
        assert!(of_check().any(|it| !it.finds.is_empty()), "nothing breaks {}", check.name);
        assert!(of_check().any(|it| it.finds.is_empty()), "nothing keeps {}", check.name);
    }
}

const CASES: &[Case] = &[
    Case {
        check: "size",
        shows: "A file of 501 lines is too long, tests included.",
        files: &[("a/tests.rs", LINES_501)],
        finds: &["a/tests.rs:501"],
    },
    Case {
        check: "size",
        shows: "Documents may be long.",
        files: &[("a.rs", "//! A.\n"), ("a.md", LINES_501)],
        finds: &[],
    },
    Case {
        check: "purpose",
        shows: "A module without `//!` is refused; tests are not asked, and other comments do not count.",
        files: &[
            ("crates/core/src/page.rs", "// Pages.\nuse a::B;\n"),
            ("crates/core/src/page/tests.rs", "use super::*;\n"),
            ("crates/core/tests/story.rs", "use a::B;\n"),
            ("crates/core/src/gate.rs", "//!\nuse a::B;\n"),
        ],
        finds: &["crates/core/src/page.rs:1", "crates/core/src/gate.rs:1"],
    },
    Case {
        check: "purpose",
        shows: "A purpose may come after an empty line.",
        files: &[("crates/core/src/page.rs", "\n//! A page.\n")],
        finds: &[],
    },
    Case {
        check: "name",
        shows: "Hollow names of files, folders, modules, and types are refused.",
        files: &[
            ("crates/core/src/utils.rs", "//! Things."),
            ("crates/app/tests/common/mod.rs", "//! Things."),
            ("crates/core/src/page.rs", "mod helpers;\npub struct PageManager<'a>(&'a str);\n"),
            ("crates/core/src/gate.rs", "pub(crate) trait GateImpl: Send {}\n    enum Data {}\n"),
        ],
        finds: &[
            "crates/core/src/utils.rs:1",
            "crates/app/tests/common/mod.rs:1",
            "crates/core/src/page.rs:1",
            "crates/core/src/page.rs:2",
            "crates/core/src/gate.rs:1",
            "crates/core/src/gate.rs:2",
        ],
    },
    Case {
        check: "name",
        shows: "Such words inside names, comments, strings, uses, and documents are free.",
        files: &[
            (
                "crates/core/src/page.rs",
                "//! struct PageManager\nuse rusqlite::types::Value;\nstruct Database;\nstruct Metadata;\n\
                 const A: &str = \"struct PageManager\";\nfn f(it: &SomeHandler) {}\n",
            ),
            ("docs/common.md", "# Common"),
        ],
        finds: &[],
    },
    Case {
        check: "mark",
        shows: "What is unfinished, ignored, or expected to panic is refused, and so is an ownerless mark.",
        files: &[
            (
                "a.rs",
                "fn f() { todo!(\"later\") }\n#[ignore]\n#[should_panic]\nfn g() {\n unimplemented!() }\n",
            ),
            ("b.rs", "// TODO: later.\nfn f() {} /* FIXME */\n"),
            (".ci/run", "#!/bin/bash\n# HACK\n"),
            ("page.snap.new", ""),
        ],
        finds: &[
            "a.rs:1",
            "a.rs:2",
            "a.rs:3",
            "a.rs:5",
            "b.rs:1",
            "b.rs:2",
            ".ci/run:2",
            "page.snap.new:1",
        ],
    },
    Case {
        check: "mark",
        shows: "A mark with an issue is fine; words in strings and in other words are none.",
        files: &[
            (
                "a.rs",
                "// TODO(#12): later.\nconst A: &str = \"TODO todo!()\";\n// TODOS are many, #[ignore] is one.\n",
            ),
            ("plan.yaml", "name: TODO\n"),
        ],
        finds: &[],
    },
    Case {
        check: "clock",
        shows: "Reading the clock is refused everywhere, tests included.",
        files: &[
            ("crates/core/src/page.rs", "fn f() {\n    Timestamp::now();\n}"),
            ("crates/web/tests/api.rs", "fn f() { std::time::SystemTime::now() }"),
            ("crates/engine/src/turn.rs", "fn f() { jiff::Zoned::now() }"),
        ],
        finds: &[
            "crates/core/src/page.rs:2",
            "crates/web/tests/api.rs:1",
            "crates/engine/src/turn.rs:1",
        ],
    },
    Case {
        check: "clock",
        shows: "The engine's clock reads it; comments talk of it; durations are measured.",
        files: &[
            ("crates/engine/src/clock.rs", "fn f() { Timestamp::now() }"),
            ("crates/demo/src/clock.rs", "fn f() { Timestamp::now() }"),
            ("crates/core/src/page.rs", "// Timestamp::now is banned.\nfn f() { Instant::now() }"),
        ],
        finds: &[],
    },
    Case {
        check: "clock",
        shows: "After any string, letter, lifetime, or comment, code is code again.",
        files: &[
            ("a.rs", "f('\"'); Timestamp::now()"),
            ("b.rs", "f('\\'', b'\\\\', '\\u{22}'); Timestamp::now()"),
            ("c.rs", "fn f<'a>(it: &'a str) { Timestamp::now() }"),
            ("d.rs", "/* a /* b */ c */ Timestamp::now()"),
            ("e.rs", "f(\"\\\"\", \"\\\\\"); Timestamp::now()"),
            ("f.rs", "f(r\"\\\", br#\"\"\"#, r##\"\"#\"##); Timestamp::now()"),
            ("g.rs", "for r#type in c\"\" {} Timestamp::now()"),
        ],
        finds: &["a.rs:1", "b.rs:1", "c.rs:1", "d.rs:1", "e.rs:1", "f.rs:1", "g.rs:1"],
    },
    Case {
        check: "clock",
        shows: "What is quoted or commented out is no code, even where it is not closed.",
        files: &[
            (
                "a.rs",
                "f(\"\\\" Timestamp::now()\", r#\"\" Timestamp::now()\"#, b\"Timestamp::now()\")",
            ),
            ("b.rs", "/* /* */ Timestamp::now() */ // Timestamp::now()"),
            ("c.rs", "f(\"\n Timestamp::now()"),
            ("d.rs", "/* Timestamp::now()"),
            ("e.rs", "f(r##\"\"# Timestamp::now()"),
            ("f.rs", "f('\\"),
        ],
        finds: &[],
    },
    Case {
        check: "sql",
        shows: "A statement is refused outside of the crates that speak SQL, however it is quoted.",
        files: &[
            (
                "crates/engine/src/turn.rs",
                "f(\"select id from page\");\ng(\n  r#\"\n  Insert Into page values (1)\"#);",
            ),
            ("crates/web/src/api.rs", "f(\"update page\n set id = 1\");"),
            ("crates/app/src/main.rs", "f(\"PRAGMA journal_mode\", \"delete from page\")"),
        ],
        finds: &[
            "crates/engine/src/turn.rs:1",
            "crates/engine/src/turn.rs:4",
            "crates/web/src/api.rs:1",
            "crates/app/src/main.rs:1",
            "crates/app/src/main.rs:1",
        ],
    },
    Case {
        check: "sql",
        shows: "English may select, tests may look, and runbooks may hold SQL.",
        files: &[
            (
                "crates/engine/src/turn.rs",
                "f(\"select a person, then page\"); // select id from page",
            ),
            ("crates/engine/src/turn/tests.rs", "f(\"select id from page\");"),
            ("crates/store/src/page.rs", "f(\"select id from page\");"),
            ("crates/core/src/runbook/mod.rs", "f(\"```sql\nselect id from page\n```\");"),
        ],
        finds: &[],
    },
    Case {
        check: "graph",
        shows: "Every way to write a forbidden dependency is seen; strangers and missing lints are refused.",
        files: &[
            (
                "crates/core/Cargo.toml",
                "[package]\nname = \"matoi-core\"\n[lints]\nworkspace = true\n[dependencies]\n\
                 matoi-store.workspace = true\nx = { package = \"matoi-edge\" }\n[dependencies.matoi-web]\n",
            ),
            (
                "crates/web/Cargo.toml",
                "[package]\nname = \"matoi-web\"\n[lints]\nworkspace = true\n[dependencies]\n\
                 matoi-testkit.workspace = true\n[dev-dependencies]\nmatoi-edge.workspace = true\n",
            ),
            ("crates/new/Cargo.toml", "[package]\nname = \"matoi-new\"\n"),
            ("xtask/Cargo.toml", "[package]\nname = \"xtask\"\n"),
        ],
        finds: &[
            "crates/core/Cargo.toml:6",
            "crates/core/Cargo.toml:7",
            "crates/core/Cargo.toml:8",
            "crates/web/Cargo.toml:6",
            "crates/web/Cargo.toml:8",
            "crates/new/Cargo.toml:1",
            "xtask/Cargo.toml:1",
        ],
    },
    Case {
        check: "graph",
        shows: "What the table allows is fine, the testkit in tests, and our own name elsewhere.",
        files: &[(
            "crates/engine/Cargo.toml",
            "[package]\nname = \"matoi-engine\"\ndescription = \"of matoi-web\"\n[lints]\nworkspace = true\n\
             [dependencies]\n# matoi-web is above us.\nmatoi-core.workspace = true\n\
             [dev-dependencies]\nmatoi-testkit.workspace = true\n",
        )],
        finds: &[],
    },
    Case {
        check: "title",
        shows: "No title and two titles are refused.",
        files: &[
            ("docs/a.md", "Only text.\n"),
            ("docs/b.md", "# One\n\n## Part\n\nTwo\n===\n"),
            ("README.md", "<h1 align=\"center\">Matoi</h1>\n\n# Matoi\n"),
        ],
        finds: &["docs/a.md:1", "docs/b.md:5", "README.md:3"],
    },
    Case {
        check: "title",
        shows: "Front matter and comments in shell are no titles; runbooks and fragments need none.",
        files: &[
            ("docs/a.md", "---\ntitle: A\n---\n# One\n\n```sh\n# two\n```\n"),
            ("changes/probe.md", "A sentence.\n"),
            ("examples/ops/runbooks/x.md", "## 1. Diagnose\n"),
        ],
        finds: &[],
    },
    Case {
        check: "link",
        shows: "Links to no file, to no heading, and out of the repository are refused, pictures included.",
        files: &[
            (
                "docs/a.md",
                "# A\n\n[b](b.md)\n[b](../c.md)\n[b](../../d.md)\n\n[b](#nowhere) ![p](p.png)\n",
            ),
            ("README.md", "# Front\n\n[a][x]\n\n[x]: docs/a.md#b\n\n<a href=\"docs/z.md\">z</a>\n"),
        ],
        finds: &[
            "docs/a.md:3",
            "docs/a.md:4",
            "docs/a.md:5",
            "docs/a.md:7",
            "docs/a.md:7",
            "README.md:3",
            "README.md:7",
        ],
    },
    Case {
        check: "link",
        shows: "Headings are found as code hosts name them, in any script and when doubled; code is no link.",
        files: &[
            (
                "docs/a.md",
                "# It's `A`: one\n\n## 承認 ゲート\n\n## Same\n\n## Same\n\n[1](#its-a-one) [2](#承認-ゲート) [3](#same-1)\n\
                 [4](../src) [5](../src/x.rs) [6](/docs/a.md) [7](https://example.com/x#y) <a@example.com> `[8](no.md)`\n",
            ),
            ("src/x.rs", "//! X."),
        ],
        finds: &[],
    },
    Case {
        check: "twin",
        shows: "A missing twin, another heading, and another command are refused.",
        files: &[
            ("README.md", "# Front\n"),
            ("docs/a.md", "# A\n\n## B\n"),
            ("docs/a.ja.md", "# あ\n\n### い\n"),
            ("docs/b.md", "# A\n\n```sh\nmatoi demo\n```\n"),
            ("docs/b.ja.md", "# あ\n\n```sh\nmatoi run\n```\n"),
            ("docs/c.ja.md", "# あ\n"),
            ("docs/d.md", "# A\n\n```sh\nmatoi demo\n```\n"),
            ("docs/d.ja.md", "# あ\n\n```sh\nmatoi demo\nmatoi demo\n```\n"),
        ],
        finds: &[
            "docs/a.ja.md:3",
            "docs/b.ja.md:1",
            "docs/c.ja.md:1",
            "docs/d.ja.md:1",
            "README.md:1",
        ],
    },
    Case {
        check: "twin",
        shows: "Headings, comments of commands, and fences that are no commands may be translated.",
        files: &[
            (
                "README.md",
                "# Front\n\n```sh\n# First.\nmatoi demo   # look\n```\n\n```text\nhello\n```\n",
            ),
            (
                "README.ja.md",
                "# 表紙\n\n```sh\n# まず\nmatoi demo   # 見る\n```\n\n```text\nこんにちは\n```\n",
            ),
        ],
        finds: &[],
    },
    Case {
        check: "decision",
        shows: "A record without a number, with one twice, without a section, or too long is refused.",
        files: &[
            ("docs/decisions/pure.md", "# Pure\n"),
            (
                "docs/decisions/0001-a.md",
                "# A\n\n## Context\n\n## Choice\n\n## What would change our mind\n",
            ),
            ("docs/decisions/0001-b.md", RECORD),
            ("docs/decisions/0002-c.md", LONG_RECORD),
        ],
        finds: &[
            "docs/decisions/pure.md:1",
            "docs/decisions/0001-a.md:1",
            "docs/decisions/0002-c.md:71",
            "docs/decisions/0001-b.md:1",
        ],
    },
    Case {
        check: "decision",
        shows: "A complete record is fine.",
        files: &[
            ("docs/decisions/0001-a.md", RECORD),
            ("docs/decisions/README.md", "# Decisions\n"),
        ],
        finds: &[],
    },
    Case {
        check: "place",
        shows: "Somebody's home is refused in any text.",
        files: &[
            ("docs/a.md", concat!("# A\n\ncd /ho", "me/ann/matoi\n")),
            ("a.rs", concat!("//! A.\nconst A: &str = \"/ro", "ot/.ssh\";\n")),
            ("b.toml", concat!("path = '/Us", "ers/ann'\n")),
        ],
        finds: &["docs/a.md:3", "a.rs:2", "b.toml:1"],
    },
    Case {
        check: "place",
        shows: "Places of every machine, anybody's home, and paths of URLs are fine.",
        files: &[(
            "docs/a.md",
            "# A\n\n/etc/matoi /tmp/x /var/lib/x /home/you/ops /usr/bin /home/$USER/x /root\n\
             https://example.com/home/ann docs/root/x ~/home/x ${A}/root/x\n",
        )],
        finds: &[],
    },
];

const RECORD: &str = "# A\n\n## Context\n\nA.\n\n## Choice\n\nB.\n\n## Cost\n\nC.\n\n## What would change our mind\n\nD.\n";

/// Line breaks, 501 of them.
const LINES_501: &str = match str::from_utf8(&[b'\n'; 501]) {
    Ok(text) => text,
    Err(_) => "",
};

const LONG_RECORD: &str = concat!(
    "# A\n\n## Context\n\n## Choice\n\n## Cost\n\n## What would change our mind\n",
    "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n",
    "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n",
);

#[test]
fn a_file_must_not_name_the_place_of_the_checkout() {
    let text = "cd /forge/seeds\ncd /tmp/matoi/x\ncd /forge\n";
    let files = [File::new("a.sh", text)];
    let lines = |root: &str| -> Vec<usize> {
        names_checkout(&files, Path::new(root)).into_iter().map(|it| it.line).collect()
    };
    assert_eq!(lines("/forge/matoi"), [1], "the folder around the checkout is one machine's");
    assert_eq!(lines("/tmp/matoi"), [2], "every machine has the folder around it");
    assert_eq!(lines("/app"), [0; 0], "a container's usual place is nobody's");
    assert_eq!(lines("/home/you/matoi"), [0; 0], "examples live there");
}
