//! What the timeline says of each fact of a run.

use jiff::{SignedDuration, Timestamp};

use crate::effect::{RunEnd, Starter};
use crate::id::RunId;
use crate::report::line::Told;
use crate::report::voice::Voice;
use crate::run::event::{
    Answer, Budget, Fact, Finding, Hold, Outcome, Output, Purpose, Settler, Skip, Verdict, Vote,
};
use crate::runbook::OnExpire;

/// Tells one fact.
pub(super) fn tell(voice: &Voice<'_>, run: &RunId, fact: &Fact) -> Told {
    match fact {
        Fact::Started { runbook, title, runbook_hash, by, purpose, .. } => {
            let title = if title.is_empty() { runbook } else { title };
            started(voice, runbook, begun(voice, *purpose, title), runbook_hash, by)
        }
        Fact::StepStarted { step, attempt, by, settles } => {
            step_started(voice, step, *attempt, by.as_deref(), settles.as_deref())
        }
        Fact::StepEnded { step, attempt, outcome, output } => {
            step_ended(voice, step, *attempt, outcome, output)
        }
        Fact::StepSettled { step, attempt, verdict, by } => {
            step_settled(voice, step, *attempt, *verdict, by)
        }
        Fact::StepSkipped { step, reason } => step_skipped(voice, step, reason),
        Fact::LockTaken { lock } => lock_taken(voice, lock),
        Fact::ExaminationBegan { step } => examination_began(voice, step),
        Fact::StepExamined { step, finding } => examined(voice, step, finding),
        Fact::GateOpened { step, text, expires } => gate_opened(voice, step, text, *expires),
        Fact::Voted { step, by, vote, reason } => voted(voice, step, by, *vote, reason.as_deref()),
        Fact::GateExpired { step, then } => gate_expired(voice, step, *then),
        Fact::GatePassed { step } => gate_passed(voice, step),
        Fact::ListOpened { step, items } => list_opened(voice, step, items),
        Fact::Ticked { step, item, by, note } => {
            ticked(voice, &item_named(voice, run, step, *item), by, note.as_deref())
        }
        Fact::RetryDue { step, at } => retry_due(voice, step, *at),
        Fact::CheckDue { step, check, at, .. } => check_due(voice, step, check, *at),
        Fact::Jumped { from, to } => jumped(voice, from, to),
        Fact::Unwinding { because, undo } => unwinding(voice, because, undo),
        Fact::WaitStarted { step, until } => wait_started(voice, step, *until),
        Fact::WaitEnded { step } => wait_ended(voice, step),
        Fact::ClockWentBack { by } => voice.clock_went_back(*by),
        Fact::Held { step, reason } => held(voice, step, reason),
        Fact::Answered { step, by, answer, reason } => answered(voice, step, by, *answer, reason),
        Fact::Resumed { step, by } => resumed(voice, step, by),
        Fact::Agreed { step, by } => agreed(voice, step, by),
        Fact::BudgetExceeded { of, limit } => budget_exceeded(voice, of, *limit),
        Fact::Cancelled { by, reason } => cancelled(voice, by, reason),
        Fact::Ended { end } => ended(voice, *end),
    }
}

/// What is told of an attempt beside its outcome.
pub(super) fn measured(voice: &Voice<'_>, output: &Output) -> String {
    let mut parts = Vec::new();
    if let Some(took) = output.took {
        parts.push(voice.duration(took));
    }
    if let Some(code) = output.exit {
        parts.push(voice.say(format!("終了コード {code}"), format!("exit {code}")));
    }
    voice.list(&parts)
}

/// A step, with its attempt after the first.
fn attempted(voice: &Voice<'_>, step: &str, attempt: u32) -> String {
    if attempt <= 1 {
        return step.to_owned();
    }
    voice.say(format!("{step}（{attempt}回目）"), format!("{step} (attempt {attempt})"))
}

fn begun(voice: &Voice<'_>, purpose: Purpose, title: &str) -> String {
    let title = voice.quote(title);
    match purpose {
        Purpose::Perform => voice.say(
            format!("手順書{title}の実行を開始"),
            format!("Started a run of the runbook {title}"),
        ),
        Purpose::Rehearse => voice.say(
            format!("手順書{title}の予行を開始"),
            format!("Started a rehearsal of the runbook {title}"),
        ),
    }
}

fn started(
    voice: &Voice<'_>,
    runbook: &str,
    action: String,
    runbook_hash: &str,
    by: &Starter,
) -> Told {
    let hash = voice.short(runbook_hash);
    let version = voice.say(format!("{runbook}、版 {hash}"), format!("{runbook}, version {hash}"));
    match by {
        Starter::Plan { .. } => {
            let starter = voice.starter(by);
            let started = voice.say(starter.clone(), format!("started by {starter}"));
            Told::matoi(voice, action, voice.list(&[version, started]))
        }
        Starter::Person { name } => Told::person(voice, name, action, version),
    }
}

