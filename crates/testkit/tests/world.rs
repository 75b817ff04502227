//! The simulated world, many nights of it.
//!
//! `SIM_CASES` says how many worlds; a failure prints the `SIM_SEED` that brings it back.

use matoi_testkit::world::{Broken, Chance, Editions, Tally, Trouble, live};

/// Worlds where nobody says how many; each has dozens of incidents.
const WORLDS: u64 = 400;
/// Incidents that a CI has to see.
const INCIDENTS_MIN: u64 = 10_000;
/// Each trouble has to come more often than this, or it proves nothing.
const EACH_MIN: u64 = 100;
/// Threads that live through worlds; no world knows of another.
const THREADS: u64 = 2;

#[test]
fn whatever_goes_wrong_at_night_is_told_once_and_ends_in_the_morning() {
    let editions = Editions::load();
    if let Some(seed) = number("SIM_SEED") {
        return seen(seed, live(&editions, seed));
    }
    let worlds = number("SIM_CASES").unwrap_or(WORLDS);
    let tally = live_through(&editions, worlds);
    println!("{worlds} worlds: {tally:#?}");
    if worlds < WORLDS {
        return;
    }
    assert!(tally.incidents >= INCIDENTS_MIN, "only {} incidents", tally.incidents);
    for trouble in Trouble::ALL {
        let count = tally.of(trouble);
        assert!(count >= EACH_MIN, "{trouble:?} came {count} times: {tally:#?}");
    }
    let others = [tally.runs, tally.reports, tally.held_by_switch, tally.held_by_lock];
    assert!(others.iter().all(|it| *it >= EACH_MIN), "{tally:#?}");
}

#[test]
fn the_same_seed_is_the_same_world() {
    let editions = Editions::load();
    let (first, second) = (live(&editions, 7), live(&editions, 7));
    assert_eq!(format!("{first:?}"), format!("{second:?}"));
    assert_ne!(Chance::new(1).below(1 << 40), Chance::new(2).below(1 << 40));
}

/// Lives through so many worlds, some beside each other.
fn live_through(editions: &Editions, worlds: u64) -> Tally {
    let mut whole = Tally::default();
    std::thread::scope(|scope| {
        let part = |first: u64| {
            let mut tally = Tally::default();
            for seed in (first..worlds).step_by(usize::try_from(THREADS).unwrap_or(1)) {
                match live(editions, seed) {
                    Ok(it) => tally.add(&it),
                    Err(broken) => seen(seed, Err(broken)),
                }
            }
            tally
        };
        let threads: Vec<_> = (0..THREADS).map(|it| scope.spawn(move || part(it))).collect();
        for thread in threads {
            match thread.join() {
                Ok(tally) => whole.add(&tally),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    whole
}

#[track_caller]
fn seen(seed: u64, told: Result<Tally, Broken>) {
    if let Err(broken) = told {
        panic!("{broken}\nSIM_SEED={seed} cargo test --package matoi-testkit --test world");
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "how much is tried is the caller's, not the product's"
)]
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}
