//! Real kinds, real plans.

use std::collections::BTreeMap;

use matoi_core::plan::template::{EN, JA, StarterFile};
use matoi_core::plan::{Loaded, load_with};
use matoi_core::runbook::parse::parse;

use super::KINDS;

fn load(files: &[(&str, &str)]) -> Loaded {
    let pair = |(path, text): &(&str, &str)| ((*path).to_owned(), text.as_bytes().to_vec());
    load_with(&files.iter().map(pair).collect::<BTreeMap<_, _>>(), parse, &KINDS)
}

/// The problems of a plan with this section beside a person who can be paged.
fn told(section: &str) -> Vec<String> {
    let head = "matoi: 1\nname: x\ntimezone: UTC\nseverities: { P0: {} }\nescalation: { default: [{ page: ann }] }\n";
    let people =
        if section.starts_with("people:") { "" } else { "people: { ann: { reach: [console] } }\n" };
    let text = format!("{head}{people}{section}\n");
    let loaded = load(&[("matoi.yaml", &text)]);
    loaded.problems.into_iter().map(|it| it.message).collect()
}

#[test]
fn the_starter_plans_are_understood_with_all_that_a_newcomer_uncomments() {
    for template in [EN, JA] {
        let uncommented: Vec<&str> = template[0]
            .text
            .lines()
            .map(|line| {
                let is_example =
                    ["# channels:", "# notify:", "#   "].iter().any(|it| line.starts_with(it));
                line.get(if is_example { 2 } else { 0 }..).unwrap_or(line)
            })
            .collect();
        let StarterFile { path, text } = template[1];
        let loaded = load(&[("matoi.yaml", &uncommented.join("\n")), (path, text)]);
        assert_eq!(loaded.problems, []);
        assert!(loaded.plan.is_some());
    }
}

#[test]
fn what_a_kind_does_not_understand_is_told_when_the_plan_is_read() {
    let watch = |it: &str| format!("services: {{ a: {{ severity: P0, watch: {it} }} }}");
    let cases = [
        (watch("{ kind: postgres }"), "the kind \"postgres\" is not available yet; known are http, tcp, dns, command, host, sqlite"),
        (watch("{ kind: htp, url: x }"), "the kind \"htp\" is unknown; known are http, tcp, dns, command, host, sqlite"),
        (watch("{ kind: http }"), "url of the kind \"http\" is missing"),
        (watch("{ kind: tcp, address: db }"), "address of the kind \"tcp\" must be host:port, such as db.internal:5432"),
        (watch("{ kind: command, argv: ls }"), "argv of the kind \"command\" must be a list of texts"),
        (watch("{ kind: host, expect: { disk: { var: < 90% } } }"), "expect.disk.var of the kind \"host\" must be a path from the root, such as /var"),
        (watch("{ kind: sqlite, path: a.db, query: select 1 }"), "expect of the kind \"sqlite\" is missing beside query"),
        ("channels: { chat: { kind: slack } }".to_owned(), "the kind \"slack\" is not available yet; known are console, webhook, email"),
        ("channels: { m: { kind: email, host: h, from: a@b.example, password: { secret: P } } }".to_owned(), "username of the kind \"email\" is missing beside password"),
        ("people: { ann: { reach: [m:ann] } }\nchannels: { m: { kind: email, host: h, from: a@b.example } }".to_owned(), "the address \"ann\" of \"m\" is not a mail address: missing domain or user"),
        ("channels: { m: { kind: email, host: h, from: a@b.example } }\nnotify: { on: opened, to: m }".to_owned(), "the channel \"m\" announces to nobody; give it an address: to: team@example.com"),
    ];
    for (section, expected) in cases {
        assert_eq!(told(&section), [expected], "{section}");
    }
}

#[test]
fn a_secret_stands_for_whatever_the_kind_wants() {
    for section in [
        "services: { a: { severity: P0, watch: { kind: http, url: { secret: URL }, headers: { Authorization: { secret: T } } } } }",
        "services: { a: { severity: P0, watch: { kind: tcp, address: { secret: ADDRESS } } } }",
        "services: { a: { severity: P0, watch: { kind: command, argv: [check, { secret: KEY }] } } }",
        "channels: { m: { kind: email, host: h, username: { secret: U }, password: { secret: P }, from: { secret: F }, to: { secret: T } } }\nnotify: { on: opened, to: m }",
        "channels: { w: { kind: webhook, url: { secret: URL } } }\nnotify: { on: opened, to: w }",
    ] {
        assert_eq!(told(section), Vec::<String>::new(), "{section}");
    }
}

#[test]
fn a_step_on_a_host_that_the_plan_does_not_have_is_refused() {
    let text = "matoi: 1\nname: x\ntimezone: UTC\nseverities: { P0: {} }\npeople: { ann: { reach: [console] } }\nescalation: { default: [{ page: ann }] }\n";
    let runbook = "---\nrunbook: {}\n---\n\n```bash { kind=diagnose on=db-1 }\ntrue\n```\n\n```sql { kind=diagnose }\nselect 1\n```\n";
    let loaded = load(&[("matoi.yaml", text), ("runbooks/a.md", runbook)]);
    let told: Vec<&str> = loaded.problems.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(
        told,
        [
            "the step \"step-1\": the plan has no host \"db-1\"; known here: local",
            "no database is named",
            "the step \"step-2\": on: is missing: which SQLite file? (`on=bot.db`)",
        ]
    );
}

#[test]
fn the_plan_of_the_demo_has_nothing_to_complain_of() {
    for language in ["ja", "en"] {
        let folder = format!("{}/../demo/plan/{language}", env!("CARGO_MANIFEST_DIR"));
        let read = |path: &str| {
            let text = std::fs::read_to_string(format!("{folder}/{path}")).unwrap();
            text.replace("{{SMTP_PORT}}", "2525").replace("{{DIR}}", "/srv/bot")
        };
        let paths = ["matoi.yaml", "runbooks/database-corruption.md", "runbooks/first-look.md"];
        let texts = paths.map(read);
        let files: Vec<(&str, &str)> =
            paths.into_iter().zip(texts.iter().map(String::as_str)).collect();
        let loaded = load(&files);
        assert_eq!(loaded.problems, [], "{language}");
        let plan = loaded.plan.unwrap();
        assert!(plan.is_armed() && plan.runbooks.values().all(|it| it.sound), "{language}");
    }
}

#[test]
fn the_kinds_understand_every_example_of_the_manual() {
    let path = format!("{}/../../docs/plan.md", env!("CARGO_MANIFEST_DIR"));
    let manual = std::fs::read_to_string(path).unwrap();
    let fences: Vec<&str> =
        manual.split("```yaml\n").skip(1).filter_map(|it| it.split("```").next()).collect();
    let mut asked = 0;
    for fence in fences.into_iter().filter(|it| it.contains("kind:")) {
        asked += fence.matches("kind:").count();
        let base = "matoi: 1\nname: x\ntimezone: UTC\nseverities: { P1: {}, P2: {} }\npeople: { ann: { reach: [console] } }\nescalation: { default: [{ page: ann }] }\n";
        let text =
            if fence.starts_with("matoi:") { fence.to_owned() } else { format!("{base}{fence}") };
        let loaded =
            load(&[("matoi.yaml", &text), ("runbooks/first-look.md", "---\nrunbook: {}\n---\n")]);
        assert_eq!(loaded.problems, [], "{text}");
    }
    assert!(asked >= 10, "the manual shows only {asked} kinds");
}
