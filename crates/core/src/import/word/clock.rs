//! Which clock a label names.

use crate::plan::Clock;

use super::{fold, has_any};

/// What a label says of a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::import) enum Said {
    /// The clock is named.
    Clock(Clock),
    /// `対応時間`: how long the response takes, or until it begins; or when somebody is there.
    Bare,
}

/// The clock that `label` names.
pub(in crate::import) fn clock(label: &str) -> Option<Said> {
    let folded = fold(label);
    let named = [
        (
            Clock::Resolve,
            &["復旧", "解決", "resolution", "resolve", "rto", "fix", "restore", "recovery", "修正"]
                [..],
        ),
        (
            Clock::Update,
            &["更新", "経過報告", "進捗", "update", "updates", "status update", "cadence"],
        ),
        (
            Clock::Review,
            &["振り返り", "事後", "ポストモーテム", "postmortem", "post-mortem", "review"],
        ),
        (Clock::Escalate, &["エスカレーション", "escalate", "escalation"]),
        (Clock::Acknowledge, &["ack", "acknowledge", "acknowledgement", "受付", "応答", "確認"]),
        (
            Clock::Respond,
            &["初動", "対応開始", "着手", "初期対応", "first response", "start work", "initial"],
        ),
        (Clock::Report, &["報告", "告知", "連絡", "report", "notify", "notification", "announce"]),
    ];
    for (clock, words) in named {
        if has_any(&folded, words) {
            return Some(Said::Clock(clock));
        }
    }
    let bare = [
        "対応時間",
        "対応目標",
        "対応期限",
        "目標時間",
        "目標",
        "対応",
        "response time",
        "response",
        "respond",
        "deadline",
        "target",
        "sla",
        "time",
    ];
    has_any(&folded, &bare).then_some(Said::Bare)
}

/// The clock within the promise itself: `15分以内に初動対応開始`.
pub(in crate::import) fn of_promise(text: &str) -> Option<Clock> {
    let folded = fold(text);
    let named = [
        (
            Clock::Respond,
            &["初動", "対応開始", "着手", "start", "begin", "respond", "response"][..],
        ),
        (Clock::Resolve, &["復旧", "解決", "resolve", "resolved", "fix", "restore"]),
        (Clock::Report, &["報告", "連絡", "report", "notify"]),
        (Clock::Acknowledge, &["ack", "acknowledge", "受付"]),
    ];
    named.into_iter().find(|(_, words)| has_any(&folded, words)).map(|it| it.0)
}
