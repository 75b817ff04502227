//! The words of facts that the story does not have.

use jiff::SignedDuration;
use matoi_core::effect::{RunEnd, Starter};
use matoi_core::gate::{Scope, Switch};
use matoi_core::id::{AlertId, PageId, PlanHash};
use matoi_core::incident::event::{Event, Fact, Ground, SkipReason};
use matoi_core::language::Language::{En, Ja};
use matoi_core::page::PageReason;
use matoi_core::plan::{Clock, Limit, When};
use matoi_core::report::{Entry, Names, timeline_line};
use matoi_core::run::event as run;
use matoi_core::run::event::{
    Answer, Budget, Finding, Hold, Outcome, Output, Purpose, Settler, Skip, Verdict, Vote,
};
use matoi_core::runbook::OnExpire;

use crate::plan::{minutes, plan};
use crate::story::{at, run_id};

fn say(entry: Entry<'_>, lines: &mut String) {
    let plan = plan();
    let names = Names::new(&plan, &[], &[]);
    for language in [Ja, En] {
        let line = timeline_line(entry, &names, language);
        assert_eq!(line.at, at("03:12:10"));
        lines.push_str(&format!("{} | {} | {}\n", line.actor, line.action, line.result));
    }
}

fn text(text: &str) -> String {
    text.to_owned()
}

fn incident_facts() -> Vec<Fact> {
    let page = || PageId(text("INC-20260105-001/9/0"));
    let paged = |reason| Fact::Paged {
        page: page(),
        person: text("sato"),
        channel: text("console"),
        address: String::new(),
        reason,
    };
    let skipped = |reason| Fact::PageSkipped { person: text("nobody"), reason };
    vec![
        Fact::AlertsTruncated { limit: 200 },
        Fact::AlertUnwatched { alert: AlertId(text("bot-db")) },
        Fact::AlertFiredAgain { alert: AlertId(text("bot-db")), summary: text("again") },
        Fact::ConditionMet { when: When::StepUnclear, by: None },
        Fact::ConditionMet { when: When::RunFailed, by: None },
        Fact::ConditionMet { when: When::TargetMissed, by: None },
        paged(PageReason::AskedBy { by: text("ito") }),
        paged(PageReason::NeedsPerson { what: text("repair") }),
        paged(PageReason::NobodyOnDuty),
        paged(PageReason::Repeated { round: 2 }),
        paged(PageReason::Reopened),
        paged(PageReason::Announced),
        paged(PageReason::Passed),
        skipped(SkipReason::NoReach),
        skipped(SkipReason::AlreadyPaged),
        skipped(SkipReason::PageLimit { limit: 500 }),
        skipped(SkipReason::Nobody),
        skipped(SkipReason::OffDuty { until: None }),
        Fact::PageDelivered { page: page(), reference: String::new(), tries: 1 },
        Fact::PageGivenUp { page: page(), reason: text("HTTP 503"), tries: 99 },
        Fact::Exhausted,
        Fact::LadderWaits { until: at("09:00:00"), anchor: at("09:00:00"), next: None },
        Fact::DigestWaits { until: at("09:00:00") },
        Fact::ClockWentBack { by: SignedDuration::from_mins(60) },
        Fact::TargetMissed {
            clock: Clock::Review,
            limit: Limit::BusinessDays(1),
            deadline: at("09:00:00"),
        },
        Fact::TargetMissed {
            clock: Clock::Respond,
            limit: Limit::Within(SignedDuration::ZERO),
            deadline: at("03:12:10"),
        },
        Fact::RunRefused { runbook: text("db-repair"), reason: text("it is not sound") },
        Fact::RunEnded { run: run_id(), end: RunEnd::Stuck },
        Fact::Resolved { by: text("matoi"), ground: Ground::AlertsCleared },
        Fact::Resolved {
            by: text("ito"), ground: Ground::Reason { text: text("手動で復旧") }
        },
        Fact::Reopened { by: text("ito"), reason: text("再発") },
    ]
}

fn run_facts() -> Vec<run::Fact> {
    let mut facts = step_facts();
    facts.extend(hold_facts());
    facts
}

fn step_facts() -> Vec<run::Fact> {
    let step = || text("repair");
    let skipped = |reason| run::Fact::StepSkipped { step: step(), reason };
    let settled = |verdict| run::Fact::StepSettled {
        step: step(),
        attempt: 2,
        verdict,
        by: Settler::Person { name: text("ito"), reason: text("目視") },
    };
    vec![
        run::Fact::Started {
            id: run_id(),
            incident: None,
            plan: PlanHash(text("9f86")),
            runbook: text("db-repair"),
            title: String::new(),
            runbook_hash: text("4b22"),
            by: Starter::Person { name: text("ito") },
            purpose: Purpose::Perform,
            lock: None,
            params: Default::default(),
            labels: Default::default(),
        },
        run::Fact::StepEnded {
            step: step(),
            attempt: 1,
            outcome: Outcome::NotStarted { reason: text("no such file") },
            output: Output::default(),
        },
        settled(Verdict::NotApplied),
        settled(Verdict::StillUnclear),
        skipped(Skip::Condition { step: text("check") }),
        skipped(Skip::Needs { step: text("save") }),
        skipped(Skip::NotCalled),
        run::Fact::GateOpened { step: step(), text: text("よいか"), expires: None },
        run::Fact::Voted {
            step: step(),
            by: text("suzuki"),
            vote: Vote::Refuse,
            reason: Some(text("バックアップがない")),
        },
        run::Fact::GateExpired { step: step(), then: OnExpire::Abort },
        run::Fact::GateExpired { step: step(), then: OnExpire::Escalate },
        run::Fact::RetryDue { step: step(), at: at("03:13:30") },
        run::Fact::CheckDue {
            step: step(),
            check: "gone".to_owned(),
            at: at("03:13:30"),
            tries: 1,
        },
        run::Fact::Jumped { from: step(), to: "page-owner".to_owned() },
        run::Fact::Unwinding {
            because: "drop failed".to_owned(),
            undo: vec!["recreate".to_owned()],
        },
        run::Fact::WaitEnded { step: step() },
        run::Fact::ClockWentBack { by: SignedDuration::from_mins(60) },
        run::Fact::Ticked { step: step(), item: usize::MAX, by: text("ito"), note: None },
    ]
}

