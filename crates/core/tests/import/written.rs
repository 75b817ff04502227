//! The plan that is written.

use matoi_core::import;
use matoi_core::language::Language;

use crate::{DOCUMENTS, assert_inert, document, loaded};

#[test]
fn whatever_is_imported_loads_and_nothing_of_it_begins_by_itself() {
    for language in [Language::Ja, Language::En] {
        for (name, _) in DOCUMENTS {
            assert_inert(&import::plan(&[document(name)], language), name);
        }
        let all: Vec<_> = DOCUMENTS.iter().map(|it| document(it.0)).collect();
        assert_inert(&import::plan(&all, language), "all together");
    }
}

#[test]
fn a_plan_from_a_document() {
    let files = import::plan(&[document("shop.md")], Language::Ja);
    let mut text = String::new();
    for (path, content) in &files {
        if path != "IMPORT.md" {
            text.push_str(&format!("==== {path}\n{content}\n"));
        }
    }
    insta::assert_snapshot!(text);
}

#[test]
fn the_account_as_people_read_it() {
    let files = import::plan(&[document("gateway.md")], Language::En);
    let account = &files["IMPORT.md"];
    // The hashes at the end are for the next import.
    let shown: Vec<&str> = account.lines().filter(|it| !it.starts_with("<!--")).collect();
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn severities_keep_their_order_and_their_promises() {
    let plan = loaded(&import::plan(&[document("shop.md")], Language::Ja)).plan.unwrap();
    let labels: Vec<_> = plan.severities.iter().map(|it| it.label.as_str()).collect();
    assert_eq!(labels, ["SEV1", "SEV2", "SEV3"]);
    assert_eq!(plan.severities[0].targets.len(), 2);
    assert_eq!(plan.severities[0].escalation.as_deref(), Some("SEV1"));
    assert!(!plan.is_armed(), "nobody has a way yet");
}

const REPORT: &str = "# 障害対応

## 重要度
- P0: 全サービスが止まった（15分以内に対応開始）
- P1: 一部が止まった

## 報告書の様式

```markdown
# 障害報告 {{ と {% の書き方

- **件名**:
- 発生日時：YYYY-MM-DD HH:MM
- **重要度**: P0/P1
- **発生期間**: [開始] - [終了]
- **発生経緯**:
- **状態**: 停止中/一部/正常
- 顧客への影響: [人数]
- **連絡先**: 03-0000-0000
[自由に]
中括弧{[値]

| 時刻 | 担当 | 対応 | 費用 |
| --- | --- | --- | --- |
| HH:MM | [名前] | [対応] | [円] |
| HH:MM | [名前] | [対応] | [円] |

- [ ] 顧客に知らせた
- [ ] [ほかに]
```

```markdown
# 障害のお知らせ
ただいま障害が発生しています。
```
";

#[test]
fn a_report_of_the_document_becomes_a_form_of_the_house() {
    let document = import::read("ops.md", REPORT.as_bytes()).unwrap();
    let files = import::plan(&[document], Language::Ja);
    assert_inert(&files, "a report");
    let forms: Vec<&String> = files.keys().filter(|it| it.starts_with("templates/")).collect();
    assert_eq!(forms, ["templates/障害報告-と-の書き方.md"], "a message to copy is no report");
    assert!(files["IMPORT.md"].contains(forms[0].as_str()), "{}", files["IMPORT.md"]);
    insta::assert_snapshot!(files[forms[0]]);
}

#[test]
fn no_import_takes_the_place_of_a_built_in_form() {
    let form = |title: &str| {
        format!("```markdown\n# {title}\n- **Title**:\n- **Severity**: P1/P2\n```\n\n")
    };
    let text = format!(
        "# Incident response\n\n## Severities\n- P0: everything is down (respond within 15 minutes)\n- P1: a part is down\n\n\
         ## Report template\n\n{}{}{}",
        form("Incident"),
        form("Review"),
        form("Incident")
    );
    let document = import::read("ops.md", text.as_bytes()).unwrap();
    let files = import::plan(&[document], Language::En);
    let forms: Vec<&String> = files.keys().filter(|it| it.starts_with("templates/")).collect();
    assert_eq!(
        forms,
        ["templates/incident-2.md", "templates/incident-3.md", "templates/review-2.md"]
    );
}
