//! What holds for every input.

use std::collections::BTreeSet;

use matoi_core::language::Language;
use matoi_core::problem::{Problem, Weight};
use matoi_core::runbook::parse::parse;
use matoi_core::runbook::{Runbook, plan_text};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::{body, errors};

/// Parts of which runbooks are made, and of which broken ones are made.
const PARTS: &[&str] = &[
    "---\n",
    "runbook:",
    " {}",
    "\n",
    "\r\n",
    "\r",
    "\t",
    " ",
    "\u{3000}",
    "\u{feff}",
    "```",
    "~~~",
    "````",
    "bash",
    "sql",
    "sh",
    "approval",
    "wait",
    "text",
    "console",
    " { ",
    " }",
    "{",
    "}",
    "\"",
    "'",
    "\\",
    "/",
    "=",
    "#",
    ":",
    ",",
    "!",
    "$",
    "${A}",
    "name=a",
    "name=b",
    "kind=recover",
    "kind=diagnose",
    "kind=undo",
    "kind=handler",
    "kind=verify",
    "retry=3",
    "timeout=5m",
    "needs=a",
    "if=!a",
    "undo=b",
    "check=a",
    "on-fail=goto:a",
    "expect=/a b/",
    "from=@x",
    "for=1分",
    "ignore",
    "optional",
    "nmae=x",
    "- [ ] ",
    "- [x] ",
    "- ",
    "1. ",
    "> ",
    "    ",
    "   ",
    "## ",
    "# 復旧 ",
    "<!--",
    "-->",
    " step name=c ",
    " steps: off ",
    " budget=30m ",
    "<details>",
    "| a |\n| - |\n",
    "tail -f x",
    "rm -rf /",
    "<prod-host>",
    "PGPASSWORD=x",
    "params: { A: }",
    "steps: { a: { timeout: 1s } }",
    "lock: $A",
    "[",
    "]",
    "*a",
    "&a",
    "- ",
    "? ",
    "|\n",
    ">\n",
    "%YAML",
    "!!x",
    "障害",
    "😀",
    "e\u{301}",
    "\u{202e}",
    "\0",
];

fn check(bytes: &[u8]) -> (Option<Runbook>, Vec<Problem>) {
    let (runbook, problems) = parse("a.md", bytes, &BTreeSet::new());
    for it in &problems {
        assert!(
            it.span.start <= it.span.end && it.span.end <= bytes.len(),
            "{it:?} of {}",
            bytes.len()
        );
        assert!(it.line >= 1 && it.column >= 1 && !it.message.is_empty());
    }
    if let Some(runbook) = &runbook {
        assert_eq!(runbook.sound, !problems.iter().any(|it| it.weight == Weight::Error));
        let names: BTreeSet<_> =
            runbook.steps.iter().filter(|_| runbook.sound).map(|it| &it.name).collect();
        assert!(!runbook.sound || names.len() == runbook.steps.len(), "names are unique");
        assert!(runbook.steps.iter().all(|it| it.phase < runbook.phases.len()));
        for language in [Language::En, Language::Ja] {
            let text = plan_text(runbook, language);
            assert!(!text.chars().any(|it| it.is_control() && it != '\n'), "{text:?}");
        }
    }
    (runbook, problems)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in vec(any::<u8>(), 0..400)) {
        check(&bytes);
    }

    #[test]
    fn arbitrary_parts_of_runbooks_never_panic(parts in vec(select(PARTS), 0..80)) {
        check(parts.concat().as_bytes());
    }

    #[test]
    fn an_arbitrary_body_never_panics(parts in vec(select(PARTS), 0..80), cut in any::<u8>()) {
        let text = format!("---\nrunbook: {{}}\n---\n{}", parts.concat());
        let (runbook, _) = check(text.as_bytes());
        prop_assert!(runbook.is_some());
        let bytes = text.as_bytes();
        check(&bytes[..bytes.len().saturating_sub(usize::from(cut))]);
    }

    #[test]
    fn arbitrary_front_matter_never_panics(parts in vec(select(PARTS), 0..40)) {
        check(format!("---\nrunbook:\n  {}\n---\n", parts.concat()).as_bytes());
    }

    #[test]
    fn an_unknown_key_is_never_ignored(
        key in "[a-zA-Z_][a-zA-Z0-9_.:-]{0,20}",
        value in prop_oneof![Just(String::new()), "=[a-z0-9./-]{1,10}", "=\"[a-z {}=,]{0,10}\""],
        before in select(vec!["", "name=x ", "kind=diagnose timeout=5m ", "expect=/ a } / ", "expect=\"a } b\" "]),
        language in select(vec!["bash", "sql", "approval", "wait"]),
    ) {
        let known = ["name", "kind", "on", "cwd", "timeout", "retry", "every", "needs", "if", "on-fail", "check", "undo", "expect",
            "idempotent", "optional", "ignore", "min", "from", "not", "expires", "on-expire", "for"];
        prop_assume!(!known.contains(&key.as_str()));
        let (runbook, problems) = body(&format!("```{language} {{ {before}{key}{value} }}\nx\n```\n"));
        prop_assert!(!runbook.sound);
        prop_assert!(problems.iter().any(|it| it.weight == Weight::Error && it.message.contains(&key)), "{:?}", problems);
        let (runbook, _) = body(&format!("```{language} {{\"{key}\": \"1\"}}\nx\n```\n"));
        prop_assert!(!runbook.sound);
    }

    #[test]
    fn a_script_is_what_stands_in_the_fence(lines in vec("[ -~あ-ん]{0,20}", 0..8)) {
        prop_assume!(lines.iter().all(|it| !it.trim_start().starts_with("~~~~")));
        let script: String = lines.iter().map(|it| format!("{it}\n")).collect();
        for (text, what) in [
            (format!("~~~~bash\n{script}~~~~\n"), "plain"),
            (format!("~~~~bash\n{script}~~~~\n").replace('\n', "\r\n"), "CRLF"),
            (lines.iter().fold("- ~~~~bash\n".to_owned(), |text, it| format!("{text}  {it}\n")) + "  ~~~~\n", "in a list"),
        ] {
            let (runbook, _) = body(&text);
            let matoi_core::runbook::Act::Perform { script: found, .. } = &runbook.steps[0].act else { panic!("{what}") };
            prop_assert_eq!(found, &script, "{}", what);
        }
    }
}

#[test]
fn hostile_files_take_no_longer_than_others() {
    let started = std::time::Instant::now();
    for text in [
        "```bash { kind=recover\n```\n".repeat(20_000),
        "- [ ] a\n".repeat(60_000),
        "<!-- step name=a -->".repeat(20_000),
        format!("```bash\n{}\n```\n", "rm -rf / <prod-host> PGPASSWORD=x $A;".repeat(10_000)),
        format!("```bash\n{}\n```\n", "<".repeat(500_000)),
        format!("```bash\n{}\n```\n", "<<A ".repeat(50_000)),
        format!("```bash {{ {} }}\n```\n", "a=b ".repeat(100_000)),
        "# h <!-- budget=1m -->\n".repeat(20_000),
        "> ".repeat(200_000),
        "<div>\n```\n\n".repeat(20_000),
    ] {
        let (_, problems) = body(&text);
        assert!(problems.len() <= 201 && errors(&problems).len() <= 200);
    }
    assert!(started.elapsed() < std::time::Duration::from_secs(60), "{:?}", started.elapsed());
}
