//! What holds for every report: its bounds, its blanks, its admissions.

use matoi_core::effect::RunEnd;
use matoi_core::incident::event::{Event, Fact, Ground};
use matoi_core::language::Language::{self, En, Ja};
use matoi_core::report::{
    BLANK_EN, BLANK_JA, Names, TIMELINE_ROWS_MAX, incident, review, timeline, timeline_line,
};
use matoi_core::run;

use crate::hostile::tables;
use crate::story::{Story, at, event, opened};

fn noted(text: &str) -> Fact {
    Fact::Noted { by: "sato".to_owned(), text: text.to_owned() }
}

fn resolved(time: &str, reason: &str) -> Event {
    let ground = Ground::Reason { text: reason.to_owned() };
    event(time, Fact::Resolved { by: "sato".to_owned(), ground })
}

fn reopened(time: &str) -> Event {
    let reason = "症状が再発した".to_owned();
    event(time, Fact::Reopened { by: "suzuki".to_owned(), reason })
}

/// Looks for a passage in a form, and says which.
fn check(why: &str, form: &str, passage: &str) {
    assert!(form.contains(passage), "{why}: no {passage:?} in\n{form}");
}

#[test]
fn the_report_says_what_a_timeline_line_says() {
    let story = Story::whole();
    let names = Names::new(&story.plan, &story.events, &story.runs);
    for language in [Ja, En] {
        let review = review(&story.material(), language);
        let rows = tables(&review).remove(0);
        let entries = timeline(&story.material());
        assert_eq!(rows.len(), entries.len() + 1);
        for (row, entry) in rows.iter().skip(1).zip(entries) {
            let line = timeline_line(entry, &names, language);
            assert_eq!(row[1], line.actor);
            assert_eq!(row[2], line.action);
            if line.result.is_empty() {
                assert_eq!(row[3], "—");
            } else if !line.result.contains('\n') {
                assert_eq!(row[3], line.result);
            }
        }
    }
}

#[test]
fn a_timeline_that_is_too_long_keeps_its_beginning_and_its_end() {
    let mut events = vec![event("03:12:10", opened("レベル1"))];
    let count = TIMELINE_ROWS_MAX + 500;
    events.extend((0..count).map(|number| event("03:13:00", noted(&format!("note {number}")))));
    events.push(resolved("05:00:00", "the last entry"));
    let story = Story::of(events);
    let form = review(&story.material(), En);
    let tables = tables(&form);
    assert_eq!(tables[0].len() + tables[1].len() - 2, TIMELINE_ROWS_MAX);
    check("the beginning", &form, "Opened the incident");
    check("what is missing", &form, "502 entries are left out here (limit 2000).");
    check("the end", &form, "the last entry");
}

#[test]
fn a_report_of_nothing_admits_that_nothing_is_known() {
    let story = Story::of(Vec::new());
    let form = incident(&story.material(), Ja);
    check("the id", &form, "# インシデント報告: 不明");
    check("the beginning", &form, "- **発生時刻**: 不明");
    check("the severity", &form, "- **重要度**: 不明");
    check("nobody", &form, "- **担当**: 未定（確認者なし）");
    let form = review(&story.material(), En);
    check("the times", &form, "- **Detection to resolution (MTTR)**: unknown");
    check("the timeline", &form, "Nothing is recorded.");
    check("the pages", &form, "No pages and no announcements.");
    check("the horizon", &form, "### Within a week (counted from the resolution)");
}

#[test]
fn after_a_reopening_the_last_resolution_counts_and_the_form_says_so() {
    let mut events = vec![
        event("03:12:10", opened("レベル1")),
        resolved("03:40:00", "再起動で回復"),
        reopened("04:00:00"),
    ];
    let open = Story::of(events.clone());
    let form = incident(&open.material(), Ja);
    check("it is open again", &form, "- **対応完了時刻**: 未解決（再オープン後、対応中）");
    check(
        "no downtime is claimed",
        &review(&open.material(), Ja),
        "- **システム停止時間**: ［要記入］\n",
    );

    events.push(resolved("05:12:10", "設定を修正"));
    let form = review(&Story::of(events).material(), Ja);
    check(
        "the last one counts",
        &form,
        "- **解決時刻**: 2026-01-05 05:12:10（最終の解決時刻。これ以前に1回解決）",
    );
    check("the first one is told", &form, "2026-01-05 03:40:00 に一度解決（佐藤 美咲、");
    check("so is its reason", &form, "再起動で回復");
    check("the duration is to the last", &form, "検知から解決まで（MTTR）**: 2時間");
}

