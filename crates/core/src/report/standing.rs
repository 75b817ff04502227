//! How the forms say what became of a step.

use crate::report::markdown::Tick;
use crate::report::run_story::{Standing, StepStory};
use crate::report::voice::Voice;
use crate::run::event::{Finding, Outcome, Verdict};

/// A step's mark and words.
pub(super) struct Shown {
    pub(super) tick: Tick,
    /// `✅ 完了`.
    pub(super) text: String,
}

/// Says what became of a step; a decision about it does not hide how its last attempt ended.
pub(super) fn show(voice: &Voice<'_>, step: &StepStory<'_>) -> Shown {
    let (mark, words) = words(voice, step);
    let tick = match mark {
        Mark::Yes => Tick::Ticked,
        Mark::No | Mark::Unclear | Mark::Open | Mark::Left | Mark::Never => Tick::Open,
    };
    Shown { tick, text: format!("{} {words}", mark.sign()) }
}

/// The mark and the words of an attempt that did not simply succeed, before somebody judged it.
fn blemish(voice: &Voice<'_>, step: &StepStory<'_>) -> Option<(Mark, String)> {
    let (_, outcome, _) = step.attempts.last()?.ended?;
    let mark = match outcome {
        Outcome::Done => return None,
        Outcome::Failed { .. } | Outcome::NotStarted { .. } => Mark::No,
        Outcome::Unclear { .. } => Mark::Unclear,
    };
    Some((mark, voice.outcome(outcome)))
}

/// The judgement, with what it overrules.
fn judged(voice: &Voice<'_>, step: &StepStory<'_>, judgement: &str) -> String {
    let at_first = blemish(voice, step)
        .map(|(_, words)| voice.say(format!("当初は{words}"), format!("at first: {words}")));
    voice.aside(judgement, &at_first.unwrap_or_default())
}

/// What one look tells.
#[derive(Clone, Copy)]
enum Mark {
    Yes,
    No,
    /// Nobody can tell.
    Unclear,
    /// It goes on.
    Open,
    /// It was left out.
    Left,
    /// It was never begun.
    Never,
}

impl Mark {
    fn sign(self) -> &'static str {
        match self {
            Mark::Yes => "✅",
            Mark::No => "❌",
            Mark::Unclear => "❓",
            Mark::Open => "⏳",
            Mark::Left => "➖",
            Mark::Never => "⬜",
        }
    }
}

fn words(voice: &Voice<'_>, step: &StepStory<'_>) -> (Mark, String) {
    if let Some(hold) = step.hold {
        return (held(step), voice.hold(hold));
    }
    match step.standing {
        Standing::NotYet => (Mark::Never, voice.say("未実施", "not begun").to_owned()),
        Standing::Running => (Mark::Open, voice.say("実行中", "running").to_owned()),
        Standing::Done => (Mark::Yes, voice.say("完了", "done").to_owned()),
        Standing::Failed { reason } => {
            (Mark::No, voice.because(voice.say("失敗", "failed"), reason))
        }
        Standing::NotBegun { reason } => {
            (Mark::No, voice.because(voice.say("開始されず（変更なし）", "did not begin"), reason))
        }
        Standing::Unclear { reason } => (Mark::Unclear, voice.because(voice.unclear(), reason)),
        Standing::Lost => (
            Mark::Unclear,
            voice.aside(voice.unclear(), voice.say("終了の記録なし", "its end is not recorded")),
        ),
        Standing::Settled { verdict, by } => {
            let judgement = voice.aside(voice.verdict(verdict), &voice.settler(by));
            (settled(verdict), judged(voice, step, &judgement))
        }
        Standing::MarkedDone { by, reason } => {
            (Mark::Yes, judged(voice, step, &marked_done(voice, by, reason)))
        }
        Standing::Skipped(skip) => {
            (Mark::Left, voice.aside(voice.say("省略", "left out"), &voice.skip(skip)))
        }
        Standing::Examined(finding) => (examined(finding), voice.finding(finding)),
        Standing::LeftOut { by, reason } => {
            let left_out = left_out(voice, by, reason);
            match blemish(voice, step) {
                Some((mark, words)) => (mark, format!("{words} → {left_out}")),
                None => (Mark::Left, left_out),
            }
        }
        Standing::Asked { .. } => {
            (Mark::Open, approvals(voice, step, voice.say("承認待ち", "waits for approval")))
        }
        Standing::Approved => (Mark::Yes, approvals(voice, step, voice.say("承認", "approved"))),
        Standing::Refused { by, reason } => (Mark::No, refused(voice, by, reason)),
        Standing::Expired => {
            (Mark::No, approvals(voice, step, voice.say("承認の期限切れ", "approval expired")))
        }
        Standing::Listed => (Mark::Open, listed(voice, step)),
        Standing::Waiting { until } => (Mark::Open, {
            let until = voice.time(until);
            voice.say(format!("待機中（{until} まで）"), format!("waits until {until}"))
        }),
        Standing::CutShort => (
            Mark::No,
            voice.say("未完了のまま実行終了", "unfinished when the run ended").to_owned(),
        ),
    }
}

