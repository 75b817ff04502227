//! Words of the escalation and of announcements.

use crate::plan::finding::Complaint;
use crate::plan::guess;
use crate::plan::width::plain;
use crate::plan::{Clock, Occasion, Unless, When};

/// Every clock by its word.
pub(crate) const CLOCKS: [(&str, Clock); 7] = [
    ("acknowledge", Clock::Acknowledge),
    ("respond", Clock::Respond),
    ("update", Clock::Update),
    ("escalate", Clock::Escalate),
    ("resolve", Clock::Resolve),
    ("report", Clock::Report),
    ("review", Clock::Review),
];

/// Every occasion by its word.
const OCCASIONS: [(&str, Occasion); 6] = [
    ("opened", Occasion::Opened),
    ("acknowledged", Occasion::Acknowledged),
    ("escalated", Occasion::Escalated),
    ("severity changed", Occasion::SeverityChanged),
    ("resolved", Occasion::Resolved),
    ("reopened", Occasion::Reopened),
];

/// Makes a level by time unnecessary.
pub(crate) fn unless(text: &str) -> Result<Unless, Complaint> {
    match plain(text).as_str() {
        "acknowledged" | "応答" | "応答済み" | "確認" => Ok(Unless::Acknowledged),
        "resolved" | "解決" | "解決済み" | "復旧" => Ok(Unless::Resolved),
        it => {
            let complaint = Complaint::new(format!("\"{text}\" does not make a level unnecessary"));
            Err(complaint.maybe_hint(guess::hint(it, ["acknowledged", "resolved"])))
        }
    }
}

/// Makes a level by condition due. Every other sentence is one that a person says holds.
pub(crate) fn when(text: &str) -> When {
    match plain(text).replace('_', " ").as_str() {
        "run failed" | "手順失敗" | "手順が失敗" => When::RunFailed,
        "step unclear" | "手順不明" => When::StepUnclear,
        "run late" | "手順超過" | "手順が超過" => When::RunLate,
        "target missed" | "目標超過" => When::TargetMissed,
        _ => When::Said(text.trim().to_owned()),
    }
}

/// A sentence that is nearly one of the known conditions and would never hold by itself.
pub(crate) fn nearly_known(text: &str) -> Option<&'static str> {
    guess::closest(&plain(text), ["run failed", "step unclear", "run late", "target missed"])
}

/// What may be announced.
pub(crate) fn occasion(text: &str) -> Result<Occasion, Complaint> {
    let word = plain(text).replace(['_', '-'], " ");
    let found = OCCASIONS.iter().find(|(name, _)| *name == word);
    found.map(|(_, it)| *it).ok_or_else(|| {
        let complaint = Complaint::new(format!("nothing is announced on \"{text}\""));
        complaint.maybe_hint(guess::hint(&word, OCCASIONS.map(|(name, _)| name)))
    })
}