fn lock_taken(voice: &Voice<'_>, lock: &str) -> Told {
    let action = voice.say(format!("ロックを取得: {lock}"), format!("Took the lock {lock}"));
    let result = voice.say("終了まで、ほかの実行は待機", "other runs wait until this one ends");
    Told::matoi(voice, action, result.to_owned())
}

fn examination_began(voice: &Voice<'_>, step: &str) -> Told {
    let action = voice.say(format!("手順を点検: {step}"), format!("Examines step {step}"));
    let result = voice.say("実行はしない", "without performing it");
    Told::matoi(voice, action, result.to_owned())
}

fn examined(voice: &Voice<'_>, step: &str, finding: &Finding) -> Told {
    let action = voice.say(format!("手順を点検: {step}"), format!("Examined step {step}"));
    Told::matoi(voice, action, voice.finding(finding))
}

fn step_started(
    voice: &Voice<'_>,
    step: &str,
    attempt: u32,
    by: Option<&str>,
    settles: Option<&str>,
) -> Told {
    let step = attempted(voice, step, attempt);
    let action = voice.say(format!("手順を開始: {step}"), format!("Started step {step}"));
    let actor = by.map_or_else(|| voice.matoi(), |it| voice.person(it));
    let result = settles.map_or_else(String::new, |unclear| {
        voice.say(
            format!("{unclear} の結果を確かめるため"),
            format!("to find out whether {unclear} took effect"),
        )
    });
    Told { actor, action, result }
}

fn step_ended(
    voice: &Voice<'_>,
    step: &str,
    attempt: u32,
    outcome: &Outcome,
    output: &Output,
) -> Told {
    let step = attempted(voice, step, attempt);
    let action = match outcome {
        Outcome::Done => voice.say(format!("手順が完了: {step}"), format!("Step {step} is done")),
        Outcome::Failed { .. } => {
            voice.say(format!("手順が失敗: {step}"), format!("Step {step} failed"))
        }
        Outcome::Unclear { .. } => voice.say(
            format!("手順の結果が不明: {step}"),
            format!("The outcome of step {step} is unclear"),
        ),
        Outcome::NotStarted { .. } => {
            voice.say(format!("手順は開始されず: {step}"), format!("Step {step} did not begin"))
        }
    };
    Told::matoi(voice, action, voice.aside(&voice.outcome(outcome), &measured(voice, output)))
}

fn step_settled(
    voice: &Voice<'_>,
    step: &str,
    attempt: u32,
    verdict: Verdict,
    by: &Settler,
) -> Told {
    let step = attempted(voice, step, attempt);
    match by {
        Settler::Check { .. } => {
            let action = voice.say(
                format!("手順の結果を確認: {step}"),
                format!("Looked whether step {step} took effect"),
            );
            let result = voice.aside(voice.verdict(verdict), &voice.settler(by));
            Told::matoi(voice, action, result)
        }
        // Whether they looked, and where, only their reason tells.
        Settler::Person { name, reason } => {
            let action = voice.say(
                format!("手順の結果を判断: {step}"),
                format!("Judged whether step {step} took effect"),
            );
            Told::person(voice, name, action, voice.because(voice.verdict(verdict), reason))
        }
    }
}

fn step_skipped(voice: &Voice<'_>, step: &str, reason: &Skip) -> Told {
    let action = voice.say(format!("手順を省略: {step}"), format!("Left out step {step}"));
    match reason {
        Skip::Condition { .. } | Skip::Needs { .. } | Skip::NotCalled => {
            Told::matoi(voice, action, voice.skip(reason))
        }
        Skip::Person { name, reason } => Told::person(voice, name, action, reason.clone()),
    }
}

fn gate_opened(voice: &Voice<'_>, step: &str, text: &str, expires: Option<Timestamp>) -> Told {
    let action = voice.say(format!("承認を依頼: {step}"), format!("Asked for approval: {step}"));
    let expires = expires.map(|it| {
        let it = voice.time(it);
        voice.say(format!("期限 {it}"), format!("expires {it}"))
    });
    Told::matoi(voice, action, voice.aside(text, &expires.unwrap_or_default()))
}

fn voted(voice: &Voice<'_>, step: &str, by: &str, vote: Vote, reason: Option<&str>) -> Told {
    let action = match vote {
        Vote::Approve => voice.say(format!("承認: {step}"), format!("Approved {step}")),
        Vote::Refuse => voice.say(format!("却下: {step}"), format!("Refused {step}")),
    };
    Told::person(voice, by, action, reason.unwrap_or_default().to_owned())
}

fn retry_due(voice: &Voice<'_>, step: &str, at: Timestamp) -> Told {
    let at = voice.time(at);
    let action = voice.say(format!("手順を再試行: {step}"), format!("Step {step} is tried again"));
    Told::matoi(voice, action, voice.say(format!("{at} に再試行"), format!("at {at}")))
}

fn check_due(voice: &Voice<'_>, step: &str, check: &str, at: Timestamp) -> Told {
    let at = voice.time(at);
    let action = voice.say(
        format!("確認手順 {check} では {step} の結果を判断できず"),
        format!("The check {check} could not tell about {step}"),
    );
    Told::matoi(voice, action, voice.say(format!("{at} に再確認"), format!("looks again at {at}")))
}