/// A step that is held keeps the mark of what is known of it.
fn held(step: &StepStory<'_>) -> Mark {
    match step.standing {
        Standing::Unclear { .. } | Standing::Settled { verdict: Verdict::StillUnclear, .. } => {
            Mark::Unclear
        }
        Standing::Failed { .. } | Standing::NotBegun { .. } => Mark::No,
        Standing::NotYet
        | Standing::Running
        | Standing::Done
        | Standing::Lost
        | Standing::Settled { verdict: Verdict::Applied | Verdict::NotApplied, .. }
        | Standing::MarkedDone { .. }
        | Standing::Skipped(_)
        | Standing::Examined(_)
        | Standing::LeftOut { .. }
        | Standing::Asked { .. }
        | Standing::Approved
        | Standing::Refused { .. }
        | Standing::Expired
        | Standing::Listed
        | Standing::Waiting { .. }
        | Standing::CutShort => Mark::Open,
    }
}

fn settled(verdict: Verdict) -> Mark {
    match verdict {
        Verdict::Applied => Mark::Yes,
        Verdict::NotApplied => Mark::No,
        Verdict::StillUnclear => Mark::Unclear,
    }
}

fn examined(finding: &Finding) -> Mark {
    match finding {
        Finding::Ready => Mark::Yes,
        Finding::Lacks { .. } => Mark::No,
        Finding::Unproved { .. } => Mark::Unclear,
    }
}

fn marked_done(voice: &Voice<'_>, by: &str, reason: &str) -> String {
    let by = voice.person(by);
    voice.because(
        &voice.say(format!("実行済みと判断（{by}）"), format!("marked done by {by}")),
        reason,
    )
}

fn left_out(voice: &Voice<'_>, by: &str, reason: &str) -> String {
    let by = voice.person(by);
    voice.because(&voice.say(format!("省略（{by}の判断）"), format!("left out by {by}")), reason)
}

fn approvals(voice: &Voice<'_>, step: &StepStory<'_>, text: &str) -> String {
    voice.aside(text, &voice.people(step.approvals.iter().copied()))
}

fn refused(voice: &Voice<'_>, by: &str, reason: Option<&str>) -> String {
    let by = voice.person(by);
    let text = voice.say(format!("却下（{by}）"), format!("refused by {by}"));
    voice.because(&text, reason.unwrap_or_default())
}

fn listed(voice: &Voice<'_>, step: &StepStory<'_>) -> String {
    let all = step.items.len();
    let done = all - step.items_open();
    voice.say(
        format!("手作業の確認待ち（{all}項目中{done}項目が完了）"),
        format!("waits for people ({done} of {all} items ticked)"),
    )
}
