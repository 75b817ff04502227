//! The front matter: what makes a file a runbook, and its settings.

use matoi_core::problem::Weight;
use matoi_core::runbook::{Param, ParamKind};

use crate::{errors, read, show, warnings};

#[test]
fn a_file_is_a_runbook_if_its_front_matter_says_so() {
    for (text, is_runbook) in [
        ("---\nrunbook:\n---\n", true),
        ("---\nrunbook: {}\n---\n", true),
        ("---\ntitle: x\ntags: [a, &b b, *b]\nrunbook: { schema: 1 }\n---\n", true),
        ("\u{feff}---\r\nrunbook:\r\n---\r\n", true),
        ("---\nrunbook: {}\n...\n", true),
        ("---\nrunbook: {}\n", true),
        ("---\nrunbook: [\n---\n", true),
        ("---\ntitle: x\n---\n```bash\nrm\n```\n", false),
        ("---\ntitle: x: y\n---\n", false),
        ("---\n- runbook\n---\n", false),
        ("---\n---\n", false),
        ("# runbook:\n```bash\nrm\n```\n", false),
        ("", false),
    ] {
        assert_eq!(read(text).0.is_some(), is_runbook, "{text:?}");
    }
}

#[test]
fn settings_arrive() {
    let (runbook, problems) = read(
        "---\ntitle: 満杯\nlayout: page\nrunbook:\n  for: { alert: PgDiskFull, service: postgres }\n  params:\n    \
         HOST: { type: string, pattern: \"db-[0-9]+\", default: db-1, summary: 主 }\n    RETAIN: { type: integer, default: 3 }\n    \
         FORCE: { type: boolean, required: true }\n    ANY:\n  secrets: [PGPASSWORD]\n  lock: db/${HOST}\n  budget: 45分\n---\n# Other\n",
    );
    assert_eq!(errors(&problems), Vec::<String>::new());
    assert_eq!(warnings(&problems), Vec::<String>::new());
    let runbook = runbook.unwrap();
    assert_eq!((runbook.name.as_str(), runbook.title.as_str()), ("sample", "満杯"));
    assert_eq!(runbook.for_alert.as_deref(), Some("PgDiskFull"));
    assert_eq!(runbook.for_service.as_deref(), Some("postgres"));
    assert_eq!(runbook.secrets, ["PGPASSWORD"]);
    assert_eq!(runbook.lock.as_deref(), Some("db/${HOST}"));
    assert_eq!(runbook.budget.map(|it| it.as_secs()), Some(2700));
    assert_eq!(
        runbook.params["HOST"],
        Param {
            kind: ParamKind::String,
            pattern: Some("db-[0-9]+".to_owned()),
            values: Vec::new(),
            min: None,
            max: None,
            default: Some("db-1".to_owned()),
            required: false,
            summary: Some("主".to_owned()),
        }
    );
    assert_eq!(runbook.params["RETAIN"].kind, ParamKind::Integer);
    assert!(runbook.params["FORCE"].required && runbook.params.contains_key("ANY"));
}

#[test]
fn the_title_is_that_of_the_front_matter_or_the_first_heading_or_the_file() {
    for (text, title) in [
        ("---\ntitle: A\nrunbook:\n---\n# B\n", "A"),
        ("---\nrunbook:\n---\n## C\n# B\n# D\n", "B"),
        ("---\nrunbook:\n---\n# `a` *b* <!-- c -->\n", "a b"),
        ("---\nrunbook:\n---\n## C\n", "sample"),
        ("---\ntitle:\nrunbook:\n---\n# B\n", "B"),
    ] {
        assert_eq!(read(text).0.unwrap().title, title, "{text}");
    }
}

