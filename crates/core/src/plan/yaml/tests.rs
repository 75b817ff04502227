//! Tests of the tree and of its spans.

use crate::plan::finding::Findings;
use crate::plan::yaml::json::json;
use crate::plan::yaml::{Node, Value, tree};

/// Every value with the text it was written as.
fn shown(text: &str) -> String {
    let mut findings = Findings::default();
    let tree = tree::parse(text, &mut findings);
    let mut lines = Vec::new();
    if let Some(tree) = &tree {
        show(tree, text, 0, &mut lines);
    }
    for it in findings.into_problems("matoi.yaml", text) {
        lines.push(format!(
            "{}:{} {} ({})",
            it.line,
            it.column,
            it.message,
            it.hint.unwrap_or_default()
        ));
    }
    lines.join("\n")
}

fn show(node: &Node, text: &str, depth: usize, lines: &mut Vec<String>) {
    let indent = "  ".repeat(depth);
    let written = &text[node.span.clone()];
    match &node.value {
        Value::Nothing | Value::Plain(_) | Value::Quoted(_) | Value::Refused => {
            lines.push(format!("{indent}{:?} written {written:?}", node.value));
        }
        Value::List(items) => {
            lines.push(format!("{indent}list written {written:?}"));
            items.iter().for_each(|it| show(it, text, depth + 1, lines));
        }
        Value::Map(entries) => {
            lines.push(format!("{indent}mapping written {written:?}"));
            for entry in entries {
                lines.push(format!(
                    "{indent}  key {:?} written {:?}",
                    entry.key,
                    &text[entry.key_span.clone()]
                ));
                show(&entry.value, text, depth + 2, lines);
            }
        }
    }
}

#[test]
fn spans_are_bytes_also_after_japanese_text() {
    insta::assert_snapshot!(shown(
        "名前: 日本 # 注釈\n一覧:\n  - あ: \"ク\\u3042\"\n  - [い, { う: え }]\n空:\n"
    ));
}

#[test]
fn a_byte_order_mark_and_carriage_returns_are_read_over() {
    insta::assert_snapshot!(shown("\u{feff}a: 1\r\nb:\r\n  c: \"二\"\r\na: 3\r\n"));
}

#[test]
fn anchors_aliases_tags_and_doubled_keys_are_all_told() {
    insta::assert_snapshot!(shown(
        "a: &x 1\nb: *x\nc: !foo bar\nd: &y [1]\na: 2\n? [k]\n: v\n<<: *y\n"
    ));
}

#[test]
fn a_text_that_is_no_yaml_has_one_problem_with_a_way_out() {
    let texts = [
        "a:\n\tb: 1\n",
        "あ: [1, 2\n",
        "a: \"日本\n",
        "a: b: c\n",
        "a: @ann\n",
        "a:\n    b: 1\n  c: 2\n",
        "a:\n  b：1\n  c: d\n",
        "- a\nb: c\n",
        "a: 1\n---\nb: 2\n",
        "a: *nobody\n",
        "\u{0}",
        "a: \u{7}\n",
    ];
    insta::assert_snapshot!(
        texts
            .map(|it| format!("{it:?}\n    {}\n", shown(it).lines().last().unwrap_or_default()))
            .concat()
    );
}

#[test]
fn deep_and_long_files_are_refused() {
    for deep in ["[".repeat(10_000), "- ".repeat(10_000), "{a: ".repeat(1_000), "? ".repeat(1_000)]
    {
        assert!(shown(&deep).contains("nested more than 32 deep"), "{}", shown(&deep));
    }
    assert!(shown(&"- 1\n".repeat(250_000)).contains("more than 200000 values"));
}

#[test]
fn json_keeps_what_only_looks_like_a_number() {
    let text = "[1, -2, 1.5, +81312345678, 0120444444, 1.2.3, true, 'true', ~, inf, 1e9, {a: [b]}]";
    let tree = tree::parse(text, &mut Findings::default()).unwrap();
    let expect = r#"[1,-2,1.5,"+81312345678","0120444444","1.2.3",true,"true",null,"inf","1e9",{"a":["b"]}]"#;
    assert_eq!(json(&tree).to_string(), expect);
}
