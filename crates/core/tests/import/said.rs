//! What the documents say, as facts.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use matoi_core::import::{self, Document, StepKind, TargetKind};
use matoi_core::language::Language;
use matoi_core::plan::{Clock, load};
use matoi_core::runbook::parse::parse;

use crate::{DOCUMENTS, document, small};

/// A document as a table that a person can check against it.
fn told(document: &Document) -> String {
    let mut text = String::new();
    for it in &document.severities {
        let targets: Vec<String> = it
            .targets
            .iter()
            .map(|(clock, it)| format!("{clock:?} {:?} {:?} {:?}", it.kind, it.seconds, it.days))
            .collect();
        let _ = writeln!(
            text,
            "severity {} {} {:?} {:?} {targets:?}",
            it.rank, it.label, it.name, it.criteria
        );
    }
    for it in &document.scopes {
        let _ = writeln!(text, "scope {}: {}", it.label, it.text);
    }
    for it in &document.contacts {
        let ways: Vec<String> =
            it.endpoints.iter().map(|it| format!("{} {}", it.kind, it.address)).collect();
        let _ = writeln!(
            text,
            "contact {} {:?} {ways:?} {:?} placeholder={} outside={}",
            it.role, it.name, it.hours, it.placeholder, it.outside
        );
    }
    for it in &document.escalations {
        let _ = writeln!(
            text,
            "escalation {:?} {:?} {:?} {:?} -> {:?} of {:?}",
            it.severity,
            it.after_seconds,
            it.after_business_days,
            it.condition,
            it.to,
            it.procedure
        );
    }
    for it in &document.routes {
        let _ =
            writeln!(text, "route {} {:?} {:?} {:?}", it.how, it.severities, it.every, it.channel);
    }
    for it in &document.thresholds {
        let _ = writeln!(
            text,
            "threshold {:?} {} {:?} {} {} {:?} {:?} {:?}",
            it.alert, it.metric, it.statistic, it.op, it.value, it.unit, it.for_seconds, it.tier
        );
    }
    text.push_str(&procedures(document));
    text.push_str(&others(document));
    text
}

fn procedures(document: &Document) -> String {
    let mut text = String::new();
    for it in &document.procedures {
        let _ = writeln!(
            text,
            "procedure {} {:?} {:?} {:?}",
            it.title, it.symptom, it.severity, it.params
        );
        for step in &it.steps {
            let _ = writeln!(text, "  {:?} {:?} {:?}", step.kind, step.title, step.text);
            for (name, value) in
                [("phase", &step.phase), ("expect", &step.expect), ("undo", &step.undo)]
            {
                if let Some(value) = value {
                    let _ = writeln!(text, "    {name}: {value}");
                }
            }
            if let Some(seconds) = step.seconds {
                let _ = writeln!(text, "    seconds: {seconds}");
            }
        }
    }
    text
}

fn others(document: &Document) -> String {
    let mut text = String::new();
    for (kind, routines) in [("chore", &document.schedules), ("drill", &document.drills)] {
        for it in routines {
            let _ = writeln!(text, "{kind} {} {}", it.rhythm, it.task);
        }
    }
    for it in &document.retention {
        let _ = writeln!(text, "retention {} {} {:?}", it.what, it.text, it.days);
    }
    for it in &document.templates {
        let _ = writeln!(text, "template {} {:?}", it.title, it.fields);
    }
    for it in &document.rules {
        let _ = writeln!(text, "rule {} / {}", it.label, it.text);
    }
    for it in &document.links {
        let _ = writeln!(text, "link {} -> {}", it.text, it.target);
    }
    for (kind, notes) in [
        ("question", &document.questions),
        ("contradiction", &document.contradictions),
        ("danger", &document.dangers),
    ] {
        for it in notes {
            let _ = writeln!(text, "{kind} {} {}", import::lines(&it.lines), it.text);
        }
    }
    text
}

#[test]
fn what_each_document_says() {
    for (name, _) in DOCUMENTS {
        insta::assert_snapshot!(name.replace('.', "-"), told(&document(name)));
    }
}

#[test]
fn ascending_levels_are_told_from_descending_ones_by_their_times() {
    let levels = |first: &str, last: &str| {
        small(&format!(
            "## 障害レベル\n\n### レベル1\n- **対応時間**: {first}\n\n### レベル2\n- **対応時間**: {last}\n"
        ))
    };
    let worst = |it: Document| it.severities[0].label.clone();
    assert_eq!(worst(levels("5分以内", "2時間以内")), "レベル1");
    assert_eq!(worst(levels("2時間以内", "5分以内")), "レベル2");
}

