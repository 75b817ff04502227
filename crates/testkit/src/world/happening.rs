//! What happens in a night: planned ahead from the seed.

use jiff::{SignedDuration, Timestamp};
use matoi_core::gate::{Scope, Switch};
use matoi_core::incident::command::Command;
use matoi_core::signal::Signal;

use super::plan::SERVICES;
use super::trouble::Trouble;
use super::{Broken, NIGHT, World};

/// Something that comes from outside.
pub(super) enum Happening {
    Signal(&'static str, Signal),
    /// A person does something about whatever is open.
    Somebody,
    /// Somebody whose page arrived.
    Paged {
        incident: String,
        person: String,
    },
    Clock(SignedDuration),
    SwitchOn,
    SwitchOff,
    Edit,
    /// A channel is away for a while.
    Down(&'static str, SignedDuration),
    /// Both nodes are away for a while.
    Sleep(SignedDuration),
    /// Everything is woken for nothing, twice.
    Doubled,
}

impl World<'_> {
    pub(super) fn plan_the_night(&mut self) {
        for service in SERVICES {
            self.plan_signals(service);
        }
        for _ in 0..40 {
            self.sometime(Happening::Somebody);
        }
        for channel in ["chat", "mail", "call", "mail"] {
            let lasting = self.chance.secs(60, 2_400);
            self.sometime(Happening::Down(channel, lasting));
        }
        for _ in 0..3 {
            let at = self.sometime(Happening::SwitchOn);
            let lasting = self.chance.secs(30, 1_500);
            self.at(at + lasting, Happening::SwitchOff);
        }
        for _ in 0..2 {
            let lasting = self.chance.secs(300, 4_500);
            self.sometime(Happening::Sleep(lasting));
            self.sometime(Happening::Doubled);
        }
        self.sometime(Happening::Edit);
        for part in 0..4 {
            self.plan_clock(self.time + NIGHT / 4 * part);
        }
    }

    /// The clock is set wrong by an hour, and set right again.
    fn plan_clock(&mut self, from: Timestamp) {
        let hour = SignedDuration::from_hours(1);
        let (first, second) = if self.chance.percent(50) { (hour, -hour) } else { (-hour, hour) };
        let at = from + self.chance.secs(600, 10_000);
        self.at(at, Happening::Clock(first));
        let right = at + self.chance.secs(1_800, 10_000);
        self.at(right, Happening::Clock(second));
    }

    fn sometime(&mut self, happening: Happening) -> Timestamp {
        let night = u64::try_from(NIGHT.as_secs()).unwrap_or(0);
        let at = self.time + self.chance.secs(0, night);
        self.at(at, happening);
        at
    }

    /// Bad for a while, well for a while; each look may come twice, late, or after the next one.
    fn plan_signals(&mut self, service: &'static str) {
        let end = self.time + NIGHT;
        let mut at = self.time + self.chance.secs(0, 7_200);
        while at < end {
            let well = at + self.chance.secs(180, 3_000);
            let every = self.chance.secs(60, 400);
            let mut look = at;
            while look < well {
                self.plan_look(service, look, bad());
                look += every;
            }
            if self.chance.percent(5) {
                self.plan_look(service, look, Signal::Unknown { reason: "no route".to_owned() });
            }
            if self.chance.percent(20) {
                self.tally.met(Trouble::SignalOutOfOrder);
                let late = well + self.chance.secs(5, 40);
                self.at(late, Happening::Signal(service, bad()));
            }
            self.plan_look(service, well, Signal::Good);
            self.plan_look(service, well + SignedDuration::from_secs(300), Signal::Good);
            at = well + self.chance.secs(900, 14_400);
        }
    }

    fn plan_look(&mut self, service: &'static str, mut at: Timestamp, signal: Signal) {
        if self.chance.percent(10) {
            self.tally.met(Trouble::SignalLate);
            at += self.chance.secs(5, 120);
        }
        if self.chance.percent(15) {
            self.tally.met(Trouble::SignalDoubled);
            self.at(at, Happening::Signal(service, signal.clone()));
        }
        self.at(at, Happening::Signal(service, signal));
    }

    pub(super) fn happen(&mut self, happening: Happening) -> Result<(), Broken> {
        match happening {
            Happening::Signal(service, signal) => {
                self.hear(service, &signal);
                Ok(())
            }
            Happening::Somebody => self.somebody(),
            Happening::Paged { incident, person } => self.paged(&incident, &person),
            Happening::Clock(by) => {
                let trouble =
                    if by.is_negative() { Trouble::ClockBack } else { Trouble::ClockForward };
                self.tally.met(trouble);
                self.ahead += by;
                self.clock_steps.push(self.time);
                self.wake_all()
            }
            Happening::SwitchOn => {
                self.throw_switch();
                Ok(())
            }
            Happening::SwitchOff => {
                self.store.switches.0.clear();
                self.wake_all()
            }
            Happening::Edit => {
                if self.store.incidents.values().any(|it| it.row.is_open()) {
                    self.tally.met(Trouble::PlanEdited);
                }
                self.ruling = 1;
                Ok(())
            }
            Happening::Down(channel, lasting) => {
                self.reality.down.insert(channel.to_owned(), self.time + lasting);
                Ok(())
            }
            Happening::Sleep(lasting) => {
                self.tally.met(Trouble::WakeMissing);
                self.asleep_until = self.time + lasting;
                self.sleeps.push((self.time, self.asleep_until));
                Ok(())
            }
            Happening::Doubled => {
                self.tally.met(Trouble::WakeDoubled);
                self.wake_all()?;
                self.wake_all()
            }
        }
    }

    pub(super) fn throw_switch(&mut self) {
        self.tally.met(Trouble::SwitchThrown);
        let scope = match self.chance.percent(50) {
            true => Scope::All,
            false => Scope::Runbook("repair".to_owned()),
        };
        let (by, reason, at) = ("dan".to_owned(), "drill".to_owned(), self.now());
        self.store.switches.0.push(Switch { scope, by, reason, at });
    }

    /// Wakes everything that is open, as after a start or a step of the clock.
    fn wake_all(&mut self) -> Result<(), Broken> {
        let open = self.store.incidents.iter().filter(|it| it.1.row.is_open());
        let incidents: Vec<String> = open.map(|it| it.0.clone()).collect();
        for id in incidents {
            let _ = self.tell_incident(&id, &Command::Wake, None)?;
        }
        let open = self.store.runs.iter().filter(|it| it.1.row.is_open());
        let runs: Vec<String> = open.map(|it| it.0.clone()).collect();
        for id in runs {
            let _ = self.tell_run(&id, &matoi_core::run::command::Command::Wake, None)?;
        }
        Ok(())
    }
}

fn bad() -> Signal {
    Signal::Bad { reason: "HTTP 503".to_owned() }
}
