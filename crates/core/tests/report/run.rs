//! The run of the night: stop, save, diagnose, ask, repair in vain, restore in doubt, verify.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use matoi_core::effect::{RunEnd, Starter};
use matoi_core::id::{IncidentId, PlanHash};
use matoi_core::run::event::{
    Answer, Budget, Event, Fact, Hold, Outcome, Output, Purpose, Settler, Skip, Verdict, Vote,
};

use crate::plan::HASH;
use crate::story::{at, run_id};

fn event(time: &str, fact: Fact) -> Event {
    Event { at: at(time), fact }
}

fn begin(step: &str, attempt: u32, by: Option<&str>) -> Fact {
    Fact::StepStarted { step: step.to_owned(), attempt, by: by.map(str::to_owned), settles: None }
}

fn end(step: &str, attempt: u32, outcome: Outcome, output: Output) -> Fact {
    Fact::StepEnded { step: step.to_owned(), attempt, outcome, output }
}

fn output(millis: i64, exit: i32, excerpt: &str) -> Output {
    Output {
        excerpt: excerpt.to_owned(),
        exit: Some(exit),
        took: Some(SignedDuration::from_millis(millis)),
        bytes: excerpt.len() as u64,
        ..Output::default()
    }
}

fn kept(mut output: Output, folder: &str) -> Output {
    output.folder = Some(format!("runs/RUN-20260105-001/{folder}"));
    output.hash =
        Some("ef2d127de37b942baad06145e54b0c619a1f22327b2ebbcfbec78f5564afe39d".to_owned());
    output
}

pub(crate) fn events() -> Vec<Event> {
    let mut events = careful_part();
    events.extend(gate());
    events.extend(recovery());
    events.extend(verification());
    events
}

fn careful_part() -> Vec<Event> {
    let started = Fact::Started {
        id: run_id(),
        incident: Some(IncidentId("INC-20260105-001".to_owned())),
        plan: PlanHash("9f86d081884c7d659a2feaa0c55ad015".to_owned()),
        runbook: "db-repair".to_owned(),
        title: "データベース破損からの復旧".to_owned(),
        runbook_hash: HASH.to_owned(),
        by: Starter::Plan { reason: "アラート bot-db の手順書".to_owned() },
        purpose: Purpose::Perform,
        lock: None,
        params: BTreeMap::from([("DB".to_owned(), "history.db".to_owned())]),
        labels: BTreeMap::new(),
    };
    let mut saved = kept(output(2_400, 0, "saved 1 file\n"), "save/1");
    saved.values.insert("label".to_owned(), "20260105_0312".to_owned());
    let diagnosis = "*** in database main ***\nPage 412: btreeInitPage() returns error code 11\n";
    vec![
        event("03:12:11", started),
        event("03:12:12", begin("stop", 1, None)),
        event("03:12:12", end("stop", 1, Outcome::Done, output(350, 0, ""))),
        event("03:12:13", begin("save", 1, None)),
        event("03:12:15", end("save", 1, Outcome::Done, saved)),
        event("03:12:16", begin("diagnose", 1, None)),
        event(
            "03:12:46",
            end(
                "diagnose",
                1,
                Outcome::Failed { reason: "timed out after 30s".to_owned() },
                Output::default(),
            ),
        ),
        event("03:12:56", begin("diagnose", 2, None)),
        event(
            "03:13:08",
            end("diagnose", 2, Outcome::Done, kept(output(12_000, 0, diagnosis), "diagnose/2")),
        ),
    ]
}

fn gate() -> Vec<Event> {
    let step = || "consent".to_owned();
    let vote = |by: &str, reason: Option<&str>| Fact::Voted {
        step: step(),
        by: by.to_owned(),
        vote: Vote::Approve,
        reason: reason.map(str::to_owned),
    };
    vec![
        event(
            "03:13:08",
            Fact::GateOpened {
                step: step(),
                text: "history.db を修復する。失敗したら 20260105_0312 から戻す。".to_owned(),
                expires: Some(at("03:43:08")),
            },
        ),
        event("03:30:10", vote("suzuki", Some("バックアップを確認した"))),
        event("03:34:40", vote("sato", None)),
        event("03:34:40", Fact::GatePassed { step: step() }),
    ]
}

fn recovery() -> Vec<Event> {
    let failed = || Outcome::Failed { reason: "exit 1".to_owned() };
    let settled = Fact::StepSettled {
        step: "restore".to_owned(),
        attempt: 1,
        verdict: Verdict::Applied,
        by: Settler::Check { step: "integrity".to_owned() },
    };
    vec![
        event("03:34:41", begin("repair", 1, None)),
        event(
            "03:36:09",
            end(
                "repair",
                1,
                failed(),
                kept(
                    output(88_000, 1, "Error: near line 3: database disk image is malformed\n"),
                    "repair/1",
                ),
            ),
        ),
        event(
            "03:36:10",
            Fact::Held {
                step: "repair".to_owned(),
                reason: Hold::Failed { reason: "exit 1".to_owned() },
            },
        ),
        event(
            "03:38:00",
            Fact::Answered {
                step: "repair".to_owned(),
                by: "ito".to_owned(),
                answer: Answer::Skip,
                reason: "修復は断念し、バックアップから戻す".to_owned(),
            },
        ),
        event("03:38:01", begin("restore", 1, Some("ito"))),
        event(
            "03:43:01",
            end(
                "restore",
                1,
                Outcome::Unclear { reason: "the server was restarted while it ran".to_owned() },
                Output::default(),
            ),
        ),
        event("03:43:02", begin("integrity", 1, None)),
        event("03:43:04", end("integrity", 1, Outcome::Done, output(1_900, 0, "ok\n"))),
        event("03:43:04", settled),
        event(
            "03:43:05",
            Fact::BudgetExceeded {
                of: Budget::Phase { title: "復旧".to_owned() },
                limit: SignedDuration::from_mins(5),
            },
        ),
    ]
}

fn verification() -> Vec<Event> {
    let tick = |item, by: &str, note: Option<&str>| Fact::Ticked {
        step: "by-hand".to_owned(),
        item,
        by: by.to_owned(),
        note: note.map(str::to_owned),
    };
    vec![
        event("03:43:05", Fact::WaitStarted { step: "settle".to_owned(), until: at("03:58:05") }),
        event(
            "03:58:05",
            Fact::ListOpened {
                step: "by-hand".to_owned(),
                items: vec!["返信を1件だけ試す".to_owned(), "利用者へ復旧を知らせる".to_owned()],
            },
        ),
        event("04:00:00", tick(0, "sato", Some("正常に返信"))),
        event("04:02:00", tick(1, "ito", None)),
        event("04:02:01", begin("integrity", 2, None)),
        event("04:02:03", end("integrity", 2, Outcome::Done, output(2_000, 0, "ok\n"))),
        event(
            "04:02:03",
            Fact::StepSkipped {
                step: "tune".to_owned(),
                reason: Skip::Person {
                    name: "ito".to_owned(),
                    reason: "日中に実施する".to_owned(),
                },
            },
        ),
        event("04:05:00", Fact::Ended { end: RunEnd::Verified }),
    ]
}
