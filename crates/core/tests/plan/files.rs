//! Directories of files, and problems as people read them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use matoi_core::plan::{Loaded, Plan, load};
use matoi_core::problem::{Problem, Weight};
use matoi_core::runbook::{Act, Approval, Kind, OnExpire, OnFail, Runbook, Step};

/// A directory: paths and contents.
pub(crate) fn files<'a>(
    all: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> BTreeMap<String, Vec<u8>> {
    all.into_iter().map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).collect()
}

/// Loads a plan beside the runbook `first-look` and the document `notes`.
pub(crate) fn load_text(text: &str) -> Loaded {
    let files = files([
        ("matoi.yaml", text),
        ("runbooks/first-look.md", "---\nrunbook: {}\n---\n"),
        ("runbooks/notes.md", "# Notes\n"),
    ]);
    load(&files, parse_runbook)
}

/// Loads a plan that has no problem.
#[track_caller]
pub(crate) fn load_clean(text: &str) -> Plan {
    let loaded = load_text(text);
    assert_eq!(told(text, &loaded.problems), "");
    loaded.plan.unwrap()
}

/// Problems with their place and the text that is meant.
pub(crate) fn told(text: &str, problems: &[Problem]) -> String {
    let tell = |it: &Problem| {
        let weight = match it.weight {
            Weight::Error => "error",
            Weight::Unarmed => "unarmed",
            Weight::Warning => "warning",
        };
        let Problem { file, line, column, message, .. } = it;
        let hint = it.hint.as_ref().map(|it| format!("\n    {it}")).unwrap_or_default();
        let meant = text.get(it.span.clone()).filter(|_| file == "matoi.yaml").unwrap_or_default();
        let meant = meant.lines().next().unwrap_or_default();
        format!("{file}:{line}:{column} {weight}: {message}  «{meant}»{hint}\n")
    };
    problems.iter().map(tell).collect()
}

/// Stands for the parser of runbooks, and knows just what these tests need:
/// `runbook:` makes a runbook, `broken` an error in it, `garbage` an unreadable file, `gate MIN FROM…` an approval.
pub(crate) fn parse_runbook(
    file: &str,
    bytes: &[u8],
    _: &BTreeSet<String>,
) -> (Option<Runbook>, Vec<Problem>) {
    let text = std::str::from_utf8(bytes).unwrap();
    let problem = |message: &str| Problem::at(file, text, 0..1, Weight::Error, message.to_owned());
    if text.contains("garbage") {
        return (None, vec![problem("unreadable")]);
    }
    if !text.contains("runbook:") {
        return (None, Vec::new());
    }
    let name = file.trim_start_matches("runbooks/").trim_end_matches(".md");
    let problems = if text.contains("broken") { vec![problem("broken")] } else { Vec::new() };
    let word_after = |key: &str| {
        let rest = text.split_once(key)?.1;
        rest.split_whitespace().next().map(str::to_owned)
    };
    let runbook = Runbook {
        name: name.to_owned(),
        title: name.to_owned(),
        hash: String::new(),
        for_alert: word_after("alert: "),
        for_service: word_after("service: "),
        params: BTreeMap::new(),
        secrets: Vec::new(),
        lock: None,
        budget: None,
        phases: Vec::new(),
        steps: gates(text),
        sound: true,
    };
    (Some(runbook), problems)
}

fn gates(text: &str) -> Vec<Step> {
    let lines = text.lines().enumerate();
    let gate = |(index, line): (usize, &str)| {
        let mut words = line.strip_prefix("gate ")?.split_whitespace();
        let min = words.next()?.parse().ok()?;
        let approval = Approval {
            min,
            from: words.map(str::to_owned).collect(),
            not_initiator: false,
            expires: None,
            on_expire: OnExpire::Escalate,
            text: String::new(),
        };
        Some(Step {
            name: "gate".to_owned(),
            phase: 0,
            kind: Kind::Durable,
            act: Act::Approve(approval),
            timeout: SignedDuration::ZERO,
            retry: 0,
            every: SignedDuration::ZERO,
            needs: Vec::new(),
            condition: None,
            on_fail: OnFail::Abort,
            check: None,
            undo: None,
            expect: None,
            optional: false,
            idempotent: false,
            extra: BTreeMap::new(),
            line: index + 1,
        })
    };
    lines.filter_map(gate).collect()
}
