//! The table of troubles, and how often each occurred: a trouble that never comes proves nothing.

use std::collections::BTreeMap;

/// What the world does to the core.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    SignalDoubled,
    SignalLate,
    SignalOutOfOrder,
    /// A node died between the commit of an effect and its act.
    CrashBeforeAct,
    /// A node died between an act and the commit of its outcome.
    CrashAfterAct,
    /// An attempt changed something or not, and nobody saw its end.
    OutcomeLost,
    WakeLate,
    WakeDoubled,
    WakeMissing,
    /// Two nodes decided at once about one workflow.
    TwoNodes,
    /// Two nodes opened an incident of one topic at once.
    TwoOpenings,
    ClockBack,
    ClockForward,
    SwitchThrown,
    /// A switch was thrown after the intent and before the act.
    SwitchRefused,
    /// Somebody acknowledged while pages were owed or levels to come.
    AcknowledgedMeanwhile,
    /// The plan was edited while incidents and runs were open.
    PlanEdited,
    PageDelayed,
    PageRejected,
}

impl Trouble {
    /// Every trouble.
    pub const ALL: [Trouble; 19] = [
        Trouble::SignalDoubled,
        Trouble::SignalLate,
        Trouble::SignalOutOfOrder,
        Trouble::CrashBeforeAct,
        Trouble::CrashAfterAct,
        Trouble::OutcomeLost,
        Trouble::WakeLate,
        Trouble::WakeDoubled,
        Trouble::WakeMissing,
        Trouble::TwoNodes,
        Trouble::TwoOpenings,
        Trouble::ClockBack,
        Trouble::ClockForward,
        Trouble::SwitchThrown,
        Trouble::SwitchRefused,
        Trouble::AcknowledgedMeanwhile,
        Trouble::PlanEdited,
        Trouble::PageDelayed,
        Trouble::PageRejected,
    ];
}

/// How often everything occurred.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    troubles: BTreeMap<Trouble, u64>,
    pub incidents: u64,
    pub runs: u64,
    pub pages: u64,
    pub attempts: u64,
    pub commits: u64,
    pub reports: u64,
    /// Holds that say which switch holds them.
    pub held_by_switch: u64,
    pub held_by_lock: u64,
}

impl Tally {
    pub(super) fn met(&mut self, trouble: Trouble) {
        *self.troubles.entry(trouble).or_default() += 1;
    }

    /// How often a trouble occurred.
    pub fn of(&self, trouble: Trouble) -> u64 {
        self.troubles.get(&trouble).copied().unwrap_or(0)
    }

    /// Adds what another world met.
    pub fn add(&mut self, other: &Tally) {
        for (trouble, count) in &other.troubles {
            *self.troubles.entry(*trouble).or_default() += count;
        }
        self.incidents += other.incidents;
        self.runs += other.runs;
        self.pages += other.pages;
        self.attempts += other.attempts;
        self.commits += other.commits;
        self.reports += other.reports;
        self.held_by_switch += other.held_by_switch;
        self.held_by_lock += other.held_by_lock;
    }
}