#[test]
fn a_direction_that_nothing_tells_is_asked() {
    let document = small("## 障害レベル\n\n### レベル1\n- あれ\n\n### レベル2\n- これ\n");
    assert_eq!(document.severities.len(), 2);
    let asked = document.questions.iter().any(|it| it.text.contains("どちらが重い"));
    assert!(asked, "{:#?}", document.questions);
}

#[test]
fn a_missing_time_is_a_question_and_no_target() {
    let document = small("## 重要度\n\n- **P0**: 全停止\n- **P1**: 一部停止\n");
    assert!(document.severities.iter().all(|it| it.targets.is_empty()));
    assert_eq!(document.questions.iter().filter(|it| it.text.contains("いつまで")).count(), 2);
}

#[test]
fn the_same_words_are_a_promise_beside_a_level_and_hours_beside_a_contact() {
    let document = small(
        "## 重要度\n\n| 重要度 | 対応時間 |\n|---|---|\n| P1 | 15分以内 |\n| P2 | 8時間以内 |\n\n\
         ## 連絡先\n\n| 役割 | 連絡先 | 対応時間 |\n|---|---|---|\n| 当番 | a@example.com | 平日9-18時 |\n",
    );
    assert_eq!(document.severities[0].targets[&Clock::Respond].seconds, Some(900));
    assert_eq!(document.contacts[0].hours.as_deref(), Some("平日9-18時"));
    let hole = document.contradictions.iter().find(|it| it.text.contains("平日9-18時"));
    assert!(
        hole.is_some_and(|it| it.lines.contains(&7) && it.lines.contains(&14)),
        "{:#?}",
        document.contradictions
    );
}

#[test]
fn full_width_digits_and_signs_mean_the_same() {
    let document = small(
        "## 重要度\n\n- **Ｐ１**：停止（１５分以内に対応開始）\n- **Ｐ２**：一部（１営業日以内に対応開始）\n\n## 監視項目\n\n- ディスク使用率＞８５％（１０分間継続）\n",
    );
    let targets: Vec<_> = document
        .severities
        .iter()
        .map(|it| it.targets.get(&Clock::Respond).map(|it| (it.kind, it.seconds, it.days)))
        .collect();
    assert_eq!(
        targets,
        [
            Some((TargetKind::Duration, Some(900), None)),
            Some((TargetKind::BusinessDays, None, Some(1)))
        ]
    );
    let threshold = &document.thresholds[0];
    assert_eq!(
        (threshold.op.as_str(), threshold.value, threshold.unit.as_str(), threshold.for_seconds),
        (">", 85.0, "%", Some(600))
    );
}

#[test]
fn a_form_is_never_plan() {
    let document = document("shop.md");
    assert!(document.contacts.iter().all(|it| it.role != "誰"), "{:#?}", document.contacts);
    assert_eq!(document.severities.len(), 3);
}

#[test]
fn a_secret_is_hidden_everywhere_and_told_by_its_line() {
    let document = document("gateway.md");
    let json = serde_json::to_string(&document).unwrap();
    assert!(!json.contains("hunter2secret"));
    let files = import::plan(&[document], matoi_core::language::Language::En);
    assert!(files.values().all(|it| !it.contains("hunter2secret")));
    let hook = small(
        "## 連絡\n\n- Slack: https://hooks.slack.com/services/T000/B000/abcdefgh\n- パスワード: s3cr3tpass\n\n## 重要度\n\n- P0: 停止\n- P1: 一部\n",
    );
    let json = serde_json::to_string(&hook).unwrap();
    assert!(!json.contains("abcdefgh") && !json.contains("s3cr3tpass"), "{json}");
    assert_eq!(
        hook.dangers.iter().map(|it| it.lines.len()).sum::<usize>(),
        2,
        "{:#?}",
        hook.dangers
    );
}

