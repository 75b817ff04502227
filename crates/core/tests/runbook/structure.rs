//! Phases, task lists, comments, and the limits.

use matoi_core::limits::{PROBLEMS_MAX, STEPS_MAX};
use matoi_core::runbook::Act;

use crate::{body, errors, names, pointed, warnings};

fn phases(text: &str) -> Vec<String> {
    let (runbook, _) = body(text);
    let name = |at: usize| {
        let names: Vec<_> =
            runbook.steps.iter().filter(|it| it.phase == at).map(|it| it.name.as_str()).collect();
        names.join(",")
    };
    let budget = |it: Option<jiff::SignedDuration>| {
        it.map_or(String::new(), |it| format!(" {}s", it.as_secs()))
    };
    let phases = runbook.phases.iter().enumerate();
    phases.map(|(at, it)| format!("{}{}: {}", it.title, budget(it.budget), name(at))).collect()
}

/// A fence by its name.
fn fence(name: &str) -> String {
    format!("```bash {{ name={name} kind=diagnose }}\ntrue\n```\n")
}

#[test]
fn headings_are_phases() {
    let [a, b, c, d] = ["a", "b", "c", "d"].map(fence);
    assert_eq!(
        phases(&format!("{a}# Title\n## One\ntext\n## Two\n{b}### Deep\n{c}Setext\n---\n{d}")),
        ["Title: a", "Two: b", "Deep: c", "Setext: d"]
    );
}

#[test]
fn a_budget_covers_what_is_below_its_heading() {
    let [a, b, c, d] = ["a", "b", "c", "d"].map(fence);
    let text = format!(
        "# T\n## 1. 切り分け <!-- budget=30m -->\n### First\n{a}### Second\n{b}## 2. 復旧 <!-- budget: １時間 -->\n{c}## Rest\n{d}"
    );
    assert_eq!(phases(&text), ["1. 切り分け 1800s: a,b", "2. 復旧 3600s: c", "Rest: d"]);
    assert_eq!(body(&text).1, []);
}

#[test]
fn budgets_that_measure_nothing_are_told() {
    let a = fence("a");
    for (text, expected) in [
        (
            format!("## A <!-- budget=1h -->\n### B <!-- budget=1m -->\n{a}"),
            "the budget of \"A\" does not cover this one",
        ),
        (
            format!("## A <!-- budget=1h -->\n## B\n{a}"),
            "a budget without steps below it is never measured",
        ),
        (format!("## A <!-- budget=soon -->\n{a}"), "a number is missing before `soon`"),
        (format!("## A <!-- budget=1h name=x -->\n{a}"), "a number is missing before `name=x`"),
        (format!("## A <!-- budget=1h --> <!-- budget=2h -->\n{a}"), "`budget` is given twice"),
        (format!("<!-- budget=1h -->\n## A\n{a}"), "a budget belongs into a heading"),
    ] {
        let (_, problems) = body(&text);
        assert!(problems.iter().any(|it| it.message.starts_with(expected)), "{text}: {problems:?}");
    }
}

fn lists(text: &str) -> Vec<String> {
    let (runbook, _) = body(text);
    let mut lists = Vec::new();
    for step in &runbook.steps {
        match &step.act {
            Act::Tick { items } => lists.push(format!("{}: {}", step.name, items.join(" / "))),
            Act::Perform { .. } | Act::Approve(_) | Act::Wait { .. } => {
                lists.push(step.name.clone())
            }
        }
    }
    lists
}

#[test]
fn consecutive_tasks_are_one_step() {
    assert_eq!(
        lists(
            "# Look\n- [ ] *one* `x`\n  and more\n\n  a note\n- [x] two\n  - [ ] two and a half\n\ntext\n\n1. [ ] three\n"
        ),
        ["look-1: one `x` and more / two / two and a half", "look-2: three"]
    );
}

#[test]
fn what_stands_between_tasks_parts_them() {
    assert_eq!(
        lists(&format!(
            "- [ ] a\n- plain\n- [ ] b\n\n  {}- [ ] c\n",
            fence("f").replace('\n', "\n  ").trim_end_matches(' ')
        )),
        ["step-1: a", "step-2: b", "f", "step-3: c"]
    );
    assert_eq!(
        lists("- One\n  - [ ] a\n  - [ ] b\n- Two\n  - [ ] c\n"),
        ["step-1: a / b", "step-2: c"]
    );
}

