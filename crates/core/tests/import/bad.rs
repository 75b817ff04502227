//! Files that are no documents, or no sane ones.

use matoi_core::import::{self, DOCUMENT_BYTES_MAX, DOCUMENT_LINES_MAX, Refusal};
use matoi_core::language::Language;

fn refused(bytes: &[u8]) -> Refusal {
    import::read("bad.md", bytes).unwrap_err()
}

#[test]
fn what_is_no_document_is_refused_with_a_word() {
    assert_eq!(refused(b""), Refusal::Empty);
    assert_eq!(refused(b" \n\t\n"), Refusal::Empty);
    assert_eq!(
        refused(&vec![b'a'; DOCUMENT_BYTES_MAX + 1]),
        Refusal::TooLarge { bytes: DOCUMENT_BYTES_MAX + 1 }
    );
    let lines = "a\n".repeat(DOCUMENT_LINES_MAX + 1);
    assert_eq!(refused(lines.as_bytes()), Refusal::TooManyLines { lines: DOCUMENT_LINES_MAX + 1 });
    assert_eq!(refused(b"\x89PNG\r\n\x1a\n\0\0\0"), Refusal::NotText);
    // 障害対応 in Shift_JIS.
    assert_eq!(refused(b"\x8f\xe1\x8aQ\x91\xce\x89\x9e\n"), Refusal::NotText);
    for refusal in [Refusal::Empty, Refusal::NotText, Refusal::NoResponse] {
        for language in [Language::Ja, Language::En] {
            let (why, hint) = refusal.words(language);
            assert!(!why.is_empty() && !hint.is_empty());
        }
    }
}

#[test]
fn another_language_and_another_subject_are_not_half_imported() {
    let spanish = include_str!("documents/spanish.md");
    assert_eq!(refused(spanish.as_bytes()), Refusal::Language { seems: "Spanish" });
    let chinese = "# 事故响应手册\n\n当服务不可用时，请立即通知值班工程师，并在十五分钟内确认警报。如果无法解决，请升级到技术负责人。\n";
    assert_eq!(refused(chinese.as_bytes()), Refusal::Language { seems: "Chinese" });
    let korean = "# 장애 대응 절차\n\n서비스 장애가 발생하면 당직 엔지니어에게 즉시 연락하십시오. 십오 분 안에 확인해야 합니다.\n";
    assert_eq!(refused(korean.as_bytes()), Refusal::Language { seems: "Korean" });
    let lyrics = include_str!("documents/lyrics.md");
    assert_eq!(refused(lyrics.as_bytes()), Refusal::NoResponse);
}

const SCALE: &str = "## 重要度\n\n- P0: 停止（15分以内に対応開始）\n- P1: 一部\n";

fn built_to_hurt() -> Vec<(&'static str, String)> {
    [broken_forms(), many_of_one_kind(), without_end()].concat()
}

/// Marks that are not closed, or nested, or wide.
fn broken_forms() -> Vec<(&'static str, String)> {
    let scale = SCALE;
    vec![
        ("an unclosed fence", format!("# 障害対応\n\n{scale}\n```bash\nrm -rf /\n")),
        (
            "a deep list",
            format!(
                "# 障害対応\n\n{scale}\n{}",
                (0..1_000).map(|it| format!("{}- x\n", " ".repeat(it * 2))).collect::<String>()
            ),
        ),
        ("deep quotes", format!("# 障害対応\n\n{scale}\n{} x\n", ">".repeat(5_000))),
        (
            "a ragged table",
            format!(
                "# 障害対応\n\n{scale}\n| 重要度 | 対応時間 |\n|---|---|\n| P0 |\n| | | | 9 |\n|||||\n"
            ),
        ),
        (
            "a wide table",
            format!(
                "# 障害対応\n\n{scale}\n|{}\n|{}\n|{}\n",
                "x|".repeat(5_000),
                "-|".repeat(5_000),
                "P0|".repeat(5_000)
            ),
        ),
        ("a long line", format!("# 障害対応\n\n{scale}\n{}\n", "あ".repeat(1_000_000))),
        ("a long line of signs", format!("# 障害対応\n\n{scale}\n{}\n", "*_[`<>|".repeat(100_000))),
    ]
}