#[test]
fn parts_that_share_what_was_computed_are_one_step_and_a_question() {
    let document = small(
        "## 退避の手順\n\n```bash\n# 1. 名前\nNAME=$(date +%s)\nmkdir -p \"$NAME\"\n# 2. 写し\ncp a.db \"$NAME/\"\n```\n",
    );
    let steps = &document.procedures[0].steps;
    assert_eq!(steps.len(), 1, "{steps:#?}");
    assert!(
        document.questions.iter().any(|it| it.text.contains("$NAME")),
        "{:#?}",
        document.questions
    );
    let document = small(
        "## 退避の手順\n\n```bash\n# 1. 名前\nDIR=/backup\nmkdir -p \"$DIR\"\n# 2. 写し\ncp a.db \"$DIR/\"\n```\n",
    );
    let steps = &document.procedures[0].steps;
    assert_eq!(steps.len(), 2, "{steps:#?}");
    assert!(steps[1].text.starts_with("DIR=/backup\n"), "{}", steps[1].text);
}

#[test]
fn what_a_script_only_prints_is_done_by_a_person() {
    let document = small(
        "## 復旧手順\n\n```bash\necho \"1. 管理画面を開く\"\necho \"2. 再開を押す\"\n```\n\n```bash\nls\n```\n",
    );
    let kinds: Vec<_> =
        document.procedures[0].steps.iter().map(|it| (it.kind, it.text.as_str())).collect();
    assert_eq!(
        kinds,
        [
            (StepKind::Manual, "管理画面を開く"),
            (StepKind::Manual, "再開を押す"),
            (StepKind::Command, "ls")
        ]
    );
}

#[test]
fn documents_that_disagree_are_told() {
    let one = |times: &str| {
        import::read(
            "a.md",
            format!("# 障害対応\n\n## 重要度\n\n| 重要度 | 初動対応 |\n|---|---|\n{times}")
                .as_bytes(),
        )
        .unwrap()
    };
    let mut documents = [
        one("| P0 | 15分以内 |\n| P1 | 1時間以内 |\n"),
        one("| P0 | 30分以内 |\n| P1 | 1時間以内 |\n"),
    ];
    documents[1].document = "b.md".to_owned();
    import::compare(&mut documents);
    let told: Vec<_> = documents[0].contradictions.iter().map(|it| it.text.clone()).collect();
    assert_eq!(told, ["P0の目標は「15分以内」ですが、b.mdでは「30分以内」です"]);
}

#[test]
fn a_word_that_is_the_worst_in_one_document_only_is_told() {
    let one = |scale: &str| {
        small(&format!(
            "# 障害対応\n\n## 重要度\n\n| レベル | 定義 | 対応時間 |\n|---|---|---|\n{scale}"
        ))
    };
    let mut documents = [
        one("| P1 (重要) | 全面停止 | 5分以内 |\n| P2 (高) | 一部停止 | 1時間以内 |\n"),
        one(
            "| P1 (重大な問題) | 全面停止 | 5分以内 |\n| P2 (重要な問題) | 一部停止 | 1時間以内 |\n\
             | P3 (高) | 遅い | 4時間以内 |\n",
        ),
    ];
    documents[1].document = "b.md".to_owned();
    import::compare(&mut documents);
    let told: Vec<_> = documents[0].contradictions.iter().map(|it| it.text.clone()).collect();
    let expected = "「重要」はb.mdのP2と同じ言葉ですが、最も重いかどうかが違います";
    assert!(told.iter().any(|it| it == expected), "{told:?}");
    assert!(told.iter().all(|it| !it.contains("「高」")), "{told:?}");
}

#[test]
fn an_alert_and_a_warning_of_one_figure_are_held_against_each_other() {
    let one = |rule: &str| {
        small(&format!(
            "# 障害対応\n\n## 重要度\n\n- P0: 全面停止（15分以内に対応開始）\n- P1: 一部停止\n\n## 監視\n\n{rule}"
        ))
    };
    let warns = one("- メモリ使用率 (>85% で警告)\n- CPU使用率 (>80% で警告)\n");
    let mut alerts = one(
        "### HighMemoryUsage\n\n- **閾値**: メモリ使用率 > 90%\n\n### HighCPUUsage\n\n- **閾値**: CPU使用率 > 80%\n",
    );
    alerts.document = "b.md".to_owned();
    let mut documents = [warns, alerts];
    import::compare(&mut documents);
    let told: Vec<_> = documents[0].contradictions.iter().map(|it| it.text.clone()).collect();
    assert_eq!(told.len(), 1, "{told:?} of {:?}", documents[1].thresholds);
    assert!(told[0].contains("メモリ使用率") && told[0].contains("90%"), "{told:?}");
}

