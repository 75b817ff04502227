//! What steps say of one another.

use matoi_core::runbook::{OnFail, Wanted};

use crate::{body, errors, show, warnings, with_front};

/// `D name=a|V name=b`: fences of diagnose, verify, recover, backup, undo, handler, gate, and click.
fn steps(text: &str) -> String {
    let fence = |it: &str| {
        let (letter, rest) = it.split_at(1);
        let kind = match letter {
            "D" => "bash { kind=diagnose",
            "V" => "bash { kind=verify",
            "R" => "bash { kind=recover",
            "B" => "bash { kind=backup",
            "U" => "bash { kind=undo",
            "H" => "bash { kind=handler",
            "G" => "approval { from=@sre",
            _ => "bash {",
        };
        format!("```{kind}{rest} }}\ntrue\n```\n\n")
    };
    text.split('|').map(fence).collect()
}

#[test]
fn references_that_cannot_hold_are_told() {
    for (text, expected) in [
        ("D name=snap|D needs=snpa", "`needs=`: no step is called \"snpa\""),
        ("D if=x", "`if=`: no step is called \"x\""),
        ("D name=a if=b|D name=b", "`if=b`: that step does not come before this one"),
        ("R name=a check=b|D name=b", "`check=b`: that step is no `kind=verify`"),
        ("R name=a undo=b|V name=b", "`undo=b`: that step is no `kind=undo`"),
        (
            "R undo=u check=v|U name=u|V name=v|D needs=u",
            "`needs=u`: a `undo` step is not in the sequence, so it never has succeeded",
        ),
        (
            "U name=u|D on-fail=goto:u|R undo=u",
            "`on-fail=goto:u`: an `undo` step runs only through `undo=`",
        ),
        (
            "D name=b on-fail=goto:h|H name=h on-fail=goto:d|D name=d",
            "`on-fail=goto:d`: a handler leads only to a handler",
        ),
        ("D check=v|V name=v", "`check` has no meaning in a `diagnose` step"),
        ("D name=a-b|D name=a_b", "`a_b` and `a-b` would publish the same variables, `$A_B_…`"),
        ("D name=step", "a step called `step` would publish `$STEP_…`, which is not its own"),
        ("D name=ld", "a step called `ld` would publish `$LD_…`, which is not its own"),
    ] {
        let (runbook, problems) = body(&steps(text));
        let found: Vec<_> = problems.iter().map(|it| it.message.as_str()).collect();
        assert!(found.contains(&expected), "{text}: {found:?}");
        assert!(!runbook.sound, "{text}");
    }
}

#[test]
fn references_that_hold_are_left_alone() {
    for text in [
        "B name=b|R needs=b check=v undo=u|V name=v|U name=u",
        "D name=a on-fail=goto:c|D name=b|D name=c",
        "D on-fail=goto:h|H name=h on-fail=goto:i|H name=i",
        "D name=q|D if=q|D if=!q",
        "G name=g|R needs=g check=v|V name=v",
        "C name=a undo=u check=v|V name=v|U name=u",
    ] {
        assert_eq!(body(&steps(text)).1, [], "{text}");
    }
}

#[test]
fn what_a_question_answers_does_not_end_the_run() {
    let (runbook, _) = body(&steps("D name=q|D if=!q|D name=r on-fail=abort|D if=r"));
    assert_eq!(runbook.step("q").unwrap().on_fail, OnFail::Continue);
    assert_eq!(runbook.step("r").unwrap().on_fail, OnFail::Abort);
    let condition = runbook.steps[1].condition.clone().unwrap();
    assert_eq!((condition.step.as_str(), condition.wanted), ("q", Wanted::Failed));
}

#[test]
fn careless_changes_are_told() {
    for (text, expected) in [
        ("R name=r", "a `recover` step without `check`, `undo`, or a backup before it"),
        ("U name=u", "no step calls this `undo` step, so it never runs"),
        ("H name=h", "no step calls this `handler` step, so it never runs"),
        ("D on-fail=undo", "nothing up to here has an `undo`, so there is nothing to take back"),
        ("D on-fail=goto:r|G name=g|B name=r", "this leads around the gate `g`"),
        ("V every=5s", "`every` without `retry` has no effect"),
        ("D idempotent", "`diagnose` changes nothing, so `idempotent` says nothing"),
    ] {
        let (runbook, problems) = body(&steps(text));
        let found: Vec<_> = problems.iter().map(|it| it.message.as_str()).collect();
        assert_eq!(found, [expected], "{text}");
        assert!(runbook.sound);
    }
    assert_eq!(warnings(&body(&steps("B|R")).1), Vec::<String>::new());
    assert_eq!(
        errors(&body(&steps("D on-fail=goto:r|G name=g|B name=r needs=g")).1),
        Vec::<String>::new()
    );
}

#[test]
fn people_read_what_is_wrong_with_references() {
    let shown = show(&with_front(&steps(
        "B name=snap|G name=gate|R name=drop needs=snpa,gate check=gone undo=recreate on-fail=goto:snap|U name=drop|\
         D name=gone|H name=call on-fail=goto:wake|H name=wake on-fail=goto:call",
    )));
    insta::assert_snapshot!(shown);
}