/// What is read against each other, often.
fn many_of_one_kind() -> Vec<(&'static str, String)> {
    let scale = SCALE;
    vec![
        (
            "many headings",
            format!("# 障害対応\n\n{scale}\n{}", "## 障害\n1. 見る\n2. 直す\n".repeat(3_000)),
        ),
        (
            "many levels",
            format!("# 障害対応\n\n## 重要度\n\n{}", "- P0: 停止\n- P1: 一部\n".repeat(5_000)),
        ),
        (
            "many contradictions",
            format!(
                "# 障害対応\n\n{scale}\n## エスカレーション\n\n{}",
                (1..400)
                    .map(|it| format!("- P0: {it}分で未解決の場合は部長に連絡\n"))
                    .collect::<String>()
            ),
        ),
        (
            "headings without end",
            format!(
                "# 障害対応\n\n{scale}\n{}",
                "## レベル1: 障害\n### 手順\n- **対応時間**: 5分\n".repeat(4_000)
            ),
        ),
    ]
}

/// What is listed, and never ends.
fn without_end() -> Vec<(&'static str, String)> {
    let scale = SCALE;
    vec![
        (
            "people without end",
            format!(
                "# 障害対応\n\n{scale}\n## 連絡先\n\n{}",
                (0..8_000).map(|it| format!("- 担当{it}: a{it}@example.com\n")).collect::<String>()
            ),
        ),
        (
            "commands without end",
            format!(
                "# 障害対応\n\n{scale}\n## 復旧手順\n\n```bash\n{}```\n",
                (0..10_000)
                    .map(|it| format!("V{it}=x\nrm -rf /a{it}\ncp backup/{it} .\n"))
                    .collect::<String>()
            ),
        ),
        (
            "thresholds without end",
            format!(
                "# 障害対応\n\n{scale}\n## 監視項目\n\n{}",
                (0..10_000).map(|it| format!("- 値{it} > {it}%\n")).collect::<String>()
            ),
        ),
    ]
}

#[test]
fn documents_that_were_built_to_hurt_end_in_time_and_in_words() {
    for (what, text) in built_to_hurt() {
        let document =
            import::read("bad.md", text.as_bytes()).unwrap_or_else(|it| panic!("{what}: {it:?}"));
        assert_eq!(document.totals.lines, text.lines().count(), "{what}");
        crate::assert_inert(&import::plan(&[document], Language::Ja), what);
    }
}

/// A list of so many lines below a heading.
fn listed(heading: &str, count: usize, line: &str) -> String {
    let lines = (1..=count).map(|it| line.replace("{}", &it.to_string()));
    format!("# 障害対応\n\n{SCALE}\n## {heading}\n\n{}", lines.collect::<String>())
}

/// So many report forms.
fn forms(count: usize) -> String {
    let form =
        |it| format!("```markdown\n# 報告書 {it}\n\n- 発生日時:\n- 担当者:\n- 検知者:\n```\n\n");
    format!(
        "# 障害対応\n\n{SCALE}\n## 報告書の様式\n\n{}",
        (1..=count).map(form).collect::<String>()
    )
}

#[test]
fn what_a_plan_has_no_room_for_is_told_with_its_number() {
    let room = "計画には入りきりません";
    let cases = [
        ("people", listed("連絡先", 350, "- 担当{}: a{}@example.com\n"), "ほかに 50 件"),
        (
            "contacts",
            listed("外部連絡先", 250, "- 委託先{}サポート: +81-3-0000-{}\n"),
            "ほかに 50 件",
        ),
        (
            "levels",
            listed("エスカレーション", 60, "- {}分で未解決の場合は部長に連絡\n"),
            "ほかに 20 件",
        ),
        ("forms", forms(25), "報告書の様式が多すぎるため、5 件を書き出していません"),
        ("tasks", listed("日次タスク", 120, "- ログ{}を見る\n"), "文書にはほかにもあります"),
    ];
    for (what, text, told) in cases {
        let document = import::read("ops.md", text.as_bytes()).unwrap();
        let files = import::plan(&[document], Language::Ja);
        let written: String = files.values().cloned().collect();
        assert!(written.contains(told), "{what}: {}", files["matoi.yaml"]);
        assert!(matches!(what, "tasks" | "forms") || files["matoi.yaml"].contains(room), "{what}");
        crate::assert_inert(&files, what);
    }
}

#[test]
fn a_slip_of_an_editor_is_asked_about() {
    let mut bytes = "# 障害対応\n\n## 重要度\n\n- P0: 全サービス停止のとき（15分以内に対応開始）\n- P1: 一部の機能だけが止まったとき\n".repeat(3).into_bytes();
    bytes.extend(b"\xff\n");
    let document = import::read("slip.md", &bytes).unwrap();
    assert!(
        document.questions.iter().any(|it| it.text.contains("UTF-8")),
        "{:#?}",
        document.questions
    );
}