#[test]
fn a_promise_for_a_part_of_the_day_is_kept_with_its_hours_or_asked_for_them() {
    let scale = |day: &str, night: &str| {
        format!(
            "# 障害対応\n\n## 重要度\n\n| 重要度 | 定義 | {day} | {night} |\n|---|---|---|---|\n\
             | P0 | 全面停止 | 15分以内 | 30分以内 |\n| P1 | 一部停止 | 1時間以内 | 翌営業日 |\n"
        )
    };
    let known = small(&scale("営業時間内（平日 9:00-18:00）", "営業時間外"));
    let plan = import::plan(std::slice::from_ref(&known), Language::Ja)["matoi.yaml"].clone();
    assert!(plan.contains("respond: 30m"), "the night is what always holds: {plan}");
    assert!(plan.contains("{ hours: \"平日 9:00-18:00\", respond: 15m }"), "{plan}");
    assert!(known.questions.iter().all(|it| !it.text.contains("何曜日")), "{:?}", known.questions);

    let unknown = small(&scale("営業時間内", "夜間・休日"));
    let plan = import::plan(std::slice::from_ref(&unknown), Language::Ja)["matoi.yaml"].clone();
    assert!(plan.contains("respond: 15m"), "{plan}");
    assert!(plan.contains("# respond 夜間・休日: 30分以内"), "{plan}");
    let asked = unknown.questions.iter().filter(|it| it.text.contains("何曜日")).count();
    assert_eq!(asked, 1, "{:?}", unknown.questions);
}

#[test]
fn a_contact_is_read_from_lines_below_its_heading_or_its_item() {
    let text = "# 障害対応\n\n## 重要度\n\n- P0: 全面停止（15分以内に対応開始）\n- P1: 一部停止\n\n\
        ## 連絡体制\n\n### 一次対応者\n\n- 氏名: 山田 太郎\n- **電話**: 090-1111-2222\n- メール: yamada@example.jp\n\
        - 対応時間: 平日 9:00-18:00\n\n### 管理者\n\n担当者: 佐藤\n連絡先: [未定]\n\n### 心得\n\n- 役割: 判断する\n\n\
        ## Contacts\n\n- Database team\n  - Name: Dana\n  - Slack: #db-oncall\n  - Hours: 24/7\n- Secondary: bob@example.com\n";
    let document = small(text);
    let told: Vec<String> = document
        .contacts
        .iter()
        .map(|it| {
            let ways: Vec<&str> = it.endpoints.iter().map(|it| it.address.as_str()).collect();
            format!("{} {:?} {ways:?} {:?} {}", it.role, it.name, it.hours, it.placeholder)
        })
        .collect();
    assert_eq!(
        told,
        [
            "一次対応者 Some(\"山田 太郎\") [\"090-1111-2222\", \"yamada@example.jp\"] Some(\"平日 9:00-18:00\") false",
            "管理者 Some(\"佐藤\") [\"[未定]\"] None true",
            "Database team Some(\"Dana\") [\"#db-oncall\"] Some(\"24/7\") false",
            "Secondary None [\"bob@example.com\"] None false",
        ]
    );
}

#[test]
fn tasks_of_a_rhythm_become_a_list_and_a_chore_that_nobody_has_begun() {
    let text = "# 障害対応\n\n## 重要度\n\n- P0: 全面停止（15分以内に対応開始）\n- P1: 一部停止\n\n\
        ## 定期メンテナンス\n\n### 日次タスク\n\n- [ ] ログの確認\n- [ ] バックアップの確認\n";
    let files = import::plan(&[small(text)], Language::Ja);
    let list = &files["runbooks/日次の作業.md"];
    assert!(list.contains("- [ ] ログの確認\n- [ ] バックアップの確認"), "{list}");
    let plan = &files["matoi.yaml"];
    assert!(plan.contains("#   日次の作業: { every: \"日次\", runbook: 日次の作業 }"), "{plan}");
    // With the `# ` taken off, it is a chore.
    let on = plan.replace("# chores:", "chores:").replace("#   日次", "  日次");
    let bytes = |it: &String| it.clone().into_bytes();
    let mut files: BTreeMap<String, Vec<u8>> =
        files.iter().map(|(path, it)| (path.clone(), bytes(it))).collect();
    files.insert("matoi.yaml".to_owned(), on.into_bytes());
    let loaded = load(&files, parse);
    let plan = loaded.plan.unwrap_or_else(|| panic!("{:#?}", loaded.problems));
    assert_eq!(plan.chores["日次の作業"].runbook, "日次の作業");
}
