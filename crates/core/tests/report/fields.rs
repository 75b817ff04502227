//! Every field that the forms of real teams ask for is in one of ours, in both languages, filled in or left as a blank.

use matoi_core::language::Language::{self, En, Ja};
use matoi_core::report::{BLANK_EN, BLANK_JA, incident, review};

use crate::story::{Story, at};

/// The report that goes round while an incident is open.
const INCIDENT: [(&str, &str); 17] = [
    ("発生時刻", "Began"),
    ("検知時刻", "Detected"),
    ("対応完了時刻", "Resolved"),
    ("検出者・検出元", "Detected by"),
    ("重要度", "Severity"),
    ("影響範囲", "Scope"),
    ("影響サービス", "Service"),
    ("現象", "What is seen"),
    ("エラーメッセージ", "Error message"),
    ("再現方法", "How to reproduce"),
    ("システム状態", "State of the system"),
    ("データ影響", "Effect on data"),
    ("復旧予想時間", "Expected recovery"),
    ("診断結果", "Diagnosis"),
    ("ログファイル", "Log files"),
    ("スクリーンショット", "Screenshots"),
    ("担当", "Responsible"),
];

/// The report that is filed afterwards.
const REVIEW: [(&str, &str); 30] = [
    ("インシデントID", "Incident"),
    ("発生時刻", "Began"),
    ("検知時刻", "Detected"),
    ("解決時刻", "Resolved"),
    ("影響時間", "Duration"),
    ("重要度", "Severity"),
    ("影響範囲", "Scope"),
    ("影響サービス", "Service"),
    ("対応者", "Responders"),
    ("直接原因", "Direct cause"),
    ("根本原因", "Root cause"),
    ("発生経緯", "How it came about"),
    ("初期対応", "First response"),
    ("本格対応", "Main response"),
    ("復旧手順", "How it was recovered"),
    ("発生から検知まで", "Beginning to detection"),
    ("検知から確認まで（MTTA）", "Detection to acknowledgement (MTTA)"),
    ("検知から初動まで", "Detection to first response"),
    ("検知から解決まで（MTTR）", "Detection to resolution (MTTR)"),
    ("システム停止時間", "Downtime"),
    ("影響ユーザー数", "Users affected"),
    ("データ影響", "Effect on data"),
    ("ビジネス影響", "Effect on the business"),
    ("良かった点", "What went well"),
    ("改善すべき点", "What to do better"),
    ("手順書の更新", "Runbooks to change"),
    ("ログファイル", "Log files"),
    ("診断結果", "Diagnosis"),
    ("復旧スクリプト", "Recovery scripts"),
    ("スクリーンショット", "Screenshots"),
];

/// Headings below which a form has more than one line.
const SECTIONS: [(&str, &str); 12] = [
    ("要因分析", "Contributing factors"),
    ("対応タイムライン", "Timeline"),
    ("目標との比較", "Against the targets"),
    ("連絡の記録", "Contacts"),
    ("実行した手順", "Runs"),
    ("影響評価", "Impact"),
    ("即座に実施", "At once"),
    ("1週間以内に実施", "Within a week"),
    ("1ヶ月以内に実施", "Within a month"),
    ("監視の強化", "Better monitoring"),
    ("学習・改善点", "Lessons"),
    ("添付資料", "Attachments"),
];

fn fields(text: &str, language: Language, wanted: &[(&str, &str)]) {
    for (ja, en) in wanted {
        let field = format!("\n- **{}**: ", language.pick(ja, en));
        let value = text.split_once(&field).map(|(_, rest)| rest.lines().next().unwrap());
        assert!(value.is_some_and(|it| !it.trim().is_empty()), "{field} in\n{text}");
    }
}

#[test]
fn every_field_is_there_and_none_is_empty() {
    let beginning = Story::of(Story::until(at("03:12:10")).events);
    for (story, state) in
        [(Story::whole(), "resolved"), (Story::until(at("03:34:00")), "open"), (beginning, "new")]
    {
        for language in [Ja, En] {
            let (report, review) =
                (incident(&story.material(), language), review(&story.material(), language));
            fields(&report, language, &INCIDENT);
            fields(&review, language, &REVIEW);
            for (ja, en) in SECTIONS {
                let heading = format!("# {}", language.pick(ja, en));
                assert!(review.contains(&heading), "{heading} of what is {state}");
            }
            let blank = language.pick(BLANK_JA, BLANK_EN);
            assert!(report.contains(blank) && review.contains(blank));
        }
    }
}

#[test]
fn who_did_what_when_with_which_result_is_a_row_of_four() {
    let story = Story::whole();
    let ja = review(&story.material(), Ja);
    let row = ja.lines().find(|it| it.contains("確認（対応を引き受け）")).unwrap();
    let cells: Vec<&str> = row.split('|').map(str::trim).collect();
    assert_eq!(
        cells,
        ["", "2026-01-05 03:29:30", "鈴木 一郎", "確認（対応を引き受け）", "email 経由", ""]
    );
}
