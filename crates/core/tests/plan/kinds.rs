//! What kinds say of a plan, told where it stands.

use std::collections::BTreeMap;

use matoi_core::plan::kinds::{Kinds, Misfit};
use matoi_core::plan::{Loaded, load_with};
use serde_json::Value as Json;

use crate::files::{files, parse_runbook, told};

/// Kinds that know `http` with a URL and an `expect.status`, and `mail`, which needs an address with `@`.
const KINDS: Kinds = Kinds {
    watch: |kind, config| match kind {
        "http" => http(config),
        _ => Err(misfit("", "is unknown; known are http")),
    },
    channel: |kind, config| match (kind, config.get("port")) {
        ("console" | "mail", None | Some(Json::Number(_))) => Ok(()),
        ("console" | "mail", Some(_)) => Err(misfit("port", "must be a whole number")),
        _ => Err(misfit("", "is not available yet; known are console, mail")),
    },
    address: |kind, address| match kind {
        "mail" if !address.contains('@') => Err("has no @".to_owned()),
        _ => Ok(()),
    },
    announcement: |kind, config| match kind {
        "mail" if config.get("to").is_none() => Err("announces to nobody".to_owned()),
        _ => Ok(()),
    },
    step: |_, _, script, extra: &BTreeMap<String, String>| match extra.get("on") {
        None if script.starts_with("GET /") => Err("its URL names no machine".to_owned()),
        Some(it) if it != "local" => Err(format!("on: {it:?} is not this machine")),
        _ => Ok(()),
    },
};

fn misfit(field: &str, problem: &str) -> Misfit {
    Misfit { field: field.to_owned(), problem: problem.to_owned() }
}

fn http(config: &Json) -> Result<(), Misfit> {
    let known = ["url", "expect"];
    if let Some(key) = config.as_object().unwrap().keys().find(|it| !known.contains(&it.as_str())) {
        return Err(misfit(key, "is unknown; known are url, expect"));
    }
    match config["url"].as_str() {
        Some(it) if it.starts_with("http") => {}
        Some(_) => return Err(misfit("url", "must be a URL")),
        None => return Err(misfit("url", "is missing")),
    }
    match config.get("expect").and_then(|it| it.get("status")) {
        None | Some(Json::Number(_)) => Ok(()),
        Some(_) => Err(misfit("expect.status", "must be a status")),
    }
}

fn load_text(text: &str, runbook: &str) -> Loaded {
    let files = files([("matoi.yaml", text), ("runbooks/first-look.md", runbook)]);
    load_with(&files, parse_runbook, &KINDS)
}

#[test]
fn what_no_kind_understands_is_an_error_at_its_place() {
    let text = "
matoi: 1
name: 例
timezone: Asia/Tokyo
severities: { P0: {} }
people:
  ann: { reach: [mail:ann, console] }
escalation: { default: [{ page: ann }] }
channels:
  mail: { kind: mail, port: many }
  chat: { kind: slack }
notify: { on: opened, to: mail }
services:
  a: { severity: P0, watch: { kind: postgres, url: x } }
  b: { severity: P0, watch: { kind: http, url: 'http://b', evrey: 5s } }
  c: { severity: P0, watch: { kind: http, expect: { status: well }, url: 'http://c' } }
  d: { severity: P0, watch: { kind: http } }
  e: { severity: P0, watch: { kind: http, url: ftp } }
";
    let loaded = load_text(text, "---\nrunbook: {}\n---\n");
    assert!(loaded.plan.is_none());
    insta::assert_snapshot!(told(text, &loaded.problems));
}

#[test]
fn a_secret_may_stand_anywhere() {
    let text = "
matoi: 1
name: 例
timezone: Asia/Tokyo
severities: { P0: {} }
people: { ann: { reach: [mail:ann@example.com] } }
escalation: { default: [{ page: ann }] }
channels: { mail: { kind: mail, port: { secret: PORT }, to: { secret: TEAM } } }
notify: { on: opened, to: mail }
services: { a: { severity: P0, watch: { kind: http, url: { secret: URL }, expect: { status: { secret: S } } } } }
";
    let loaded = load_text(text, "---\nrunbook: {}\n---\n");
    assert_eq!(told(text, &loaded.problems), "");
}

