//! The menu: what is understood, and what is refused with help.

use serde_json::json;
use xtask::bench;
use xtask::menu::Task;

fn parse(line: &str) -> Result<Task, String> {
    Task::parse(line.split_whitespace().map(str::to_owned))
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|it| (*it).to_owned()).collect()
}

#[test]
fn every_task_of_the_menu_is_understood() {
    let bench =
        |name: &str, args: &[&str]| Task::Bench { name: name.to_owned(), args: words(args) };
    let cases = [
        ("", Task::Help),
        ("--help", Task::Help),
        ("test", Task::Test { args: words(&[]) }),
        (
            "test -p matoi-core -- --nocapture",
            Task::Test { args: words(&["-p", "matoi-core", "--", "--nocapture"]) },
        ),
        ("lint", Task::Lint),
        ("tidy", Task::Tidy),
        ("tidy --bless", Task::BlessTidy),
        ("docs", Task::Docs),
        ("docs --check", Task::CheckDocs),
        ("bench", bench("", &[])),
        ("bench spine", bench("spine", &[])),
        ("bench spine -- --seconds 5", bench("spine", &["--seconds", "5"])),
        ("ci", Task::Ci),
    ];
    for (line, task) in cases {
        assert_eq!(parse(line), Ok(task), "{line}");
    }
}

#[test]
fn what_is_not_on_the_menu_is_refused_by_name() {
    for (line, what) in [
        ("tset", "there is no task `tset`"),
        ("lint --fix", "`lint` does not know `--fix`"),
        ("docs --check --bless", "`docs` does not know `--check --bless`"),
    ] {
        let refusal = parse(line).expect_err(line);
        assert!(refusal.starts_with(what), "{refusal}");
        assert!(refusal.contains("usage: cargo xtask TASK"), "{refusal}");
    }
}

#[test]
fn the_list_of_benches_is_the_list_of_the_testkits_programs() {
    let program = |name: &str, kind: &str| json!({ "name": name, "kind": [kind] });
    let metadata = json!({ "packages": [
        { "name": "matoi-testkit", "targets": [
            program("bench-spine", "bin"), program("bench-notes", "test"), program("mail-sink", "bin"),
        ] },
        { "name": "matoi", "targets": [program("bench-other", "bin")] },
    ] });
    assert_eq!(bench::names(&metadata), ["spine"]);
    assert_eq!(bench::names(&json!({})), [""; 0]);
    assert_eq!(bench::listing(&words(&["spine", "page"])), "available: spine, page");
    assert_eq!(bench::listing(&[]), "matoi-testkit has no program `bench-NAME` yet");
}
