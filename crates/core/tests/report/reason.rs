//! Reasons that Matoi itself wrote do not change the language of a report in the middle of a sentence.

use jiff::SignedDuration;
use matoi_core::incident::event::{Event, Fact};
use matoi_core::language::Language::{En, Ja};
use matoi_core::report::{Entry, Names, timeline_line};
use matoi_core::run;
use matoi_core::run::event::{Hold, Output};
use matoi_core::run::outcome::{Ended, classify};
use matoi_core::runbook::{Expect, Kind};

use crate::story::{Story, at, run_id};

/// The result that the timeline shows for a fact of a run, in both languages.
fn shown(fact: run::event::Fact) -> (String, String) {
    let story = Story::whole();
    let names = Names::new(&story.plan, &story.events, &story.runs);
    let event = run::event::Event { at: at("03:13:00"), fact };
    let id = run_id();
    let say = |language| timeline_line(Entry::Run(&id, &event), &names, language).result;
    (say(Ja), say(En))
}

#[test]
fn how_a_step_ended_is_said_in_the_language_of_the_report() {
    let expect = Some(Expect::Text("ok".to_owned()));
    let cases = [
        (Ended::Exited { code: 7 }, "", "失敗: 終了コード 7", "failed: exit status 7"),
        (
            Ended::Exited { code: 0 },
            "malformed",
            "失敗: 応答は \"malformed\"、期待値は \"ok\"",
            "failed: the answer was \"malformed\", expected \"ok\"",
        ),
        (
            Ended::Killed { signal: 9 },
            "",
            "実行結果を確認できず: シグナル 9 により終了",
            "outcome unclear: killed by signal 9",
        ),
        (
            Ended::TimedOut { after: SignedDuration::from_secs(150) },
            "",
            "実行結果を確認できず: 2分30秒で時間切れ",
            "outcome unclear: timed out after 2m 30s",
        ),
        (Ended::Cancelled, "", "実行結果を確認できず: 取り消し", "outcome unclear: cancelled"),
        (
            Ended::Lost { reason: "the machine restarted while it ran".to_owned() },
            "",
            "実行結果を確認できず: 実行中にマシンが再起動",
            "outcome unclear: the machine restarted while it ran",
        ),
        (
            Ended::Lost {
                reason:
                    "the process that watched it is gone, and its command still runs as process 42"
                        .to_owned(),
            },
            "",
            "実行結果を確認できず: 監視プロセスが消失し、コマンドはプロセス 42 として実行中",
            "outcome unclear: the process that watched it is gone, and its command still runs as \
             process 42",
        ),
        (
            Ended::NotStarted { reason: "bash: No such file".to_owned() },
            "",
            "開始されず（変更なし）: bash: No such file",
            "did not begin, nothing was changed: bash: No such file",
        ),
    ];
    for (ended, answer, ja, en) in cases {
        let outcome = classify(Kind::Recover, &ended, expect.as_ref(), answer);
        let (step, output) = ("repair".to_owned(), Output::default());
        let told = shown(run::event::Fact::StepEnded { step, attempt: 1, outcome, output });
        assert!(told.0.starts_with(ja), "{ended:?}: {}", told.0);
        assert!(told.1.starts_with(en), "{ended:?}: {}", told.1);
    }
}

#[test]
fn what_people_and_the_world_say_is_repeated() {
    let reason = "service desk asked, exit status unknown".to_owned();
    let held = shown(run::event::Fact::Held {
        step: "repair".to_owned(),
        reason: Hold::Failed { reason: reason.clone() },
    });
    assert!(held.0.contains(&reason) && held.1.contains(&reason), "{held:?}");
}

#[test]
fn what_holds_a_run_and_what_began_it_is_said_in_the_language_of_the_report() {
    let story = Story::whole();
    let names = Names::new(&story.plan, &story.events, &story.runs);
    let say = |fact| {
        let event = Event { at: at("03:13:00"), fact };
        timeline_line(Entry::Incident(&event), &names, Ja).result
    };
    let held = |reason: &str| {
        let (run, step) = (run_id(), "repair".to_owned());
        say(Fact::RunHeld { run, step, reason: reason.to_owned() })
    };
    assert_eq!(held("failed: exit status 1"), "失敗: 終了コード 1");
    assert_eq!(held("waits for a person to start it"), "担当者の開始操作待ち");
    assert_eq!(held("2 things for people to do"), "担当者の作業 2件");
    assert_eq!(
        held("2 of sato, suzuki must approve: history.db を修復する"),
        "佐藤 美咲、鈴木 一郎 のうち2名の承認が必要: history.db を修復する"
    );
    let requested = |reason: &str| {
        say(Fact::RunRequested { runbook: "db-repair".to_owned(), reason: reason.to_owned() })
    };
    assert_eq!(requested("alert bot-db"), "アラート bot-db");
    assert_eq!(requested("severity レベル1"), "重要度 レベル1");
}
