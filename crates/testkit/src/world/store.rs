//! A store in memory: row, events and outbox in one commit, or a conflict and nothing.

use std::collections::BTreeMap;

use jiff::Timestamp;
use matoi_core::alert::Alert;
use matoi_core::effect::Effect;
use matoi_core::gate::Switches;
use matoi_core::id::RunId;
use matoi_core::incident::{self, Incident};
use matoi_core::run::{self, Run};

/// Everything that is on disk.
#[derive(Default)]
pub(super) struct Store {
    pub(super) alerts: BTreeMap<String, (u64, Alert)>,
    pub(super) incidents: BTreeMap<String, Row<Incident, incident::event::Event>>,
    pub(super) runs: BTreeMap<String, Row<Run, run::event::Event>>,
    pub(super) outbox: BTreeMap<u64, Entry>,
    pub(super) switches: Switches,
    /// Entries ever made; the number of the next one.
    entries: u64,
    pub(super) commits: u64,
}

/// A workflow and its timeline.
pub(super) struct Row<R, E> {
    pub(super) row: R,
    pub(super) version: u64,
    pub(super) wake_at: Option<Timestamp>,
    /// Each with the true time of its commit.
    pub(super) events: Vec<(Timestamp, E)>,
}

/// Something to carry out.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) effect: Effect,
    /// The workflow that asked for it; word between workflows is told in its order.
    pub(super) from: String,
    /// By the clock.
    pub(super) due: Timestamp,
    /// In true time; whoever holds it may have died.
    pub(super) leased_until: Timestamp,
    pub(super) tries: u32,
}

/// Somebody else committed first.
pub(super) struct Conflict;

/// What a commit brings beside the workflow itself.
pub(super) struct Commit<R, E> {
    pub(super) id: String,
    pub(super) version: u64,
    pub(super) row: R,
    pub(super) wake_at: Option<Timestamp>,
    pub(super) events: Vec<E>,
    pub(super) effects: Vec<Effect>,
    /// The entry whose outcome this is.
    pub(super) settles: Option<u64>,
    /// By the clock.
    pub(super) now: Timestamp,
    /// In true time.
    pub(super) time: Timestamp,
}

impl Store {
    pub(super) fn commit_incident(
        &mut self,
        mut it: Commit<Incident, incident::event::Event>,
    ) -> Result<(), Conflict> {
        let is_other = |id: &String, row: &Incident| {
            *id != it.id && row.is_open() && row.topic.is_some() && row.topic == it.row.topic
        };
        let topic_is_taken = self.incidents.iter().any(|(id, other)| is_other(id, &other.row));
        if it.row.is_open() && topic_is_taken {
            return Err(Conflict);
        }
        let known = self.incidents.get(&it.id).map_or(0, |row| row.version);
        self.admit(known, it.version, it.settles)?;
        self.push(&it.id, std::mem::take(&mut it.effects), it.now);
        keep(&mut self.incidents, it);
        Ok(())
    }

    pub(super) fn commit_run(
        &mut self,
        mut it: Commit<Run, run::event::Event>,
    ) -> Result<(), Conflict> {
        let lock = it.row.has();
        if lock.is_some_and(|lock| self.holder(lock).is_some_and(|by| by.0 != it.id)) {
            return Err(Conflict);
        }
        let known = self.runs.get(&it.id).map_or(0, |row| row.version);
        self.admit(known, it.version, it.settles)?;
        self.push(&it.id, std::mem::take(&mut it.effects), it.now);
        keep(&mut self.runs, it);
        Ok(())
    }

    pub(super) fn commit_alert(
        &mut self,
        alert: Alert,
        version: u64,
        effects: Vec<Effect>,
        now: Timestamp,
    ) -> Result<(), Conflict> {
        let id = alert.id.0.clone();
        let known = self.alerts.get(&id).map_or(0, |it| it.0);
        self.admit(known, version, None)?;
        self.push(&id, effects, now);
        self.alerts.insert(id, (version, alert));
        Ok(())
    }

    /// Whether a commit is the next one, and what it settles is still to be settled.
    fn admit(&mut self, known: u64, version: u64, settles: Option<u64>) -> Result<(), Conflict> {
        let is_next = version == known + 1;
        if !is_next || settles.is_some_and(|it| !self.outbox.contains_key(&it)) {
            return Err(Conflict);
        }
        if let Some(entry) = settles {
            self.outbox.remove(&entry);
        }
        self.commits += 1;
        Ok(())
    }

    fn push(&mut self, from: &str, effects: Vec<Effect>, now: Timestamp) {
        for effect in effects {
            let entry = Entry {
                effect,
                from: from.to_owned(),
                due: now,
                leased_until: Timestamp::MIN,
                tries: 0,
            };
            self.outbox.insert(self.entries, entry);
            self.entries += 1;
        }
    }

    /// The entries that may be claimed, oldest first.
    pub(super) fn claimable(&self, now: Timestamp, time: Timestamp) -> Vec<u64> {
        let is_free = |it: &Entry| it.due <= now && it.leased_until <= time;
        self.in_order().filter(|it| is_free(it.1)).map(|it| *it.0).collect()
    }

    /// Entries, but of the words of one workflow only the first.
    fn in_order(&self) -> impl Iterator<Item = (&u64, &Entry)> {
        let mut told: Vec<&str> = Vec::new();
        self.outbox.iter().filter(move |(_, entry)| {
            let is_word = is_word(&entry.effect);
            let waits = is_word && told.contains(&entry.from.as_str());
            if is_word {
                told.push(&entry.from);
            }
            !waits
        })
    }

    /// In true time, when an entry can next be claimed.
    pub(super) fn next_entry(&self, ahead: jiff::SignedDuration) -> Option<Timestamp> {
        self.in_order().map(|(_, it)| (it.due - ahead).max(it.leased_until)).min()
    }

    /// The open run that has this lock.
    pub(super) fn holder(&self, lock: &str) -> Option<RunId> {
        let has = |it: &&Row<Run, run::event::Event>| it.row.has() == Some(lock);
        self.runs.values().find(has).map(|it| it.row.id.clone())
    }

    pub(super) fn open_of(&self, topic: &str) -> Option<String> {
        let is_it = |it: &Incident| it.is_open() && it.topic.as_deref() == Some(topic);
        self.incidents.iter().find(|(_, it)| is_it(&it.row)).map(|(id, _)| id.clone())
    }
}

/// Word from one workflow to another.
fn is_word(effect: &Effect) -> bool {
    match effect {
        Effect::RaiseAlert(_)
        | Effect::LowerAlert { .. }
        | Effect::UnwatchAlert { .. }
        | Effect::StartRun(_)
        | Effect::PassLockOn { .. }
        | Effect::TellIncident { .. } => true,
        Effect::SendPage(_)
        | Effect::PerformStep(_)
        | Effect::ExamineStep(_)
        | Effect::CancelStep(_) => false,
    }
}

fn keep<R, E>(rows: &mut BTreeMap<String, Row<R, E>>, it: Commit<R, E>) {
    let mut events = rows.remove(&it.id).map(|it| it.events).unwrap_or_default();
    events.extend(it.events.into_iter().map(|event| (it.time, event)));
    rows.insert(it.id, Row { row: it.row, version: it.version, wake_at: it.wake_at, events });
}
