//! The record of contacts: who was to be reached, why, by which way, and whether it arrived.

use crate::report::ROWS_MAX;
use crate::report::draft::Draft;
use crate::report::ledger::{Account, Fate, Order};
use crate::report::markdown::{Document, Table};
use crate::report::voice::Voice;

/// Writes a row for each page and announcement.
pub(super) fn write(draft: &Draft<'_>, document: &mut Document) {
    let voice = draft.voice();
    if draft.accounts.is_empty() {
        document
            .paragraph(voice.say("呼び出しと周知の記録なし。", "No pages and no announcements."));
        return;
    }
    let mut table = Table::new([
        (voice.say("宛先", "To"), 32),
        (voice.say("手段", "By"), 40),
        (voice.say("理由", "Why"), 48),
        (voice.say("要連絡の時刻", "Owed since"), 24),
        (voice.say("結果", "Outcome"), 56),
        (voice.say("受領番号", "Receipt"), 40),
        (voice.say("試行", "Tries"), 16),
    ]);
    for account in draft.accounts.iter().take(ROWS_MAX) {
        table.row(row(&voice, account));
    }
    document.table(&table);
    draft.left_out(document, draft.accounts.len().saturating_sub(ROWS_MAX));
    document.paragraph(voice.say(
        "「送達」は送信先のサービスが受け取ったことを示し、本人が読んだことを示すものではありません。",
        "“Delivered” means that the far side took the message, not that the person read it.",
    ));
}

fn row(voice: &Voice<'_>, account: &Account<'_>) -> [String; 7] {
    let (to, by, why) = order(voice, account);
    let owed = account.owed_since.map_or_else(|| voice.unknown(), |it| voice.time(it));
    [to, by, why, owed, fate(voice, account.fate), receipt(account.fate), tries(voice, account)]
}

fn order(voice: &Voice<'_>, account: &Account<'_>) -> (String, String, String) {
    match &account.order {
        Some(Order::Page { person, channel, address, reason }) => {
            (voice.person(person), voice.way(channel, address), voice.page_reason(reason))
        }
        Some(Order::Announcement { channel, occasion }) => {
            let occasion = voice.occasion(*occasion);
            let why = voice.say(format!("周知: {occasion}"), format!("announcement: {occasion}"));
            (voice.say("関係者", "stakeholders").to_owned(), (*channel).to_owned(), why)
        }
        None => (account.page.to_string(), voice.unknown(), voice.unknown()),
    }
}

/// What became of a page, in words that never say more than is known.
pub(super) fn fate(voice: &Voice<'_>, fate: Fate<'_>) -> String {
    match fate {
        Fate::Owed => voice.say("未達（送信待ち）", "not delivered yet").to_owned(),
        Fate::Delayed { reason, next } => {
            let next = voice.time(next);
            let text = voice.because(voice.say("未達", "not delivered yet"), reason);
            let next = voice.say(format!("再試行中、次回 {next}"), format!("next try at {next}"));
            voice.aside(&text, &next)
        }
        Fate::Delivered { at, .. } => {
            let at = voice.time(at);
            voice.say(format!("送達 {at}"), format!("delivered {at}"))
        }
        Fate::Rejected { reason } => {
            voice.because(voice.say("拒否（未達）", "rejected, not delivered"), reason)
        }
        Fate::GivenUp { reason } => {
            voice.because(voice.say("断念（未達）", "given up, not delivered"), reason)
        }
        Fate::Dropped { reason } => {
            voice.because(voice.say("取りやめ（未達）", "dropped, not delivered"), reason)
        }
    }
}

fn receipt(fate: Fate<'_>) -> String {
    match fate {
        Fate::Delivered { reference, .. } => reference.to_owned(),
        Fate::Owed
        | Fate::Delayed { .. }
        | Fate::Rejected { .. }
        | Fate::GivenUp { .. }
        | Fate::Dropped { .. } => String::new(),
    }
}

/// A refusal answers a try that the timeline does not count, and delays are not all stored.
fn tries(voice: &Voice<'_>, account: &Account<'_>) -> String {
    let tries = account.tries;
    let at_least = |count: u32| voice.say(format!("{count}回以上"), format!("{count} or more"));
    match account.fate {
        Fate::Delivered { .. } | Fate::GivenUp { .. } => {
            voice.say(format!("{tries}回"), tries.to_string())
        }
        Fate::Delayed { .. } => at_least(tries),
        Fate::Rejected { .. } => at_least(tries.saturating_add(1)),
        Fate::Owed | Fate::Dropped { .. } if tries == 0 => voice.unknown(),
        Fate::Owed | Fate::Dropped { .. } => at_least(tries),
    }
}