/// A plan that starts a runbook.
const STARTS_FIRST_LOOK: &str = "
matoi: 1
name: 例
timezone: Asia/Tokyo
severities: { P0: { start: [first-look] } }
people: { ann: { reach: [console] } }
escalation: { default: [{ page: ann }] }
";

#[test]
fn an_example_that_its_kind_refuses_leaves_the_page_of_use() {
    let text = STARTS_FIRST_LOOK;
    for (fence, is_sound) in [("http", true), ("http { kind=verify }", false)] {
        let runbook = format!("---\nrunbook: {{}}\n---\n\n```{fence}\nGET /health\n```\n");
        let files = files([("matoi.yaml", text), ("runbooks/first-look.md", &runbook)]);
        let loaded = load_with(&files, matoi_core::runbook::parse::parse, &KINDS);
        let told = told(text, &loaded.problems);
        assert!(told.contains("its URL names no machine"), "{told}");
        assert_eq!(loaded.plan.unwrap().runbooks["first-look"].sound, is_sound, "{fence}");
    }
}

#[test]
fn a_step_that_its_kind_refuses_makes_the_runbook_unsound() {
    let text = STARTS_FIRST_LOOK;
    let runbook = "---\nrunbook: {}\n---\n\n```bash { kind=diagnose on=db-1 }\ntrue\n```\n";
    let files = files([("matoi.yaml", text), ("runbooks/first-look.md", runbook)]);
    let loaded = load_with(&files, matoi_core::runbook::parse::parse, &KINDS);
    insta::assert_snapshot!(told(text, &loaded.problems));
    assert!(!loaded.plan.unwrap().runbooks["first-look"].sound);
}

#[test]
fn a_fence_in_a_language_that_the_plan_names_is_a_step() {
    let fences = "```python { kind=diagnose }\nprint(1)\n```\n\n```python\nprint(2)\n```\n\n\
        ```ptyhon { kind=diagnose }\nprint(3)\n```\n";
    let runbook = format!("---\nrunbook: {{}}\n---\n\n{fences}");
    let told = |plan: &str| {
        let text = format!("{STARTS_FIRST_LOOK}{plan}");
        let files = files([("matoi.yaml", &*text), ("runbooks/first-look.md", &runbook)]);
        let loaded = load_with(&files, matoi_core::runbook::parse::parse, &KINDS);
        let steps = loaded.plan.unwrap().runbooks["first-look"].steps.len();
        format!("{steps} steps\n{}", told(&text, &loaded.problems))
    };
    insta::assert_snapshot!(told("interpreters: { python: [python3, -u] }\n"));
    insta::assert_snapshot!(told(""));
}

#[test]
fn an_action_wants_a_service_of_the_plan_that_says_how_it_is_done() {
    let fence = |uses: &str| {
        let runbook =
            format!("---\nrunbook: {{}}\n---\n\n```action {{ {uses} kind=diagnose }}\n```\n");
        let text = format!(
            "{STARTS_FIRST_LOOK}services: {{ web: {{ severity: P0, commands: {{ status: [systemctl, is-active, web] }} }} }}\n"
        );
        let files = files([("matoi.yaml", &*text), ("runbooks/first-look.md", &runbook)]);
        let loaded = load_with(&files, matoi_core::runbook::parse::parse, &KINDS);
        loaded.problems.into_iter().map(|it| it.message).collect::<Vec<_>>()
    };
    assert_eq!(fence("uses=service.status service=web"), Vec::<String>::new());
    assert_eq!(fence("uses=service.status"), ["of which service?"]);
    assert_eq!(fence("uses=status service=web"), ["\"status\" is not available"]);
    assert_eq!(
        fence("uses=service.statsu service=web"),
        [
            "the step \"step-1\": the service \"web\" has no command \"statsu\"; did you mean \"status\"?"
        ]
    );
    assert_eq!(
        fence("uses=service.status service=wbe"),
        ["the step \"step-1\": the plan has no service \"wbe\"; did you mean \"web\"?"]
    );
}
