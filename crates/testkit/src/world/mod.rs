//! The simulated world: many incidents and runs, two nodes, and trouble from a seed.
//!
//! ```text
//!  queue of (time, happening) ─▶ signals, people, switches, clocks, edits
//!            │
//!  nodes: load ─▶ decide ─▶ commit (or conflict, and load again) ─▶ outbox ─▶ act ─▶ tell
//!            ▲                                                                       │
//!            └───────────────────── crash, race, sleep, loss ────────────────────────┘
//! ```
//!
//! A day of trouble is followed by a morning: the trouble ends, people do what they are asked, and everything has to
//! come to its end. Rules are looked at where they could break, and again over the whole timelines.
//!
//! **Invariant:** no clock, no thread, no database, and no randomness but the seed's.

mod act;
mod chance;
mod happening;
mod node;
mod people;
mod plan;
mod reality;
mod rule;
mod store;
mod trouble;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use matoi_core::id::PlanHash;
use matoi_core::plan::Plan;

pub use chance::Chance;
use happening::Happening;
use reality::Reality;
use store::Store;
pub use trouble::{Tally, Trouble};

/// How long trouble lasts.
const NIGHT: SignedDuration = SignedDuration::from_hours(24);
/// Rounds in which people do what they are asked before somebody asks why it does not end.
const ROUNDS_MAX: usize = 80;
/// Looks without any time passing; more is a core that goes round in a circle.
const LOOKS_MAX: usize = 2_000;

/// A rule that did not hold, in a sentence.
pub type Broken = String;

/// The plans of every world, parsed once.
pub struct Editions([Plan; 2]);

/// One world.
pub struct World<'p> {
    chance: Chance,
    plans: &'p [Plan; 2],
    /// The plan that rules for what begins now.
    ruling: usize,
    store: Store,
    reality: Reality,
    queue: BTreeMap<(Timestamp, u64), Happening>,
    queued: u64,
    /// What truly passed.
    time: Timestamp,
    /// How far the clocks of the nodes are ahead of it.
    ahead: SignedDuration,
    /// Both nodes are down until then.
    asleep_until: Timestamp,
    /// Workflows that are looked at later than they should be.
    late: BTreeMap<String, Timestamp>,
    clock_steps: Vec<Timestamp>,
    /// When both nodes were down, from and to.
    sleeps: Vec<(Timestamp, Timestamp)>,
    race: Race,
    hour: Hour,
    tally: Tally,
}

/// Whether the other node is deciding just now.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Race {
    No,
    Within,
}

/// Whether there is trouble.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hour {
    Night,
    Morning,
}

impl Editions {
    /// Loads both.
    pub fn load() -> Editions {
        Editions(plan::editions())
    }
}

/// Lives through the world of a seed, and answers with what it met.
pub fn live(editions: &Editions, seed: u64) -> Result<Tally, Broken> {
    let mut world = World::new(&editions.0, seed);
    let begin = world.time;
    world.plan_the_night();
    world.pass_to(begin + NIGHT)?;
    world.come_to_rest()?;
    world.check_everything()?;
    world.tally.commits = world.store.commits;
    Ok(world.tally)
}

impl<'p> World<'p> {
    fn new(plans: &'p [Plan; 2], seed: u64) -> World<'p> {
        // A Thursday in January, at noon in Tokyo.
        let time = Timestamp::from_second(1_767_841_200).unwrap_or_default();
        World {
            chance: Chance::new(seed),
            plans,
            ruling: 0,
            store: Store::default(),
            reality: Reality::default(),
            queue: BTreeMap::new(),
            queued: 0,
            time,
            ahead: SignedDuration::ZERO,
            asleep_until: Timestamp::MIN,
            late: BTreeMap::new(),
            clock_steps: Vec::new(),
            sleeps: Vec::new(),
            race: Race::No,
            hour: Hour::Night,
            tally: Tally::default(),
        }
    }

    /// What the clocks of the nodes show.
    fn now(&self) -> Timestamp {
        self.time + self.ahead
    }

    fn plan_of(&self, hash: &PlanHash) -> &'p Plan {
        let found = self.plans.iter().find(|it| it.hash == *hash);
        found.unwrap_or_else(|| &self.plans[0])
    }

    fn at(&mut self, time: Timestamp, happening: Happening) {
        self.queue.insert((time, self.queued), happening);
        self.queued += 1;
    }

    /// Whether a trouble comes that comes so many times in a hundred; in the morning none does.
    fn trouble(&mut self, percent: u64) -> bool {
        self.hour == Hour::Night && self.chance.percent(percent)
    }

    /// Lets time pass, and everything happen that is due.
    fn pass_to(&mut self, until: Timestamp) -> Result<(), Broken> {
        let mut looks = 0;
        while let Some(next) = self.next_moment().filter(|it| *it <= until) {
            looks = if next > self.time { 0 } else { looks + 1 };
            if looks > LOOKS_MAX {
                let due: Vec<_> = self.wakes().filter(|it| it.1 <= self.time).collect();
                let first = self.store.outbox.values().next().map(|it| &it.effect);
                return Err(format!("no rest at {}: {due:?}, {first:?}", self.time));
            }
            self.time = self.time.max(next);
            match self.queue.first_key_value() {
                Some((key, _)) if key.0 <= self.time => {
                    let happening = self.queue.pop_first().map(|it| it.1);
                    happening.map_or(Ok(()), |it| self.happen(it))?;
                }
                Some(_) | None => self.turn()?,
            }
        }
        self.time = self.time.max(until);
        Ok(())
    }

    fn next_moment(&self) -> Option<Timestamp> {
        let queued = self.queue.first_key_value().map(|it| it.0.0);
        let wakes = self.wakes().map(|(_, at)| at).min();
        let due = [wakes, self.store.next_entry(self.ahead)].into_iter().flatten().min();
        let due = due.map(|it| it.max(self.asleep_until));
        [queued, due].into_iter().flatten().min()
    }

    /// Workflows that wait for a time, and when they are truly looked at.
    fn wakes(&self) -> impl Iterator<Item = (&String, Timestamp)> {
        let incidents = self.store.incidents.iter().map(|(id, it)| (id, it.wake_at));
        let runs = self.store.runs.iter().map(|(id, it)| (id, it.wake_at));
        incidents.chain(runs).filter_map(|(id, at)| {
            let at = at? - self.ahead;
            let late = self.late.get(id).copied().unwrap_or(Timestamp::MIN);
            Some((id, at.max(late)))
        })
    }
}
