//! `init`: a bot with some thousand deliveries behind it.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, ensure};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::durable::{self, Readers, sync_folder_of};
use crate::row::Row;
use crate::system::System;
use crate::{clock, database, ledger};

/// Enough that the history spans some hundred pages in a tree of three storeys.
pub const ROWS: u32 = 6_000;
/// More would only make the demo slow.
pub const ROWS_MAX: u32 = 100_000;
/// Members of the neighbourhood.
const MEMBERS: u32 = 40;
/// Milliseconds between two of the deliveries that lie behind the bot.
const PACE_MS: i64 = 90_000;

/// Somebody who gets notices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    pub id: String,
    pub name: String,
    pub address: String,
}

#[derive(Serialize)]
struct Cookies {
    note: &'static str,
    session: &'static str,
    expires: &'static str,
}

/// Begins a system in `system`'s directory; refuses where one has begun.
pub fn init(system: &System, rows: u32) -> anyhow::Result<()> {
    ensure!((1..=ROWS_MAX).contains(&rows), "--rows must be 1 to {ROWS_MAX}");
    let database = system.database();
    ensure!(!database.exists(), "{} is there already", database.display());
    fs::create_dir_all(system.cache())
        .with_context(|| format!("cannot make {}", system.cache().display()))?;
    let members: Vec<Member> = (1..=MEMBERS).map(member).collect();
    put(&system.members(), &members, Readers::Everybody)?;
    put(&system.cookies(), &cookies(), Readers::OwnerOnly)?;
    for number in 1..=5 {
        let path = system.cache().join(format!("notice-{number}.json"));
        put(&path, &format!("cached notice {number}"), Readers::Everybody)?;
    }
    let history = history(&members, rows, clock::now());
    // The witness first: were it cut off, there would be no history yet, and `init` could run again.
    durable::remove_if_there(&system.ledger())?;
    ledger::append(&system.ledger(), history.iter())?;
    let line = format!("{} INFO begun with {rows} deliveries\n", clock::now());
    durable::write(&system.log(), line.as_bytes(), Readers::Everybody)?;
    let beside = durable::with_suffix(&database, ".new");
    database::create(&beside, history.iter())?;
    fs::rename(&beside, &database)?;
    Ok(sync_folder_of(&database)?)
}

/// The members of a system.
pub(crate) fn members(path: &Path) -> anyhow::Result<Vec<Member>> {
    let text = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let members: Vec<Member> = serde_json::from_slice(&text)
        .with_context(|| format!("{} is no list of members", path.display()))?;
    ensure!(!members.is_empty(), "{} names nobody", path.display());
    Ok(members)
}

fn member(number: u32) -> Member {
    Member {
        id: format!("m-{number:02}"),
        name: format!("{number}番地の住人"),
        address: format!("member-{number:02}@bulletin.example"),
    }
}

fn cookies() -> Cookies {
    Cookies {
        note: "FAKE: made for a demonstration, opens nothing",
        session: "FAKE-SESSION-0000000000000000",
        expires: "1970-01-01T00:00:00Z",
    }
}

fn history(members: &[Member], rows: u32, now: Timestamp) -> Vec<Row> {
    let count = i64::from(rows);
    let deliver = |(id, member): (i64, &Member)| {
        Row::delivery(id, &member.id, now.as_millisecond() - (count - id + 1) * PACE_MS)
    };
    (1..=count).zip(members.iter().cycle()).map(deliver).collect()
}

fn put(path: &Path, value: &impl Serialize, readers: Readers) -> anyhow::Result<()> {
    let mut text = serde_json::to_vec_pretty(value)?;
    text.push(b'\n');
    durable::write(path, &text, readers).with_context(|| format!("cannot write {}", path.display()))
}