#[test]
fn a_step_whose_end_nobody_stored_is_never_called_done() {
    let mut story = Story::until(at("03:38:30"));
    let form = incident(&story.material(), Ja);
    check("it runs", &form, "- [ ] 復旧 › restore — ⏳ 実行中 — 2026-01-05 03:38:01\n");
    check(
        "a failure stays visible below the decision",
        &form,
        "- [ ] 復旧 › repair — ❌ 失敗: exit 1 → 省略（伊藤 健の判断）: 修復は断念し、バックアップから戻す",
    );

    let end = run::event::Fact::Ended { end: RunEnd::Aborted };
    story.runs[0].1.push(run::event::Event { at: at("03:38:20"), fact: end });
    let form = incident(&story.material(), Ja);
    check(
        "nobody can tell",
        &form,
        "- [ ] 復旧 › restore — ❓ 実行結果を確認できず（終了の記録なし）",
    );
    check("what was not begun is not done", &form, "- [ ] 検証 › tune — ⬜ 未実施\n");
}

#[test]
fn an_unclear_step_is_printed_as_unclear() {
    let story = Story::until(at("03:43:01"));
    let row = "実行結果を確認できず: the server was restarted while it ran";
    check("in the incident report", &incident(&story.material(), Ja), &format!("❓ {row}"));
    check("in the review", &review(&story.material(), Ja), &format!("❓ {row}"));
    check(
        "as something to find out",
        &incident(&story.material(), Ja),
        "RUN-20260105-001 の手順「restore」が反映されたかを確認",
    );
}

#[test]
fn an_owed_page_is_not_called_delivered() {
    let story = Story::until(at("03:12:13"));
    let form = review(&story.material(), Ja);
    check(
        "it is owed",
        &form,
        "未達: HTTP 503 Service Unavailable（再試行中、次回 2026-01-05 03:12:17）",
    );
    let form = incident(&story.material(), Ja);
    check("it is watched", &form, "佐藤 美咲（slack）への連絡の到達を確認: 未達");
}

#[test]
fn blanks_are_found_by_their_constant_and_outside_text_adds_none() {
    let blanks = |text: &str, language: Language| {
        let story =
            Story::of(vec![event("03:12:10", opened("レベル1")), event("03:13:00", noted(text))]);
        let form = review(&story.material(), language);
        form.matches(language.pick(BLANK_JA, BLANK_EN)).count()
    };
    for language in [Ja, En] {
        let expected = blanks("plain", language);
        assert!(expected > 15);
        assert_eq!(blanks("［要記入］ [to fill in]", language), expected);
    }
}

#[test]
fn a_secret_in_the_address_of_a_page_stays_out_of_the_report() {
    let story = Story::whole();
    for language in [Ja, En] {
        let forms = incident(&story.material(), language) + &review(&story.material(), language);
        check("the place is told", &forms, r"https\://hooks.example/…");
        assert!(!forms.contains("secret") && !forms.contains("key:pw"));
    }
}

#[test]
fn cause_stands_before_effect_at_one_moment() {
    let mut story = Story::whole();
    for event in &mut story.events {
        event.at = at("03:12:10");
    }
    for event in &mut story.runs[0].1 {
        event.at = at("03:12:10");
    }
    let form = review(&story.material(), En);
    let place = |text: &str| form.find(text).unwrap();
    assert!(place("Opened the incident") < place("Started a run of the runbook"));
    assert!(place("The run ended") < place("Run RUN-20260105-001 ended"));
    assert!(place("Run RUN-20260105-001 ended") < place("Resolved the incident"));
}

#[test]
fn several_runs_are_told_apart() {
    let mut story = Story::whole();
    story
        .runs
        .push((matoi_core::id::RunId("RUN-20260105-002".to_owned()), story.runs[0].1.clone()));
    let form = review(&story.material(), En);
    check("the first", &form, "RUN-20260105-001 Started step stop");
    check("the second", &form, "RUN-20260105-002 Started step stop");
}