/// Why a run holds, what people answer, and how it ends.
fn hold_facts() -> Vec<run::Fact> {
    let step = || text("repair");
    let held = |reason| run::Fact::Held { step: step(), reason };
    let examined = |finding| run::Fact::StepExamined { step: step(), finding };
    let answered = |answer| run::Fact::Answered {
        step: step(),
        by: text("ito"),
        answer,
        reason: text("確認済み"),
    };
    let switch =
        |scope| Switch { scope, by: text("suzuki"), reason: text("訓練"), at: at("03:00:00") };
    vec![
        held(Hold::Click),
        held(Hold::Unclear { reason: text("killed by signal 9") }),
        held(Hold::Switch { switch: switch(Scope::All) }),
        held(Hold::Switch { switch: switch(Scope::Runbook(text("db-repair"))) }),
        answered(Answer::MarkDone),
        answered(Answer::Rerun),
        answered(Answer::Undo),
        answered(Answer::Abort),
        run::Fact::Resumed { step: step(), by: text("ito") },
        run::Fact::Agreed { step: step(), by: text("ito") },
        run::Fact::BudgetExceeded { of: Budget::Run, limit: minutes(45) },
        run::Fact::ExaminationBegan { step: step() },
        examined(Finding::Ready),
        examined(Finding::Lacks { what: text("not on this machine: jq, df") }),
        examined(Finding::Lacks { what: text("/srv/shop is no directory") }),
        examined(Finding::Lacks {
            what: text("2 must approve, and 1 of those who may can be reached"),
        }),
        examined(Finding::Unproved { why: text("people do it") }),
        examined(Finding::Unproved { why: text("it needs what save publishes") }),
        run::Fact::Cancelled { by: text("ito"), reason: text("誤検知") },
        run::Fact::Ended { end: RunEnd::Unverified },
        run::Fact::Ended { end: RunEnd::Failed },
        run::Fact::Ended { end: RunEnd::Aborted },
    ]
}

#[test]
fn every_fact_has_its_words_in_both_languages() {
    let mut lines = String::new();
    for fact in incident_facts() {
        say(Entry::Incident(&Event { at: at("03:12:10"), fact }), &mut lines);
    }
    for fact in run_facts() {
        say(Entry::Run(&run_id(), &run::Event { at: at("03:12:10"), fact }), &mut lines);
    }
    insta::assert_snapshot!(lines);
}

#[test]
fn a_line_shows_what_hides_and_keeps_the_breaks_of_a_note() {
    let plan = plan();
    let names = Names::new(&plan, &[], &[]);
    let fact = Fact::Noted { by: text("sa\u{1b}to"), text: text("one\ntwo\u{202e}three") };
    let line = timeline_line(Entry::Incident(&Event { at: at("03:12:10"), fact }), &names, En);
    assert_eq!(line.actor, r"sa\u{1b}to");
    assert_eq!(line.result, "one\ntwo\\u{202e}three");
}

/// Says a duration by a budget that was exceeded.
fn check(millis: i64, ja: &str, en: &str) {
    let plan = plan();
    let names = Names::new(&plan, &[], &[]);
    let limit = SignedDuration::from_millis(millis);
    let fact = run::Fact::BudgetExceeded { of: Budget::Run, limit };
    let event = run::Event { at: at("03:12:10"), fact };
    for (language, expected) in [(Ja, format!("予算 {ja}")), (En, format!("budget {en}"))] {
        assert_eq!(timeline_line(Entry::Run(&run_id(), &event), &names, language).result, expected);
    }
}

#[test]
fn durations_are_said_in_words() {
    check(0, "0秒", "0 s");
    check(350, "350ミリ秒", "350 ms");
    check(1_000, "1秒", "1 s");
    check(1_950, "1.9秒", "1.9 s");
    check(59_999, "59秒", "59 s");
    check(252_000, "4分12秒", "4 min 12 s");
    check(3_600_000, "1時間", "1 h");
    check(93_784_000, "1日2時間3分4秒", "1 d 2 h 3 min 4 s");
    check(-1_500, "-1.5秒", "-1.5 s");
    check(i64::MIN, "-106751991167日7時間12分55秒", "-106751991167 d 7 h 12 min 55 s");
}