fn jumped(voice: &Voice<'_>, from: &str, to: &str) -> Told {
    let action =
        voice.say(format!("手順を移動: {from} → {to}"), format!("Jumped from {from} to {to}"));
    Told::matoi(voice, action, String::new())
}

fn unwinding(voice: &Voice<'_>, because: &str, undo: &[String]) -> Told {
    let action = voice.say("変更の取り消しを開始", "Began to take changes back").to_owned();
    let steps = if undo.is_empty() {
        voice.say("対象なし", "nothing to take back").to_owned()
    } else {
        voice.list(undo)
    };
    Told::matoi(voice, action, voice.because(&steps, because))
}

fn wait_ended(voice: &Voice<'_>, step: &str) -> Told {
    let action = voice.say(format!("待機を終了: {step}"), format!("Stopped waiting: {step}"));
    Told::matoi(voice, action, String::new())
}

fn gate_expired(voice: &Voice<'_>, step: &str, then: OnExpire) -> Told {
    let action = voice.say(format!("承認の期限切れ: {step}"), format!("Approval expired: {step}"));
    let result = match then {
        OnExpire::Escalate => voice.say(
            "期限内に承認が揃わず、エスカレーション",
            "the approvals did not come in time, and it was escalated",
        ),
        OnExpire::Abort => voice.say(
            "期限内に承認が揃わず、実行を中止",
            "the approvals did not come in time, and the run was ended",
        ),
    }
    .to_owned();
    Told::matoi(voice, action, result)
}

fn gate_passed(voice: &Voice<'_>, step: &str) -> Told {
    let action = voice.say(format!("承認が成立: {step}"), format!("Approval complete: {step}"));
    Told::matoi(voice, action, String::new())
}

fn list_opened(voice: &Voice<'_>, step: &str, items: &[String]) -> Told {
    let action =
        voice.say(format!("手作業の確認を依頼: {step}"), format!("Asked people to do: {step}"));
    let count = items.len();
    let counted = voice.say(format!("{count}項目"), format!("items: {count}"));
    Told::matoi(voice, action, voice.because(&counted, &voice.list(items)))
}

fn item_named(voice: &Voice<'_>, run: &RunId, step: &str, item: usize) -> String {
    let number = item.saturating_add(1);
    let place = voice.say(format!("{step} の{number}"), format!("{step}, item {number}"));
    voice.because(&place, voice.names.item(run, step, item).unwrap_or_default())
}

fn ticked(voice: &Voice<'_>, item: &str, by: &str, note: Option<&str>) -> Told {
    let action = voice.say(format!("手作業を完了: {item}"), format!("Ticked {item}"));
    Told::person(voice, by, action, note.unwrap_or_default().to_owned())
}

fn wait_started(voice: &Voice<'_>, step: &str, until: Timestamp) -> Told {
    let until = voice.time(until);
    let action = voice.say(format!("待機を開始: {step}"), format!("Started to wait: {step}"));
    Told::matoi(voice, action, voice.say(format!("{until} まで"), format!("until {until}")))
}

fn held(voice: &Voice<'_>, step: &str, reason: &Hold) -> Told {
    let action = voice.say(format!("実行を保留: {step}"), format!("Held at step {step}"));
    Told::matoi(voice, action, voice.hold(reason))
}

fn answered(voice: &Voice<'_>, step: &str, by: &str, answer: Answer, reason: &str) -> Told {
    let answer = voice.answer(answer);
    let action =
        voice.say(format!("判断: {step} — {answer}"), format!("Decided on {step}: {answer}"));
    Told::person(voice, by, action, reason.to_owned())
}

fn resumed(voice: &Voice<'_>, step: &str, by: &str) -> Told {
    let action = voice.say(format!("実行を再開: {step}"), format!("Resumed at step {step}"));
    Told::person(voice, by, action, String::new())
}

fn agreed(voice: &Voice<'_>, step: &str, by: &str) -> Told {
    let action = voice.say(format!("実行に同意: {step}"), format!("Agreed to start {step}"));
    let result = voice.say("もう一人の同意待ち", "waits for a second person").to_owned();
    Told::person(voice, by, action, result)
}

fn budget_exceeded(voice: &Voice<'_>, of: &Budget, limit: SignedDuration) -> Told {
    let budget = voice.budget(of);
    let limit = voice.duration(limit);
    let action = voice
        .say(format!("時間予算を超過: {budget}"), format!("Exceeded the time budget of {budget}"));
    Told::matoi(voice, action, voice.say(format!("予算 {limit}"), format!("budget {limit}")))
}

fn cancelled(voice: &Voice<'_>, by: &str, reason: &str) -> Told {
    let action = voice.say("実行の中止を指示", "Cancelled the run").to_owned();
    Told::person(voice, by, action, reason.to_owned())
}

fn ended(voice: &Voice<'_>, end: RunEnd) -> Told {
    let action = voice.say("手順書の実行が終了", "The run ended").to_owned();
    Told::matoi(voice, action, voice.run_end(end).to_owned())
}
