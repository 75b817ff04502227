//! Attributes of fences: what each means, and that none is ever without effect.

use std::collections::BTreeMap;

use matoi_core::limits::STEP_TIMEOUT;
use matoi_core::runbook::{Act, Expect, Kind, OnExpire, OnFail, Step};

use crate::{body, errors, names, only, pointed, read, show, warnings, with_front};

fn step(info: &str) -> Step {
    only(&format!("```{info}\ntrue\n```\n"))
}

#[test]
fn a_fence_without_attributes_waits_for_a_click() {
    let expected = Step {
        name: "step-1".to_owned(),
        phase: 0,
        kind: Kind::Click,
        act: Act::Perform { language: "bash".to_owned(), script: "true\n".to_owned() },
        timeout: STEP_TIMEOUT,
        retry: 0,
        every: jiff::SignedDuration::from_secs(5),
        needs: Vec::new(),
        condition: None,
        on_fail: OnFail::Abort,
        check: None,
        undo: None,
        expect: None,
        optional: false,
        idempotent: false,
        extra: BTreeMap::new(),
        line: 4,
    };
    assert_eq!(step("bash"), expected);
    assert_eq!(step("bash {}"), expected);
    assert_eq!(step("Bash"), expected);
    // A name or a timeout does not arm it.
    assert_eq!(step("bash { name=a timeout=9s idempotent }").kind, Kind::Click);
}

#[test]
fn only_kind_arms_a_step() {
    for (word, kind) in [
        ("diagnose", Kind::Diagnose),
        ("backup", Kind::Backup),
        ("recover", Kind::Recover),
        ("verify", Kind::Verify),
        ("undo", Kind::Undo),
        ("handler", Kind::Handler),
    ] {
        assert_eq!(step(&format!("bash {{ kind={word} }}")).kind, kind);
    }
    for word in ["click", "durable", "Diagnose", "diagnos", ""] {
        let (runbook, problems) = body(&format!("```bash {{ kind={word} }}\ntrue\n```\n"));
        assert_eq!(errors(&problems).len(), 1, "{word}");
        assert_eq!(runbook.steps[0].kind, Kind::Click, "{word}");
    }
}

#[test]
fn only_what_changes_nothing_is_repeated() {
    for (info, retry) in [
        ("bash { kind=diagnose }", 2),
        ("bash { kind=diagnose retry=0 }", 0),
        ("bash { kind=verify }", 0),
        ("bash { kind=verify retry=12 every=10s }", 12),
        ("bash { kind=recover }", 0),
    ] {
        assert_eq!(step(info).retry, retry, "{info}");
    }
    for kind in ["backup", "recover", "undo", "handler"] {
        assert_eq!(
            pointed(&format!("bash {{ kind={kind} retry=2 every=1s idempotent }}")),
            [format!(
                "a `{kind}` step may change something, so it is never repeated by itself <- retry"
            )]
        );
    }
}

#[test]
fn the_answer_that_is_expected_is_a_text_or_a_pattern() {
    for (written, expected) in [
        ("0", Expect::Text("0".to_owned())),
        ("ok", Expect::Text("ok".to_owned())),
        ("\"status 200\"", Expect::Text("status 200".to_owned())),
        ("/accepting connections/", Expect::Pattern("accepting connections".to_owned())),
        ("/^a\\.b\\/c$/", Expect::Pattern("^a\\.b\\/c$".to_owned())),
        ("/復旧(済み|完了)/", Expect::Pattern("復旧(済み|完了)".to_owned())),
    ] {
        assert_eq!(
            step(&format!("bash {{ expect={written} }}")).expect,
            Some(expected),
            "{written}"
        );
    }
    assert!(pointed("bash { expect=/(/ }")[0].starts_with("not a regular expression: "));
}

#[test]
fn a_gate_says_who_and_until_when() {
    let approval = |info: &str| {
        let (runbook, _) = body(&format!("```approval {{ {info} }}\n Go? \n```\n"));
        match &runbook.steps[0].act {
            Act::Approve(approval) => approval.clone(),
            Act::Perform { .. } | Act::Wait { .. } | Act::Tick { .. } => panic!("{info}"),
        }
    };
    let gate = approval("min=2 from=@sre,yamada not=initiator expires=15m on-expire=abort");
    assert_eq!((gate.min, gate.not_initiator, gate.on_expire), (2, true, OnExpire::Abort));
    assert_eq!(
        (gate.from, gate.text),
        (vec!["@sre".to_owned(), "yamada".to_owned()], "Go?".to_owned())
    );
    let gate = approval("from=@sre");
    assert_eq!((gate.min, gate.not_initiator, gate.on_expire), (1, false, OnExpire::Escalate));
    assert_eq!(gate.expires, None);

    for (info, expected) in [
        ("from=@a expires=1m on-expire=approve", "a gate never approves by itself <- approve"),
        ("from=@a min=0", "a gate that asks nobody is open <- 0"),
        ("from=a,b min=3", "3 must say yes, and only 2 are asked, so the gate never opens <- 3"),
        ("from=a,a", "\"a\" is listed twice, and votes once <- a"),
        ("from=a,", "\"\" is neither a person nor an `@group` <- "),
        ("from=@a not=me", "unknown value of `not` \"me\" <- me"),
        ("from=@a retry=2", "`retry` has no meaning in an `approval` <- retry"),
        ("from=@a on-fail=continue", "`on-fail` has no meaning in an `approval` <- on-fail"),
    ] {
        assert_eq!(pointed(&format!("approval {{ {info} }}")), [expected], "{info}");
    }
}