#[test]
fn a_task_with_attributes_is_a_step_of_its_own() {
    let text = "- [ ] a\n- [ ] b <!-- step name=banner optional -->\n- [ ] c\n- [ ] d\n  <!-- step needs=banner -->\n";
    assert_eq!(lists(text), ["step-1: a", "banner: b", "step-2: c", "step-3: d"]);
    let (runbook, problems) = body(text);
    assert_eq!(problems, []);
    assert!(runbook.step("banner").unwrap().optional);
    assert_eq!(runbook.step("step-3").unwrap().needs, ["banner"]);
}

#[test]
fn comments_for_matoi_are_strict() {
    for (text, expected) in [
        ("- [ ] a <!-- step nam=b -->\n", "4:19 unknown attribute \"nam\""),
        ("- [ ] a <!-- step name=b timeout=1m -->\n", "4:26 `timeout` has no meaning in a task"),
        ("- [ ] a <!-- step name=\"b -->\n", "4:24 the quote is never closed"),
        ("- [ ] a <!-- step name=b --> <!-- step name=c -->\n", "4:34 a second `step` in one item"),
        (
            "- a <!-- step name=b -->\n",
            "4:14 `step` belongs to an item of a task list that is a step",
        ),
        ("text <!-- step name=b -->\n", "4:10 `step` belongs to an item of a task list"),
        ("<!-- steps off -->\n", "4:5 this begins like a comment for Matoi and is none"),
    ] {
        assert_eq!(errors(&body(text).1), [expected], "{text}");
    }
    assert_eq!(body("<!-- steps are described below = here -->\n<!-- TODO -->\n").1, []);
}

#[test]
fn task_lists_that_are_prose_are_no_steps() {
    for text in [
        "> [!NOTE]\n> - [ ] a\n",
        "## Prerequisites\n- [ ] a\n### Access\n- [ ] b\n",
        "## 1. 前提条件：\n- [ ] a\n",
        "<!-- steps: off -->\n- [ ] a\n",
        "- a list\n- [a](b)\n",
    ] {
        let (runbook, problems) = body(text);
        assert!(runbook.steps.is_empty(), "{text}");
        assert_eq!(problems, [], "{text}");
    }
    assert_eq!(lists("# 前提条件\n- [ ] a\n# Look\n- [ ] b\n"), ["look-1: b"]);
}

#[test]
fn steps_off_lasts_until_the_next_heading_and_hides_nothing_armed() {
    let (runbook, problems) = body(&format!(
        "<!-- steps: off -->\n- [ ] a\n\n```bash\nrm\n```\n\n# On\n{}<!-- steps: off -->\n<!-- steps: on -->\n- [ ] b\n",
        fence("a")
    ));
    assert_eq!(problems, []);
    assert_eq!(names(&runbook), ["a", "on-1"]);
    let (_, problems) = body(&format!("<!-- steps: off -->\n{}", fence("a")));
    assert_eq!(errors(&problems), ["5:1 a step with attributes stands below `steps: off`"]);
}

#[test]
fn what_looks_like_a_task_and_is_none_is_told() {
    for text in ["- []a\n", "- [ ]a\n", "- ［ ］ a\n", "- [　] a\n"] {
        assert_eq!(warnings(&body(text).1), ["4:1 this looks like a task and is none"], "{text}");
    }
}

#[test]
fn more_steps_than_can_be_overseen_are_refused() {
    let (runbook, problems) = body(&"```bash\ntrue\n```\n".repeat(STEPS_MAX + 1));
    assert_eq!(runbook.steps.len(), STEPS_MAX);
    assert_eq!(
        errors(&problems),
        [format!("{}:1 501 steps; more than 500 cannot be overseen", 4 + 3 * STEPS_MAX)]
    );
}

#[test]
fn problems_beyond_the_limit_are_counted_and_errors_come_first() {
    let (runbook, problems) =
        body(&format!("{}{}", "```zsh\n```\n".repeat(400), "```zsh { x=1 }\n```\n".repeat(50)));
    assert!(!runbook.sound);
    assert_eq!(errors(&problems).len(), 50);
    assert_eq!(problems.len(), PROBLEMS_MAX + 1);
    assert_eq!(problems[PROBLEMS_MAX].message, "250 more problems are not listed");
}

#[test]
fn an_empty_fence_is_told() {
    let (_, problems) = body("```bash\n```\n");
    assert_eq!(warnings(&problems), ["4:1 there is nothing to perform"]);
    assert_eq!(pointed("bash"), Vec::<String>::new());
}
