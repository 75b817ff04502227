//! One message for the pages of a digest that go the same way.
//!
//! **Invariant:** the same pages of the same incidents give the same message under the same key. A page that is tried
//! again in other company has another key, so that no far side takes it for what it has already.

use jiff::Timestamp;

use super::message::{incidents_url, one_line, reason_text};
use super::{Message, Page, PageReason};
use crate::id::{PageId, fingerprint};
use crate::incident::draft::World;
use crate::incident::{Incident, Phase};
use crate::language::Language;

/// A page of a digest, with its incident as it is now.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    pub incident: &'a Incident,
    pub page: &'a Page,
}

/// Digits of the hash in a key.
const HASH_DIGITS: usize = 16;

/// The one page for all of `told`, which go to the same person by the same way; `None` where there is none.
pub fn gather(told: &[Told<'_>], world: World<'_>) -> Option<Page> {
    let mut told = told.to_vec();
    let rank = |it: &Told<'_>| world.plan.rank(&it.incident.severity).unwrap_or(usize::MAX);
    told.sort_by_key(|it| (rank(it), it.incident.since, it.incident.id.clone()));
    let first = *told.first()?;
    if told.len() == 1 {
        return Some(first.page.clone());
    }
    Some(Page {
        id: key(&told, first.page),
        owed_since: told.iter().map(|it| it.page.owed_since).max().unwrap_or_default(),
        message: Message {
            subject: subject(&told, &first, world.plan.language),
            body: body(&told, world),
            incident: first.incident.id.clone(),
            severity: first.incident.severity.clone(),
            url: incidents_url(world),
            incidents: told.iter().map(|it| it.incident.id.clone()).collect(),
        },
        ..first.page.clone()
    })
}

/// `INC-20260105-001/2/0+2-5f1c0e9b3a7d2c48`: the first page, how many more, and a hash of all.
fn key(told: &[Told<'_>], first: &Page) -> PageId {
    let mut ids: Vec<&str> = told.iter().map(|it| it.page.id.0.as_str()).collect();
    ids.sort_unstable();
    let hash = fingerprint(ids.join("\n").as_bytes());
    let hash = hash.get(..HASH_DIGITS).unwrap_or(&hash);
    PageId(format!("{}+{}-{hash}", first.id, told.len() - 1))
}

/// `[P3] まとめ3件: disk: 91% ほか2件`, on one line whatever the titles hold.
fn subject(told: &[Told<'_>], first: &Told<'_>, ja: Language) -> String {
    let (all, more) = (told.len(), told.len() - 1);
    let (label, title) = (&first.incident.severity, &first.incident.title);
    one_line(&ja.pick(
        format!("[{label}] まとめ{all}件: {title} ほか{more}件"),
        format!("[{label}] Digest of {all}: {title} and {more} more"),
    ))
}

fn body(told: &[Told<'_>], world: World<'_>) -> String {
    let ja = world.plan.language;
    let open = told.iter().filter(|it| it.incident.is_open()).count();
    let over = told.len() - open;
    let mut lines = vec![
        ja.pick(
            format!("まとめてお知らせします。未解決{open}件、解決済み{over}件です。"),
            format!("Open: {open}. Over already: {over}."),
        ),
        String::new(),
    ];
    for it in told {
        lines.push(one_line(&format!("[{}] {}", it.incident.severity, it.incident.title)));
        lines.push(format!("  {} {}", it.incident.id, stands(it, world)));
    }
    lines.push(String::new());
    lines.push(match open {
        0 => ja.pick(
            "▶ 対応は要りません。経過を見る: matoi incident list --state all".to_owned(),
            "▶ Nothing to do; to see what happened: matoi incident list --state all".to_owned(),
        ),
        _ => ja.pick(
            "▶ 一覧を見る: matoi incident list".to_owned(),
            "▶ See them: matoi incident list".to_owned(),
        ),
    });
    lines.extend(incidents_url(world));
    lines.join("\n")
}

/// Since when, and whether it is over; and why it is told, where that is not its first time.
fn stands(told: &Told<'_>, world: World<'_>) -> String {
    let (plan, ja) = (world.plan, world.plan.language);
    let time = |at: Timestamp| at.to_zoned(plan.zone.clone()).strftime("%m-%d %H:%M").to_string();
    let since = time(told.incident.since);
    let stands = match told.incident.phase {
        Phase::Open => ja.pick(format!("{since} から続いています"), format!("since {since}")),
        Phase::Resolved { at } => {
            let over = time(at);
            ja.pick(
                format!("{since} から {over} まで、自然に解決しました"),
                format!("from {since} to {over}, over by itself"),
            )
        }
    };
    let reason = told.incident.pages.get(&told.page.id).map(|it| &it.reason);
    match reason.filter(|it| !matches!(it, PageReason::FirstLevel | PageReason::Passed)) {
        Some(reason) => {
            let why = reason_text(reason, plan, ja);
            ja.pick(format!("{stands} （{why}）"), format!("{stands} ({why})"))
        }
        None => stands,
    }
}