#[test]
fn a_wait_says_how_long() {
    let step = only(
        "```wait { name=soak for=2m needs-nothing }\n```\n".replace(" needs-nothing", "").as_str(),
    );
    assert_eq!(step.act, Act::Wait { lasting: jiff::SignedDuration::from_secs(120) });
    assert_eq!(step.kind, Kind::Durable);
    assert_eq!(pointed("wait"), ["a `wait` without `for` <- ```wait"]);
    assert_eq!(pointed("wait { for=2 }"), ["`for`: a unit is missing after `2` <- 2"]);
}

#[test]
fn what_is_not_available_yet_is_refused_and_said() {
    for (info, expected) in [
        ("bash { group=a }", "`group` is not available yet <- group"),
        ("bash { batch=1 }", "`batch` is not available yet <- batch"),
        ("bash { max-fail=0 }", "`max-fail` is not available yet <- max-fail"),
        ("bash { backoff=2 }", "`backoff` is not available yet <- backoff"),
        ("bash { lock=db }", "`lock` is no attribute of a step <- lock"),
        ("python { kind=diagnose }", "the plan names no interpreter for `python` <- python"),
        ("runbook { ref=./a.md }", "`runbook` is not available yet <- runbook"),
        (
            "yaml { uses=flag.disable }",
            "\"yaml\" is no language of a step, so `uses` has no effect <- ```yaml { uses=flag.disable }",
        ),
    ] {
        assert_eq!(pointed(info), [expected], "{info}");
    }
    for (language, why) in [
        ("zsh", "the plan names no interpreter for `zsh`"),
        ("python", "the plan names no interpreter for `python`"),
        ("runbook", "`runbook` is not available yet"),
    ] {
        let (runbook, problems) = body(&format!("```{language}\ntrue\n```\n"));
        assert!(runbook.sound && runbook.steps.is_empty(), "{language}");
        assert_eq!(warnings(&problems), [format!("4:4 {why}: it is shown, and is no step")]);
        assert_eq!(body(&format!("```{language} {{ ignore }}\ntrue\n```\n")).1, []);
    }
}

#[test]
fn other_languages_are_never_steps_and_keep_their_own_attributes() {
    for info in [
        "",
        "text",
        "console",
        "output",
        "json",
        "yaml",
        "rust,ignore",
        "js {1,3-4} title=\"x\"",
        "{.bash}",
        "bash { ignore }",
        "typescript { name=a }",
    ] {
        let (runbook, problems) = body(&format!("```{info}\nx\n```\n"));
        assert!(runbook.steps.is_empty(), "{info}");
        assert_eq!(problems, [], "{info}");
    }
}

#[test]
fn a_step_in_a_language_that_is_none_is_told() {
    for (info, error) in [
        ("text { kind=recover }", true),
        ("bahs { name=a kind=recover }", true),
        ("{ kind=recover }", true),
        ("yaml { timeout=5m }", false),
        ("bash:deploy.sh", false),
    ] {
        let (runbook, problems) = body(&format!("```{info}\nx\n```\n"));
        assert!(runbook.steps.is_empty(), "{info}");
        assert_eq!((problems.len(), runbook.sound), (1, !error), "{info}: {problems:?}");
    }
}

#[test]
fn values_of_the_wrong_sort_are_told() {
    for (info, expected) in [
        ("bash { timeout=5 }", "`timeout`: a unit is missing after `5` <- 5"),
        ("bash { timeout=0s }", "`timeout`: a duration of nothing <- 0s"),
        ("bash { kind=verify retry=many }", "`retry`: \"many\" is no number up to 10000 <- many"),
        ("bash { kind=verify retry=-1 }", "`retry`: \"-1\" is no number up to 10000 <- -1"),
        ("bash { name=Disk }", "\"Disk\" cannot be the name of a step <- Disk"),
        ("bash { name=障害 }", "\"障害\" cannot be the name of a step <- 障害"),
        ("bash { # }", "\"\" cannot be the name of a step <- "),
        ("bash { optional=maybe }", "`optional` is on or off, not \"maybe\" <- maybe"),
        ("bash { timeout }", "`timeout` needs a value <- timeout"),
        ("bash { on-fail=retry }", "unknown value of `on-fail` \"retry\" <- retry"),
        ("bash { =x }", "\"=\" stands where a key is expected <- ="),
        ("bash { needs=,x-y }", "`needs=`: \"\" is no name of a step <- "),
    ] {
        assert_eq!(pointed(info).first().map(String::as_str), Some(expected), "{info}");
    }
}

