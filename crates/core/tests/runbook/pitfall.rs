//! Sixteen ways in which runbooks in Markdown are known to go wrong.

use matoi_core::runbook::{Act, Expect, Kind, OnFail, Step};

use crate::{body, errors, names, only, pointed, warnings, with_front};

fn script(step: &Step) -> &str {
    match &step.act {
        Act::Perform { script, .. } => script,
        Act::Approve(_) | Act::Wait { .. } | Act::Tick { .. } => "",
    }
}

#[test]
fn p1_a_typing_mistake_never_loses_attributes_in_silence() {
    for (info, expected) in [
        (r#"bash {"name": "x", "timeout": 5m}"#, r#""5m" is no value of JSON <- 5m"#),
        (r#"bash {"name": "x" "timeout": "5m"}"#, r#"`,` or `}` is missing <- "timeout": "5m"}"#),
        ("bash { name=x tiemout=5m }", r#"unknown attribute "tiemout" <- tiemout"#),
        ("bash { name=x timeout=5m", "`}` is missing <- { name=x timeout=5m"),
        ("bash { name=x timeout:5m }", r#"unknown attribute "timeout:5m" <- timeout:5m"#),
        ("bash { name=x timeout = 5m }", "`timeout` needs a value <- timeout"),
        (
            "bash name=x timeout=5m",
            r#""name=x timeout=5m" stands outside of `{ }` <- name=x timeout=5m"#,
        ),
        ("bash { name=x } timeout=5m", r#""timeout=5m" stands behind `}` <- timeout=5m"#),
        ("bash { name=x name=y }", "`name` is given twice <- name"),
        (r#"bash {"name": "x", "name": "y"}"#, "`name` is given twice <- name"),
        ("bash ｛ name=x ｝", r#""｛ name=x ｝" stands outside of `{ }` <- ｛ name=x ｝"#),
    ] {
        assert_eq!(pointed(info).first().map(String::as_str), Some(expected), "{info}");
        assert!(!body(&format!("```{info}\ntrue\n```\n")).0.sound, "{info}");
    }
}

#[test]
fn p2_braces_inside_values_do_not_end_the_attributes() {
    let text = "---\nrunbook: { params: { A: , B: } }\n---\n\
                ```bash { on=ssh:${A}/${B} expect=/^a{2}$/ cwd=\"/srv/{x}\" timeout=7s }\ntrue\n```\n";
    let (runbook, problems) = crate::read(text);
    assert_eq!(errors(&problems), Vec::<String>::new());
    let runbook = runbook.unwrap();
    let step = &runbook.steps[0];
    assert_eq!(step.extra["on"], "ssh:${A}/${B}");
    assert_eq!(step.extra["cwd"], "/srv/{x}");
    assert_eq!(step.expect, Some(Expect::Pattern("^a{2}$".to_owned())));
    assert_eq!(step.timeout.as_secs(), 7);
}

#[test]
fn p3_quoted_values_keep_their_spaces_and_quotes() {
    let step = only("```bash { expect=\"status \\\"200\\\" } ok\" timeout=7s }\ntrue\n```\n");
    assert_eq!(step.expect, Some(Expect::Text("status \"200\" } ok".to_owned())));
    assert_eq!(step.timeout.as_secs(), 7);

    for (info, expected) in [
        ("bash { expect=\"status 200 }", "the quote is never closed <- \"status 200 }"),
        ("bash { expect=/open }", "the regular expression is never closed <- /open }"),
        ("bash { expect='status 200' }", "single quotes do not hold a value <- 'status 200' "),
        (
            "bash { expect=\"a\"timeout=7s }",
            "\"timeout=7s\" stands right behind a closing quote <- timeout=7s",
        ),
        ("bash { name=a\"b\" }", "`\"` in a value that is not quoted <- \""),
    ] {
        assert_eq!(pointed(info).first().map(String::as_str), Some(expected), "{info}");
    }
}

#[test]
fn p4_a_missing_space_is_understood_and_told() {
    let (runbook, problems) = body("```bash{name=foo kind=diagnose}\ntrue\n```\n");
    assert_eq!(names(&runbook), ["foo"]);
    assert!(runbook.sound);
    assert_eq!(warnings(&problems), ["4:4 a space is missing between the language and `{`"]);
}

#[test]
fn p5_every_spelling_of_the_attributes_means_the_same() {
    let expected = only("```bash { name=x kind=verify timeout=5m retry=3 optional }\ntrue\n```\n");
    for info in [
        r#"bash {"name":"x","kind":"verify","timeout":"5m","retry":3,"optional":true}"#,
        r#"bash { "name" : "x" , "kind" : "verify", "timeout": "5m", "retry": "3", "optional": true }"#,
        "bash { #x kind=verify timeout=5m retry=3 optional }",
        "bash {optional retry=3 timeout=5m kind=verify name=x}",
        "BASH   {   name=\"x\"   kind=verify  timeout=5分 retry=3 optional=true  }",
        "bash\u{3000}{ name=x\u{3000}kind=verify timeout=５ｍ retry=3 optional }",
    ] {
        assert_eq!(only(&format!("```{info}\ntrue\n```\n")), expected, "{info}");
    }
}

#[test]
fn p6_a_name_for_display_cannot_be_referred_to() {
    let (runbook, problems) = body(
        "# Look\n```bash { kind=diagnose }\ntrue\n```\n```bash { name=b kind=diagnose needs=look-1 }\ntrue\n```\n",
    );
    assert_eq!(names(&runbook), ["look-1", "b"]);
    assert_eq!(
        errors(&problems),
        ["8:38 `needs=`: \"look-1\" is a name for display, which changes with the file"]
    );
}

#[test]
fn p7_prompts_are_told_and_not_stripped() {
    let (runbook, problems) =
        body("```bash\n$ echo a\n```\n\n```bash\n$HOME/bin/b\n```\n\n```console\n$ df\n```\n");
    assert_eq!(script(&runbook.steps[0]), "$ echo a\n");
    assert_eq!(script(&runbook.steps[1]), "$HOME/bin/b\n");
    assert_eq!(runbook.steps.len(), 2);
    assert_eq!(
        warnings(&problems),
        [
            "5:1 a prompt is part of the command here",
            "12:1 `console` shows what was typed, and is no step"
        ]
    );
}

#[test]
fn p8_nothing_sticks_from_one_step_to_the_next() {
    let (runbook, problems) = body(
        "```bash { name=a }\nexport REGION=eu\necho \"$REGION\"\n```\n\n```bash { name=b }\necho \"$REGION\"\n```\n",
    );
    assert_eq!(script(&runbook.steps[1]), "echo \"$REGION\"\n");
    assert_eq!(
        warnings(&problems),
        ["10:7 `$REGION` was exported by another step and ended with it"]
    );
}

#[test]
fn p9_no_attribute_asks_for_a_login_shell() {
    for info in
        ["bash { login }", "bash { interpreter=bash }", "bash { shell=/bin/bash }", "bash -l"]
    {
        let (_, problems) = body(&format!("```{info}\ntrue\n```\n"));
        assert_eq!(errors(&problems).len(), 1, "{info}");
    }
}

#[test]
fn p10_what_waits_for_a_terminal_is_told() {
    let (_, problems) = body(
        "```bash { kind=diagnose }\nread -r answer\ndocker exec -it db psql\ndocker exec db psql -c x\n```\n",
    );
    assert_eq!(
        warnings(&problems),
        [
            "5:1 `read` waits for somebody to type, and nobody can",
            "6:1 `docker` waits for somebody to type, and nobody can",
        ]
    );
}

#[test]
fn p11_what_follows_a_failure_is_in_the_file_and_nowhere_else() {
    for (kind, expected) in [
        ("", OnFail::Abort),
        ("kind=diagnose", OnFail::Abort),
        ("kind=verify", OnFail::Abort),
        ("kind=backup", OnFail::Pause),
        ("kind=recover", OnFail::Pause),
        ("kind=undo", OnFail::Abort),
        ("kind=handler", OnFail::Abort),
        ("kind=recover on-fail=escalate", OnFail::Escalate),
        ("kind=diagnose on-fail=continue", OnFail::Continue),
    ] {
        assert_eq!(only(&format!("```bash {{ {kind} }}\ntrue\n```\n")).on_fail, expected, "{kind}");
    }
}

#[test]
fn p12_a_fence_is_what_markdown_says_it_is() {
    let (runbook, problems) = body(
        "1. first\n\n   ```bash { name=in-list }\n   a\n     b\n   ```\n\n\
         > ~~~~bash { name=in-quote }\n> c\n> ```\n> d\n> ~~~~\n\n\
         <details>\n<summary>more</summary>\n\n```bash { name=in-details }\ne\n```\n\n</details>\n\n\
         <!--\n```bash { name=in-comment }\nf\n```\n-->\n\n\
         | a |\n| - |\n| ```bash |\n\n\
         text\n\n    ```bash { name=indented }\n    g\n    ```\n\n\
         <div>\n```bash { name=in-html }\nh\n```\n</div>\n",
    );
    assert_eq!(names(&runbook), ["in-list", "in-quote", "in-details"]);
    assert_eq!(script(&runbook.steps[0]), "a\n  b\n");
    assert_eq!(script(&runbook.steps[1]), "c\n```\nd\n");
    assert_eq!(errors(&problems), Vec::<String>::new());
    assert_eq!(
        warnings(&problems),
        [
            "38:5 indented by four or more, so this is no fence and no step",
            "43:1 a fence inside HTML is no fence and no step",
            "45:1 a fence inside HTML is no fence and no step",
        ]
    );
}

#[test]
fn p12_a_fence_without_an_end_is_no_surprise() {
    for text in [
        "```bash\nrm x\n",
        "```bash",
        "> ```bash\n> a\n\n# Rest\n",
        "```text\na\n\n```bash\nb\n````x\n",
    ] {
        let (runbook, problems) = body(text);
        assert_eq!(errors(&problems).len(), 1, "{text}: {problems:?}");
        assert!(
            errors(&problems)[0]
                .ends_with("this fence is never closed, so it holds all that follows")
        );
        assert!(!runbook.sound && runbook.steps.is_empty(), "{text}");
    }
    for text in
        ["```bash\na\n```", "~~~~bash\na\n~~~~~", "> ```bash\n> ```\n", "- ```bash\n  a\n  ```\n"]
    {
        assert_eq!(errors(&body(text).1), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn p13_dangerous_examples_are_told_where_nobody_armed_them() {
    let text = "rm -rf /\npsql -c 'DROP TABLE a'\nkubectl delete ns shop\npkill -f node\ndocker volume prune -f\n";
    let (_, problems) = body(&format!("```bash\n{text}```\n"));
    assert_eq!(warnings(&problems).len(), 5, "{problems:?}");
    for fence in ["text", "bash { ignore }", "bash { kind=recover }"] {
        let (_, problems) = body(&format!("```{fence}\n{text}```\n"));
        let told = warnings(&problems).into_iter().filter(|it| it.contains("one click")).count();
        assert_eq!(told, 0, "{fence}");
    }
}

#[test]
fn p14_what_cannot_be_carried_out_as_written_is_told() {
    for (text, expected) in [
        ("A name=x|V name=x", "a second step is called `x`"),
        ("D name=a needs=b|D name=b", "`needs=b`: that step does not come before this one"),
        ("D name=a needs=a", "`needs=a`: that step does not come before this one"),
        (
            "H name=h on-fail=goto:i|H name=i on-fail=goto:h|D on-fail=goto:h",
            "`on-fail=goto:` goes round in a circle: h → i → h",
        ),
        (
            "H name=h on-fail=goto:h|D on-fail=goto:h",
            "`on-fail=goto:` goes round in a circle: h → h",
        ),
        (
            "D name=a|D name=b on-fail=goto:a",
            "`on-fail=goto:a`: that step does not come after this one, so the run could go in a circle",
        ),
        (
            "R name=r undo=u|U name=u undo=u",
            "an `undo` step cannot be undone: that would go round in a circle",
        ),
    ] {
        let (_, problems) = body(&steps(text));
        let found: Vec<String> = problems.iter().map(|it| it.message.clone()).collect();
        assert!(found.iter().any(|it| it == expected), "{text}: {found:?}");
    }
    let (runbook, problems) =
        body("```approval { name=g }\nGo?\n```\n\n```bash { kind=recover }\ntrue\n```\n");
    assert!(runbook.sound);
    assert_eq!(
        warnings(&problems),
        [
            "4:1 anybody of the plan may open this gate",
            "8:1 a `recover` step without `check`, `undo`, or a backup before it"
        ]
    );
}

/// `D name=a|V name=b`: fences of diagnose, verify, recover, undo, handler, or (A) any kind.
fn steps(text: &str) -> String {
    text.split('|')
        .map(|it| {
            let (kind, rest) = it.split_at(1);
            let kind = match kind {
                "D" => "diagnose",
                "V" => "verify",
                "R" => "recover",
                "U" => "undo",
                "H" => "handler",
                _ => "backup",
            };
            format!("```bash {{ kind={kind}{rest} }}\ntrue\n```\n\n")
        })
        .collect()
}

#[test]
fn p15_an_approval_is_a_step_of_its_own_and_performs_nothing() {
    assert_eq!(
        pointed("bash { kind=diagnose min=2 from=@sre }"),
        [
            "`min` has no meaning in a `diagnose` step <- min",
            "`from` has no meaning in a `diagnose` step <- from"
        ]
    );
    assert_eq!(
        pointed("approval { from=@sre kind=recover }"),
        ["`kind` has no meaning in an `approval` <- kind"]
    );
    let step = only("```approval { from=@sre }\nGo?\n```\n");
    assert_eq!(step.kind, Kind::Durable);
    assert!(matches!(step.act, Act::Approve(_)));
}

#[test]
fn p16_line_ends_marks_and_tabs_do_not_change_a_runbook() {
    let plain = with_front(
        "# A\n\n- [ ] x\n\n```bash { name=a kind=diagnose timeout=7s }\none\n\ttwo\n```\n",
    );
    let (expected, problems) = crate::read(&plain);
    assert_eq!(problems, []);
    let expected = expected.unwrap();
    for (what, text) in [
        ("CRLF", plain.replace('\n', "\r\n")),
        ("BOM", format!("\u{feff}{plain}")),
        ("both", format!("\u{feff}{}", plain.replace('\n', "\r\n"))),
        ("tabs", plain.replace("{ name=a kind", "{\tname=a\tkind")),
        ("no last line end", plain.trim_end().to_owned()),
    ] {
        let (runbook, problems) = crate::read(&text);
        let runbook = runbook.unwrap();
        assert_eq!(problems, [], "{what}");
        assert_eq!(runbook.steps, expected.steps, "{what}");
        assert_ne!(runbook.hash, expected.hash, "{what}: the hash is that of the bytes");
    }
}

#[test]
fn p16_bytes_that_are_no_text_are_refused_at_their_place() {
    let mut bytes = with_front("```bash { name=a }\necho ").into_bytes();
    bytes.extend(b"\xff\xfe\n```\n\n```bash { name=b nam=c }\n\x93\n```\n");
    let (runbook, problems) =
        matoi_core::runbook::parse::parse("a.md", &bytes, &std::collections::BTreeSet::new());
    let runbook = runbook.unwrap();
    assert_eq!(names(&runbook), ["a", "b"]);
    assert!(!runbook.sound);
    assert_eq!(
        errors(&problems),
        ["5:6 this is not UTF-8; other places like it: 1", "8:18 unknown attribute \"nam\""]
    );
}

#[test]
fn p16_a_line_of_a_megabyte_is_a_line() {
    let long = "x".repeat(1_000_000);
    let step = only(&format!("```bash {{ name=a }}\necho {long}\n```\n"));
    assert_eq!(script(&step).len(), long.len() + 6);

    let (runbook, problems) =
        body(&format!("```bash {{ name=a }}\n{}\n```\n", "x".repeat(1 << 20)));
    assert!(runbook.steps.is_empty() && !runbook.sound);
    assert_eq!(errors(&problems).len(), 1);
    assert!(
        problems[0].message.ends_with("a runbook has at most 1048576"),
        "{}",
        problems[0].message
    );
}
