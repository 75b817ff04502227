//! What is written right by machine, and what is left for people.

use matoi_core::plan::load;
use matoi_core::plan::mend::{Mending, mend};
use matoi_core::runbook::parse::parse;

use crate::files::files;

const PLAN: &str = "matoi: 1
name: Shop
timezone: Asia/Tokyo
severities: { P0: {} }
people: { ann: { reach: [console] } }
escalation: { default: [{ page: ann }] }
";

fn mended(plan: &str, runbook: &str) -> Mending {
    let files = files([("matoi.yaml", plan), ("runbooks/fix.md", runbook)]);
    mend(&files, &load(&files, parse), parse)
}

/// The text of the only file that is mended.
#[track_caller]
fn text(mending: Mending) -> String {
    assert_eq!(mending.left, []);
    let [file] = mending.files.try_into().unwrap();
    file.text
}

fn runbook(body: &str) -> String {
    format!("---\nrunbook: {{}}\n---\n# 直す\n\n{body}")
}

#[test]
fn words_of_the_format_are_written_right_and_nothing_else_changes() {
    let plan = PLAN.replace("timezone", "timezoen") + "servces: { web: { severty: P0 } } # 大事\n";
    let right = PLAN.to_owned() + "services: { web: { severty: P0 } } # 大事\n";
    assert_eq!(
        text(mended(&plan, &runbook(""))),
        right,
        "what lies below an unknown key comes next"
    );
    let wrong = "```bash { name=a kind=recover timout=5m on-fail=contine }\ntrue\n```\r\n";
    let mending = mended(PLAN, &runbook(wrong));
    let words: Vec<_> =
        mending.files[0].words.iter().map(|it| (it.line, &*it.was, &*it.is)).collect();
    assert_eq!(words, [(6, "timout", "timeout"), (6, "contine", "continue")]);
    let right = wrong.replace("timout", "timeout").replace("contine", "continue");
    assert_eq!(text(mending), runbook(&right));
    let marked = format!("\u{feff}{}", runbook(wrong));
    assert_eq!(text(mended(PLAN, &marked)), format!("\u{feff}{}", runbook(&right)), "by Windows");
    let front = "---\nrunbook: { title: x, budgt: 5m, params: { A: { defualt: b } } }\n---\n";
    let right = front.replace("budgt", "budget").replace("defualt", "default");
    assert_eq!(text(mended(PLAN, front)), right);
}

#[test]
fn nothing_begins_by_itself_that_did_not_before() {
    for (plan, body, file) in [
        (PLAN.to_owned(), "```bash { knid=recover }\ntrue\n```\n", "runbooks/fix.md"),
        (PLAN.to_owned(), "```approval { frm=ann }\nMay I?\n```\n", "runbooks/fix.md"),
        (PLAN.to_owned() + "unatended: [fix]\n", "", "matoi.yaml"),
        (PLAN.replace("P0: {}", "P0: { strat: [fix] }"), "", "matoi.yaml"),
    ] {
        let mending = mended(&plan, &runbook(body));
        assert_eq!(mending.files, [], "{body}{plan}");
        assert_eq!(mending.left.len(), 1, "{body}{plan}");
        assert_eq!(mending.left[0].file, file);
        assert!(mending.left[0].why.contains("for you to write"), "{mending:?}");
    }
}

#[test]
fn names_of_the_author_and_guesses_are_left_alone() {
    for body in [
        "```bash { name=save kind=backup }\ntrue\n```\n\n```bash { kind=diagnose needs=svae }\ntrue\n```\n",
        "```bash { kind=diagnose \"timout\"=5m }\ntrue\n```\n",
        "```bash { kind=diagnose xyzzy=1 }\ntrue\n```\n",
        "```bahs { kind=diagnose }\ntrue\n```\n",
    ] {
        assert_eq!(mended(PLAN, &runbook(body)).files, [], "{body}");
    }
    assert_eq!(mended(&PLAN.replace("page: ann", "page: anm"), ""), Mending::default());
    let hopeless = PLAN.replace("timezone: Asia/Tokyo", "timezoen: 5") + "timezone: Asia/Tokyo\n";
    let mending = mended(&hopeless, "");
    assert!(
        mending.files.is_empty() && mending.left[0].why.contains("as many mistakes"),
        "{mending:?}"
    );
}