#[test]
fn long_values_may_stand_in_the_front_matter() {
    let front = |steps: &str, info: &str| {
        format!(
            "---\nrunbook:\n  steps: {{ a: {{ {steps} }} }}\n---\n```bash {{ {info} }}\ntrue\n```\n"
        )
    };
    let (runbook, problems) =
        crate::read(&front("timeout: 7s, expect: /a b/, idempotent: true", "name=a kind=recover"));
    let step = &runbook.unwrap().steps[0];
    assert_eq!(errors(&problems), Vec::<String>::new());
    assert_eq!((step.timeout.as_secs(), step.idempotent, step.kind), (7, true, Kind::Recover));
    assert_eq!(step.expect, Some(Expect::Pattern("a b".to_owned())));

    for (steps, info, expected) in [
        ("kind: recover", "name=a", "3:17 `kind` is written at the fence"),
        ("timeout: 7s", "name=a timeout=8s", "3:17 `timeout` is given twice"),
        ("timeout: 7s", "name=b", "3:12 unknown step \"a\""),
        ("tiemout: 7s", "name=a", "3:17 unknown attribute \"tiemout\""),
        ("min: 2", "name=a", "3:17 `min` has no meaning in a step without `kind`"),
    ] {
        let (_, problems) = crate::read(&front(steps, info));
        assert_eq!(errors(&problems), [expected], "{steps} {info}");
    }
}

#[test]
fn people_read_what_is_wrong_with_attributes() {
    let shown = show(&with_front(
        "# 復旧\n\n\
         ```bash { name=disk kind=diagnos timeuot=20s }\ndf\n```\n\n\
         ```bash { name=disk kind=recover retry=2 needs=snpa undo=disk }\nrm -rf \"$DIR\"\n```\n\n\
         ```bash{\"name\": \"snap\", \"kind\": \"backup\", \"timeout\": 5m}\ntrue\n```\n\n\
         ```approval { from=@sre on-expire=approve min=2\nGo?\n```\n\n\
         ```bsah { name=x kind=recover }\ntrue\n```\n\n\
         - []全員に連絡した\n",
    ));
    insta::assert_snapshot!(shown);
}

#[test]
fn names_for_display_follow_the_headings() {
    let (runbook, _) = body(
        "```bash\n```\n# 1. Look\n```bash\n```\n```bash { name=look-1 }\n```\n- [ ] x\n## 復旧\n```bash\n```\n# Look\n```bash\n```\n",
    );
    assert_eq!(names(&runbook), ["step-1", "look-2", "look-1", "look-3", "step-2", "look-4"]);
}

#[test]
fn an_action_names_a_command_of_a_service_and_has_no_script() {
    let action = |info: &str, front: &str, text: &str| {
        let (runbook, problems) =
            read(&format!("---\nrunbook: {{ {front} }}\n---\n```{info}\n{text}```\n"));
        (runbook.unwrap().steps.into_iter().next(), errors(&problems), warnings(&problems))
    };
    let (step, wrong, _) =
        action("action { uses=service.restart service=web kind=recover }", "", "");
    let step = step.unwrap();
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(
        step.act,
        Act::Perform { language: "action".to_owned(), script: "service.restart web".to_owned() }
    );
    assert_eq!((&*step.extra["uses"], &*step.extra["service"]), ("restart", "web"));
    let (step, wrong, _) =
        action("action { uses=service.status kind=verify }", "for: { service: bot }", "");
    assert_eq!((&*step.unwrap().extra["service"], wrong.len()), ("bot", 0), "the runbook's own");
    for (info, text, told) in [
        ("action { kind=verify }", "", "4:1 an `action` without `uses`"),
        ("action { uses=restart service=web }", "", "4:18 \"restart\" is not available"),
        ("action { uses=service. service=web }", "", "4:18 \"service.\" is not available"),
        ("action { uses=service.stop }", "", "4:1 of which service?"),
        ("action { uses=service.stop service=web }", "true\n", "4:1 an `action` has no script"),
    ] {
        assert_eq!(action(info, "", text).1, [told], "{info}");
    }
    let (step, wrong, told) = action("action", "", "see below\n");
    assert_eq!((step, wrong.len()), (None, 0));
    assert_eq!(told, ["4:1 an `action` without `uses` is no step"]);
    assert_eq!(pointed("bash { uses=service.stop }").len(), 1, "it belongs to an action");
}