#[test]
fn what_is_wrong_with_settings_is_told_at_its_place() {
    for (settings, expected) in [
        ("parms: {}", "unknown key \"parms\""),
        ("shell: bash", "unknown key \"shell\""),
        ("schema: 2", "unknown schema \"2\""),
        ("for: { alerts: A }", "unknown key \"alerts\""),
        ("for: A", "`for` must hold keys and values"),
        ("for: {}, match: {}", "`match` and `for` mean the same, and both are given"),
        ("budget: 1h, timeout: 1h", "`timeout` and `budget` mean the same, and both are given"),
        ("budget: 45", "`budget`: a unit is missing after `45`"),
        ("lock: a, lock: b", "\"lock\" is given twice"),
        (&format!("lock: {}", "x".repeat(201)), "a lock has at most 200 characters"),
        ("lock: $HOTS, params: { HOST: }", "`$HOTS` is no parameter"),
        ("lock:", "`lock` has no value"),
        ("secrets: A", "`secrets` must be a list"),
        ("secrets: [A, A]", "`A` is listed twice"),
        ("secrets: [A], params: { A: }", "`A` is both a parameter and a secret"),
        ("secrets: [PATH]", "`PATH` belongs to Matoi or to the shell"),
        ("params: { LD_PRELOAD: }", "`LD_PRELOAD` belongs to Matoi or to the shell"),
        ("params: { STEP_OUTPUT: }", "`STEP_OUTPUT` belongs to Matoi or to the shell"),
        ("params: { 1A: }", "\"1A\" cannot be the name of a variable"),
        ("params: { A: { typ: string } }", "unknown key \"typ\""),
        ("params: { A: { type: text } }", "unknown type \"text\""),
        ("params: { A: { min: 1 } }", "`A` has a `min` or a `max` and is no number"),
        ("params: { A: { type: integer, min: 3, max: 2 } }", "`A` has no value: 3 is more than 2"),
        ("params: { A: { type: integer, min: x } }", "\"x\" is no whole number"),
        (
            "params: { A: { type: integer, max: 9, default: 10 } }",
            "the default \"10\" is more than 9",
        ),
        ("params: { A: { values: [a, b], default: c } }", "the default \"c\" is none of a, b"),
        ("params: { A: { enum: [a, a] } }", "\"a\" is listed twice"),
        (
            "params: { A: { type: integer, values: [1, x] } }",
            "\"x\" is listed for `A` and is no whole number",
        ),
        ("params: { A: { pattern: '(' } }", "not a regular expression: "),
        ("params: { A: { pattern: 'a|b', default: ab } }", "the default \"ab\" does not match a|b"),
        ("params: { A: { type: integer, default: x } }", "the default \"x\" is no whole number"),
        ("params: { A: { required: perhaps } }", "\"perhaps\" is neither `true` nor `false`"),
        ("lock: &a b, steps: *a", "`steps` must hold keys and values"),
        ("[a]: b", "a key of `runbook` is no text"),
    ] {
        let (runbook, problems) = read(&format!("---\nrunbook: {{ {settings} }}\n---\n"));
        let errors = problems.iter().filter(|it| it.weight == Weight::Error);
        let found: Vec<_> = errors.map(|it| it.message.as_str()).collect();
        assert!(found.len() == 1 && found[0].starts_with(expected), "{settings}: {found:?}");
        assert!(!runbook.unwrap().sound, "{settings}");
    }
}

#[test]
fn places_in_yaml_count_characters() {
    let (_, problems) = read(
        "---\n# 説明：前書き\nrunbook:\n  for: { alert: 容量不足, sevice: x } # 注\n  bugdet: 1h\n---\n",
    );
    assert_eq!(errors(&problems), ["4:23 unknown key \"sevice\"", "5:3 unknown key \"bugdet\""]);
}

#[test]
fn front_matter_that_almost_makes_a_runbook_is_told() {
    for text in [
        "---\nrunbok: {}\n---\n",
        "---\nRunbook: {}\n---\n",
        "---\ntitle: x\n---\n```bash { kind=recover }\ntrue\n```\n",
        "---\ntitle: x: y\n---\n",
    ] {
        let (runbook, problems) = read(text);
        assert!(runbook.is_none());
        assert_eq!((problems.len(), warnings(&problems).len()), (1, 1), "{text}: {problems:?}");
    }
    assert_eq!(read("---\ntitle: x\n---\n# Wiki\n```bash\nrm\n```\n").1, []);
}

#[test]
fn yaml_that_unfolds_or_nests_without_end_is_refused() {
    let deep = format!("---\nrunbook: {{ lock: {}{} }}\n---\n", "[".repeat(100), "]".repeat(100));
    let wide = format!("---\nrunbook:\n  lock: {}\n---\n", "x".repeat(20_000));
    let alias = "---\nrunbook: { secrets: [&a [b, b], *a] }\n---\n".to_owned();
    for text in [deep, wide, alias] {
        let (runbook, problems) = read(&text);
        assert!(!runbook.unwrap().sound);
        assert!(!errors(&problems).is_empty());
    }
}

#[test]
fn people_read_what_is_wrong_with_settings() {
    let shown = show(
        "---\nrunbook:\n  for: { alert: 容量不足, sevice: postgres }\n  params:\n    HOST: { type: strng, pattern: \"^db-[0-9+$\" }\n    PATH: {}\n  \
         secrets: PGPASSWORD\n  lock: db/$HOTS\n  budget: 45\n  kind: recover\n---\n# 復旧\n",
    );
    insta::assert_snapshot!(shown);
    let shown = show("---\nrunbook:\n  for: { alert: A\n---\n```bash { nam=a }\ntrue\n```\n");
    insta::assert_snapshot!(shown);
    let shown = show("---\nrunbook:\n  for: { alert: A }\n\n```bash { name=a }\ntrue\n```\n");
    insta::assert_snapshot!(shown);
}
